"""What others may know of entries: who walks a journey, where they are, and what happens to them. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from siyu.kernel.errors import InvalidError, NotFoundError

JOURNEY_ENTERED = "journey_entered"
JOURNEY_PASSED_OVER = "journey_passed_over"
JOURNEY_GOAL_REACHED = "journey_goal_reached"
JOURNEY_COMPLETED = "journey_completed"
JOURNEY_EXITED = "journey_exited"
JOURNEY_PAUSED = "journey_paused"

SUBJECTS_AT_ONCE_MAX = 10_000
"""Whom one call may let in."""
PASSAGES_KEPT_DAYS: Final = 180
"""For so long after somebody has ended it is known by what nodes they came."""

JourneyVersion = tuple[int, int]
"""(journey_id, version)."""

Numbers = NDArray[np.int64]


class EntryState(StrEnum):
    """`active`, or `paused` by a fault, until it ends: it has been through (`completed`), was taken out (`exited`), or has reached
    what the journey is for (`goal`)."""

    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    EXITED = "exited"
    GOAL = "goal"


class EndReason(StrEnum):
    """Why an entry was taken out."""

    LEFT_SEGMENT = "left_segment"
    ENTERED_SEGMENT = "entered_segment"
    EVENT = "event"
    OUTRANKED = "outranked"
    MERGED = "merged"
    ERASED = "erased"
    BY_HAND = "by_hand"


class Onward(IntEnum):
    """What is to happen to an entry when it is due: what stands at its place is to be done; it goes on; it goes on, for what it
    waited for has come; it goes on without."""

    TO_DO = 0
    ON_TIME = 1
    WOKEN = 2
    IN_VAIN = 3


class Way(IntEnum):
    """What is counted beside the edges of nodes: who stands at a place, or is held there by a fault; of the journey (at
    EVERYWHERE) how many came in, were passed over, and ended."""

    RESTING = -1
    PAUSED = -2
    ENTERED = -3
    PASSED_OVER = -4
    COMPLETED = -5
    EXITED = -6
    GOAL = -7


EVERYWHERE = -1
"""The place of what is counted of the whole journey."""


OWN_BATCH = -(2**62)
"""As the ready position of a move: what the unit of work that moves it records itself."""


class Arrival(NamedTuple):
    """Somebody who is to enter a journey. Of a customer `profile_id` is as the event has it, `subject_id` the customer as of now;
    of a group or an account `profile_id` is None. `position`: how far the log was that brought them."""

    journey_id: int
    subject_id: int
    profile_id: int | None
    occurred_at: datetime
    cause_event_id: UUID | str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Departure:
    """A customer who is to leave a version, if they were in it by then."""

    journey_id: int
    version: int
    customer_id: int
    occurred_at: datetime
    reason: EndReason


@dataclass(frozen=True, slots=True)
class GoalReached:
    """A customer who did what a version is for; counts if it is within `within_days` of an entry."""

    journey_id: int
    version: int
    customer_id: int
    occurred_at: datetime
    goal: str
    within_days: int
    leave: bool


class Waiting(NamedTuple):
    """An entry that rests for an event, with the number of the event that may be the one."""

    entry_id: int
    journey_id: int
    version: int
    place: int
    number: int


class AskedBy(NamedTuple):
    """Who asked others for something and rests until it is done: the entry, at which place of which version, in which visit."""

    entry_id: int
    version: int
    place: int
    visit: int


@dataclass(frozen=True, slots=True)
class TakingIn:
    """A journey whose segment's members are still being taken in, in the order of their ids; `taken_in_to` is the last."""

    journey_id: int
    version: int
    taken_in_to: int


@dataclass(frozen=True, slots=True)
class Timer:
    """A trigger that goes by the clock, and how far it has come."""

    journey_id: int
    version: int
    n: int
    since_at: datetime
    occasion_at: datetime | None
    taken_to: int | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an entry cannot go on."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class DueEntries:
    """Entries that are to move on, locked: the n-th of each array is of the n-th entry. Instants are microseconds since 1970;
    `subject_ids` are customers, groups or accounts, `profile_ids` 0 where there is none."""

    entry_ids: Numbers
    journey_ids: Numbers
    versions: Numbers
    subject_ids: Numbers
    profile_ids: Numbers
    places: Numbers
    onwards: Numbers
    visits: Numbers
    ready_positions: Numbers
    entered_us: Numbers
    arrived_us: Numbers

    def __len__(self) -> int:
        return len(self.entry_ids)

    def taken(self, chosen: Numbers) -> DueEntries:
        """Some of them."""
        return DueEntries(
            self.entry_ids[chosen],
            self.journey_ids[chosen],
            self.versions[chosen],
            self.subject_ids[chosen],
            self.profile_ids[chosen],
            self.places[chosen],
            self.onwards[chosen],
            self.visits[chosen],
            self.ready_positions[chosen],
            self.entered_us[chosen],
            self.arrived_us[chosen],
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """Where entries of one version have come to, as arrays like those of DueEntries. `states` are places in STATES; `awaiting` and
    `faults` number from 1 in the lists, 0 is none; `paths` the places that each came to on its way."""

    entries: DueEntries
    places: Numbers
    states: Numbers
    onwards: Numbers
    due_us: Numbers
    ready_positions: Numbers
    awaiting: Numbers
    faults: Numbers
    paths: Numbers
    awaited: Sequence[str] = ()
    fault_list: Sequence[Fault] = ()
    path_list: Sequence[tuple[int, ...]] = ((),)
    passed: Mapping[tuple[int, int], int] = field(default_factory=dict)

    @property
    def version(self) -> JourneyVersion:
        """Whose entries these are."""
        return int(self.entries.journey_ids[0]), int(self.entries.versions[0])

    def taken(self, chosen: Numbers) -> Moved:
        """Some of them; what all of them passed stands."""
        return replace(
            self,
            entries=self.entries.taken(chosen),
            places=self.places[chosen],
            states=self.states[chosen],
            onwards=self.onwards[chosen],
            due_us=self.due_us[chosen],
            ready_positions=self.ready_positions[chosen],
            awaiting=self.awaiting[chosen],
            faults=self.faults[chosen],
            paths=self.paths[chosen],
        )


STATES = (EntryState.ACTIVE, EntryState.PAUSED, EntryState.COMPLETED)
"""Where a move may leave an entry."""


@dataclass(frozen=True, slots=True)
class JourneyNumbers:
    """How many came in, over all versions, and where they are; `active` are those who are in it, `paused` of them by a fault. How
    many were passed over is known of all alone."""

    entered: int = 0
    active: int = 0
    completed: int = 0
    exited: int = 0
    goal: int = 0
    paused: int = 0
    passed_over: int | None = 0


@dataclass(frozen=True, slots=True)
class NodeNumbers:
    """How many rest at a node, are held there by a fault, and have passed it; `edges` how many went along each of its ways, in the
    order of the document: of a branch its ways and then `otherwise`, of a wait for an event `next` and then `on_timeout`. None:
    nobody can tell, of ways that lead to the same node."""

    place: int
    key: str
    resting: int
    paused: int
    passed: int
    edges: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One way through a journey. `node` is the key of where it is, or where it ended; exactly one of the three says whose it is."""

    entry_id: int
    journey_id: int
    version: int
    customer_id: int | None
    group_id: int | None
    staff_id: int | None
    state: EntryState
    node: str
    entered_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    fault: str | None
    fault_detail: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """That an entry came to a node."""

    node: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerJourney:
    """A customer's latest way through a journey; `node` is where it is, or where it ended."""

    journey_id: int
    name: str
    version: int
    entry_id: int
    node: str
    state: EntryState
    entered_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entered:
    """What a call by hand came to: entries that began, and those of the subjects that are unknown. The others were not let in,
    by the rules of the journey. `who` came in is told the first time alone."""

    entered: int
    unknown: tuple[int, ...] = ()
    is_repeated: bool = False
    who: frozenset[int] = frozenset()


class NotByHandError(InvalidError):
    """This journey lets nobody in by hand or by API."""

    code = "journey_not_by_hand"


class TooManySubjectsError(InvalidError):
    """So many cannot be let in at once."""

    code = "too_many_subjects"


class UnknownEntryError(NotFoundError):
    """There is no such entry in this journey, or it is not held by a fault."""

    code = "unknown_entry"
