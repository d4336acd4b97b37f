"""One customer from many identities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import rules, service
from siyu.domain.customers.contracts import (
    AttributeChange,
    BadIdentityError,
    ConsentState,
    Identity,
    UnknownCustomerError,
    masked,
    normal_identity,
)
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.conftest import START

SYSTEM = system_actor("test")
IDENTITIES = [Identity("user_id", f"u{n}") for n in range(4)] + [Identity("anonymous_id", f"a{n}") for n in range(4)]


def resolve(database: Database, *groups: Sequence[Identity]) -> dict[Identity, int]:
    with database.begin() as work:
        return service.resolve(work, SYSTEM, {tuple(group): START for group in groups})


def partition(database: Database) -> set[frozenset[Identity]]:
    """Who is one with whom."""
    with database.read() as reading:
        rows = reading.driver.execute("SELECT customer_id, kind, value FROM customers.profiles").fetchall()
    members: dict[int, set[Identity]] = {}
    for customer_id, kind, value in rows:
        members.setdefault(customer_id, set()).add(Identity(kind, value))
    return {frozenset(each) for each in members.values()}


def plain_partition(groups: Iterable[Sequence[Identity]]) -> set[frozenset[Identity]]:
    """The reference: join sets that overlap until none do."""
    sets: list[set[Identity]] = []
    for group in groups:
        joined = set(group)
        for other in [each for each in sets if each & joined]:
            sets.remove(other)
            joined |= other
        sets.append(joined)
    return {frozenset(each) for each in sets}


GROUPS = st.lists(st.lists(st.sampled_from(IDENTITIES), min_size=1, max_size=3, unique=True), min_size=1, max_size=10)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), groups=GROUPS)
def test_any_order_and_any_batching_gives_the_same_customers(
    data: st.DataObject, groups: list[list[Identity]], database: Database
) -> None:
    with database.begin() as work:
        work.driver.execute("TRUNCATE customers.profiles, customers.merges CASCADE")
    ordered = data.draw(st.permutations(groups))
    size = data.draw(st.integers(1, len(ordered)))
    for start in range(0, len(ordered), size):
        resolve(database, *ordered[start : start + size])
    assert partition(database) == plain_partition(groups)
    with database.read() as reading:
        wrong = reading.driver.execute(
            "SELECT customer_id FROM customers.profiles GROUP BY customer_id HAVING min(profile_id) <> customer_id"
        ).fetchall()
    assert wrong == []


@given(links=st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=4), max_size=12))
def test_who_is_merged_into_whom_agrees_with_joining_sets(links: list[list[int]]) -> None:
    expected = {}
    for component in plain_partition([[Identity("user_id", str(n)) for n in link] for link in links]):
        members = sorted(int(identity.value) for identity in component)
        expected.update(dict.fromkeys(members[1:], members[0]))
    pairs = [pair for link in links for pair in rules.pairs_of(link)]
    joins = rules.joins(pairs, {n: n for n in range(1, 10)}, {})
    assert {loser: join.winner_id for loser, join in joins.items()} == expected


def test_profiles_never_change_when_customers_merge(database: Database) -> None:
    user, device = IDENTITIES[0], IDENTITIES[4]
    before = resolve(database, [user], [device])
    after = resolve(database, [user, device])
    assert before == after
    assert partition(database) == {frozenset([user, device])}
    with database.read() as reading:
        merges = reading.driver.execute("SELECT winner_id, loser_id, profile_ids FROM customers.merges").fetchall()
    winner, loser = sorted(before.values())
    assert merges == [(winner, loser, [loser])]


def test_ids_are_dense(database: Database) -> None:
    for _ in range(3):
        resolve(database, *([identity] for identity in IDENTITIES))
    with database.read() as reading:
        rows = reading.driver.execute("SELECT profile_id FROM customers.profiles ORDER BY 1").fetchall()
    assert [row[0] for row in rows] == list(range(1, len(IDENTITIES) + 1))


ATTRIBUTE_TELLINGS = st.lists(
    st.tuples(
        st.dictionaries(
            st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 3), st.text(max_size=2)), max_size=3
        ),
        st.integers(0, 5),
    ),
    max_size=6,
)


@given(tellings=ATTRIBUTE_TELLINGS, data=st.data())
def test_attributes_do_not_depend_on_the_order_of_telling(
    tellings: list[tuple[dict[str, object], int]], data: st.DataObject
) -> None:
    def after(order: Sequence[tuple[dict[str, object], int]], profiles: int) -> dict[str, object]:
        documents: list[dict[str, Sequence[object]]] = [{} for _ in range(profiles)]
        for index, (attributes, minute) in enumerate(order):
            which = index % profiles
            documents[which] = rules.told(documents[which], attributes, START + timedelta(minutes=minute))
        return rules.combined(documents)

    shuffled = data.draw(st.permutations(tellings))
    assert after(shuffled, data.draw(st.integers(1, 3))) == after(tellings, 1)


def test_an_older_telling_changes_nothing_and_none_takes_away(database: Database) -> None:
    (profile_id,) = resolve(database, [IDENTITIES[0]]).values()

    def tell(minute: int, **attributes: object) -> int:
        with database.begin() as work:
            change = AttributeChange(profile_id, attributes, START + timedelta(minutes=minute))
            return service.set_attributes(work, SYSTEM, [change])

    assert tell(5, city="上海", age=30) == 1
    assert tell(5, city="上海", age=30) == 0
    assert tell(1, city="北京", job="x") == 1
    assert tell(9, age=None) == 1
    with database.read() as reading:
        customer = customers_reading.get_customer(reading, SYSTEM, profile_id)
    assert customer.attributes == {"city": "上海", "job": "x"}


def test_a_profile_does_not_grow_for_ever() -> None:
    document: dict[str, Sequence[Any]] = {}
    for day in range(7):
        made_up = {f"{day}-{n}": n for n in range(200)}
        document = rules.told(document, {**made_up, "city": day}, START + timedelta(day))
    assert len(document) == rules.STORED_ATTRIBUTES_MAX
    assert document["city"][0] == 6


def test_what_identifies_is_masked_wherever_it_stands() -> None:
    told = {
        "Phone_Number": 13800138000,
        "buyer": {"邮箱": "a@b.cn"},
        "people": [{"memberId": "m1234567"}],
        "n": [1, "x"],
    }
    assert customers_reading.masked_attributes(told) == {
        "Phone_Number": "138****8000",
        "buyer": {"邮箱": "a***@b.cn"},
        "people": [{"memberId": "m1***67"}],
        "n": [1, "x"],
    }


def test_attributes_and_consents_of_merged_customers_are_combined(database: Database) -> None:
    user, device = IDENTITIES[0], IDENTITIES[4]
    profile_of = resolve(database, [user], [device])
    with database.begin() as work:
        service.set_attributes(work, SYSTEM, [AttributeChange(profile_of[user], {"name": "李雷"}, START)])
        later = START + timedelta(1)
        service.set_attributes(
            work, SYSTEM, [AttributeChange(profile_of[device], {"name": "韩梅梅", "city": "杭州"}, later)]
        )
        for profile_id, state, at in (
            (profile_of[user], ConsentState.GRANTED, START),
            (profile_of[device], ConsentState.WITHDRAWN, later),
        ):
            service.set_consents(work, SYSTEM, {profile_id: at}, channel="webhook", purpose="marketing", state=state)
    with database.read() as reading:
        assert customers_reading.may_receive(reading, profile_of.values(), "webhook") == {profile_of[user]}
    resolve(database, [user, device])
    with database.read() as reading:
        customer = customers_reading.get_customer(reading, SYSTEM, profile_of[device])
        assert customers_reading.may_receive(reading, profile_of.values(), "webhook") == set()
    assert customer.customer_id == min(profile_of.values())
    assert customer.attributes == {"name": "韩梅梅", "city": "杭州"}
    assert [(c.channel, c.state) for c in customer.consents] == [("webhook", ConsentState.WITHDRAWN)]


@pytest.mark.parametrize(
    ("kind", "told", "kept"),
    [
        ("phone", "+86 138-0013-8000", "13800138000"),
        ("phone", "8613800138000", "13800138000"),
        ("phone", "0086 (138) 0013.8000", "13800138000"),
        ("phone", "１３８００１３８０００", "13800138000"),
        ("phone", "+1 650-555-0100", "+16505550100"),
        ("phone", "021-6255 1234", "02162551234"),
        ("email", " A@B.Com ", "a@b.com"),
        ("user_id", " 7 ", "7"),
        ("user_id", "Null-7", "Null-7"),
    ],
)
def test_identities_have_one_spelling(kind: str, told: str, kept: str) -> None:
    assert normal_identity(kind, told) == Identity(kind, kept)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("user_id", " "),
        ("user_id", "x" * 257),
        ("user_id", "a\nb"),
        ("colour", "red"),
        ("user_id", "undefined"),
        ("anonymous_id", " NULL "),
        ("anonymous_id", "[object Object]"),
        ("member_id", "0"),
        ("unionid", "无"),
        ("phone", "0"),
        ("phone", "00000000000"),
        ("phone", "N/A"),
        ("phone", "138 or so"),
        ("phone", "1" * 16 + "2"),
        ("email", "none"),
        ("email", "a@b@c"),
        ("email", "@b.com"),
    ],
)
def test_bad_identities_are_refused(kind: str, told: str) -> None:
    with pytest.raises(BadIdentityError):
        normal_identity(kind, told)


@pytest.mark.parametrize(
    ("identity", "shown"),
    [
        (Identity("phone", "13800138000"), "138****8000"),
        (Identity("email", "lilei@example.com"), "l***@example.com"),
        (Identity("user_id", "abcdefgh"), "ab***gh"),
        (Identity("user_id", "abc"), "a***"),
    ],
)
def test_identities_are_masked_in_lists(identity: Identity, shown: str) -> None:
    assert masked(identity) == shown


@pytest.mark.parametrize("found_max", [5_000, 0])
def test_a_search_finds_names_and_identities_of_whole_customers(
    database: Database, monkeypatch: pytest.MonkeyPatch, found_max: int
) -> None:
    """The same where it finds few and is answered from the indexes, and where it finds many."""
    monkeypatch.setattr(customers_reading, "FOUND_MAX", found_max)
    groups = [[Identity("user_id", f"x{n}"), Identity("phone", f"1380013{n:04d}")] for n in range(6)]
    profile_of = resolve(database, *groups)
    last = groups[5]
    with database.begin() as work:
        changes = [AttributeChange(profile_of[last[1]], {"name": "长" * 80}, START)]
        service.set_attributes(work, SYSTEM, changes)
    whole = [profile_of[group[0]] for group in groups]

    def ids(search: str, **more: Any) -> list[int]:
        with database.read() as reading:
            page = customers_reading.list_customers(reading, SYSTEM, PageRequest(size=4), search=search, **more)
            rest = PageRequest(size=4, after=page.next_after)
            following = customers_reading.list_customers(reading, SYSTEM, rest, search=search, **more)
        return [row.customer_id for row in (*page.rows, *(following.rows if page.next_after else ()))]

    newest_first = sorted(whole, reverse=True)
    assert ids("x") == newest_first
    assert ids("1380013") == []
    assert ids("13800130005") == ids("+86 138-0013-0005") == whole[5:]
    assert ids("x", among=whole[:2]) == newest_first[4:]
    assert ids("x", among=[]) == []
    assert ids("长长") == ids("长" * 70) == whole[5:]
    assert ids("x5\x00") == whole[5:]


def test_lists_find_by_prefix_page_by_key_and_respect_the_scope(database: Database) -> None:
    people = [Identity("member_id", f"m{n}") for n in range(5)]
    profile_of = resolve(database, *([person] for person in people))
    with database.begin() as work:
        service.set_attributes(work, SYSTEM, [AttributeChange(profile_of[people[2]], {"name": "王%芳"}, START)])
    clerk = Actor(ActorKind.STAFF, "1", frozenset({"customers.read"}), Scope(unit_path="1.9."))
    with database.read() as reading:
        first = customers_reading.list_customers(reading, SYSTEM, PageRequest(size=3))
        second = customers_reading.list_customers(reading, SYSTEM, PageRequest(size=3, after=first.next_after))
        assert [row.customer_id for row in (*first.rows, *second.rows)] == sorted(profile_of.values(), reverse=True)
        assert second.next_after is None
        found = customers_reading.list_customers(reading, SYSTEM, PageRequest(), search="王%")
        assert [row.display_name for row in found.rows] == ["王%芳"]
        assert customers_reading.list_customers(reading, SYSTEM, PageRequest(), search="%").rows == []
        assert customers_reading.list_customers(reading, clerk, PageRequest()).rows == []
        with pytest.raises(UnknownCustomerError):
            customers_reading.get_customer(reading, clerk, profile_of[people[0]])
        with pytest.raises(ForbiddenError):
            customers_reading.get_customer(reading, Actor(ActorKind.STAFF, "1", frozenset()), 1)


def test_who_logs_in_by_many_names_is_one_from_the_start_and_joins_a_known_device_once(database: Database) -> None:
    user, phone, device, union = (
        Identity("user_id", "u"),
        Identity("phone", "13800138000"),
        Identity("anonymous_id", "a"),
        Identity("unionid", "o"),
    )
    resolve(database, [device])
    resolve(database, [user, phone, device, union], [user])
    with database.read() as reading:
        merges = reading.driver.execute("SELECT winner_id, loser_id, profile_ids FROM customers.merges").fetchall()
    assert merges == [(1, 2, [2, 3, 4])]
    assert len(partition(database)) == 1
