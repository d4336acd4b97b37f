"""Every statement on keys, the north star, targets, rules and what they found. Rows in, contracts out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import psycopg

from siyu.domain.metrics.contracts import Alert, AlertRule, Grain, NorthStar, Target

Driver = psycopg.Connection[Any]

_RULE = "rule_id, metric_id, grain, trigger, threshold, is_active, created_at"
_INSERT_RULE = (
    "INSERT INTO metrics.rules (metric_id, grain, trigger, threshold, created_at) VALUES (%s, %s, %s, %s, %s)"
    " RETURNING rule_id, metric_id, grain, trigger, threshold, is_active, created_at"
)
_UPDATE_RULE = (
    "UPDATE metrics.rules SET trigger = %s, threshold = %s, is_active = %s WHERE rule_id = %s"
    " RETURNING rule_id, metric_id, grain, trigger, threshold, is_active, created_at"
)
_ALERT = (
    "SELECT c.check_id, c.rule_id, r.metric_id, r.grain, c.trigger, c.threshold, c.starts_on, c.value, c.usual, c.checked_at,"
    " c.acknowledged_at, c.acknowledged_by FROM metrics.checks c JOIN metrics.rules r USING (rule_id) WHERE c.is_alert"
)


def lock_keys(driver: Driver) -> None:
    """One who makes or publishes metrics at a time, until the commit: what they refer to stays what it is."""
    driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('metrics.keys', 0))")


def ids_of_keys(driver: Driver, keys: Collection[str]) -> dict[str, int]:
    rows = driver.execute("SELECT key, metric_id FROM metrics.keys WHERE key = ANY(%s)", (sorted(keys),))
    return {row[0]: row[1] for row in rows}


def insert_key(driver: Driver, key: str, metric_id: int) -> None:
    driver.execute("INSERT INTO metrics.keys (key, metric_id) VALUES (%s, %s)", (key, metric_id))


def delete_metric(driver: Driver, metric_id: int) -> None:
    """All that hangs on a metric."""
    for table in ("keys", "north_star", "targets", "rules"):
        driver.execute(f"DELETE FROM metrics.{table} WHERE metric_id = %s".encode(), (metric_id,))  # noqa: S608  # our own words


def find_north_star(driver: Driver) -> NorthStar | None:
    row = driver.execute("SELECT metric_id, grain FROM metrics.north_star").fetchone()
    return NorthStar(*row) if row else None


def set_north_star(driver: Driver, star: NorthStar | None) -> None:
    driver.execute("DELETE FROM metrics.north_star")
    if star is not None:
        driver.execute(
            "INSERT INTO metrics.north_star (metric_id, grain) VALUES (%s, %s)", (star.metric_id, star.grain)
        )


def targets_of(driver: Driver, metric_ids: Collection[int]) -> list[Target]:
    """By metric, grain and day."""
    rows = driver.execute(
        "SELECT metric_id, grain, starts_on, value FROM metrics.targets WHERE metric_id = ANY(%s) ORDER BY 1, 2, 3",
        (sorted(metric_ids),),
    )
    return [Target(*row) for row in rows]


def replace_targets(driver: Driver, metric_id: int, grain: Grain, targets: Mapping[date, float]) -> None:
    driver.execute("DELETE FROM metrics.targets WHERE metric_id = %s AND grain = %s", (metric_id, grain))
    driver.execute(
        "INSERT INTO metrics.targets (metric_id, grain, starts_on, value)"
        " SELECT %s, %s, * FROM unnest(%s::date[], %s::float8[])",
        (metric_id, grain, list(targets), list(targets.values())),
    )


def insert_rule(driver: Driver, values: Sequence[object]) -> AlertRule:
    row = driver.execute(_INSERT_RULE, values).fetchone()
    return AlertRule(*row) if row else _no_row()


def update_rule(driver: Driver, rule_id: int, values: Sequence[object]) -> AlertRule | None:
    row = driver.execute(_UPDATE_RULE, (*values, rule_id)).fetchone()
    return AlertRule(*row) if row else None


def delete_rule(driver: Driver, rule_id: int) -> bool:
    return driver.execute("DELETE FROM metrics.rules WHERE rule_id = %s", (rule_id,)).rowcount > 0


def select_rules(driver: Driver, metric_id: int | None = None) -> list[AlertRule]:
    """All rules, or those of a metric, the oldest first."""
    rows = driver.execute(
        f"SELECT {_RULE} FROM metrics.rules WHERE %(id)s::bigint IS NULL OR metric_id = %(id)s ORDER BY rule_id".encode(),  # noqa: S608  # our own words
        {"id": metric_id},
    )
    return [AlertRule(*row) for row in rows]


def count_rules(driver: Driver) -> int:
    row = driver.execute("SELECT count(*) FROM metrics.rules").fetchone()
    return row[0] if row else 0


def last_checks(driver: Driver) -> dict[int, date]:
    """For each rule that was ever held against a period: the last one."""
    rows = driver.execute("SELECT rule_id, max(starts_on) FROM metrics.checks GROUP BY rule_id")
    return {row[0]: row[1] for row in rows}


def insert_check(
    driver: Driver, rule: AlertRule, starts_on: date, found: tuple[float | None, float | None, bool], now: datetime
) -> int | None:
    """What the rule found of the period; None where it was held against it before."""
    row = driver.execute(
        "INSERT INTO metrics.checks (rule_id, starts_on, value, usual, is_alert, trigger, threshold, checked_at)"
        " SELECT rule_id, %s, %s, %s, %s, %s, %s, %s FROM metrics.rules WHERE rule_id = %s"
        " ON CONFLICT (rule_id, starts_on) DO NOTHING RETURNING check_id",
        (starts_on, *found, rule.trigger, rule.threshold, now, rule.rule_id),
    ).fetchone()
    return row[0] if row else None


def select_alerts(driver: Driver, size: int, before: int | None, *, is_open: bool) -> list[Alert]:
    """The newest first; with `is_open` those that nobody has acknowledged."""
    rows = driver.execute(
        f"{_ALERT} AND (%s::bigint IS NULL OR c.check_id < %s) AND (NOT %s OR c.acknowledged_at IS NULL)"
        " ORDER BY c.check_id DESC LIMIT %s".encode(),
        (before, before, is_open, size),
    )
    return [Alert(*row) for row in rows]


def acknowledge(driver: Driver, alert_id: int, by: str, now: datetime) -> Alert | None:
    """Once; who did it first stays who did it."""
    driver.execute(
        "UPDATE metrics.checks SET acknowledged_at = %s, acknowledged_by = %s"
        " WHERE check_id = %s AND is_alert AND acknowledged_at IS NULL",
        (now, by, alert_id),
    )
    row = driver.execute(f"{_ALERT} AND c.check_id = %s".encode(), (alert_id,)).fetchone()
    return Alert(*row) if row else None


def _no_row() -> AlertRule:
    raise RuntimeError("an inserted row was not returned")
