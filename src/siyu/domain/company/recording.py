"""The audit, and what of it and of log-ins is too old. Part of `service`."""

from __future__ import annotations

from datetime import datetime

from siyu.domain.company import retention_store, rules, store
from siyu.domain.company.contracts import ALL_LINES, AuditFilter, AuditRow
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork


def list_audit(reading: Reading, actor: Actor, page: PageRequest, wanted: AuditFilter = ALL_LINES) -> Page[AuditRow]:
    """Who did what, the newest first; for a limited scope what was done by those in it."""
    actor.require("audit.read")
    rows = store.select_audit(reading.connection, actor.scope, wanted, page.size + 1, rules.place_of(page))
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows=[row for _, row in rows], next_after=str(rows[-1][0]) if more else None)


def shorten_audit(work: UnitOfWork, actor: Actor, before: datetime, size: int) -> int:
    """Takes the oldest lines of the audit away; gives how many. Never those of the last half year."""
    actor.require("privacy.run")
    return retention_store.shorten_audit(work.driver, before, size)


def forget_log_ins(work: UnitOfWork, actor: Actor, before: datetime) -> int:
    """Takes away what is left of log-ins from before; gives how many rows."""
    actor.require("privacy.run")
    return retention_store.forget_log_ins(work.driver, before, work.clock.now())


def count_old_records(
    reading: Reading, actor: Actor, audit_before: datetime, log_ins_before: datetime
) -> tuple[int, int]:
    """(lines of the audit, counters and sessions of log-ins) from before."""
    actor.require("privacy.run")
    return retention_store.count_old(reading.driver, audit_before, log_ins_before)
