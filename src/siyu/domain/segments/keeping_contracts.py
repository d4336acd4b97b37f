"""What is handed over when membership is kept true. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments.language import Condition

AUDIENCE_CONSUMER = "audience"
"""The cursor up to which everything in the log counts in who is in which segment."""

SEGMENT_MOVED = "segment_moved"
"""Membership went from one customer to another who is the same person, {segment_id, from_customer_id}, about the one who has it
now. Told to nobody: the history of a customer is `segment_entered`, `segment_exited` and this."""

NEVER_MS = 1 << 62
"""The due of a customer about whom time alone changes nothing. Added to any length of time it still fits into 64 bits."""

Ids = NDArray[np.uint64]
"""Customer ids, ascending and without repetition."""


class Reason(IntEnum):
    """Why somebody entered or exited; its name in small letters stands in the event."""

    TIME = 0
    EVENT = 1
    LIST = 2
    MERGE = 3
    SPLIT = 4
    BUILT = 5
    ERASURE = 6

    @property
    def word(self) -> str:
        """As events spell it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Merge:
    """`loser_id` became part of `winner_id`; `is_split` where they were parted again. `cause` is the id of the event that said
    so."""

    winner_id: int
    loser_id: int
    is_split: bool = False
    cause: str = ""


@dataclass(frozen=True, slots=True)
class SegmentState:
    """How a segment's members stand: `version` is the one they are of (None before the first was built), true as of
    `refreshed_at` and up to `position` in the log. `is_kept`: they follow what happens. Building took `cost_ms`."""

    segment_id: int
    version: int | None = None
    size: int | None = None
    refreshed_at: datetime | None = None
    position: int = 0
    built_at: datetime | None = None
    is_kept: bool = False
    cost_ms: int = 0


@dataclass(frozen=True, slots=True)
class Served:
    """A version whose members are kept true, or are to be: everything that `document` stands for is spelled out in it."""

    segment_id: int
    version: int
    spelling: str
    document: Condition


@dataclass(frozen=True, slots=True)
class Standing:
    """Where keeping stands: `number` changes so far, true `as_of` (None: never) and up to `position` in the log."""

    number: int
    as_of: datetime | None
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A customer to be looked at again."""

    call_id: int
    customer_id: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out about some customers, or (`asked` None) about everybody.

    For each of `segments` in order `matches` says, as bits over places in `ids`, who of `ids` matches; who was asked about and
    is neither in `ids` nor `unsettled` matches nothing. `due_ms` goes with `ids`, `reasons` with `asked` (one for everybody).
    It was found from `since`; it is true `as_of` and up to `position`. `calls` are answered with it. `is_build`: `segments` were
    asked about everybody, they take the place of what was in force, and the others stay as they are.
    """

    segments: Sequence[Served]
    ids: Ids
    matches: Sequence[NDArray[np.uint8]]
    due_ms: NDArray[np.int64]
    unsettled: Ids
    asked: Ids | None
    reasons: NDArray[np.uint8]
    since: Standing
    as_of: datetime
    position: int
    calls: Sequence[int] = ()
    is_build: bool = False
    is_told: bool = True
    cost_ms: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """How many were let in and out, and how many are in now."""

    entered: int
    exited: int
    size: int
