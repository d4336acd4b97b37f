"""Membership as bits: customer id c is bit c mod 4096 of chunk c div 4096. Pure; sets of ids are sorted numpy arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments.contracts import Ids, Merge
from siyu.platform.numbers import distinct, union

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
    return distinct(np.fromiter(values, dtype=np.uint64))


def bits_of(ids: Ids) -> Bits:
    """The chunks that hold at least one of the ids."""
    numbers = (ids // np.uint64(CHUNK_BITS)).astype(np.int64)
    chunks, row_of_id = np.unique(numbers, return_inverse=True)
    plain = np.zeros((len(chunks), CHUNK_BITS), dtype=np.uint8)
    plain[row_of_id, (ids % np.uint64(CHUNK_BITS)).astype(np.int64)] = 1
    return Bits(chunks, np.packbits(plain, axis=1))


def ids_of(bits: Bits) -> Ids:
    """The ids whose bit is set, ascending. Only bytes that have any are taken apart: mostly there are few."""
    flat = bits.rows.reshape(-1)
    at = np.flatnonzero(flat)
    byte, bit = np.nonzero(np.unpackbits(flat[at, np.newaxis], axis=1))
    at = at[byte]
    ids: Ids = (bits.chunks[at // CHUNK_BYTES] * CHUNK_BITS + at % CHUNK_BYTES * 8 + bit).astype(np.uint64)
    return ids


def contains(bits: Bits, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each of the ids, in whatever order, whether its bit is set."""
    if not len(bits.chunks) or not len(ids):
        return np.zeros(len(ids), dtype=np.bool_)
    chunks, offsets = ids // CHUNK_BITS, ids % CHUNK_BITS
    rows = np.minimum(np.searchsorted(bits.chunks, chunks), len(bits.chunks) - 1)
    bytes_there = bits.rows[rows, offsets // 8]
    found: NDArray[np.bool_] = (bits.chunks[rows] == chunks) & (
        (bytes_there >> (7 - offsets % 8).astype(np.uint8)) & 1 == 1
    )
    return found


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


def follow(members: set[int], merge: Merge) -> bool:
    """Takes a merge into who is in a segment: a loser's membership moves to the winner, a split moves none. Whether any moved."""
    if merge.is_split or merge.loser_id not in members:
        return False
    members.discard(merge.loser_id)
    members.add(merge.winner_id)
    return True


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the bitmap in which answers are compared with members: some chunks, and in them the bits that were answered.

    `mask` has a row of CHUNK_BYTES for each of `chunks`. The answer about the id in place `chosen`[n] of those answered about
    is bit `places`[n], counted through all of the chunks.
    """

    chunks: NDArray[np.int64]
    mask: NDArray[np.uint8]
    chosen: NDArray[np.int64]
    places: NDArray[np.int64]

    def packed(self, match: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
        """An answer about `size` ids, as bits of this frame."""
        plain = np.zeros(len(self.chunks) * CHUNK_BITS, dtype=np.uint8)
        plain[self.places] = np.unpackbits(match, count=size)[self.chosen]
        return np.packbits(plain).reshape(-1, CHUNK_BYTES)

    def compared(self, before: NDArray[np.uint8], after: NDArray[np.uint8]) -> Compared:
        """What turns `before` into `after`, as far as it was answered."""
        flips = (before ^ after) & self.mask
        changed = flips.view(np.uint64).any(axis=1)
        chunks, flips, was = self.chunks[changed], flips[changed], before[changed]
        left = was ^ flips
        return Compared(
            flips=Bits(chunks, flips),
            entered=ids_of(Bits(chunks, flips & left)),
            exited=ids_of(Bits(chunks, flips & was)),
            emptied=chunks[~left.view(np.uint64).any(axis=1)],
        )


@dataclass(frozen=True, slots=True)
class Compared:
    """Bits to flip, who entered and who exited by it, and the chunks that nobody is in afterwards."""

    flips: Bits
    entered: Ids
    exited: Ids
    emptied: NDArray[np.int64]


def frame_of(asked: Ids | None, answered: Ids, unsettled: Ids, chunks: NDArray[np.int64]) -> Frame:
    """The frame for answers about `answered`, of those asked about (None: everybody in `chunks` too). Who was asked about and not
    answered matches nothing; the unsettled stay as they are."""
    settled = ~np.isin(answered, unsettled)
    chosen = np.flatnonzero(settled)
    ids = answered[chosen]
    if asked is None:
        chunks = union(chunks, distinct(ids // np.uint64(CHUNK_BITS)).astype(np.int64))
        mask = np.full((len(chunks), CHUNK_BYTES), 255, dtype=np.uint8)
        untouched = unsettled[np.isin((unsettled // np.uint64(CHUNK_BITS)).astype(np.int64), chunks)]
        mask &= ~_packed(chunks, untouched)
    else:
        concerned = np.setdiff1d(asked, unsettled, assume_unique=True)
        chunks = distinct(concerned // np.uint64(CHUNK_BITS)).astype(np.int64)
        mask = _packed(chunks, concerned)
    return Frame(chunks, mask, chosen, _places(chunks, ids))


def _places(chunks: NDArray[np.int64], ids: Ids) -> NDArray[np.int64]:
    rows = np.searchsorted(chunks, (ids // np.uint64(CHUNK_BITS)).astype(np.int64))
    return rows * CHUNK_BITS + (ids % np.uint64(CHUNK_BITS)).astype(np.int64)


def _packed(chunks: NDArray[np.int64], ids: Ids) -> NDArray[np.uint8]:
    plain = np.zeros(len(chunks) * CHUNK_BITS, dtype=np.uint8)
    plain[_places(chunks, ids)] = 1
    return np.packbits(plain).reshape(-1, CHUNK_BYTES)
