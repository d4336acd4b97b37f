"""Everybody who is asked about, each at a position; answers are bits over these positions.

Bits are packed as `np.packbits` does, eight customers in a byte; what lies beyond the last customer is 0.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments.contracts import NEVER_MS, Ids

Bits = NDArray[np.uint8]
Positions = NDArray[np.int64]
_DENSE_SHARE = 16
_DENSE_MIN = 1 << 20


class Frame:
    """`ids` are ascending. Scans in several threads may use one frame."""

    def __init__(self, ids: Ids) -> None:
        self.ids = ids
        self.size = len(ids)
        self.due_ms = np.full(self.size, NEVER_MS, np.int64)
        self._noting = threading.Lock()
        # ids are dense: an array by id finds a position in no time. Of a few among many, a search does.
        self._by_id: NDArray[np.int32] | None = None
        if self.size and int(ids[-1]) < max(self.size * _DENSE_SHARE, _DENSE_MIN):
            self._by_id = np.full(int(ids[-1]) + 1, -1, np.int32)
            self._by_id[ids.astype(np.int64)] = np.arange(self.size, dtype=np.int32)

    def positions(self, customer_ids: Ids) -> Positions:
        """Where each stands; -1 for who does not."""
        if not self.size:
            return np.full(len(customer_ids), -1, np.int64)
        if self._by_id is not None:
            inside = customer_ids < np.uint64(len(self._by_id))
            found = self._by_id[np.where(inside, customer_ids, np.uint64(0)).astype(np.int64)].astype(np.int64)
            return np.where(inside, found, -1)
        places = np.minimum(np.searchsorted(self.ids, customer_ids), self.size - 1)
        return np.where(self.ids[places] == customer_ids, places, -1)

    def note_due(self, customer_ids: Ids, due_ms: NDArray[np.int64] | None) -> Positions:
        """Notes from when on answers about these customers may be others; gives where they stand."""
        positions = self.positions(customer_ids)
        if due_ms is not None:
            here = positions >= 0
            self.note_due_at(positions[here], due_ms[here])
        return positions

    def note_due_at(self, positions: Positions, due_ms: NDArray[np.int64]) -> None:
        """The same of those at some positions."""
        with self._noting:
            np.minimum.at(self.due_ms, positions, due_ms)

    def spread(self, positions: Positions, values: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Values at their positions, 0 elsewhere. No position is given twice."""
        spread = np.zeros(self.size, np.uint64)
        here = positions >= 0
        spread[positions[here]] = values[here]
        return spread

    def among(self, customer_ids: Ids) -> Bits:
        """Those of a set."""
        marked = np.zeros(self.size, np.uint8)
        positions = self.positions(customer_ids)
        marked[positions[positions >= 0]] = 1
        return np.packbits(marked)

    def opposite(self, bits: Bits) -> Bits:
        """Everybody else."""
        inverted = np.bitwise_not(bits)
        if self.size % 8:
            inverted[-1] &= np.uint8((0xFF << (8 - self.size % 8)) & 0xFF)
        return inverted


def packed(word: NDArray[np.uint64], bit: int) -> Bits:
    """One bit of each word."""
    # the byte that the bit is in, of a word in the order of bytes of this machine's numpy
    octets = word.astype("<u8", copy=False).view(np.uint8)[bit // 8 :: 8]
    return np.packbits(octets & np.uint8(1 << bit % 8))
