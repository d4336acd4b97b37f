"""Locks by name: one holder at a time, given back at the end of the block and with the connection."""

from __future__ import annotations

from siyu.platform.postgres.database import Database
from siyu.platform.postgres.locks import held


def test_one_connection_holds_a_lock_at_a_time(database: Database) -> None:
    with database.autocommit() as one, database.autocommit() as other:
        with held(one, "a") as first, held(other, "a") as second, held(other, "b") as another:
            assert (first, second, another) == (True, False, True)
        with held(other, "a") as again:
            assert again


def test_a_holder_is_waited_for_and_nothing_is_left_of_the_waiting(database: Database) -> None:
    with database.autocommit() as one, database.autocommit() as other:
        before = other.execute("SHOW lock_timeout").fetchone()
        with held(one, "a"), held(other, "a", wait_seconds=1) as is_held:
            assert not is_held
        with held(other, "a", wait_seconds=1) as is_held:
            assert is_held
        assert other.execute("SHOW lock_timeout").fetchone() == before


def test_a_lock_goes_with_its_connection(database: Database) -> None:
    with database.autocommit() as other:
        with database.autocommit() as one, held(one, "a"):
            one.close()
        with held(other, "a", wait_seconds=5) as is_held:
            assert is_held
