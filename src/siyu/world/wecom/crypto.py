"""The cipher and the signature of callbacks: AES-256-CBC, padded to 32 bytes, with the receiver's name inside."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import ClassVar

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from siyu.kernel.errors import InvalidError
from siyu.platform.crypto import is_same

BLOCK_BYTES = 32
RANDOM_BYTES = 16
KEY_CHARACTERS = 43


class EnvelopeError(InvalidError):
    """This encrypted message was not made for this receiver."""

    code: ClassVar[str] = "envelope_invalid"


def signature_of(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """`msg_signature` of a callback or an answer."""
    parts = sorted([token, timestamp, nonce, encrypted], key=lambda part: part.encode())
    return hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324  # the protocol says so


@dataclass(frozen=True, slots=True)
class Envelope:
    """Closes and opens what goes to one receiver: a corp for its own apps."""

    token: str
    encoding_aes_key: str
    receiver: str

    def __post_init__(self) -> None:
        if len(self.encoding_aes_key) != KEY_CHARACTERS:
            raise EnvelopeError("EncodingAESKey has 43 characters.")
        self._key()

    def _key(self) -> bytes:
        try:
            return base64.b64decode(self.encoding_aes_key + "=", validate=True)
        except binascii.Error as error:
            raise EnvelopeError("EncodingAESKey is not Base64.") from error

    def _cipher(self) -> Cipher[CBC]:
        key = self._key()
        return Cipher(AES(key), CBC(key[:16]))

    def close(self, message: bytes, noise: bytes) -> str:
        """The encrypted form; `noise` is 16 bytes that nobody can foresee."""
        if len(noise) != RANDOM_BYTES:
            raise EnvelopeError("The noise has 16 bytes.")
        plain = noise + len(message).to_bytes(4, "big") + message + self.receiver.encode()
        padding = BLOCK_BYTES - len(plain) % BLOCK_BYTES
        encryptor = self._cipher().encryptor()
        closed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
        return base64.b64encode(closed).decode()

    def open(self, encrypted: str) -> bytes:
        """What was enclosed; EnvelopeError where anything about it is wrong."""
        try:
            closed = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise EnvelopeError("It is not Base64.") from error
        if not closed or len(closed) % BLOCK_BYTES:
            raise EnvelopeError("Its length is wrong.")
        decryptor = self._cipher().decryptor()
        plain = decryptor.update(closed) + decryptor.finalize()
        padding = plain[-1]
        if not 1 <= padding <= BLOCK_BYTES or plain[-padding:] != bytes([padding]) * padding:
            raise EnvelopeError("Its padding is wrong.")
        content = plain[RANDOM_BYTES:-padding]
        length = int.from_bytes(content[:4], "big")
        if len(content) < 4 + length:
            raise EnvelopeError("It is cut off.")
        if not is_same(content[4 + length :], self.receiver.encode()):
            raise EnvelopeError("It is for somebody else.")
        return content[4 : 4 + length]

    def is_signed(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> bool:
        """Whether the signature was made with the token of this receiver."""
        return is_same(signature, signature_of(self.token, timestamp, nonce, encrypted))
