"""Small towns of the simulation, for tests of its parts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from siyu.assembly.simulation.diary import Diary
from siyu.assembly.simulation.doors import Doors
from siyu.assembly.simulation.fans import Fans
from siyu.assembly.simulation.killing import Fates, Shares
from siyu.assembly.simulation.letters import Letters
from siyu.assembly.simulation.line import Line, Post
from siyu.assembly.simulation.meetings import Meetings
from siyu.assembly.simulation.office import build_office
from siyu.assembly.simulation.outside import Outside
from siyu.assembly.simulation.simulated import BEGINS_AT, Simulated, Town
from siyu.assembly.simulation.texts import Vendor
from siyu.kernel.clock import ManualClock
from siyu.world.population.chance import Chance

PEACE = Shares(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def fates_of(seed: int, shares: Shares = PEACE) -> Fates:
    return Fates(Chance(seed), ManualClock(BEGINS_AT), shares)


def town_of(fates: Fates, door: Any) -> tuple[Simulated, Diary]:
    """A small town whose callbacks knock at a door."""
    diary, corp = Diary(), build_office(fates.clock, 1)
    line = Line(corp, fates)
    corp.postman = post = Post(corp, diary, fates, Chance(2), door, lambda: None)
    meetings = Meetings(corp, line, diary, fates, 1)
    vendor = Vendor(fates, diary, 1, nothing_is_heard, nothing_is_heard)
    doors = Doors(lambda _keep: 200)
    fans, letters = Fans(fates.clock, fates, diary, 1, doors), Letters(fates, diary, 1, doors)
    outside = Outside(fates.clock, fates, line, vendor, fans)
    return Simulated(1, Town(), fates.clock, fates, outside, corp, post, meetings, vendor, fans, letters), diary


def nothing_is_heard(_account: str, _signature: str, _body: bytes) -> int:
    """A door of the company's that takes everything."""
    return 200


def live(found: Simulated, diary: Diary, until_hours: float) -> None:
    until = BEGINS_AT + timedelta(hours=until_hours)
    while (following := diary.next_until(until)) is not None:
        found.clock.set(max(following[0], found.clock.now()))
        following[1]()
