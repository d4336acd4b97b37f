"""Every statement on how many are where. Rows are only added, so that nobody waits for anybody, and added up now and then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import psycopg

Driver = psycopg.Connection[Any]
Counts = Counter[tuple[int, int, int, int]]
"""{(journey_id, version, place, way): how many more}."""

_ADD_UP_AT_ONCE = 20_000


def add(driver: Driver, counts: Mapping[tuple[int, int, int, int], int]) -> None:
    rows = [(*place, amount) for place, amount in sorted(counts.items()) if amount]
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    driver.execute(
        "INSERT INTO journeys.counts (journey_id, version, place, way, amount)"
        " SELECT * FROM unnest(%s::bigint[], %s::integer[], %s::smallint[], %s::smallint[], %s::bigint[])",
        columns,
    )


def add_up(driver: Driver) -> bool:
    """Makes one row of several where there are many; whether there was anything to do."""
    row = driver.execute(
        """
        WITH crowded AS (
            SELECT journey_id, version FROM journeys.counts GROUP BY 1, 2 HAVING count(*) > 1000 LIMIT 1
        ), gone AS (
            DELETE FROM journeys.counts WHERE ctid = ANY(ARRAY(
                SELECT c.ctid FROM journeys.counts c JOIN crowded USING (journey_id, version)
                LIMIT %s FOR UPDATE OF c SKIP LOCKED
            )) RETURNING journey_id, version, place, way, amount
        ), made AS (
            INSERT INTO journeys.counts (journey_id, version, place, way, amount)
            SELECT journey_id, version, place, way, sum(amount) FROM gone GROUP BY 1, 2, 3, 4 RETURNING 1
        )
        SELECT count(*) FROM made
        """,
        (_ADD_UP_AT_ONCE,),
    ).fetchone()
    return bool(row and row[0])


def select_of_version(driver: Driver, journey_id: int, version: int) -> dict[tuple[int, int], int]:
    """{(place, way): how many}."""
    rows = driver.execute(
        "SELECT place, way, sum(amount)::bigint FROM journeys.counts WHERE journey_id = %s AND version = %s GROUP BY 1, 2",
        (journey_id, version),
    ).fetchall()
    return {(place, way): amount for place, way, amount in rows}


def select_of_journeys(driver: Driver, journey_ids: Collection[int], place: int) -> list[tuple[int, int, int]]:
    """(journey, way, how many) over all versions of what is counted of the whole journey, and of who is held, wherever it is."""
    return driver.execute(
        "SELECT journey_id, way, sum(amount)::bigint FROM journeys.counts"
        " WHERE journey_id = ANY(%s) AND (place = %s OR way = -2) GROUP BY 1, 2",
        (sorted(journey_ids), place),
    ).fetchall()
