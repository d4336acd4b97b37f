"""The certificate of an erasure: what was erased where, what was searched, what was found; signed by the installation's key."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import msgspec

import siyu
from siyu.domain.privacy.contracts import Request
from siyu.engines.privacy.parts import PARTS
from siyu.engines.privacy.searching import Search, searchable
from siyu.platform.crypto import derive_key, is_same

PURPOSE = "certificate of erasure"
NOT_SEARCHED: Final = (
    "Backups: those from before the erasure still hold the data; the journal of erasures is applied when one is put back,"
    " and they are deleted after the days that the installation keeps backups.",
    "Freed space in the database's own files, and its write-ahead log: reused and overwritten by the database in time.",
    "What was sent out before: messages at the channels' other side, files downloaded by staff.",
)
_encode = msgspec.json.Encoder(order="deterministic").encode


def certify(
    secret_key: str, request: Request, values: Collection[str], search: Search, now: datetime
) -> tuple[str, str, int]:
    """(text, signature, how many traces). The values themselves are not in it."""
    found = sum(trace.count for trace in search.traces)
    document: dict[str, Any] = {
        "certificate": "erasure of personal data",
        "siyu": siyu.__version__,
        "request_id": request.request_id,
        "customer_id": request.customer_id,
        "profile_ids": list(request.profile_ids),
        "reason": request.reason.value,
        "requested_by": request.requested_by,
        "requested_at": request.requested_at,
        "approved_by": request.decided_by,
        "approved_at": request.decided_at,
        "certified_at": now,
        "erased": dict(request.counts),
        "done_by_table": {place: part.erasure for place, part in PARTS.items()},
        "search": {
            "values": len(values),
            "values_too_short_to_search": len(values) - len(searchable(values)),
            "postgresql_tables": search.tables,
            "columns_tables": search.columns_tables,
            "files": search.files,
            "files_that_cannot_be_read": search.unread,
            "found": found,
            "found_in": [{"place": trace.place, "count": trace.count} for trace in search.traces],
        },
        "not_searched": list(NOT_SEARCHED),
    }
    text = msgspec.json.format(_encode(document), indent=2).decode()
    return text, signature_of(secret_key, text), found


def signature_of(secret_key: str, text: str) -> str:
    """HMAC-SHA256 of the text."""
    return hmac.digest(derive_key(secret_key, PURPOSE), text.encode(), "sha256").hex()


def is_genuine(secret_key: str, text: str, signature: str) -> bool:
    """Whether this installation signed exactly this text."""
    return is_same(signature_of(secret_key, text), signature)
