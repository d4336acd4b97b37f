"""What others may know of segments: the language of definitions, segments as they stand, events and errors.

A definition is a tree of conditions. With `as_of` the instant it is asked for:

- The universe is all customers that are not deleted (and that the asker may see). `not` is the complement in it.
- Events after `as_of` never count. "Within N days" is `as_of` − N·24 h < occurred_at ≤ `as_of`.
- An event is a customer's if its profile is theirs now; so a merged customer has the events of all who were merged.
- A sum counts the numbers among the property's values, in double precision; one without events is 0.
- Recency `within` and `more_than` split those who ever did it in two: `more_than` N days is a last time ≤ `as_of` − N·24 h.
  Who never did it is in neither.
- An attribute is missing where it was never told or was taken away. Missing satisfies `is_not_set` and `is_not` (which is
  exactly the opposite of `is`), and nothing else.
- Values are compared within their type: text with text, number with number. `contains` finds a text in a text, or an
  element in a list. `at_least` and `at_most` take a number, or a day ("2026-03-01") which is compared with
  the day at the beginning of the attribute's text, as written there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from siyu.domain.customers.contracts import CUSTOMER_ERASED, CUSTOMERS_MERGED, CUSTOMERS_SPLIT
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.kernel.errors import ConflictError

SEGMENT_KIND = "segment"
SEGMENT_ENTERED = "segment_entered"
SEGMENT_EXITED = "segment_exited"
MERGE_CONSUMER = "segments"
"""The consumer of the log that moves members when customers are merged."""
MERGE_EVENTS = (CUSTOMERS_MERGED, CUSTOMERS_SPLIT)
UNSETTLING_EVENTS = (*MERGE_EVENTS, CUSTOMER_ERASED)
"""After these a customer's membership is not changed until the columns have followed."""

DEPTH_MAX = 8
CONDITIONS_MAX = 100
TEXT_LENGTH_MAX = 200
VALUES_MAX = 1000
DAYS_MAX = 3650
COUNT_MAX = 1_000_000_000
NUMBER_MAX = 1e15

Text = Annotated[str, Field(strict=True, min_length=1, max_length=TEXT_LENGTH_MAX)]
Count = Annotated[int, Field(strict=True, ge=0, le=COUNT_MAX)]
Days = Annotated[int, Field(strict=True, ge=1, le=DAYS_MAX)]
Number = StrictInt | StrictFloat
Value = StrictStr | StrictBool | Number | tuple[StrictStr | Number, ...] | None


def _with_kind(schema: dict[str, Any]) -> None:
    """A document always says its `kind`, though code that builds conditions need not."""
    schema["required"] = ["kind", *schema.get("required", [])]
    schema["properties"]["kind"].pop("default", None)


_STRICT = ConfigDict(extra="forbid", json_schema_extra=_with_kind)
_SEVERAL = Field(min_length=1, max_length=CONDITIONS_MAX)


@dataclass(frozen=True, slots=True)
class AllCondition:
    """Every one of these holds."""

    __pydantic_config__ = _STRICT

    of: Annotated[tuple[Condition, ...], _SEVERAL]
    kind: Literal["all"] = "all"


@dataclass(frozen=True, slots=True)
class AnyCondition:
    """At least one of these holds."""

    __pydantic_config__ = _STRICT

    of: Annotated[tuple[Condition, ...], _SEVERAL]
    kind: Literal["any"] = "any"


@dataclass(frozen=True, slots=True)
class NotCondition:
    """This does not hold."""

    __pydantic_config__ = _STRICT

    of: Condition
    kind: Literal["not"] = "not"


@dataclass(frozen=True, slots=True)
class AttributeCondition:
    """What is known of the customer: attribute `name` compared with `value` (none for `is_set` and `is_not_set`)."""

    __pydantic_config__ = _STRICT

    name: Text
    operator: Literal["is", "is_not", "contains", "at_least", "at_most", "one_of", "is_set", "is_not_set"]
    value: Value = None
    kind: Literal["attribute"] = "attribute"


@dataclass(frozen=True, slots=True)
class EventCountCondition:
    """How often the customer did something, ever or within the last days."""

    __pydantic_config__ = _STRICT

    event: Text
    operator: Literal["at_least", "at_most", "exactly"]
    count: Count
    within_days: Days | None = None
    kind: Literal["event_count"] = "event_count"


@dataclass(frozen=True, slots=True)
class EventSumCondition:
    """What a number in the customer's events adds up to, ever or within the last days."""

    __pydantic_config__ = _STRICT

    event: Text
    property: Text
    operator: Literal["at_least", "at_most"]
    value: Number
    within_days: Days | None = None
    kind: Literal["event_sum"] = "event_sum"


@dataclass(frozen=True, slots=True)
class RecencyCondition:
    """How long ago the customer last did something; who never did it does not match."""

    __pydantic_config__ = _STRICT

    event: Text
    operator: Literal["within", "more_than"]
    days: Days
    kind: Literal["recency"] = "recency"


Ids = NDArray[np.uint64]
"""Customer ids, ascending and without repetition."""

Leaf = AttributeCondition | EventCountCondition | EventSumCondition | RecencyCondition
EventLeaf = EventCountCondition | EventSumCondition | RecencyCondition
Condition = Annotated[AllCondition | AnyCondition | NotCondition | Leaf, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Merge:
    """`loser_id` became part of `winner_id`; `is_split` where they were parted again."""

    winner_id: int
    loser_id: int
    is_split: bool = False


@dataclass(frozen=True, slots=True)
class SegmentState:
    """What the last refresh left: `version` that was evaluated, its size, the instant it was evaluated as of, the position
    up to which everything in the log had been seen, and what it cost. `refreshes` counts them."""

    segment_id: int
    version: int | None = None
    size: int | None = None
    refreshed_at: datetime | None = None
    position: int = 0
    refreshes: int = 0
    cost_ms: int = 0


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Who matches, found out: as of an instant, in columns that held all of the log up to `position`, perhaps more."""

    segment_id: int
    version: int
    members: Ids
    as_of: datetime
    position: int
    cost_ms: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as it stands: the published `definition` (None before the first), the `draft` if one is waiting. The sentences
    say what is in force, or what is drafted where nothing is yet."""

    segment_id: int
    name: str
    status: DefinitionStatus
    version: int | None
    revision: int
    definition: Condition | None
    draft: Condition | None
    sentence_zh: str
    sentence_en: str
    state: SegmentState
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SegmentVersion:
    """A published version, ready to be evaluated. `slides` where the mere passing of time can change who matches."""

    segment_id: int
    version: int
    definition: Condition
    slides: bool


@dataclass(frozen=True, slots=True)
class Understood:
    """A document that was understood, and what it says."""

    condition: Condition
    sentence_zh: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class Change:
    """Who a refresh let in and out."""

    entered: int
    exited: int
    size: int


class SegmentNotLiveError(ConflictError):
    """This segment is not in force; publish it first."""

    code = "segment_not_live"
