"""A definition as a sentence that a person reads, in Chinese and in English."""

from __future__ import annotations

from typing import Literal, NamedTuple

from siyu.domain.segments.contracts import (
    AllCondition,
    AnyCondition,
    AttributeCondition,
    Condition,
    NotCondition,
)

Language = Literal["zh", "en"]

VALUES_SHOWN_MAX = 5


class EventWords(NamedTuple):
    """How to speak of doing something: 购买 · buy, bought, (have) bought."""

    chinese: str
    infinitive: str
    past: str
    participle: str


EVENT_WORDS = {
    "order_paid": EventWords("购买", "buy", "bought", "bought"),
    "order_refunded": EventWords("退款", "get a refund", "got a refund", "got a refund"),
    "message_sent": EventWords("收到消息", "receive a message", "received a message", "received a message"),
    "message_clicked": EventWords("点击消息", "click a message", "clicked a message", "clicked a message"),
    "page_viewed": EventWords("浏览页面", "view a page", "viewed a page", "viewed a page"),
    "screen_viewed": EventWords("浏览小程序或应用页", "view a screen", "viewed a screen", "viewed a screen"),
    "account_joined": EventWords("加入团体", "join an account", "joined an account", "joined an account"),
    "product_viewed": EventWords("浏览商品", "view a product", "viewed a product", "viewed a product"),
    "cart_added": EventWords("加购", "add to the cart", "added to the cart", "added to the cart"),
    "coupon_claimed": EventWords("领券", "claim a coupon", "claimed a coupon", "claimed a coupon"),
    "article_read": EventWords("读文章", "read an article", "read an article", "read an article"),
    "group_joined": EventWords("加入社群", "join a group", "joined a group", "joined a group"),
    "checked_in": EventWords("打卡", "check in", "checked in", "checked in"),
    "share_sent": EventWords("分享", "share something", "shared something", "shared something"),
}

ATTRIBUTE_WORDS = {
    "name": ("姓名", "name"),
    "city": ("城市", "city"),
    "province": ("省份", "province"),
    "gender": ("性别", "gender"),
    "birthday": ("生日", "birthday"),
    "level": ("等级", "level"),
    "phone": ("手机号", "phone"),
    "email": ("邮箱", "e-mail"),
    "channel": ("来源渠道", "channel"),
}
"""Attribute name → (Chinese, English)."""


def sentence(condition: Condition, language: Language) -> str:
    """The whole definition: 「购买过至少 2 次，且超过 90 天没有购买」, "Customers who bought at least 2 times and who …"."""
    if language == "zh":
        return _zh(condition, is_top=True)
    return f"Customers {_en(condition, is_top=True)}"


def _zh(condition: Condition, *, is_top: bool = False) -> str:
    if isinstance(condition, AllCondition | AnyCondition):
        if len(condition.of) == 1:
            return _zh(condition.of[0], is_top=is_top)
        joined = ("，且" if isinstance(condition, AllCondition) else "，或").join(_zh(each) for each in condition.of)
        return joined if is_top else f"（{joined}）"
    if isinstance(condition, NotCondition):
        inner = _zh(condition.of)
        return f"不满足{inner}" if inner.startswith("（") else f"不满足（{inner}）"
    if isinstance(condition, AttributeCondition):
        return _attribute_zh(condition)
    return condition.kind


def _attribute_zh(condition: AttributeCondition) -> str:
    name = ATTRIBUTE_WORDS[condition.name][0] if condition.name in ATTRIBUTE_WORDS else f"「{condition.name}」"
    if condition.operator in {"is_set", "is_not_set"}:
        return f"{name}{'有值' if condition.operator == 'is_set' else '没有值'}"
    if isinstance(condition.value, tuple):
        shown = "、".join(_value_zh(value) for value in condition.value[:VALUES_SHOWN_MAX])
        more = f"等 {len(condition.value)} 个值" if len(condition.value) > VALUES_SHOWN_MAX else ""
        return f"{name}是 {shown}{more}之一"
    is_day = isinstance(condition.value, str)
    words = {
        "is": "是",
        "is_not": "不是",
        "contains": "包含",
        "at_least": "不早于" if is_day else "不小于",
        "at_most": "不晚于" if is_day else "不大于",
    }
    return f"{name}{words[condition.operator]} {_value_zh(condition.value)}"


def _value_zh(value: object) -> str:
    if isinstance(value, bool):
        return "“是”" if value else "“否”"
    return f"“{value}”" if isinstance(value, str) else _number(value)


def _words(event: str) -> EventWords:
    if event in EVENT_WORDS:
        return EVENT_WORDS[event]
    return EventWords(f"发生「{event}」", f"do “{event}”", f"did “{event}”", f"done “{event}”")


def _window_zh(days: int | None) -> str:
    return f"最近 {days} 天内" if days else ""


def _en(condition: Condition, *, is_top: bool = False) -> str:
    if isinstance(condition, AllCondition | AnyCondition):
        if len(condition.of) == 1:
            return _en(condition.of[0], is_top=is_top)
        joined = (" and " if isinstance(condition, AllCondition) else " or ").join(_en(each) for each in condition.of)
        return joined if is_top else f"({joined})"
    if isinstance(condition, NotCondition):
        inner = _en(condition.of)
        return f"except those {inner}" if is_top else f"who are not among those {inner}"
    if isinstance(condition, AttributeCondition):
        return _attribute_en(condition)
    return f"who {condition.kind}"


def _attribute_en(condition: AttributeCondition) -> str:
    name = ATTRIBUTE_WORDS[condition.name][1] if condition.name in ATTRIBUTE_WORDS else f"“{condition.name}”"
    if condition.operator in {"is_set", "is_not_set"}:
        return f"whose {name} is {'known' if condition.operator == 'is_set' else 'not known'}"
    if isinstance(condition.value, tuple):
        shown = ", ".join(_value_en(value) for value in condition.value[:VALUES_SHOWN_MAX])
        rest = len(condition.value) - VALUES_SHOWN_MAX
        return f"whose {name} is one of {shown}" + (f" and {rest} more" if rest > 0 else "")
    is_day = isinstance(condition.value, str)
    words = {
        "is": "is",
        "is_not": "is not",
        "contains": "contains",
        "at_least": "is not before" if is_day else "is at least",
        "at_most": "is not after" if is_day else "is at most",
    }
    return f"whose {name} {words[condition.operator]} {_value_en(condition.value)}"


def _value_en(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"“{value}”" if isinstance(value, str) else _number(value)


def _days_en(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _number(value: object) -> str:
    if isinstance(value, int | float):
        return f"{int(value):,}" if value == int(value) else f"{value:,}"
    return str(value)


def _yuan(fen: float) -> str:
    yuan = fen / 100
    return f"{int(yuan):,}" if yuan == int(yuan) else f"{yuan:,.2f}"
