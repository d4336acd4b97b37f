"""What the course brand's customer service answers by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

RULES_NAME: Final = "课程客服"
RULES: Final[Mapping[str, Any]] = {
    "welcome": "您好，这里是明理财商客服。想问课程、班级还是退费？",
    "first_reply": "收到，我们马上看。",
    "fallback": "这个问题我还答不上来，回复「人工」就有同事来。",
    "closing": "这次就聊到这里，祝您学得开心。",
    "replies": [
        {"words": ["一元", "报名"], "text": "一元小白营每周一开班，周日晚八点截止报名；报名后加班主任就能领课。"},
        {"words": ["退费", "退款"], "text": "一元课不退；正价课开课 7 天内可以无理由退，回复「人工」我们马上办。"},
        {"words": ["收益", "推荐", "买什么"], "text": "我们只教方法，不推荐任何产品，也不承诺收益。投资有风险。"},
    ],
    "faqs": [
        {
            "question": "什么时候上课？",
            "answer": "每天早八点发课，随时可以看，当天看完最好。",
            "words": ["几点", "上课"],
        },
        {
            "question": "跟不上怎么办？",
            "answer": "可以转到下周一的班，免费重学一次。",
            "words": ["跟不上", "重学", "没时间"],
        },
    ],
    "hand_over": {
        "words": ["人工"],
        "after_unmatched": 3,
        "text": "已为您转接同事，请稍等。",
        "waiting": "同事现在不在，早上九点后第一时间回复您。",
    },
}
