"""What a definition may be called, how large it may be, and which right each verb needs."""

from __future__ import annotations

import json
import re

from siyu.domain.definitions.contracts import Document, UnacceptableDocumentError
from siyu.kernel.errors import InvalidError

NAME_LENGTH_MAX = 120
DOCUMENT_BYTES_MAX = 256 * 1024
REFERENCES_MAX = 500

_KIND = re.compile(r"[a-z][a-z_]{0,39}")


def read_right(kind: str) -> str:
    return f"{kind}s.read"


def write_right(kind: str) -> str:
    return f"{kind}s.write"


def publish_right(kind: str) -> str:
    return f"{kind}s.publish"


def checked_kind(kind: str) -> str:
    if not _KIND.fullmatch(kind):
        raise InvalidError("A kind is a lower-case word.", field="kind")
    return kind


def checked_name(name: str) -> str:
    """The name without blanks around it."""
    stripped = name.strip()
    if not 1 <= len(stripped) <= NAME_LENGTH_MAX:
        raise InvalidError(f"A name has 1 to {NAME_LENGTH_MAX} characters.", field="name")
    if not stripped.isprintable():
        raise InvalidError("A name has no control characters.", field="name")
    return stripped


def checked_document(document: Document) -> Document:
    """The document itself, if PostgreSQL can keep it and it is not too large."""
    try:
        encoded = json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UnacceptableDocumentError("It is not plain JSON.") from error
    if b"\\u0000" in encoded:
        raise UnacceptableDocumentError("It holds a NUL character.")
    if len(encoded) > DOCUMENT_BYTES_MAX:
        raise UnacceptableDocumentError(f"It is larger than {DOCUMENT_BYTES_MAX // 1024} KiB.")
    return document
