"""The seal of callbacks (AES-256-CBC padded to 32 bytes, the receiver's name inside) and the signatures of pages."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from siyu.platform.crypto import is_same

BLOCK_BYTES = 32
NOISE_BYTES = 16
LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True)
class CallbackKeys:
    """What callbacks are signed and sealed with, and whom they are for: a corp, or an account's appid."""

    receiver_id: str
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)


def callback_signature(token: str, timestamp: str, nonce: str, sealed: str = "") -> str:
    """`msg_signature` of a callback; without anything sealed, `signature` of one in plain text."""
    parts = sorted((token, timestamp, nonce, sealed), key=str.encode)
    return hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324  # the protocol says so


def is_signed(keys: CallbackKeys, signature: str, timestamp: str, nonce: str, sealed: str) -> bool:
    """Whether somebody signed this who knows the token; takes the same time for every wrong signature."""
    return is_same(signature, callback_signature(keys.token, timestamp, nonce, sealed))


def opened(keys: CallbackKeys, sealed: str) -> bytes | None:
    """What is inside; None where it was not sealed with this key, or for somebody else."""
    try:
        key = base64.b64decode(keys.encoding_aes_key + "=")
        closed = base64.b64decode(sealed, validate=True)
        decryptor = Cipher(AES(key), CBC(key[:NOISE_BYTES])).decryptor()
        plain = decryptor.update(closed) + decryptor.finalize()
    except (binascii.Error, ValueError):
        return None
    padding = plain[-1] if plain else 0
    if not 1 <= padding <= BLOCK_BYTES or plain[-padding:] != bytes([padding]) * padding:
        return None
    content = plain[NOISE_BYTES:-padding]
    length = int.from_bytes(content[:LENGTH_BYTES])
    message, receiver = content[LENGTH_BYTES : LENGTH_BYTES + length], content[LENGTH_BYTES + length :]
    if len(message) != length or not is_same(receiver, keys.receiver_id.encode()):
        return None
    return message


def closed(keys: CallbackKeys, message: bytes, noise: bytes) -> str:
    """A message sealed for whoever has the key; `noise` are 16 bytes that nobody can guess."""
    key = base64.b64decode(keys.encoding_aes_key + "=")
    plain = noise[:NOISE_BYTES] + len(message).to_bytes(LENGTH_BYTES) + message + keys.receiver_id.encode()
    missing = BLOCK_BYTES - len(plain) % BLOCK_BYTES
    encryptor = Cipher(AES(key), CBC(key[:NOISE_BYTES])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()).decode()


def page_signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """The signature of `wx.config` and `wx.agentConfig`, for the address of a page without what follows #."""
    page = url.partition("#")[0]
    told = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}"
    return hashlib.sha1(told.encode()).hexdigest()  # noqa: S324  # the protocol says so
