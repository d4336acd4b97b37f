"""Appending, sequencing, consuming."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.kernel.events import NOBODY, Event, NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.eventlog.append import EncodedEvent, append_events
from siyu.platform.eventlog.consuming import Consumer, consume_once, lags
from siyu.platform.eventlog.projecting import Projector, project_once
from siyu.platform.eventlog.reading import ANY_NAME, Stretch, head_position, next_stretch, read_events
from siyu.platform.eventlog.sequencer import ensure_partitions, run_sequencer, sequence_once
from siyu.platform.eventlog.waking import LogBell, listen
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.conftest import START, cloned


def event(number: int, name: str = "noted", **properties: object) -> NewEvent:
    at = START + timedelta(seconds=number)
    return NewEvent(name, derived_id("test", number), NOBODY, at, "test", {"number": number, **properties})


def record(database: Database, *events: NewEvent) -> None:
    with database.begin() as work:
        work.record(events)


def sequence(database: Database) -> int:
    with database.autocommit() as driver:
        return sequence_once(driver)


def everything(database: Database) -> list[Event]:
    with database.read() as reading:
        head = head_position(reading.driver)
        return read_events(reading.driver, Stretch(0, head, 0), [ANY_NAME])


def numbers(events: Sequence[Event]) -> list[int]:
    return [each.properties["number"] for each in events]


def test_events_come_back_as_they_were_recorded(database: Database) -> None:
    odd = event(1, "odd", text='tab\t line\n quote" back\\slash \\n 私域 🎏', none=None, deep={"a": [1, 2.5, True]})
    record(database, odd, event(2))
    sequence(database)
    first, second = everything(database)
    assert first.properties == odd.properties
    assert (first.name, first.event_id, first.occurred_at, first.source) == (
        "odd",
        odd.event_id,
        odd.occurred_at,
        "test",
    )
    assert (first.position, first.n, second.position, second.n) == (1, 0, 1, 1)


@pytest.fixture(scope="module")
def a_connection(postgres_url: str, template: str) -> Iterator[psycopg.Connection[Any]]:
    """To a database that nothing is committed to."""
    with cloned(postgres_url, template) as url, psycopg.connect(url) as driver:
        yield driver


@given(text=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")))
def test_any_text_survives_the_log(text: str, a_connection: psycopg.Connection[Any]) -> None:
    append_events(
        a_connection, [event(1, text or "x", text=text), EncodedEvent("y", derived_id(1).hex, 1, START, text, b"{}")]
    )
    rows = a_connection.execute(
        "SELECT name, source, properties ->> 'text' FROM log.events ORDER BY batch_id DESC, n LIMIT 2"
    ).fetchall()
    a_connection.rollback()
    assert rows == [(text or "x", "test", text), ("y", text, None)]


def test_what_is_rolled_back_is_not_in_the_log(database: Database) -> None:
    def fail() -> None:
        with database.begin() as work:
            work.record([event(1)])
            raise RuntimeError("after recording")

    with pytest.raises(RuntimeError, match="after recording"):
        fail()
    sequence(database)
    assert everything(database) == []


def test_a_batch_without_a_position_is_not_read(database: Database) -> None:
    record(database, event(1))
    assert everything(database) == []
    assert sequence(database) == 1
    assert sequence(database) == 0
    assert numbers(everything(database)) == [1]


def test_a_slow_commit_is_not_jumped_over(database: Database) -> None:
    """The batch that began first commits last: the consumer, already past the second, still gets it."""
    seen: list[int] = []
    consumer = Consumer("test", {ANY_NAME: [lambda work, events: seen.extend(numbers(events))]})
    with database.begin() as slow:
        append_events(slow.driver, [event(1)])
        record(database, event(2))
        sequence(database)
        consume_once(database, consumer)
        assert seen == [2]
    sequence(database)
    consume_once(database, consumer)
    assert seen == [2, 1]


def test_concurrent_writers_with_slow_commits_lose_and_repeat_nothing(database: Database) -> None:
    writers, each = 8, 40
    done = threading.Event()
    stop = threading.Event()
    seen: list[int] = []
    consumer = Consumer("test", {ANY_NAME: [lambda work, events: seen.extend(numbers(events))]}, events_max=7)

    def write(writer: int) -> None:
        for number in range(each):
            with database.begin() as work:
                append_events(work.driver, [event(writer * each + number)])
                work.driver.execute("SELECT pg_sleep(%s)", ((writer * 7 + number) % 5 / 500,))

    def read() -> None:
        while not (done.is_set() and len(seen) >= writers * each) and not stop.is_set():
            if consume_once(database, consumer) is None:
                stop.wait(0.002)

    sequencer = threading.Thread(target=run_sequencer, args=(database, stop))
    reader = threading.Thread(target=read)
    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in [sequencer, reader, *threads]:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join(timeout=30)
    stop.set()
    sequencer.join(timeout=30)
    assert sorted(seen) == list(range(writers * each))
    assert len(everything(database)) == writers * each


def test_a_failed_handler_moves_nothing(database: Database) -> None:
    calls: list[list[int]] = []

    def handle(work: UnitOfWork, events: Sequence[Event]) -> None:
        calls.append(numbers(events))
        work.record([event(100 + len(calls), "consequence")])
        if len(calls) == 1:
            raise RuntimeError("once")

    consumer = Consumer("test", {"noted": [handle]})
    record(database, event(1))
    sequence(database)
    with pytest.raises(RuntimeError, match="once"):
        consume_once(database, consumer)
    assert consume_once(database, consumer) is not None
    assert consume_once(database, consumer) is None
    sequence(database)
    assert calls == [[1], [1]]
    assert numbers(everything(database)) == [1, 102]


def test_each_handler_gets_the_names_it_asked_for_in_order(database: Database) -> None:
    told: dict[str, list[int]] = {"both": [], "one": []}

    def both(work: UnitOfWork, events: Sequence[Event]) -> None:
        told["both"].extend(numbers(events))

    def one(work: UnitOfWork, events: Sequence[Event]) -> None:
        told["one"].extend(numbers(events))

    record(database, event(1, "a"), event(2, "b"), event(3, "c"))
    record(database, event(4, "a"))
    sequence(database)
    consume_once(database, Consumer("test", {"a": [both, one], "b": [both]}))
    assert told == {"both": [1, 2, 4], "one": [1, 4]}


def test_a_consumer_stays_behind_another(database: Database) -> None:
    leader = Consumer("leader", {})
    follower = Consumer("follower", {}, behind=("leader",))
    record(database, event(1))
    sequence(database)
    assert consume_once(database, follower) is None
    assert consume_once(database, leader) is not None
    assert consume_once(database, follower) is not None
    with database.read() as reading:
        assert lags(reading.driver) == {"leader": 0, "follower": 0}


def test_two_processes_do_not_work_on_the_same_consumer(database: Database) -> None:
    inside: list[object] = []

    def handle(work: UnitOfWork, events: Sequence[Event]) -> None:
        inside.append(consume_once(database, consumer))

    consumer = Consumer("test", {"noted": [handle]})
    consume_once(database, consumer)
    record(database, event(1))
    sequence(database)
    assert consume_once(database, consumer) is not None
    assert inside == [None]


def test_who_finds_nothing_new_locks_and_writes_nothing(database: Database) -> None:
    consumer = Consumer("test", {"noted": [lambda *_: None]})
    projector = Projector("elsewhere", lambda *_: None)

    def cursors() -> list[tuple[object, ...]]:
        with database.autocommit() as driver:
            return driver.execute("SELECT name, ctid, xmin, xmax FROM log.consumers ORDER BY name").fetchall()

    record(database, event(1))
    sequence(database)
    assert consume_once(database, consumer) is not None
    assert project_once(database, projector) is not None
    before = cursors()
    assert consume_once(database, consumer) is None
    assert project_once(database, projector) is None
    assert cursors() == before


def test_a_stretch_holds_whole_batches(database: Database) -> None:
    for start in (0, 10, 20):
        record(database, *(event(start + n) for n in range(4)))
    sequence(database)
    with database.read() as reading:
        assert next_stretch(reading.driver, 0, events_max=9) == Stretch(0, 2, 8)
        assert next_stretch(reading.driver, 0, events_max=1) == Stretch(0, 1, 4)
        assert next_stretch(reading.driver, 2, events_max=9) == Stretch(2, 3, 4)
        assert next_stretch(reading.driver, 0, events_max=9, upto_max=1) == Stretch(0, 1, 4)
        assert next_stretch(reading.driver, 3, events_max=9) is None


def test_a_projector_that_crashed_repeats_its_stretch_and_no_other(database: Database) -> None:
    written: list[tuple[int, int, int]] = []

    def write(_: Database, stretch: Stretch) -> None:
        written.append((stretch.after, stretch.upto, stretch.events))
        if len(written) == 1:
            raise RuntimeError("crashed after writing")

    projector = Projector("elsewhere", write)
    record(database, event(1))
    sequence(database)
    with pytest.raises(RuntimeError, match="crashed"):
        project_once(database, projector)
    record(database, event(2), event(3))
    sequence(database)
    assert project_once(database, projector) is not None
    assert project_once(database, projector) is not None
    assert project_once(database, projector) is None
    assert written == [(0, 1, 1), (0, 1, 1), (1, 2, 2)]


def test_partitions_are_made_ahead(database: Database) -> None:
    with database.autocommit() as driver:
        driver.execute("ALTER TABLE log.batches ALTER COLUMN batch_id RESTART WITH 1999998")
        record(database, event(1))
        driver.execute("SET lock_timeout = '2s'")
        with database.begin() as busy:  # neither who appends nor who reads is waited for
            append_events(busy.driver, [event(9)])
            ensure_partitions(driver)
            busy.driver.rollback()
        ensure_partitions(driver)
    for number in (2, 3):
        record(database, event(number))
    sequence(database)
    assert numbers(everything(database)) == [1, 2, 3]


def test_the_bell_rings_when_the_log_grows(database: Database) -> None:
    bell, stop = LogBell(), threading.Event()
    thread = threading.Thread(target=listen, args=(database, bell, stop))
    thread.start()
    seen = bell.rings
    for number in range(200):
        record(database, event(number))
        sequence(database)
        bell.wait(seen, 0.05)
        if bell.rings != seen:
            break
    stop.set()
    thread.join()
    assert bell.rings > seen


def test_a_stretch_is_bounded_by_bytes_too(database: Database) -> None:
    """Of two batches of a thousand bytes each and a small one the first alone is promised, then both others."""
    written: list[Stretch] = []
    projector = Projector("test", lambda database, stretch: written.append(stretch), bytes_max=2000)
    for number in (1, 2):
        record(database, event(number, text="x" * 1000))
    record(database, event(3))
    sequence(database)
    while project_once(database, projector):
        pass
    assert written == [Stretch(0, 1, 1), Stretch(1, 3, 2)]


def test_a_batch_of_more_bytes_than_a_stretch_is_still_projected(database: Database) -> None:
    written: list[Stretch] = []
    projector = Projector("test", lambda database, stretch: written.append(stretch), bytes_max=1)
    record(database, event(1), event(2))
    record(database, event(3))
    sequence(database)
    while project_once(database, projector):
        pass
    assert written == [Stretch(0, 1, 2), Stretch(1, 2, 1)]


def test_a_promise_is_kept_whatever_the_bounds_are_by_then(database: Database) -> None:
    written: list[Stretch] = []

    def fail(database: Database, stretch: Stretch) -> None:
        raise OSError("the other side is away")

    for number in (1, 2, 3):
        record(database, event(number, text="x" * 1000))
    sequence(database)
    with pytest.raises(OSError, match="away"):
        project_once(database, Projector("test", fail))
    assert project_once(database, Projector("test", lambda database, stretch: written.append(stretch), bytes_max=1))
    assert written == [Stretch(0, 3, 3)]


def test_a_consumers_stretch_is_bounded_by_bytes(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    record(database, event(1, text="x" * 1000))
    record(database, event(2, text="x" * 1000))
    sequence(database)
    with database.read() as reading:
        assert next_stretch(reading.driver, 0, events_max=9, bytes_max=1500) == Stretch(0, 1, 1)
        assert next_stretch(reading.driver, 0, events_max=9) == Stretch(0, 2, 2)


def test_many_events_become_batches_that_fit(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siyu.platform.eventlog.append.BATCH_BYTES_MAX", 1500)
    monkeypatch.setattr("siyu.platform.eventlog.append.BATCH_SIZE_MAX", 4)
    record(database, event(1, text="x" * 2000), event(2, text="x" * 1000), event(3, text="x" * 1000))
    record(database, *(event(number) for number in range(4, 10)))
    sequence(database)
    with database.read() as reading:
        sizes = reading.driver.execute("SELECT size, bytes > 1000 FROM log.batches ORDER BY position").fetchall()
    assert sizes == [(1, True), (1, True), (1, True), (4, False), (2, False)]
    assert numbers(everything(database)) == list(range(1, 10))


def test_an_attempt_that_fails_undoes_itself_alone(database: Database) -> None:
    def fail(work: UnitOfWork) -> None:
        with work.attempt():
            work.record([event(2)])
            work.driver.execute("INSERT INTO log.consumers (name) VALUES ('undone')")
            raise RuntimeError("in the attempt")

    with database.begin() as work:
        work.record([event(1)])
        with pytest.raises(RuntimeError, match="attempt"):
            fail(work)
        with work.attempt():
            work.record([event(3)])
        work.record([event(4)])
    sequence(database)
    assert numbers(everything(database)) == [1, 3, 4]
    with database.read() as reading:
        assert lags(reading.driver) == {}
