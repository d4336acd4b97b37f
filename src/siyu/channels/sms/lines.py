"""Several vendors of text messages as one channel: which sends what, and when the next has a message.

A vendor serves marketing, service, or all; of those that serve a purpose the first in turn is given the message. The next has it
only where the former surely did not take it: nobody took up the connection, or it said so. Which vendor is given a message is
written down before it is, so that whoever comes after a crash, or after an answer that was lost, turns to the same one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from siyu.channels.sms.channel import KINDS, NAME, SmsChannel
from siyu.domain.customers.contracts import Identity
from siyu.domain.messages.contracts import (
    OutgoingMessage,
    Repeating,
    SendOutcome,
    SendResult,
    having_identity,
)
from siyu.platform.postgres.database import Reading

ALL: Final = "all"
VENDOR_GONE: Final = "vendor_gone"
NO_VENDOR: Final = "no_vendor"
_CAREFUL: Final = (Repeating.NEVER, Repeating.ASKED, Repeating.KEYED)
"""The most careful first: what one vendor cannot do, all of them together cannot."""


class HandedOver(Protocol):
    """Which vendor was given which message. Each call is on its own: what it writes down stays."""

    def find(self, message_keys: Collection[str]) -> Mapping[str, str]:
        """{message's key: the vendor's account} of those that any was given."""

    def note(self, message_keys: Collection[str], account: str) -> None:
        """They are given to this vendor next."""

    def forget(self, message_keys: Collection[str]) -> None:
        """No vendor has them."""


@dataclass(frozen=True, slots=True)
class SmsLine:
    """One vendor: what it serves (`all`, or one purpose)."""

    account: str
    serves: str
    channel: SmsChannel

    def may_send(self, purpose: str) -> bool:
        return self.serves in (ALL, purpose)


class SmsLines:
    """Implements `messages.contracts.SendingChannel` and `AsksOutcomes` over vendors in their turn; safe for many threads."""

    name = NAME
    identity_kinds: frozenset[str] | None = KINDS

    def __init__(self, lines: Sequence[SmsLine], handed: HandedOver) -> None:
        self._lines, self._handed = tuple(lines), handed

    @property
    def batch_max(self) -> int:
        return min(line.channel.batch_max for line in self._lines)

    @property
    def repeating(self) -> Repeating:
        return min((line.channel.repeating for line in self._lines), key=_CAREFUL.index)

    @property
    def cost_fen(self) -> int:
        """Of the first in turn."""
        return self._lines[0].channel.cost_fen

    def reachable(
        self, _reading: Reading, customers: Mapping[int, Sequence[Identity]], purpose: str, /
    ) -> Collection[int]:
        """Who has a phone, where any vendor serves the purpose."""
        return having_identity(customers, KINDS) if any(line.may_send(purpose) for line in self._lines) else ()

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[SendResult]:
        """See `SendingChannel`."""
        given = self._handed.find([message.message_key for message in batch])
        results = {
            key: SendResult(key, SendOutcome.UNREACHABLE, VENDOR_GONE)
            for key, account in given.items()
            if account not in {line.account for line in self._lines}
        }
        for line in self._lines:
            part = [
                message
                for message in batch
                if self._is_for(line, message, given.get(message.message_key))
                and _is_unsent(results.get(message.message_key))
            ]
            if part:
                self._handed.note([message.message_key for message in part], line.account)
                results |= {result.message_key: result for result in line.channel.send(part)}
        nobodys = [key for key, result in results.items() if key not in given and _is_unsent(result)]
        if nobodys:
            self._handed.forget(nobodys)
        return [
            results.get(each.message_key) or SendResult(each.message_key, SendOutcome.REJECTED, NO_VENDOR)
            for each in batch
        ]

    def find_outcomes(self, message_keys: Collection[str], /) -> Mapping[str, SendResult]:
        """See `AsksOutcomes`."""
        given = self._handed.find(message_keys)
        found: dict[str, SendResult] = {}
        for line in self._lines:
            own = [key for key, account in given.items() if account == line.account]
            found |= line.channel.find_outcomes(own) if own else {}
        return found

    @staticmethod
    def _is_for(line: SmsLine, message: OutgoingMessage, given_to: str | None) -> bool:
        """What a vendor was given before is for that one alone."""
        return line.may_send(message.purpose) if given_to is None else line.account == given_to


def _is_unsent(result: SendResult | None) -> bool:
    """Whether nobody has it, for sure."""
    if result is None:
        return True
    return result.outcome is SendOutcome.DEFERRED or (result.outcome is SendOutcome.UNREACHABLE and result.is_unsent)
