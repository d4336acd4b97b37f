"""Posting a batch and reading the answer."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from siyu.domain.customers.contracts import Identity
from siyu.domain.messages.contracts import REASON_LENGTH_MAX, OutgoingMessage, Repeating, SendOutcome, SendResult
from siyu.kernel.clock import Clock
from siyu.platform.http import (
    HttpAnswer,
    OutgoingHttp,
    RefusedUrlError,
    UnreachableError,
    checked_url,
    retry_after_seconds,
)
from siyu.platform.postgres.database import Reading
from siyu.platform.settings import SettingsError
from siyu.platform.signatures import signature
from siyu.platform.signed_json import surely_not_there

NAME = "webhook"
BATCH_MAX = 100
RETRIED_STATUSES = frozenset({401, 403, 404, 405, 407, 408, 425, 429})
"""The trouble is with the address, the key or the moment, not with the messages: they are tried again later."""
SEARCH_SECONDS_MAX = 120.0
"""How long the one bad message is looked for; much shorter than the lease of the batch."""

_OUTCOMES = {
    "accepted": SendOutcome.ACCEPTED,
    "delivered": SendOutcome.DELIVERED,
    "rejected": SendOutcome.REJECTED,
}


class WebhookChannel:
    """Posts messages to `url`, signed with `secret`. Implements `messages.contracts.SendingChannel`; safe for many threads."""

    name = NAME
    batch_max = BATCH_MAX
    cost_fen = 0
    repeating = Repeating.KEYED
    identity_kinds: frozenset[str] | None = None

    def __init__(self, url: str, secret: str, clock: Clock, http: OutgoingHttp | None = None) -> None:
        """RefusedUrlError for an address that is none, SettingsError where there is nothing to sign with."""
        if not secret:
            raise SettingsError("The webhook channel signs what it sends: set webhook_secret as well as webhook_url.")
        self._url = checked_url(url)
        self._secret = secret
        self._clock = clock
        self._http = http or OutgoingHttp()

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[SendResult]:
        """One request; a result for each message, whatever happens to it. A batch that is refused for what is in it is sent
        again without those the answer names, or else in halves, so that one bad message takes no other with it."""
        if len(batch) > BATCH_MAX:
            raise ValueError(f"at most {BATCH_MAX} messages a request")
        until = time.monotonic() + SEARCH_SECONDS_MAX
        results: dict[str, SendResult] = {}
        waiting = [list(batch)]
        while waiting:
            part = waiting.pop()
            if time.monotonic() > until:
                found: Sequence[SendResult] = _the_same_for_all(part, SendOutcome.DEFERRED, "search_took_too_long")
            else:
                found = self._send_once(part)
            results |= {result.message_key: result for result in found}
            rest = [message for message in part if message.message_key not in results]
            if len(rest) == len(part):
                half = len(rest) // 2
                waiting += [rest[half:], rest[:half]]
            elif rest:
                waiting.append(rest)
            if any(result.outcome is SendOutcome.UNREACHABLE for result in found):
                for left in waiting:
                    others = _the_same_for_all(left, SendOutcome.DEFERRED, "unreachable_before_it")
                    results |= {result.message_key: result for result in others}
                break
        return [results[message.message_key] for message in batch]

    def _send_once(self, batch: Sequence[OutgoingMessage]) -> Sequence[SendResult]:
        """What one request says, of all messages or of some."""
        body = encoded(batch)
        headers = {
            "Content-Type": "application/json",
            "Siyu-Signature": signature(self._secret, body, self._clock.now()),
            "Idempotency-Key": sha256(body).hexdigest(),
        }
        try:
            answer = self._http.post(self._url, body, headers)
        except UnreachableError as error:
            kind = error.fields.get("kind", "unknown")
            found = _the_same_for_all(batch, SendOutcome.UNREACHABLE, f"unreachable:{kind}")
            return [replace(each, is_unsent=surely_not_there(error)) for each in found]
        except RefusedUrlError:
            return _the_same_for_all(batch, SendOutcome.REJECTED, "refused_url")
        return self._results(batch, answer)

    def _results(self, batch: Sequence[OutgoingMessage], answer: HttpAnswer) -> Sequence[SendResult]:
        if answer.is_success:
            told = _told(answer)
            return [told.get(message.message_key) or _accepted(message) for message in batch]
        reason = f"http_{answer.status}"
        if 400 <= answer.status < 500 and answer.status not in RETRIED_STATUSES:
            told = _told(answer)
            named = [told[message.message_key] for message in batch if message.message_key in told]
            is_alone = len(batch) == 1 and not named
            return _the_same_for_all(batch, SendOutcome.REJECTED, reason) if is_alone else named
        after = retry_after_seconds(answer.headers, self._clock.now())
        found = _the_same_for_all(batch, SendOutcome.UNREACHABLE, reason, after)
        return [replace(each, is_unsent=answer.status in RETRIED_STATUSES) for each in found]

    def reachable(
        self, _reading: Reading, customers: Mapping[int, Sequence[Identity]], _purpose: str
    ) -> Collection[int]:
        """Everybody: whether and how a customer can be reached is the other program's to know."""
        return customers.keys()

    def close(self) -> None:
        self._http.close()


def encoded(batch: Sequence[OutgoingMessage]) -> bytes:
    """The body of a request: the same bytes for the same messages."""
    document = {
        "messages": [
            {
                "key": message.message_key,
                "customer": {
                    "id": message.customer_id,
                    "identities": [{"kind": each.kind, "value": each.value} for each in message.identities],
                },
                "title": message.title,
                "body": message.body,
                "link_url": message.link_url,
                "preferences_url": message.preferences_url,
            }
            for message in batch
        ]
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _accepted(message: OutgoingMessage) -> SendResult:
    return SendResult(message.message_key, SendOutcome.ACCEPTED)


def _the_same_for_all(
    batch: Sequence[OutgoingMessage], outcome: SendOutcome, reason: str, after: float | None = None
) -> list[SendResult]:
    return [SendResult(message.message_key, outcome, reason, after) for message in batch]


def _told(answer: HttpAnswer) -> dict[str, SendResult]:
    """What the answer says of single messages; what cannot be understood says nothing."""
    if answer.is_cut or not answer.body:
        return {}
    try:
        document: Any = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    results = document.get("results") if isinstance(document, dict) else None
    told: dict[str, SendResult] = {}
    for each in results if isinstance(results, list) else ():
        if not isinstance(each, dict) or not isinstance(each.get("key"), str):
            continue
        outcome = _OUTCOMES.get(each["status"]) if isinstance(each.get("status"), str) else None
        if outcome is not None:
            told[each["key"]] = SendResult(each["key"], outcome, _reason(each.get("reason"), outcome))
    return told


def _reason(given: object, outcome: SendOutcome) -> str | None:
    if outcome is not SendOutcome.REJECTED:
        return None
    text = given if isinstance(given, str) else ""
    return "".join(letter for letter in text if letter.isprintable())[:REASON_LENGTH_MAX] or "rejected"
