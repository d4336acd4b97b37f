"""Plans to begin with: what campaigns of a kind are usually made of, laid out from a first day on. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from siyu.domain.plans.contracts import BudgetLine, CampaignPlan, Phase, PhaseKind, Responsibility, Task
from siyu.kernel.errors import NotFoundError

Language = Literal["zh", "en"]
Two = tuple[str, str]
"""Chinese and English."""


@dataclass(frozen=True, slots=True)
class _Beat:
    """A phase: from the day `since` (the first is 0) for `days` days."""

    key: str
    kind: PhaseKind
    name: Two
    goal: Two
    since: int
    days: int


@dataclass(frozen=True, slots=True)
class _Step:
    """A task, laid out in the same way; days before the first are for getting ready."""

    key: str
    name: Two
    since: int
    days: int
    phase: str | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanTemplate:
    """What a kind of campaign is usually made of."""

    key: str
    name: Two
    about: Two
    goal: Two
    days: int
    beats: tuple[_Beat, ...]
    steps: tuple[_Step, ...]
    budget: tuple[Two, ...]
    roles: tuple[tuple[Two, Two], ...]


_ROLES: Final[tuple[tuple[Two, Two], ...]] = (
    (("总负责", "Lead"), ("目标、节奏与预算", "goal, rhythm and budget")),
    (("内容", "Content"), ("文案、海报与页面", "words, posters and pages")),
    (("执行", "Carrying out"), ("人群、旅程与发送", "segments, journeys and sends")),
    (("门店与社群", "Stores and groups"), ("话术与接待", "what staff say, and how customers are received")),
)
_READY: Final = (
    _Step("goal", ("定目标与预算", "Settle goal and budget"), -7, 2),
    _Step("segments", ("圈定人群", "Choose the segments"), -5, 2, after=("goal",)),
    _Step("content", ("准备文案、海报与页面", "Make words, posters and pages"), -5, 3, after=("goal",)),
    _Step("journeys", ("搭好旅程并试发", "Build the journeys and try them out"), -2, 2, after=("segments", "content")),
)

_TEMPLATES: Final = (
    PlanTemplate(
        "member_day",
        ("会员日", "Member day"),
        ("一周的会员日：预热、锁客、当天爆发、次日返场", "A week: warm-up, lock-in, the day itself, a second wave"),
        ("让老会员回来买，让新会员有理由留下。", "Bring members back, and give new ones a reason to stay."),
        7,
        (
            _Beat("warm_up", "warm_up", ("预热", "Warm-up"), ("让会员知道有这一天", "Members know of the day"), 0, 3),
            _Beat("lock_in", "lock_in", ("锁客", "Lock-in"), ("领券、预约、定金", "Coupons, bookings, deposits"), 3, 2),
            _Beat("burst", "burst", ("爆发", "Burst"), ("当天成交", "Sales on the day"), 5, 1),
            _Beat(
                "second_wave",
                "second_wave",
                ("返场", "Second wave"),
                ("没买到的再来一次", "Once more for who missed it"),
                6,
                1,
            ),
        ),
        (
            *_READY,
            _Step("tell", ("一对一与社群预告", "Announce one to one and in groups"), 0, 3, "warm_up", ("journeys",)),
            _Step("coupons", ("发券与预约提醒", "Hand out coupons, remind of bookings"), 3, 2, "lock_in", ("tell",)),
            _Step("day", ("当天播报与接待", "The day: news and reception"), 5, 1, "burst", ("coupons",)),
            _Step("remind", ("未用券提醒与返场", "Remind of unused coupons"), 6, 1, "second_wave", ("day",)),
            _Step("review", ("复盘", "Review"), 8, 2, None, ("remind",)),
        ),
        (("券与让利", "Coupons and discounts"), ("物料与内容", "Material and content"), ("投放", "Advertising")),
        _ROLES,
    ),
    PlanTemplate(
        "training_camp",
        ("训练营一期", "Training camp term"),
        ("三周：招生、开营、上课、转化", "Three weeks: enrolment, opening, lessons, conversion"),
        (
            "低价课带来新客，完课带来正价转化。",
            "A cheap course brings new customers, finishing it brings full-price ones.",
        ),
        21,
        (
            _Beat("warm_up", "warm_up", ("招生", "Enrolment"), ("报名与加好友", "Enrol and add"), 0, 7),
            _Beat("lock_in", "lock_in", ("开营", "Opening"), ("进群、问卷、分班", "Groups, surveys, classes"), 7, 2),
            _Beat("lessons", "other", ("上课", "Lessons"), ("到课与完课", "Attend and finish"), 9, 7),
            _Beat("burst", "burst", ("转化", "Conversion"), ("正价课成交", "Full-price sales"), 16, 3),
            _Beat(
                "second_wave",
                "second_wave",
                ("返场", "Second wave"),
                ("犹豫的人与下一期", "The undecided, and the next term"),
                19,
                2,
            ),
        ),
        (
            *_READY,
            _Step("enrol", ("渠道招生", "Enrol by channel"), 0, 7, "warm_up", ("journeys",)),
            _Step("classes", ("分班、开营通知", "Classes and the opening"), 7, 2, "lock_in", ("enrol",)),
            _Step("daily", ("每日课推与打卡", "Daily lessons and check-in"), 9, 7, "lessons", ("classes",)),
            _Step("consult", ("一对一咨询", "Consult one to one"), 16, 3, "burst", ("daily",)),
            _Step("offer", ("限时优惠", "Limited offer"), 16, 3, "burst", ("daily",)),
            _Step("next", ("未成交跟进与下一期", "Follow up; the next term"), 19, 2, "second_wave", ("offer",)),
            _Step("review", ("复盘", "Review"), 21, 2, None, ("next",)),
        ),
        (("投放", "Advertising"), ("讲师与助教", "Teachers and assistants"), ("奖品与返现", "Gifts and cash-back")),
        _ROLES,
    ),
    PlanTemplate(
        "reactivation",
        ("沉睡唤醒", "Reactivation"),
        ("两周：分层、试发、放大、收尾", "Two weeks: layers, a trial, the wide send, the end"),
        (
            "让久未购买的客户再买一次，不打扰不该打扰的人。",
            "Bring back who has not bought for long, and leave others in peace.",
        ),
        14,
        (
            _Beat("warm_up", "warm_up", ("试发", "Trial"), ("小样本比较两种说法", "Compare two messages on few"), 0, 4),
            _Beat("burst", "burst", ("放大", "Wide send"), ("用更好的说法发给所有人", "The better one for all"), 4, 6),
            _Beat(
                "second_wave",
                "second_wave",
                ("再提醒", "Once more"),
                ("点了没买的人", "Who clicked and did not buy"),
                10,
                4,
            ),
        ),
        (
            *_READY,
            _Step("trial", ("小样本实验", "A trial on few"), 0, 4, "warm_up", ("journeys",)),
            _Step("send", ("分批发送", "Send in parts"), 4, 6, "burst", ("trial",)),
            _Step("again", ("再提醒与顾问跟进", "Remind; advisers follow up"), 10, 4, "second_wave", ("send",)),
            _Step("review", ("复盘", "Review"), 14, 2, None, ("again",)),
        ),
        (("券与让利", "Coupons and discounts"), ("短信与触达", "Sends")),
        _ROLES,
    ),
    PlanTemplate(
        "holiday_sale",
        ("节日大促", "Holiday sale"),
        ("两周半：预热、预售锁客、爆发、返场", "Two and a half weeks: warm-up, pre-sale, burst, second wave"),
        ("在节日前后拿到最大的成交。", "Sell the most around the holiday."),
        18,
        (
            _Beat("warm_up", "warm_up", ("预热", "Warm-up"), ("话题与种草", "Talk and desire"), 0, 6),
            _Beat("lock_in", "lock_in", ("锁客", "Lock-in"), ("预售与定金", "Pre-sale and deposits"), 6, 5),
            _Beat("burst", "burst", ("爆发", "Burst"), ("尾款与限时", "Balances and limited offers"), 11, 4),
            _Beat(
                "second_wave",
                "second_wave",
                ("返场", "Second wave"),
                ("清尾货、促复购", "Remainders, second orders"),
                15,
                3,
            ),
        ),
        (
            *_READY,
            _Step("stock", ("备货与排班", "Stock and shifts"), -5, 5, None, ("goal",)),
            _Step("talk", ("预热内容与投放", "Warm-up content and advertising"), 0, 6, "warm_up", ("content",)),
            _Step("presale", ("预售与定金", "Pre-sale and deposits"), 6, 5, "lock_in", ("talk", "journeys")),
            _Step("sale", ("爆发期播报与补货", "News and stock in the burst"), 11, 4, "burst", ("presale", "stock")),
            _Step("again", ("返场与复购券", "Second wave and repeat coupons"), 15, 3, "second_wave", ("sale",)),
            _Step("review", ("复盘", "Review"), 18, 3, None, ("again",)),
        ),
        (
            ("券与让利", "Coupons and discounts"),
            ("投放", "Advertising"),
            ("物料与内容", "Material and content"),
            ("赠品", "Gifts"),
        ),
        _ROLES,
    ),
)
_BY_KEY: Final[Mapping[str, PlanTemplate]] = {each.key: each for each in _TEMPLATES}


def template_names() -> tuple[PlanTemplate, ...]:
    """All of them, in the order they are shown."""
    return _TEMPLATES


def template_plan(key: str, begins_on: date, language: Language = "zh") -> CampaignPlan:
    """A plan of that kind whose first day is this; its campaign is named after kind and day."""
    template = _BY_KEY.get(key)
    if template is None:
        raise NotFoundError(f"There is no template “{key}”.")
    n = 0 if language == "zh" else 1

    def day(since: int) -> str:
        return (begins_on + timedelta(days=since)).isoformat()

    return CampaignPlan(
        theme=template.name[n],
        campaign=f"{key}_{begins_on:%Y%m%d}",
        begins_on=day(0),
        ends_on=day(template.days - 1),
        goal=template.goal[n],
        phases=tuple(
            Phase(each.key, each.name[n], day(each.since), day(each.since + each.days - 1), each.kind, each.goal[n])
            for each in template.beats
        ),
        roles=tuple(Responsibility(name[n], (), duty[n]) for name, duty in template.roles),
        tasks=tuple(
            Task(
                each.key,
                each.name[n],
                day(each.since),
                day(each.since + each.days - 1),
                phase=each.phase,
                after=each.after,
            )
            for each in template.steps
        ),
        budget=tuple(BudgetLine(each[n], 0) for each in template.budget),
    )
