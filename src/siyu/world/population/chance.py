"""Seeded chance for one person's life: the same seed, the same life, whoever else is in the world."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

import numpy as np

Choice = TypeVar("Choice")

_DRAWN_AT_ONCE = 128


class Weighted(Generic[Choice]):
    """Choices of which some are likelier than others."""

    def __init__(self, weights: Mapping[Choice, float]) -> None:
        self.choices: Sequence[Choice] = tuple(weights)
        total = sum(weights.values())
        self._bounds = list(accumulate(weight / total for weight in weights.values()))

    def at(self, share: float) -> Choice:
        """The choice that stands at `share` (0 to 1) of all weight."""
        return self.choices[min(bisect_right(self._bounds, share), len(self.choices) - 1)]


class Chance:
    """Draws numbers. They are made many at a time, which is what makes a life cheap."""

    def __init__(self, *seed: int) -> None:
        self._generator = np.random.default_rng(seed)
        self._drawn: list[float] = []

    def share(self) -> float:
        """Anything from 0 up to, not including, 1, all alike."""
        if not self._drawn:
            self._drawn = self._generator.random(_DRAWN_AT_ONCE).tolist()
        return self._drawn.pop()

    def happens(self, probability: float) -> bool:
        return self.share() < probability

    def pick(self, weighted: Weighted[Choice]) -> Choice:
        return weighted.at(self.share())

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        return choices[int(self.share() * len(choices))]

    def whole(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return least + int(self.share() * (most - least + 1))

    def between(self, least: float, most: float) -> float:
        return least + self.share() * (most - least)

    def waiting(self, mean: float) -> float:
        """How long something takes that may come at any moment."""
        return -mean * math.log(1.0 - self.share())

    def log_normal(self, median: float, spread: float) -> float:
        """Around `median`, now and then far above; `spread` is the standard deviation of its logarithm."""
        return median * math.exp(spread * float(self._generator.standard_normal()))

    def gamma(self, shape: float, mean: float) -> float:
        return float(self._generator.gamma(shape, mean / shape))

    def beta(self, one: float, other: float) -> float:
        return float(self._generator.beta(one, other))
