"""A channel of a vendor that drops nothing it gets twice, but says what it has: the channel, and the clock its senders live by."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from siyu.domain.customers.contracts import Identity
from siyu.domain.messages.contracts import OutgoingMessage, Repeating, SendOutcome, SendResult
from siyu.kernel.clock import Clock
from siyu.platform.http import OutgoingHttp, UnreachableError
from siyu.platform.postgres.database import Reading

BATCH = 250
SPEED = 600
"""So many seconds pass in one: leases and waits of minutes end in a test."""


class HurriedClock(Clock):
    """Goes SPEED times as fast as the others since `started`, which all who live by it have to know."""

    def __init__(self, started: float) -> None:
        self._started = started

    def now(self) -> datetime:
        return datetime(2026, 6, 1, 4, tzinfo=UTC) + timedelta(seconds=(time.time() - self._started) * SPEED)


class VendorChannel:
    """Implements `Channel` and `AsksOutcomes`."""

    name = "sms"
    batch_max = BATCH
    cost_fen = 5
    repeating = Repeating.ASKED
    identity_kinds: frozenset[str] | None = None

    def __init__(self, url: str) -> None:
        self._url, self._http = url, OutgoingHttp()

    def reachable(
        self, _reading: Reading, customers: Mapping[int, Sequence[Identity]], _purpose: str
    ) -> Collection[int]:
        return customers.keys()

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[SendResult]:
        keys = [message.message_key for message in batch]
        told = self._post({"send": keys})
        if isinstance(told, SendResult):
            return [SendResult(key, told.outcome, told.reason, is_unsent=told.is_unsent) for key in keys]
        return [SendResult(key, SendOutcome.ACCEPTED) for key in told]

    def find_outcomes(self, message_keys: Collection[str]) -> Mapping[str, SendResult]:
        told = self._post({"ask": list(message_keys)})
        if isinstance(told, SendResult):
            return {}
        has = set(told)
        return {
            key: SendResult(key, SendOutcome.ACCEPTED if key in has else SendOutcome.DEFERRED) for key in message_keys
        }

    def _post(self, document: Mapping[str, Sequence[str]]) -> list[str] | SendResult:
        try:
            answer = self._http.post(self._url, json.dumps(document).encode(), {"Content-Type": "application/json"})
        except UnreachableError:
            return SendResult("", SendOutcome.UNREACHABLE, "no_answer")
        if answer.status == 429:
            return SendResult("", SendOutcome.UNREACHABLE, "too_many", is_unsent=True)
        if not answer.is_success:
            return SendResult("", SendOutcome.UNREACHABLE, f"http_{answer.status}")
        keys: list[str] = json.loads(answer.body)["keys"]
        return keys
