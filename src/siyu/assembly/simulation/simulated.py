"""A run: how large, what takes part in it, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from siyu.assembly.simulation.company import Company
from siyu.assembly.simulation.killing import Fates
from siyu.assembly.simulation.line import Post
from siyu.assembly.simulation.meetings import Meetings
from siyu.assembly.simulation.outside import Outside
from siyu.assembly.simulation.people import Deed
from siyu.assembly.simulation.texts import Vendor
from siyu.kernel.clock import ManualClock
from siyu.world.wecom.corp import Corp

BEGINS_AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Town:
    """How large and how long."""

    people: int = 8
    days: int = 4


@dataclass
class Simulated:
    """A run and what came of it. `acknowledged`: the deeds whose call was answered, by number. `heard`: {deed: when all who have to
    know of it did}. `failures`: what loops raised, and what did not add up on the way."""

    seed: int
    town: Town
    clock: ManualClock
    fates: Fates
    outside: Outside
    corp: Corp
    post: Post
    meetings: Meetings
    vendor: Vendor
    company: Company | None = None
    acknowledged: dict[int, Deed] = field(default_factory=dict)
    heard: dict[int, datetime] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    steps: int = 0
    boots: int = 0
