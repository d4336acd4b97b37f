"""The tables of the columns, merges, rebuilds, and events with properties nobody would choose."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

import numpy as np
import pytest

from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsError
from siyu.platform.columns.events import EventRow, clean_document, insert_events
from siyu.platform.columns.schema import (
    CUSTOMER_OF,
    CUSTOMERS,
    EVENTS,
    HOT_PATHS,
    PROFILE_CUSTOMER,
    PROFILE_CUSTOMER_COLUMNS,
    begin_rebuild,
    ensure_schema,
    finish_rebuild,
    rebuild_name,
    reload_customer_of,
)
from tests.conftest import OWN

CUSTOMER = ("customer_id", "unit_path", "attributes", "position", "is_deleted", "is_erased")
"""The columns of a customer that these tests are about; others have their defaults."""
AT = datetime(2026, 6, 1, 4, 0, 0, 250_000, tzinfo=UTC)


@pytest.fixture
def store(url: str, columns: Columns) -> Iterator[Columns]:
    """A client in a database of its own, with all tables."""
    name = f"{OWN}_store"
    columns.command(f"CREATE DATABASE {name} ENGINE = Atomic")
    store = Columns(urlunsplit(urlsplit(url)._replace(path=f"/{name}")))
    ensure_schema(store)
    yield store
    store.close()
    columns.command(f"DROP DATABASE {name} SYNC")


def an_event(n: int, profile_id: int = 1, properties: object = None, name: str = "order_completed") -> EventRow:
    text = properties if isinstance(properties, str) else json.dumps(properties or {})
    return EventRow(n, 0, name, uuid.UUID(int=n), profile_id, AT, "test", text)


def test_making_the_tables_twice_changes_nothing(store: Columns) -> None:
    insert_events(store, [an_event(1)], token="events:1")
    ensure_schema(store)
    assert store.query("SELECT position, n, name, event_id, profile_id, occurred_at, source FROM events") == [
        (1, 0, "order_completed", uuid.UUID(int=1), 1, AT, "test")
    ]


def test_declared_paths_have_their_type_and_others_what_they_came_with(store: Columns) -> None:
    order = {"total_fen": 12_300, "order_id": "o-1", "currency": "CNY", "items": [{"sku": "茶", "quantity": 2}]}
    insert_events(store, [an_event(1, properties=order), an_event(2, properties={"page": {"path": "/"}})], token="a")
    assert store.query("SELECT sum(properties.total_fen), any(toTypeName(properties.total_fen)) FROM events") == [
        (12_300, "Nullable(Int64)")
    ]
    assert store.query("SELECT properties.page.path::String, properties.order_id FROM events WHERE position = 2") == [
        ("/", None)
    ]
    assert store.query("SELECT properties FROM events WHERE position = 1") == [(order,)]


def test_texts_that_look_like_something_else_stay_texts(store: Columns) -> None:
    texts = {"day": "2026-03-01", "at": "2026-03-01T08:00:00Z", "number": "12", "flag": "true"}
    insert_events(store, [an_event(1, properties=texts)], token="a")
    store.insert(CUSTOMERS, CUSTOMER, [(1, "", texts, 1, 0, 0)])
    undeclared = dict.fromkeys(HOT_PATHS)
    assert store.query("SELECT properties FROM events") == [({**undeclared, **texts},)]
    assert store.query("SELECT attributes FROM customers") == [(texts,)]


AWKWARD = {
    "a path twice": ('{"a": 1, "a": 2}', {"a": 1}),
    "a path in two ways": ('{"a.b": 1, "a": {"b": 2}}', {"a": {"b": 1}}),
    "text for a number": ('{"total_fen": "much", "x": 1}', {"x": 1}),
    "an object for a number": ('{"total_fen": {"y": 1}, "x": 1}', {"x": 1}),
    "a number beyond 64 bits": ('{"total_fen": 123456789012345678901234567890, "x": 1}', {"x": 1}),
    "a number beyond a double": ('{"x": 1e400, "y": 1}', {"y": 1}),
    "half a pair": ('{"x": "a\\ud83d", "y": 1}', {"x": "a?", "y": 1}),
    "a NUL": ('{"x": "\\u0000"}', {"x": "\0"}),
    "too deep": ('{"x": ' + '{"a": ' * 2000 + "1" + "}" * 2001, {}),
    "very deep": ('{"y": 1, "x": ' + "[" * 600 + "]" * 600 + "}", {"y": 1}),
    "an empty name": ('{"": 1}', {"": 1}),
    "quotes in names": ('{"a`b\'c\\"": 1}', {"a`b'c\"": 1}),
    "no object": ("[1]", {}),
    "thousands of digits": ('{"x": ' + "9" * 6000 + ', "y": 1}', {"x": "9" * 6000, "y": 1}),
}


def test_no_document_that_is_json_keeps_a_batch_out(store: Columns) -> None:
    rows = [an_event(n, properties=text) for n, (text, _) in enumerate(AWKWARD.values())]
    fine = an_event(1000, properties={"total_fen": 5, "float": 0.25, "big": 2**63, "none": None, "list": [1, "a"]})
    for _ in range(2):
        insert_events(store, [*rows, fine], token="events:0-1000")
    found = dict(store.query("SELECT position, properties FROM events"))
    assert len(found) == len(rows) + 1
    assert store.query("SELECT count() FROM events") == [(len(rows) + 1,)]
    for n, (name, (_, wanted)) in enumerate(AWKWARD.items()):
        seen = {key: value for key, value in found[n].items() if value is not None}
        if name == "very deep":
            seen.pop("x", None)
        assert seen == wanted, name
    assert (found[1000]["total_fen"], found[1000]["float"], found[1000]["big"]) == (5, 0.25, 2**63)


@pytest.mark.parametrize("text", [text for text, _ in AWKWARD.values()])
def test_each_awkward_document_goes_in_alone(store: Columns, text: str) -> None:
    insert_events(store, [an_event(1, properties=text)], token="one")
    assert store.query("SELECT count() FROM events") == [(1,)]


def test_cleaning_leaves_clean_documents_as_they_are() -> None:
    for text in ('{"a": [1, 2.5, "中", null, true, {"b": {}}]}', "{}"):
        assert json.loads(clean_document(text)) == json.loads(text)
    assert clean_document("no json") == "{}"


def test_an_insert_that_fails_for_another_reason_is_not_tried_twice(store: Columns) -> None:
    with pytest.raises(ColumnsError) as failed:
        insert_events(store, [an_event(1)], token="x", table="no_such_table")
    assert failed.value.engine_code == 60
    insert_events(store, [], token="y")


def test_a_merge_counts_for_old_events_as_soon_as_it_is_reloaded(store: Columns) -> None:
    insert_events(store, [an_event(n, profile_id=profile) for n, profile in enumerate([1, 2, 3, 3])], token="a")
    by_customer = f"SELECT {CUSTOMER_OF} AS customer_id, count() FROM events GROUP BY customer_id ORDER BY customer_id"  # noqa: S608
    assert store.query(by_customer) == [(1, 1), (2, 1), (3, 2)]
    store.insert(PROFILE_CUSTOMER, PROFILE_CUSTOMER_COLUMNS, [(3, 1, 10)])
    reload_customer_of(store)
    assert store.query(by_customer) == [(1, 3), (2, 1)]
    store.insert(PROFILE_CUSTOMER, PROFILE_CUSTOMER_COLUMNS, [(3, 2, 11), (2_000_000, 1, 11)])
    reload_customer_of(store)
    assert store.query(by_customer) == [(1, 1), (2, 3)]
    store.insert(PROFILE_CUSTOMER, PROFILE_CUSTOMER_COLUMNS, [(3, 3, 12)])
    reload_customer_of(store)
    assert store.query(by_customer) == [(1, 1), (2, 1), (3, 2)]


def test_only_the_latest_version_of_a_living_customer_shows(store: Columns) -> None:
    store.insert(CUSTOMERS, CUSTOMER, [(1, "1.2.", {"city": "上海", "vip": True}, 5, 0, 0), (2, "", {}, 5, 0, 0)])
    store.insert(CUSTOMERS, CUSTOMER, [(1, "1.3.", {"city": "杭州"}, 7, 0, 0), (1, "9.", {"city": "old"}, 6, 0, 0)])
    store.insert(CUSTOMERS, CUSTOMER, [(2, "", {}, 6, 1, 0)])
    assert store.query("SELECT customer_id, unit_path, attributes.city::String FROM customers FINAL") == [
        (1, "1.3.", "杭州")
    ]
    assert np.array_equal(store.query_column("SELECT customer_id FROM customers FINAL"), [1])


def test_a_rebuild_takes_the_place_of_the_old_table_at_once(store: Columns) -> None:
    insert_events(store, [an_event(1), an_event(2)], token="a")
    new = begin_rebuild(store, EVENTS)
    insert_events(store, [an_event(1, name="rebuilt")], token="a", table=new)
    assert store.query("SELECT count() FROM events") == [(2,)]
    finish_rebuild(store, EVENTS)
    assert store.query("SELECT name FROM events") == [("rebuilt",)]
    assert store.query("EXISTS TABLE events_new") == [(0,)]
    insert_events(store, [an_event(3)], token="b")
    assert store.query("SELECT count() FROM events") == [(2,)]
    with pytest.raises(ValueError, match="not a table"):
        rebuild_name("system.processes")


def test_a_rebuilt_mapping_counts_at_once(store: Columns) -> None:
    new = begin_rebuild(store, PROFILE_CUSTOMER)
    store.insert(new, PROFILE_CUSTOMER_COLUMNS, [(8, 4, 1)])
    finish_rebuild(store, PROFILE_CUSTOMER)
    merged = f"SELECT {CUSTOMER_OF} FROM (SELECT 8::UInt64 AS profile_id)"  # noqa: S608
    assert store.query(merged) == [(4,)]
