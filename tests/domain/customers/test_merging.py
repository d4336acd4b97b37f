"""Merging and parting customers by hand, and what links do to those who were parted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import rules, service
from siyu.domain.customers.contracts import (
    BadReasonError,
    BadSplitError,
    Identity,
    MergeCause,
    UnknownCustomerError,
    UnknownMergeError,
)
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.errors import ForbiddenError, InvalidError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.conftest import START
from tests.platform.eventlog.test_log import everything, sequence

SYSTEM = system_actor("test")
WHY = "同一台平板"
COUNT = 7
MOVES = ("customers_merged", "customers_split")


def who(number: int) -> Identity:
    return Identity("user_id", f"u{number}")


def link(database: Database, *groups: Sequence[int], cause: MergeCause = MergeCause.LINK) -> None:
    with database.begin() as work:
        told: dict[Sequence[Identity], datetime] = {tuple(who(n) for n in group): START for group in groups}
        service.resolve(work, SYSTEM, told, dict.fromkeys(told, cause))


def people(database: Database, count: int = COUNT) -> None:
    """Profiles 1 to count, each a customer."""
    for number in range(1, count + 1):
        link(database, [number])


def mapping(database: Database) -> dict[int, int]:
    with database.read() as reading:
        return customers_reading.profiles_after(reading, 0, 1000)


def split(database: Database, customer_id: int, *profile_ids: int, merge_id: int | None = None) -> int:
    with database.begin() as work:
        return service.split(work, SYSTEM, customer_id, profile_ids=profile_ids, merge_id=merge_id, reason=WHY)


def merge(database: Database, *customer_ids: int) -> int:
    with database.begin() as work:
        return service.merge(work, SYSTEM, customer_ids, WHY)


def replayed(database: Database) -> dict[int, int]:
    """The mapping as the log tells it."""
    sequence(database)
    customer_of: dict[int, int] = {}
    for event in everything(database):
        if event.name == "profile_created":
            customer_of.update(
                dict.fromkeys([event.profile_id, *event.properties.get("profile_ids", ())], event.profile_id)
            )
        elif event.name in MOVES:
            to = "loser_id" if event.name == "customers_split" else "winner_id"
            customer_of.update(dict.fromkeys(event.properties["profile_ids"], event.properties[to]))
    return customer_of


class PlainCustomers:
    """The reference, slow and plain: sets of profiles, and the pairs of profiles that a person took apart."""

    def __init__(self, count: int) -> None:
        self.sets = [{number} for number in range(1, count + 1)]
        self.apart: set[frozenset[int]] = set()

    def set_of(self, number: int) -> set[int]:
        return next(each for each in self.sets if number in each)

    def join(self, one: set[int], other: set[int]) -> None:
        if one is not other:
            self.sets.remove(other)
            one |= other

    def link(self, groups: Iterable[Sequence[int]]) -> None:
        pairs = {(min(group[0], other), max(group[0], other)) for group in groups for other in group[1:]}
        for one, other in sorted(pairs):
            mine, theirs = self.set_of(one), self.set_of(other)
            if not any(frozenset((a, b)) in self.apart for a in mine for b in theirs):
                self.join(mine, theirs)

    def split(self, leaving: set[int]) -> None:
        whole = self.set_of(min(leaving))
        whole -= leaving
        self.sets.append(set(leaving))
        self.apart |= {frozenset((a, b)) for a in whole for b in leaving}

    def merge(self, numbers: Sequence[int]) -> None:
        first, *others = numbers
        for other in others:
            self.join(self.set_of(first), self.set_of(other))
        self.apart -= {pair for pair in self.apart if pair <= self.set_of(first)}

    def mapping(self) -> dict[int, int]:
        return {number: min(each) for each in self.sets for number in each}


NUMBERS = st.integers(1, COUNT)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("link"), st.lists(st.lists(NUMBERS, min_size=2, max_size=3, unique=True), max_size=4)),
        st.tuples(st.just("split"), st.lists(NUMBERS, min_size=1, max_size=3, unique=True)),
        st.tuples(st.just("merge"), st.lists(NUMBERS, min_size=2, max_size=3, unique=True)),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, data=st.data())
def test_links_splits_and_merges_give_what_the_plain_reference_gives(
    steps: list[tuple[str, list[Any]]], data: st.DataObject, database: Database
) -> None:
    """Whatever order a batch comes in; and the log tells the same mapping."""
    with database.begin() as work:
        work.driver.execute("TRUNCATE customers.profiles, customers.merges, log.events, log.batches CASCADE")
        work.driver.execute("ALTER SEQUENCE customers.profile_ids RESTART")
    people(database)
    plain = PlainCustomers(COUNT)
    for kind, numbers in steps:
        if kind == "link":
            link(database, *data.draw(st.permutations(numbers)))
            plain.link(numbers)
        elif kind == "split":
            whole = plain.set_of(numbers[0])
            leaving = whole.intersection(numbers)
            if leaving != whole:
                split(database, min(whole), *leaving)
                plain.split(leaving)
        elif len({plain.mapping()[number] for number in numbers}) > 1:
            merge(database, *numbers)
            plain.merge(numbers)
        assert mapping(database) == plain.mapping()
    for whole in plain.sets:
        assert not any(pair <= whole for pair in plain.apart)
    assert replayed(database) == plain.mapping()


@given(
    stayed=st.sets(NUMBERS, min_size=1),
    left=st.sets(NUMBERS, min_size=1),
    together=st.sets(NUMBERS),
)
def test_what_is_left_of_a_separation_is_all_its_other_pairs(
    stayed: set[int], left: set[int], together: set[int]
) -> None:
    def pairs(parts: Iterable[rules.Separation]) -> set[frozenset[int]]:
        return {frozenset((a, b)) for part in parts for a in part.stayed for b in part.left}

    whole = rules.Separation(frozenset(stayed), frozenset(left - stayed))
    expected = {pair for pair in pairs([whole]) if not pair <= together}
    assert pairs(rules.reunited(whole, together)) == expected


def test_a_merge_is_undone_and_the_same_link_does_not_bring_it_back(database: Database) -> None:
    people(database, 4)
    link(database, [1, 2])
    link(database, [2, 3])
    history = customers_history(database, 1)
    assert [(row.loser_id, row.cause, list(row.linked)) for row in history] == [
        (3, MergeCause.LINK, [2, 3]),
        (2, MergeCause.LINK, [1, 2]),
    ]
    assert split(database, 1, merge_id=history[0].merge_id) == 3
    assert mapping(database) == {1: 1, 2: 1, 3: 3, 4: 4}
    link(database, [2, 3], [1, 3])
    link(database, [3, 4], [4, 1])  # by way of another: the first of the pairs counts
    assert mapping(database) == {1: 1, 2: 1, 3: 3, 4: 1}
    assert merge(database, 3, 2) == 1
    assert set(mapping(database).values()) == {1}
    split(database, 1, 4)
    link(database, [2, 3])
    assert mapping(database) == {1: 1, 2: 1, 3: 1, 4: 4}


def customers_history(database: Database, customer_id: int, actor: Actor = SYSTEM) -> Sequence[Any]:
    with database.read() as reading:
        return customers_reading.history_of(reading, actor, customer_id)


def test_the_side_with_the_oldest_profile_keeps_the_id(database: Database) -> None:
    people(database, 3)
    link(database, [1, 2, 3])
    assert split(database, 1, 1) == 2
    assert mapping(database) == {1: 1, 2: 2, 3: 2}
    sequence(database)
    (told,) = [event for event in everything(database) if event.name == "customers_split"]
    assert told.properties == {"winner_id": 1, "loser_id": 2, "profile_ids": [2, 3]}
    assert told.profile_id == 2


def test_a_parted_device_makes_nobody_wait(database: Database) -> None:
    """Its links are refused without the lock that merges take."""
    people(database, 3)
    link(database, [1, 2])
    split(database, 1, 2)
    with database.begin() as busy:
        service.merge(busy, SYSTEM, [1, 3], WHY)
        with database.begin() as work:
            work.driver.execute("SET LOCAL lock_timeout = '300ms'")
            service.resolve(work, SYSTEM, {(who(1), who(2)): START})


def test_what_cannot_be_split_or_merged_is_refused(database: Database) -> None:
    people(database, 4)
    link(database, [1, 2])
    for profile_ids in ((), (1, 2), (3,), (1, 3)):
        with pytest.raises(BadSplitError):
            split(database, 1, *profile_ids)
    for merge_id in (99, customers_history(database, 2)[0].merge_id):
        with pytest.raises(UnknownMergeError):
            split(database, 3, merge_id=merge_id)
    with pytest.raises(UnknownCustomerError):
        split(database, 99, 1)
    for customer_ids in ((1,), (1, 2)):
        with pytest.raises(InvalidError):
            merge(database, *customer_ids)
    with pytest.raises(UnknownCustomerError):
        merge(database, 1, 99)
    for reason in ("", " ", "x" * 201, "13800138000 的", "a@b.cn", "a\nb"):
        with database.begin() as work, pytest.raises(BadReasonError):
            service.merge(work, SYSTEM, [1, 3], reason)
    assert mapping(database) == {1: 1, 2: 1, 3: 3, 4: 4}


def test_the_erased_stay_as_they_are(database: Database) -> None:
    people(database, 3)
    link(database, [1, 2])
    with database.begin() as work:
        work.driver.execute("UPDATE customers.profiles SET erased_at = now() WHERE customer_id = 1")
    with pytest.raises(UnknownCustomerError):
        merge(database, 1, 3)
    with pytest.raises(UnknownCustomerError):
        split(database, 1, 2)


def test_only_those_who_may_and_only_whom_they_see(database: Database) -> None:
    people(database, 3)
    with database.begin() as work:
        company.ensure_first_admin(work, "root@example.com", "correct horse battery", "茶")
        (root,) = company.list_units(work, SYSTEM)
        shop = company.create_unit(work, SYSTEM, "一店", root.unit_id)
        wang = company.create_staff(
            work, SYSTEM, "小王", "w@example.com", "correct horse battery", Role.MANAGER, shop.unit_id
        )
        for customer in (1, 2):
            service.set_custody(work, SYSTEM, customer, unit_id=shop.unit_id, staff_id=None)
    rights = frozenset({"customers.merge", "customers.read"})
    clerk = Actor(ActorKind.STAFF, str(wang.staff_id), rights, Scope(unit_path=shop.path))
    with database.begin() as work, pytest.raises(UnknownCustomerError):
        service.merge(work, clerk, [1, 3], WHY)
    with database.begin() as work:
        service.merge(work, clerk, [1, 2], WHY)
    with database.begin() as work, pytest.raises(UnknownCustomerError):
        service.split(work, clerk, 3, profile_ids=[3], reason=WHY)
    with database.begin() as work, pytest.raises(ForbiddenError):
        service.split(work, Actor(ActorKind.STAFF, "7", frozenset()), 1, profile_ids=[2], reason=WHY)
    (row,) = customers_history(database, 1, clerk)
    assert (row.actor_kind, row.actor_name, row.reason, row.cause, row.can_undo) == (
        "staff", "小王", WHY, MergeCause.BY_HAND, True,
    )  # fmt: skip
    with database.begin() as work:
        service.split(work, clerk, 1, merge_id=row.merge_id, reason=WHY)
    assert [(each.is_split, each.can_undo) for each in customers_history(database, 2, clerk)] == [
        (True, False),
        (False, False),
    ]
    with database.read() as reading:
        audited = [row.verb for row in company.list_audit(reading, SYSTEM, PageRequest()).rows]
    assert audited[:2] == ["customers.split", "customers.merge"]
    with pytest.raises(UnknownCustomerError):
        customers_history(database, 3, clerk)


def test_an_alias_is_told_as_one(database: Database) -> None:
    people(database, 2)
    link(database, [1, 2], cause=MergeCause.ALIAS)
    assert [row.cause for row in customers_history(database, 2)] == [MergeCause.ALIAS]


def test_customers_with_too_many_accounts_are_suspicious(database: Database) -> None:
    people(database, 5)
    link(database, [1, 2])
    link(database, [3, 4], [3, 5])
    with database.read() as reading:
        page = customers_reading.list_suspicions(reading, SYSTEM, PageRequest())
        nobody = customers_reading.list_suspicions(reading, Actor(ActorKind.STAFF, "7", frozenset({"customers.read"}),
                                                                  Scope(unit_path="9.")), PageRequest())  # fmt: skip
    assert [(row.customer_id, dict(row.counts)) for row in page.rows] == [(3, {"user_id": 3})]
    assert nobody.rows == []
