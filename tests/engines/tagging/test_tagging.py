"""Segments keep tags, events give them, bulks tag many: exactly once, whatever is cut off."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest

from siyu.assembly.flow import consumer
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import CUSTOMERS_SPLIT
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import DefinitionInUseError
from siyu.domain.entries.contracts import FORM_ANSWERED
from siyu.domain.segments import rules as segment_rules
from siyu.domain.segments import service as segments
from siyu.domain.segments import store as segment_store
from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED
from siyu.domain.tags import bulks, reading, service
from siyu.domain.tags.contracts import (
    CUSTOMER_TAGGED,
    CUSTOMER_UNTAGGED,
    ArchivedTagError,
    BulkState,
    Group,
    How,
    UnknownBulkError,
    UnknownTagError,
)
from siyu.engines.tagging import rules
from siyu.engines.tagging.contracts import TAGGING_CONSUMER, BadTagRuleError, TagInUseError, TagRuleRingError
from siyu.engines.tagging.follow import follow_forms, follow_segments, tag_by_events_once
from siyu.engines.tagging.using import archive_group, archive_tag, tags_of_group, used_by
from siyu.engines.tagging.working import apply_rule, expire_once, work_bulk
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.events import NewEvent
from siyu.kernel.paging import PageRequest
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.engines.scenery import SIYU, drain, enter, leave, some_customers, the_log

FOLLOWING = consumer(
    TAGGING_CONSUMER,
    (SEGMENT_ENTERED, follow_segments),
    (SEGMENT_EXITED, follow_segments),
    (CUSTOMERS_SPLIT, follow_segments),
)


def some_tags(database: Database, *names: str, is_exclusive: bool = False) -> list[int]:
    with database.begin() as work:
        group = service.create_group(work, SIYU, "组" + "".join(names), "blue", is_exclusive=is_exclusive)
        for name in names:
            group = service.create_tag(work, SIYU, group.group_id, name)
    return [tag.tag_id for name in names for tag in group.tags if tag.name == name]


def a_segment(database: Database, document: dict[str, Any] | None = None) -> int:
    given = document or {"kind": "attribute", "name": "city", "operator": "is", "value": "上海"}
    with database.begin() as work:
        made = definitions.create(work, SIYU, "segment", "上海的", given)
        definitions.publish(work, SIYU, made.definition_id)
    return made.definition_id


def a_rule(database: Database, **document: Any) -> int:
    with database.begin() as work:
        made = rules.create(work, SIYU, "规则", document)
        rules.publish(work, SIYU, made.rule_id)
    return made.rule_id


def turn(database: Database, segment_id: int, customer_ids: Collection[int]) -> None:
    """Lets customers into a segment who are not in it, and out of it who are."""
    with database.begin() as work:
        segment_store.flip(work.driver, segment_id, segment_rules.bits_of(segment_rules.ids_from(customer_ids)))


def come(database: Database, segment_id: int, customer_ids: list[int]) -> None:
    turn(database, segment_id, customer_ids)
    enter(database, segment_id, customer_ids)


def go(database: Database, segment_id: int, customer_ids: list[int]) -> None:
    turn(database, segment_id, customer_ids)
    leave(database, segment_id, customer_ids)


def bearing(database: Database, tag_id: int) -> set[int]:
    with database.read() as read:
        people = read.driver.execute("SELECT DISTINCT customer_id FROM customers.profiles").fetchall()
        found = reading.traits(read, [row[0] for row in people])
    return {customer_id for customer_id, tag_ids in found.items() if tag_id in tag_ids}


def told(database: Database) -> list[tuple[str, int, str]]:
    return [
        (each.name, each.profile_id, each.properties["how"])
        for each in the_log(database, CUSTOMER_TAGGED, CUSTOMER_UNTAGGED)
    ]


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
        broken.setattr(UnitOfWork, "append_recorded", _fail)
        with pytest.raises(RuntimeError):
            drain(database, FOLLOWING)
    assert bearing(database, tag) == set()
    drain(database, FOLLOWING)
    drain(database, FOLLOWING)
    assert told(database) == [(CUSTOMER_TAGGED, person, "rule") for person in people]


def _fail(_: UnitOfWork) -> None:
    raise RuntimeError("the machine went away")


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


# --- rules that are refused


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "event", "tag_id": 1, "event": "customer_tagged"},
        {"kind": "event", "tag_id": 1},
        {"kind": "segment", "tag_id": 1, "segment_id": 1, "on_exit": "perhaps"},
        {"kind": "other", "tag_id": 1},
        "nothing",
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(database: Database, document: Any) -> None:
    some_tags(database, "甲")
    with database.begin() as work, pytest.raises(BadTagRuleError):
        rules.create(work, SIYU, "规则", document)


def test_a_rule_needs_a_tag_in_use_and_a_scope_without_limits(database: Database) -> None:
    (tag,), segment = some_tags(database, "甲"), a_segment(database)
    document = {"kind": "segment", "tag_id": tag, "segment_id": segment}
    with database.begin() as work:
        rule = rules.create(work, SIYU, "规则", document)
        narrow = Actor(ActorKind.STAFF, "7", frozenset({"tag_rules.publish", "tag_rules.read"}), Scope("1.2."))
        with pytest.raises(ForbiddenError):
            rules.publish(work, narrow, rule.rule_id)
        with pytest.raises(UnknownTagError):
            rules.create(work, SIYU, "规则", {**document, "tag_id": 99})
        service.archive_tag(work, SIYU, tag)
        with pytest.raises(ArchivedTagError):
            rules.create(work, SIYU, "规则", document)


def test_a_segment_that_looks_at_the_tag_does_not_take_it(database: Database) -> None:
    (tag,) = some_tags(database, "甲")
    inner = a_segment(database, {"kind": "not", "of": {"kind": "tag", "tag_ids": [tag], "operator": "any_of"}})
    outer = a_segment(database, {"kind": "all", "of": [{"kind": "segment", "segment_id": inner}]})
    with pytest.raises(TagRuleRingError) as refused:
        a_rule(database, kind="segment", tag_id=tag, segment_id=outer, on_exit="remove")
    assert refused.value.fields["ring"] == ["规则"]
    a_rule(database, kind="segment", tag_id=tag, segment_id=outer, on_exit="keep")


def over(tag_id: int) -> dict[str, Any]:
    return {"kind": "tag", "tag_ids": [tag_id], "operator": "any_of"}


@pytest.mark.parametrize("on_exit", ["keep", "remove"])
def test_rules_that_follow_each_other_in_a_ring_are_refused_by_name(database: Database, on_exit: str) -> None:
    first, second, third, free = some_tags(database, "甲", "乙", "丙", "丁")
    with database.begin() as work:
        ladder = segments.create_ladder(
            work,
            SIYU,
            "阶梯",
            {
                "stages": [
                    {"key": "low", "zh": "低", "en": "Low"},
                    {"key": "high", "zh": "高", "en": "High", "condition": over(third)},
                ]
            },
        )
        segments.publish_ladder(work, SIYU, ladder.ladder_id)
    looking_at_third = a_segment(database, {"kind": "stage", "ladder_id": ladder.ladder_id, "stages": ["high"]})
    over_first, over_second = a_segment(database, over(first)), a_segment(database, over(second))
    for n, (tag_id, segment_id) in enumerate(((second, over_first), (third, over_second), (free, over_first))):
        rule = {"kind": "segment", "tag_id": tag_id, "segment_id": segment_id, "on_exit": on_exit}
        with database.begin() as work:
            made = rules.create(work, SIYU, f"第 {n} 条", rule)
            rules.publish(work, SIYU, made.rule_id)
    closing = {"kind": "segment", "tag_id": first, "segment_id": looking_at_third, "on_exit": on_exit}
    with database.begin() as work:
        closer = rules.create(work, SIYU, "收尾", closing)
    with database.begin() as work, pytest.raises(TagRuleRingError) as refused:
        rules.publish(work, SIYU, closer.rule_id)
    assert refused.value.fields["ring"] == ["收尾", "第 0 条", "第 1 条"]
    assert "「收尾」 → 「第 0 条」 → 「第 1 条」 → 「收尾」" in str(refused.value.fields["reason_zh"])
    with database.begin() as work:
        (middle,) = [each for each in rules.list_rules(work, SIYU, PageRequest()).rows if each.name == "第 1 条"]
        rules.stop(work, SIYU, middle.rule_id)
        rules.publish(work, SIYU, closer.rule_id)
    with database.begin() as work, pytest.raises(TagRuleRingError):
        rules.resume(work, SIYU, middle.rule_id)


def test_a_tag_that_a_rule_gives_is_not_archived(database: Database) -> None:
    given, looked, free = some_tags(database, "给的", "看的", "闲的")
    segment = a_segment(database, over(looked))
    rule = a_rule(database, kind="segment", tag_id=given, segment_id=segment)
    with database.begin() as work:
        assert [each.definition_id for each in used_by(work, SIYU, [given, looked, free])] == [segment, rule]
        (group,) = service.list_groups(work, SIYU)
        assert tags_of_group(work, SIYU, group.group_id) == sorted(
            [given, looked, free], key=lambda each: names(group)[each]
        )
        with pytest.raises(UnknownTagError):
            tags_of_group(work, SIYU, group.group_id + 1)
    with database.begin() as work, pytest.raises(TagInUseError) as refused:
        archive_tag(work, SIYU, given)
    assert refused.value.fields["used_by"] == [{"definition_id": rule, "kind": "tag_rule", "name": "规则"}]
    with database.begin() as work, pytest.raises(TagInUseError):
        archive_group(work, SIYU, group.group_id)
    with database.begin() as work:
        archive_tag(work, SIYU, looked)
        rules.stop(work, SIYU, rule)
        rules.delete(work, SIYU, rule)
        archive_group(work, SIYU, group.group_id)
        assert used_by(work, SIYU, [given]) == []


def names(group: Group) -> dict[int, str]:
    return {each.tag_id: each.name for each in group.tags}


# --- by form


def answer(database: Database, profile_id: int, *tag_ids: int, form_id: int = 7, source: str = "entries") -> None:
    with database.begin() as work:
        told = {"form_id": form_id, "version": 1, "answer_id": 1, "tags": list(tag_ids)}
        work.record([NewEvent(FORM_ANSWERED, work.ids.new_id(), profile_id, work.clock.now(), source, told)])


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
        broken.setattr(UnitOfWork, "append_recorded", _fail)
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
        assert (done.changed, done.skipped) == (1, 3)
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


def test_a_segment_in_use_by_a_rule_is_not_deleted(database: Database) -> None:
    (tag,), segment = some_tags(database, "甲"), a_segment(database)
    a_rule(database, kind="segment", tag_id=tag, segment_id=segment)
    with database.begin() as work, pytest.raises(DefinitionInUseError):
        segments.delete(work, SIYU, segment)
