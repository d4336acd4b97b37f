"""Keeps the rules of retention: once a day what is too old is removed, in small steps that can be cut off at any point.

Silent visitors become husks, as in an erasure but without a request: their orders and events still count. What was told in free
text long ago is stripped from events, by whole months, and the columns are then made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from siyu.domain.company import service as company
from siyu.domain.customers import reading as customers
from siyu.domain.customers import service as customers_service
from siyu.domain.entries import service as entries
from siyu.domain.metrics import service as metrics
from siyu.domain.privacy import reading as privacy_reading
from siyu.domain.privacy import service as privacy_room
from siyu.domain.service import service
from siyu.engines.privacy.contracts import ACTOR, EXPORTS_FOLDER, IMPORTS_FOLDER, Privacy
from siyu.engines.privacy.erasing import forget_known, strip_events
from siyu.engines.privacy.history import lock_batches, save_properties
from siyu.engines.privacy.journal import append_journal
from siyu.engines.privacy.stripping import stripped
from siyu.kernel.actors import Actor
from siyu.kernel.clock import EPOCH
from siyu.platform.inbox.message_ids import forget_message_ids, forgettable_before
from siyu.platform.inbox.quarantine import forget_quarantined
from siyu.platform.postgres.database import Reading

ROWS_AT_ONCE = 5_000
VISITORS_AT_ONCE = 500
VISITORS_A_DAY = 5_000
"""More than that fall silent in no day; after an import of old ones it takes some days."""
BATCHES_AT_ONCE = 100
STRIPPED_TO = "event_texts"
REWRITTEN_AT = "husks_in_columns"
REBUILT_TO = "event_texts_in_columns"

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def apply_retention(privacy: Privacy) -> Mapping[str, int]:
    """Removes what is too old by the rules in force; class → how many rows, files or persons."""
    with privacy.database.read() as reading:
        rules = privacy_room.get_retention(reading, ACTOR)
    removers: Mapping[str, Callable[[Privacy, datetime], int]] = {
        "exports": _exports,
        "imports": _imports,
        "quarantine": _quarantine,
        "log_ins": _log_ins,
        "audit": _audit,
        "anonymous": _anonymous,
        "service_texts": _service_texts,
        "event_texts": _event_texts,
        "certificates": _certificates,
    }
    now = privacy.database.clock.now()
    removed = {
        name: remove(privacy, now - timedelta(days=rules.days[name]))
        for name, remove in removers.items()
        if rules.days[name]
    }
    if privacy.dedupe_days:
        with privacy.database.begin() as work:
            hour = forgettable_before(work.driver, now, privacy.dedupe_days)
            removed["message_ids"] = forget_message_ids(work.driver, hour)
    with privacy.database.begin() as work:
        privacy_room.record_removals(work, ACTOR, {name: count for name, count in removed.items() if count})
    return removed


def _exports(privacy: Privacy, before: datetime) -> int:
    with privacy.database.begin() as work:
        names = privacy_room.take_export_files(work, ACTOR, before=work.clock.now())
    for name in names:
        (privacy.exports_folder / name).unlink(missing_ok=True)
    for path in _older_files(privacy.exports_folder, before):  # whose request is gone, or that were never finished
        path.unlink(missing_ok=True)
    return len(names)


def _imports(privacy: Privacy, before: datetime) -> int:
    return privacy.forget_imports(before)


def _quarantine(privacy: Privacy, before: datetime) -> int:
    with privacy.database.begin() as work:
        return forget_quarantined(work.driver, before)


def _log_ins(privacy: Privacy, before: datetime) -> int:
    with privacy.database.begin() as work:
        return company.forget_log_ins(work, ACTOR, before)


def _audit(privacy: Privacy, before: datetime) -> int:
    """With the lines of the audit go the statements of analysts that they tell of, in whose texts anybody may be named."""
    total = 0
    for forget in (metrics.forget_statement_runs, company.shorten_audit):
        gone = ROWS_AT_ONCE
        while gone == ROWS_AT_ONCE:
            with privacy.database.begin() as work:
                gone = forget(work, ACTOR, before, ROWS_AT_ONCE)
            total += gone
    return total


def _service_texts(privacy: Privacy, before: datetime) -> int:
    """That something was said, when and by whom stays."""
    total = 0
    while True:
        with privacy.database.begin() as work:
            gone = service.forget_texts(work, ACTOR, before, ROWS_AT_ONCE)
        total += gone
        if gone < ROWS_AT_ONCE:
            return total


def _certificates(privacy: Privacy, before: datetime) -> int:
    total = 0
    while True:
        with privacy.database.begin() as work:
            gone = privacy_room.delete_ended_requests(work, ACTOR, before, ROWS_AT_ONCE)
        total += gone
        if gone < ROWS_AT_ONCE:
            return total


def _anonymous(privacy: Privacy, before: datetime) -> int:
    """Their events first, then their rows: cut off in between, the same visitors are found again. The columns are rewritten once
    for all husks made since they were rewritten last."""
    total = 0
    began_at = privacy.database.clock.now()
    after: tuple[datetime, int] | None = customers.FIRST_PLACE
    while total < VISITORS_A_DAY and after is not None:
        with privacy.database.read() as reading:
            visitors, after = customers.silent_anonymous(reading, before, VISITORS_AT_ONCE, after)
            profiles_of = customers.profiles_of(reading, visitors)
        if visitors:
            strip_events(privacy, [profile_id for found in profiles_of.values() for profile_id in found])
            total += _make_husks(privacy, visitors, before)
    with privacy.database.read() as reading:
        rewritten_at = EPOCH + timedelta(seconds=privacy_reading.place_of(reading, REWRITTEN_AT))
        husks = customers.erased_since(reading, rewritten_at)
    privacy.rewrite_columns(husks)
    with privacy.database.begin() as work:
        privacy_room.save_place(work, ACTOR, REWRITTEN_AT, int((began_at - EPOCH).total_seconds()))
    return total


def _make_husks(privacy: Privacy, visitors: Collection[int], before: datetime) -> int:
    with privacy.database.begin() as work:
        customers_service.lock_erasing(work, ACTOR)
        still = customers.still_silent(work, visitors, before)
        profile_ids = sorted(p for found in customers.profiles_of(work, still).values() for p in found)
        known = customers.known_profiles(work, profile_ids)
        forget_known(privacy, work, known, profile_ids, are_suppressed=False)
        append_journal(privacy, work.clock.now(), known)
    return len(still)


def _event_texts(privacy: Privacy, before: datetime) -> int:
    """Whole months only: for what is stripped the columns are made anew, which is not done every day."""
    total = 0
    with privacy.database.read() as reading:
        last = _last_batch_before(reading, _month_of(before))
        place = privacy_reading.place_of(reading, STRIPPED_TO)
        rebuilt = privacy_reading.place_of(reading, REBUILT_TO)
    while place < last:
        upto = min(place + BATCHES_AT_ONCE, last)
        with privacy.database.begin() as work:
            saved = []
            for event in lock_batches(work.driver, place, upto):
                known = _decode(event.properties_json)
                after = stripped(known)
                if after != known:
                    saved.append((event, _encode(after).decode()))
            save_properties(work.driver, saved)
            privacy_room.save_place(work, ACTOR, STRIPPED_TO, upto)
        total += len(saved)
        place = upto
    total += _answer_texts(privacy, _month_of(before))
    if rebuilt < place:
        privacy.rebuild_columns()
        with privacy.database.begin() as work:
            privacy_room.save_place(work, ACTOR, REBUILT_TO, place)
    return total


def _answer_texts(privacy: Privacy, before: datetime) -> int:
    """What people typed into forms; what they chose stays."""
    total = 0
    while True:
        with privacy.database.begin() as work:
            gone = entries.forget_texts(work, ACTOR, before, ROWS_AT_ONCE)
        total += gone
        if gone < ROWS_AT_ONCE:
            return total


def _last_batch_before(reading: Reading, before: datetime) -> int:
    row = reading.driver.execute(
        "SELECT coalesce(max(batch_id), 0) FROM log.batches WHERE appended_at < %s AND position IS NOT NULL", (before,)
    ).fetchone()
    return int(row[0]) if row else 0


def _older_files(folder: Path, before: datetime) -> list[Path]:
    if not folder.exists():
        return []
    return [path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < before.timestamp()]


def count_due(reading: Reading, actor: Actor, home: Path, days: Mapping[str, int]) -> Mapping[str, int]:
    """What would be removed at once if these were the rules; class → how many. BadRetentionError as when they are saved."""
    actor.require("privacy.read")
    privacy_reading.check_retention(days)
    now = reading.clock.now()
    before = {name: now - timedelta(days=count) for name, count in days.items() if count}
    long_ago = now - timedelta(days=100 * 365)
    audit, log_ins = company.count_old_records(
        reading, ACTOR, before.get("audit", long_ago), before.get("log_ins", long_ago)
    )
    counts = {
        "exports": len(_older_files(home / EXPORTS_FOLDER, before.get("exports", long_ago))),
        "imports": len(_older_files(home / IMPORTS_FOLDER, before.get("imports", long_ago))),
        "audit": audit,
        "log_ins": log_ins,
    }
    for name, statement in _COUNTS.items():
        at = before.get(name, long_ago)
        if name == "event_texts":
            at = _month_of(at)
        row = reading.driver.execute(statement, {"before": at}).fetchone()
        counts[name] = counts.get(name, 0) + (int(row[0]) if row else 0)
    return {name: counts.get(name, 0) for name in days}


def _month_of(at: datetime) -> datetime:
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


_COUNTS = {
    "audit": "SELECT count(*) FROM metrics.statement_runs WHERE asked_at < %(before)s",
    "quarantine": "SELECT count(*) FROM inbox.quarantine WHERE quarantined_at < %(before)s",
    "service_texts": "SELECT count(*) FROM service.messages WHERE sealed IS NOT NULL AND said_at < %(before)s",
    "certificates": "SELECT count(*) FROM privacy.requests WHERE ended_at < %(before)s",
    "event_texts": """
        SELECT coalesce(sum(size), 0) FROM log.batches WHERE appended_at < %(before)s AND position IS NOT NULL
        AND batch_id > coalesce((SELECT place FROM privacy.progress WHERE name = 'event_texts'), 0)
    """,
    "anonymous": """
        SELECT count(DISTINCT p.customer_id) FROM customers.profiles p
        WHERE p.kind = 'anonymous_id' AND p.erased_at IS NULL AND p.last_seen_at < %(before)s AND NOT EXISTS (
            SELECT 1 FROM customers.profiles o WHERE o.customer_id = p.customer_id
            AND (o.kind <> 'anonymous_id' OR o.last_seen_at >= %(before)s))
    """,
}
