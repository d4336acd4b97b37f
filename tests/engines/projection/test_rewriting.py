"""Some profiles written anew: exact, also where the projection, or the rewriting itself, was cut off anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from siyu.engines.projection import rewriting
from siyu.engines.projection.projecting import COLUMNS_CONSUMER, columns_projector
from siyu.engines.projection.rebuilding import rebuild_columns
from siyu.engines.projection.rewriting import rewrite_profiles
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.reading import Stretch, head_position
from siyu.platform.postgres.database import Database
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, identify, put
from tests.engines.projection.test_projecting import project


def everything(columns: Columns) -> dict[str, Any]:
    return {
        "events": columns.query("SELECT position, n, profile_id, toString(properties) FROM events ORDER BY 1, 2"),
        "customers": columns.query("SELECT customer_id, toString(attributes) FROM customers FINAL ORDER BY 1"),
    }


def strip(database: Database) -> None:
    """What an erasure of customer 1, profiles 1 and 2, does in PostgreSQL."""
    with database.begin() as work:
        work.driver.execute("UPDATE log.events SET properties = '{\"erased\": true}' WHERE profile_id IN (1, 2)")
        work.driver.execute("UPDATE customers.profiles SET attributes = '{}' WHERE profile_id IN (1, 2)")


def a_log(database: Database) -> None:
    put(
        database,
        identify(1, "u1", "a1", city="上海"),
        track(2, userId="u1"),
        track(3, userId="u2"),
        track(4, userId="u3"),
    )
    drained(database)


def expected(database: Database, columns: Columns) -> dict[str, Any]:
    """The columns as a rebuild makes them."""
    rebuild_columns(database, columns, lambda _done, _of: None)
    return everything(columns)


def test_the_same_as_a_rebuild(database: Database, columns: Columns) -> None:
    a_log(database)
    project(database, columns)
    strip(database)
    rewrite_profiles(database, columns, [1, 2])
    seen = everything(columns)
    assert "上海" not in str(seen)
    assert '"erased":true' in str(seen)
    assert seen == expected(database, columns)


def test_old_versions_of_a_customer_are_gone_from_the_disk(database: Database, columns: Columns) -> None:
    a_log(database)
    project(database, columns)
    put(database, identify(9, "u1", "a1", city="杭州"))
    drained(database)
    project(database, columns)
    strip(database)
    rewrite_profiles(database, columns, [1, 2])
    assert columns.query("SELECT count() FROM customers WHERE customer_id = 1") == [(1,)]
    assert columns.query("SELECT count() FROM system.parts WHERE active = 0 AND table IN ('customers', 'events')") == [
        (0,)
    ]


def test_a_stretch_promised_and_written_before_a_crash_is_there_once(database: Database, columns: Columns) -> None:
    a_log(database)
    projector = columns_projector(columns)
    project(database, columns)
    put(database, track(10, userId="u1"), track(11, userId="u2"))
    drained(database)
    with database.autocommit() as driver:
        head = head_position(driver)
        row = driver.execute("SELECT position FROM log.consumers WHERE name = %s", (COLUMNS_CONSUMER,)).fetchone()
        assert row is not None
        driver.execute("UPDATE log.consumers SET projecting_to = %s WHERE name = %s", (head, COLUMNS_CONSUMER))
    projector.write(database, Stretch(row[0], head, 2))  # and then the process died
    strip(database)
    rewrite_profiles(database, columns, [1, 2])
    while project_once(database, projector):
        pass
    seen = everything(columns)
    assert len(seen["events"]) == len({row[:2] for row in seen["events"]})
    assert seen == expected(database, columns)


@pytest.mark.parametrize("cut_at", range(6))
def test_a_rewriting_cut_off_anywhere_is_done_again(
    database: Database, columns: Columns, monkeypatch: pytest.MonkeyPatch, cut_at: int
) -> None:
    """Its steps: begin, insert and finish for the events, then for the customers."""
    a_log(database)
    project(database, columns)
    strip(database)
    before = [row[:3] for row in everything(columns)["events"]]
    done: list[str] = []

    def cut(name: str) -> None:
        real = getattr(rewriting, name)

        def run(*arguments: Any, **more: Any) -> Any:
            done.append(name)
            if len(done) > cut_at:
                raise ConnectionError
            return real(*arguments, **more)

        patched.setattr(rewriting, name, run)

    with monkeypatch.context() as patched:
        for name in ("begin_rebuild", "insert_events", "finish_rebuild", "write_customers"):
            cut(name)
        with pytest.raises(ConnectionError):
            rewrite_profiles(database, columns, [1, 2])
    assert [row[:3] for row in everything(columns)["events"]] == before
    put(database, track(20, userId="u1"))
    drained(database)
    project(database, columns)
    rewrite_profiles(database, columns, [1, 2])
    assert everything(columns) == expected(database, columns)


def test_more_than_a_statement_holds_is_a_rebuild(
    database: Database, columns: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_log(database)
    project(database, columns)
    strip(database)
    monkeypatch.setattr(rewriting, "PROFILES_MAX", 1)
    rewrite_profiles(database, columns, [1, 2])
    assert everything(columns) == expected(database, columns)


def test_as_many_as_a_statement_holds(database: Database, columns: Columns) -> None:
    a_log(database)
    project(database, columns)
    strip(database)
    rewrite_profiles(database, columns, range(10**9, 10**9 + rewriting.PROFILES_MAX - 1))
    rewrite_profiles(database, columns, [1, 2])
    assert everything(columns) == expected(database, columns)


@pytest.mark.parametrize("way", ["rebuild", "rewrite"])
def test_what_the_projection_did_meanwhile_is_not_lost(
    database: Database, columns: Columns, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The connection that holds the projection back breaks, and the projection goes on."""
    a_log(database)
    project(database, columns)
    read, broken = rewriting._read, list[bool]()

    def breaks() -> None:
        if broken:
            return
        with database.begin() as work:
            broken.extend(
                row[0]
                for row in work.driver.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                    " AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                )
            )
        put(database, track(9, userId="u9"))
        drained(database)
        project(database, columns)

    def reads(*arguments: Any) -> Any:
        breaks()
        return read(*arguments)

    monkeypatch.setattr(rewriting, "_read", reads)
    ways: dict[str, Callable[[], object]] = {
        "rebuild": lambda: rebuild_columns(database, columns, lambda _done, _of: breaks()),
        "rewrite": lambda: rewrite_profiles(database, columns, [1, 2]),
    }
    with pytest.raises(psycopg.OperationalError):
        ways[way]()
    assert broken == [True]
    assert everything(columns) == expected(database, columns)
