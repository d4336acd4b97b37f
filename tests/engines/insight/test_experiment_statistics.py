"""Statistics of experiments: published values, other people's libraries, and simulated experiments as judges."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.power import NormalIndPower  # type: ignore[import-untyped]  # it has no types
from statsmodels.stats.proportion import power_proportions_2indep  # type: ignore[import-untyped]  # it has no types

from siyu.engines.insight.experiments.comparing import (
    MISMATCH_P,
    always_valid,
    belief_of_means,
    belief_of_rates,
    difference,
    fixed_horizon,
    mismatch_p,
    of_shares,
    relative_difference,
)
from siyu.engines.insight.experiments.planning import (
    days_for,
    group_bounds,
    look_bounds,
    units_for_means,
    units_for_rates,
)
from siyu.engines.insight.experiments.samples import (
    Arm,
    Sums,
    TooFewUnitsError,
    adjusted_arms,
    mean_arm,
    rate_arm,
    ratio_arm,
)

CONTROL, VARIANT = Arm(3407, 0.41, 3.9**2), Arm(3461, 0.70, 6.2**2)
"""GrowthBook's published case."""

POWER: Any = NormalIndPower()
Numbers = NDArray[np.float64]


def sums_of(y: Numbers, x: Numbers | None = None) -> Sums:
    x = np.zeros(len(y)) if x is None else x
    return Sums(len(y), float(y.sum()), float(y @ y), float(x.sum()), float(x @ x), float(x @ y))


def test_the_published_case_of_two_means() -> None:
    lift = difference(CONTROL, VARIANT)
    verdict = fixed_horizon(lift, 0.05)
    assert lift.value == pytest.approx(0.29, abs=1e-12)
    assert [verdict.low, verdict.high] == pytest.approx([0.04538, 0.53462], abs=5e-6)
    assert verdict.p_value == pytest.approx(0.02016, abs=5e-6)


@pytest.mark.parametrize(
    ("variant", "control", "low", "high"),
    [((70, 56), (80, 48), 0.0524, 0.3339), ((10, 9), (10, 3), 0.1705, 0.8090), ((10, 0), (20, 0), -0.1611, 0.2775)],
)
def test_shares_are_apart_as_newcombe_published(
    variant: tuple[int, int], control: tuple[int, int], low: float, high: float
) -> None:
    verdict = of_shares(control, variant, 0.05)
    assert [verdict.low, verdict.high] == pytest.approx([low, high], abs=5e-5)


def test_bounds_of_five_equal_looks_are_the_published_ones() -> None:
    bounds = group_bounds(0.05, [0.2, 0.4, 0.6, 0.8, 1.0], rho=2)
    assert bounds == pytest.approx([3.0902, 2.7141, 2.4727, 2.2798, 2.1140], abs=1e-4)


def test_one_look_is_bounded_as_a_test_that_looks_once() -> None:
    assert group_bounds(0.05, [1.0], rho=2) == pytest.approx([stats.norm.ppf(0.975)], abs=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(2, 60), st.integers(2, 60))
def test_means_are_compared_as_scipy_compares_them(seed: int, one: int, other: int) -> None:
    lot = np.random.default_rng(seed)
    control, variant = lot.gamma(2.0, 3.0, one), lot.gamma(2.0, 4.0, other)
    theirs = stats.ttest_ind(variant, control, equal_var=False)
    interval = theirs.confidence_interval(0.95)
    verdict = fixed_horizon(difference(mean_arm(sums_of(control)), mean_arm(sums_of(variant))), 0.05)
    assert verdict.p_value == pytest.approx(theirs.pvalue, rel=1e-6)
    assert [verdict.low, verdict.high] == pytest.approx([interval.low, interval.high], abs=1e-6)


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(2, 30), min_size=2, max_size=5))
def test_sums_add_up_over_parts(seed: int, sizes: list[int]) -> None:
    lot = np.random.default_rng(seed)
    parts = [(lot.normal(5, 2, size), lot.normal(1, 1, size)) for size in sizes]
    whole = sums_of(np.concatenate([y for y, _ in parts]), np.concatenate([x for _, x in parts]))
    added = sum((sums_of(y, x) for y, x in parts), Sums(0, 0, 0))
    assert added.units == whole.units
    assert [added.variance_y, added.covariance] == pytest.approx([whole.variance_y, whole.covariance], abs=1e-9)


def wrong_looks(test: str, runs: int, looks: int = 40, block: int = 50) -> float:
    """How many of the experiments without any effect are called a success at one of the looks."""
    lot = np.random.default_rng(20261122)
    totals = np.cumsum(lot.normal(0, 1, (2, runs, looks, block)).sum(axis=3), axis=2)
    called = np.zeros(runs, dtype=bool)
    for look in range(looks):
        units = (look + 1) * block
        for run in np.flatnonzero(~called):
            arms = [Arm(units, float(totals[arm, run, look]) / units, 1.0) for arm in (0, 1)]
            lift = difference(*arms)
            verdict = fixed_horizon(lift, 0.05) if test == "fixed" else always_valid(lift, 2 * units, 0.05)
            called[run] = not verdict.low <= 0 <= verdict.high
    return float(called.mean())


def test_looking_all_the_time_is_safe_with_always_valid_intervals_alone() -> None:
    """A fixed-horizon test that is looked at forty times is wrong several times as often as it says."""
    assert wrong_looks("always", runs=300) <= 0.05
    assert wrong_looks("fixed", runs=300) > 0.15


@given(st.floats(-3, 3), st.floats(0.01, 2), st.integers(4, 10**7))
def test_an_always_valid_p_value_agrees_with_its_interval(value: float, error: float, units: int) -> None:
    arms = Arm(units, 0.0, error**2 / 2 * units), Arm(units, value, error**2 / 2 * units)
    verdict = always_valid(difference(*arms), units, 0.05)
    fixed = fixed_horizon(difference(*arms), 0.05)
    assert (verdict.p_value < 0.05) == (not verdict.low <= 0 <= verdict.high)
    assert verdict.high - verdict.low > (fixed.high - fixed.low) * 0.999 or units < 10


def test_a_relative_lift_lies_about_what_simulated_experiments_show() -> None:
    lot = np.random.default_rng(7)
    control, variant = lot.normal(10, 3, (4000, 200)).mean(axis=1), lot.normal(11, 3, (4000, 200)).mean(axis=1)
    lift = relative_difference(Arm(200, 10, 9), Arm(200, 11, 9))
    assert lift is not None
    assert lift.value == pytest.approx(0.1, abs=1e-12)
    assert lift.error == pytest.approx(float((variant / control - 1).std()), rel=0.05)
    assert relative_difference(Arm(200, 0, 9), Arm(200, 11, 9)) is None


def test_a_ratio_varies_as_simulated_experiments_do() -> None:
    lot = np.random.default_rng(11)
    sent = lot.poisson(5, (3000, 300)) + 1.0
    clicked = lot.binomial(sent.astype(int), 0.2).astype(float)
    seen = clicked.sum(axis=1) / sent.sum(axis=1)
    arm = ratio_arm(sums_of(clicked[0], sent[0]))
    assert arm.mean == pytest.approx(seen[0], abs=1e-12)
    assert math.sqrt(arm.mean_variance) == pytest.approx(float(seen.std()), rel=0.2)


def test_what_was_known_before_takes_its_part_of_the_variance_away_and_keeps_the_lift() -> None:
    lot = np.random.default_rng(5)
    before = lot.normal(50, 10, (2, 20_000))
    after = 0.8 * before + lot.normal(0, 6, before.shape)
    after[1] += 1.0
    plain = [mean_arm(sums_of(after[arm])) for arm in (0, 1)]
    adjusted, taken = adjusted_arms([sums_of(after[arm], before[arm]) for arm in (0, 1)])
    assert taken == pytest.approx(0.64, abs=0.02)  # the square of the correlation
    lift, raw = difference(*adjusted), difference(*plain)
    assert lift.error == pytest.approx(raw.error * math.sqrt(1 - taken), rel=0.01)
    assert abs(lift.value - 1.0) < 4 * lift.error


def test_a_companion_that_says_nothing_changes_nothing() -> None:
    arms = [Sums(10, 12.0, 40.0), Sums(12, 20.0, 60.0)]
    assert adjusted_arms(arms) == ([mean_arm(arm) for arm in arms], 0.0)


def test_beliefs_of_rates_are_what_drawing_from_them_shows() -> None:
    lot = np.random.default_rng(3)
    one, other = lot.beta(1 + 100, 1 + 900, 400_000), lot.beta(1 + 120, 1 + 880, 400_000)
    found = belief_of_rates((1000, 100), (1000, 120))
    better, loss_of_variant, loss_of_control = found.better, found.loss_of_variant, found.loss_of_control
    assert better == pytest.approx(float((other > one).mean()), abs=0.003)
    assert loss_of_variant == pytest.approx(float(np.maximum(one - other, 0).mean()), abs=3e-5)
    assert loss_of_control == pytest.approx(float(np.maximum(other - one, 0).mean()), abs=3e-4)


@given(st.integers(2, 10**6), st.data())
def test_beliefs_of_rates_hold_at_their_edges(units: int, data: st.DataObject) -> None:
    done = data.draw(st.integers(0, units))
    assert belief_of_rates((units, done), (units, done)).better == pytest.approx(0.5, abs=1e-6)
    found = belief_of_rates((units, 0), (units, units))
    assert found.better == pytest.approx(1.0, abs=1e-3 if units > 10 else 0.2)
    assert found.loss_of_control - found.loss_of_variant == pytest.approx(units / (units + 2), abs=1e-6)


def test_beliefs_of_means_are_those_of_the_normal() -> None:
    lift = difference(CONTROL, VARIANT)
    flat = belief_of_means(lift)
    assert flat.better == pytest.approx(float(stats.norm.cdf(lift.value / lift.error)), abs=1e-12)
    assert flat.loss_of_control - flat.loss_of_variant == pytest.approx(lift.value, abs=1e-12)


def test_planned_looks_are_wrong_as_often_as_they_say_and_stop_late_rather_than_early() -> None:
    bounds = look_bounds(0.05, 4)
    assert list(bounds) == sorted(bounds, reverse=True)
    assert bounds[0] > 3
    assert bounds[-1] == pytest.approx(2.0, abs=0.05)  # nearly what a single look would take
    lot = np.random.default_rng(17)
    steps = lot.normal(0, 1, (40_000, 4)).cumsum(axis=1) / np.sqrt([1, 2, 3, 4])
    assert float((np.abs(steps) >= bounds).any(axis=1).mean()) == pytest.approx(0.05, abs=0.004)


def test_a_lot_that_fell_wrong_is_seen() -> None:
    assert mismatch_p([5000, 5001], [1, 1]) > 0.9
    assert mismatch_p([50_000, 51_500], [1, 1]) < MISMATCH_P
    assert mismatch_p([9000, 1000], [9, 1]) == pytest.approx(1.0)


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_so_many_units_have_the_power_that_was_asked_for(share: float) -> None:
    ratio = (1 - share) / share
    units = units_for_means(4.0, 0.2, alpha=0.05, power=0.8, share=share)
    theirs = POWER.power(0.1, units * share, 0.05, ratio)
    assert theirs == pytest.approx(0.8, abs=0.001)
    units = units_for_rates(0.1, 0.01, alpha=0.05, power=0.9, share=share)
    found: Any = power_proportions_2indep(0.01, 0.1, units * share, ratio, return_results=False)
    assert found == pytest.approx(0.9, abs=0.01)


def test_days_are_whole_and_nobody_coming_is_said() -> None:
    assert (days_for(1001, 100), days_for(1000, 0)) == (11, None)


def test_an_arm_of_one_is_refused() -> None:
    with pytest.raises(TooFewUnitsError):
        rate_arm(1, 1)
    with pytest.raises(TooFewUnitsError):
        mean_arm(Sums(1, 2.0, 4.0))


def test_arms_without_any_spread_are_equal_or_surely_not() -> None:
    same, apart = difference(Arm(9, 1, 0), Arm(9, 1, 0)), difference(Arm(9, 1, 0), Arm(9, 2, 0))
    assert [fixed_horizon(each, 0.05).p_value for each in (same, apart)] == [1.0, 0.0]
    assert [always_valid(each, 18, 0.05).p_value for each in (same, apart)] == [1.0, 0.0]
    assert [belief_of_means(each).better for each in (same, apart)] == [0.5, 1.0]


@pytest.mark.parametrize(("control", "variant"), [((100, 0), (100, 0)), ((40, 40), (60, 60)), ((500, 0), (300, 3))])
def test_nobody_so_far_is_not_nobody_ever(control: tuple[int, int], variant: tuple[int, int]) -> None:
    """Where no one of an arm did it, or everybody, the interval has a width: about that of Newcombe, and more if it may be looked
    at always."""
    lift = difference(rate_arm(*control), rate_arm(*variant))
    found, newcombe = fixed_horizon(lift, 0.05), of_shares(control, variant, 0.05)
    assert found.high - found.low == pytest.approx(newcombe.high - newcombe.low, rel=0.25)
    assert found.low < 0 < found.high
    always = always_valid(lift, control[0] + variant[0], 0.05)
    assert always.low < found.low < found.high < always.high
    certain = fixed_horizon(difference(rate_arm(3, 0), rate_arm(3, 3)), 0.001)
    assert certain.low < 0 < certain.p_value
