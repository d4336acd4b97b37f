"""BG/NBD and Gamma-Gamma against what their authors published on CDNOW's sample, and against themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.special import roots_jacobi

from siyu.engines.insight import ltv_models
from siyu.engines.insight.ltv_models import (
    BuyingFit,
    Floats,
    Histories,
    NotConvergedError,
    SpendingFit,
    expected_amount,
    expected_from_start,
    expected_if_alive,
    expected_orders,
    fit_buying,
    fit_spending,
    p_alive,
)
from tests.cdnow import CUT, LAST, sample

PUBLISHED = BuyingFit(0.243, 4.414, 0.793, 2.426, -9582.4)
WEEKS = 39.0


def one(value: float) -> Floats:
    return np.array([value], np.float64)


def calibrated() -> tuple[Histories, Floats, Floats, int]:
    """Everybody until the cut; what they spent again, and on how many days; and how many purchases came after it."""
    rows, later = [], 0
    for days in sample().values():
        known = sorted(day for day in days if day <= CUT)
        later += len(days) - len(known)
        spent = [days[day] for day in known[1:] if days[day] > 0]
        first, last = known[0], known[-1]
        rows.append((len(known) - 1, (last - first).days / 7, (CUT - first).days / 7, sum(spent), len(spent)))
    x, t_x, watched, spent_all, times = (np.array(each, np.float64) for each in zip(*rows, strict=True))
    return Histories(x, t_x, watched, np.ones(len(x))), spent_all, times, later


@pytest.fixture(scope="module")
def fitted() -> tuple[Histories, BuyingFit]:
    histories, *_ = calibrated()
    return histories, fit_buying(histories)


def test_the_published_parameters(fitted: tuple[Histories, BuyingFit]) -> None:
    histories, fit = fitted
    assert (len(histories.x), histories.x.sum()) == (2357, 2457)
    assert tuple(round(each, 3) for each in fit[:4]) == PUBLISHED[:4]
    assert round(fit.log_likelihood, 1) == PUBLISHED.log_likelihood
    # to the digits of a fit of others to the same file
    assert fit[:4] == pytest.approx((0.242593, 4.413532, 0.792886, 2.425753), rel=1e-4)
    assert fit.log_likelihood == pytest.approx(-9582.4292, abs=0.005)
    assert fit.at_edge == ()


def test_the_published_customer() -> None:
    fit = BuyingFit(0.242593, 4.413532, 0.792886, 2.425753, 0)
    history = one(2), one(30.43), one(38.86)
    assert round(float(expected_orders(fit, *history, WEEKS)[0]), 3) == 1.226
    assert float(p_alive(fit, *history)[0]) == pytest.approx(0.726609, abs=1e-5)


def test_what_came_after_the_cut(fitted: tuple[Histories, BuyingFit]) -> None:
    """1,882 purchases came; the model is known to expect fewer of these customers."""
    histories, fit = fitted
    assert calibrated()[3] == 1882
    assert (LAST - CUT).days == WEEKS * 7
    ahead = expected_orders(fit, histories.x, histories.t_x, histories.T, WEEKS).sum()
    assert ahead == pytest.approx(1653.4, abs=0.5)


def test_the_published_amounts() -> None:
    _, spent, times, _ = calibrated()
    again = times > 0
    assert again.sum() == 946
    fit = fit_spending(times[again], spent[again] / times[again], np.ones(946))
    assert (round(fit.p, 2), round(fit.q, 2), round(fit.gamma, 2)) == (6.25, 3.74, 15.44)


# --- what must be so for any parameters and customers

parameters = st.builds(
    lambda r, alpha, a, b: BuyingFit(r, alpha, a, b, 0.0),
    st.floats(0.05, 5),
    st.floats(0.5, 50),
    st.floats(0.05, 5),
    st.floats(0.2, 10),
)
some = settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])


@some
@given(parameters, st.integers(1, 200), st.floats(0, 1), st.floats(0.5, 150), st.floats(0, 1))
def test_who_bought_more_lately_is_likelier_to_be_alive(
    fit: BuyingFit, x: int, share: float, watched: float, later: float
) -> None:
    last = watched * share
    earlier, now = (
        float(p_alive(fit, one(x), one(t_x), one(watched))[0]) for t_x in (last, last + (watched - last) * later)
    )
    assert 0 <= earlier <= now + 1e-12 <= 1 + 2e-12
    assert float(p_alive(fit, one(0), one(0), one(watched))[0]) == 1


@some
@given(parameters, st.integers(0, 60), st.floats(0, 150), st.floats(0.5, 120))
def test_what_is_expected_is_what_the_story_of_the_model_comes_to(
    fit: BuyingFit, x: int, watched: float, weeks: float
) -> None:
    """Over the rates by their gamma, known in closed form, and over the probabilities of stopping by quadrature on their beta."""
    places, weights = roots_jacobi(150, fit.b + x - 1, fit.a - 1)
    stops = (1 + places) / 2
    left = (fit.alpha + watched) / (fit.alpha + watched + stops * weeks)
    expected = float((weights * (1 - left ** (fit.r + x)) / stops).sum() / weights.sum())
    found = float(expected_if_alive(fit, one(x), one(watched), weeks)[0])
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-9)


@some
@given(parameters, st.integers(0, 500), st.floats(0, 150), st.floats(0, 100), st.floats(0, 100))
def test_more_is_expected_of_a_longer_time_and_never_more_than_without_stopping(
    fit: BuyingFit, x: int, watched: float, weeks: float, more: float
) -> None:
    shorter, longer = (float(expected_if_alive(fit, one(x), one(watched), each)[0]) for each in (weeks, weeks + more))
    assert 0 <= shorter <= longer + 1e-8 * (1 + longer)
    assert longer <= (fit.r + x) / (fit.alpha + watched) * (weeks + more) * (1 + 1e-6) + 1e-8


def test_parameters_that_the_formula_does_not_bear_are_gone_around() -> None:
    """a of 1, and a + b + x of 1, are holes in it and none in what it tells."""
    for a, b in ((1.0, 2.0), (0.5, 0.5), (0.3, 0.7)):
        fits = [BuyingFit(0.5, 5, a * shift, b * shift, 0) for shift in (0.999, 1.0, 1.001)]
        before, at, after = (float(expected_if_alive(fit, one(0), one(10), 20.0)[0]) for fit in fits)
        assert at == pytest.approx((before + after) / 2, rel=1e-3)


def simulated(fit: BuyingFit, count: int, weeks: float, seed: int) -> Histories:
    draw = np.random.default_rng(seed)
    rates, stops = draw.gamma(fit.r, 1 / fit.alpha, count), draw.beta(fit.a, fit.b, count)
    rows = []
    for rate, stop in zip(rates, stops, strict=True):
        at, bought, last = 0.0, 0, 0.0
        while (at := at + draw.exponential(1 / rate)) < weeks:
            bought, last = bought + 1, at
            if draw.random() < stop:
                break
        rows.append((bought, last, weeks))
    x, t_x, watched = (np.array(each, np.float64) for each in zip(*rows, strict=True))
    return Histories(x, t_x, watched, np.ones(count))


def test_made_up_customers_give_their_parameters_back() -> None:
    true = BuyingFit(0.8, 6.0, 0.9, 2.8, 0)
    histories = simulated(true, 12_000, 60, 7)
    fit = fit_buying(histories)
    assert fit[:4] == pytest.approx(true[:4], rel=0.15)
    ahead = expected_from_start(fit, np.array([60.0]))[0] * 12_000
    assert ahead == pytest.approx(histories.x.sum(), rel=0.02)


def test_alike_customers_together_are_as_good_as_one_by_one() -> None:
    plain = simulated(BuyingFit(0.8, 6.0, 0.9, 2.8, 0), 3_000, 40, 8)
    days = np.round(plain.t_x * 7) / 7
    apart = Histories(plain.x, days, plain.T, plain.count)
    rows, count = np.unique(np.stack([apart.x, days, apart.T]), axis=1, return_counts=True)
    together = Histories(rows[0], rows[1], rows[2], count.astype(np.float64))
    assert len(count) < 2_500
    for one_by_one, grouped in zip(fit_buying(apart)[:5], fit_buying(together)[:5], strict=True):
        assert grouped == pytest.approx(one_by_one, rel=1e-5)
    times, means = np.array([1.0, 2.0, 3.0]), np.array([12.0, 20.0, 9.0])
    several = fit_spending(times, means, np.array([60.0, 30.0, 10.0]))
    each = fit_spending(np.repeat(times, [60, 30, 10]), np.repeat(means, [60, 30, 10]), np.ones(100))
    assert several[:4] == pytest.approx(each[:4], rel=1e-4)


def test_made_up_amounts_give_their_parameters_back() -> None:
    draw, p, q, gamma = np.random.default_rng(9), 5.0, 4.0, 60.0
    times = draw.integers(1, 9, 20_000).astype(np.float64)
    scales = draw.gamma(q, 1 / gamma, len(times))
    means = draw.gamma(p * times, 1 / (scales * times))
    fit = fit_spending(times, means, np.ones(len(times)))
    assert fit[:3] == pytest.approx((p, q, gamma), rel=0.1)


@some
@given(
    st.builds(lambda p, q, g: SpendingFit(p, q, g, 0), st.floats(0.5, 20), st.floats(1.1, 20), st.floats(1, 1e6)),
    st.integers(0, 100),
    st.floats(0.01, 1e6),
)
def test_an_expected_amount_lies_between_ones_own_mean_and_everybodys(
    fit: SpendingFit, times: int, mean: float
) -> None:
    everybody = fit.p * fit.gamma / (fit.q - 1)
    found = float(expected_amount(fit, one(times), one(mean))[0])
    low, high = (everybody, everybody) if times == 0 else sorted((mean, everybody))
    assert low * (1 - 1e-9) <= found <= high * (1 + 1e-9)


def test_who_never_stops_is_told_by_the_edge() -> None:
    """Everybody buys to the end: that nobody stops is the edge of what stopping can be."""
    draw = np.random.default_rng(3)
    x = draw.poisson(draw.gamma(2, 5, 2_000)).astype(np.float64)
    fit = fit_buying(Histories(x, np.where(x > 0, 39.9, 0.0), np.full(2_000, 40.0), np.ones(2_000)))
    assert set(fit.at_edge) & {"a", "b"}
    assert p_alive(fit, one(5), one(39.9), one(40))[0] > 0.9


def test_a_way_without_an_end_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ltv_models, "_ITERATIONS_MAX", 1)
    with pytest.raises(NotConvergedError):
        fit_buying(simulated(BuyingFit(0.8, 6.0, 0.9, 2.8, 0), 100, 40, 8))
