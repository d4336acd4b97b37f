"""How a request to a program of somebody else's is signed, and how its receiver checks it."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

AGE_MAX = timedelta(minutes=5)


def signature(secret: str, body: bytes, at: datetime) -> str:
    """The value of `Siyu-Signature`; the time is signed too, so that an old request cannot be sent again."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_digest(secret, seconds, body)}"


def is_signed(secret: str, body: bytes, value: str, now: datetime, age_max: timedelta = AGE_MAX) -> bool:
    """Whether `value` is our signature of the body and not older (or newer) than `age_max`."""
    parts = dict(part.partition("=")[::2] for part in value.split(","))
    at = parts.get("t", "")
    if not (at.isascii() and at.isdigit() and len(at) <= 12):
        return False
    if abs(now.timestamp() - int(at)) > age_max.total_seconds():
        return False
    return hmac.compare_digest(_digest(secret, int(at), body).encode(), parts.get("v1", "").encode())


def _digest(secret: str, seconds: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, "sha256").hexdigest()
