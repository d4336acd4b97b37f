"""Every statement on targets, alert rules, what these found, and alerts that are posted. Rows in, contracts out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from siyu.domain.metrics.contracts import Alert, AlertRule, Finding, Grain, Target

Driver = psycopg.Connection[Any]

_RULE = "rule_id, metric_id, grain, trigger, threshold, is_active, created_at, dimension, member, post_url"
_ALERT = (
    "SELECT c.check_id AS alert_id, c.rule_id, r.metric_id, r.grain, c.trigger, c.threshold, c.starts_on, c.value, c.usual,"
    " c.checked_at AS alerted_at, c.acknowledged_at, c.acknowledged_by, c.dimension, c.member, p.posted_at, p.told AS post_told"
    " FROM metrics.checks c JOIN metrics.rules r USING (rule_id) LEFT JOIN metrics.posts p USING (check_id) WHERE c.is_alert"
)


def targets_of(driver: Driver, metric_ids: Collection[int], dimension: str) -> list[Target]:
    """By metric, grain, member and day."""
    rows = driver.execute(
        "SELECT metric_id, grain, starts_on, value, dimension, member FROM metrics.targets"
        " WHERE metric_id = ANY(%s) AND dimension = %s ORDER BY 1, 2, 6, 3",
        (sorted(metric_ids), dimension),
    )
    return [Target(*row) for row in rows]


def replace_targets(driver: Driver, metric_id: int, grain: Grain, targets: Mapping[date, float]) -> None:
    """Those of all together."""
    driver.execute(
        "DELETE FROM metrics.targets WHERE metric_id = %s AND grain = %s AND dimension = ''", (metric_id, grain)
    )
    driver.execute(
        "INSERT INTO metrics.targets (metric_id, grain, starts_on, value)"
        " SELECT %s, %s, * FROM unnest(%s::date[], %s::float8[])",
        (metric_id, grain, list(targets), list(targets.values())),
    )


def put_target(driver: Driver, target: Target) -> None:
    driver.execute(
        "INSERT INTO metrics.targets (metric_id, grain, starts_on, value, dimension, member) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (metric_id, grain, dimension, member, starts_on) DO UPDATE SET value = excluded.value",
        (target.metric_id, target.grain, target.starts_on, target.value, target.dimension, target.member),
    )


def delete_target(driver: Driver, metric_id: int, grain: Grain, starts_on: date, dimension: str, member: str) -> None:
    driver.execute(
        "DELETE FROM metrics.targets WHERE metric_id = %s AND grain = %s AND starts_on = %s AND dimension = %s AND member = %s",
        (metric_id, grain, starts_on, dimension, member),
    )


def count_targets(driver: Driver, metric_id: int, dimension: str) -> int:
    row = driver.execute(
        "SELECT count(*) FROM metrics.targets WHERE metric_id = %s AND dimension = %s", (metric_id, dimension)
    ).fetchone()
    return row[0] if row else 0


def insert_rule(driver: Driver, values: Sequence[object]) -> AlertRule:
    row = driver.execute(
        "INSERT INTO metrics.rules (metric_id, grain, trigger, threshold, created_at, dimension, member, post_url)"  # noqa: S608  # our own words
        f" VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING {_RULE}".encode(),
        values,
    ).fetchone()
    return AlertRule(*row) if row else _no_row()


def update_rule(driver: Driver, rule_id: int, values: Sequence[object]) -> AlertRule | None:
    row = driver.execute(
        "UPDATE metrics.rules SET trigger = %s, threshold = %s, is_active = %s, post_url = %s WHERE rule_id = %s"  # noqa: S608  # our own words
        f" RETURNING {_RULE}".encode(),
        (*values, rule_id),
    ).fetchone()
    return AlertRule(*row) if row else None


def delete_rule(driver: Driver, rule_id: int) -> bool:
    return driver.execute("DELETE FROM metrics.rules WHERE rule_id = %s", (rule_id,)).rowcount > 0


def select_rules(driver: Driver, metric_id: int | None = None, dimension: str | None = None) -> list[AlertRule]:
    """All rules, or those of a metric or a dimension, the oldest first."""
    rows = driver.execute(
        f"SELECT {_RULE} FROM metrics.rules WHERE (%(id)s::bigint IS NULL OR metric_id = %(id)s)"  # noqa: S608  # our own words
        " AND (%(dimension)s::text IS NULL OR dimension = %(dimension)s) ORDER BY rule_id".encode(),
        {"id": metric_id, "dimension": dimension},
    )
    return [AlertRule(*row) for row in rows]


def count_rules(driver: Driver) -> int:
    row = driver.execute("SELECT count(*) FROM metrics.rules").fetchone()
    return row[0] if row else 0


def last_checks(driver: Driver) -> dict[int, date]:
    """For each rule that was ever held against a period: the last one."""
    rows = driver.execute("SELECT rule_id, max(starts_on) FROM metrics.checks GROUP BY rule_id")
    return {row[0]: row[1] for row in rows}


def insert_check(driver: Driver, rule: AlertRule, starts_on: date, found: Finding, now: datetime) -> int | None:
    """What the rule found of the period, or of a member in it; None where it was held against it before."""
    row = driver.execute(
        "INSERT INTO metrics.checks (rule_id, starts_on, value, usual, is_alert, trigger, threshold, checked_at, dimension,"
        " member) SELECT rule_id, %s, %s, %s, %s, %s, %s, %s, %s, %s FROM metrics.rules WHERE rule_id = %s"
        " ON CONFLICT (rule_id, starts_on, member) DO NOTHING RETURNING check_id",
        (
            starts_on,
            found.value,
            found.usual,
            found.is_alert,
            rule.trigger,
            rule.threshold,
            now,
            rule.dimension,
            found.member,
            rule.rule_id,
        ),
    ).fetchone()
    return row[0] if row else None


def select_alerts(driver: Driver, size: int, before: int | None, *, is_open: bool) -> list[Alert]:
    """The newest first; with `is_open` those that nobody has acknowledged."""
    with driver.cursor(row_factory=class_row(Alert)) as cursor:
        cursor.execute(
            f"{_ALERT} AND (%s::bigint IS NULL OR c.check_id < %s) AND (NOT %s OR c.acknowledged_at IS NULL)"
            " ORDER BY c.check_id DESC LIMIT %s".encode(),
            (before, before, is_open, size),
        )
        return cursor.fetchall()


def acknowledge(driver: Driver, alert_id: int, by: str, now: datetime) -> bool:
    """Once; False where somebody did so before, or there is no such alert."""
    return (
        driver.execute(
            "UPDATE metrics.checks SET acknowledged_at = %s, acknowledged_by = %s"
            " WHERE check_id = %s AND is_alert AND acknowledged_at IS NULL",
            (now, by, alert_id),
        ).rowcount
        > 0
    )


def find_alert(driver: Driver, alert_id: int) -> Alert | None:
    with driver.cursor(row_factory=class_row(Alert)) as cursor:
        cursor.execute(f"{_ALERT} AND c.check_id = %s".encode(), (alert_id,))
        return cursor.fetchone()


# --- posts


def insert_post(driver: Driver, check_id: int, url: str, now: datetime) -> None:
    driver.execute("INSERT INTO metrics.posts (check_id, url, next_at) VALUES (%s, %s, %s)", (check_id, url, now))


def claim_posts(driver: Driver, now: datetime, until: datetime, size: int) -> list[tuple[int, str, int]]:
    """Alert, address and attempt of those whose time has come; nobody else takes them before `until`."""
    rows = driver.execute(
        "UPDATE metrics.posts SET attempts = attempts + 1, next_at = %s WHERE check_id IN (SELECT check_id FROM metrics.posts"
        " WHERE next_at <= %s ORDER BY next_at, check_id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING check_id, url, attempts",
        (until, now, size),
    )
    return sorted((row[0], row[1], row[2]) for row in rows)


def set_posted(
    driver: Driver, check_id: int, *, posted_at: datetime | None, next_at: datetime | None, told: str
) -> None:
    driver.execute(
        "UPDATE metrics.posts SET posted_at = %s, next_at = %s, told = %s WHERE check_id = %s",
        (posted_at, next_at, told, check_id),
    )


def _no_row() -> AlertRule:
    raise RuntimeError("an inserted row was not returned")
