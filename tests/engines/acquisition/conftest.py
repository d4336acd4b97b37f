"""An emulated corp whose staff are known here, sources of ways aimed at it, and what is done with codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from siyu.channels.wecom.codes import WecomCodes, WecomLinks
from siyu.channels.wecom.mirror import WecomMirror
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import CodeDesign, MadeWay, NobodyReason, Turn, WayTask
from siyu.engines.acquisition.contracts import ACQUISITION_CONSUMER
from siyu.engines.acquisition.following import adds_follower
from siyu.engines.acquisition.links import LINK_EVENT, apply_link_callback
from siyu.engines.acquisition.serving import serve
from siyu.engines.acquisition.ways import plan_once, work_ways_once
from siyu.engines.mirror.syncing import sync_corp
from siyu.platform.eventlog.consuming import Consumer, consume_once
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored, mirror_of
from tests.engines.scenery import SIYU, the_log
from tests.world.wecom.driving import CORP_ID

__all__ = ["mirror_of"]

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Killed:
    """A source that is cut off after what it was asked was done there."""

    source: WecomCodes
    after: set[str] = field(default_factory=set)

    def make_way(self, task: WayTask) -> MadeWay:
        made = self.source.make_way(task)
        self._cut_off("make")
        return made

    def find_way(self, task: WayTask, known: frozenset[str]) -> MadeWay | None:
        return self.source.find_way(task, known)

    def change_way(self, task: WayTask) -> None:
        self.source.change_way(task)
        self._cut_off("change")

    def delete_way(self, task: WayTask) -> None:
        self.source.delete_way(task)
        self._cut_off("delete")

    def _cut_off(self, what: str) -> None:
        if what in self.after:
            self.after.remove(what)
            raise KeyboardInterrupt


@dataclass
class Coded:
    """A corp with staff, and what is done with codes."""

    mirrored: Mirrored
    source: Killed
    links: WecomLinks
    staff: dict[str, int]

    @property
    def database(self) -> Database:
        return self.mirrored.database

    def code(self, **more: Any) -> CodeDesign:
        document = {"title": "加我领券", "corp_id": CORP_ID, "staff_ids": sorted(self.staff.values())[:3], **more}
        with self.database.begin() as work:
            made = entries.create_code(work, SIYU, "门店立牌", document, ZONE)
            return entries.publish_code(work, SIYU, made.code_id, ZONE)

    def keep_ways(self, most: int = 100) -> None:
        plan_once(self.database, ZONE)
        while work_ways_once(self.database, {CORP_ID: self.source}, most):
            pass

    def ways_there(self) -> dict[str, list[str]]:
        return {way.state: sorted(way.users) for way in self.mirrored.api.corp.ways.ways.values()}

    def visit(self, code_id: int) -> tuple[int, NobodyReason | None]:
        turn = self.turn(code_id)
        return turn.target_id, turn.reason

    def turn(self, code_id: int, profile_id: int | None = None) -> Turn:
        with self.database.begin() as work:
            served = serve(work, code_id, ZONE, profile_id)
        assert served is not None
        return served.turn

    def hear_of_links(self) -> list[str]:
        """What WeCom told of links is done, twice; gives what it was."""
        told = self.mirrored.hear()
        links = [each for each in told if each.event == LINK_EVENT]
        self.mirrored.apply(*(each for each in told if each.event != LINK_EVENT))
        for each in [*links, *links]:
            assert apply_link_callback(self.database, self.links, each)
        return [each.change for each in links]

    def scan(self, state: str) -> str:
        """Somebody new scans a way, and Siyu is told."""
        (way,) = [each for each in self.mirrored.api.corp.ways.ways.values() if each.state == state]
        person = self.mirrored.api.newcomer()
        self.mirrored.api.door("customer/scan-way", config_id=way.config_id, external_userid=person)
        self.mirrored.apply(*self.mirrored.hear())
        return person

    def follow(self) -> None:
        the_log(self.database)
        follow = (adds_follower(ZONE),)
        following = Consumer(ACQUISITION_CONSUMER, {"contact_added": follow, "group_joined": follow})
        while consume_once(self.database, following):
            pass

    def adds(self, code_id: int) -> dict[int, int]:
        with self.database.read() as reading:
            return {
                each.target_id: each.adds for each in entries.code_days(reading, SIYU, code_id, 1, ZONE) if each.adds
            }


@pytest.fixture
def coded(database: Database, mirror_of: Callable[[Database, Size], Mirrored]) -> Coded:
    mirrored = mirror_of(database, Size(members=4, customers=0, chats=0))
    sync_corp(database, mirrored.corp)
    assert isinstance(mirrored.corp.source, WecomMirror)
    wecom = mirrored.corp.source._wecom
    with database.read() as reading:
        rows = reading.driver.execute("SELECT told_userid, staff_id FROM contacts.members").fetchall()
    return Coded(mirrored, Killed(WecomCodes(wecom)), WecomLinks(wecom), dict(rows))
