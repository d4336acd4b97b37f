"""What a vendor of text messages has to be able to do. To connect another, write this class and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from siyu.domain.connections.contracts import ConnectionFinding
from siyu.domain.messages.contracts import Repeating, SendResult


@dataclass(frozen=True, slots=True)
class Sms:
    """One text message: whole, with its signature; and, for vendors that know templates alone, which and what fills it."""

    key: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    sign_name: str
    template_id: str
    fields: Mapping[str, str] = field(repr=False)


class SmsVendor(Protocol):
    """Sends text messages; safe for many threads."""

    @property
    def batch_max(self) -> int:
        """How many it takes at once."""

    @property
    def repeating(self) -> Repeating:
        """What is done where it is unknown whether it has a message."""

    @property
    def has_templates_alone(self) -> bool:
        """Whether it takes no text but that of a template."""

    def send(self, batch: Sequence[Sms]) -> Sequence[SendResult]:
        """One result for each. Never raises for what the other side does."""

    def find_outcomes(self, keys: Collection[str]) -> Mapping[str, SendResult]:
        """What it says of messages; nothing where it cannot be asked."""

    def check(self) -> Sequence[ConnectionFinding]:
        """What is wrong with the connection."""
