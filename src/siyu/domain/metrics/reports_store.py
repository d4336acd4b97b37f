"""Every statement on runs of reports and their deliveries. Rows in, contracts out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import psycopg

Driver = psycopg.Connection[Any]
DeliveryState = Literal["waiting", "sending", "sent", "failed", "unknown"]
SENDING_MAX = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What becomes of a report for one receiver. `unknown`: whoever sent it died on the way, and it is not sent again, for it may
    have arrived."""

    run_id: int
    report_id: int
    staff_id: int
    due_at: datetime
    state: DeliveryState
    attempts: int
    ended_at: datetime | None
    fault: str


_ONE_DELIVERY = (
    "SELECT r.run_id, r.report_id, d.staff_id, r.due_at, d.state, d.attempts, d.ended_at, d.fault"
    " FROM metrics.report_deliveries d JOIN metrics.report_runs r USING (run_id) WHERE d.run_id = %s AND d.staff_id = %s"
)
_LAST_DELIVERIES = (
    "SELECT r.run_id, r.report_id, d.staff_id, r.due_at, d.state, d.attempts, d.ended_at, d.fault"
    " FROM metrics.report_deliveries d JOIN metrics.report_runs r USING (run_id)"
    " WHERE r.run_id IN (SELECT run_id FROM metrics.report_runs WHERE report_id = %s ORDER BY run_id DESC LIMIT %s)"
    " ORDER BY r.run_id DESC, d.staff_id"
)


def insert_run(
    driver: Driver, report_id: int, due_at: datetime, asked_by: str, to: Collection[int], now: datetime
) -> int | None:
    """Notes that a report is to go out; None where it was noted before."""
    row = driver.execute(
        "INSERT INTO metrics.report_runs (report_id, due_at, asked_by, began_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (report_id, due_at, asked_by) DO NOTHING RETURNING run_id",
        (report_id, due_at, asked_by, now),
    ).fetchone()
    if row is None:
        return None
    driver.execute(
        "INSERT INTO metrics.report_deliveries (run_id, staff_id, next_at) SELECT %s, unnest(%s::bigint[]), %s",
        (row[0], sorted(to), now),
    )
    return int(row[0])


def give_up_lost(driver: Driver, now: datetime) -> int:
    """What has been on its way for long has lost whoever sent it."""
    return driver.execute(
        "UPDATE metrics.report_deliveries SET state = 'unknown', fault = 'lost', ended_at = %s"
        " WHERE state = 'sending' AND next_at < %s",
        (now, now - SENDING_MAX),
    ).rowcount


def claim(driver: Driver, now: datetime) -> Delivery | None:
    """Takes one that waits: from the commit on it is on its way, and nobody else takes it."""
    row = driver.execute(
        """
        UPDATE metrics.report_deliveries SET state = 'sending', attempts = attempts + 1, next_at = %(now)s
        WHERE (run_id, staff_id) = (SELECT run_id, staff_id FROM metrics.report_deliveries
                                    WHERE state = 'waiting' AND next_at <= %(now)s ORDER BY next_at, run_id, staff_id
                                    LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING run_id, staff_id
        """,
        {"now": now},
    ).fetchone()
    if row is None:
        return None
    found = driver.execute(_ONE_DELIVERY, row).fetchone()
    return Delivery(*found) if found else None


def end(
    driver: Driver, delivery: Delivery, state: DeliveryState, fault: str, now: datetime, again_at: datetime
) -> None:
    """What came of it; one that `waits` again does so until `again_at`."""
    driver.execute(
        "UPDATE metrics.report_deliveries SET state = %s, fault = %s, next_at = %s, ended_at = %s"
        " WHERE run_id = %s AND staff_id = %s AND state = 'sending'",
        (state, fault, again_at, None if state == "waiting" else now, delivery.run_id, delivery.staff_id),
    )


def deliveries_of(driver: Driver, report_id: int, runs: int) -> list[Delivery]:
    """What became of the last runs, the newest first."""
    rows = driver.execute(
        _LAST_DELIVERIES,
        (report_id, runs),
    ).fetchall()
    return [Delivery(*row) for row in rows]


def last_runs(driver: Driver, report_ids: Collection[int]) -> Mapping[int, tuple[datetime, Mapping[str, int]]]:
    """When each report went out last, and how many of its deliveries stand how."""
    rows = driver.execute(
        """
        SELECT r.report_id, r.due_at, d.state, count(*) FROM metrics.report_runs r
        JOIN metrics.report_deliveries d USING (run_id)
        WHERE r.run_id IN (SELECT max(run_id) FROM metrics.report_runs WHERE report_id = ANY(%s) GROUP BY report_id)
        GROUP BY 1, 2, 3
        """,
        (list(report_ids),),
    ).fetchall()
    found: dict[int, tuple[datetime, dict[str, int]]] = {}
    for report_id, due_at, state, count in rows:
        found.setdefault(report_id, (due_at, {}))[1][state] = count
    return found


def delete_report(driver: Driver, report_id: int) -> None:
    """All runs of a report."""
    driver.execute("DELETE FROM metrics.report_runs WHERE report_id = %s", (report_id,))
