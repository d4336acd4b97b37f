"""A customer says by a channel that no more are wanted: from then on none is sent by it."""

from __future__ import annotations

from datetime import datetime

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import MARKETING, ConsentState, ConsentWord, Evidence
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import UnitOfWork

ACTOR = system_actor("channels")


def opt_out(work: UnitOfWork, profile_id: int, channel: str, at: datetime) -> None:
    """Withdraws what the channel may advertise, as of when it was said."""
    word = ConsentWord(
        profile_id,
        MARKETING,
        channel,
        ConsentState.WITHDRAWN,
        min(at, work.clock.now()),
        Evidence(source=f"reply:{channel}"),
    )
    customers.record_consents(work, ACTOR, [word])
