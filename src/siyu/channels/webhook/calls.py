"""Calls to programs of other people: one POST of JSON for each, signed as messages are, under the secret of its endpoint.

`Siyu-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>." and the body>` and `Idempotency-Key`, the same at every try. Any 2xx
takes the call. 410 says that the address is no more. Other 4xx, but for those that speak of the moment or the key, refuse it for
good; all else is tried again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from siyu.channels.webhook.channel import RETRIED_STATUSES
from siyu.domain.hooks.contracts import Answered, BadEndpointError, DueCall
from siyu.kernel.clock import Clock
from siyu.platform.http import OutgoingHttp, RefusedUrlError, UnreachableError, checked_url, retry_after_seconds
from siyu.platform.inner import Resolve, outer_addresses, resolved
from siyu.platform.signatures import signature

GONE = 410


class HookCaller:
    """Makes calls. Implements `hooks.contracts.Caller`. Addresses within the company's own network are refused unless
    `takes_inner`: else whoever may make an endpoint could ask what stands behind the wall."""

    def __init__(self, clock: Clock, http: OutgoingHttp, *, takes_inner: bool, resolve: Resolve = resolved) -> None:
        self._clock, self._http, self._takes_inner, self._resolve = clock, http, takes_inner, resolve

    def check_address(self, url: str) -> None:
        """BadEndpointError where calls may not go there. A host that nobody knows at the moment is let pass: it is looked at again
        at every call."""
        try:
            checked_url(url)
        except RefusedUrlError as error:
            raise BadEndpointError(error.detail, field="url") from error
        if not self._takes_inner and outer_addresses(url, self._resolve) is None:
            raise BadEndpointError(
                "It lies within the company's own network, or its host has other letters than a to z.", field="url"
            )

    def call(self, call: DueCall, document: Mapping[str, Any]) -> Answered:
        """One request."""
        began = time.monotonic()

        def answered(told: str, *, is_taken: bool = False, is_final: bool = False, **more: Any) -> Answered:
            return Answered(is_taken, is_final, told, round((time.monotonic() - began) * 1000), **more)

        address = None
        if not self._takes_inner:
            addresses = outer_addresses(call.url, self._resolve)
            if addresses is None:
                return answered("inner_address")
            if not addresses:
                return answered("unreachable:unknown_host")
            # the very one that was looked at: the name may lead elsewhere a moment later
            address = addresses[(call.attempts - 1) % len(addresses)]
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "replace")
        headers = {
            "Content-Type": "application/json",
            "Siyu-Signature": signature(call.secret, body, self._clock.now()),
            "Idempotency-Key": call.call_key.encode("ascii", "backslashreplace").decode(),
        }
        try:
            if address is None:
                answer = self._http.post(call.url, body, headers)
            else:
                answer = self._http.post_at(address, call.url, body, headers)
        except UnreachableError as error:
            return answered(f"unreachable:{error.fields.get('kind', 'unknown')}")
        except RefusedUrlError:
            return answered("refused_url", is_final=True)
        told = f"http_{answer.status}"
        if answer.status == GONE:
            return answered(told, is_final=True, is_gone=True)
        return answered(
            told,
            is_taken=answer.is_success,
            is_final=400 <= answer.status < 500 and answer.status not in RETRIED_STATUSES,
            after_seconds=retry_after_seconds(answer.headers, self._clock.now()),
        )
