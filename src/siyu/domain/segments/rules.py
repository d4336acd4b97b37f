"""Membership as bits: customer id c is bit c mod 4096 of chunk c div 4096. Pure; sets of ids are sorted numpy arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments.contracts import Ids, Merge

CHUNK_BITS = 4096
CHUNK_BYTES = CHUNK_BITS // 8


@dataclass(frozen=True, slots=True)
class Bits:
    """Some chunks of a bitmap: their numbers, ascending, and a row of CHUNK_BYTES bytes for each, the first bit highest."""

    chunks: NDArray[np.int64]
    rows: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Difference:
    """What turns one set into another."""

    entered: Ids
    exited: Ids

    @property
    def flips(self) -> Bits:
        """The bits to flip, either way."""
        return bits_of(np.sort(np.concatenate([self.entered, self.exited])))


def ids_from(values: Iterable[int]) -> Ids:
    """A sorted array without repetition."""
    return np.unique(np.fromiter(values, dtype=np.uint64))


def bits_of(ids: Ids) -> Bits:
    """The chunks that hold at least one of the ids."""
    numbers = (ids // np.uint64(CHUNK_BITS)).astype(np.int64)
    chunks, row_of_id = np.unique(numbers, return_inverse=True)
    plain = np.zeros((len(chunks), CHUNK_BITS), dtype=np.uint8)
    plain[row_of_id, (ids % np.uint64(CHUNK_BITS)).astype(np.int64)] = 1
    return Bits(chunks, np.packbits(plain, axis=1))


def ids_of(bits: Bits) -> Ids:
    """The ids whose bit is set, ascending."""
    row, bit = np.nonzero(np.unpackbits(bits.rows, axis=1))
    ids: Ids = (bits.chunks[row] * CHUNK_BITS + bit).astype(np.uint64)
    return ids


def difference(before: Ids, after: Ids) -> Difference:
    """Who has to enter and who to exit for `before` to become `after`; both sorted and without repetition."""
    return Difference(
        entered=np.setdiff1d(after, before, assume_unique=True),
        exited=np.setdiff1d(before, after, assume_unique=True),
    )


def without(ids: Ids, some: Ids) -> Ids:
    """The ids that are not among some others."""
    return np.setdiff1d(ids, some, assume_unique=True)


def text_rows(bits: Bits) -> list[str]:
    """Each chunk as PostgreSQL's bit text: 4096 digits."""
    digits = (np.unpackbits(bits.rows, axis=1) + np.uint8(ord("0"))).astype(np.uint8).tobytes().decode("ascii")
    return [digits[start : start + CHUNK_BITS] for start in range(0, len(digits), CHUNK_BITS)]


def bits_from_binary(chunks: Sequence[int], rows: Sequence[bytes]) -> Bits:
    """Chunks as PostgreSQL sends bit strings in binary: a length of four bytes, then the bytes."""
    packed = np.frombuffer(b"".join(row[4:] for row in rows), dtype=np.uint8).reshape(len(rows), CHUNK_BYTES)
    return Bits(np.asarray(chunks, dtype=np.int64), packed)


def after_merges(members: set[int], merges: Iterable[Merge]) -> set[int]:
    """Who is in a segment after merges, in their order: a loser's membership moves to the winner; a split moves none."""
    now = set(members)
    for merge in merges:
        if not merge.is_split and merge.loser_id in now:
            now.discard(merge.loser_id)
            now.add(merge.winner_id)
    return now
