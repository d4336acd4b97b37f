"""The language of questions: funnels, retention, paths, lifecycle, stickiness, completion and sends. Part of `contracts`.

`docs/guides/insight.md` says exactly what each comes to. An event is a customer's if its profile is theirs now, events after
the instant of asking do not count yet, and of two events at the same instant the one that came to the log first is the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from siyu.domain.definitions.contracts import WITH_KIND, WITHOUT_KIND, EventMatch, Id, Text
from siyu.domain.metrics.costs_contracts import CostField
from siyu.domain.metrics.questions_words import Breakdown, Events, Length, Period, SomeEvents

STEPS_MAX = 10
OFFSETS_MAX = 90
BRACKETS_MAX = 12
PATH_STEPS_MAX = 10
NODES_MAX = 30
NAMES_MAX = 100
TOUCHES_MAX = 10

Grain = Literal["day", "week", "month"]
Offset = Annotated[int, Field(strict=True, ge=1, le=OFFSETS_MAX)]


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """Any of some events; `without`: events that may not lie between the step before and this one."""

    __pydantic_config__ = WITHOUT_KIND

    events: SomeEvents
    without: Events = ()


@dataclass(frozen=True, slots=True)
class Funnel:
    """How far customers came who began in the period. They begin with their first event of step 1 in it (`any` order: with the
    first of any step); all steps are to lie within `window` of that."""

    __pydantic_config__ = WITH_KIND

    steps: Annotated[tuple[FunnelStep, ...], Field(min_length=2, max_length=STEPS_MAX)]
    window: Length
    period: Period
    order: Literal["ordered", "strict", "any"] = "ordered"
    grain: Grain = "day"
    segment_id: Id | None = None
    breakdown: Breakdown | None = None
    kind: Literal["funnel"] = "funnel"


@dataclass(frozen=True, slots=True)
class Bracket:
    """From so many periods after the first up to so many, both included."""

    __pydantic_config__ = WITHOUT_KIND

    least: Offset
    most: Offset


@dataclass(frozen=True, slots=True)
class RetentionQuestion:
    """Who came back. A customer's first event of `start` (`first` ever, or in the `period`) lies in one of the cohorts; `back` are
    the events by which they come back (none named: whatever they do themselves). `how` on: in the n-th period after it; since: in
    the n-th or any later; brackets: in any of the periods of a bracket."""

    __pydantic_config__ = WITH_KIND

    start: SomeEvents
    period: Period
    back: Events = ()
    first: Literal["ever", "period"] = "period"
    grain: Grain = "week"
    how: Literal["on", "since", "brackets"] = "on"
    offsets: Offset = 8
    brackets: Annotated[tuple[Bracket, ...], Field(max_length=BRACKETS_MAX)] = ()
    segment_id: Id | None = None
    breakdown: Breakdown | None = None
    kind: Literal["retention"] = "retention"


@dataclass(frozen=True, slots=True)
class Paths:
    """What customers did after an event, or before it (`direction` to), in one go: a pause longer than `gap` ends it. Of each go
    the first such event counts (`to`: the last). `events` are the names that are looked at (none: whatever they do themselves)."""

    __pydantic_config__ = WITH_KIND

    anchor: EventMatch
    period: Period
    direction: Literal["from", "to"] = "from"
    events: Annotated[tuple[Text, ...], Field(max_length=NAMES_MAX)] = ()
    steps: Annotated[int, Field(strict=True, ge=2, le=PATH_STEPS_MAX)] = 5
    top: Annotated[int, Field(strict=True, ge=1, le=NODES_MAX)] = 8
    collapse: StrictBool = True
    gap: Length = Length(30, "minute")
    segment_id: Id | None = None
    kind: Literal["paths"] = "paths"


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Of each period: who was active for the first time ever (new), as in the period before (returning), again after a pause
    (resurrecting), and who was active in the period before and is not in this one (dormant)."""

    __pydantic_config__ = WITH_KIND

    period: Period
    events: Events = ()
    grain: Grain = "week"
    segment_id: Id | None = None
    kind: Literal["lifecycle"] = "lifecycle"


@dataclass(frozen=True, slots=True)
class Stickiness:
    """Of each day: who was active on it, as a share of those active in the `of_days` days that end with it; and on how many of the
    last `of_days` days each was active."""

    __pydantic_config__ = WITH_KIND

    period: Period
    events: Events = ()
    of_days: Literal[7, 14, 28, 30] = 30
    segment_id: Id | None = None
    kind: Literal["stickiness"] = "stickiness"


@dataclass(frozen=True, slots=True)
class Completion:
    """Of each value of `property` (a lesson, an article): who opened it in the period, and who of them finished the same within
    `window` of the first time."""

    __pydantic_config__ = WITH_KIND

    opened: EventMatch
    finished: EventMatch
    property: Text
    period: Period
    window: Length = Length(30)
    top: Annotated[int, Field(strict=True, ge=1, le=NAMES_MAX)] = 20
    segment_id: Id | None = None
    kind: Literal["completion"] = "completion"


@dataclass(frozen=True, slots=True)
class Sends:
    """What became of the messages that were asked for in the period, by journey, step or channel; `converted` are the events that
    count as success within `window` of sending."""

    __pydantic_config__ = WITH_KIND

    period: Period
    by: Literal["journey", "step", "channel"] = "journey"
    journey_id: Id | None = None
    converted: Events = ()
    window: Length = Length(7)
    segment_id: Id | None = None
    kind: Literal["sends"] = "sends"


@dataclass(frozen=True, slots=True)
class TouchPoint:
    """Events that touch a customer. The channel is what stands in their `property`, or else always `name`."""

    __pydantic_config__ = WITHOUT_KIND

    of: EventMatch
    name: Text
    property: Text | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """Which channels brought the conversions of the period: each conversion is credited to the touches in the `window` before it,
    since the conversion before it, by every model. `value`: the property of a conversion that says its worth in fen; a touch
    `half_life` before another weighs half as much in the model of decay. `costs_by`: of which word of costs the channels are, so
    that what was spent on them in the period stands beside."""

    __pydantic_config__ = WITH_KIND

    conversion: EventMatch
    touches: Annotated[tuple[TouchPoint, ...], Field(min_length=1, max_length=TOUCHES_MAX)]
    period: Period
    window: Length = Length(30)
    half_life: Length = Length(7)
    value: Text | None = None
    costs_by: CostField | None = None
    segment_id: Id | None = None
    kind: Literal["attribution"] = "attribution"


Question = Annotated[
    Funnel | RetentionQuestion | Paths | Lifecycle | Stickiness | Completion | Sends | Attribution,
    Field(discriminator="kind"),
]
