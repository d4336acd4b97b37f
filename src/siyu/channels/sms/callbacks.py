"""What vendors call back with: receipts and replies, in their words and in ours. Nothing here stores or acts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from siyu.domain.messages.contracts import FailedReason
from siyu.platform.callbacks.xml import CallbackMalformedError

ROWS_MAX: Final = 1_000
TEXT_LENGTH_MAX: Final = 500
REASON_LENGTH_MAX: Final = 100

_ALIYUN_REASONS: Final[Mapping[str, str]] = {
    "MOBILE_NOT_ON_SERVICE": FailedReason.NO_ADDRESS.value,
    "DB:0141": FailedReason.NO_ADDRESS.value,
    "MK:0001": FailedReason.NO_ADDRESS.value,
    "MOBILE_IN_BLACK": FailedReason.BLOCKED.value,
    "MB:1078": FailedReason.BLOCKED.value,
    "SIGN_REJECT": FailedReason.BLOCKED.value,
}


@dataclass(frozen=True, slots=True)
class SmsReceipt:
    """What became of a message."""

    key: str
    is_delivered: bool
    reason: str


@dataclass(frozen=True, slots=True)
class SmsReply:
    """What somebody wrote back. What is written is read and not kept."""

    phone: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SmsCallback:
    """All that one callback tells."""

    receipts: Sequence[SmsReceipt]
    replies: Sequence[SmsReply]


def generic_callback(body: bytes) -> SmsCallback:
    """In our own words (see the package)."""
    told = _loaded(body)
    if not isinstance(told, dict):
        raise CallbackMalformedError("It is no object.")
    receipts = [
        SmsReceipt(_text(row, "key"), _text(row, "status") == "delivered", _text(row, "reason", REASON_LENGTH_MAX))
        for row in _rows(told.get("receipts", []))
        if _text(row, "status") in ("delivered", "failed")
    ]
    return SmsCallback(
        receipts, [SmsReply(_text(row, "phone"), _text(row, "text")) for row in _rows(told.get("replies", []))]
    )


def aliyun_callback(body: bytes) -> SmsCallback:
    """`SmsReport` and `SmsUp` come as lists, to one address or to two; who wrote has `content`."""
    rows = _rows(_loaded(body))
    receipts = [
        SmsReceipt(_text(row, "out_id"), row["success"], _aliyun_reason(_text(row, "err_code", REASON_LENGTH_MAX)))
        for row in rows
        if isinstance(row.get("success"), bool) and _text(row, "out_id")
    ]
    return SmsCallback(
        receipts, [SmsReply(_text(row, "phone_number"), _text(row, "content")) for row in rows if "content" in row]
    )


def _aliyun_reason(code: str) -> str:
    return _ALIYUN_REASONS.get(code, code)


def _loaded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CallbackMalformedError("It is no JSON.") from error


def _rows(told: Any) -> list[dict[str, Any]]:
    if not isinstance(told, list) or len(told) > ROWS_MAX or not all(isinstance(row, dict) for row in told):
        raise CallbackMalformedError(f"It is no list of at most {ROWS_MAX} objects.")
    return told


def _text(row: Mapping[str, Any], name: str, length_max: int = TEXT_LENGTH_MAX) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise CallbackMalformedError(f"{name} is no text.")
    return "".join(letter for letter in value[:length_max] if letter.isprintable())
