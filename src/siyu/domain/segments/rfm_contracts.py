"""RFM schemes: buyers scored by when they bought last, how often, and for how much, and put into cells. Part of `contracts`.

A buyer is who has at least one event `event` in the last `days` days (or ever). Of each measure there is one score more than
there are cut-offs: score k is reached by who reaches the cut-off before the k-th.

- recency: the last event lies less than `cut` days (of 24 hours) back; cut-offs go down.
- frequency: at least `cut` events; monetary: the numbers in `property` add up to at least `cut`; ticket: their mean is at
  least `cut` (who has no such number has score 1). With `currency` only events that name it count for money. Cut-offs go up.

A cut-off may be told (`custom`) or found (`quantiles`, `mean`) among the buyers there are. Quantiles are of type 7 of Hyndman
and Fan (Excel's QUARTILE.INC, R, numpy), over whole numbers: days since, events, fen. Equal values have equal scores: who lies on
a quantile has the score below, as in `pandas.qcut`; for recency (the fewer days the better) who lies on it has the score above.
As a cut-off stands the next whole number, so nothing is lost by rounding.

Each combination of scores belongs to exactly one cell, so each buyer is in exactly one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from siyu.domain.definitions.contracts import (
    TEXT_LENGTH_MAX,
    DefinitionStatus,
)
from siyu.domain.segments.language_words import (
    DAYS_MAX,
)

RFM_KIND = "rfm"
SCORES_MAX = 10
GRID_MAX = 1000
CELLS_MAX = 60
BOXES_MAX = 40
KEY_PATTERN = "^[a-z][a-z0-9_]{0,39}$"
CUT_MAX = 10**15

Measure = Literal["recency", "frequency", "monetary", "ticket"]
By = Literal["custom", "quantiles", "mean"]
Key = Annotated[str, Field(strict=True, pattern=KEY_PATTERN)]
Name = Annotated[str, Field(strict=True, min_length=1, max_length=60)]
_Text = Annotated[str, Field(strict=True, min_length=1, max_length=TEXT_LENGTH_MAX)]
_Score = Annotated[int, Field(strict=True, ge=1, le=SCORES_MAX)]
_Cut = Annotated[int, Field(strict=True, ge=1, le=CUT_MAX)]
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Scale:
    """How one measure is scored: from 1 to one more than there are cut-offs."""

    __pydantic_config__ = _STRICT

    measure: Measure
    cuts: Annotated[tuple[_Cut, ...], Field(min_length=1, max_length=SCORES_MAX - 1)]
    by: By = "custom"

    @property
    def scores(self) -> int:
        return len(self.cuts) + 1


@dataclass(frozen=True, slots=True)
class ScoreRange:
    """Scores of a measure from `least` to `most`, both included."""

    __pydantic_config__ = _STRICT

    measure: Measure
    least: _Score
    most: _Score


Box = Annotated[tuple[ScoreRange, ...], Field(max_length=4)]
"""A measure that is not named may have any score."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the buyers: those in any of the boxes."""

    __pydantic_config__ = _STRICT

    key: Key
    zh: Name
    en: Name
    boxes: Annotated[tuple[Box, ...], Field(min_length=1, max_length=BOXES_MAX)]


@dataclass(frozen=True, slots=True)
class RfmScheme:
    """A scheme, as its document says it."""

    __pydantic_config__ = _STRICT

    event: _Text
    property: _Text
    scales: Annotated[tuple[Scale, ...], Field(min_length=1, max_length=4)]
    cells: Annotated[tuple[Cell, ...], Field(min_length=1, max_length=CELLS_MAX)]
    days: Annotated[int, Field(strict=True, ge=1, le=DAYS_MAX)] | None = None
    currency: _Text | None = None

    def grid(self) -> list[list[int]]:
        """For each combination of scores, the last measure going fastest: the places of the cells that it belongs to."""
        every = product(*(range(1, scale.scores + 1) for scale in self.scales))
        return [
            [n for n, cell in enumerate(self.cells) if any(self._is_in(box, scores) for box in cell.boxes)]
            for scores in every
        ]

    def _is_in(self, box: Box, scores: tuple[int, ...]) -> bool:
        score_of = {scale.measure: score for scale, score in zip(self.scales, scores, strict=True)}
        return all(each.least <= score_of[each.measure] <= each.most for each in box)


@dataclass(frozen=True, slots=True)
class RfmState:
    """A scheme as it stands: the published one (None before the first), and the draft if one is waiting. `segments` says by
    which segment audience keeps a cell of the published one."""

    scheme_id: int
    name: str
    status: DefinitionStatus
    version: int | None
    revision: int
    scheme: RfmScheme | None
    draft: RfmScheme | None
    segments: dict[str, int]
    updated_at: datetime
