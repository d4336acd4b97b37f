"""What the engine of privacy needs of others, joined; and its jobs."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from siyu.assembly.installation import Installation
from siyu.channels.wechat.store import erase_followers
from siyu.channels.wecom.callbacks_store import erase_from_callbacks
from siyu.domain.customers.contracts import Identity
from siyu.engines.intake.draining import drain_once
from siyu.engines.intake.importing_files import forget_import_files
from siyu.engines.intake.quarantine import erase_quarantined
from siyu.engines.privacy.contracts import Privacy
from siyu.engines.privacy.erasing import erase_waiting
from siyu.engines.privacy.exporting import export_waiting
from siyu.engines.privacy.restoring import reapply_journal
from siyu.engines.privacy.retention import apply_retention
from siyu.engines.projection.projecting import COLUMNS_CONSUMER
from siyu.engines.projection.rebuilding import rebuild_columns
from siyu.engines.projection.rewriting import rewrite_profiles
from siyu.kernel.errors import BusyError
from siyu.platform.inbox.inbox import shards_waiting
from siyu.platform.postgres.database import UnitOfWork

DRAIN_SECONDS_MAX = 300.0
DRAIN_PAUSE_SECONDS = 0.05


def privacy_of(installation: Installation) -> Privacy:
    """The engine over this installation."""
    database, columns, settings = installation.database, installation.columns, installation.settings

    def rewrite(profile_ids: Collection[int]) -> None:
        rewrite_profiles(database, columns, profile_ids)

    def rebuild() -> None:
        rebuild_columns(database, columns, lambda _done, _of: None)

    def forget_imports(before: datetime) -> int:
        return forget_import_files(settings, before)

    return Privacy(
        database=database,
        columns=columns,
        home=settings.home,
        secret_key=installation.secret_key,
        events_consumer=COLUMNS_CONSUMER,
        drain_inbox=lambda: drain_inbox(installation),
        rewrite_columns=rewrite,
        rebuild_columns=rebuild,
        erase_kept=erase_kept,
        forget_imports=forget_imports,
        dedupe_days=settings.dedupe_days,
    )


def erase_kept(work: UnitOfWork, identities: Collection[Identity]) -> dict[str, int]:
    """What came in about persons and is still kept as it came: {place: how much was thrown away}."""
    external = {each.value for each in identities if each.kind == "external_userid"}
    return {
        "inbox.quarantine": erase_quarantined(work, identities),
        "wecom.callbacks": erase_from_callbacks(work, external),
        "wechat.followers": erase_followers(work, {each.value for each in identities if each.kind == "openid"}),
    }


def drain_inbox(installation: Installation) -> None:
    """Returns when all that stands in the inbox now is in the log, whoever takes it there; BusyError where that takes too long."""
    database = installation.database
    with database.read() as reading:
        row = reading.driver.execute("SELECT max(inbox_id) FROM inbox.batches").fetchone()
    if row is None or row[0] is None:
        return
    until = time.monotonic() + DRAIN_SECONDS_MAX
    while time.monotonic() < until:
        with database.read() as reading:
            waiting = reading.driver.execute(
                "SELECT 1 FROM inbox.batches WHERE inbox_id <= %s LIMIT 1", (row[0],)
            ).fetchone()
            shards = shards_waiting(reading.driver)
        if waiting is None:
            return
        if not sum(drain_once(database, shard) for shard in range(shards)):
            time.sleep(DRAIN_PAUSE_SECONDS)
    raise BusyError("The inbox does not get empty.", retry_after_seconds=60)


def reapply_erasures(installation: Installation, journal: Path) -> int:
    """After a backup was put back: erases again everybody of the journal who is known again; gives how many profiles."""
    return reapply_journal(privacy_of(installation), journal)


def export_customers(installation: Installation) -> None:
    """Job: makes the files that were asked for."""
    export_waiting(privacy_of(installation))


def erase_customers(installation: Installation) -> None:
    """Job: erases everybody whose erasure was approved."""
    erase_waiting(privacy_of(installation))


def keep_retention(installation: Installation) -> None:
    """Job, daily: removes what is too old."""
    apply_retention(privacy_of(installation))
