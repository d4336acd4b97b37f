"""A segment that is new or was changed is found beside the one in force, and a death at any point repeats nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from siyu.domain.definitions import service as definitions
from siyu.domain.segments import keeping_store, lists, reading, service, store
from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED, Condition, ListMode, Served
from siyu.domain.segments.definition import parse_definition
from siyu.engines.audience import building, keeping
from siyu.engines.audience.auditing import audit
from siyu.engines.audience.building import BUILD_LOCK, build_waiting
from siyu.engines.audience.evaluate import Answers, evaluate
from siyu.engines.audience.keeping import Audience, answers_to, tick_once
from siyu.engines.audience.refresh import REST_SECONDS_MAX, Worker, tick_now
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import BusyError
from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsError
from siyu.platform.postgres.database import Database
from tests.engines.audience.keeping_scenes import (
    SHANGHAI,
    SIYU,
    TWICE,
    a_segment,
    buys,
    edited,
    is_one_person,
    known,
    lives_in,
    told,
    told_events,
)
from tests.engines.audience.keeping_steps import an_audience, in_segment, project, settle

ONCE = {**TWICE, "value": 1}


@pytest.fixture
def audience(database: Database, columns: Columns) -> Audience:
    return an_audience(database, columns)


@contextmanager
def meanwhile(monkeypatch: pytest.MonkeyPatch, happen: Callable[[], None]) -> Iterator[None]:
    """Something happens after everybody was asked about and before what was found comes into force."""
    done = list[bool]()

    def watched(audience: Audience, served: list[Served], *rest: Any) -> Answers:
        answers = answers_to(audience, served, *rest)
        if not done:
            done.append(True)
            happen()
        return answers

    with monkeypatch.context() as patch:
        patch.setattr(building, "answers_to", watched)
        yield
    assert done


def test_the_version_before_serves_until_the_new_one_is_found(
    audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = audience.database
    ada, bo, cy = known(database, "ada", "bo", "cy")
    segment_id = a_segment(database, TWICE)
    buys(database, ada, ada, bo)
    settle(audience)
    edited(database, segment_id, {"kind": "not", "of": TWICE})

    def happen() -> None:
        buys(database, bo)
        project(audience)
        assert tick_once(audience) is not None
        assert in_segment(database, segment_id) == sorted([ada, bo])
        with database.read() as work:
            state = reading.states_of(work, [segment_id])[segment_id]
        assert (state.version, state.size, state.is_kept) == (1, 2, True)
        buys(database, cy, cy)
        project(audience)

    with meanwhile(monkeypatch, happen):
        assert set(build_waiting(audience)) == {segment_id}
    assert in_segment(database, segment_id) == []
    settle(audience)
    assert in_segment(database, segment_id) == []
    what = [(each.name, each.profile_id) for each in told_events(database)]
    assert what == [
        *[(SEGMENT_ENTERED, each) for each in (ada, bo, cy)],
        *[(SEGMENT_EXITED, each) for each in sorted([ada, bo, cy])],
    ]
    why = [(each.properties["version"], each.properties["reason"]) for each in told_events(database)]
    assert why == [(1, "built"), (1, "event"), (1, "event"), *[(2, "built")] * 3]


def test_what_happens_during_a_build_is_caught_up_with(
    audience: Audience, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events, attributes, lists, merges, and the passing of time; in the columns already, or not yet."""
    database = audience.database
    people = known(database, *(f"u{n}" for n in range(10)))
    with database.begin() as work:
        list_id = lists.create_list(work, SIYU, "名单").list_id
        lists.change_list(work, SIYU, list_id, ListMode.ADD, people[:2])
    buys(database, people[8], ago=timedelta(minutes=59))
    project(audience)
    recent = {
        "kind": "moment",
        "event": "order_paid",
        "which": "last",
        "window": {"kind": "rolling", "most": {"amount": 1, "unit": "hour"}},
    }
    wanted: list[dict[str, Any]] = [
        TWICE,
        SHANGHAI,
        {"kind": "list", "list_id": list_id},
        recent,
        {"kind": "not", "of": recent},
    ]
    segment_ids = [a_segment(database, each) for each in wanted]

    def happen() -> None:
        buys(database, people[2], people[2])
        lives_in(database, people[3], "上海")
        project(audience)
        with database.begin() as work:
            lists.change_list(work, SIYU, list_id, ListMode.REPLACE, [people[1], people[4]])
        tick_once(audience)  # nobody is called any more after this
        is_one_person(database, "u2", "u6")
        clock.advance(timedelta(minutes=2))
        project(audience)
        buys(database, people[7], people[7])

    with meanwhile(monkeypatch, happen):
        assert set(build_waiting(audience)) == set(segment_ids)
    assert all(each.is_right for each in audit(audience))
    assert in_segment(database, segment_ids[0]) == [min(people[2], people[6])]
    assert in_segment(database, segment_ids[2]) == sorted([people[1], people[4]])
    assert people[8] not in in_segment(database, segment_ids[3])
    assert people[8] in in_segment(database, segment_ids[4])
    settle(audience)
    assert all(each.is_right for each in audit(audience))
    assert people[7] in in_segment(database, segment_ids[0])


def test_a_definition_that_was_changed_during_its_build_is_built_again(
    audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = audience.database
    ada, bo = known(database, "ada", "bo")
    buys(database, ada, ada, bo)
    project(audience)
    segment_id, other = a_segment(database, TWICE), a_segment(database, TWICE)
    with meanwhile(monkeypatch, lambda: edited(database, segment_id, ONCE)):
        assert set(build_waiting(audience)) == {other}
    assert in_segment(database, segment_id) == []
    assert set(build_waiting(audience)) == {segment_id}
    assert in_segment(database, segment_id) == sorted([ada, bo])
    assert build_waiting(audience) == {}


def test_segments_that_refer_to_it_follow(audience: Audience) -> None:
    """Another version, stopped, resumed: whoever refers to it is built anew with it."""
    database = audience.database
    ada, bo = known(database, "ada", "bo")
    buys(database, ada, ada, bo)
    inner = a_segment(database, TWICE)
    outer = a_segment(database, {"kind": "not", "of": {"kind": "segment", "segment_id": inner}})
    settle(audience)
    assert [in_segment(database, each) for each in (inner, outer)] == [[ada], [bo]]
    edited(database, inner, ONCE)
    assert set(build_waiting(audience)) == {inner, outer}
    assert [in_segment(database, each) for each in (inner, outer)] == [sorted([ada, bo]), []]
    with database.begin() as work:
        service.stop(work, SIYU, inner)
    (cy,) = known(database, "cy")
    buys(database, cy, cy)
    settle(audience)
    assert [in_segment(database, each) for each in (inner, outer)] == [sorted([ada, bo]), [cy]]
    with database.begin() as work:
        service.resume(work, SIYU, inner)
    settle(audience)
    assert [in_segment(database, each) for each in (inner, outer)] == [sorted([ada, bo, cy]), []]
    with database.read() as work:
        assert reading.waiting(work) == []


def test_only_one_process_builds(audience: Audience) -> None:
    database = audience.database
    a_segment(database, TWICE)
    worker = Worker(audience)
    with database.autocommit() as driver:
        driver.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (BUILD_LOCK,))
        with pytest.raises(BusyError):
            build_waiting(audience)
        assert not worker.build()
    assert worker.build()
    assert not worker.build()


def test_a_worker_rests_and_goes_on(audience: Audience, monkeypatch: pytest.MonkeyPatch) -> None:
    database, seconds = audience.database, [1_000.0]
    monkeypatch.setattr("siyu.engines.audience.refresh.time", SimpleNamespace(monotonic=lambda: seconds[0]))
    (ada,) = known(database, "ada")
    segment_id = a_segment(database, TWICE)
    worker = Worker(audience)
    assert worker.build()
    buys(database, ada, ada)
    project(audience)
    assert worker.tick()
    assert in_segment(database, segment_id) == [ada]
    buys(database, ada)
    project(audience)
    assert not worker.tick(), "it rests"
    seconds[0] += REST_SECONDS_MAX
    assert worker.tick()
    seconds[0] += REST_SECONDS_MAX
    project(audience)
    worker.tick()
    seconds[0] += REST_SECONDS_MAX
    assert not worker.tick(), "there is nothing to do"
    assert all(each.is_right for each in audit(audience))


class KilledError(Exception):
    """The process is no more."""


@contextmanager
def killed_at(monkeypatch: pytest.MonkeyPatch, number: int) -> Iterator[list[str]]:
    """The process dies before its statement of that number that changes anything, or before the commit; those it came to."""
    reached: list[str] = []
    real, commit = psycopg.Cursor.execute, psycopg.Connection.commit

    def die(what: str) -> None:
        reached.append(what)
        if len(reached) == number:
            raise KilledError

    def execute(self: psycopg.Cursor[Any], query: Any, *rest: Any, **more: Any) -> Any:
        text = query.decode() if isinstance(query, bytes) else str(query)
        if any(word in text for word in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")):
            die(" ".join(text.split())[:60])
        return real(self, query, *rest, **more)

    def committed(self: psycopg.Connection[Any]) -> None:
        if not self.autocommit:
            die("COMMIT")
        commit(self)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", execute)
        patch.setattr(psycopg.Connection, "commit", committed)
        yield reached


@pytest.mark.parametrize("is_build", [True, False])
def test_a_death_anywhere_repeats_nothing(audience: Audience, monkeypatch: pytest.MonkeyPatch, is_build: bool) -> None:
    database = audience.database
    ada, bo, cy = known(database, "ada", "bo", "cy")
    segment_id = a_segment(database, TWICE)
    buys(database, ada, ada, bo)
    settle(audience)
    buys(database, bo, cy, cy)
    with database.begin() as work:
        service.make_due(work, [ada])
    project(audience)
    if is_build:
        edited(database, segment_id, {"kind": "any", "of": [TWICE, SHANGHAI]})
    work_of_it = partial(build_waiting, audience, wait_seconds=10) if is_build else partial(tick_now, audience)
    deaths = 0
    while True:
        with killed_at(monkeypatch, deaths + 1) as reached:
            try:
                work_of_it()
            except KilledError:
                deaths += 1
                continue
        break
    assert deaths >= 8, reached
    settle(audience)
    assert in_segment(database, segment_id) == sorted([ada, bo, cy])
    assert sorted(told(database)) == [(SEGMENT_ENTERED, each) for each in sorted([ada, bo, cy])]
    assert audit(audience)[0].is_right


def test_who_stops_a_segment_and_who_builds_it_do_not_wait_for_each_other(audience: Audience) -> None:
    """The one has locked its definition and waits for the membership; the other has the membership and writes about it."""
    database = audience.database
    (ada,) = known(database, "ada")
    segment_id = a_segment(database, ONCE)
    buys(database, ada)
    project(audience)
    failures: list[BaseException] = []

    def stop() -> None:
        try:
            with database.begin() as work:
                definitions.stop(work, SIYU, segment_id)
                is_locked.set()
                store.lock_membership(work.driver)
        except BaseException as error:
            failures.append(error)
            raise

    is_locked = threading.Event()
    stopping = threading.Thread(target=stop)
    with database.begin() as work:
        store.lock_membership(work.driver)
        stopping.start()
        assert is_locked.wait(10)
        work.driver.execute("SET LOCAL lock_timeout = '5s'")
        keeping_store.save_built(work.driver, segment_id, 1, "x", ONCE, work.clock.now(), 0)
    stopping.join()
    assert failures == []


def test_more_than_the_columns_take_at_once_is_asked_in_parts(
    audience: Audience, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, sizes = audience.database, list[int]()

    def narrow(columns: Columns, conditions: Sequence[Condition], *rest: Any, **named: Any) -> Answers:
        sizes.append(len(conditions))
        if len(conditions) > 2:
            raise ColumnsError("Max query size exceeded.")
        return evaluate(columns, conditions, *rest, **named)

    monkeypatch.setattr(keeping, "evaluate", narrow)
    ada, bo, cy = known(database, "ada", "bo", "cy")
    lives_in(database, cy, "上海")
    buys(database, ada, ada, bo)
    project(audience)
    expected = [[ada], sorted([ada, bo]), [cy], sorted([bo, cy]), [cy]]
    wanted: list[dict[str, Any]] = [TWICE, ONCE, SHANGHAI, {"kind": "not", "of": TWICE}, {"kind": "not", "of": ONCE}]
    segment_ids = [a_segment(database, each) for each in wanted]
    settle(audience)
    assert [in_segment(database, each) for each in segment_ids] == expected
    assert max(sizes) == 5
    clock.advance(timedelta(days=1))
    buys(database, bo)
    settle(audience)
    assert in_segment(database, segment_ids[0]) == sorted([ada, bo])
    assert in_segment(database, segment_ids[3]) == [cy]


def test_one_that_the_columns_refuse_keeps_no_other_waiting(
    audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = audience.database

    def choosy(columns: Columns, conditions: Sequence[Condition], *rest: Any, **named: Any) -> Answers:
        if parse_definition(SHANGHAI) in conditions:
            raise ColumnsError
        return evaluate(columns, conditions, *rest, **named)

    monkeypatch.setattr(keeping, "evaluate", choosy)
    ada, bo = known(database, "ada", "bo")
    buys(database, ada, ada, bo)
    project(audience)
    twice, refused, once = (a_segment(database, each) for each in (TWICE, SHANGHAI, ONCE))
    with pytest.raises(ColumnsError):
        build_waiting(audience)
    with database.read() as work:
        assert [each.segment_id for each in reading.waiting(work)] == [refused]
    assert (in_segment(database, twice), in_segment(database, once)) == ([ada], sorted([ada, bo]))
    buys(database, bo)
    project(audience)
    assert tick_once(audience) is not None
    assert in_segment(database, twice) == sorted([ada, bo])


def test_a_version_that_comes_to_the_same_is_in_force_at_once(audience: Audience) -> None:
    database = audience.database
    (ada,) = known(database, "ada")
    segment_id = a_segment(database, TWICE)
    settle(audience)
    edited(database, segment_id, TWICE)
    with database.read() as work:
        assert reading.waiting(work) == []
        assert reading.states_of(work, [segment_id])[segment_id].version == 2
    buys(database, ada, ada)
    settle(audience)
    assert [each.properties["version"] for each in told_events(database)] == [2]
