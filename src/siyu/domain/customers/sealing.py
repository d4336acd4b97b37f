"""Phones and e-mail as they lie in tables and in the log: sealed, and looked up by a blind token.

In memory an identity is always whole. A profile of a phone or an e-mail stores the token in `value` and the identity itself in
`sealed`; in documents (attributes, an event's properties) each value whose name says phone or e-mail is a sealed text, at
whatever depth it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from siyu.domain.customers.contracts import (
    SEALED_KINDS,
    Identity,
    identifying_kind,
    masked,
)
from siyu.platform.sealing.ring import PREFIX, KeyRing
from siyu.platform.sealing.seals import Seals

QUOTED = "quoted"
"""Of a text from outside that merely looks sealed."""

_HINTS = (b"phone", b"mail", b"mobile", b"tel", "手机".encode(), "电话".encode(), "邮".encode(), b"sealed:", b"\\u")
"""Bytes of which a document holds at least one if anything in it is to be sealed; in lower case, without underscores. An
escape may hide any of them."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def stored_forms(seals: Seals, identities: Iterable[Identity]) -> dict[Identity, Identity]:
    """{as it may be stored: identity}, for looking identities up; of a sealed kind one form for each key in force."""
    forms = {}
    for identity in identities:
        if identity.kind in SEALED_KINDS:
            for token in seals.tokens(identity.kind, identity.value):
                forms[Identity(identity.kind, token)] = identity
        else:
            forms[identity] = identity
    return forms


def stored_form(seals: Seals, identity: Identity) -> tuple[Identity, bytes | None, int | None]:
    """(as it is stored from now on, sealed, number of the key it is sealed under)."""
    if identity.kind not in SEALED_KINDS:
        return identity, None, None
    token = seals.token(identity.kind, identity.value)
    return Identity(identity.kind, token), seals.seal_text(identity.kind, identity.value), seals.newest


def opened_identity(keys: KeyRing, kind: str, value: str, sealed: bytes | None) -> Identity:
    """The identity of a row."""
    return Identity(kind, keys.open_text(kind, sealed) if sealed is not None else value)


def has_to_be_sealed(document: Mapping[str, Any]) -> bool:
    """Whether anything in the document is to be sealed."""
    return any(_kind_to_seal(name, value) is not None or _is_inside(name, value) for name, value in document.items())


def _is_inside(name: str, value: Any) -> bool:
    if isinstance(value, Mapping):
        return has_to_be_sealed(value)
    return isinstance(value, list) and any(
        _kind_to_seal(name, each) is not None or _is_inside(name, each) for each in value
    )


def sealed_document(seals: Seals, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with what identifies by phone or e-mail sealed."""
    return {name: _sealed(seals, name, value) for name, value in document.items()}


def _sealed(seals: Seals, name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return sealed_document(seals, value)
    if isinstance(value, list):
        return [_sealed(seals, name, each) for each in value]
    kind = _kind_to_seal(name, value)
    return seals.seal_value(kind, value) if kind is not None else value


def _kind_to_seal(name: str, value: Any) -> str | None:
    if value in ("", None) or isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    kind = identifying_kind(name)
    if kind in SEALED_KINDS:
        return kind
    return QUOTED if isinstance(value, str) and value.startswith(PREFIX) else None


def may_have_to_be_sealed(document: bytes) -> bool:
    """Whether it is worth decoding a JSON document to look; most hold nothing of the kind."""
    lower = document.lower().replace(b"_", b"").replace(b"-", b"").replace(b" ", b"")
    return any(hint in lower for hint in _HINTS)


def sealed_json(seals: Seals, document: bytes) -> bytes:
    """As `sealed_document`, of a JSON text; the same bytes where nothing is to be sealed."""
    told = _decode(document)
    if not isinstance(told, dict) or not has_to_be_sealed(told):
        return document
    return _encode(sealed_document(seals, told))


def opened_document(keys: KeyRing, value: Any) -> Any:
    """A document, or a value in one, with all that is sealed in it opened."""
    if isinstance(value, str):
        return keys.open_value(value)[1] if value.startswith(PREFIX) else value
    if isinstance(value, Mapping):
        return {name: opened_document(keys, each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [opened_document(keys, each) for each in value]
    return value


def masked_json(keys: KeyRing, document: str) -> str:
    """A JSON text with all that is sealed in it masked, as columns and pages may have it."""
    return keys.replaced(document, lambda kind, value: masked(Identity(kind, str(value))))
