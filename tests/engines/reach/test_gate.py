"""Which requests pass the gate, and what is told of those that do not."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentState, Identity
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import MESSAGE_REQUESTED, Limits, MessageNumbers, MessageRequest, SendOutcome
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import StageFlip
from siyu.engines.reach import Reach, deliver_once
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import InvalidError
from siyu.kernel.events import STRIPPED, Event
from siyu.kernel.lots import is_among
from siyu.platform.postgres.database import Database
from tests.engines.reach.fake_channel import FakeChannel, answering
from tests.engines.reach.reaching import ask, consumer_of, reach_by, set_rules, walk_on
from tests.engines.scenery import (
    SIYU,
    a_journey,
    a_segment,
    drain,
    enter,
    recorded_statements,
    send,
    some_customers,
    split,
    the_log,
)


def held(database: Database) -> list[tuple[int, str]]:
    """(customer, reason) of each message held."""
    return [(event.profile_id, event.properties["reason"]) for event in the_log(database, "message_held")]


def numbers(database: Database, journey_id: int) -> MessageNumbers:
    with database.read() as reading:
        return messages_reading.numbers(reading, [journey_id])[journey_id]


def test_who_stopped_everything_or_being_picked_gets_nothing(database: Database, reach: Reach) -> None:
    yes, nothing, unpicked = some_customers(database, 3)
    with database.begin() as work:
        for customer, purpose in ((nothing, "marketing"), (unpicked, "profiling")):
            customers.set_consent(work, SIYU, customer, channel="*", purpose=purpose, state=ConsentState.WITHDRAWN)
    ask(database, reach, [yes, nothing, unpicked])
    assert sorted(held(database)) == [(nothing, "no_consent"), (unpicked, "no_consent")]


def test_consent_is_asked_for(database: Database, reach: Reach) -> None:
    yes, no, never = some_customers(database, 3, consenting=False)
    with database.begin() as work:
        for customer, state in ((yes, ConsentState.GRANTED), (no, ConsentState.WITHDRAWN)):
            customers.set_consent(work, SIYU, customer, channel="webhook", purpose="marketing", state=state)
    journey = ask(database, reach, [yes, no, never])
    assert sorted(held(database)) == [(no, "no_consent"), (never, "no_consent")]
    assert numbers(database, journey) == MessageNumbers(requested=1, held=2)


def test_a_channel_that_is_not_there_holds(database: Database) -> None:
    (she,) = some_customers(database, 1)
    ask(database, reach_by(), [she])
    assert held(database) == [(she, "no_channel")]


def test_an_address_is_needed(database: Database) -> None:
    reach = reach_by(FakeChannel(identity_kinds=frozenset({"phone", "email"})))
    with_phone, without = some_customers(database, 2)
    with database.begin() as work:
        at = work.clock.now()
        customers.resolve(work, SIYU, {(Identity("user_id", "u0"), Identity("phone", "13800000000")): at})
    ask(database, reach, [with_phone, without])
    assert held(database) == [(without, "no_address")]


def test_an_unknown_customer_holds(database: Database, reach: Reach) -> None:
    ask(database, reach, [4711])
    assert held(database) == [(4711, "no_customer")]


def standing(database: Database, customer_ids: list[int], **limits: int) -> None:
    """Has the customers stand on the higher stage of a new ladder, on which these limits are."""
    with database.begin() as work:
        made = segments.create_ladder(
            work,
            SIYU,
            "分层",
            {
                "stages": [
                    {"key": "low", "zh": "低", "en": "Low"},
                    {
                        "key": "high",
                        "zh": "高",
                        "en": "High",
                        "condition": {"kind": "attribute", "name": "a", "operator": "is", "value": "b"},
                        **limits,
                    },
                ]
            },
        )
        segment_id = segments.publish_ladder(work, SIYU, made.ladder_id).segments["high"]
        now = work.clock.now()
        segments.follow_stages(
            work,
            SIYU,
            [StageFlip(segment_id, each, True, now, "built", f"{each}") for each in customer_ids],
        )


def test_where_a_customer_stands_limits_a_day_a_week_and_a_month(database: Database, clock: ManualClock) -> None:
    reach = reach_by(FakeChannel())
    set_rules(database, limits=Limits(per_day=5))
    she, he = some_customers(database, 2)
    standing(database, [she], messages_per_day_max=2, messages_per_month_max=4)
    standing(database, [she, he], messages_per_day_max=3, messages_per_week_max=3)
    ask(database, reach, [she, he], send(), send(), send(), send())
    assert sorted(held(database)) == [(she, "stage_cap"), (she, "stage_cap"), (he, "stage_cap")]
    clock.advance(timedelta(days=6))
    ask(database, reach, [she, he], send(), send())
    assert sorted(held(database)[3:]) == [(she, "stage_cap"), (he, "stage_cap"), (he, "stage_cap")]
    clock.advance(timedelta(days=1))
    ask(database, reach, [she, he], send(), send())
    assert sorted(held(database)[6:]) == [(she, "stage_cap")]
    clock.advance(timedelta(days=22))  # of her four, two were thirty days ago today
    ask(database, reach, [she])
    assert sorted(held(database)[7:]) == [(she, "stage_cap")]
    clock.advance(timedelta(days=1))
    ask(database, reach, [she], send(), send(), send())
    assert sorted(held(database)[8:]) == [(she, "stage_cap")]


def test_no_limit_is_no_limit_and_none_at_all_lets_nothing_pass(database: Database) -> None:
    reach = reach_by(FakeChannel())
    set_rules(database, limits=Limits(per_day=9))
    she, he, nowhere = some_customers(database, 3)
    standing(database, [she])
    standing(database, [he], messages_per_month_max=0)
    ask(database, reach, [she, he, nowhere], send(), send())
    assert held(database) == [(he, "stage_cap")] * 2


def test_a_request_for_somebody_who_was_erased_before_it_was_read_holds_nothing_up(
    database: Database, reach: Reach
) -> None:
    """Of the request little more than its numbers is left in the log."""
    (she,) = some_customers(database, 1)
    left = {"message_key": "journey:1:1:1", "definition_id": 1, "version": 1, "step": 1, STRIPPED: True}
    event = Event(MESSAGE_REQUESTED, uuid4(), she, datetime(2026, 1, 1, tzinfo=UTC), "journeys", left)
    with database.begin() as work:
        reach.judge_requests(work, [event])
        assert work.driver.execute("SELECT count(*) FROM messages.messages").fetchone() == (0,)


def test_the_daily_cap_counts_within_a_batch_and_over_batches(database: Database, reach: Reach) -> None:
    she, he = some_customers(database, 2)
    first = ask(database, reach, [she], send(), send(), send())
    assert held(database) == [(she, "daily_cap")]
    assert numbers(database, first) == MessageNumbers(requested=2, held=1)
    ask(database, reach, [she, he])
    assert held(database) == [(she, "daily_cap")] * 2


def test_what_was_held_and_what_failed_for_good_does_not_count(
    database: Database, reach: Reach, channel: FakeChannel, clock: ManualClock
) -> None:
    (she,) = some_customers(database, 1, consenting=False)
    ask(database, reach, [she], send(), send())
    clock.advance(timedelta(seconds=1))
    with database.begin() as work:
        customers.set_consent(work, SIYU, she, channel="webhook", purpose="marketing", state=ConsentState.GRANTED)
    channel.answer = answering(SendOutcome.REJECTED, "no such member")
    ask(database, reach, [she], send(), send())
    assert deliver_once(database, reach) == 2
    ask(database, reach, [she], send(), send(), send())
    assert [reason for _, reason in held(database)] == ["no_consent", "no_consent", "daily_cap"]


def test_some_are_held_out_of_everything_and_some_of_a_journey_and_always_the_same(
    database: Database, reach: Reach
) -> None:
    who = some_customers(database, 60)
    no_consent = who[0]
    with database.begin() as work:
        messages.set_hold_out(work, SIYU, 20)
        customers.set_consent(work, SIYU, no_consent, channel="*", purpose="marketing", state=ConsentState.WITHDRAWN)
    segment = a_segment(database)
    a_journey(database, segment, send(), send(), hold_out=30)
    enter(database, segment, who)
    walk_on(database, reach)
    found = held(database)
    company = {each for each, reason in found if reason == "held_out"}
    of_journey = {each for each, reason in found if reason == "held_out_of_journey"}
    assert {reason for each, reason in found if each == no_consent} == {"no_consent"}
    assert company == {each for each in who[1:] if is_among(f"hold_out:{each}", 20)}
    assert 4 <= len(company) <= 22
    assert 6 <= len(of_journey) <= 28
    assert not company & of_journey
    with database.begin() as work:
        messages.set_hold_out(work, SIYU, 40)
    ask(database, reach, who)
    later = {each for each, reason in held(database)[len(found) :] if reason == "held_out"}
    assert company < later
    with database.read() as reading:
        hold_out = messages_reading.hold_out(reading)
    assert hold_out is not None
    assert hold_out.share == 40
    with pytest.raises(InvalidError), database.begin() as work:
        messages.set_hold_out(work, SIYU, 51)


def test_the_day_is_the_business_day(database: Database, reach: Reach, clock: ManualClock) -> None:
    (she,) = some_customers(database, 1)
    set_rules(database, quiet=None)
    clock.set(datetime(2026, 6, 1, 15, 59, tzinfo=UTC))  # a minute before midnight in Shanghai
    ask(database, reach, [she], send(), send())
    clock.advance(timedelta(minutes=1))
    ask(database, reach, [she], send(), send(), send())
    assert held(database) == [(she, "daily_cap")]


def request(customer: int, key: str) -> MessageRequest:
    return MessageRequest(key, customer, 1, 1, 0, ("webhook",))


def test_the_same_key_is_one_message(database: Database, reach: Reach) -> None:
    (she,) = some_customers(database, 1)
    for _ in range(3):
        with database.begin() as work:
            messages.request_messages(work, SIYU, [request(she, "a"), request(she, "a"), request(she, "b")])
        drain(database, consumer_of(reach))
    assert held(database) == []
    with database.read() as reading:
        rows = reading.driver.execute("SELECT message_key, state FROM messages.messages ORDER BY 1").fetchall()
    assert rows == [("a", "requested"), ("b", "requested")]


def test_two_gates_at_once_do_not_let_more_through_than_the_cap(database: Database, reach: Reach) -> None:
    people = some_customers(database, 40)
    handler = reach.handlers["message_requested"]
    barrier = threading.Barrier(4)

    def judge(worker: int) -> None:
        barrier.wait()
        for round_ in range(5):
            with database.begin() as work:
                events = [
                    Event(
                        "message_requested",
                        work.ids.new_id(),
                        customer,
                        work.clock.now(),
                        "test",
                        {
                            "message_key": f"{worker}:{round_}:{customer}",
                            "channels": ["webhook"],
                            "definition_id": 1,
                            "version": 1,
                            "step": 0,
                            "purpose": "marketing",
                            "worth": 0,
                        },
                    )
                    for customer in people
                ]
                handler(work, events)

    threads = [threading.Thread(target=judge, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as reading:
        rows = reading.driver.execute(
            "SELECT customer_id, count(*) FROM messages.messages WHERE state = 'requested' GROUP BY 1"
        ).fetchall()
    assert dict(rows) == dict.fromkeys(people, 2)
    assert len(held(database)) == 4 * 5 * 40 - 2 * 40


def test_a_merge_takes_messages_and_their_count_along(database: Database, reach: Reach) -> None:
    first, second = some_customers(database, 2)
    ask(database, reach, [first, second])
    with database.begin() as work:
        customers.resolve(work, SIYU, {(Identity("user_id", "u0"), Identity("user_id", "u1")): work.clock.now()})
    drain(database, consumer_of(reach))
    with database.read() as reading:
        found = reading.driver.execute("SELECT DISTINCT customer_id FROM messages.messages").fetchall()
    assert found == [(first,)]
    ask(database, reach, [first])
    assert held(database) == [(first, "daily_cap")]
    split(database, first, second)
    drain(database, consumer_of(reach))
    ask(database, reach, [second], send(), send())
    assert held(database)[1:] == [(second, "daily_cap")]


def test_a_thousand_requests_take_a_handful_of_statements(
    database: Database, reach: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = some_customers(database, 1000)
    journey = ask(database, reach, people, judge=False)
    statements = recorded_statements(monkeypatch)
    drain(database, consumer_of(reach))
    assert numbers(database, journey).requested == 1000
    assert len(statements) < 40, statements
