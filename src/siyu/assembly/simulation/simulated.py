"""A run: how large, what takes part in it, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from siyu.assembly.simulation.company import Company
from siyu.assembly.simulation.fans import Fans
from siyu.assembly.simulation.killing import Fates
from siyu.assembly.simulation.letters import Letters
from siyu.assembly.simulation.line import Post
from siyu.assembly.simulation.meetings import Meetings
from siyu.assembly.simulation.outside import Outside
from siyu.assembly.simulation.people import Deed
from siyu.assembly.simulation.texts import Vendor
from siyu.engines.service.answering import OPTED_OUT
from siyu.kernel.clock import ManualClock
from siyu.world.wecom.corp import Corp

BEGINS_AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Town:
    """How large and how long."""

    people: int = 8
    days: int = 4


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Who was erased: under which values they were known, and since when nobody is to know them."""

    values: frozenset[str]
    at: datetime


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
    fans: Fans
    letters: Letters
    company: Company | None = None
    acknowledged: dict[int, Deed] = field(default_factory=dict)
    heard: dict[int, datetime] = field(default_factory=dict)
    forgotten: list[Forgotten] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    steps: int = 0
    boots: int = 0

    @property
    def gone(self) -> dict[str, datetime]:
        """{person: when} of those who were erased, and were known to be that person of the town then."""
        persons = {f"person-{number}" for number in range(self.town.people)}
        return {value: each.at for each in self.forgotten for value in each.values & persons}

    def opted_out_at(self) -> dict[str, datetime]:
        """{person: when they first read in WeCom that nothing more will be sent}."""
        found: dict[str, datetime] = {}
        for number in range(self.corp.people.count):
            for shown in self.corp.phones.of(number):
                if not shown.is_own and shown.content.get("text", {}).get("content") == OPTED_OUT:
                    at = datetime.fromtimestamp(shown.at, UTC)
                    found[f"person-{number}"] = min(at, found.get(f"person-{number}", at))
        return found
