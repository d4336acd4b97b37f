"""Every statement that tells of entries: for pages, and for the person herself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg

from siyu.domain.customers.reading import THOSE_IN_SCOPE
from siyu.platform.postgres.packing import packed_numbers

Driver = psycopg.Connection[Any]


def select_inside(driver: Driver, journey_id: int, customer_ids: Collection[int]) -> set[int]:
    """Which of the customers are in the journey now."""
    rows = driver.execute(
        "SELECT DISTINCT customer_id FROM journeys.entries e"
        " JOIN unnest(%s::bigint[]) AS w(customer_id) USING (customer_id)"
        " WHERE e.journey_id = %s AND e.ended_at IS NULL",
        (packed_numbers(customer_ids), journey_id),
    ).fetchall()
    return {row[0] for row in rows}


_SEEN = f"(e.customer_id IN ({THOSE_IN_SCOPE}) OR e.group_id = ANY(%(groups)s) OR e.staff_id = ANY(%(accounts)s))"


def select_others(driver: Driver, journey_ids: Collection[int]) -> tuple[list[int], list[int]]:
    """The groups, and the accounts, that were ever in the journeys."""
    rows = driver.execute(
        "SELECT DISTINCT group_id, staff_id FROM journeys.entries WHERE journey_id = ANY(%s) AND customer_id IS NULL",
        (list(journey_ids),),
    ).fetchall()
    return [row[0] for row in rows if row[0] is not None], [row[1] for row in rows if row[1] is not None]


def count_states(driver: Driver, journey_ids: Collection[int], seen: Mapping[str, Any]) -> list[tuple[int, str, int]]:
    """(journey, state, how many) of the entries that somebody may see: `seen` is their scope, and groups and accounts."""
    return driver.execute(
        "SELECT e.journey_id, e.state, count(*) FROM journeys.entries e"  # noqa: S608  # our own
        f" WHERE e.journey_id = ANY(%(journeys)s) AND {_SEEN} GROUP BY 1, 2",
        {"journeys": list(journey_ids), **seen},
    ).fetchall()


def count_places(driver: Driver, journey_id: int, version: int, seen: Mapping[str, Any]) -> dict[tuple[int, str], int]:
    """{(place, state): how many} of a version's entries that somebody may see."""
    rows = driver.execute(
        "SELECT e.place, e.state, count(*) FROM journeys.entries e"  # noqa: S608  # our own
        f" WHERE e.journey_id = %(journey_id)s AND e.version = %(version)s AND {_SEEN} GROUP BY 1, 2",
        {"journey_id": journey_id, "version": version, **seen},
    ).fetchall()
    return {(place, state): count for place, state, count in rows}


def count_steps(driver: Driver, journey_id: int, version: int, seen: Mapping[str, Any]) -> dict[tuple[int, int], int]:
    """{(place, place come to next): how often}, as count_places, as far as paths are kept."""
    rows = driver.execute(
        f"""
        SELECT w.place, w.next, count(*) FROM (
            SELECT c.place, lead(c.place) OVER (PARTITION BY s.entry_id ORDER BY s.n, c.nth) AS next
            FROM journeys.entries e JOIN journeys.passages s USING (entry_id),
                unnest(s.places) WITH ORDINALITY AS c(place, nth)
            WHERE e.journey_id = %(journey_id)s AND e.version = %(version)s AND {_SEEN}
        ) AS w WHERE w.next IS NOT NULL GROUP BY 1, 2
        """,  # noqa: S608  # our own
        {"journey_id": journey_id, "version": version, **seen},
    ).fetchall()
    return {(place, after): count for place, after, count in rows}


def select_walked(driver: Driver, journey_id: int, latest: int) -> list[int]:
    """Those of the versions up to the latest that anybody walks."""
    rows = driver.execute(
        "SELECT v FROM generate_series(1, %s) AS v WHERE EXISTS (SELECT 1 FROM journeys.entries e"
        " WHERE e.journey_id = %s AND e.version = v AND e.ended_at IS NULL)",
        (latest, journey_id),
    ).fetchall()
    return [row[0] for row in rows]


def select_told(driver: Driver, profile_ids: Collection[int]) -> list[tuple[Any, ...]]:
    """(journey_id, version, state, entered_at, ended_at, end_reason) of all entries that began with the profiles."""
    return driver.execute(
        "SELECT journey_id, version, state, entered_at, ended_at, end_reason FROM journeys.entries"
        " WHERE profile_id = ANY(%(profiles)s) AND (customer_id = ANY(%(profiles)s) OR customer_id IN ("
        " SELECT customer_id FROM customers.profiles WHERE profile_id = ANY(%(profiles)s))) ORDER BY entered_at, entry_id",
        {"profiles": sorted(profile_ids)},
    ).fetchall()


def select_latest_entries(
    driver: Driver, customer_id: int
) -> list[tuple[int, int, int, int, str, datetime, datetime | None]]:
    """(journey_id, version, entry_id, place, state, entered_at, ended_at) of the customer's latest entry in each journey; those
    that ended because they met another one in a merge are left out."""
    return driver.execute(
        "SELECT DISTINCT ON (journey_id) journey_id, version, entry_id, place, state, entered_at, ended_at"
        " FROM journeys.entries WHERE customer_id = %s AND end_reason IS DISTINCT FROM 'merged'"
        " ORDER BY journey_id, entered_at DESC, entry_id DESC",
        (customer_id,),
    ).fetchall()


_ENTRY = """
SELECT entry_id, journey_id, version, customer_id, group_id, staff_id, state, place, entered_at, due_at, ended_at, end_reason,
    fault, fault_detail
FROM journeys.entries
"""


def select_entries(
    driver: Driver,
    journey_id: int,
    *,
    node: tuple[Sequence[int], Sequence[int]] | None,
    states: Collection[str] | None,
    customers: Collection[int] | None,
    after: int,
    size: int,
) -> list[tuple[Any, ...]]:
    """The newest first: at some places of versions, in some states, of some customers."""
    return driver.execute(
        _ENTRY  # noqa: S608  # our own words
        + """
        WHERE journey_id = %(journey_id)s AND (%(after)s = 0 OR entry_id < %(after)s)
          AND (%(states)s::text[] IS NULL OR state = ANY(%(states)s))
          AND (%(versions)s::integer[] IS NULL OR (version, place) IN (
              SELECT * FROM unnest(%(versions)s::integer[], %(places)s::smallint[])))
          AND (%(customers)s::bigint[] IS NULL OR customer_id = ANY(%(customers)s))
        ORDER BY entry_id DESC LIMIT %(size)s
        """,  # our own words
        {
            "journey_id": journey_id,
            "after": after,
            "states": sorted(states) if states is not None else None,
            "versions": list(node[0]) if node else None,
            "places": list(node[1]) if node else None,
            "customers": sorted(customers) if customers is not None else None,
            "size": size,
        },
    ).fetchall()


def find_entry(driver: Driver, journey_id: int, entry_id: int) -> tuple[Any, ...] | None:
    return driver.execute(_ENTRY + " WHERE journey_id = %s AND entry_id = %s", (journey_id, entry_id)).fetchone()


def select_named(driver: Driver, journey_id: int, entry_ids: Collection[int]) -> list[tuple[Any, ...]]:
    """Those of the entries that are the journey's."""
    return driver.execute(
        _ENTRY + " WHERE journey_id = %s AND entry_id = ANY(%s)", (journey_id, sorted(entry_ids))
    ).fetchall()


def select_passages(driver: Driver, entry_id: int) -> list[tuple[datetime, list[int]]]:
    """(when, the places come to) of each move, in order."""
    return driver.execute(
        "SELECT at, places FROM journeys.passages WHERE entry_id = %s ORDER BY n", (entry_id,)
    ).fetchall()
