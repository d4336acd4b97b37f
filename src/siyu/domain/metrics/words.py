"""What metrics' events and properties are called in sentences. Part of `sentences`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EVENT_NOUNS: Final[Mapping[str, tuple[str, str]]] = {
    "order_paid": ("支付订单", "paid orders"),
    "order_completed": ("下单", "orders placed"),
    "order_refunded": ("退款", "refunds"),
    "profile_created": ("建档", "profiles created"),
    "message_requested": ("请求发送", "messages requested"),
    "message_sent": ("发出消息", "messages sent"),
    "message_failed": ("发送失败", "messages that failed"),
    "message_clicked": ("点击消息", "clicks on messages"),
    "message_delivered": ("送达消息", "messages delivered"),
    "consent_changed": ("改变授权", "changes of consent"),
    "consent_granted": ("同意授权", "consents granted"),
    "consent_withdrawn": ("撤回授权", "consents withdrawn"),
    "page_viewed": ("浏览页面", "page views"),
    "screen_viewed": ("浏览小程序或应用页", "screen views"),
    "product_viewed": ("浏览商品", "product views"),
    "cart_added": ("加购", "additions to the cart"),
    "coupon_claimed": ("领券", "coupons claimed"),
    "article_read": ("读文章", "articles read"),
    "video_watched": ("看视频", "videos watched"),
    "live_joined": ("进直播", "live shows joined"),
    "lesson_opened": ("打开课程", "lessons opened"),
    "lesson_finished": ("学完一课", "lessons finished"),
    "homework_handed_in": ("交作业", "homework handed in"),
    "quiz_taken": ("做测验", "quizzes taken"),
    "group_joined": ("加入社群", "groups joined"),
    "group_left": ("退出社群", "groups left"),
    "contact_added": ("添加顾问", "advisers added"),
    "contact_deleted_staff": ("删除顾问", "advisers deleted"),
    "checked_in": ("打卡", "check-ins"),
    "share_sent": ("分享", "shares"),
    "segment_entered": ("进入人群", "entries into segments"),
    "segment_exited": ("离开人群", "exits from segments"),
    "code_viewed": ("扫开渠道活码", "channel codes opened"),
    "account_scanned": ("扫公众号二维码", "codes of the account scanned"),
    "form_answered": ("填写表单", "forms filled in"),
    "form_submitted": ("提交表单", "forms submitted"),
    "coupon_issued": ("得到券码", "coupons received"),
    "material_read": ("读素材", "materials read"),
    "link_forwarded": ("转发链接", "links forwarded"),
    "lead_lost": ("丢单", "leads lost"),
}
PROPERTY_NOUNS: Final[Mapping[str, tuple[str, str]]] = {
    "total_fen": ("金额", "amount"),
    "currency": ("币种", "currency"),
    "state": ("状态", "state"),
    "purpose": ("用途", "purpose"),
    "channel": ("渠道", "channel"),
    "price_kind": ("价格类型", "kind of price"),
    "join_scene": ("入群方式", "way of joining"),
}
OPERATORS: Final[Mapping[str, tuple[str, str]]] = {
    "is": ("为 ", "is"),
    "is_not": ("不为 ", "is not"),
    "contains": ("包含", "contains"),
    "starts_with": ("开头为", "starts with"),
    "at_least": ("不低于", "is at least"),
    "at_most": ("不高于", "is at most"),
    "more_than": ("高于", "is more than"),
    "less_than": ("低于", "is less than"),
    "one_of": ("为以下之一：", "is one of"),
    "not_one_of": ("不为以下任何一个：", "is none of"),
    "has_all": ("包含全部：", "has all of"),
    "is_set": ("有值", "is set"),
    "is_not_set": ("没有值", "is not set"),
}


def event_nouns(event: str) -> tuple[str, str]:
    """What an event is called, known or not."""
    return EVENT_NOUNS.get(event, (f"「{event}」", f"“{event}”"))


def property_nouns(name: str) -> tuple[str, str]:
    """What a property is called, known or not."""
    return PROPERTY_NOUNS.get(name, (f"「{name}」", f"“{name}”"))
