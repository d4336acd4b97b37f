"""A vendor, or a program of the company's own, that speaks our protocol (see the package)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from siyu.channels.sms.vendors import Sms
from siyu.domain.connections.contracts import ConnectionFinding
from siyu.domain.messages.contracts import Repeating, SendOutcome, SendResult
from siyu.kernel.clock import Clock
from siyu.platform.http import HttpAnswer, OutgoingHttp, RefusedUrlError, UnreachableError, retry_after_seconds
from siyu.platform.signed_json import SignedJson, results_of, surely_not_there

BATCH_MAX = 100
TOO_MANY = 429
_OUTCOMES = {
    "accepted": SendOutcome.ACCEPTED,
    "delivered": SendOutcome.DELIVERED,
    "rejected": SendOutcome.REJECTED,
    "over_quota": SendOutcome.OVER_QUOTA,
}


class GenericSms:
    """Implements `vendors.SmsVendor`."""

    batch_max = BATCH_MAX
    repeating = Repeating.KEYED
    has_templates_alone = False

    def __init__(self, base_url: str, secret: str, clock: Clock, http: OutgoingHttp) -> None:
        self._other, self._clock = SignedJson(base_url, secret, clock, http), clock

    def send(self, batch: Sequence[Sms]) -> Sequence[SendResult]:
        document = {
            "messages": [
                {
                    "key": each.key,
                    "phone": each.phone,
                    "text": each.text,
                    "sign_name": each.sign_name,
                    "template_id": each.template_id or None,
                    "fields": dict(each.fields),
                }
                for each in batch
            ]
        }
        keys = [each.key for each in batch]
        try:
            answer = self._other.post("/messages", document)
        except UnreachableError as error:
            reason = f"unreachable:{error.fields.get('kind', 'unknown')}"
            return _all(keys, SendOutcome.UNREACHABLE, reason, is_unsent=surely_not_there(error))
        except RefusedUrlError:
            return _all(keys, SendOutcome.REJECTED, "refused_url")
        if not answer.is_success:
            after = retry_after_seconds(answer.headers, self._clock.now())
            is_unsent = answer.status == TOO_MANY
            return _all(keys, SendOutcome.UNREACHABLE, f"http_{answer.status}", after, is_unsent=is_unsent)
        told = _results(answer)
        return [told.get(key) or SendResult(key, SendOutcome.UNREACHABLE, "not_named") for key in keys]

    def find_outcomes(self, keys: Collection[str]) -> Mapping[str, SendResult]:
        try:
            answer = self._other.post("/outcomes", {"keys": sorted(keys)})
        except (UnreachableError, RefusedUrlError):
            return {}
        return _results(answer) if answer.is_success else {}

    def check(self) -> Sequence[ConnectionFinding]:
        wrong = self._other.check()
        return [ConnectionFinding(*wrong)] if wrong else []


def _results(answer: HttpAnswer) -> dict[str, SendResult]:
    return {
        key: SendResult(key, _OUTCOMES[told.status], told.reason)
        for key, told in results_of(answer).items()
        if told.status in _OUTCOMES
    }


def _all(
    keys: Sequence[str],
    outcome: SendOutcome,
    reason: str,
    retry_after: float | None = None,
    *,
    is_unsent: bool = False,
) -> Sequence[SendResult]:
    return [SendResult(key, outcome, reason, retry_after, is_unsent=is_unsent) for key in keys]
