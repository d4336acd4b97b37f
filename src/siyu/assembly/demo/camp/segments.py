"""Whom the course brand tells apart: segments from the first click to the year's membership, schemes, ladders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from siyu.assembly.demo.conditions import before, count, every, last_time
from siyu.assembly.demo.pressure import with_room
from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments.contracts import Ladder, RfmScheme

CAMP_FEN, COURSE_FEN, VIP_FEN = 100, 198_000, 980_000

FRESH: Final = "本期学员 · 7 天内付 1 元"
NOT_ADDED: Final = "付费未加好友 · 14 天"
NOT_OPENED: Final = "开营未开口 · 没开课也没打卡"
LEARNT: Final = "学完未买 · 30 天"
STUDENTS: Final = "正价学员"
VIPS: Final = "VIP 年度会员"
REFUNDED: Final = "退费 · 90 天"
SLEEPING: Final = "沉睡学员 · 30 天没来学"
LOOKING: Final = "看过没付 · 潜在学员"
SHARING: Final = "爱分享的学员"
HOPEFUL: Final = "问卷高意向"
FROM_VIDEO: Final = "抖音来的付费学员"


def bought(fen: int, within_days: int | None = None) -> dict[str, Any]:
    """An order of exactly that much."""
    where = [{"property": "total_fen", "operator": "is", "value": fen}]
    return {**count("order_paid", "at_least", 1, within_days), "where": where}


def no(condition: Mapping[str, Any]) -> dict[str, Any]:
    """It does not hold."""
    return {"kind": "not", "of": condition}


_FRIEND = {"kind": "identity", "identities": ["external_userid"]}

SEGMENTS: Final[Mapping[str, Mapping[str, Any]]] = {
    LOOKING: every(
        {
            "kind": "any",
            "of": [count("video_watched", "at_least", 1, 14), count("article_read", "at_least", 1, 14)],
        },
        no(count("order_paid", "at_least", 1)),
    ),
    FRESH: bought(CAMP_FEN, 7),
    NOT_ADDED: every(bought(CAMP_FEN, 14), no(_FRIEND)),
    NOT_OPENED: every(
        bought(CAMP_FEN, 14),
        count("lesson_opened", "exactly", 0, 14),
        count("checked_in", "exactly", 0, 14),
    ),
    LEARNT: every(
        count("lesson_finished", "at_least", 6, 30),
        no(bought(COURSE_FEN)),
    ),
    STUDENTS: bought(COURSE_FEN),
    VIPS: bought(VIP_FEN),
    REFUNDED: count("order_refunded", "at_least", 1, 90),
    SLEEPING: every(bought(CAMP_FEN), last_time("lesson_opened", before(30))),
    SHARING: count("share_sent", "at_least", 1, 60),
    HOPEFUL: {"kind": "attribute", "name": "camp_intent", "operator": "is", "value": "高意向"},
    FROM_VIDEO: every({"kind": "attribute", "name": "channel", "operator": "is", "value": "抖音"}, bought(CAMP_FEN)),
}
"""Name → definition, in the order in which they were made."""

SCHEMES: Final[Mapping[str, RfmScheme]] = {
    "学员价值 · RFM 八格": segments_reading.eight_cells("order_paid", "total_fen", currency="CNY"),
    "频次 × 客单价": segments_reading.quadrants("order_paid", "total_fen", days=365, currency="CNY"),
}
"""Cut-offs are found among those who have bought when the brand is made up."""

LADDERS: Final[Mapping[str, Ladder]] = {
    "学员成长阶梯": segments_reading.lifecycle(vip_fen=VIP_FEN),
    "私域分层": with_room(segments_reading.layers()),
}

WORDS: Final[Mapping[str, Any]] = {
    "hypothesis": "先看同类学员的故事，再看课程大纲，更多学完的人愿意问正价课",
    "arms": [{"key": "outline", "name": "先给大纲"}, {"key": "story", "name": "先讲故事"}],
    "primary": {"name": "7 天内买正价课", "of": {"event": "order_paid"}},
    "guardrails": [
        {
            "name": "不再收消息",
            "of": {
                "event": "consent_changed",
                "where": [
                    {"property": "purpose", "operator": "is", "value": "marketing"},
                    {"property": "state", "operator": "is", "value": "withdrawn"},
                ],
            },
            "is_lower_better": True,
        }
    ],
    "days": 7,
}
"""The experiment on what those who finished are told first."""
