"""An event that cannot be worked on is put aside; those behind it go on, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, Identity
from siyu.engines.intake import draining
from siyu.engines.intake.draining import drain_once
from siyu.engines.intake.quarantine import erase_quarantined, retry_quarantined
from siyu.engines.intake.sifting import is_events_fault
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.kernel.errors import BusyError, ForbiddenError, InvalidError, SiyuError
from siyu.platform.inbox.inbox import InboxBatch, oldest_waiting_seconds, put_batches
from siyu.platform.inbox.quarantine import Quarantined, count_quarantined, forget_quarantined, list_quarantined
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.conftest import START
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, identify, named, put

SYSTEM = system_actor("test")


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A fault in what Siyu does with traits: whoever is called `poison` breaks it, as a value of that kind does PostgreSQL."""
    works = customers.set_attributes

    def break_on_poison(work: UnitOfWork, actor: Actor, changes: Sequence[AttributeChange]) -> int:
        for change in changes:
            if change.attributes.get("name") == "poison":
                raise KeyError("a text that tells who it was")
            if change.attributes.get("name") == "number":
                work.driver.execute("SELECT 10 ^ 400::numeric::float8")
        return works(work, actor, changes)

    with monkeypatch.context() as patched:
        patched.setattr(customers, "set_attributes", break_on_poison)
        yield patched


def poison(number: int, name: str = "poison", **traits: Any) -> dict[str, Any]:
    return identify(number, f"u{number}", f"a{number}", name=name, **traits)


def listed(database: Database) -> list[Quarantined]:
    with database.read() as reading:
        return list_quarantined(reading.driver, 0, 100)


def quarantined(database: Database) -> int:
    with database.read() as reading:
        return count_quarantined(reading.driver)


def test_the_one_to_blame_is_put_aside_and_all_others_are_taken(
    database: Database, planted: pytest.MonkeyPatch
) -> None:
    for start in range(0, 60, 20):
        put(database, *(poison(n) if n == 33 else track(n) for n in range(start, start + 20)))
    assert len(named(drained(database), "page_seen")) == 59
    (aside,) = listed(database)
    assert (aside.reason, aside.size, aside.source, aside.received_at) == ("KeyError", 1, "web", START)
    with database.read() as reading:
        assert oldest_waiting_seconds(reading.driver, START) == 0


def test_what_postgresql_refuses_is_found_too_and_named_by_its_state(
    database: Database, planted: pytest.MonkeyPatch
) -> None:
    put(database, track(1), poison(2, "number"), track(3), poison(4), track(5))
    assert len(named(drained(database), "page_seen")) == 3
    assert [aside.reason for aside in listed(database)] == ["sql_22003", "KeyError"]


def test_what_the_log_refuses_is_found_too(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event is written to the log at the very end; the one that it cannot hold is found all the same."""
    monkeypatch.setattr(
        draining, "with_context", lambda document, context: document.replace(b'"number": 2', b'"number": ')
    )
    put(database, track(1), track(2), track(3))
    assert [event.properties["number"] for event in named(drained(database), "page_seen")] == [1, 3]
    assert [aside.reason for aside in listed(database)] == ["sql_22P02"]


def test_the_others_in_its_batch_keep_its_context_and_its_clock(
    database: Database, planted: pytest.MonkeyPatch
) -> None:
    events = [track(1), poison(2), track(3)]
    body = json.dumps(events).encode()
    with database.begin() as work:
        put_batches(work, [InboxBatch(0, "web", START, None, 3, body, b'{"locale":"zh"}')])
    seen = named(drained(database), "page_seen")
    assert [event.properties["context"] for event in seen] == [{"locale": "zh"}] * 2


def test_what_was_put_aside_is_put_back_and_counts_once(database: Database, planted: pytest.MonkeyPatch) -> None:
    put(database, poison(1), track(2, userId="u1"))
    put(database, poison(1))
    drained(database)
    assert quarantined(database) == 2
    planted.undo()
    assert retry_quarantined(database, SYSTEM) == 2
    assert quarantined(database) == 0
    events = drained(database)
    assert len(named(events, "customer_identified")) == 1
    assert len(named(events, "page_seen")) == 1
    with database.read() as reading:
        audit = reading.driver.execute("SELECT verb, fields FROM company.audit").fetchall()
    assert ("intake.retry_quarantined", {"count": 2}) in audit


def test_what_fails_again_is_put_aside_again_and_the_retry_ends(
    database: Database, planted: pytest.MonkeyPatch
) -> None:
    put(database, poison(1), poison(2))
    drained(database)
    assert retry_quarantined(database, SYSTEM) == 2
    drained(database)
    assert quarantined(database) == 2


def test_nobody_without_the_right_puts_it_back(database: Database) -> None:
    with pytest.raises(ForbiddenError):
        retry_quarantined(database, Actor(ActorKind.STAFF, "7", frozenset({"customers.read"})))


def test_a_store_that_is_away_is_nobodys_fault(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    put(database, track(1))
    with monkeypatch.context() as patched:

        def fail(work: UnitOfWork, *_: object) -> None:
            work.driver.execute("SELECT pg_terminate_backend(pg_backend_pid())")

        patched.setattr(draining, "record_arrivals", fail)
        with pytest.raises((psycopg.OperationalError, sa.exc.OperationalError)):
            drain_once(database, 0)
    assert quarantined(database) == 0
    assert len(named(drained(database), "page_seen")) == 1


@pytest.mark.parametrize(
    ("error", "is_fault"),
    [
        (KeyError("x"), True),
        (RecursionError(), True),
        (InvalidError("x"), True),
        (psycopg.DataError("x"), True),
        (psycopg.errors.UniqueViolation("x"), True),
        (psycopg.errors.ProgramLimitExceeded("index row"), True),
        (psycopg.ProgrammingError("cannot adapt"), True),
        (sa.exc.DataError("s", {}, psycopg.DataError("x")), True),
        (psycopg.OperationalError("x"), False),
        (psycopg.InterfaceError("x"), False),
        (psycopg.InternalError("x"), False),
        (psycopg.errors.DeadlockDetected("x"), False),
        (psycopg.errors.SerializationFailure("x"), False),
        (psycopg.errors.QueryCanceled("x"), False),
        (psycopg.errors.DiskFull("x"), False),
        (psycopg.errors.UndefinedTable("x"), False),
        (psycopg.errors.InsufficientPrivilege("x"), False),
        (sa.exc.OperationalError("s", {}, psycopg.OperationalError("x")), False),
        (sa.exc.TimeoutError(), False),
        (BusyError(retry_after_seconds=1), False),
        (SiyuError(), False),
        (OSError(28, "No space left on device"), False),
        (MemoryError(), False),
        (KeyboardInterrupt(), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whose_fault_an_error_is(error: BaseException, is_fault: bool) -> None:
    assert is_events_fault(error) is is_fault


def test_a_body_that_cannot_be_taken_apart_is_put_aside_whole(database: Database) -> None:
    with database.begin() as work:
        put_batches(work, [InboxBatch(0, "web", START, None, 2, b'[{"type":"track"},', b"")])
    put(database, track(1))
    assert len(named(drained(database), "page_seen")) == 1
    assert [(aside.reason, aside.size) for aside in listed(database)] == [("DecodeError", 2)]
    assert quarantined(database) == 2


def test_what_tells_of_an_erased_person_is_thrown_away(database: Database, planted: pytest.MonkeyPatch) -> None:
    put(database, poison(1, phone="13800138000"), poison(2), poison(3))
    with database.begin() as work:
        broken = b'[{"userId":"u2-broken"},'
        put_batches(work, [InboxBatch(0, "web", START, None, 1, broken, b"")])
    drained(database)
    assert quarantined(database) == 4
    with database.begin() as work:
        assert erase_quarantined(work, {Identity("phone", "13800138000"), Identity("anonymous_id", "a2")}) == 2
        assert erase_quarantined(work, {Identity("user_id", "u2-broken")}) == 1
    assert quarantined(database) == 1


def test_what_is_old_is_thrown_away(database: Database, planted: pytest.MonkeyPatch) -> None:
    put(database, poison(1))
    drained(database)
    with database.begin() as work:
        assert forget_quarantined(work.driver, START) == 0
        assert forget_quarantined(work.driver, START.replace(year=2027)) == 1
    assert quarantined(database) == 0


def test_what_is_aside_is_sealed_and_the_list_tells_nothing_of_it(
    database: Database, planted: pytest.MonkeyPatch
) -> None:
    put(database, poison(1, phone="13800138000"))
    drained(database)
    with database.read() as reading:
        rows = reading.driver.execute("SELECT q::text, body FROM inbox.quarantine q").fetchall()
    assert all(b"13800138000" not in body and "13800138000" not in text for text, body in rows)
    assert "13800138000" not in repr(listed(database))
    assert "tells who" not in repr(listed(database))
