"""What to do next about a customer, of what is known of them; pure. Each rule looks at one thing and gives a step with its reason.

Promises come first (what is overdue, what was agreed on), then what would be lost by waiting, then who can be won or kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from siyu.engines.advising.contracts import Advice, AdviceKind, Known

BIRTHDAY_DAYS: Final = 7
COUPON_DAYS: Final = 5
CART_DAYS: Final = 7
SILENT_DAYS: Final = 30
NEW_DAYS: Final = 7
AFTER_ORDER_DAYS: Final = 10
LAPSING_ALIVE: Final = 0.5
IDLE_WARNING: Final = timedelta(days=2)
ADVICES_MAX: Final = 5

_ICE_BREAK, _WARM_UP, _NEED, _CLOSE, _SERVICE = "ice_break", "warm_up", "need_finding", "close", "service"


def advise(known: Known) -> list[Advice]:
    """The steps that help most, the first first."""
    found = [each for rule in RULES if (each := rule(known)) is not None]
    return sorted(found, key=lambda each: (-each.weight, each.kind))[:ADVICES_MAX]


def _tasks(known: Known) -> Advice | None:
    due = sorted(known.tasks, key=lambda each: (not each.is_mine, each.due_at))
    if not due:
        return None
    first = due[0]
    if first.due_at <= known.now:
        hours = _hours(known.now - first.due_at)
        return Advice(
            AdviceKind.OVERDUE_TASK, 100, "open_task", f"完成任务「{first.title}」", f"Do the task “{first.title}”",
            f"已经超时 {hours} 小时", f"It is {hours} h overdue", _SERVICE, first.task_id,
        )  # fmt: skip
    if first.due_at - known.now <= timedelta(days=1):
        hours = _hours(first.due_at - known.now)
        return Advice(
            AdviceKind.TASK_TODAY, 80, "open_task", f"完成任务「{first.title}」", f"Do the task “{first.title}”",
            f"还剩 {hours} 小时到期", f"It is due in {hours} h", _SERVICE, first.task_id,
        )  # fmt: skip
    return None


def _promise(known: Known) -> Advice | None:
    if known.promised_at is None or known.promised_at > known.now + timedelta(hours=24):
        return None
    day = f"{known.promised_at:%m-%d}"
    return Advice(
        AdviceKind.FOLLOW_UP_DUE, 95, "follow_up", "按约定再次跟进", "Follow up as agreed",
        f"上次跟进约定在 {day} 再联系", f"The last follow-up set {day} for the next talk", _NEED,
    )  # fmt: skip


def _cart(known: Known) -> Advice | None:
    cart, order = known.cart_at, known.last_order_at
    if cart is None or known.now - cart > timedelta(days=CART_DAYS) or (order is not None and order >= cart):
        return None
    days = (known.now - cart).days
    return Advice(
        AdviceKind.LEFT_IN_CART, 78, "talk", "问问下单时遇到了什么", "Ask what kept them from ordering",
        f"{_ago_zh(days)}加购或提交了订单，还没有付款", f"Put something into the cart {_ago_en(days)} and has not paid", _CLOSE,
    )  # fmt: skip


def _coupon(known: Known) -> Advice | None:
    if known.coupon is None:
        return None
    name, ends_at = known.coupon
    left = ends_at - known.now
    if not timedelta(0) < left <= timedelta(days=COUPON_DAYS):
        return None
    return Advice(
        AdviceKind.COUPON_ENDS, 70, "talk", f"提醒使用「{name}」", f"Remind of “{name}”",
        f"券在 {max(left.days, 0)} 天后过期，还没有用", f"The coupon is unused and ends in {max(left.days, 0)} days", _CLOSE,
    )  # fmt: skip


def _lead(known: Known) -> Advice | None:
    lead = known.lead
    if lead is None:
        return None
    if lead.is_free:
        return Advice(
            AdviceKind.FREE_LEAD, 65, "claim", "领取这条线索", "Take this lead",
            "线索在公海里，还没有人跟进", "It is in the pool and nobody follows it up", _ICE_BREAK, lead.lead_id,
        )  # fmt: skip
    if not lead.is_mine:
        return None
    if lead.returns_at is not None and lead.returns_at - known.now <= IDLE_WARNING:
        hours = max(_hours(lead.returns_at - known.now), 0)
        return Advice(
            AdviceKind.IDLE_LEAD, 85, "follow_up", "马上跟进，否则线索回公海", "Follow up, or the lead goes back to the pool",
            f"{hours} 小时后因无人跟进被收回", f"Without a follow-up it returns in {hours} h", _NEED, lead.lead_id,
        )  # fmt: skip
    if lead.intent == "high" and known.now - lead.touched_at >= timedelta(days=1):
        days = (known.now - lead.touched_at).days
        return Advice(
            AdviceKind.KEEN_LEAD, 75, "follow_up", "趁意向高推进成交", "Close while they want it",
            f"意向高，已经 {days} 天没有跟进", f"Wants to buy, and was not followed up for {days} days", _CLOSE, lead.lead_id,
        )  # fmt: skip
    return None


def _lapse(known: Known) -> Advice | None:
    if known.p_alive is None or known.orders == 0 or known.p_alive >= LAPSING_ALIVE:
        return None
    percent = round(known.p_alive * 100)
    yuan = known.expected_fen // 100
    return Advice(
        AdviceKind.LAPSING, 60 + min(yuan // 100, 9), "talk", "关心一下，挽回这位老客户", "Care for them before they are lost",
        f"估算还会再买的可能只有 {percent}%", f"The estimate gives {percent}% that they buy again", _WARM_UP,
    )  # fmt: skip


def _birthday(known: Known) -> Advice | None:
    if known.birthday is None:
        return None
    days = days_to(known.birthday, known.today)
    if days > BIRTHDAY_DAYS:
        return None
    zh, en = ("今天", "today") if days == 0 else (f"{days} 天后", f"in {days} days")
    return Advice(
        AdviceKind.BIRTHDAY, 68 if days == 0 else 55, "talk", "送上生日祝福", "Wish a happy birthday",
        f"{zh}是 TA 的生日", f"Their birthday is {en}", _WARM_UP,
    )  # fmt: skip


def _new(known: Known) -> Advice | None:
    if known.added_at is None or known.last_talk_at is not None or known.orders:
        return None
    days = (known.now - known.added_at).days
    if days > NEW_DAYS:
        return None
    return Advice(
        AdviceKind.NEW_FRIEND, 58, "talk", "打个招呼，了解需求", "Say hello and find out what they need",
        f"{_ago_zh(days)}成为客户，还没有跟进记录", f"Came {_ago_en(days)}, and nothing was written down yet", _ICE_BREAK,
    )  # fmt: skip


def _bought(known: Known) -> Advice | None:
    if known.last_order_at is None:
        return None
    days = (known.now - known.last_order_at).days
    talked = known.last_talk_at is not None and known.last_talk_at >= known.last_order_at
    if talked or not 1 <= days <= AFTER_ORDER_DAYS:
        return None
    return Advice(
        AdviceKind.WELCOME_BUYER, 45, "talk", "回访使用感受", "Ask how they like it",
        f"{days} 天前下单后还没有回访", f"Ordered {days} days ago, and nobody has asked since", _SERVICE,
    )  # fmt: skip


def _silent(known: Known) -> Advice | None:
    seen = max((each for each in (known.last_seen_at, known.last_talk_at) if each is not None), default=None)
    if seen is None or (days := (known.now - seen).days) < SILENT_DAYS:
        return None
    return Advice(
        AdviceKind.SILENT, 40, "talk", "发一条有用的内容唤醒", "Wake them with something useful",
        f"{days} 天没有任何互动", f"No sign of them for {days} days", _WARM_UP,
    )  # fmt: skip


RULES: Final[Sequence[Callable[[Known], Advice | None]]] = (
    _tasks,
    _promise,
    _cart,
    _coupon,
    _lead,
    _lapse,
    _birthday,
    _new,
    _bought,
    _silent,
)


def days_to(birthday: date, today: date) -> int:
    """Days until the next birthday; one on 29 February is on the first of March where there is none."""
    for year in (today.year, today.year + 1):
        try:
            comes = birthday.replace(year=year)
        except ValueError:
            comes = date(year, 3, 1)
        if comes >= today:
            return (comes - today).days
    raise AssertionError("a birthday comes every year")


def birthday_of(value: object) -> date | None:
    """The day that an attribute tells; None for what is no day."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value[:10]).date()
    except ValueError:
        return None


def _hours(span: timedelta) -> int:
    return int(span.total_seconds() // 3600)


def _ago_zh(days: int) -> str:
    return f"{days} 天前" if days else "今天"


def _ago_en(days: int) -> str:
    return f"{days} days ago" if days else "today"
