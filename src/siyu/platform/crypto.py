"""Passwords, tokens and signed codes: everything that must not be guessed, forged or timed."""

from __future__ import annotations

import hashlib
import hmac
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

CODE_PAYLOAD_BYTES_MAX = 64
SIGNATURE_BYTES = 8
"""Of a code's signature: short enough for a short link; 2^64 guesses, each a request, are not made."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUE_OF = {letter: value for value, letter in enumerate(_ALPHABET)}
_CODE_LENGTH_MAX = 100
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """An argon2id hash with its salt and parameters; slow on purpose."""
    return _hasher.hash(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. With None it takes as long and is False, so that nobody learns who exists."""
    try:
        _hasher.verify(password_hash if password_hash is not None else _hash_of_nobody(_hasher), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_new_hash(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def _hash_of_nobody(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody has this password")


def hash_token(token: str) -> bytes:
    """What is kept of a random token; it is long and random, so a fast hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def is_same(one: str | bytes, other: str | bytes) -> bool:
    """Whether both are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def derive_key(secret: str, purpose: str) -> bytes:
    """A key for one purpose out of the installation's secret, so that what is signed for one is worth nothing for another."""
    return hmac.digest(secret.encode(), b"siyu:" + purpose.encode(), "sha256")


def sign_code(key: bytes, payload: bytes) -> str:
    """A short code of letters and digits that carries `payload` and that only the holder of `key` can make.

    The payload can be read by anybody; it just cannot be changed.
    """
    if len(payload) > CODE_PAYLOAD_BYTES_MAX:
        raise ValueError(f"a code carries at most {CODE_PAYLOAD_BYTES_MAX} bytes")
    number = int.from_bytes(b"\x01" + payload + _signature(key, payload))
    letters: list[str] = []
    while number:
        number, rest = divmod(number, 62)
        letters.append(_ALPHABET[rest])
    return "".join(reversed(letters))


def open_code(key: bytes, code: str) -> bytes | None:
    """The payload of a code signed with `key`; None for anything else."""
    if not 0 < len(code) <= _CODE_LENGTH_MAX:
        return None
    number = 0
    for letter in code:
        value = _VALUE_OF.get(letter)
        if value is None or (value == 0 and number == 0):  # a leading zero would be a second code of the same payload
            return None
        number = number * 62 + value
    raw = number.to_bytes((number.bit_length() + 7) // 8)
    if len(raw) < 1 + SIGNATURE_BYTES or raw[0] != 1:
        return None
    payload, signature = raw[1:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
    return payload if hmac.compare_digest(signature, _signature(key, payload)) else None


def _signature(key: bytes, payload: bytes) -> bytes:
    return hmac.digest(key, payload, "sha256")[:SIGNATURE_BYTES]


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
