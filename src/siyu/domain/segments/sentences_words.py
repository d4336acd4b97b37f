"""What things are called in sentences. Part of `sentences`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from siyu.domain.segments.contracts import (
    Condition,
    KeeperCondition,
    Leaf,
    ListCondition,
    RfmCondition,
    SegmentCondition,
    StageCondition,
    TagCondition,
    UnitCondition,
)
from siyu.domain.segments.definition import leaves
from siyu.domain.segments.naming_contracts import Named, NamedKind

VALUES_SHOWN_MAX = 8


class EventWords(NamedTuple):
    """How to speak of doing something: 购买 · buy, bought, (have) bought."""

    chinese: str
    infinitive: str
    past: str
    participle: str


EVENT_WORDS = {
    "order_paid": EventWords("购买", "buy", "bought", "bought"),
    "order_completed": EventWords("下单", "place an order", "placed an order", "placed an order"),
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
    "video_watched": EventWords("看视频", "watch a video", "watched a video", "watched a video"),
    "live_joined": EventWords("进直播", "join a live show", "joined a live show", "joined a live show"),
    "lesson_opened": EventWords("打开课程", "open a lesson", "opened a lesson", "opened a lesson"),
    "lesson_finished": EventWords("学完一课", "finish a lesson", "finished a lesson", "finished a lesson"),
    "homework_handed_in": EventWords("交作业", "hand in homework", "handed in homework", "handed in homework"),
    "quiz_taken": EventWords("做测验", "take a quiz", "took a quiz", "taken a quiz"),
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

PROPERTY_WORDS = {"total_fen": ("金额", "amount"), "amount_fen": ("退款金额", "amount refunded")}
IDENTITY_WORDS = {
    "user_id": ("用户号", "user id"),
    "anonymous_id": ("匿名号", "anonymous id"),
    "member_id": ("会员号", "member id"),
    "external_userid": ("企业微信外部联系人", "WeCom contact"),
    "unionid": ("微信 unionid", "WeChat unionid"),
    "openid": ("微信 openid", "WeChat openid"),
    "phone": ("手机号", "phone"),
    "email": ("邮箱", "e-mail"),
}
ESTIMATE_WORDS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("value", "p_alive"): ("仍活跃的概率", "probability of still being a buyer"),
    ("value", "expected_orders"): ("未来 90 天预期购买次数", "expected number of purchases in the next 90 days"),
    ("value", "expected_ticket_fen"): ("预期客单价", "expected amount of a purchase"),
    ("value", "expected_value_fen"): ("未来 365 天预期价值", "expected value of the next 365 days"),
    ("scene", "best_hour"): ("最佳联系时间", "best hour to be written to"),
    ("scene", "weekend_share"): ("周末活跃占比", "share of activity at weekends"),
    ("scene", "active_hours"): ("活跃的钟点数", "number of active hours of the day"),
    ("scene", "city"): ("常在城市", "usual city"),
    ("scene", "device"): ("常用设备", "usual device"),
}
"""(Model, name) → (Chinese, English)."""
PURPOSE_WORDS = {
    "marketing": ("营销消息", "marketing"),
    "service": ("服务通知", "service notices"),
    "profiling": ("按特征挑选消息", "being profiled"),
    "partner_sharing": ("向合作伙伴提供信息", "sharing with partners"),
}
CHANNEL_WORDS = {"*": ("全部渠道", "all channels"), "sms": ("短信", "SMS"), "mail": ("邮件", "e-mail")}
NAMED_WORDS: Mapping[NamedKind, tuple[str, str]] = {
    "tag": ("标签", "tag"),
    "staff": ("员工", "staff member"),
    "unit": ("部门", "unit"),
    "segment": ("人群", "segment"),
    "list": ("名单", "list"),
    "rfm": ("方案", "scheme"),
    "ladder": ("阶梯", "ladder"),
}


def event_words(event: str) -> EventWords:
    """How to speak of an event, known or not."""
    if event in EVENT_WORDS:
        return EVENT_WORDS[event]
    return EventWords(f"发生「{event}」", f"do “{event}”", f"did “{event}”", f"done “{event}”")


def named_things(condition: Condition) -> frozenset[Named]:
    """All that the condition knows by its number alone, and a sentence would rather call by its name."""
    return frozenset(each for leaf in leaves(condition) for each in _named_of(leaf))


def _named_of(leaf: Leaf) -> list[Named]:
    if isinstance(leaf, TagCondition):
        return [("tag", each) for each in leaf.tag_ids]
    if isinstance(leaf, KeeperCondition):
        return [("staff", each) for each in leaf.staff_ids]
    if isinstance(leaf, UnitCondition):
        return [("unit", each) for each in leaf.unit_ids]
    if isinstance(leaf, SegmentCondition):
        return [("segment", leaf.segment_id)]
    if isinstance(leaf, ListCondition):
        return [("list", leaf.list_id)]
    if isinstance(leaf, RfmCondition):
        return [("rfm", leaf.scheme_id)]
    return [("ladder", leaf.ladder_id)] if isinstance(leaf, StageCondition) else []


def number(value: float) -> str:
    """The number with its thousands apart, in full."""
    return f"{int(value):,}" if value == int(value) else f"{value:,}"


def is_fen(name: str | None) -> bool:
    """Whether numbers under this name are money."""
    return name is not None and name.endswith("_fen")


def yuan(fen: float) -> str | None:
    """¥500 for 50,000 fen; None for a part of a fen, which no yuan tells exactly."""
    if fen != int(fen):
        return None
    whole, rest = divmod(abs(int(fen)), 100)
    return f"{'-' if fen < 0 else ''}¥{whole:,}{f'.{rest:02d}' if rest else ''}"
