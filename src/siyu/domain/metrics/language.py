"""The language of metrics. Part of `contracts`.

A metric is one number for each period (a day, a week that begins on Monday, a month; all of the business time zone):

- `events`: what the events of these names that pass their filters come to. `count`: how many; `people`: how many different
  customers did them, at least `at_least` times; `sum`, `average`, `min`, `max`: of the numbers in `property`; `distinct`: how many
  different values stand there; `per_person`: events (or with `property` their sum) for each of those customers. `turn` first: only
  the first such event that a customer ever did counts; later: only those after it (of two at the same instant, the one that came
  to the log first is the first).
- `acts`: as `events`, of all that customers did themselves: not what Siyu or staff did.
- `over`, for `people` and `count` alone: `period`, or `rolling`, the `days` times 24 hours up to the period's end, or `ever`, all
  until then.
- `segment`: how many were in the segment at the period's end.
- `costs`: what was spent on the days that begin in the period, for these channels, campaigns and contents (each empty: for any).
- `formula`: other metrics joined by + - × ÷.

An event is a customer's if its profile is theirs now; events of nobody count for nothing. Without events count, people, distinct
and sum are 0, the others have no value. A period that is not over yet ends now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from siyu.domain.definitions.contracts import WITH_KIND, WITHOUT_KIND, EventMatch, Id, Text
from siyu.domain.metrics.formulas import FORMULA_LENGTH_MAX

EVENTS_MAX = 10
DAYS_ROLLING_MAX = 366
AT_LEAST_MAX = 1000
WORDS_MAX = 30
KEY_PATTERN = "^[a-z][a-z0-9_]{0,39}$"

Key = Annotated[str, Field(strict=True, pattern=KEY_PATTERN)]
Name = Annotated[str, Field(strict=True, min_length=1, max_length=60)]
FormulaText = Annotated[str, Field(strict=True, min_length=1, max_length=FORMULA_LENGTH_MAX)]
Unit = Literal["count", "people", "money_fen", "ratio", "days", "number"]
Over = Literal["period", "rolling", "ever"]
Words = Annotated[tuple[Text, ...], Field(max_length=WORDS_MAX)]
Times = Annotated[int, Field(strict=True, ge=1, le=AT_LEAST_MAX)]
Days = Annotated[int, Field(strict=True, ge=1, le=DAYS_ROLLING_MAX)]


@dataclass(frozen=True, slots=True)
class EventsMeasure:
    """Events of some names."""

    __pydantic_config__ = WITH_KIND

    events: Annotated[tuple[EventMatch, ...], Field(min_length=1, max_length=EVENTS_MAX)]
    measure: Literal["count", "people", "sum", "average", "min", "max", "distinct", "per_person"] = "count"
    property: Text | None = None
    turn: Literal["every", "first", "later"] = "every"
    at_least: Times = 1
    over: Over = "period"
    days: Days | None = None
    kind: Literal["events"] = "events"


@dataclass(frozen=True, slots=True)
class ActsMeasure:
    """All that customers did themselves."""

    __pydantic_config__ = WITH_KIND

    measure: Literal["count", "people"] = "people"
    over: Over = "period"
    days: Days | None = None
    kind: Literal["acts"] = "acts"


@dataclass(frozen=True, slots=True)
class SegmentMeasure:
    """Who is in a segment."""

    __pydantic_config__ = WITH_KIND

    segment_id: Id
    kind: Literal["segment"] = "segment"


@dataclass(frozen=True, slots=True)
class CostMeasure:
    """What was spent."""

    __pydantic_config__ = WITH_KIND

    channels: Words = ()
    campaigns: Words = ()
    contents: Words = ()
    kind: Literal["costs"] = "costs"


@dataclass(frozen=True, slots=True)
class FormulaMeasure:
    """Other metrics, joined."""

    __pydantic_config__ = WITH_KIND

    text: FormulaText
    kind: Literal["formula"] = "formula"


MeasureOf = Annotated[
    EventsMeasure | ActsMeasure | SegmentMeasure | CostMeasure | FormulaMeasure,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric, as its document says it. `key` is its name in formulas and never changes. `split`: a formula that comes to the same
    number, by which the tree takes it apart where it is no formula itself; what is left over is shown as such."""

    __pydantic_config__ = WITHOUT_KIND

    key: Key
    zh: Name
    en: Name
    of: MeasureOf
    unit: Unit
    up_is: Literal["good", "bad", "neither"] = "good"
    description_zh: Text | None = None
    description_en: Text | None = None
    split: FormulaText | None = None
    board: Literal["acquisition", "operation", "transaction"] | None = None
