"""Alerts over the webhook: one POST of JSON for each, signed like messages are, with `Idempotency-Key` the same at every try."""

from __future__ import annotations

import json
from collections.abc import Mapping

from siyu.channels.webhook.channel import RETRIED_STATUSES
from siyu.domain.metrics.contracts import Posted
from siyu.kernel.clock import Clock
from siyu.platform.http import OutgoingHttp, RefusedUrlError, UnreachableError, retry_after_seconds
from siyu.platform.signatures import signature


class AlertWebhook:
    """Posts alerts, signed with `secret`. Implements `metrics.contracts.AlertPoster`."""

    def __init__(self, secret: str, clock: Clock, http: OutgoingHttp) -> None:
        self._secret, self._clock, self._http = secret, clock, http

    def post(self, url: str, key: str, document: Mapping[str, object]) -> Posted:
        """One request. Any 2xx takes it; what is wrong with the moment or the key of it is tried again."""
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "Siyu-Signature": signature(self._secret, body, self._clock.now()),
            "Idempotency-Key": key,
        }
        try:
            answer = self._http.post(url, body, headers)
        except UnreachableError as error:
            return Posted(is_taken=False, is_final=False, told=f"unreachable:{error.fields.get('kind', 'unknown')}")
        except RefusedUrlError:
            return Posted(is_taken=False, is_final=True, told="refused_url")
        is_final = 400 <= answer.status < 500 and answer.status not in RETRIED_STATUSES
        after = retry_after_seconds(answer.headers, self._clock.now())
        return Posted(answer.is_success, is_final, f"http_{answer.status}", after)
