"""What becomes of events in quarantine: they are put back, or forgotten with the person whom they tell of."""

from __future__ import annotations

from collections.abc import Collection

from siyu.domain.company.service import record_audit
from siyu.domain.customers.contracts import Identity
from siyu.engines.intake.draining import arrivals_of
from siyu.kernel.actors import Actor
from siyu.platform.inbox.inbox import InboxBatch, put_batches
from siyu.platform.inbox.quarantine import delete_quarantined, newest_quarantined, read_quarantined, take_back
from siyu.platform.postgres.database import Database, UnitOfWork

STEP = 1000


def retry_quarantined(database: Database, actor: Actor) -> int:
    """Puts everything back into the inbox, to be tried again; gives how many events that were. What fails again is put aside
    anew."""
    actor.require("intake.write")
    with database.read() as reading:
        upto = newest_quarantined(reading.driver)
    total = 0
    while True:
        with database.begin() as work:
            batches = take_back(work, upto, STEP)
            put_batches(work, batches)
            count = sum(batch.size for batch in batches)
            if batches:
                record_audit(work, actor, "intake.retry_quarantined", "quarantine", count=count)
        if not batches:
            return total
        total += count


def erase_quarantined(work: UnitOfWork, identities: Collection[Identity]) -> int:
    """Throws away for good what tells of a person with one of these identities; gives how many events that were."""
    erased, after = 0, 0
    while page := read_quarantined(work, after, STEP):
        found = [quarantine_id for quarantine_id, batch in page if _tells_of(work, batch, identities)]
        delete_quarantined(work.driver, found)
        erased, after = erased + len(found), page[-1][0]
    return erased


def _tells_of(work: UnitOfWork, batch: InboxBatch, identities: Collection[Identity]) -> bool:
    """Where the event cannot be read, by the text of the identities."""
    try:
        return any(
            identity in identities for arrival in arrivals_of(work.ids, batch) for identity in arrival.identities
        )
    except Exception:  # it is here because it breaks something
        return any(identity.value.encode() in batch.body for identity in identities)
