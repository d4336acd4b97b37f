"""What comes back of letters: a report of a mail server (RFC 3464), or JSON of a service that sends mail. Nothing here acts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Annotated, Literal

import msgspec

from siyu.channels.mail.channel import key_of
from siyu.domain.messages.contracts import FailedReason
from siyu.platform.callbacks.xml import CallbackMalformedError

BOUNCES_MAX = 1_000
MAIL_TYPES = ("message/rfc822", "multipart/report")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message did not arrive for good, or its reader complained of it (`is_complaint`), which is a word on consent."""

    message_key: str
    reason: str
    is_complaint: bool = False


class _Told(msgspec.Struct):
    message_id: Annotated[str, msgspec.Meta(max_length=1000)]
    kind: Literal["hard", "soft", "complaint"]


class _Body(msgspec.Struct):
    bounces: Annotated[list[_Told], msgspec.Meta(max_length=BOUNCES_MAX)]


def told_bounces(body: bytes) -> Sequence[Bounce]:
    """Of {"bounces": [{"message_id": "<…>", "kind": "hard" | "soft" | "complaint"}]}; what is soft may still arrive."""
    try:
        told = msgspec.convert(json.loads(body), _Body).bounces
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise CallbackMalformedError("It tells of no bounces.") from error
    keys = [(key_of(each.message_id), each.kind) for each in told]
    return [_bounce(key, is_complaint=kind == "complaint") for key, kind in keys if key and kind != "soft"]


def reported_bounces(body: bytes) -> Sequence[Bounce]:
    """Of a report of a mail server: only what failed for good (status 5.…), and only letters of ours."""
    report = message_from_bytes(body)
    statuses = [part for part in report.walk() if part.get_content_type() == "message/delivery-status"]
    failed = any(_is_final(block) for part in statuses for block in _blocks(part))
    originals = (
        block
        for part in report.walk()
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers")
        for block in _originals(part)
    )
    key = next((key for each in originals if (key := key_of(str(each.get("Message-ID", ""))))), "")
    return [_bounce(key)] if failed and key else []


def _bounce(key: str, *, is_complaint: bool = False) -> Bounce:
    return Bounce(key, (FailedReason.BLOCKED if is_complaint else FailedReason.NO_ADDRESS).value, is_complaint)


def _blocks(part: Message) -> Sequence[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _originals(part: Message) -> Sequence[Message]:
    if part.get_content_type() == "message/rfc822":
        return _blocks(part)
    payload = part.get_payload(decode=True)
    return [message_from_bytes(payload)] if isinstance(payload, bytes) else []


def _is_final(block: Message) -> bool:
    return str(block.get("Action", "")).strip().lower() == "failed" and str(block.get("Status", "")).strip().startswith(
        "5"
    )
