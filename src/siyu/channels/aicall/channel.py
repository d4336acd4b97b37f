"""The channel `aicall`: calls are handed over in batches, within the hours that are allowed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from siyu.domain.connections.contracts import ConnectionFinding
from siyu.domain.customers.contracts import Identity
from siyu.domain.messages.contracts import (
    FailedReason,
    OutgoingMessage,
    Repeating,
    SendOutcome,
    SendResult,
    having_identity,
)
from siyu.kernel.clock import Clock
from siyu.platform.http import HttpAnswer, OutgoingHttp, RefusedUrlError, UnreachableError, retry_after_seconds
from siyu.platform.postgres.database import Reading
from siyu.platform.signed_json import SignedJson, results_of

NAME = "aicall"
BATCH_MAX = 100
KINDS = frozenset({"phone"})
_OUTCOMES = {
    "accepted": SendOutcome.ACCEPTED,
    "rejected": SendOutcome.REJECTED,
    "over_quota": SendOutcome.OVER_QUOTA,
}


class AiCallChannel:
    """Implements `messages.contracts.SendingChannel` and `AsksOutcomes`; safe for many threads. Calls go out from `hour_from` until
    `hour_to` of the business zone."""

    name = NAME
    batch_max = BATCH_MAX
    repeating = Repeating.KEYED
    identity_kinds: frozenset[str] | None = KINDS

    def __init__(
        self,
        base_url: str,
        secret: str,
        clock: Clock,
        zone: ZoneInfo,
        http: OutgoingHttp,
        *,
        script_id: str,
        hour_from: int,
        hour_to: int,
        cost_fen: int = 0,
    ) -> None:
        self._other, self._clock, self._zone = SignedJson(base_url, secret, clock, http), clock, zone
        self._script_id, self._hours, self._cost_fen = script_id, (hour_from, hour_to), cost_fen

    @property
    def cost_fen(self) -> int:
        """Of a call."""
        return self._cost_fen

    def reachable(
        self, _reading: Reading, customers: Mapping[int, Sequence[Identity]], _purpose: str
    ) -> Collection[int]:
        """Who has a phone. A call that comes outside the hours waits for them."""
        return having_identity(customers, KINDS)

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[SendResult]:
        """See `SendingChannel`."""
        now = self._clock.now()
        wait = seconds_until_open(now.astimezone(self._zone), *self._hours)
        if wait:
            return [SendResult(each.message_key, SendOutcome.DEFERRED, "outside_hours", wait) for each in batch]
        closes_at = _at_hour(now.astimezone(self._zone), self._hours[1])
        calls = [call for each in batch if (call := self._call(each, closes_at)) is not None]
        told = self._handed_over(calls) if calls else {}
        called = {call["key"] for call in calls}
        return [
            told.get(each.message_key, SendResult(each.message_key, SendOutcome.UNREACHABLE, "not_named"))
            if each.message_key in called
            else SendResult(each.message_key, SendOutcome.REJECTED, FailedReason.NO_ADDRESS.value)
            for each in batch
        ]

    def find_outcomes(self, message_keys: Collection[str]) -> Mapping[str, SendResult]:
        """See `AsksOutcomes`."""
        try:
            answer = self._other.post("/outcomes", {"keys": sorted(message_keys)})
        except (UnreachableError, RefusedUrlError):
            return {}
        return _results(answer) if answer.is_success else {}

    def check(self) -> Sequence[ConnectionFinding]:
        """What is wrong with the connection."""
        wrong = self._other.check()
        return [ConnectionFinding(*wrong)] if wrong else []

    def _call(self, message: OutgoingMessage, closes_at: datetime) -> dict[str, object] | None:
        phone = next((each.value for each in message.identities if each.kind == "phone"), None)
        if phone is None:
            return None
        script_id, fields = self._script_id, {"content": message.body, "link": message.link_url or ""}
        if message.template is not None:
            script_id, fields = message.template.template_id, dict(message.template.fields)
        return {
            "key": message.message_key,
            "phone": phone,
            "script_id": script_id,
            "fields": fields,
            "text": message.body,
            "purpose": message.purpose,
            "not_after": closes_at.isoformat(),
        }

    def _handed_over(self, calls: Sequence[Mapping[str, object]]) -> Mapping[str, SendResult]:
        keys = [str(call["key"]) for call in calls]
        try:
            answer = self._other.post("/calls", {"calls": calls})
        except UnreachableError as error:
            kind = error.fields.get("kind", "unknown")
            return {key: SendResult(key, SendOutcome.UNREACHABLE, f"unreachable:{kind}") for key in keys}
        except RefusedUrlError:
            return {key: SendResult(key, SendOutcome.REJECTED, "refused_url") for key in keys}
        if answer.is_success:
            return _results(answer)
        after = retry_after_seconds(answer.headers, self._clock.now())
        return {key: SendResult(key, SendOutcome.UNREACHABLE, f"http_{answer.status}", after) for key in keys}


def seconds_until_open(now: datetime, hour_from: int, hour_to: int) -> float:
    """0 within the hours, else how long until they begin. Hours that begin after they end last over midnight."""
    is_open = hour_from <= now.hour < hour_to if hour_from < hour_to else now.hour >= hour_from or now.hour < hour_to
    if is_open:
        return 0.0
    begins = now.replace(hour=hour_from, minute=0, second=0, microsecond=0)
    return ((begins if begins > now else begins + timedelta(days=1)) - now).total_seconds()


def _at_hour(now: datetime, hour: int) -> datetime:
    """The next time that it is this hour."""
    at = now.replace(hour=hour % 24, minute=0, second=0, microsecond=0)
    return at if at > now else at + timedelta(days=1)


def _results(answer: HttpAnswer) -> dict[str, SendResult]:
    return {
        key: SendResult(key, _OUTCOMES[told.status], told.reason)
        for key, told in results_of(answer).items()
        if told.status in _OUTCOMES
    }
