"""After an old backup was put back: whoever was erased since then is erased again."""

from __future__ import annotations

from pathlib import Path

from siyu.domain.customers import reading as customers
from siyu.domain.customers import service as customers_service
from siyu.domain.privacy.contracts import journal_hash
from siyu.engines.privacy.contracts import ACTOR, Privacy
from siyu.engines.privacy.erasing import forget_known, strip_events
from siyu.engines.privacy.journal import hashes_of, journal_key, read_journal


def reapply_journal(privacy: Privacy, journal: Path) -> int:
    """Erases every profile of the journal that is known again with the same identity; gives how many. Part of
    a restore, which is done again as a whole where it was cut off."""
    hashes = hashes_of(read_journal(journal))
    if not hashes:
        return 0
    with privacy.database.read() as reading:
        known = customers.known_profiles(reading, hashes)
    key = journal_key(privacy)
    back = {each.profile_id for each in known if journal_hash(key, each.identity).hex() in hashes[each.profile_id]}
    if not back:
        return 0
    strip_events(privacy, back)
    with privacy.database.begin() as work:
        customers_service.lock_erasing(work, ACTOR)
        found = customers.known_profiles(work, back)
        forget_known(privacy, work, found, sorted(each.profile_id for each in found), are_suppressed=True)
    privacy.rewrite_columns(back)
    return len(found)
