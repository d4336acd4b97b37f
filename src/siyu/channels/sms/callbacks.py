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

ALIYUN_DELIVERED: Final = "DELIVERED"
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
    unknown: int = 0
    """So many rows were not understood; nothing follows from them."""


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
    """`SmsReport` and `SmsUp` come as lists, to one address or to two. Read strictly: a receipt says in `success` and in `err_code`
    the same, a reply has who wrote and what. CallbackMalformedError where no row is either: the vendor shows it as failed."""
    rows = _rows(_loaded(body))
    receipts, replies, unknown = list[SmsReceipt](), list[SmsReply](), 0
    for row in rows:
        if "content" in row and _text(row, "phone_number"):
            replies.append(SmsReply(_text(row, "phone_number"), _text(row, "content")))
        elif not _is_aliyun_receipt(row):
            unknown += 1
        elif _text(row, "out_id"):  # without it: what somebody else sent by the same account
            reason = _aliyun_reason(_text(row, "err_code", REASON_LENGTH_MAX))
            receipts.append(SmsReceipt(_text(row, "out_id"), row["success"], reason))
    if rows and unknown == len(rows):
        raise CallbackMalformedError("None of it is a receipt or a reply.")
    return SmsCallback(receipts, replies, unknown)


def _is_aliyun_receipt(row: Mapping[str, Any]) -> bool:
    """Whether its parts are there and do not contradict each other."""
    success, code = row.get("success"), _text(row, "err_code")
    return isinstance(success, bool) and bool(code) and success is (code == ALIYUN_DELIVERED)


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
