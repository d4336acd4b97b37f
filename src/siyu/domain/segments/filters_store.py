"""Every statement on kept filters, and on who wants to see which columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from siyu.domain.segments.filters_contracts import FilterDraft, KeptFilter
from siyu.kernel.actors import Actor

Driver = psycopg.Connection[Any]
_IS_OWN = "(actor_kind = %(kind)s AND actor_id = %(id)s)"
_SELECT = f"SELECT filter_id, name, is_shared, document, {_IS_OWN}, updated_at FROM segments.filters"  # noqa: S608  # our own

_COUNT_OWN = f"SELECT count(*) FROM segments.filters WHERE {_IS_OWN}"  # noqa: S608  # our own
_COLUMNS = f"SELECT columns FROM segments.shown_columns WHERE {_IS_OWN}"  # noqa: S608  # our own

_NAMES_ONE = """
FROM segments.filters WHERE lower(document ->> 'search') = ANY(%(names)s) OR EXISTS (
    SELECT FROM jsonb_path_query(document -> 'condition',
        '$.** ? (@.kind == "attribute" && (@.name == "name" || @.name == "nickname")).value[*]') AS w(value)
    WHERE lower(value #>> '{}') = ANY(%(names)s))
"""
"""Filters that ask for somebody by their whole name."""


def _who(actor: Actor) -> dict[str, Any]:
    return {"kind": actor.kind.value, "id": actor.actor_id}


def insert_filter(driver: Driver, actor: Actor, draft: FilterDraft, now: datetime) -> int:
    ((made,),) = driver.execute(
        "INSERT INTO segments.filters (actor_kind, actor_id, name, is_shared, document, updated_at)"
        " VALUES (%(kind)s, %(id)s, %(name)s, %(is_shared)s, %(document)s, %(now)s) RETURNING filter_id",
        {**_who(actor), **_values(draft), "now": now},
    ).fetchall()
    return int(made)


def update_filter(driver: Driver, filter_id: int, draft: FilterDraft, now: datetime) -> None:
    driver.execute(
        "UPDATE segments.filters SET name = %(name)s, is_shared = %(is_shared)s, document = %(document)s, updated_at = %(now)s"
        " WHERE filter_id = %(filter_id)s",
        {**_values(draft), "now": now, "filter_id": filter_id},
    )


def delete_filter(driver: Driver, filter_id: int) -> None:
    driver.execute("DELETE FROM segments.filters WHERE filter_id = %s", (filter_id,))


def lock_filter(driver: Driver, actor: Actor, filter_id: int) -> KeptFilter | None:
    """One of their own, or one that is shared."""
    row = driver.execute(
        f"{_SELECT} WHERE filter_id = %(filter_id)s AND (is_shared OR {_IS_OWN}) FOR UPDATE".encode(),
        {**_who(actor), "filter_id": filter_id},
    ).fetchone()
    return _filter(row) if row else None


def select_filters(driver: Driver, actor: Actor) -> list[KeptFilter]:
    """Their own, and those that are shared, by name."""
    rows = driver.execute(
        f"{_SELECT} WHERE is_shared OR {_IS_OWN} ORDER BY name, filter_id".encode(), _who(actor)
    ).fetchall()
    return [_filter(row) for row in rows]


def select_naming(driver: Driver, names: Collection[str]) -> list[tuple[int, str]]:
    """Number and name of those that ask for one of the names."""
    return driver.execute(
        f"SELECT filter_id, name {_NAMES_ONE} ORDER BY filter_id".encode(), {"names": _folded(names)}
    ).fetchall()


def delete_naming(driver: Driver, names: Collection[str]) -> int:
    return driver.execute(f"DELETE {_NAMES_ONE}".encode(), {"names": _folded(names)}).rowcount


def _folded(names: Collection[str]) -> list[str]:
    return [each.strip().lower() for each in names]


def count_own(driver: Driver, actor: Actor) -> int:
    row = driver.execute(_COUNT_OWN.encode(), _who(actor)).fetchone()
    return int(row[0]) if row else 0


def save_columns(driver: Driver, actor: Actor, columns: Sequence[str]) -> None:
    driver.execute(
        "INSERT INTO segments.shown_columns (actor_kind, actor_id, columns) VALUES (%(kind)s, %(id)s, %(columns)s)"
        " ON CONFLICT (actor_kind, actor_id) DO UPDATE SET columns = excluded.columns",
        {**_who(actor), "columns": list(columns)},
    )


def find_columns(driver: Driver, actor: Actor) -> list[str] | None:
    row = driver.execute(_COLUMNS.encode(), _who(actor)).fetchone()
    return list(row[0]) if row else None


def _values(draft: FilterDraft) -> dict[str, Any]:
    document = {
        "search": draft.search,
        "segment_id": draft.segment_id,
        "condition": draft.condition,
        "columns": list(draft.columns),
        "sort": draft.sort,
        "is_rising": draft.is_rising,
    }
    return {"name": draft.name, "is_shared": draft.is_shared, "document": Jsonb(document)}


def _filter(row: Sequence[Any]) -> KeptFilter:
    return KeptFilter(row[0], FilterDraft(name=row[1], is_shared=row[2], **row[3]), row[4], row[5])
