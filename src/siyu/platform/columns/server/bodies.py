"""Request bodies as they travel: in pieces, perhaps chunked, perhaps compressed."""

from __future__ import annotations

import importlib
import sys
import zlib
from collections.abc import Callable, Iterator
from email.message import Message
from typing import Any, BinaryIO, Protocol

from siyu.platform.columns.server.errors import REFUSED, UNKNOWN_COMPRESSION, EngineError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

lz4_frame: Any = importlib.import_module("lz4.frame")  # it has no types
PIECE_BYTES = 1 << 20
_LINE_MAX_BYTES = 4096


class BodyCutError(Exception):
    """The client left in the middle of its request."""


class _Decompressor(Protocol):
    """What zlib, lz4 and zstd have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes | None: ...

    def decompress(self, data: bytes, /) -> bytes: ...


_DECOMPRESSORS: dict[str, Callable[[], _Decompressor]] = {
    "gzip": lambda: zlib.decompressobj(31),
    "deflate": zlib.decompressobj,
    "lz4": lz4_frame.LZ4FrameDecompressor,
    "zstd": zstd.ZstdDecompressor,
}


class Body:
    """One request's body. Iterating gives its plain bytes, piece by piece; `drain` reads what nobody wanted."""

    def __init__(self, source: BinaryIO, headers: Message) -> None:
        self._raw = _travelling(source, headers)
        encoding = (headers.get("Content-Encoding") or "identity").strip().lower()
        self._plain = self._raw if encoding in ("", "identity") else _decompressed(self._raw, encoding)

    def __iter__(self) -> Iterator[bytes]:
        return self._plain

    def read_at_least(self, size: int) -> bytes:
        """The first `size` bytes or more; fewer only where there are no more."""
        pieces: list[bytes] = []
        held = 0
        while held < size:
            piece = next(self._plain, b"")
            if not piece:
                break
            pieces.append(piece)
            held += len(piece)
        return b"".join(pieces)

    def drain(self) -> None:
        """Read to the end, so that the answer is not lost with a connection that is cut under a client still sending."""
        for _ in self._raw:
            pass


def _travelling(source: BinaryIO, headers: Message) -> Iterator[bytes]:
    if (headers.get("Transfer-Encoding") or "").strip().lower() == "chunked":
        return _dechunked(source)
    try:
        length = int(headers.get("Content-Length") or 0)
    except ValueError as error:
        raise EngineError(REFUSED, "Content-Length is not a number.") from error
    return _of_length(source, length)


def _of_length(source: BinaryIO, length: int) -> Iterator[bytes]:
    left = length
    while left > 0:
        piece = source.read(min(left, PIECE_BYTES))
        if not piece:
            raise BodyCutError
        left -= len(piece)
        yield piece


def _dechunked(source: BinaryIO) -> Iterator[bytes]:
    while True:
        line = source.readline(_LINE_MAX_BYTES)
        if not line.endswith(b"\n"):
            raise BodyCutError
        try:
            size = int(line.split(b";", 1)[0], 16)
        except ValueError as error:
            raise BodyCutError from error
        if size == 0:
            while (trailer := source.readline(_LINE_MAX_BYTES)) not in (b"\r\n", b"\n"):
                if not trailer:
                    raise BodyCutError
            return
        yield from _of_length(source, size)
        if source.readline(_LINE_MAX_BYTES) not in (b"\r\n", b"\n"):
            raise BodyCutError


def _decompressed(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Clients send each block as a frame of its own, so one frame may follow another."""
    if encoding not in _DECOMPRESSORS:
        raise EngineError(UNKNOWN_COMPRESSION, f"Unknown compression method {encoding}.")
    make = _DECOMPRESSORS[encoding]
    current: _Decompressor | None = None
    try:
        for piece in pieces:
            rest = piece
            while rest:
                if current is None:
                    current = make()
                plain = current.decompress(rest)
                rest = b""
                if current.eof:
                    rest = current.unused_data or b""
                    current = None
                if plain:
                    yield plain
    except (RuntimeError, zlib.error, zstd.ZstdError) as error:
        raise EngineError(UNKNOWN_COMPRESSION, f"The body is not valid {encoding}.") from error
    if current is not None:
        raise EngineError(UNKNOWN_COMPRESSION, f"The {encoding} body ends in the middle of a frame.")
