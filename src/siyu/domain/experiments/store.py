"""Every statement of room `experiments`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import psycopg

from siyu.domain.experiments.contracts import Decision


def arms_of(driver: psycopg.Connection, experiment_id: int, profile_ids: Collection[int]) -> dict[int, str]:
    """{profile_id: arm} of those that have one."""
    rows = driver.execute(
        "SELECT profile_id, arm FROM experiments.assignments WHERE experiment_id = %s AND profile_id = ANY(%s)"
        " ORDER BY assigned_at, profile_id",
        [experiment_id, sorted(profile_ids)],
    )
    return {row[0]: row[1] for row in rows.fetchall()}


def insert_arms(
    driver: psycopg.Connection, experiment_id: int, arms: Mapping[int, str], now: datetime
) -> dict[int, str]:
    """Gives each profile its arm unless it has one; those that were given now."""
    rows = driver.execute(
        "INSERT INTO experiments.assignments (experiment_id, profile_id, arm, assigned_at)"
        " SELECT %s, profile_id, arm, %s FROM unnest(%s::bigint[], %s::text[]) AS new(profile_id, arm)"
        " ON CONFLICT DO NOTHING RETURNING profile_id, arm",
        [experiment_id, now, list(arms), list(arms.values())],
    )
    return {row[0]: row[1] for row in rows.fetchall()}


def select_of(driver: psycopg.Connection, profile_ids: Collection[int]) -> list[tuple[int, str, datetime]]:
    """(experiment_id, arm, assigned_at) of all that the profiles were given, the oldest first."""
    rows = driver.execute(
        "SELECT experiment_id, arm, assigned_at FROM experiments.assignments WHERE profile_id = ANY(%s)"
        " ORDER BY assigned_at, experiment_id",
        [sorted(profile_ids)],
    )
    return [(row[0], row[1], row[2]) for row in rows.fetchall()]


def delete_of(driver: psycopg.Connection, profile_ids: Collection[int]) -> dict[int, int]:
    """Forgets what the profiles were given; how many rows of each."""
    rows = driver.execute(
        "WITH gone AS (DELETE FROM experiments.assignments WHERE profile_id = ANY(%s) RETURNING profile_id)"
        " SELECT profile_id, count(*) FROM gone GROUP BY profile_id",
        [sorted(profile_ids)],
    )
    return {row[0]: row[1] for row in rows.fetchall()}


def is_begun(driver: psycopg.Connection, experiment_id: int) -> bool:
    """Whether anybody was given an arm."""
    found = driver.execute("SELECT 1 FROM experiments.assignments WHERE experiment_id = %s LIMIT 1", [experiment_id])
    return found.fetchone() is not None


def insert_decision(
    driver: psycopg.Connection,
    experiment_id: int,
    arm: str | None,
    note: str,
    decided_by: str,
    now: datetime,
    *,
    is_in_force: bool,
) -> Decision:
    """One more decision."""
    row = driver.execute(
        "INSERT INTO experiments.decisions (experiment_id, arm, note, decided_by, decided_at, is_in_force)"
        " VALUES (%s, %s, %s, %s, %s, %s) RETURNING decision_id",
        [experiment_id, arm, note, decided_by, now, is_in_force],
    ).fetchone()
    if row is None:
        raise LookupError("nothing was inserted")
    return Decision(row[0], experiment_id, arm, note, decided_by, now, is_in_force)


def select_decisions(driver: psycopg.Connection, experiment_id: int) -> list[Decision]:
    """What was decided, the latest first."""
    rows = driver.execute(
        "SELECT decision_id, experiment_id, arm, note, decided_by, decided_at, is_in_force FROM experiments.decisions"
        " WHERE experiment_id = %s ORDER BY decision_id DESC",
        [experiment_id],
    )
    return [Decision(*row) for row in rows.fetchall()]


def withdraw_arm(driver: psycopg.Connection, experiment_id: int) -> None:
    """No arm is in force any more."""
    driver.execute(
        "UPDATE experiments.decisions SET is_in_force = false WHERE experiment_id = %s AND is_in_force", [experiment_id]
    )


def find_in_force(driver: psycopg.Connection, experiment_id: int) -> str | None:
    """The arm that the latest decision puts in force; None where it puts none."""
    row = driver.execute(
        "SELECT arm, is_in_force FROM experiments.decisions WHERE experiment_id = %s ORDER BY decision_id DESC LIMIT 1",
        [experiment_id],
    ).fetchone()
    return row[0] if row and row[1] else None
