"""Before an experiment: how many people it takes, for how long, and at which looks it may be stopped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

_GRID: Final = 1201
"""Points across the region where nobody has stopped; 1201 reproduces published bounds to four decimals."""
RHO: Final = 3.0
"""How alpha is spent over planned looks: the higher, the less of it early."""
UNITS_MAX: Final = 10**12
"""More than there are people: whoever needs so many will never have them, and no number grows beyond all bounds."""
DAYS_MAX: Final = 36_525


def units_for_means(variance: float, effect: float, *, alpha: float, power: float, share: float = 0.5) -> int:
    """Units of both arms together with which a difference of means of `effect` is found with `power` by a two-sided test at
    `alpha`, when `share` of them are in the variant."""
    z = _deviations(alpha, power)
    return _whole(variance * (1 / share + 1 / (1 - share)), z, effect)


def units_for_rates(rate: float, effect: float, *, alpha: float, power: float, share: float = 0.5) -> int:
    """The same for a rate that would go from `rate` to `rate + effect`, each arm with its own variance."""
    z = _deviations(alpha, power)
    changed = rate + effect
    variance = changed * (1 - changed) / share + rate * (1 - rate) / (1 - share)
    return _whole(variance, z, effect)


def _deviations(alpha: float, power: float) -> float:
    """How many standard errors a difference must be for that."""
    return NormalDist().inv_cdf(1 - alpha / 2) + NormalDist().inv_cdf(power)


def days_for(units: int, units_a_day: float) -> int | None:
    """Whole days until so many have come; None if they do not come within a century."""
    return math.ceil(units / units_a_day) if units_a_day * DAYS_MAX >= units and units_a_day > 0 else None


def _whole(variance: float, z: float, effect: float) -> int:
    if math.sqrt(variance) * z >= effect * math.sqrt(UNITS_MAX):
        return UNITS_MAX
    return math.ceil(variance * (z / effect) ** 2)


def spent(alpha: float, looks: Sequence[float], rho: float) -> list[float]:
    """How much of alpha may be spent up to each look (a part of the information, 0 to 1): alpha t^rho (Kim and DeMets, 1987)."""
    return [alpha * look**rho for look in looks]


@lru_cache(maxsize=64)
def look_bounds(alpha: float, looks: int) -> tuple[float, ...]:
    """`group_bounds` of so many even looks that spend little of alpha on the early ones, nearly as O'Brien and Fleming's do."""
    return tuple(group_bounds(alpha, [(n + 1) / looks for n in range(looks)], RHO))


def group_bounds(alpha: float, looks: Sequence[float], rho: float) -> list[float]:
    """At each planned look the |z| at or beyond which to stop, two-sided: all looks together are wrong with probability alpha.

    The density of the score among those who have not stopped is carried from look to look (Armitage, McPherson and Rowe, 1969).
    """
    from scipy import optimize, stats  # slow to load: not for those who plan no looks

    bounds: list[float] = []
    grid: NDArray[np.float64] = np.zeros(1)
    mass: NDArray[np.float64] = np.ones(1)
    before_look = before_spent = 0.0
    for look, total in zip(looks, spent(alpha, looks, rho), strict=True):
        step, due = math.sqrt(look - before_look), total - before_spent

        def missing(bound: float, look: float = look, step: float = step, due: float = due) -> float:
            return _beyond(bound * math.sqrt(look), grid, mass, step) - due  # noqa: B023  # used at once

        bounds.append(float(optimize.brentq(missing, 0.0, 12.0, xtol=1e-10)))
        edge = bounds[-1] * math.sqrt(look)
        finer, weights = _simpson(edge)
        density = stats.norm.pdf((finer[:, None] - grid[None, :]) / step) / step
        grid, mass = finer, (density @ mass) * weights
        before_look, before_spent = look, total
    return bounds


def _beyond(edge: float, grid: NDArray[np.float64], mass: NDArray[np.float64], step: float) -> float:
    """How likely the next score lies beyond +-edge, for who has not stopped."""
    from scipy import stats

    return float(mass @ (stats.norm.sf((edge - grid) / step) + stats.norm.cdf((-edge - grid) / step)))


def _simpson(edge: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points = np.linspace(-edge, edge, _GRID)
    weights = np.ones(_GRID)
    weights[1:-1:2], weights[2:-1:2] = 4.0, 2.0
    return points, weights * (points[1] - points[0]) / 3
