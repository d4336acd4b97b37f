"""Who is met first is one customer from the start; told in whatever batches, the same comes out as by the longer way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.customers import rules, service, store
from siyu.domain.customers.contracts import Identity, Introduction
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from tests.conftest import START
from tests.domain.customers.test_merging import replayed
from tests.domain.customers.test_resolving import partition, plain_partition

SYSTEM = system_actor("test")
UNION = [Identity("unionid", f"u{n}") for n in range(3)]
OUTSIDE = [Identity("external_userid", f"e{n}") for n in range(4)]

TELLINGS = st.lists(
    st.tuples(
        st.sampled_from(OUTSIDE),
        st.one_of(st.none(), st.sampled_from(UNION)),
        st.dictionaries(st.sampled_from(["name", "company"]), st.sampled_from(["茶", "咖啡"]), max_size=2),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=8,
)


def introduction(outside: Identity, union: Identity | None, attributes: Mapping[str, Any], hours: int) -> Introduction:
    at = START + timedelta(hours=hours)
    return Introduction((outside, union) if union else (outside,), at, attributes, at)


def introduce(database: Database, told: Sequence[Introduction]) -> None:
    with database.begin() as work:
        introduced = service.introduce(work, SYSTEM, told, "wecom")
        assert {identity for each in told for identity in each.identities} == introduced.profile_of.keys()


def rows(database: Database, statement: str) -> list[Any]:
    with database.read() as reading:
        return reading.driver.execute(statement.encode()).fetchall()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(tellings=TELLINGS, size=st.integers(1, 8))
def test_in_any_batches_the_same_as_a_plain_reference(
    tellings: list[tuple[Identity, Identity | None, dict[str, Any], int]], size: int, database: Database
) -> None:
    with database.begin() as work:
        work.driver.execute("TRUNCATE customers.profiles, customers.merges, log.batches, log.events CASCADE")
    told = [introduction(*each) for each in tellings]
    for start in range(0, len(told), size):
        introduce(database, told[start : start + size])
    assert partition(database) == plain_partition(each.identities for each in told)
    mapping = dict(rows(database, "SELECT profile_id, customer_id FROM customers.profiles"))
    assert all(min(p for p, c in mapping.items() if c == customer) == customer for customer in mapping.values())
    assert replayed(database) == mapping
    known: dict[str, rules.StoredAttributes] = {}
    seen: dict[str, Any] = {}
    for each in told:
        outside = each.identities[0].value
        known[outside] = rules.told(known.get(outside, {}), each.attributes, each.told_at)
        seen[outside] = min(each.seen_at, seen.get(outside, each.seen_at))
    stored = rows(database, "SELECT value, attributes FROM customers.profiles WHERE kind = 'external_userid'")
    assert dict(stored) == known
    if size >= len(told):
        first = rows(database, "SELECT value, first_seen_at FROM customers.profiles WHERE kind = 'external_userid'")
        assert dict(first) == seen


def test_one_customer_from_the_start_is_told_by_one_event(database: Database) -> None:
    introduce(database, [introduction(OUTSIDE[0], UNION[0], {"name": "小满", "mobile": ["13800138000"]}, 0)])
    assert rows(database, "SELECT profile_id, customer_id FROM customers.profiles ORDER BY 1") == [(1, 1), (2, 1)]
    events = rows(database, "SELECT name, profile_id, properties::text FROM log.events ORDER BY n")
    assert [each[:2] for each in events] == [("profile_created", 1), ("customer_identified", 1)]
    assert '"profile_ids": [2]' in events[0][2].replace('":[', '": [')
    assert "13800138000" not in events[1][2]
    assert rows(database, "SELECT count(*) FROM customers.merges") == [(0,)]
    assert rows(database, "SELECT sealed_under IS NOT NULL FROM customers.profiles ORDER BY profile_id") == [
        (True,),
        (False,),
    ]


def test_whom_somebody_else_makes_meanwhile_is_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the making another one brings the first of the two identities."""
    genuine = store.take_ids

    def take_ids(driver: Any, count: int) -> list[int]:
        monkeypatch.setattr(store, "take_ids", genuine)
        with database.begin() as other:
            service.resolve(other, SYSTEM, {(OUTSIDE[0],): START})
        return genuine(driver, count)

    monkeypatch.setattr(store, "take_ids", take_ids)
    with database.begin() as work:
        told = [introduction(OUTSIDE[0], UNION[0], {"name": "小满"}, 0)]
        assert service.introduce(work, SYSTEM, told, "wecom").newborn == frozenset()
    mapping = dict(rows(database, "SELECT profile_id, customer_id FROM customers.profiles"))
    assert len(mapping) == 2
    assert set(mapping.values()) == {min(mapping)}
    assert replayed(database) == mapping
    stored = rows(database, "SELECT attributes -> 'name' ->> 0 FROM customers.profiles WHERE kind = 'external_userid'")
    assert stored == [("小满",)]
