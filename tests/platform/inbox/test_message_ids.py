"""Message ids are forgotten only where nothing could come again that they would have told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from siyu.kernel.ids import derived_hex
from siyu.platform.inbox.inbox import InboxBatch, put_batches, take_batches
from siyu.platform.inbox.message_ids import forget_message_ids, forgettable_before, remember_new
from siyu.platform.inbox.quarantine import put_aside
from siyu.platform.postgres.database import Database
from tests.conftest import START

DAYS = 30


def hour(instant: datetime) -> int:
    return int(instant.timestamp()) // 3600


def waiting(received_at: datetime) -> InboxBatch:
    return InboxBatch(0, "web", received_at, None, 1, b"[]")


@pytest.mark.parametrize("step", [3, 10_000])
def test_ids_of_before_an_hour_are_forgotten_in_steps_and_no_others(
    database: Database, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr("siyu.platform.inbox.message_ids.FORGOTTEN_AT_ONCE", step)
    keys = {(hours, derived_hex(str(hours), str(n))) for hours in (0, 100, 101, 102) for n in range(4)}
    with database.begin() as work:
        assert remember_new(work.driver, keys) == keys
    with database.autocommit() as driver:
        assert forget_message_ids(driver, 102) == 8
        assert forget_message_ids(driver, 102) == 0
    with database.begin() as work:
        assert {hours for hours, _ in remember_new(work.driver, keys)} == {100, 101}


def test_what_the_door_still_takes_is_remembered_with_a_margin(database: Database) -> None:
    with database.read() as reading:
        before = forgettable_before(reading.driver, START, DAYS)
    assert before == hour(START - timedelta(days=DAYS)) - 1


def test_what_waits_holds_its_ids_back(database: Database) -> None:
    """The door took both of a message's two sendings long ago; the second is drained after the first was forgotten."""
    taken_at = START - timedelta(days=2)
    with database.begin() as work:
        put_batches(work, [waiting(taken_at), waiting(START)])
    expected = hour(taken_at - timedelta(days=DAYS)) - 1
    with database.read() as reading:
        assert forgettable_before(reading.driver, START, DAYS) == expected
    with database.begin() as work:
        for batch in take_batches(work, 0, 10):
            put_aside(work, batch, "KeyError", START)
    with database.read() as reading:
        assert forgettable_before(reading.driver, START, DAYS) == expected
