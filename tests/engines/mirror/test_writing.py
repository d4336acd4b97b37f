"""What goes there goes some at a time, each once, and what somebody wants meanwhile is not lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from siyu.channels.wecom.mirror import WecomMirror
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.engines.mirror.contracts import Corp
from siyu.engines.mirror.syncing import sync_corp
from siyu.engines.mirror.writing import write_once
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored
from tests.world.wecom.driving import CORP_ID

ACTOR = system_actor("test")
TOGETHER_SECONDS_MAX = 20


class Watched(WecomMirror):
    """A corp in which the first two calls wait for each other, one customer changes while they are written to, one is refused."""

    def __init__(self, source: Any, meanwhile: Callable[[str], None], refused: str) -> None:
        self._wecom, self._staff = source._wecom, source._staff
        self.meanwhile, self.refused = meanwhile, refused
        self.together = threading.Barrier(2, timeout=TOGETHER_SECONDS_MAX)
        self.lock = threading.Lock()
        self.written: list[tuple[str, str | None]] = []

    def save_remark(self, userid: str, external_userid: str, remark: str | None, description: str | None) -> None:
        with self.lock:
            number = len(self.written)
            self.written.append((external_userid, remark))
        if number < 2:
            self.together.wait()
        if external_userid == self.refused:
            raise SourceRefusedError(Refusal.FINAL, 40058)
        super().save_remark(userid, external_userid, remark, description)
        self.meanwhile(external_userid)


def test_some_at_once_each_once_and_nothing_wanted_meanwhile_is_lost(
    database: Database, mirror_of: Callable[[Database, Size], Mirrored]
) -> None:
    mirrored = mirror_of(database, Size(members=1, customers=6, chats=0))
    sync_corp(database, mirrored.corp)
    relations = mirrored.rows(
        "SELECT p.value, p.customer_id, r.member_id FROM contacts.relations r JOIN customers.profiles p USING (profile_id)"
        " ORDER BY 1"
    )
    changing, refused, *others = (external for external, _, _ in relations)

    def note(external: str, remark: str) -> None:
        (customer_id, member_id) = next((row[1], row[2]) for row in relations if row[0] == external)
        with database.begin() as work:
            contacts.save_remark(work, ACTOR, customer_id, member_id, remark=remark)

    def meanwhile(external: str) -> None:
        if external == changing and ("later" not in done):
            done.append("later")
            note(external, "后来想写的")

    done: list[str] = []
    source = Watched(mirrored.corp.source, meanwhile, refused)
    corps = {CORP_ID: Corp(CORP_ID, source)}
    for external, _, _ in relations:
        note(external, f"备注{external[-4:]}")
    assert write_once(database, corps)
    assert sorted(external for external, _ in source.written) == sorted(each[0] for each in relations)
    waiting = mirrored.rows("SELECT remark, is_refused FROM contacts.writes ORDER BY is_refused")
    assert waiting == [("后来想写的", False), (f"备注{refused[-4:]}", True)]
    assert write_once(database, corps)
    assert source.written[len(relations) :] == [(changing, "后来想写的")]
    assert not write_once(database, corps)
    here = {external: remark for (_, external), (remark, _) in mirrored.mirrored().items()}
    there = {external: remark for (_, external), (remark, _) in mirrored.truth().items()}
    assert here == there
    assert here[changing] == "后来想写的"
    assert {here[each] for each in others} == {f"备注{each[-4:]}" for each in others}


def test_who_died_over_it_has_it_written_once_more(
    database: Database, mirror_of: Callable[[Database, Size], Mirrored]
) -> None:
    mirrored = mirror_of(database, Size(members=1, customers=2, chats=0))
    sync_corp(database, mirrored.corp)
    ((customer_id, member_id),) = mirrored.rows(
        "SELECT p.customer_id, r.member_id FROM contacts.relations r JOIN customers.profiles p USING (profile_id)"
        " ORDER BY 1 LIMIT 1"
    )
    with database.begin() as work:
        contacts.save_remark(work, ACTOR, customer_id, member_id, remark="常客")
    with database.begin() as work:
        assert len(contacts.take_writes(work, ACTOR, CORP_ID, 10)) == 1
    assert not write_once(database, {CORP_ID: mirrored.corp})  # somebody may be at it
    mirrored.pass_time(minutes=11)
    assert write_once(database, {CORP_ID: mirrored.corp})
    assert "常客" in {remark for remark, _ in mirrored.truth().values()}
