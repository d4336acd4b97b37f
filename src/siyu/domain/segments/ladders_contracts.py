"""Ladders: stages that customers climb, with branches for who fell silent or was lost. Part of `contracts`.

Each customer stands on one stage at most: on a branch whose condition holds (the one that is listed last, of several), else on the
highest step whose condition holds. Steps are listed from the lowest up. The lowest may go without a condition: it holds all who
stand nowhere else. A ladder of layers (to convert, pool, core) is a ladder whose stages say what is to be done with whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.segments.language import Condition
from siyu.domain.segments.rfm_contracts import Key, Name

LADDER_KIND = "ladder"
STAGE_CHANGED = "stage_changed"
"""{ladder_id, from, to, reason} about a customer who moved; `from` or `to` is null for nowhere. Whoever is there when a ladder
first comes into force is placed without being told."""
LADDERS_CONSUMER = "ladders"

STAGES_MAX = 20
GOAL_LENGTH_MAX = 500
MESSAGES_MAX = 1000
SIZE_MAX = 1_000_000_000

_STRICT = ConfigDict(extra="forbid")
_Messages = Annotated[int, Field(strict=True, ge=0, le=MESSAGES_MAX)]
_Words = Annotated[tuple[Name, ...], Field(max_length=20)]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage, and how the brand deals with who stands on it: goal, channels, personas, and how many messages they get at most on a
    business day, in seven and in thirty of them up to today; the gate holds what is more. Above `size_max` customers it is said
    that there are too many."""

    __pydantic_config__ = _STRICT

    key: Key
    zh: Name
    en: Name
    condition: Condition | None = None
    is_branch: Annotated[bool, Field(strict=True)] = False
    goal: Annotated[str, Field(strict=True, max_length=GOAL_LENGTH_MAX)] = ""
    channels: _Words = ()
    personas: _Words = ()
    messages_per_day_max: _Messages | None = None
    messages_per_week_max: _Messages | None = None
    messages_per_month_max: _Messages | None = None
    size_max: Annotated[int, Field(strict=True, ge=1, le=SIZE_MAX)] | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """A ladder, as its document says it."""

    __pydantic_config__ = _STRICT

    stages: Annotated[tuple[Stage, ...], Field(min_length=2, max_length=STAGES_MAX)]


@dataclass(frozen=True, slots=True)
class LadderState:
    """A ladder as it stands: the published one (None before the first), and the draft if one is waiting. `segments` says by
    which segment audience keeps a stage of the published one."""

    ladder_id: int
    name: str
    status: DefinitionStatus
    version: int | None
    revision: int
    ladder: Ladder | None
    draft: Ladder | None
    segments: dict[str, int]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class StageOf:
    """Where a customer stands on a ladder, and since when."""

    ladder_id: int
    customer_id: int
    stage: str
    since: datetime


@dataclass(frozen=True, slots=True)
class PressureOf:
    """How many messages a customer gets at most for where they stand; None is no limit. Of several ladders the lowest count."""

    per_day: int | None
    per_week: int | None
    per_month: int | None


@dataclass(frozen=True, slots=True)
class StageFlip:
    """A customer entered or exited a segment, as audience told it; `cause` is the id of that event, and `position` where it stands
    in the log (None: at its end)."""

    segment_id: int
    customer_id: int
    is_entry: bool
    at: datetime
    reason: str
    cause: str
    position: int | None = None
