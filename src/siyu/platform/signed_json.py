"""Signed JSON to a program of somebody else's: one address, one shared secret, one POST a call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from siyu.kernel.clock import Clock
from siyu.platform.http import HttpAnswer, OutgoingHttp, RefusedUrlError, UnreachableError
from siyu.platform.signatures import signature

NEVER_REACHED: Final = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout"})
"""Kinds of UnreachableError after which the other side surely has nothing."""

REASON_LENGTH_MAX: Final = 200


class Told(NamedTuple):
    """What the other side says of one thing: a status of its own and perhaps why."""

    status: str
    reason: str | None


class SignedJson:
    """Posts documents under `base_url`, signed with `secret`; safe for many threads."""

    def __init__(self, base_url: str, secret: str, clock: Clock, http: OutgoingHttp) -> None:
        self._base_url, self._secret, self._clock, self._http = base_url.rstrip("/"), secret, clock, http

    def __repr__(self) -> str:
        return f"SignedJson({self._base_url})"

    def post(self, path: str, document: Mapping[str, object]) -> HttpAnswer:
        """Any HTTP answer; UnreachableError where there was none."""
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        headers = {
            "Content-Type": "application/json",
            "Siyu-Signature": signature(self._secret, body, self._clock.now()),
        }
        return self._http.post(f"{self._base_url}{path}", body, headers)

    def check(self) -> tuple[str, str] | None:
        """(a stable code, the HTTP status) of what is wrong; None where the other side knows us."""
        try:
            answer = self.post("/check", {})
        except (UnreachableError, RefusedUrlError):
            return "unreachable", ""
        if answer.status in (401, 403):
            return "wrong_secret", f"http_{answer.status}"
        return None if answer.is_success else ("refused", f"http_{answer.status}")


def results_of(answer: HttpAnswer) -> dict[str, Told]:
    """{key: what is said of it} of {"results": [{"key", "status", "reason"}]}; nothing where that cannot be read."""
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    rows = told.get("results") if isinstance(told, dict) else None
    return {row["key"]: _told(row) for row in rows if _is_result(row)} if isinstance(rows, list) else {}


def _is_result(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("key"), str) and isinstance(row.get("status"), str)


def _told(row: Mapping[str, Any]) -> Told:
    reason = row.get("reason")
    return Told(row["status"], reason[:REASON_LENGTH_MAX] if isinstance(reason, str) else None)


def surely_not_there(error: UnreachableError) -> bool:
    """Whether the request cannot have reached anybody."""
    return error.fields.get("kind") in NEVER_REACHED
