"""Every statement on who is trained on a version of a journey."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import psycopg

from siyu.domain.journeys.improving_contracts import TrainedVersion, Training


def insert_asked(
    driver: psycopg.Connection, journey_id: int, version: int, staff_ids: Collection[int], now: datetime
) -> int:
    """Asks those who are not asked yet; gives how many these are."""
    return driver.execute(
        "INSERT INTO journeys.trainings (journey_id, version, staff_id, asked_at)"
        " SELECT %s, %s, staff_id, %s FROM unnest(%s::bigint[]) AS staff_id ON CONFLICT DO NOTHING",
        (journey_id, version, now, sorted(staff_ids)),
    ).rowcount


def delete_asked(driver: psycopg.Connection, journey_id: int, version: int, staff_id: int) -> None:
    driver.execute(
        "DELETE FROM journeys.trainings WHERE (journey_id, version, staff_id) = (%s, %s, %s)",
        (journey_id, version, staff_id),
    )


def save_trained(
    driver: psycopg.Connection,
    journey_id: int,
    version: int,
    staff_ids: Collection[int],
    trained_at: datetime | None,
    trained_by: str | None,
) -> list[int]:
    """Those who were asked, and now are marked (not marked any more where `trained_at` is None)."""
    rows = driver.execute(
        "UPDATE journeys.trainings SET trained_at = %s, trained_by = %s"
        " WHERE journey_id = %s AND version = %s AND staff_id = ANY(%s) AND (trained_at IS NULL) = %s RETURNING staff_id",
        (trained_at, trained_by, journey_id, version, sorted(staff_ids), trained_at is not None),
    ).fetchall()
    return sorted(row[0] for row in rows)


def select_ever_asked(driver: psycopg.Connection, journey_id: int) -> list[int]:
    """Everybody who was to know any version."""
    rows = driver.execute(
        "SELECT DISTINCT staff_id FROM journeys.trainings WHERE journey_id = %s ORDER BY 1", (journey_id,)
    ).fetchall()
    return [row[0] for row in rows]


def select_trainings(driver: psycopg.Connection, journey_id: int, version: int) -> list[Training]:
    """Those who are to know a version."""
    rows = driver.execute(
        "SELECT staff_id, version, asked_at, trained_at, trained_by FROM journeys.trainings"
        " WHERE (journey_id, version) = (%s, %s) ORDER BY staff_id",
        (journey_id, version),
    ).fetchall()
    return [Training(*row) for row in rows]


def count_versions(driver: psycopg.Connection, journey_id: int) -> list[TrainedVersion]:
    """The newest version first."""
    rows = driver.execute(
        "SELECT version, count(*), count(trained_at) FROM journeys.trainings WHERE journey_id = %s"
        " GROUP BY version ORDER BY version DESC",
        (journey_id,),
    ).fetchall()
    return [TrainedVersion(*row) for row in rows]
