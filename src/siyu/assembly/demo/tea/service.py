"""What the tea brand's customer service answers by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

RULES_NAME: Final = "茶饮客服"
RULES: Final[Mapping[str, Any]] = {
    "welcome": "您好，这里是晨曦茶饮客服。想问点什么？",
    "first_reply": "收到，我们马上看。",
    "fallback": "这个问题我还答不上来，回复「人工」就有同事来。",
    "closing": "这次就聊到这里，祝您喝得开心。",
    "replies": [
        {"words": ["新品", "上新"], "text": "本季新品是酒酿桂花冻和厚芋泥波波，门店和小程序都有。"},
        {"words": ["发票"], "text": "在小程序「订单」里点开那一单，就能开电子发票。"},
    ],
    "faqs": [
        {"question": "几点关门？", "answer": "各店都到晚上 10 点。", "words": ["几点", "营业"]},
        {"question": "会员日是哪天？", "answer": "每月 8 号，第二杯半价。", "words": ["会员日"]},
    ],
    "hand_over": {
        "words": ["人工"],
        "after_unmatched": 3,
        "text": "已为您转接同事，请稍等。",
        "waiting": "同事现在不在，上班后第一时间回复您。",
    },
}
