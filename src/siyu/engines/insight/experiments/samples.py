"""What is known of a metric in one arm of an experiment: sums that add up over shards, days and arms, apart from storage.

A unit is whoever was assigned (a customer). Sums are enough for every rule, so no rule ever sees a single customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from siyu.kernel.errors import InvalidError

UNITS_MIN = 2
"""An arm of fewer has no spread."""


class TooFewUnitsError(InvalidError):
    """An arm needs at least two units before it can be compared."""

    code = "too_few_units"


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the units of an arm of a metric `y` and of a companion `x`: for CUPED the metric before the experiment, for a ratio
    its denominator. Without a companion its sums are 0."""

    units: int
    y: float
    yy: float
    x: float = 0.0
    xx: float = 0.0
    xy: float = 0.0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.units + other.units,
            self.y + other.y,
            self.yy + other.yy,
            self.x + other.x,
            self.xx + other.xx,
            self.xy + other.xy,
        )

    @property
    def variance_y(self) -> float:
        """Of one unit's metric, unbiased."""
        return self._spread(self.yy, self.y, self.y)

    @property
    def variance_x(self) -> float:
        """Of one unit's companion, unbiased."""
        return self._spread(self.xx, self.x, self.x)

    @property
    def covariance(self) -> float:
        """Of one unit's metric and companion, unbiased."""
        return self._spread(self.xy, self.x, self.y)

    def _spread(self, products: float, one: float, other: float) -> float:
        if self.units < UNITS_MIN:
            raise TooFewUnitsError
        return (products - one * other / self.units) / (self.units - 1)


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm's estimate: the mean, and the variance of one unit (the mean's own variance is that over `units`)."""

    units: int
    mean: float
    variance: float

    @property
    def mean_variance(self) -> float:
        """The square of the standard error of the mean."""
        return self.variance / self.units


def mean_arm(sums: Sums) -> Arm:
    """The metric for each unit."""
    return Arm(sums.units, sums.y / sums.units, max(sums.variance_y, 0.0))


def rate_arm(units: int, successes: int) -> Arm:
    """The part of the units that did it, with the binomial variance. Nobody so far is not nobody ever, nor is everybody: there the
    variance is that of a rate with two more successes and two more failures (Agresti and Coull, 1998), which makes the interval of
    a difference about as wide as Newcombe's."""
    if units < UNITS_MIN:
        raise TooFewUnitsError
    rate = successes / units
    likely = rate if 0 < successes < units else (successes + 2) / (units + 4)
    return Arm(units, rate, likely * (1 - likely))


def ratio_arm(sums: Sums) -> Arm:
    """Sum of y over sum of x, where the unit of assignment is not that of x (clicks a message, say). Variance by the delta method
    (Deng, Knoblich and Lu, 2018)."""
    if sums.x == 0:
        raise TooFewUnitsError
    ratio, mean_x = sums.y / sums.x, sums.x / sums.units
    variance = (sums.variance_y - 2 * ratio * sums.covariance + ratio**2 * sums.variance_x) / mean_x**2
    return Arm(sums.units, ratio, max(variance, 0.0))


def adjusted_arms(arms: Sequence[Sums]) -> tuple[list[Arm], float]:
    """CUPED: each arm's mean freed of what the companion, known before the experiment, explains of it; and which part of the
    variance that took away, 0 to 1. (Deng, Xu, Kohavi and Walker, 2013; one factor for all arms, by the spread within them.)"""
    weight = sum(arm.units - 1 for arm in arms)
    covariance = sum(arm.covariance * (arm.units - 1) for arm in arms) / weight
    spread = sum(arm.variance_x * (arm.units - 1) for arm in arms) / weight
    factor = covariance / spread if spread > 0 else 0.0
    mean_x = sum(arm.x for arm in arms) / sum(arm.units for arm in arms)
    adjusted = [_adjusted(arm, factor, mean_x) for arm in arms]
    before = sum(arm.variance_y * (arm.units - 1) for arm in arms)
    after = sum(arm.variance * (arm.units - 1) for arm in adjusted)
    return adjusted, 1 - after / before if before > 0 else 0.0


def _adjusted(sums: Sums, factor: float, mean_x: float) -> Arm:
    mean = sums.y / sums.units - factor * (sums.x / sums.units - mean_x)
    variance = sums.variance_y - 2 * factor * sums.covariance + factor**2 * sums.variance_x
    return Arm(sums.units, mean, max(variance, 0.0))
