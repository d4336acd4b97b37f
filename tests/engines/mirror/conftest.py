"""An emulated corp, and the mirror aimed at it; nothing is waited for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from siyu.channels.wecom.client import LIMITS, Wecom
from siyu.channels.wecom.governor import Governor
from siyu.channels.wecom.mirror import WecomMirror
from siyu.channels.wecom.store import StoredRates, StoredTokens
from siyu.channels.wecom.tokens import Tokens, WecomApp
from siyu.domain.company import service as company
from siyu.domain.company.contracts import WecomCallback
from siyu.engines.mirror.callbacks import apply_callback
from siyu.engines.mirror.contracts import Corp
from siyu.kernel.clock import ManualClock
from siyu.platform.http import OutgoingHttp
from siyu.platform.postgres.database import Database
from siyu.world.wecom.apps import App, AppKind
from siyu.world.wecom.building import Size, build_corp
from siyu.world.wecom.dispatch import Request
from siyu.world.wecom.server import WecomServer
from tests.world.wecom.driving import AGENT_ID, CALLBACK, CONTACTS_SECRET, CORP_ID, SECRET, Api


@dataclass
class Mirrored:
    """An emulated corp, and what Siyu makes of it."""

    api: Api
    database: Database
    corp: Corp
    clock: ManualClock
    heard: list[WecomCallback] = field(default_factory=list)

    def pass_time(self, **by: float) -> None:
        """Time goes on, there and here."""
        self.clock.advance(timedelta(**by))

    def try_door(self, door: str, given: dict[str, Any]) -> bool:
        """Whether what was to happen there could."""
        answer = self.api.service.answer(Request("POST", f"/world/{door}", {}, json.dumps(given).encode()))
        assert answer.status in (200, 409), answer.body
        return answer.status == 200

    def hear(self) -> list[WecomCallback]:
        """The callbacks since this was asked last."""
        now = [self._callback(fields) for fields in self.api.told()]
        self.heard += now
        return now

    def apply(self, *callbacks: WecomCallback) -> None:
        for each in callbacks:
            apply_callback(self.database, self.corp, each)

    def truth(self) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
        """{(member, customer): (remark, tags)} of all relations that the emulated WeCom would call alive on both sides."""
        people = self.api.corp.people
        found = {}
        for member in self.api.corp.staff.members:
            for number in people.numbers_of(member.userid):
                relation = people.relation(member.userid, number)
                if relation is not None and not relation.is_half and not relation.is_one_way:
                    key = (member.userid.lower(), people.id_of(number))
                    found[key] = (relation.remark, tuple(sorted(relation.tag_ids)))
        return found

    def mirrored(self) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
        """The same as it stands here."""
        return {(row[0], row[1]): (row[2], tuple(sorted(row[3]))) for row in self.rows(
            "SELECT m.userid, p.value, r.remark, r.tag_ids FROM contacts.relations r JOIN contacts.members m USING (member_id)"
            " JOIN customers.profiles p USING (profile_id) WHERE r.lost_at IS NULL"
        )}  # fmt: skip

    def groups_there(self) -> dict[str, set[str]]:
        corp = self.api.corp
        return {
            chat.chat_id: {corp.people.id_of(key) for key in chat.members if isinstance(key, int)}
            for chat in corp.chats.chats.values()
        }

    def groups_here(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {
            row[0]: set() for row in self.rows("SELECT chat_id FROM groups.groups WHERE dissolved_at IS NULL")
        }
        for chat_id, external in self.rows(
            "SELECT g.chat_id, p.value FROM groups.memberships m JOIN groups.groups g USING (group_id)"
            " JOIN customers.profiles p USING (profile_id) WHERE m.left_at IS NULL"
        ):
            found[chat_id].add(external)
        return found

    def rows(self, statement: str, *given: Any) -> list[Any]:
        with self.database.read() as reading:
            return reading.driver.execute(statement.encode(), given).fetchall()

    def events(self, *names: str) -> dict[str, int]:
        rows = self.rows("SELECT name, count(*) FROM log.events WHERE name = ANY(%s) GROUP BY 1", list(names))
        return dict(rows)

    def _callback(self, fields: dict[str, str]) -> WecomCallback:
        at = datetime.fromtimestamp(int(fields["CreateTime"]), UTC)
        return WecomCallback(0, CORP_ID, fields["Event"], fields.get("ChangeType", ""), at, fields)


@pytest.fixture
def mirror_of(clock: ManualClock) -> Iterator[Callable[[Database, Size], Mirrored]]:
    """A corp of a size, mirrored into a database."""
    opened: list[Any] = []

    def make(database: Database, size: Size) -> Mirrored:
        corp = build_corp(CORP_ID, clock, size)
        corp.add_app(App(AGENT_ID, SECRET, callback=CALLBACK))
        corp.add_app(App(0, CONTACTS_SECRET, kind=AppKind.CONTACTS))
        server = WecomServer(corp)
        server.start()
        governor = Governor(StoredRates(database), database.clock, pause=lambda _seconds: None)
        wecom = Wecom(
            WecomApp(CORP_ID, SECRET, server.url, AGENT_ID),
            Tokens(StoredTokens(database), database.clock),
            governor,
            OutgoingHttp(LIMITS),
            pause=lambda _seconds: None,
        )
        opened.extend((wecom.close, server.stop))
        with database.begin() as work:
            company.ensure_first_admin(work, "admin@siyu.example", "a long password", "晨曦茶饮")
        api = Api(corp, server._server.service)  # type: ignore[arg-type]  # the service that the server answers with
        return Mirrored(api, database, Corp(CORP_ID, WecomMirror(wecom)), clock)

    yield make
    for close in opened:
        close()
