"""The words on the page of a channel code, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from siyu.faces.h5.words import Language

CODE_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "zh": {
        "served_by": "为您服务的是",
        "team": "我们的顾问",
        "press": "长按二维码，添加企业微信",
        "elsewhere": "不在微信里？保存图片，打开微信“扫一扫”，从相册选取。",
        "picture": "企业微信二维码",
        "closed_title": "这个活动已经结束",
        "closed_text": "感谢您的关注，欢迎通过其他方式联系我们。",
        "off_duty_title": "现在没有人值班",
        "off_duty_text": "请在营业时间再打开这个页面，我们会第一时间为您服务。",
        "full_title": "今天的名额满了",
        "full_text": "为了把每一位照顾好，今天先到这里。请明天再打开这个页面。",
        "preparing_title": "马上就好",
        "preparing_text": "正在为您准备专属顾问，几秒后页面会自动刷新。",
        "busy_title": "访问的人有点多",
        "busy_text": "请过一分钟再打开。",
    },
    "en": {
        "served_by": "You are served by",
        "team": "our advisers",
        "press": "Press and hold the code to add us on WeCom",
        "elsewhere": "Not in WeChat? Save the picture, open Scan in WeChat and choose it from your album.",
        "picture": "QR code of WeCom",
        "closed_title": "This has ended",
        "closed_text": "Thank you for coming. Please reach us in another way.",
        "off_duty_title": "Nobody is on duty now",
        "off_duty_text": "Please open this page again during business hours.",
        "full_title": "No more places today",
        "full_text": "We want to have time for everybody. Please open this page again tomorrow.",
        "preparing_title": "Just a moment",
        "preparing_text": "We are getting your adviser ready; the page comes again in a few seconds.",
        "busy_title": "Many people are here",
        "busy_text": "Please open it again in a minute.",
    },
}
