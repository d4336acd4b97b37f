"""What a definition may be called, how large it may be, and which right each verb needs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from siyu.domain.definitions.contracts import Document, UnacceptableDocumentError
from siyu.kernel.errors import InvalidError

NAME_LENGTH_MAX = 120
DOCUMENT_BYTES_MAX = 256 * 1024
REFERENCES_MAX = 500
EXACT_NUMBER_MAX = 2**53 - 1

KEPT_BY_MAKERS = frozenset(
    {"code", "form", "list", "material", "post", "script", "segment", "send"}
    | {"experiment", "journey", "ladder", "metric", "report", "rfm", "service_rule", "tag_rule"}
)
"""Kinds by which customers are met, or chosen, and those that are for the whole company, of which a draft and the name can be
lost as well: who sees a part of the customers changes what was made by those of their own scope."""

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
    if len(encoded) > DOCUMENT_BYTES_MAX:
        raise UnacceptableDocumentError(f"It is larger than {DOCUMENT_BYTES_MAX // 1024} KiB.")
    _check_values(document)
    return document


def _check_values(document: object) -> None:
    """PostgreSQL keeps no NUL in a text, and a browser no number beyond 2^53 exactly."""
    waiting: list[object] = [document]
    while waiting:
        value = waiting.pop()
        match value:
            case str() if "\x00" in value:
                raise UnacceptableDocumentError("It holds a NUL character.")
            case int() | float() if abs(value) > EXACT_NUMBER_MAX:
                raise UnacceptableDocumentError(f"It holds a number beyond {EXACT_NUMBER_MAX}.")
            case Mapping():
                waiting += [*value.keys(), *value.values()]
            case list() | tuple():
                waiting += value
