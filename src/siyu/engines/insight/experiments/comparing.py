"""Two arms compared: the difference, how sure it is, and whether the lot fell as it was told to.

A lift is given as it is (absolute) or as a part of the control's mean (relative). All intervals are two-sided.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from siyu.engines.insight.experiments.samples import Arm

MISMATCH_P: Final = 0.001
"""A lot this unlikely did not fall as it was told to: nothing that the experiment says is to be trusted."""

TUNED_FOR_UNITS: Final = 5000
"""Always-valid intervals are narrowest about here (units of both arms together); they are valid everywhere."""


_NORMAL: Final = NormalDist()

_LEVELS: Final = np.array(
    [0, 1e-12, 1e-8, 1e-5, 1e-3, 0.02, 0.15, 0.5, 0.85, 0.98, 0.999, 1 - 1e-5, 1 - 1e-8, 1 - 1e-12, 1]
)
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(24)


@dataclass(frozen=True, slots=True)
class Difference:
    """A variant less the control: the estimate, its standard error and the degrees of freedom of its variance."""

    value: float
    error: float
    freedom: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a test says: the interval of the difference, and the p-value that there is none."""

    low: float
    high: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Belief:
    """What there is to believe after the data: the chance that the variant is better, and what is lost in the mean by choosing the
    variant, or the control, where that is the worse."""

    better: float
    loss_of_variant: float
    loss_of_control: float


def difference(control: Arm, variant: Arm) -> Difference:
    """The absolute lift; Welch's degrees of freedom."""
    one, other = control.mean_variance, variant.mean_variance
    total = one + other
    if total == 0:
        return Difference(variant.mean - control.mean, 0.0, math.inf)
    freedom = total**2 / (one**2 / (control.units - 1) + other**2 / (variant.units - 1))
    return Difference(variant.mean - control.mean, math.sqrt(total), freedom)


def relative_difference(control: Arm, variant: Arm) -> Difference | None:
    """The lift as a part of the control's mean, by the delta method; None where that mean is 0."""
    if control.mean == 0:
        return None
    ratio = variant.mean / control.mean
    of_variant = variant.mean_variance / control.mean**2
    of_control = control.mean_variance * ratio**2 / control.mean**2
    total = of_variant + of_control
    if total == 0:
        return Difference(ratio - 1, 0.0, math.inf)
    freedom = total**2 / (of_control**2 / (control.units - 1) + of_variant**2 / (variant.units - 1))
    return Difference(ratio - 1, math.sqrt(total), freedom)


def fixed_horizon(lift: Difference, alpha: float) -> Verdict:
    """Welch's t-test: right if looked at once, at a size decided before."""
    if lift.error == 0:
        return Verdict(lift.value, lift.value, 1.0 if lift.value == 0 else 0.0)
    from scipy import stats  # two seconds of a processor, which whoever compares nothing need not wait for

    half = float(stats.t.ppf(1 - alpha / 2, lift.freedom)) * lift.error
    p_value = 2 * float(stats.t.sf(abs(lift.value) / lift.error, lift.freedom))
    return Verdict(lift.value - half, lift.value + half, p_value)


def of_shares(control: tuple[int, int], variant: tuple[int, int], alpha: float) -> Verdict:
    """Two shares of (units, successes) looked at once: Newcombe's interval of their difference (1998, method 10), which knows that
    nobody so far is not nobody ever; the p-value is that of the pooled score test."""
    z = _NORMAL.inv_cdf(1 - alpha / 2)
    (units, done), (others, other_done) = control, variant
    one, other = done / units, other_done / others
    (low, high), (other_low, other_high) = (_wilson(*each, z) for each in (control, variant))
    lift = other - one
    pooled = (done + other_done) / (units + others)
    error = math.sqrt(pooled * (1 - pooled) * (1 / units + 1 / others))
    return Verdict(
        lift - math.hypot(other - other_low, high - one),
        lift + math.hypot(other_high - other, one - low),
        _beyond(abs(lift) / error) if error > 0 else 1.0,
    )


def _beyond(z: float) -> float:
    """How likely something normal is at least so many deviations from its mean, to either side; exact far out, too."""
    return math.erfc(z / math.sqrt(2))


def _wilson(units: int, done: int, z: float) -> tuple[float, float]:
    share, weight = done / units, z * z / units
    half = z * math.sqrt(share * (1 - share) / units + weight / (4 * units)) / (1 + weight)
    middle = (share + weight / 2) / (1 + weight)
    return middle - half, middle + half


def always_valid(lift: Difference, units: int, alpha: float, tuned_for_units: int = TUNED_FOR_UNITS) -> Verdict:
    """An asymptotic confidence sequence: may be looked at after every unit and stopped whenever one likes, and is wrong at any of
    those looks with a probability of at most alpha. (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, 2021.)
    `units`: of both arms. The p-value is the smallest alpha whose interval leaves 0 out, with the tuning for this alpha."""
    if lift.error == 0:
        return Verdict(lift.value, lift.value, 1.0 if lift.value == 0 else 0.0)
    log_term = -2 * math.log(alpha)
    scale = units * (log_term + math.log(log_term + 1)) / tuned_for_units
    widened = (scale + 1) / scale
    half = lift.error * math.sqrt(widened * (math.log(scale + 1) + log_term))
    p_value = math.exp(0.5 * (math.log(scale + 1) - (lift.value / lift.error) ** 2 / widened))
    return Verdict(lift.value - half, lift.value + half, min(p_value, 1.0))


def at_planned_look(lift: Difference, bound: float) -> Verdict:
    """At one of the looks that were planned, at or beyond whose `bound` of |z| one stops. The p-value is that of this look alone;
    whether there is a difference is said by the interval."""
    if lift.error == 0:
        return Verdict(lift.value, lift.value, 1.0 if lift.value == 0 else 0.0)
    half = bound * lift.error
    return Verdict(lift.value - half, lift.value + half, _beyond(abs(lift.value) / lift.error))


def belief_of_means(lift: Difference) -> Belief:
    """Of a difference of means, which is normal; the prior is flat."""
    mean, error = lift.value, lift.error
    if error == 0:
        better = 0.5 if mean == 0 else float(mean > 0)
        return Belief(better, max(-mean, 0.0), max(mean, 0.0))
    z = mean / error
    density, below = _NORMAL.pdf(z), math.erfc(z / math.sqrt(2)) / 2
    loss = error * density - mean * below
    return Belief(1 - below, max(loss, 0.0), max(loss + mean, 0.0))


def belief_of_rates(control: tuple[int, int], variant: tuple[int, int]) -> Belief:
    """Of two rates (units, successes) with uniform priors, exactly."""
    from scipy import stats

    one, other = (stats.beta(1 + done, 1 + units - done) for units, done in (control, variant))
    marks = np.unique(np.concatenate([one.ppf(_LEVELS), other.ppf(_LEVELS)]))
    # Between marks everything is smooth, however narrow the two lie: a few points each are exact enough.
    half = np.diff(marks)[:, None] / 2
    rates, weights = marks[:-1, None] + half * (_POINTS + 1), half * _WEIGHTS
    of_one, of_other = one.cdf(rates), other.cdf(rates)
    better = float((weights * other.pdf(rates) * of_one).sum())
    # E[(a - b)+] is the integral over t of P(b < t < a), and a, b are independent.
    loss_of_variant = float((weights * (1 - of_one) * of_other).sum())
    loss_of_control = float((weights * (1 - of_other) * of_one).sum())
    return Belief(min(max(better, 0.0), 1.0), loss_of_variant, loss_of_control)


def mismatch_p(units: Sequence[int], weights: Sequence[float]) -> float:
    """How likely a lot is that falls at least as far from `weights` as `units` did (chi-squared). Below MISMATCH_P something
    is broken."""
    total, weight = sum(units), sum(weights)
    if total == 0:
        return 1.0
    from scipy import stats

    expected = [total * each / weight for each in weights]
    return float(stats.chisquare(units, expected).pvalue)
