"""Opening what WeCom calls back with: who signed it, whom it is for, what it says. Nothing here stores or acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siyu.platform.callbacks.envelope import CallbackKeys, is_signed, opened
from siyu.platform.callbacks.xml import (
    CallbackForbiddenError,
    CallbackMalformedError,
    Value,
    dedupe_key_of,
    fields_of,
    instant_of,
    plain_name,
)

AGE_MAX: Final = timedelta(days=7)
"""What was signed longer ago is refused: its dedupe key may have been forgotten."""


@dataclass(frozen=True, slots=True)
class Signed:
    """The parts of the address that a callback is posted to."""

    signature: str
    timestamp: str
    nonce: str


@dataclass(frozen=True, slots=True)
class OpenedCallback:
    """A callback: its fields as they came, and the key that is the same for every time it is sent."""

    fields: Mapping[str, Value]
    dedupe_key: bytes
    event: str
    change: str
    happened_at: datetime

    def text(self, name: str) -> str:
        """A field that is one text; "" where there is none."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ""


def open_challenge(keys: CallbackKeys, signed: Signed, sealed: str) -> bytes:
    """What has to be answered, and nothing else, for WeCom to believe that the address is ours."""
    content = (
        opened(keys, sealed) if is_signed(keys, signed.signature, signed.timestamp, signed.nonce, sealed) else None
    )
    if content is None:
        raise CallbackForbiddenError
    return content


def open_callback(keys: CallbackKeys, signed: Signed, body: bytes, now: datetime) -> OpenedCallback:
    """The callback in a body. CallbackForbiddenError for what somebody else made, CallbackMalformedError for what is no XML."""
    outer = fields_of(body)
    sealed, receiver = outer.get("Encrypt"), outer.get("ToUserName")
    if not isinstance(sealed, str) or not sealed:
        raise CallbackMalformedError("It holds nothing sealed.")
    if not is_signed(keys, signed.signature, signed.timestamp, signed.nonce, sealed) or receiver != keys.receiver_id:
        raise CallbackForbiddenError
    if not signed.timestamp.isdecimal() or abs(now.timestamp() - int(signed.timestamp[:12])) > AGE_MAX.total_seconds():
        raise CallbackForbiddenError("It is too old.")
    content = opened(keys, sealed)
    if content is None:
        raise CallbackForbiddenError
    fields = fields_of(content)
    if fields.get("ToUserName") != keys.receiver_id:
        raise CallbackForbiddenError
    return OpenedCallback(
        fields,
        dedupe_key_of(fields),
        plain_name(fields.get("Event")) or plain_name(fields.get("MsgType")) or "unknown",
        plain_name(fields.get("ChangeType")),
        instant_of(fields.get("CreateTime"), now),
    )
