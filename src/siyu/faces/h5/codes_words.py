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
        "group_by": "邀请您加入",
        "group": "客户群",
        "press_group": "长按二维码，加入群聊",
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
        "group_by": "You are invited to",
        "group": "our group",
        "press_group": "Press and hold the code to join the group",
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

STORE_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "zh": {
        "near": "找离我最近的门店",
        "kept_nowhere": "位置只用来找最近的门店，不会保存。",
        "looking": "正在定位…",
        "refused": "没有拿到位置。请在下面按城市或店名找。",
        "search": "城市、店名或地址",
        "find": "查找",
        "cities": "城市",
        "list": "门店",
        "open": "营业中",
        "shut": "已打烊",
        "go": "选这家",
        "none": "没有找到门店，换个词试试。",
        "weekdays": "周一 周二 周三 周四 周五 周六 周日",
        "no_place": "没有拿到位置。请在下面按城市或店名找。",
        "no_store_full": "附近门店今天的名额都满了，请明天再来，或在下面另选一家。",
        "no_store_off_duty": "附近的门店都打烊了，请在营业时间再来，或在下面另选一家。",
        "no_store_closed": "这个活动已经结束。",
        "no_store_preparing": "马上就好，请再试一次。",
    },
    "en": {
        "near": "Find the store nearest to me",
        "kept_nowhere": "Your location is used to find the nearest store and is not stored.",
        "looking": "Finding where you are…",
        "refused": "We could not tell where you are. Please look for a city or a store below.",
        "search": "City, store or address",
        "find": "Find",
        "cities": "Cities",
        "list": "Stores",
        "open": "Open",
        "shut": "Closed",
        "go": "Choose",
        "none": "No store was found; try another word.",
        "weekdays": "Mon Tue Wed Thu Fri Sat Sun",
        "no_place": "We could not tell where you are. Please look for a city or a store below.",
        "no_store_full": "The stores around you have no more places today. Please come tomorrow, or choose another one below.",
        "no_store_off_duty": "The stores around you are closed. Please come when they are open, or choose another one below.",
        "no_store_closed": "This has ended.",
        "no_store_preparing": "Just a moment; please try again.",
    },
}
