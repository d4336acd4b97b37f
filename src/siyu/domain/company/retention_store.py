"""Statements that take away what of the company's records is too old."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

Driver = psycopg.Connection[Any]


def shorten_audit(driver: Driver, before: datetime, size: int) -> int:
    """Takes the oldest lines away, at most `size`; the database itself refuses those of the last half year."""
    driver.execute("SET LOCAL siyu.shortens_audit = 'yes'")
    gone = driver.execute(
        "DELETE FROM company.audit WHERE audit_id IN ("
        " SELECT audit_id FROM company.audit WHERE at < least(%s, clock_timestamp() - interval '180 days')"
        " ORDER BY audit_id LIMIT %s)",
        (before, size),
    ).rowcount
    driver.execute("SET LOCAL siyu.shortens_audit = 'no'")
    return gone


def forget_log_ins(driver: Driver, before: datetime, now: datetime) -> int:
    """Takes away counters of failed log-ins older than `before`, and sessions that have ended."""
    failures = driver.execute("DELETE FROM company.attempts WHERE failed_at < %s", (before,)).rowcount
    ended = driver.execute("DELETE FROM company.sessions WHERE expires_at < %s", (min(before, now),)).rowcount
    return failures + ended


def count_old(driver: Driver, audit_before: datetime, log_ins_before: datetime) -> tuple[int, int]:
    """(lines of the audit, counters and sessions) that are older."""
    row = driver.execute(
        "SELECT (SELECT count(*) FROM company.audit WHERE at < %(audit)s),"
        " (SELECT count(*) FROM company.attempts WHERE failed_at < %(log_ins)s)"
        " + (SELECT count(*) FROM company.sessions WHERE expires_at < %(log_ins)s)",
        {"audit": audit_before, "log_ins": log_ins_before},
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)
