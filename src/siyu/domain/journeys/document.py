"""The document of a journey: a graph of nodes, and the rules that hold for all of it. Part of `contracts`.

A journey of a canvas, a plan of days for one person, for a group, or for the moments of an account: all are this
document. Whom it is about, its `subject`, is a customer, a group chat, or the account of a member of staff.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt

from siyu.domain.definitions.contracts import WITH_KIND, WITHOUT_KIND, EventMatch, Id
from siyu.domain.journeys.document_nodes import AttributeName, JourneyNode, Key, Label, TimeOfDay, Weekdays

NODES_MAX = 100
TRIGGERS_MAX = 5
GOALS_MAX = 5
EXITS_MAX = 10
HOLD_OUT_MAX = 50
TARGETS_MAX = 1000
PRIORITY = 5
DAY_MADE = "created_on"
"""The one day that is known of groups and of accounts: when they were made."""

Subject = Literal["customer", "group", "account"]
_Ids = Annotated[tuple[Id, ...], Field(max_length=TARGETS_MAX)]
_Place = Annotated[StrictInt | StrictFloat, Field(ge=-1_000_000, le=1_000_000)]
Day = Annotated[str, Field(strict=True, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


@dataclass(frozen=True, slots=True)
class SegmentEnteredTrigger:
    """Entering a segment; with `include_members`, those who are in it when the journey is first published come in as well."""

    __pydantic_config__ = WITH_KIND

    segment_id: Id
    include_members: StrictBool = True
    kind: Literal["segment_entered"] = "segment_entered"


@dataclass(frozen=True, slots=True)
class SegmentExitedTrigger:
    """Leaving a segment."""

    __pydantic_config__ = WITH_KIND

    segment_id: Id
    kind: Literal["segment_exited"] = "segment_exited"


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """An event."""

    __pydantic_config__ = WITH_KIND

    event: EventMatch
    kind: Literal["event"] = "event"


@dataclass(frozen=True, slots=True)
class DateTrigger:
    """A day among the customer's attributes, or so many days before (negative) or after it; `yearly`, its anniversary.
    With a segment, of its members alone. Of a group or an account that `targets` means the day is `created_on`."""

    __pydantic_config__ = WITH_KIND

    attribute: AttributeName
    at: TimeOfDay
    days: Annotated[int, Field(strict=True, ge=-365, le=365)] = 0
    yearly: StrictBool = False
    segment_id: Id | None = None
    kind: Literal["date"] = "date"


@dataclass(frozen=True, slots=True)
class ScheduleTrigger:
    """A time of day, from one day to another: of certain weekdays, of certain days of the month, or of all. Customers
    come in as members of the segment, groups and accounts as `targets` says."""

    __pydantic_config__ = WITH_KIND

    at: TimeOfDay
    starts_on: Day
    ends_on: Day | None = None
    weekdays: Weekdays = ()
    month_days: Annotated[tuple[Annotated[int, Field(strict=True, ge=1, le=31)], ...], Field(max_length=31)] = ()
    segment_id: Id | None = None
    kind: Literal["schedule"] = "schedule"


@dataclass(frozen=True, slots=True)
class ByHandTrigger:
    """Somebody of the staff lets them in."""

    __pydantic_config__ = WITH_KIND

    kind: Literal["by_hand"] = "by_hand"


@dataclass(frozen=True, slots=True)
class ApiTrigger:
    """Another system lets them in."""

    __pydantic_config__ = WITH_KIND

    kind: Literal["api"] = "api"


Trigger = Annotated[
    SegmentEnteredTrigger
    | SegmentExitedTrigger
    | EventTrigger
    | DateTrigger
    | ScheduleTrigger
    | ByHandTrigger
    | ApiTrigger,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class JourneyTargets:
    """Which groups or accounts a schedule or a date means: all, those named, or the groups of these owners."""

    __pydantic_config__ = WITHOUT_KIND

    all: StrictBool = False
    group_ids: _Ids = ()
    owner_staff_ids: _Ids = ()
    staff_ids: _Ids = ()


@dataclass(frozen=True, slots=True)
class JourneyGoal:
    """What the journey is for: the event happens, or the segment is entered, within so many days of the entry. With
    `leave`, who has reached it leaves."""

    __pydantic_config__ = WITHOUT_KIND

    key: Key
    name: Label
    within_days: Annotated[int, Field(strict=True, ge=1, le=366)]
    event: EventMatch | None = None
    segment_id: Id | None = None
    leave: StrictBool = False


@dataclass(frozen=True, slots=True)
class SegmentLeftExit:
    """Who leaves the segment leaves the journey, wherever they are."""

    __pydantic_config__ = WITH_KIND

    segment_id: Id
    kind: Literal["segment_left"] = "segment_left"


@dataclass(frozen=True, slots=True)
class SegmentEnteredExit:
    """Who enters the segment leaves the journey."""

    __pydantic_config__ = WITH_KIND

    segment_id: Id
    kind: Literal["segment_entered"] = "segment_entered"


@dataclass(frozen=True, slots=True)
class EventExit:
    """Who does this leaves the journey."""

    __pydantic_config__ = WITH_KIND

    event: EventMatch
    kind: Literal["event"] = "event"


JourneyExit = Annotated[SegmentLeftExit | SegmentEnteredExit | EventExit, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class ReEntry:
    """Whether somebody who has been through may come in again: so many days after the end, and so many times in all."""

    __pydantic_config__ = WITHOUT_KIND

    mode: Literal["never", "after_end"] = "never"
    after_days: Annotated[int, Field(strict=True, ge=0, le=366)] = 0
    times_max: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = None


@dataclass(frozen=True, slots=True)
class JourneyDefinition:
    """What an operator designs. In one `lane` a customer walks one journey at a time: an arrival of higher `priority`
    ends the lower entry, one of equal or lower does not begin. `hold_out` percent walk it without its messages.
    `on_new_version`: running entries keep theirs, or those at a node that is still there go on in the new one. `layout`
    is for people's eyes, `goal_text` says in words what it is for."""

    __pydantic_config__ = WITHOUT_KIND

    triggers: Annotated[tuple[Trigger, ...], Field(min_length=1, max_length=TRIGGERS_MAX)]
    nodes: Annotated[tuple[JourneyNode, ...], Field(min_length=1, max_length=NODES_MAX)]
    start: Key
    subject: Subject = "customer"
    targets: JourneyTargets | None = None
    goals: Annotated[tuple[JourneyGoal, ...], Field(max_length=GOALS_MAX)] = ()
    exits: Annotated[tuple[JourneyExit, ...], Field(max_length=EXITS_MAX)] = ()
    re_entry: ReEntry = field(default_factory=ReEntry)
    lane: Annotated[str, Field(strict=True, min_length=1, max_length=40)] | None = None
    priority: Annotated[int, Field(strict=True, ge=0, le=9)] = PRIORITY
    hold_out: Annotated[int, Field(strict=True, ge=0, le=HOLD_OUT_MAX)] = 0
    on_new_version: Literal["keep", "move"] = "keep"
    layout: Annotated[Mapping[Key, tuple[_Place, _Place]], Field(max_length=NODES_MAX)] = field(default_factory=dict)
    goal_text: Annotated[str, Field(strict=True, max_length=200)] = ""
