"""The language of dashboards: cards that lie in a grid of twelve columns. Part of `contracts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from siyu.domain.definitions.contracts import WITH_KIND, WITHOUT_KIND, Id, Text
from siyu.domain.metrics.questions_words import Breakdown, Period

COLUMNS = 12
CARDS_MAX = 30
HEIGHT_MAX = 12
ROWS_MAX = 400
LINES_MAX = 30

CardKey = Annotated[str, Field(strict=True, pattern="^[a-z][a-z0-9_]{0,39}$")]
Title = Annotated[str, Field(strict=True, min_length=1, max_length=60)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card lies: `x` columns from the left, `y` rows from the top, `w` columns wide and `h` rows high."""

    __pydantic_config__ = WITHOUT_KIND

    x: Annotated[int, Field(strict=True, ge=0, le=COLUMNS - 1)]
    y: Annotated[int, Field(strict=True, ge=0, le=ROWS_MAX)]
    w: Annotated[int, Field(strict=True, ge=2, le=COLUMNS)]
    h: Annotated[int, Field(strict=True, ge=1, le=HEIGHT_MAX)]


@dataclass(frozen=True, slots=True)
class MetricCard:
    """A metric over time, or only its last periods as a number."""

    __pydantic_config__ = WITH_KIND

    key: CardKey
    place: Place
    metric_id: Id
    grain: Literal["day", "week", "month"] = "day"
    shows: Literal["line", "number"] = "line"
    breakdown: Breakdown | None = None
    period: Period | None = None
    title: Title | None = None
    kind: Literal["metric"] = "metric"


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A saved question."""

    __pydantic_config__ = WITH_KIND

    key: CardKey
    place: Place
    question_id: Id
    period: Period | None = None
    title: Title | None = None
    kind: Literal["question"] = "question"


@dataclass(frozen=True, slots=True)
class SegmentCard:
    """How many are in a segment now."""

    __pydantic_config__ = WITH_KIND

    key: CardKey
    place: Place
    segment_id: Id
    title: Title | None = None
    kind: Literal["segment"] = "segment"


@dataclass(frozen=True, slots=True)
class TextCard:
    """What somebody wrote."""

    __pydantic_config__ = WITH_KIND

    key: CardKey
    place: Place
    lines: Annotated[tuple[Text, ...], Field(min_length=1, max_length=LINES_MAX)]
    kind: Literal["text"] = "text"


Card = Annotated[MetricCard | QuestionCard | SegmentCard | TextCard, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Cards that do not overlap. `period` holds for every card that has none of its own; where neither has, each is shown as it was
    made. `shared`: with its author alone, or with everybody who may see dashboards (numbers are each reader's own)."""

    __pydantic_config__ = WITHOUT_KIND

    cards: Annotated[tuple[Card, ...], Field(max_length=CARDS_MAX)]
    period: Period | None = None
    shared: Literal["me", "all"] = "me"
    note: Text | None = None
