"""Every statement on stores."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import msgspec
import psycopg

from siyu.domain.entries.stores_contracts import NearStore, OpenHours, Place, Store, StoreDraft
from siyu.domain.entries.stores_rules import EARTH_METRES
from siyu.kernel.paging import PageRequest

Driver = psycopg.Connection[Any]

_METRES = f"""
2 * {EARTH_METRES} * asin(sqrt(least(1.0, sin(radians(s.latitude - %(latitude)s) / 2) ^ 2
    + cos(radians(%(latitude)s)) * cos(radians(s.latitude)) * sin(radians(s.longitude - %(longitude)s) / 2) ^ 2)))
"""
_NEAR = "s.store_id, s.name, s.city, s.address, s.latitude, s.longitude, s.hours, s.code_id, s.group_code_id"
_AMONG = """
s.is_active AND (%(store_ids)s::bigint[] IS NULL OR s.store_id = ANY(%(store_ids)s))
AND CASE WHEN %(is_of_groups)s THEN s.group_code_id ELSE s.code_id END IS NOT NULL
"""


class Among(NamedTuple):
    """The stores that a code leads to: those of these ids, or all, that have a code of groups, or one of advisers."""

    store_ids: list[int] | None
    is_of_groups: bool


def stores_below(driver: Driver, unit_path: str | None) -> set[int]:
    """The stores of the unit with that path and of all below it."""
    rows = driver.execute(
        "SELECT s.store_id FROM entries.stores s JOIN company.units u USING (unit_id)"
        " WHERE %(path)s::text IS NULL OR starts_with(u.path, %(path)s)",
        {"path": unit_path},
    ).fetchall()
    return {row[0] for row in rows}


_STORE = """
SELECT s.store_id, s.number, s.name, s.city, s.address, s.latitude, s.longitude, s.hours, s.unit_id, s.code_id,
       s.group_code_id, s.is_active, coalesce(u.name, ''), coalesce(c.name, ''), coalesce(g.name, '')
FROM entries.stores s LEFT JOIN company.units u USING (unit_id)
LEFT JOIN definitions.definitions c ON c.definition_id = s.code_id
LEFT JOIN definitions.definitions g ON g.definition_id = s.group_code_id
"""
_SEARCH = (
    "(s.name ILIKE %(search)s OR s.city ILIKE %(search)s OR s.address ILIKE %(search)s OR s.number ILIKE %(search)s)"
)


def _given(draft: StoreDraft) -> dict[str, Any]:
    return {
        "number": draft.number,
        "name": draft.name,
        "city": draft.city,
        "address": draft.address,
        "latitude": draft.place.latitude,
        "longitude": draft.place.longitude,
        "hours": [asdict(each) for each in draft.hours],
        "unit_id": draft.unit_id,
        "code_id": draft.code_id,
        "group_code_id": draft.group_code_id,
        "is_active": draft.is_active,
    }


_RECORD = (
    "number text, name text, city text, address text, latitude float8, longitude float8, hours jsonb, unit_id bigint,"
    " code_id bigint, group_code_id bigint, is_active boolean"
)
_CHANGING = {name: name for name in ("name", "city", "address", "latitude", "longitude", "hours")} | {
    "unit": "unit_id",
    "code": "code_id",
    "group_code": "group_code_id",
}
"""Column of a file → column of the table that it changes."""


def put_stores(driver: Driver, drafts: Sequence[StoreDraft], told: Collection[str]) -> int:
    """Makes stores, and changes those whose number is there, but of these what was not `told` stays; gives how many were new."""
    names = [name for column, name in _CHANGING.items() if column in told]
    changes = ", ".join(f"{name} = excluded.{name}" for name in names)
    rows = driver.execute(
        f"""
        INSERT INTO entries.stores AS s (number, name, city, address, latitude, longitude, hours, unit_id, code_id, group_code_id,
            is_active)
        SELECT n.* FROM jsonb_to_recordset(%s) AS n({_RECORD})
        ON CONFLICT (number) DO UPDATE SET {changes} RETURNING s.xmax = 0
        """.encode(),  # noqa: S608  # our own
        (_json([_given(each) for each in drafts]),),
    ).fetchall()
    return sum(row[0] for row in rows)


def insert_store(driver: Driver, draft: StoreDraft) -> int | None:
    """The new store; None where its number is taken."""
    row = driver.execute(
        f"""
        INSERT INTO entries.stores (number, name, city, address, latitude, longitude, hours, unit_id, code_id, group_code_id,
            is_active)
        SELECT n.* FROM jsonb_to_recordset(%s) AS n({_RECORD}) ON CONFLICT (number) DO NOTHING RETURNING store_id
        """.encode(),  # noqa: S608  # our own
        (_json([_given(draft)]),),
    ).fetchone()
    return int(row[0]) if row else None


def update_store(driver: Driver, store_id: int, draft: StoreDraft) -> bool:
    """Whether there is such a store. UniqueViolation where its number is another's."""
    given = _given(draft) | {"store_id": store_id, "hours": _json(_given(draft)["hours"])}
    return (
        driver.execute(
            "UPDATE entries.stores SET number = %(number)s, name = %(name)s, city = %(city)s, address = %(address)s,"
            " latitude = %(latitude)s, longitude = %(longitude)s, hours = %(hours)s::jsonb, unit_id = %(unit_id)s,"
            " code_id = %(code_id)s, group_code_id = %(group_code_id)s, is_active = %(is_active)s WHERE store_id = %(store_id)s",
            given,
        ).rowcount
        > 0
    )


def has_number(driver: Driver, number: str, but: int) -> bool:
    """Whether another store has the number."""
    row = driver.execute(
        "SELECT EXISTS (SELECT FROM entries.stores WHERE number = %s AND store_id <> %s)", (number, but)
    ).fetchone()
    return bool(row and row[0])


def delete_store(driver: Driver, store_id: int) -> bool:
    return driver.execute("DELETE FROM entries.stores WHERE store_id = %s", (store_id,)).rowcount > 0


def find_store(driver: Driver, store_id: int) -> Store | None:
    row = driver.execute((_STORE + " WHERE s.store_id = %s").encode(), (store_id,)).fetchone()
    return _store(row) if row else None


def select_stores(driver: Driver, page: PageRequest, before: int) -> list[Store]:
    """The newest first; one more than the page holds."""
    among = "(%(ids)s::bigint[] IS NULL OR s.store_id = ANY(%(ids)s))"
    rows = driver.execute(
        (
            _STORE + f" WHERE s.store_id < %(before)s AND {among} AND {_SEARCH} ORDER BY s.store_id DESC LIMIT %(size)s"
        ).encode(),
        {"before": before, "size": page.size + 1, "search": page.pattern, "ids": page.id_list},
    ).fetchall()
    return [_store(row) for row in rows]


def stores_leading_to(driver: Driver, code_id: int) -> bool:
    """Whether a store leads to a code."""
    row = driver.execute(
        "SELECT EXISTS (SELECT FROM entries.stores WHERE code_id = %(code)s OR group_code_id = %(code)s)",
        {"code": code_id},
    ).fetchone()
    return bool(row and row[0])


def store_names(driver: Driver, store_ids: Collection[int]) -> dict[int, str]:
    rows = driver.execute("SELECT store_id, name FROM entries.stores WHERE store_id = ANY(%s)", (list(store_ids),))
    return dict(rows.fetchall())


def units_of(driver: Driver, numbers: Collection[str]) -> set[int | None]:
    """The units of those stores that there are, of these numbers; None of those without."""
    rows = driver.execute("SELECT DISTINCT unit_id FROM entries.stores WHERE number = ANY(%s)", (list(numbers),))
    return {row[0] for row in rows.fetchall()}


def unit_ids_by_name(driver: Driver, names: Collection[str]) -> dict[str, int]:
    """Units of those names; of two of the same name neither."""
    rows = driver.execute(
        "SELECT name, min(unit_id) FROM company.units WHERE name = ANY(%s) GROUP BY 1 HAVING count(*) = 1",
        (list(names),),
    ).fetchall()
    return dict(rows)


def code_ids_by_name(driver: Driver, kind: str, names: Collection[str]) -> dict[str, int]:
    """Codes of those names; of two of the same name neither."""
    rows = driver.execute(
        "SELECT name, min(definition_id) FROM definitions.definitions WHERE kind = %s AND status <> 'deleted' AND name = ANY(%s)"
        " GROUP BY 1 HAVING count(*) = 1",
        (kind, list(names)),
    ).fetchall()
    return dict(rows)


# --- what visitors ask


def nearest_stores(driver: Driver, here: Place, among: Among, size: int) -> list[NearStore]:
    """The nearest stores, the nearest first; `among` those alone, or all."""
    rows = driver.execute(
        f"""
        SELECT {_NEAR}, {_METRES} AS metres FROM entries.stores s WHERE {_AMONG} ORDER BY metres, s.store_id LIMIT %(size)s
        """.encode(),  # noqa: S608  # our own
        {"latitude": here.latitude, "longitude": here.longitude, **among._asdict(), "size": size},
    ).fetchall()
    return [_near(row) for row in rows]


def stores_like(driver: Driver, search: str, among: Among, size: int) -> list[NearStore]:
    """Stores by city and name that have the text somewhere."""
    rows = driver.execute(
        f"""
        SELECT {_NEAR}, NULL FROM entries.stores s WHERE {_AMONG} AND {_SEARCH} ORDER BY s.city, s.name, s.store_id
        LIMIT %(size)s
        """.encode(),  # noqa: S608  # our own
        {**among._asdict(), "search": search, "size": size},
    ).fetchall()
    return [_near(row) for row in rows]


def cities(driver: Driver, among: Among, size: int) -> list[str]:
    """The cities with stores, those with the most first."""
    rows = driver.execute(
        f"SELECT s.city FROM entries.stores s WHERE {_AMONG} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %(size)s".encode(),  # noqa: S608  # our own
        {**among._asdict(), "size": size},
    ).fetchall()
    return [row[0] for row in rows]


def find_near_store(driver: Driver, store_id: int, among: Among) -> NearStore | None:
    row = driver.execute(
        f"SELECT {_NEAR}, 0::float8 FROM entries.stores s WHERE {_AMONG} AND s.store_id = %(store_id)s".encode(),  # noqa: S608  # our own
        {**among._asdict(), "store_id": store_id},
    ).fetchone()
    return _near(row) if row else None


def _json(document: object) -> str:
    return msgspec.json.encode(document).decode()


def _hours(rows: Sequence[Mapping[str, Any]]) -> tuple[OpenHours, ...]:
    return tuple(OpenHours(tuple(each["weekdays"]), each["begins"], each["ends"]) for each in rows)


def _near(row: Sequence[Any]) -> NearStore:
    store_id, name, city, address, latitude, longitude, hours, code_id, group_code_id, metres = row
    place = Place(latitude, longitude)
    return NearStore(store_id, name, city, address, place, _hours(hours), code_id, group_code_id, metres)


def _store(row: Sequence[Any]) -> Store:
    store_id, number, name, city, address, latitude, longitude, hours, unit_id, code_id, group_code_id, is_active = row[
        :12
    ]
    place = Place(latitude, longitude)
    draft = StoreDraft(
        number, name, city, address, place, _hours(hours), unit_id, code_id, group_code_id, is_active=is_active
    )
    return Store(store_id, draft, *row[12:])
