"""Lots that always fall the same: a hash of what is drawn for, so that nothing has to be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

_WHOLE: Final = 1 << 64


def drawn(text: str, weights: Sequence[int]) -> int:
    """The place of the weight on which the lot of `text` falls, each as likely as it weighs."""
    place = _lot(text) * sum(weights)
    return next(n for n, bound in enumerate(accumulate(weights)) if place < bound * _WHOLE)


def is_among(text: str, percent: int) -> bool:
    """Whether the lot of `text` falls within so many percent; who is among few is among more as well."""
    return percent > 0 and _lot(text) * 100 < percent * _WHOLE


def _lot(text: str) -> int:
    """A number below 2^64, every one as likely as any other."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
