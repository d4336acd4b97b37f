"""A mirrored corp, and inheritance aimed at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from siyu.assembly.inheriting import hear
from siyu.channels.wecom.inheriting import WecomInheritance
from siyu.domain.company import service as company
from siyu.domain.company.contracts import WecomSecrets
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import Handover, Inheritance
from siyu.engines.inheritance.contracts import Wish
from siyu.engines.inheritance.planning import begin
from siyu.engines.inheritance.working import hand_over_once
from siyu.engines.mirror.syncing import sync_corp
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored, mirror_of
from tests.world.wecom.driving import CORP_ID

__all__ = ["mirror_of"]

ACTOR = system_actor("test")


@dataclass
class Estate:
    """A corp of whose members some hand over, and what can be asked of it."""

    mirrored: Mirrored
    database: Database
    source: WecomInheritance

    def members(self) -> dict[str, int]:
        """{userid: member}, those with most customers first."""
        rows = self.mirrored.rows(
            "SELECT m.told_userid, m.member_id FROM contacts.members m ORDER BY (SELECT count(*) FROM contacts.relations r"
            " WHERE r.member_id = m.member_id AND r.lost_at IS NULL) DESC, m.member_id"
        )
        return dict(rows)

    def customers_of(self, userid: str) -> set[str]:
        """Who is with a member here, by the names they have there."""
        return {external for member, external in self.mirrored.mirrored() if member == userid.lower()}

    def resign(self, userid: str) -> None:
        """Somebody leaves; only the address book's own app is told, or a sync finds it."""
        self.mirrored.api.door("staff/resign", userid=userid)
        with self.database.begin() as work:
            contacts.let_go_members(work, ACTOR, CORP_ID, [userid])

    def begin(self, wish: Wish, key: str = "k1", actor: Actor = ACTOR) -> Inheritance:
        with self.database.begin() as work:
            return begin(work, actor, key, wish)

    def work_off(self) -> None:
        """All that is due is done."""
        for _ in range(50):
            if not hand_over_once(self.database, {CORP_ID: self.source}):
                return
        raise AssertionError("it does not come to rest")

    def pass_day(self) -> None:
        """A day goes by; what is told of it is heard."""
        self.mirrored.pass_time(hours=25)
        told = self.mirrored.hear()
        self.mirrored.apply(*told)
        for each in told:
            hear(self.database, each)
        self.work_off()

    def get(self, inheritance_id: int) -> Inheritance:
        with self.database.read() as reading:
            return contacts.get_inheritance(reading, ACTOR, inheritance_id)

    def handovers(self, inheritance_id: int) -> list[Handover]:
        with self.database.read() as reading:
            return list(contacts.list_handovers(reading, ACTOR, inheritance_id, PageRequest(size=200)).rows)


@pytest.fixture
def estate_of(database: Database, mirror_of: Callable[[Database, Size], Mirrored]) -> Callable[[Size], Estate]:
    """A corp of a size, mirrored and connected."""

    def make(size: Size) -> Estate:
        mirrored = mirror_of(database, size)
        sync_corp(database, mirrored.corp)
        with database.begin() as work:
            company.save_wecom_corp(work, ACTOR, CORP_ID, "晨曦", agent_id=1, secrets=WecomSecrets("secret"))
        mirrored.hear()
        return Estate(mirrored, database, WecomInheritance(mirrored.corp.source._wecom))  # type: ignore[attr-defined]  # the same client

    return make
