"""The last resort: the staff member who keeps the customer copies the text and sends it by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from siyu.domain.customers.contracts import Identity
from siyu.domain.customers.reading import keepers_of
from siyu.domain.messages.contracts import HAND, OutgoingMessage, Repeating, SendResult
from siyu.platform.postgres.database import Reading


class ByHand:
    """Implements `messages.contracts.Channel`. Its messages become tasks of staff members, see `messages.service.hand_out`."""

    name = HAND
    batch_max = 1_000
    cost_fen = 0
    is_by_tasks = True
    repeating = Repeating.NEVER
    identity_kinds: frozenset[str] | None = frozenset()

    def reachable(
        self, reading: Reading, customers: Mapping[int, Sequence[Identity]], _purpose: str
    ) -> Collection[int]:
        """Those whom a staff member keeps."""
        return keepers_of(reading, customers.keys()).keys()

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[SendResult]:
        """Nothing goes out here."""
        raise TypeError(f"{len(batch)} messages are to go by hand, and came to be delivered")
