"""How a conversion is credited to the touches before it: rules on what was counted, apart from storage.

A journey is the channels that touched a customer, in order, and whether it ended in a conversion; here a channel is a number.
Every model deals out each conversion that was touched exactly once, so the credits of all channels add up to the conversions.

- first, last: all to the first or the last touch.
- linear: the same to each touch.
- position: two fifths each to the first and the last touch, the fifth that is left to those between. Of one touch all, of two half.
- decay: a touch `half_life` before another weighs half as much.
- markov: a chain of first order over start, channels, conversion and null. A channel's share goes by its removal effect: how
  much less often the chain converts when whoever comes to the channel is lost instead. (Anderl and others, 2016.)
- shapley: the worth of a set of channels is what converted having been touched by no others. Its Shapley value deals each
  conversion out equally among the different channels that touched it. (Zhao and others, 2018.)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

Model = Literal["first", "last", "linear", "position", "decay", "markov", "shapley"]
MODELS: Final[tuple[Model, ...]] = get_args(Model)

ENDS: Final = Fraction(2, 5)
"""What the position model gives to the first touch, and to the last."""

START: Final = -1
"""Where every journey begins, in transitions."""


def positions(touches: int) -> list[Fraction]:
    """What the position model gives to each touch of a journey."""
    if touches <= 2:
        return [Fraction(1, touches)] * touches
    between = (1 - 2 * ENDS) / (touches - 2)
    return [ENDS, *[between] * (touches - 2), ENDS]


def shapley_shares(sets: Mapping[frozenset[int], float]) -> dict[int, float]:
    """The Shapley value of each channel, given what converted by the set of channels that touched it.

    The worth of a set S is the sum of what the sets within S converted, so what a set converted is its dividend, and a dividend
    is shared equally by its members (Harsanyi).
    """
    shares: dict[int, float] = {}
    for channels, converted in sets.items():
        for channel in channels:
            shares[channel] = shares.get(channel, 0.0) + converted / len(channels)
    return shares


class Chain:
    """An absorbing Markov chain over start, channels, conversion and null.

    `moves`: how often a journey went from one channel (START: none yet) to the next; `converted` and `lost`: how often it ended at
    a channel with a conversion, or without.
    """

    def __init__(
        self,
        moves: Mapping[tuple[int, int], float],
        converted: Mapping[int, float],
        lost: Mapping[int, float],
    ) -> None:
        self.channels: Sequence[int] = sorted({*(to for _, to in moves), *converted, *lost} - {START})
        place = {START: 0} | {channel: n for n, channel in enumerate(self.channels, start=1)}
        counts = np.zeros((len(place), len(place)))
        ends = np.zeros(len(place))
        totals = np.zeros(len(place))
        for (origin, to), count in moves.items():
            counts[place[origin], place[to]] += count
            totals[place[origin]] += count
        for channel, count in converted.items():
            ends[place[channel]] += count
            totals[place[channel]] += count
        for channel, count in lost.items():
            totals[place[channel]] += count
        known = np.where(totals > 0, totals, 1.0)
        self._moves: NDArray[np.float64] = counts / known[:, None]
        self._ends: NDArray[np.float64] = ends / known

    def conversion(self, without: int | None = None) -> float:
        """How likely a journey that begins converts; `without` a channel, where whoever comes to it is lost."""
        kept = [n for n, channel in enumerate([START, *self.channels]) if n == 0 or channel != without]
        among = self._moves[np.ix_(kept, kept)]
        found = np.linalg.solve(np.eye(len(kept)) - among, self._ends[kept])
        return float(found[0])

    def removal_effects(self) -> dict[int, float]:
        """By channel: which part of the conversions is lost without it, 0 to 1."""
        whole = self.conversion()
        if whole <= 0:
            return dict.fromkeys(self.channels, 0.0)
        return {channel: min(max(1 - self.conversion(channel) / whole, 0.0), 1.0) for channel in self.channels}

    def shares(self) -> dict[int, float]:
        """The removal effects as parts of 1; no channel has any where nothing converted."""
        effects = self.removal_effects()
        total = sum(effects.values())
        return {channel: effect / total if total else 0.0 for channel, effect in effects.items()}


def whole_parts(total: int, weights: Mapping[int, float]) -> dict[int, int]:
    """`total` dealt out by weight in whole numbers that add up to it, each less than 1 from its exact part: the largest remainders
    are rounded up, of equal ones the lower channel. Amounts may be negative. Without any weight nobody has anything."""
    sum_of = sum(weights.values())
    if not sum_of:
        return dict.fromkeys(weights, 0)
    exact = {key: Fraction(weight) * total / Fraction(sum_of) for key, weight in weights.items()}
    parts = {key: math.floor(part) for key, part in exact.items()}
    left = total - sum(parts.values())
    for key in sorted(exact, key=lambda each: (parts[each] - exact[each], each))[:left]:
        parts[key] += 1
    return parts
