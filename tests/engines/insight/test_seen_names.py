"""What is kept of the names that were seen is what looking at everything gives, and only what is new is looked at; examples are
those of a look before, and the next one is made meanwhile."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from siyu.engines.insight import examples
from siyu.engines.insight.examples import asked_words
from siyu.engines.insight.seen_names import SeenNames, seen_names
from siyu.platform.columns.client import Columns
from siyu.platform.columns.events import EventRow, insert_events
from siyu.platform.columns.schema import CUSTOMERS, EVENTS, begin_rebuild, empty_tables, finish_rebuild

AT = datetime(2026, 5, 1, 4, tzinfo=UTC)


def tell(columns: Columns, table: str, *told: tuple[int, str, int, Mapping[str, Any]]) -> None:
    """Events: (position, name, profile_id, properties)."""
    rows = [EventRow(at, 0, name, UUID(int=at), who, AT, "shop", json.dumps(of)) for at, name, who, of in told]
    insert_events(columns, rows, token=None, table=table)


def have(columns: Columns, customer_id: int, position: int, attributes: Mapping[str, Any]) -> None:
    columns.insert(CUSTOMERS, ("customer_id", "attributes", "position"), [(customer_id, attributes, position)])


def everything(columns_url: str) -> SeenNames:
    """What a process finds that begins anew: it knows nothing and looks at everything."""
    beginner = Columns(columns_url)
    try:
        return seen_names(beginner)
    finally:
        beginner.close()


def test_what_is_kept_is_what_looking_at_everything_gives(columns: Columns, columns_url: str) -> None:
    assert seen_names(columns) == SeenNames({}, {})
    tell(columns, EVENTS, (1, "paid", 1, {"total_fen": 5, "by": "card"}), (2, "seen", 2, {"page": {"path": "/"}}))
    have(columns, 1, 2, {"city": "上海"})
    first = seen_names(columns)
    assert first == everything(columns_url)
    assert (list(first.attributes), first.events["paid"].count) == (["city"], 1)
    assert (list(first.events["paid"].properties), list(first.events["seen"].properties)) == (
        ["by", "total_fen"],
        ["page.path"],
    )
    tell(columns, EVENTS, (3, "paid", 2, {"by": 7, "order_id": "a"}), (4, "asked", 1, {}), (5, "asked", 0, {"x": 1}))
    have(columns, 2, 2, {"age": 30})  # of the same stretch as the last one
    have(columns, 2, 5, {"city": 1, "vip": True})
    second = seen_names(columns)
    assert second == everything(columns_url)
    assert second.events["paid"].count == 2
    assert second.events["paid"].properties["by"] == {"String", "Int64"}
    assert (list(second.attributes), list(second.events["asked"].properties)) == (["age", "city", "vip"], [])
    assert seen_names(columns) == second


def test_only_what_is_new_is_looked_at(columns: Columns, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(columns, EVENTS, *((at, "paid", 1, {"by": "card"}) for at in range(1, 9)))
    seen_names(columns)
    asked: list[Mapping[str, Any]] = []
    query = columns.query

    def told(sql: str, parameters: Mapping[str, Any] | None = None, *rest: Any) -> Any:
        if "distinctJSONPathsAndTypes(properties)" in sql:
            asked.append(dict(parameters or {}))
        return query(sql, parameters, *rest)

    monkeypatch.setattr(columns, "query", told)
    seen_names(columns)
    assert asked == []
    tell(columns, EVENTS, (9, "paid", 1, {"by": "cash"}))
    assert seen_names(columns).events["paid"].count == 9
    assert [(each["since"], each["upto"]) for each in asked] == [(9, 9)]


def test_what_was_taken_away_is_told_no_more(columns: Columns, columns_url: str) -> None:
    tell(columns, EVENTS, (1, "paid", 1, {"by": "card", "secret": 1}), (2, "seen", 2, {"page": "/"}))
    assert "secret" in seen_names(columns).events["paid"].properties
    new = begin_rebuild(columns, EVENTS)
    tell(columns, new, (1, "paid", 1, {}), (2, "seen", 2, {"page": "/"}))
    finish_rebuild(columns, EVENTS)  # as many events, up to the same position
    assert seen_names(columns) == everything(columns_url)
    assert list(seen_names(columns).events["paid"].properties) == []
    empty_tables(columns)
    tell(columns, EVENTS, (1, "seen", 2, {"page": "/"}))
    assert list(seen_names(columns).events) == ["seen"]


def test_names_are_told_at_once_and_examples_when_the_next_look_is_done(
    columns: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examples, "KNOWN_TIMES", 0)
    tell(columns, EVENTS, (1, "paid", 1, {"by": "card"}), (2, "paid", 2, {"by": "card"}))
    assert told_of(columns) == {"paid": {"by": ["card"]}}
    tell(columns, EVENTS, (3, "seen", 1, {"page": "/"}), (4, "seen", 2, {"page": "/"}))
    assert told_of(columns) == {"paid": {"by": ["card"]}, "seen": {"page": []}}
    for thread in threading.enumerate():
        if thread.name == examples.LOOKING:
            thread.join()
    assert told_of(columns) == {"paid": {"by": ["card"]}, "seen": {"page": ["/"]}}


def told_of(columns: Columns) -> dict[str, dict[str, list[Any]]]:
    """The examples of each property of each event."""
    words = asked_words(columns)
    return {event.name: {each.name: list(each.examples) for each in event.properties} for event in words.events}
