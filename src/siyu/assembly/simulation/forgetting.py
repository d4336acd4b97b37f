"""One person of the town asks to be forgotten, and does nothing any more; hours later somebody at the office has it done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siyu.assembly.installation import Installation
from siyu.assembly.privacy import erase_customers
from siyu.assembly.simulation.console import SECOND
from siyu.assembly.simulation.simulated import BEGINS_AT, Forgotten, Town
from siyu.domain.customers.reading import current_customer_ids, identities_of
from siyu.domain.privacy import service as privacy
from siyu.domain.privacy.contracts import ERASURE_WORDS, Request, RequestKind, RequestState
from siyu.kernel.errors import SiyuError
from siyu.kernel.paging import PageRequest

ASKS_AFTER_SHARE: Final = 0.5
DONE_AFTER: Final = timedelta(hours=9)
"""Longer than what somebody does is on its way (`LATE_HOURS_MAX`, and once more an hour later)."""
PEOPLE_MIN: Final = 4
"""Of fewer nobody may be missing."""


class NobodyForgottenError(SiyuError):
    """Nobody's word has come through yet, or not all of it is done."""

    code = "nobody_forgotten"


@dataclass(frozen=True, slots=True)
class Leaver:
    """Who asks, and when."""

    person: int
    asks_at: datetime


def leaver_of(town: Town) -> Leaver | None:
    """The last of the town's people, where there are enough of them."""
    if town.people < PEOPLE_MIN:
        return None
    return Leaver(town.people - 1, BEGINS_AT + timedelta(days=town.days * ASKS_AFTER_SHARE))


def forget(installation: Installation, forgotten: list[Forgotten]) -> None:
    """Approves what was asked for and has it done, however often it is called; NobodyForgottenError until it is."""
    database = installation.database
    with database.begin() as work:
        waiting = [each for each in _requests(installation) if each.state is RequestState.WAITING]
        now_of = current_customer_ids(work, {each.customer_id for each in waiting})
        known = identities_of(work, set(now_of.values()))
        if waiting:
            privacy.approve_erasures(work, SECOND, [each.request_id for each in waiting], ERASURE_WORDS[0])
    for each in waiting:
        values = frozenset(identity.value for identity in known.get(now_of[each.customer_id], ()))
        forgotten.append(Forgotten(values, database.clock.now()))
    erase_customers(installation)
    ended = [each.state is RequestState.DONE for each in _requests(installation)]
    if not ended or not all(ended):
        raise NobodyForgottenError


def _requests(installation: Installation) -> list[Request]:
    with installation.database.read() as reading:
        return list(privacy.list_requests(reading, SECOND, PageRequest(), kind=RequestKind.ERASURE).rows)
