"""Phones and e-mail as they lie in tables and in the log: sealed, and looked up by a blind token.

In memory an identity is always whole. A profile of a phone or an e-mail stores the token in `value` and the identity itself in
`sealed`; in documents (attributes, an event's properties) each value whose name says phone or e-mail is a sealed text, at
whatever depth it stands.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from siyu.domain.customers.contracts import (
    SEALED_KINDS,
    BadIdentityError,
    Identity,
    identifying_kind,
    masked,
    normal_identity,
)
from siyu.platform.postgres.database import Reading, UnitOfWork
from siyu.platform.sealing.ring import PREFIX, KeyRing
from siyu.platform.sealing.seals import Seals

QUOTED = "quoted"
"""Of a text from outside that merely looks sealed."""

_HINTS = (b"phone", b"mail", b"mobile", b"tel", "手机".encode(), "电话".encode(), "邮".encode(), b"sealed:", b"\\u")
"""Bytes of which a document holds at least one if anything in it is to be sealed; in lower case, without underscores. An
escape may hide any of them."""

_HINT = re.compile(b"|".join(map(re.escape, _HINTS)))
_LOWER = bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())

_KEY_NUMBER = re.compile(f'"{PREFIX}([0-9]{{1,4}}):')
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class StoredIdentity(NamedTuple):
    """An identity as it is stored: of a sealed kind `value` is the token, and `sealed` lies under the key `sealed_under`."""

    kind: str
    value: str
    sealed: bytes | None
    sealed_under: int | None

    @property
    def form(self) -> Identity:
        """What is unique of it."""
        return Identity(self.kind, self.value)


class SealedRow(NamedTuple):
    """What of a profile is sealed."""

    profile_id: int
    kind: str
    value: str
    sealed: bytes | None
    attributes_json: str


def stored_forms(reading: Reading, identities: Iterable[Identity]) -> dict[Identity, Identity]:
    """{as it may be stored: identity}, for looking identities up; of a sealed kind one form for each key in force."""
    forms = {}
    for identity in identities:
        if identity.kind in SEALED_KINDS:
            for token in reading.seals.tokens(identity.kind, identity.value):
                forms[Identity(identity.kind, token)] = identity
        else:
            forms[identity] = identity
    return forms


def stored_identity(work: UnitOfWork, identity: Identity) -> StoredIdentity:
    """The identity as it is stored from now on."""
    kind, value = identity
    if kind not in SEALED_KINDS:
        return StoredIdentity(kind, value, None, None)
    seals = work.seals
    return StoredIdentity(kind, seals.token(kind, value), seals.seal_text(kind, value), seals.newest)


def opened_identity(keys: KeyRing, kind: str, value: str, sealed: bytes | None) -> Identity:
    """The identity of a row."""
    return Identity(kind, keys.open_text(kind, sealed) if sealed is not None else value)


def resealed(work: UnitOfWork, row: SealedRow) -> SealedRow:
    """The same profile with everything under the newest key."""
    seals = work.seals
    value, sealed = row.value, row.sealed
    if sealed is not None:
        plain = seals.open_text(row.kind, sealed)
        value, sealed = seals.token(row.kind, plain), seals.seal_text(row.kind, plain)
    return SealedRow(row.profile_id, row.kind, value, sealed, seals.resealed(row.attributes_json))


def sealed_attributes(work: UnitOfWork, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document with what identifies by phone or e-mail sealed, at whatever depth."""
    return _sealed_document(work.seals, document) if _has_to_be_sealed(document) else document


def _has_to_be_sealed(document: Mapping[str, Any]) -> bool:
    return any(_kind_to_seal(name, value) is not None or _is_inside(name, value) for name, value in document.items())


def _is_inside(name: str, value: Any) -> bool:
    if isinstance(value, Mapping):
        return _has_to_be_sealed(value)
    return isinstance(value, list) and any(
        _kind_to_seal(name, each) is not None or _is_inside(name, each) for each in value
    )


def _sealed_document(seals: Seals, document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _sealed(seals, name, value) for name, value in document.items()}


def _sealed(seals: Seals, name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return _sealed_document(seals, value)
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
    return _HINT.search(document.translate(_LOWER, b"_- ")) is not None


def sealed_json(work: UnitOfWork, document: bytes) -> bytes:
    """As `sealed_attributes`, of a JSON text; the same bytes where nothing is to be sealed."""
    if not may_have_to_be_sealed(document):
        return document
    told = _decode(document)
    if not isinstance(told, dict) or not _has_to_be_sealed(told):
        return document
    return _encode(_sealed_document(work.seals, told))


def tokens_of(reading: Reading, text: str) -> list[str]:
    """All tokens that a phone or an e-mail may be stored under, in whatever spelling it was typed; none for another text."""
    found = []
    for kind in sorted(SEALED_KINDS):
        try:
            found.append(normal_identity(kind, text))
        except BadIdentityError:
            continue
    return [form.value for form in stored_forms(reading, found)]


def opened_document(keys: KeyRing, document: Mapping[str, Any]) -> dict[str, Any]:
    """A document with all that is sealed in it opened."""
    opened: dict[str, Any] = _replaced(keys, document, lambda _kind, value: value)
    return opened


def masked_document(keys: KeyRing, document: Mapping[str, Any]) -> dict[str, Any]:
    """A document with all that is sealed in it masked."""
    shown: dict[str, Any] = _replaced(keys, document, _masked)
    return shown


def _replaced(keys: KeyRing, value: Any, replace: Callable[[str, Any], Any]) -> Any:
    if isinstance(value, str):
        return replace(*keys.open_value(value)) if value.startswith(PREFIX) else value
    if isinstance(value, Mapping):
        return {name: _replaced(keys, each, replace) for name, each in value.items()}
    if isinstance(value, list):
        return [_replaced(keys, each, replace) for each in value]
    return value


def _masked(kind: str, value: Any) -> str:
    return masked(Identity(kind, str(value)))


def lowest_key(document: str) -> int | None:
    """The lowest number of the keys under which something in a JSON text is sealed; None where nothing is."""
    return min((int(number) for number in _KEY_NUMBER.findall(document)), default=None)


def masked_json(keys: KeyRing, document: str) -> str:
    """A JSON text with all that is sealed in it masked, as columns and pages may have it."""
    return keys.replaced(document, _masked)
