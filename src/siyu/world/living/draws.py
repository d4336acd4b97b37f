"""Chances of one step of one life: asked the same, they answer the same, in whatever order and however often."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from statistics import NormalDist
from typing import TypeVar

Choice = TypeVar("Choice")
_WHOLE = 2**64
_NORMAL = NormalDist()


class Draw:
    """Answers questions by chance. What it answers depends on the seed, the place it was made for, and the question alone."""

    __slots__ = ("_place",)

    def __init__(self, seed: int, *place: int | str) -> None:
        self._place = f"{seed}:" + ":".join(map(str, place))

    def share(self, question: str) -> float:
        """Anything from 0 up to, not including, 1, all alike."""
        digest = blake2b(f"{self._place}:{question}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) / _WHOLE

    def happens(self, question: str, probability: float) -> bool:
        return self.share(question) < probability

    def whole(self, question: str, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return least + int(self.share(question) * (most - least + 1))

    def between(self, question: str, least: float, most: float) -> float:
        return least + self.share(question) * (most - least)

    def one_of(self, question: str, choices: Sequence[Choice]) -> Choice:
        return choices[int(self.share(question) * len(choices))]

    def pick(self, question: str, weights: Mapping[Choice, float]) -> Choice:
        """One of the choices, the weightier the likelier."""
        left = self.share(question) * sum(weights.values())
        for choice, weight in weights.items():
            left -= weight
            if left < 0:
                return choice
        return list(weights)[-1]

    def waiting(self, question: str, mean: float) -> float:
        """How long something takes that may come at any moment."""
        return -mean * math.log(1.0 - self.share(question))

    def log_normal(self, question: str, median: float, spread: float) -> float:
        """Around `median`, now and then far above."""
        return median * math.exp(spread * _NORMAL.inv_cdf(min(max(self.share(question), 1e-9), 1 - 1e-9)))
