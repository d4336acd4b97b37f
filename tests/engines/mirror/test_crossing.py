"""A callback and a sync that tell the same at the same moment make one event of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from siyu.domain.contacts.contracts import ToldBy
from siyu.engines.mirror.patience import patiently
from siyu.engines.mirror.syncing import sync_corp, tell
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.world.wecom.building import Size
from tests.engines.mirror.conftest import Mirrored
from tests.world.wecom.driving import CORP_ID

SECONDS_MAX = 30


def test_what_two_tell_at_once_is_told_once(
    database: Database, mirror_of: Callable[[Database, Size], Mirrored]
) -> None:
    mirrored = mirror_of(database, Size(members=2, customers=3, chats=1))
    sync_corp(database, mirrored.corp)
    before = mirrored.events("contact_added")["contact_added"]
    external = mirrored.api.newcomer("林小满")
    userid = next(one.userid for one in mirrored.api.corp.staff.members if one.may_have_customers)
    mirrored.api.door("customer/add", userid=userid, external_userid=external)
    told = mirrored.corp.source.contact(external)

    def keep(work: UnitOfWork) -> None:
        tell(work, CORP_ID, told, ToldBy.SYNC, asked_at=work.clock.now())

    other = threading.Thread(target=patiently, args=(database, keep))
    with database.begin() as work:
        tell(work, CORP_ID, told, ToldBy.CALLBACK, asked_at=work.clock.now())
        work.append_recorded()
        other.start()
        until = time.monotonic() + SECONDS_MAX
        while not _waits(mirrored):  # the other has looked, found nothing, and comes to write
            assert time.monotonic() < until
    other.join(SECONDS_MAX)
    assert not other.is_alive()
    assert mirrored.events("contact_added")["contact_added"] == before + 1


def _waits(mirrored: Mirrored) -> bool:
    rows = mirrored.rows(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return bool(rows[0][0])
