"""Many are tagged in bulk, exactly once, whatever is cut off or killed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace

import pytest

from siyu.domain.customers.contracts import Unchanged
from siyu.domain.tags import bulks, reading, service
from siyu.domain.tags.contracts import (
    BulkState,
    How,
    UnknownBulkError,
)
from siyu.engines.tagging.working import work_bulk
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.kernel.paging import PageRequest
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.engines.scenery import SIYU, enter, some_customers
from tests.engines.tagging.tagging_scenes import a_rule, a_segment, answer, bearing, some_tags, told, turn

# --- in bulk


def test_a_bulk_is_its_own_business(database: Database) -> None:
    own = Scope(own_only=True)
    rights = frozenset({"tags.read", "tags.apply"})
    clerk, other, chief = (
        Actor(ActorKind.STAFF, "7", rights, own),
        Actor(ActorKind.STAFF, "8", rights, own),
        Actor(ActorKind.STAFF, "9", rights),
    )
    people = some_customers(database, 2)
    (tag,) = some_tags(database, "茶")
    with database.begin() as work:
        bulk = service.start_bulk(work, clerk, tag, people, of="customers", is_removal=False)
    with database.begin() as work:
        for verb in (service.get_bulk, service.stop_bulk):
            with pytest.raises(UnknownBulkError):
                verb(work, other, bulk.bulk_id)
        assert service.list_bulks(work, other, PageRequest()).rows == []
        for actor in (clerk, chief):
            assert service.list_bulks(work, actor, PageRequest()).rows == [service.get_bulk(work, actor, bulk.bulk_id)]
        assert service.stop_bulk(work, chief, bulk.bulk_id).state is BulkState.STOPPED


def test_a_bulk_goes_on_where_it_was_cut_off(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulks, "AT_ONCE_MAX", 3)
    (tag,), people = some_tags(database, "活动"), some_customers(database, 8)
    with database.begin() as work:
        service.tag(work, SIYU, tag, people[:1])
        bulk = service.start_bulk(work, SIYU, tag, [*people, 999], of="customers", is_removal=False)
    original, calls = bulks.work_on, iter(range(99))

    def cut_off(work: UnitOfWork, bulk_id: int) -> bool:
        is_left = original(work, bulk_id)
        if next(calls) == 1:
            raise RuntimeError("the machine went away")
        return is_left

    with monkeypatch.context() as broken:
        broken.setattr(bulks, "work_on", cut_off)
        with pytest.raises(RuntimeError):
            work_bulk(database, bulk.bulk_id)
    assert bearing(database, tag) == set(people[:3])
    work_bulk(database, bulk.bulk_id)
    with database.read() as read:
        after = service.get_bulk(read, SIYU, bulk.bulk_id)
    assert (after.state, after.done, after.changed, after.skipped) == (BulkState.DONE, 9, 7, 1)
    assert sorted(each[1] for each in told(database)) == people
    assert [each[2] for each in told(database)] == ["hand", *["bulk"] * 7]


def test_a_bulk_stays_within_the_scope_of_who_asked_for_it(database: Database) -> None:
    (tag,), people = some_tags(database, "活动"), some_customers(database, 4)
    with database.begin() as work:
        work.driver.execute("INSERT INTO company.units (name, path, created_at) VALUES ('店', '1.', now())")
        work.driver.execute(
            "INSERT INTO customers.custody SELECT %s, unit_id, 7 FROM company.units LIMIT 1", (people[1],)
        )
        own = Actor(ActorKind.STAFF, "7", frozenset({"tags.apply"}), Scope(own_only=True))
        bulk = service.start_bulk(work, own, tag, people, of="customers", is_removal=False)
        assert service.untag(work, own, tag, people).skipped == 3
    work_bulk(database, bulk.bulk_id)
    assert bearing(database, tag) == {people[1]}
    with database.begin() as work:
        done = service.get_bulk(work, SIYU, bulk.bulk_id)
        assert (done.changed, done.skipped, done.unchanged) == (1, 3, {Unchanged.GONE: 3})
        others = [*people[:1], *people[2:]][::-1]
        first = service.unchanged_by(work, SIYU, bulk.bulk_id, Unchanged.GONE, PageRequest(size=2))
        rest = service.unchanged_by(
            work, SIYU, bulk.bulk_id, Unchanged.GONE, PageRequest(size=2, after=first.next_after)
        )
        assert ([*first.rows, *rest.rows], rest.next_after) == (others, None)
        clerk = replace(own, rights=frozenset({"tags.read", "customers.read"}))
        assert service.unchanged_by(work, clerk, bulk.bulk_id, Unchanged.GONE, PageRequest()).rows == []
        other = replace(clerk, actor_id="8")
        with pytest.raises(UnknownBulkError):
            service.unchanged_by(work, other, bulk.bulk_id, Unchanged.GONE, PageRequest())
        (borne,) = reading.tags_of(work, SIYU, people[1])
        assert (borne.how, borne.by, borne.rule_id) == (How.BULK, "staff:7", None)


def test_a_bulk_takes_away_and_can_be_stopped(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulks, "AT_ONCE_MAX", 2)
    (tag,), people = some_tags(database, "活动"), some_customers(database, 4)
    with database.begin() as work:
        service.tag(work, SIYU, tag, people)
        bulk = service.start_bulk(work, SIYU, tag, people, of="customers", is_removal=True)
    with database.begin() as work:
        assert service.work_bulk(work, SIYU, bulk.bulk_id)
        assert service.stop_bulk(work, SIYU, bulk.bulk_id).state is BulkState.STOPPED
    work_bulk(database, bulk.bulk_id)
    assert bearing(database, tag) == set(people[2:])


@pytest.mark.crash
def test_a_worker_that_is_killed_tags_everybody_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed whenever some more have been tagged, until it comes to its end: each is told of once for each tag."""
    monkeypatch.setattr(bulks, "AT_ONCE_MAX", 20)
    ruled, formed, bulked = some_tags(database, "规则", "表单", "批量")
    people = some_customers(database, 400)
    segment = a_segment(database)
    a_rule(database, kind="segment", tag_id=ruled, segment_id=segment)
    turn(database, segment, people)
    for start in range(0, len(people), 40):
        enter(database, segment, people[start : start + 40])
        for person in people[start : start + 5]:
            answer(database, person, formed)
    with database.begin() as work:
        bulk = service.start_bulk(work, SIYU, bulked, people, of="customers", is_removal=False)
    with database.autocommit() as driver:
        while sequence_once(driver):
            pass
    kills = 0
    while not is_tagged(database, after := taggings(database) + 250):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.engines.tagging.interrupted", database.url, str(bulk.bulk_id)]
        )
        try:
            while process.poll() is None and not is_tagged(database, after):
                time.sleep(0.002)
            kills += process.poll() is None
        finally:
            process.kill()
            process.wait()
        if process.returncode == 0:
            break
    assert kills >= 2
    assert [bearing(database, each) for each in (ruled, bulked)] == [set(people)] * 2
    assert len(bearing(database, formed)) == 50
    happened = told(database)
    assert len(happened) == 2 * len(people) + 50
    assert Counter(each[2] for each in happened) == {"rule": 400, "bulk": 400, "form": 50}


def taggings(database: Database) -> int:
    with database.read() as read:
        ((count,),) = read.driver.execute("SELECT count(*) FROM tags.taggings").fetchall()
    return int(count)


def is_tagged(database: Database, count: int) -> bool:
    return taggings(database) >= count
