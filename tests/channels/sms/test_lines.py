"""Several vendors of text messages: who sends what, and that no message is given to two."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from siyu.channels.sms.channel import SmsChannel
from siyu.channels.sms.lines import SmsLine, SmsLines
from siyu.channels.sms.store import StoredHandedOver
from siyu.channels.sms.vendors import Sms
from siyu.domain.connections.contracts import ConnectionFinding
from siyu.domain.customers.contracts import Identity
from siyu.domain.messages.contracts import (
    AsksOutcomes,
    OutgoingMessage,
    Repeating,
    SendingChannel,
    SendOutcome,
    SendResult,
)
from siyu.platform.postgres.database import Database

OUTCOMES = {
    "takes": (SendOutcome.ACCEPTED, False),
    "refused": (SendOutcome.UNREACHABLE, True),
    "deaf": (SendOutcome.UNREACHABLE, False),
    "put off": (SendOutcome.DEFERRED, False),
    "rejects": (SendOutcome.REJECTED, False),
}


@dataclass
class Vendor:
    """Does what it is told; keeps what it may have."""

    manner: str = "takes"
    repeating: Repeating = Repeating.KEYED
    batch_max: int = 100
    has_templates_alone: bool = False
    has: list[str] = field(default_factory=list)

    def send(self, batch: Sequence[Sms]) -> Sequence[SendResult]:
        outcome, is_unsent = OUTCOMES[self.manner]
        if self.manner in ("takes", "deaf"):
            self.has += [each.key for each in batch]
        return [SendResult(each.key, outcome, self.manner, is_unsent=is_unsent) for each in batch]

    def find_outcomes(self, keys: Collection[str]) -> Mapping[str, SendResult]:
        return {key: SendResult(key, SendOutcome.ACCEPTED) for key in keys if key in self.has}

    def check(self) -> Sequence[ConnectionFinding]:
        return []


MakeLines = Callable[..., SmsLines]


@pytest.fixture
def lines_of(database: Database) -> MakeLines:
    def make(*vendors: tuple[str, str, Vendor]) -> SmsLines:
        found = [
            SmsLine(account, serves, SmsChannel(vendor, sign_name="晨曦", cost_fen=5))
            for account, serves, vendor in vendors
        ]
        return SmsLines(found, StoredHandedOver(database))

    return make


def told(lines: SmsLines, *keys: str, purpose: str = "marketing") -> list[str]:
    batch = [
        OutgoingMessage(key, 1, [Identity("phone", "+8613800000000")], "", "你好", None, "", purpose) for key in keys
    ]
    return [result.outcome.value for result in lines.send(batch)]


def test_the_next_vendor_has_a_message_only_where_the_former_surely_did_not_take_it(lines_of: MakeLines) -> None:
    first, second = Vendor(), Vendor()
    lines = lines_of(("a", "all", first), ("b", "all", second))
    assert isinstance(lines, SendingChannel)
    assert isinstance(lines, AsksOutcomes)
    for manner, outcome, is_second in (
        ("takes", "accepted", False),
        ("refused", "accepted", True),
        ("put off", "accepted", True),
        ("deaf", "unreachable", False),
        ("rejects", "rejected", False),
    ):
        first.manner = manner
        assert told(lines, manner) == [outcome]
        assert (manner in second.has) is is_second
    # what the first may have is its own for ever, even if it surely does not take it now
    first.manner = "refused"
    assert told(lines, "deaf", "new") == ["unreachable", "accepted"]
    assert "deaf" not in second.has
    assert lines.find_outcomes(["deaf", "new", "nobody's"]).keys() == {"deaf", "new"}
    # who is gone cannot be asked, and nobody takes its place
    rest = lines_of(("b", "all", second))
    assert told(rest, "deaf") == ["unreachable"]
    # where nobody took it everybody is asked anew the next time
    second.manner = "refused"
    assert told(lines, "again") == ["unreachable"]
    first.manner = "takes"
    assert told(lines, "again") == ["accepted"]
    assert first.has.count("again") == 1


def test_each_vendor_sends_what_it_serves(lines_of: MakeLines, database: Database) -> None:
    dear, cheap = Vendor(repeating=Repeating.NEVER, batch_max=10), Vendor()
    lines = lines_of(("dear", "service", dear), ("cheap", "marketing", cheap))
    assert (told(lines, "m"), told(lines, "s", purpose="service")) == (["accepted"], ["accepted"])
    assert (cheap.has, dear.has) == (["m"], ["s"])
    assert (lines.repeating, lines.batch_max, lines.cost_fen) == (Repeating.NEVER, 10, 5)
    alone = lines_of(("dear", "service", dear))
    assert told(alone, "n") == ["rejected"]
    with database.read() as reading:
        phones = {1: [Identity("phone", "+8613800000000")]}
        assert not alone.reachable(reading, phones, "marketing")
        assert alone.reachable(reading, phones, "service") == {1}
