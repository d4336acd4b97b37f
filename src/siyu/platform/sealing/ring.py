"""Keys by number, and what each does: seal (AES-256-GCM), open, and make the blind token that a value is looked up by.

A sealed value tells the number of its key and its purpose, and is bound to both: what was sealed as a phone cannot be passed off
as anything else. Values are sealed with a nonce made of the value itself (under a key of its own), so the same value is
the same sealed text each time and telling a thing twice changes no row; bodies are sealed with a random one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from siyu.kernel.errors import SiyuError

SECRET_BYTES = 32
NONCE_BYTES = 12
TOKEN_BYTES = 16
NUMBER_BYTES = 2
NUMBER_MAX = 9_999
PREFIX = "sealed:"
"""What every sealed value in a document begins with. A value from outside that begins so is sealed itself, so that nobody outside
can make one that is taken for ours."""

_SEALED = re.compile(r"sealed:([0-9]{1,4}):([a-z_]{1,20}):([A-Za-z0-9_-]{38,})")
_IN_JSON = re.compile(f'"{_SEALED.pattern}"')
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class UnknownKeyError(SiyuError):
    """A value is sealed with a key that this installation's key ring does not hold; put that key back."""

    code = "unknown_key"


class WrongKeyError(SiyuError):
    """A key of the key ring is not the one this installation's data were sealed with; put the right one back."""

    code = "wrong_key"


class BrokenSealError(SiyuError):
    """A sealed value cannot be opened: it was changed, or was sealed for something else."""

    code = "broken_seal"


class BadKeyRingError(SiyuError):
    """The key ring cannot be understood. Each key is NUMBER:SECRET, the secret 32 bytes in base64url; a comma or a new line
    stands between two."""

    code = "bad_key_ring"


class DataKey:
    """One numbered secret and the keys made of it, one for each use."""

    def __init__(self, number: int, secret: bytes) -> None:
        if not (1 <= number <= NUMBER_MAX and len(secret) == SECRET_BYTES):
            raise BadKeyRingError
        self.number = number
        self.secret = secret
        self.mark = self._derived("mark")[:8]
        """Tells this key from another of the same number; worth nothing to anybody else."""
        self._index = self._derived("index")
        self._nonce = self._derived("nonce")
        self._cipher = AESGCM(self._derived("seal"))

    def _derived(self, use: str) -> bytes:
        return hmac.digest(self.secret, f"siyu:data:{use}".encode(), "sha256")

    def token(self, purpose: str, value: str) -> str:
        """What `value` is looked up by: always the same, and of no use without the key."""
        digest = hmac.digest(self._index, f"{purpose}\x1f{value}".encode("utf-8", "surrogatepass"), "sha256")
        return _text(digest[:TOKEN_BYTES])

    def sealed(self, purpose: str, plain: bytes, nonce: bytes | None = None) -> bytes:
        """Nonce and sealed text. Without a nonce it is made of the value."""
        context = f"{self.number}:{purpose}".encode()
        chosen = nonce or hmac.digest(self._nonce, context + b"\x1f" + plain, "sha256")[:NONCE_BYTES]
        return chosen + self._cipher.encrypt(chosen, plain, context)

    def opened(self, purpose: str, sealed: bytes) -> bytes:
        """The plain bytes; BrokenSealError for anything that this key did not seal for this purpose."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], f"{self.number}:{purpose}".encode())
        except (InvalidTag, ValueError) as error:
            raise BrokenSealError(purpose=purpose) from error


class KeyRing:
    """The keys a process has. `reread` gives them anew where another process may have added one."""

    def __init__(self, keys: Iterable[DataKey], reread: Callable[[], Iterable[DataKey]] | None = None) -> None:
        self._keys = {key.number: key for key in keys}
        self._reread = reread

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(map(str, self.numbers))})"

    @property
    def numbers(self) -> list[int]:
        """The numbers of the keys, the newest first."""
        return sorted(self._keys, reverse=True)

    @property
    def first(self) -> DataKey:
        """The oldest key; UnknownKeyError where there is none at all."""
        if not self._keys:
            raise UnknownKeyError("It holds none.")
        return self._keys[min(self._keys)]

    def key(self, number: int) -> DataKey:
        """The key of that number; UnknownKeyError where there is none, even after looking again."""
        found = self._keys.get(number)
        if found is None:
            self.refresh()
            found = self._keys.get(number)
        if found is None:
            raise UnknownKeyError(f"It is key {number}.", number=number)
        return found

    def refresh(self) -> None:
        """Looks again which keys there are."""
        if self._reread is not None:
            self._keys = {key.number: key for key in self._reread()}

    def seal_value(self, number: int, purpose: str, value: Any) -> str:
        """A value of a JSON document as a sealed text, to stand in the document in its place."""
        return f"{PREFIX}{number}:{purpose}:{_text(self.key(number).sealed(purpose, _encode(value)))}"

    def open_value(self, text: str) -> tuple[str, Any]:
        """(purpose, value) of a sealed text."""
        match = _SEALED.fullmatch(text)
        if match is None:
            raise BrokenSealError
        return match[2], _decode(self.key(int(match[1])).opened(match[2], _bytes(match[3], BrokenSealError)))

    def seal_bytes(self, number: int, purpose: str, plain: bytes) -> bytes:
        """Bytes sealed with a random nonce, the key's number before them."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return number.to_bytes(NUMBER_BYTES) + self.key(number).sealed(purpose, plain, nonce)

    def seal_text(self, number: int, purpose: str, plain: str) -> bytes:
        """A text sealed, always to the same bytes, the key's number before them."""
        return number.to_bytes(NUMBER_BYTES) + self.key(number).sealed(purpose, plain.encode("utf-8", "surrogatepass"))

    def open_bytes(self, purpose: str, sealed: bytes) -> bytes:
        """What `seal_bytes` sealed."""
        return self.key(int.from_bytes(sealed[:NUMBER_BYTES])).opened(purpose, sealed[NUMBER_BYTES:])

    def open_text(self, purpose: str, sealed: bytes) -> str:
        """What `seal_text` sealed."""
        return self.open_bytes(purpose, sealed).decode("utf-8", "surrogatepass")

    def replaced(self, document: str, replace: Callable[[str, Any], Any]) -> str:
        """A JSON text with each sealed value in it replaced by what `replace(purpose, value)` gives. A text that merely looks
        like a sealed value (the name of a member can) stays as it is."""
        if f'"{PREFIX}' not in document:
            return document

        def replacement(match: re.Match[str]) -> str:
            try:
                purpose, value = self.open_value(match[0][1:-1])
            except (BrokenSealError, UnknownKeyError):
                return match[0]
            return _encode(replace(purpose, value)).decode()

        return _IN_JSON.sub(replacement, document)


def new_key(number: int) -> DataKey:
    """A key that nobody has seen."""
    return DataKey(number, secrets.token_bytes(SECRET_BYTES))


def parse_keys(text: str) -> list[DataKey]:
    """The keys that a setting or a file tells; BadKeyRingError where it makes no sense. It is never quoted in the error."""
    keys = []
    for entry in text.replace(",", "\n").split():
        number, colon, secret = entry.partition(":")
        if not (colon and number.isascii() and number.isdecimal() and len(number) <= 4):
            raise BadKeyRingError
        keys.append(DataKey(int(number), _bytes(secret, BadKeyRingError)))
    if len({key.number for key in keys}) != len(keys):
        raise BadKeyRingError("Two keys have the same number.")
    return keys


def written_keys(keys: Iterable[DataKey]) -> str:
    """The text that `parse_keys` reads, the newest key first."""
    return "".join(f"{key.number}:{_text(key.secret)}\n" for key in sorted(keys, key=lambda key: -key.number))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str, wrong: type[SiyuError]) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise wrong from error
