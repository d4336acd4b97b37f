"""Every statement on costs. Rows in, contracts out. What was withdrawn is kept, and counts for nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from siyu.domain.metrics.costs_contracts import Cost, CostFilter, CostImport, CostPart, NewCost, Spent

Driver = psycopg.Connection[Any]

PARTS_MAX = 20

_COLUMNS = (
    "cost_id, source, row_key AS key, spent_on, amount_fen, channel, campaign, content, note, import_id, corrects_id,"
    " recorded_at, recorded_by"
)
_THOSE = (
    "withdrawn_at IS NULL AND (%(since_on)s::date IS NULL OR spent_on >= %(since_on)s)"
    " AND (%(until_on)s::date IS NULL OR spent_on <= %(until_on)s)"
    " AND (%(channel)s::text IS NULL OR channel = %(channel)s)"
    " AND (%(campaign)s::text IS NULL OR campaign = %(campaign)s)"
    " AND (%(content)s::text IS NULL OR content = %(content)s)"
    " AND (%(import_id)s::bigint IS NULL OR import_id = %(import_id)s)"
)


def lock_costs(driver: Driver) -> None:
    """One who writes costs at a time, until the commit."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('metrics.costs', 0))")


def costs_of_keys(driver: Driver, source: str, keys: Collection[str]) -> dict[str, Cost]:
    """By their keys, those that count."""
    with driver.cursor(row_factory=class_row(Cost)) as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM metrics.costs WHERE source = %s AND row_key = ANY(%s) AND withdrawn_at IS NULL".encode(),  # noqa: S608  # our own words
            (source, sorted(keys)),
        )
        return {each.key: each for each in cursor.fetchall()}


def find_cost(driver: Driver, cost_id: int) -> Cost | None:
    with driver.cursor(row_factory=class_row(Cost)) as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM metrics.costs WHERE cost_id = %s AND withdrawn_at IS NULL".encode(),  # noqa: S608  # our own words
            (cost_id,),
        )
        return cursor.fetchone()


def insert_costs(
    driver: Driver,
    source: str,
    costs: Sequence[tuple[NewCost, int | None]],
    *,
    import_id: int | None,
    by: str,
    now: datetime,
) -> None:
    """Each with the line whose place it takes."""
    driver.execute(
        """
        INSERT INTO metrics.costs (source, row_key, spent_on, amount_fen, channel, campaign, content, note, corrects_id,
                                   import_id, recorded_at, recorded_by)
        SELECT %s, told.*, %s::bigint, %s::timestamptz, %s::text
        FROM unnest(%s::text[], %s::date[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[]) AS told
        """,
        (
            source,
            import_id,
            now,
            by,
            [each.key for each, _ in costs],
            [each.spent_on for each, _ in costs],
            [each.amount_fen for each, _ in costs],
            [each.channel for each, _ in costs],
            [each.campaign for each, _ in costs],
            [each.content for each, _ in costs],
            [each.note for each, _ in costs],
            [corrects_id for _, corrects_id in costs],
        ),
    )


def withdraw(driver: Driver, cost_ids: Collection[int], now: datetime) -> int:
    return driver.execute(
        "UPDATE metrics.costs SET withdrawn_at = %s WHERE cost_id = ANY(%s) AND withdrawn_at IS NULL",
        (now, sorted(cost_ids)),
    ).rowcount


def withdraw_import(driver: Driver, import_id: int, now: datetime) -> int:
    return driver.execute(
        "UPDATE metrics.costs SET withdrawn_at = %s WHERE import_id = %s AND withdrawn_at IS NULL", (now, import_id)
    ).rowcount


def select_costs(driver: Driver, which: CostFilter, size: int, after: tuple[date, int] | None) -> list[Cost]:
    """Those of the latest days first."""
    with driver.cursor(row_factory=class_row(Cost)) as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM metrics.costs WHERE {_THOSE}"  # noqa: S608  # our own words
            " AND (%(day)s::date IS NULL OR (spent_on, cost_id) < (%(day)s, %(id)s::bigint))"
            " ORDER BY spent_on DESC, cost_id DESC LIMIT %(size)s".encode(),
            {**_bound(which), "size": size, "day": after[0] if after else None, "id": after[1] if after else None},
        )
        return cursor.fetchall()


def total(driver: Driver, which: CostFilter) -> tuple[int, int]:
    """How many lines, and what they come to."""
    row = driver.execute(
        f"SELECT count(*), coalesce(sum(amount_fen), 0)::bigint FROM metrics.costs WHERE {_THOSE}".encode(),  # noqa: S608  # our own words
        _bound(which),
    ).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def parts(driver: Driver, which: CostFilter, field: str) -> list[CostPart]:
    """By what stands in one of COST_FIELDS, those that cost most first."""
    rows = driver.execute(
        f"SELECT {field}, count(*), sum(amount_fen)::bigint FROM metrics.costs WHERE {_THOSE}"  # noqa: S608  # our own words
        f" GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT {PARTS_MAX}".encode(),
        _bound(which),
    )
    return [CostPart(*row) for row in rows]


def spent_between(driver: Driver, since_on: date, until_on: date) -> list[Spent]:
    """By day and words, both days included."""
    rows = driver.execute(
        "SELECT spent_on, channel, campaign, content, sum(amount_fen)::bigint FROM metrics.costs"
        " WHERE withdrawn_at IS NULL AND spent_on BETWEEN %s AND %s GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        (since_on, until_on),
    )
    return [Spent(*row) for row in rows]


def imports_that_count(driver: Driver, size: int) -> list[CostImport]:
    """The newest first."""
    rows = driver.execute(
        "SELECT import_id, min(source), count(*), sum(amount_fen)::bigint, min(spent_on), max(spent_on) FROM metrics.costs"
        " WHERE import_id IS NOT NULL AND withdrawn_at IS NULL GROUP BY 1 ORDER BY 1 DESC LIMIT %s",
        (size,),
    )
    return [CostImport(*row) for row in rows]


def _bound(which: CostFilter) -> dict[str, object]:
    return {
        "since_on": which.since_on,
        "until_on": which.until_on,
        "channel": which.channel,
        "campaign": which.campaign,
        "content": which.content,
        "import_id": which.import_id,
    }
