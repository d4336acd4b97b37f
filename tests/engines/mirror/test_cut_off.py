"""A sync that is killed at any statement goes on where it was, and tells nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from siyu.channels.wecom.mirror import WecomMirror
from siyu.domain.contacts.contracts import ContactPage, Refusal, SourceRefusedError
from siyu.engines.mirror import syncing
from siyu.engines.mirror.contracts import Corp
from siyu.engines.mirror.syncing import sync_corp
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored
from tests.world.wecom.driving import CORP_ID

STEP = 6


class KilledError(BaseException):
    """Stands for the end of the process."""


def test_killed_at_any_statement_it_goes_on(
    database: Database, mirror_of: Callable[[Database, Size], Mirrored], monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrored = mirror_of(database, Size(members=2, customers=6, chats=1))
    users = [one.userid for one in mirrored.api.corp.staff.members]
    left = 0

    def execute(self: psycopg.Connection[Any], query: Any, *rest: Any, **more: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            raise KilledError
        return genuine(self, query, *rest, **more)

    genuine = psycopg.Connection.execute
    monkeypatch.setattr(psycopg.Connection, "execute", execute)
    kills = 0
    for place in range(1, 400, STEP):
        external = mirrored.api.newcomer(f"新客{place}")
        mirrored.api.door("customer/add", userid=users[kills % 2], external_userid=external)
        left = place
        try:
            sync_corp(database, mirrored.corp, fetching_at_once=1)
        except KilledError:
            kills += 1
        else:
            break
        finally:
            left = 0
    assert kills >= 8
    sync_corp(database, mirrored.corp)
    assert mirrored.mirrored() == mirrored.truth()
    assert mirrored.events("contact_added") == {"contact_added": len(mirrored.truth())}
    assert mirrored.rows("SELECT state, count(*) FROM contacts.syncs WHERE state <> 'done' GROUP BY 1") == []


class Interrupted(WecomMirror):
    """A corp of one customer a page that forgets its cursors once, and then answers no more for a while."""

    def __init__(self, source: Any) -> None:
        self._wecom, self._staff = source._wecom, source._staff
        self.asked: list[str] = []
        self.refusals = [SourceRefusedError(Refusal.RESTART, 50100), SourceRefusedError(Refusal.RETRY, -1)]

    def page(self, userid: str, cursor: str) -> ContactPage:
        rows = list(super().page(userid, "").rows)
        place = int(cursor or "0")
        self.asked.append(f"{userid}:{place}")
        if place == 2 and self.refusals:
            raise self.refusals.pop(0)
        return ContactPage(rows[place : place + 1], str(place + 1) if place + 1 < len(rows) else "")


def test_what_was_kept_is_not_read_again(
    database: Database, mirror_of: Callable[[Database, Size], Mirrored], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "KEPT_AT_ONCE", 1)
    mirrored = mirror_of(database, Size(members=1, customers=5, chats=0))
    source = Interrupted(mirrored.corp.source)
    (userid,) = [one.userid for one in mirrored.api.corp.staff.members]
    with pytest.raises(SourceRefusedError):
        sync_corp(database, Corp(CORP_ID, source))
    first = [f"{userid}:{place}" for place in (0, 1, 2, 0, 1, 2)]  # a cursor that is gone: the pages are begun anew
    assert source.asked == first
    done = sync_corp(database, Corp(CORP_ID, source))
    assert source.asked[6] == f"{userid}:2"  # the page after the last that was kept
    assert done.sync_id == 1
    assert mirrored.mirrored() == mirrored.truth()
    assert mirrored.events("contact_added") == {"contact_added": 5}
