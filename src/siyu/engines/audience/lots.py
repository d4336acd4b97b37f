"""The lots of a stable sample: a number from 0 up to below 100 for each customer, drawn anew under each name.

Frozen: who is in a sample today is in it for ever, so neither the hash of the name nor the mixing may change.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments.contracts import Ids, SampleCondition

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def lots(name: str, ids: Ids) -> NDArray[np.float64]:
    """The customers' lots: SplitMix64 of their ids, seeded by the first 64 bits of the name's BLAKE2b."""
    seed = np.uint64(int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little"))
    mixed = ids.astype(np.uint64) * _STEP + seed  # wraps around, as it is meant to
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) * (100 / 2**53)


def drawn(leaf: SampleCondition, ids: Ids) -> NDArray[np.bool_]:
    """Who is in a sample."""
    lot = lots(leaf.name, ids)
    return (lot >= leaf.from_percent) & (lot < leaf.to_percent)
