"""The schemes that everybody begins with. Their cut-offs are to be found among one's own buyers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from siyu.domain.segments.rfm_contracts import By, Cell, Measure, RfmScheme, Scale, ScoreRange

_EIGHT: Final = (
    ("important_value", "重要价值", "Champions to keep", (2, 2, 2)),
    ("important_develop", "重要发展", "Important, to develop", (2, 1, 2)),
    ("important_keep", "重要保持", "Important, to hold", (1, 2, 2)),
    ("important_retain", "重要挽留", "Important, to win back", (1, 1, 2)),
    ("general_value", "一般价值", "General value", (2, 2, 1)),
    ("general_develop", "一般发展", "General, to develop", (2, 1, 1)),
    ("general_keep", "一般保持", "General, to hold", (1, 2, 1)),
    ("general_retain", "一般挽留", "General, to win back", (1, 1, 1)),
)
"""Scores of recency, frequency, monetary: 2 is high."""

_ELEVEN: Final[tuple[tuple[str, str, str, tuple[tuple[int, int, int, int], ...]], ...]] = (
    ("champions", "冠军客户", "Champions", ((5, 5, 4, 5),)),
    ("loyal", "忠诚客户", "Loyal customers", ((3, 4, 4, 5),)),
    ("potential_loyalist", "潜力忠诚客户", "Potential loyalists", ((4, 5, 2, 3),)),
    ("recent", "新近客户", "Recent customers", ((5, 5, 1, 1),)),
    ("promising", "有望客户", "Promising", ((4, 4, 1, 1),)),
    ("need_attention", "需要关注", "Need attention", ((3, 3, 3, 3),)),
    ("about_to_sleep", "即将沉睡", "About to sleep", ((3, 3, 1, 2),)),
    ("at_risk", "流失风险", "At risk", ((1, 2, 3, 4),)),
    ("cannot_lose", "不能失去", "Cannot lose them", ((1, 2, 5, 5),)),
    ("hibernating", "沉睡客户", "Hibernating", ((2, 2, 1, 2), (1, 1, 2, 2))),
    ("lost", "已流失", "Lost", ((1, 1, 1, 1),)),
)
"""Recency from, to, frequency from, to; scores of five."""

_QUADRANTS: Final = (
    ("often_high", "高频高客单", "Often, high ticket", (2, 2)),
    ("often_low", "高频低客单", "Often, low ticket", (2, 1)),
    ("seldom_high", "低频高客单", "Seldom, high ticket", (1, 2)),
    ("seldom_low", "低频低客单", "Seldom, low ticket", (1, 1)),
)


def _single(*measures: Measure, scores: tuple[int, ...]) -> tuple[ScoreRange, ...]:
    return tuple(ScoreRange(measure, score, score) for measure, score in zip(measures, scores, strict=True))


def eight_cells(event: str, name: str, *, days: int | None = None, currency: str | None = None) -> RfmScheme:
    """重要 / 一般 × 价值 / 发展 / 保持 / 挽留: high is what lies beyond the buyers' mean."""
    cells = tuple(
        Cell(key, zh, en, (_single("recency", "frequency", "monetary", scores=scores),))
        for key, zh, en, scores in _EIGHT
    )
    scales = (_halves("recency"), _halves("frequency"), _halves("monetary"))
    return RfmScheme(event, name, scales, cells, days, currency)


def eleven_cells(event: str, name: str, *, days: int | None = None, currency: str | None = None) -> RfmScheme:
    """The international eleven, over fifths of recency and frequency; what was spent is shown and does not decide."""
    cells = tuple(
        Cell(
            key,
            zh,
            en,
            tuple((ScoreRange("recency", *box[:2]), ScoreRange("frequency", *box[2:])) for box in boxes),
        )
        for key, zh, en, boxes in _ELEVEN
    )
    scales = (Scale("recency", (360, 180, 90, 30), "quantiles"), Scale("frequency", (2, 3, 4, 5), "quantiles"))
    return RfmScheme(event, name, scales, cells, days, currency)


def quadrants(event: str, name: str, *, days: int | None = None, currency: str | None = None) -> RfmScheme:
    """How often × how much each time, each beyond the buyers' mean or not."""
    cells = tuple(
        Cell(key, zh, en, (_single("frequency", "ticket", scores=scores),)) for key, zh, en, scores in _QUADRANTS
    )
    return RfmScheme(event, name, (_halves("frequency"), _halves("ticket")), cells, days, currency)


_FIRST_CUT: Final[Mapping[Measure, int]] = {"recency": 90, "frequency": 2, "monetary": 10_000, "ticket": 10_000}


def _halves(measure: Measure, by: By = "mean") -> Scale:
    return Scale(measure, (_FIRST_CUT[measure],), by)
