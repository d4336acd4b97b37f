"""The nodes of a journey's document that hold people or part them: waits, branches, splits. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from siyu.domain.definitions.contracts import WITH_KIND, WITHOUT_KIND, EventMatch, Id
from siyu.domain.journeys.document_parts import (
    ARMS_MAX,
    DAYS_MAX,
    WAYS_MAX,
    Edge,
    Key,
    Label,
    Minutes,
    TimeOfDay,
    Weekdays,
)


@dataclass(frozen=True, slots=True)
class WaitNode:
    """Stay for so many minutes."""

    __pydantic_config__ = WITH_KIND

    key: Key
    minutes: Minutes
    name: Label | None = None
    next: Edge = None
    kind: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True)
class WaitUntilNode:
    """Stay until a time of day: on the day that is so many after the entry's own (0 is that day), or, where `day` is
    None, at the next moment that fits. `best_hour` is when the customer usually acts. With `weekdays`, on one of these.
    A moment of a given day that is past is now."""

    __pydantic_config__ = WITH_KIND

    key: Key
    at: TimeOfDay | Literal["best_hour"]
    day: Annotated[int, Field(strict=True, ge=0, le=DAYS_MAX)] | None = None
    weekdays: Weekdays = ()
    name: Label | None = None
    next: Edge = None
    kind: Literal["wait_until"] = "wait_until"


@dataclass(frozen=True, slots=True)
class WaitEventNode:
    """Stay until the event happens, and go on by `next`; after so many minutes in vain, by `on_timeout`."""

    __pydantic_config__ = WITH_KIND

    key: Key
    event: EventMatch
    timeout_minutes: Minutes
    name: Label | None = None
    next: Edge = None
    on_timeout: Edge = None
    kind: Literal["wait_event"] = "wait_event"


@dataclass(frozen=True, slots=True)
class BranchWay:
    """One way of a branch: of those for whom the condition, one of the language of segments, holds."""

    __pydantic_config__ = WITHOUT_KIND

    key: Key
    name: Label
    condition: Mapping[str, Any]
    next: Edge = None


@dataclass(frozen=True, slots=True)
class BranchNode:
    """The first way whose condition holds, or else `otherwise`."""

    __pydantic_config__ = WITH_KIND

    key: Key
    ways: Annotated[tuple[BranchWay, ...], Field(min_length=1, max_length=WAYS_MAX)]
    name: Label | None = None
    otherwise: Edge = None
    kind: Literal["branch"] = "branch"


@dataclass(frozen=True, slots=True)
class SplitArm:
    """One of the arms of a split. Of an experiment's arms the weights are the experiment's own."""

    __pydantic_config__ = WITHOUT_KIND

    key: Key
    name: Annotated[str, Field(strict=True, min_length=1, max_length=120)]
    weight: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1
    next: Edge = None


@dataclass(frozen=True, slots=True)
class SplitNode:
    """Part ways: by lot, the same for a customer every time, or as an experiment says, whose arms these are, the control
    first; who takes no part in it goes the control's way."""

    __pydantic_config__ = WITH_KIND

    key: Key
    arms: Annotated[tuple[SplitArm, ...], Field(min_length=2, max_length=ARMS_MAX)]
    experiment_id: Id | None = None
    name: Label | None = None
    kind: Literal["split"] = "split"
