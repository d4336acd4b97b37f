"""Every statement on the book of SQL that was run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

Driver = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class StatementRun:
    """SQL that somebody ran: `rows` that came, or the code of the `fault`; neither while it runs, or where nobody waited for it."""

    run_id: int
    asked_by: str
    text: str
    asked_at: datetime
    ended_at: datetime | None
    rows: int | None
    fault: str


def insert_run(driver: Driver, asked_by: str, text: str, now: datetime) -> int:
    row = driver.execute(
        "INSERT INTO metrics.statement_runs (asked_by, text, asked_at) VALUES (%s, %s, %s) RETURNING run_id",
        (asked_by, text, now),
    ).fetchone()
    if row is None:
        raise RuntimeError("an INSERT with RETURNING gives a row")
    return int(row[0])


def end_run(driver: Driver, run_id: int, rows: int | None, fault: str, now: datetime) -> None:
    driver.execute(
        "UPDATE metrics.statement_runs SET rows = %s, fault = %s, ended_at = %s WHERE run_id = %s",
        (rows, fault, now, run_id),
    )


def forget_runs(driver: Driver, before: datetime, size: int) -> int:
    return driver.execute(
        "DELETE FROM metrics.statement_runs WHERE run_id IN"
        " (SELECT run_id FROM metrics.statement_runs WHERE asked_at < %s ORDER BY run_id LIMIT %s)",
        (before, size),
    ).rowcount


def select_runs(driver: Driver, size: int, before: int | None, asked_by: str | None) -> list[StatementRun]:
    rows = driver.execute(
        "SELECT run_id, asked_by, text, asked_at, ended_at, rows, fault FROM metrics.statement_runs"
        " WHERE (%(before)s::bigint IS NULL OR run_id < %(before)s) AND (%(own)s::text IS NULL OR asked_by = %(own)s)"
        " ORDER BY run_id DESC LIMIT %(size)s",
        {"before": before, "own": asked_by, "size": size},
    ).fetchall()
    return [StatementRun(*row) for row in rows]
