"""From the inbox to the log."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from siyu.domain.customers.reading import get_customer
from siyu.engines.intake.door import admit_batch
from siyu.engines.intake.draining import drain_once
from siyu.kernel.actors import system_actor
from siyu.kernel.events import Event
from siyu.platform.inbox.inbox import oldest_waiting_seconds, put_batches, take_batches
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.conftest import START
from tests.engines.intake.test_door import track
from tests.platform.eventlog.test_log import everything, sequence


def put(database: Database, *events: Any, shards: int = 1, source: str = "web") -> None:
    body = json.dumps({"batch": list(events)}).encode()
    admission = admit_batch(body, source=source, received_at=database.clock.now(), shards=shards)
    assert admission.refusals == []
    with database.begin() as work:
        put_batches(work, admission.batches)


def drained(database: Database, shards: int = 2) -> list[Event]:
    for shard in range(shards):
        while drain_once(database, shard):
            pass
    sequence(database)
    return everything(database)


def named(events: list[Event], name: str) -> list[Event]:
    return [event for event in events if event.name == name]


def identify(number: int, user: str, device: str, **traits: Any) -> dict[str, Any]:
    return track(number, type="identify", userId=user, anonymousId=device, event=..., properties=..., traits=traits)


def test_an_event_arrives_with_its_profile(database: Database) -> None:
    put(database, track(1, properties={"text": 'tab\t quote" 私域 \\ end'}))
    events = drained(database)
    (seen,) = named(events, "page_seen")
    (created,) = named(events, "profile_created")
    assert seen.properties == {"text": 'tab\t quote" 私域 \\ end'}
    assert (seen.profile_id, seen.occurred_at, seen.source) == (created.profile_id, START, "web")


def test_a_message_counts_once_however_often_it_is_sent(database: Database) -> None:
    put(database, track(1), track(2), track(1))
    put(database, track(1, properties={"number": 99}))
    drained(database)
    put(database, track(2), track(3))
    numbers = [event.properties["number"] for event in named(drained(database), "page_seen")]
    assert sorted(numbers) == [1, 2, 3]


def test_two_sources_may_use_the_same_message_id(database: Database) -> None:
    put(database, track(1))
    put(database, track(1), source="app")
    assert len(named(drained(database), "page_seen")) == 2


def test_events_without_a_message_id_all_count(database: Database) -> None:
    put(database, track(messageId=...), track(messageId=...))
    assert len(named(drained(database), "page_seen")) == 2


def test_identify_joins_identities_and_keeps_traits(database: Database) -> None:
    put(database, track(1, userId=..., anonymousId="a"))
    put(database, identify(2, "u", "a", name="李雷", phone="+86 13800138000", email="bad\nmail"))
    put(database, track(3, userId="u"))
    events = drained(database)
    seen = named(events, "page_seen")
    with database.read() as reading:
        customer = get_customer(reading, system_actor("test"), seen[1].profile_id)
    assert {(i.identity.kind, i.identity.value) for i in customer.identities} == {
        ("anonymous_id", "a"),
        ("user_id", "u"),
        ("phone", "13800138000"),
    }
    assert customer.attributes["name"] == "李雷"
    assert customer.customer_id == seen[0].profile_id
    assert named(events, "customers_merged") == []
    assert len(named(events, "customer_identified")) == 1


def test_a_failed_drain_leaves_the_inbox_as_it_was(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    put(database, track(1))
    with monkeypatch.context() as patched:

        def fail(work: UnitOfWork) -> None:
            raise psycopg.OperationalError("just before the commit")

        patched.setattr(UnitOfWork, "append_recorded", fail)
        with pytest.raises(psycopg.OperationalError):
            drain_once(database, 0)
    assert len(named(drained(database), "page_seen")) == 1


def test_only_one_works_on_a_shard(database: Database) -> None:
    put(database, track(1))
    with database.begin() as work:
        assert len(take_batches(work, 0, 10)) == 1
        assert drain_once(database, 0) == 0
        work.driver.rollback()
    assert drain_once(database, 0) == 1


def test_a_drain_takes_whole_batches_within_limits_and_one_at_least(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        put(database, track(2 * number), track(2 * number + 1))
    assert drain_once(database, 0, events_max=5) == 4
    assert drain_once(database, 0, events_max=1) == 2
    put(database, track(9, properties={"text": "x" * 1000}))
    monkeypatch.setattr("siyu.platform.inbox.inbox.BYTES_MAX", 1000)
    assert [drain_once(database, 0), drain_once(database, 0), drain_once(database, 0)] == [2, 1, 0]
    assert len(named(drained(database), "page_seen")) == 9


def test_shards_that_race_agree_on_who_is_who(database: Database) -> None:
    """Events of the same people reach different shards under different identities, and are drained at the same time."""
    people = 30
    for round_number in range(4):
        put(
            database,
            *(identify(1000 * round_number + n, f"u{n}", f"a{n}", phone=f"138{n:08d}") for n in range(people)),
            *(track(5000 + 1000 * round_number + n, userId=..., anonymousId=f"a{n}") for n in range(people)),
            shards=3,
        )

    def drain(shard: int) -> None:
        while drain_once(database, shard, events_max=20):
            pass

    threads = [threading.Thread(target=drain, args=(shard,)) for shard in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = drained(database, shards=3)
    assert len(named(events, "page_seen")) == 4 * people
    with database.read() as reading:
        rows = reading.driver.execute(
            "SELECT customer_id, count(*), min(profile_id) FROM customers.profiles GROUP BY customer_id"
        ).fetchall()
    assert len(rows) == people
    assert all(count == 3 and customer_id == oldest for customer_id, count, oldest in rows)


def test_the_age_of_the_oldest_batch_is_known(database: Database) -> None:
    with database.read() as reading:
        assert oldest_waiting_seconds(reading.driver, START) == 0
    put(database, track(1))
    with database.read() as reading:
        assert oldest_waiting_seconds(reading.driver, START) == 0
        assert oldest_waiting_seconds(reading.driver, START + timedelta(seconds=90)) == 90
