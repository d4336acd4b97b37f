"""A channel that does what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from siyu.domain.customers.contracts import Identity
from siyu.domain.messages.contracts import OutgoingMessage, Repeating, SendOutcome, SendResult
from siyu.platform.postgres.database import Reading

Answer = Callable[[OutgoingMessage], SendResult]


def accept(message: OutgoingMessage) -> SendResult:
    return SendResult(message.message_key, SendOutcome.ACCEPTED)


def answering(outcome: SendOutcome, reason: str | None = None, after: float | None = None) -> Answer:
    """The same answer for every message."""
    return lambda message: SendResult(message.message_key, outcome, reason, after)


class FakeChannel:
    """Keeps the batches it was given. `answer` decides on each message; `during` happens while it sends."""

    def __init__(
        self, name: str = "webhook", batch_max: int = 100, identity_kinds: frozenset[str] | None = None
    ) -> None:
        self.name = name
        self.batch_max = batch_max
        self.identity_kinds = identity_kinds
        self.cost_fen = 0
        self.repeating = Repeating.KEYED
        self.unreachable: set[int] = set()
        self.answer: Answer = accept
        self.during: Callable[[], None] = lambda: None
        self.batches: list[list[OutgoingMessage]] = []

    def reachable(
        self, _reading: Reading, customers: Mapping[int, Sequence[Identity]], _purpose: str
    ) -> Collection[int]:
        return customers.keys() - self.unreachable

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[SendResult]:
        self.batches.append(list(batch))
        self.during()
        return [self.answer(message) for message in batch]

    @property
    def messages(self) -> list[OutgoingMessage]:
        return [message for batch in self.batches for message in batch]
