"""The words on the pages, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Language = Literal["zh", "en"]

WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "zh": {
        "language_name": "English",
        "not_found_title": "这个链接打不开了",
        "not_found_text": "链接可能没有复制完整，或者已经失效。请回到收到的消息里重新点开，或直接联系我们。",
        "preferences_title": "消息设置",
        "preferences_text": "您可以在这里决定，是否继续收到我们的活动与优惠消息。",
        "is_on": "接收中",
        "is_off": "已停止",
        "turn_off": "停止接收",
        "turn_on": "恢复接收",
        "saved_on": "已恢复，之后的消息会继续发给您。",
        "saved_off": "已停止，之后不会再发给您。",
        "expired": "页面打开太久了，请再点一次。",
        "nothing": "目前没有会发给您的消息。",
        "note": "停止后，与您的订单和售后有关的通知不受影响。",
        "channel_other": "消息",
        "channel_webhook": "活动与优惠消息",
        "channel_sms": "短信",
        "channel_mail": "邮件",
    },
    "en": {
        "language_name": "中文",
        "not_found_title": "This link leads nowhere",
        "not_found_text": "It may be incomplete or no longer valid. Open it again from the message, or get in touch with us.",
        "preferences_title": "Message preferences",
        "preferences_text": "Decide here whether you would like to go on hearing from us about news and offers.",
        "is_on": "On",
        "is_off": "Off",
        "turn_off": "Stop",
        "turn_on": "Start again",
        "saved_on": "Done. You will hear from us again.",
        "saved_off": "Done. We will not write to you any more.",
        "expired": "This page was open for too long. Please press once more.",
        "nothing": "There are no messages that would be sent to you.",
        "note": "Notices about your own orders and service are not affected.",
        "channel_other": "Messages",
        "channel_webhook": "News and offers",
        "channel_sms": "Text messages",
        "channel_mail": "E-mail",
    },
}
