"""Segments keep tags, events and answers to forms give them: exactly once, whatever is cut off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from siyu.assembly.flow import consumer
from siyu.domain.customers import service as customers
from siyu.domain.entries.contracts import FORM_ANSWERED
from siyu.domain.tags import reading, service
from siyu.domain.tags.contracts import (
    CUSTOMER_TAGGED,
    CUSTOMER_UNTAGGED,
    How,
)
from siyu.engines.tagging import rules
from siyu.engines.tagging.contracts import TAGGING_CONSUMER
from siyu.engines.tagging.follow import follow_forms, tag_by_events_once
from siyu.engines.tagging.working import apply_rule, expire_once
from siyu.kernel.clock import ManualClock
from siyu.kernel.events import NewEvent
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.engines.scenery import SIYU, drain, some_customers
from tests.engines.tagging.tagging_scenes import (
    FOLLOWING,
    a_rule,
    a_segment,
    answer,
    bearing,
    come,
    fail,
    go,
    some_tags,
    told,
    turn,
)


def test_a_segment_keeps_a_tag_on_who_is_in_it(database: Database) -> None:
    (kept, taken), people = some_tags(database, "来过", "在册"), some_customers(database, 3)
    segment = a_segment(database)
    a_rule(database, kind="segment", tag_id=kept, segment_id=segment)
    a_rule(database, kind="segment", tag_id=taken, segment_id=segment, on_exit="remove")
    come(database, segment, people)
    go(database, segment, people[:1])
    drain(database, FOLLOWING)
    assert bearing(database, kept) == set(people)
    assert bearing(database, taken) == set(people[1:])
    go(database, segment, people[1:2])
    drain(database, FOLLOWING)
    assert bearing(database, taken) == {people[2]}
    assert told(database).count((CUSTOMER_UNTAGGED, people[1], "rule")) == 1
    assert len(told(database)) == 3 + 2 + 1


def test_what_a_person_gave_too_stays_when_the_segment_is_left(database: Database) -> None:
    (tag,), people = some_tags(database, "在册"), some_customers(database, 2)
    segment = a_segment(database)
    a_rule(database, kind="segment", tag_id=tag, segment_id=segment, on_exit="remove")
    come(database, segment, people)
    drain(database, FOLLOWING)
    with database.begin() as work:
        assert service.tag(work, SIYU, tag, people[:1]).changed == 0
    go(database, segment, people)
    drain(database, FOLLOWING)
    assert bearing(database, tag) == {people[0]}


def test_who_leaves_one_segment_keeps_what_another_keeps_for_them(database: Database) -> None:
    (tag,), (one, other) = some_tags(database, "在册"), some_customers(database, 2)
    first, second = a_segment(database), a_segment(database)
    a_rule(database, kind="segment", tag_id=tag, segment_id=first, on_exit="remove")
    a_rule(database, kind="segment", tag_id=tag, segment_id=second, on_exit="remove")
    come(database, first, [one, other])
    come(database, second, [one])
    drain(database, FOLLOWING)
    go(database, first, [one, other])
    drain(database, FOLLOWING)
    assert bearing(database, tag) == {one}
    go(database, second, [one])
    drain(database, FOLLOWING)
    assert bearing(database, tag) == set()


def test_a_rule_is_brought_up_to_who_is_in_already_and_who_has_left(database: Database) -> None:
    (tag,), people = some_tags(database, "在册"), some_customers(database, 4)
    segment = a_segment(database)
    turn(database, segment, people[:3])
    rule = a_rule(database, kind="segment", tag_id=tag, segment_id=segment, on_exit="remove")
    apply_rule(database, rule)
    assert bearing(database, tag) == set(people[:3])
    with database.begin() as work:
        rules.stop(work, SIYU, rule)
    go(database, segment, people[:1])
    come(database, segment, people[3:])
    drain(database, FOLLOWING)
    assert bearing(database, tag) == set(people[:3])
    with database.begin() as work:
        rules.resume(work, SIYU, rule)
    apply_rule(database, rule)
    apply_rule(database, rule)
    assert bearing(database, tag) == set(people[1:])
    assert len(told(database)) == 3 + 2


def test_who_was_parted_keeps_what_their_side_has_a_right_to(database: Database) -> None:
    (tag,), (one, other) = some_tags(database, "在册"), some_customers(database, 2)
    segment = a_segment(database)
    a_rule(database, kind="segment", tag_id=tag, segment_id=segment, on_exit="remove")
    come(database, segment, [other])
    drain(database, FOLLOWING)
    with database.begin() as work:
        customers.merge(work, SIYU, [one, other], "一个人")
    turn(database, segment, [one, other])  # as membership follows a merge
    assert bearing(database, tag) == {one}
    with database.begin() as work:
        customers.split(work, SIYU, one, profile_ids=[other], reason="两个人")
    drain(database, FOLLOWING)
    assert bearing(database, tag) == {one}


def test_a_stretch_that_was_cut_off_counts_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    (tag,), people = some_tags(database, "在册"), some_customers(database, 5)
    segment = a_segment(database)
    a_rule(database, kind="segment", tag_id=tag, segment_id=segment)
    come(database, segment, people)
    with monkeypatch.context() as broken:
        broken.setattr(UnitOfWork, "append_recorded", fail)
        with pytest.raises(RuntimeError):
            drain(database, FOLLOWING)
    assert bearing(database, tag) == set()
    drain(database, FOLLOWING)
    drain(database, FOLLOWING)
    assert told(database) == [(CUSTOMER_TAGGED, person, "rule") for person in people]


def test_an_archived_tag_holds_nobody_up(database: Database) -> None:
    (tag, other), people = some_tags(database, "旧的", "新的"), some_customers(database, 1)
    segment = a_segment(database)
    for each in (tag, other):
        a_rule(database, kind="segment", tag_id=each, segment_id=segment, on_exit="remove")
    with database.begin() as work:
        service.archive_tag(work, SIYU, tag)
    come(database, segment, people)
    drain(database, FOLLOWING)
    assert (bearing(database, tag), bearing(database, other)) == (set(), set(people))


# --- by event


def do(database: Database, name: str, *profile_ids: int, ago: timedelta = timedelta(), **properties: Any) -> None:
    with database.begin() as work:
        work.record(
            NewEvent(name, work.ids.new_id(), each, work.clock.now() - ago, "web", properties) for each in profile_ids
        )


def follow_events(database: Database) -> None:
    with database.autocommit() as driver:
        while sequence_once(driver):
            pass
    while tag_by_events_once(database) is not None:
        pass


def test_an_event_gives_a_tag_for_as_long_as_it_says(database: Database, clock: ManualClock) -> None:
    (tag,), (ling, wei, jun) = some_tags(database, "想买"), some_customers(database, 3)
    do(database, "product_viewed", ling, price_fen=990)
    follow_events(database)
    a_rule(
        database,
        kind="event",
        tag_id=tag,
        event="product_viewed",
        where=[{"property": "price_fen", "operator": "at_least", "value": 500}],
        expires_after={"amount": 2, "unit": "day"},
    )
    do(database, "product_viewed", wei, price_fen=500)
    do(database, "product_viewed", ling, price_fen=499)
    do(database, "product_viewed", jun, ago=timedelta(days=2), price_fen=990)
    follow_events(database)
    assert bearing(database, tag) == {wei}
    clock.advance(timedelta(days=1))
    do(database, "product_viewed", wei, price_fen=600)
    follow_events(database)
    clock.advance(timedelta(days=1, hours=23, minutes=59))
    assert not expire_once(database)
    clock.advance(timedelta(minutes=1))
    assert expire_once(database)
    assert bearing(database, tag) == set()
    assert told(database) == [(CUSTOMER_TAGGED, wei, "event"), (CUSTOMER_UNTAGGED, wei, "expired")]


# --- by form


def test_answers_to_forms_give_tags_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    (tea, coffee), (old,) = some_tags(database, "茶", "咖啡"), some_tags(database, "旧")
    low, high = some_tags(database, "低", "高", is_exclusive=True)
    ling, wei, jun = some_customers(database, 3)
    with database.begin() as work:
        service.archive_tag(work, SIYU, old)
    answer(database, ling, tea, low, old, 99)
    answer(database, wei, tea, coffee)
    answer(database, ling, high, form_id=8)
    answer(database, jun, coffee, source="web")
    following = consumer(TAGGING_CONSUMER, (FORM_ANSWERED, follow_forms))
    with monkeypatch.context() as broken:
        broken.setattr(UnitOfWork, "append_recorded", fail)
        with pytest.raises(RuntimeError):
            drain(database, following)
    assert told(database) == []
    drain(database, following)
    drain(database, following)
    assert [bearing(database, each) for each in (tea, coffee, low, high, old)] == [
        {ling, wei},
        {wei},
        set(),
        {ling},
        set(),
    ]
    assert sorted(told(database)) == sorted(
        [
            (CUSTOMER_TAGGED, ling, "form"),
            (CUSTOMER_TAGGED, ling, "form"),
            (CUSTOMER_TAGGED, wei, "form"),
            (CUSTOMER_TAGGED, wei, "form"),
            (CUSTOMER_TAGGED, ling, "form"),
            (CUSTOMER_UNTAGGED, ling, "replaced"),
        ]
    )
    with database.read() as read:
        borne = {each.tag: (each.how, each.by) for each in reading.tags_of(read, SIYU, ling)}
    assert borne == {"茶": (How.FORM, "form:7"), "高": (How.FORM, "form:8")}
