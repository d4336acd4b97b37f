"""How often customers will buy, and for how much: BG/NBD (Fader, Hardie and Lee 2005) and Gamma-Gamma (Fader and Hardie 2013), by
maximum likelihood. Pure; times are in weeks, money in whatever unit it comes in.

BG/NBD: while alive, a customer buys at a rate of their own; after each purchase they may stop for good, with a probability of their
own. Rates are gamma distributed (r, alpha), the probabilities beta (a, b). All that is needed of a customer is x, how many times
they bought again, t_x, when last, and T, for how long they have been watched, both since their first purchase.

Gamma-Gamma: what a customer spends at a time varies about a mean of their own, and these means vary from customer to customer; it
takes the mean not to go with how often they buy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import digamma, expit, gammaln, hyp2f1

Floats = NDArray[np.float64]

_LOG_LOW: Final = -7.0
_LOG_HIGH: Final = 9.0
"""Between 0.001 and 8,000: what lies beyond is told apart by no data, and 2F1 comes to no number where r is above 10,000."""
_BUYING_HIGH: Final = (_LOG_HIGH, _LOG_HIGH, 4.0, 7.0)
"""With an a of 55 all stop alike already, and more would be more than floats hold."""
_SPENDING_HIGH: Final = (_LOG_HIGH, _LOG_HIGH, _LOG_HIGH)
_EDGE: Final = 1e-3
_ITERATIONS_MAX: Final = 2000
_GRADIENT_MAX: Final = 1e-4
_A_STARTS: Final = ((0.3, 1.0, 0.8, 2.5), (1.0, 1.0, 0.5, 5.0), (0.1, 0.3, 1.5, 1.5), (3.0, 3.0, 0.1, 3.0))
"""(r, alpha over the mean time watched, a, b); the best of several ways down counts."""
_M_STARTS: Final = ((6.0, 3.0, 1.0), (1.0, 2.0, 1.0), (20.0, 20.0, 1.0))
"""(p, q - 1, gamma over the mean)."""
_NEAR_ONE: Final = 1e-4
_NEAR_NOTHING: Final = 1e-7


class NotConvergedError(ArithmeticError):
    """No way down the likelihood came to an end, or where it ends there is nothing to be reckoned with."""


@dataclass(frozen=True, slots=True)
class Histories:
    """Customers by what BG/NBD needs of them; `count` of them are alike."""

    x: Floats
    t_x: Floats
    T: Floats
    count: Floats


class BuyingFit(NamedTuple):
    """The parameters of BG/NBD; `log_likelihood` of all customers together, and which parameters lie at the edge of what was looked
    through, so that the data do not say where they lie."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    at_edge: tuple[str, ...] = ()


class SpendingFit(NamedTuple):
    """The parameters of Gamma-Gamma; `gamma` in the unit of the amounts. q is more than 1, for otherwise there is no mean."""

    p: float
    q: float
    gamma: float
    log_likelihood: float
    at_edge: tuple[str, ...] = ()


# --- fitting


def fit_buying(histories: Histories) -> BuyingFit:
    """BG/NBD by maximum likelihood; NotConvergedError where there is no end."""
    starts = [np.log((r, alpha * _mean_watched(histories), a, b)) for r, alpha, a, b in _A_STARTS]
    total = float(histories.count.sum())

    def cost(logs: Floats) -> tuple[float, Floats]:
        likelihood, gradient = _buying_likelihood(np.exp(logs), histories)
        return -likelihood / total, -gradient * np.exp(logs) / total

    best, value = _lowest(cost, starts, _BUYING_HIGH)
    r, alpha, a, b = (float(each) for each in np.exp(best))
    return BuyingFit(r, alpha, a, b, -value * total, _edges(best, ("r", "alpha", "a", "b"), _BUYING_HIGH))


def fit_spending(times: Floats, means: Floats, count: Floats) -> SpendingFit:
    """Gamma-Gamma by maximum likelihood: of how many times each customer spent, the mean of it, and how many are alike."""
    scale = float((means * count).sum() / count.sum())
    scaled, total = means / scale, float(count.sum())
    starts = [np.log(each) for each in _M_STARTS]

    def cost(logs: Floats) -> tuple[float, Floats]:
        p, more, gamma = np.exp(logs)
        likelihood, gradient = _spending_likelihood(p, 1 + more, gamma, times, scaled, count)
        return -likelihood / total, -gradient * np.exp(logs) / total

    best, value = _lowest(cost, starts, _SPENDING_HIGH)
    p, more, gamma = (float(each) for each in np.exp(best))
    likelihood = -(value + np.log(scale)) * total
    return SpendingFit(p, 1 + more, gamma * scale, float(likelihood), _edges(best, ("p", "q", "gamma"), _SPENDING_HIGH))


def _mean_watched(histories: Histories) -> float:
    return max(float((histories.T * histories.count).sum() / histories.count.sum()), 1 / 7)


def _lowest(
    cost: Callable[[Floats], tuple[float, Floats]], starts: Sequence[Floats], high: Sequence[float]
) -> tuple[Floats, float]:
    """The lowest of all ends; a way that breaks off counts where the ground was level by then."""
    found = []
    for start in starts:
        end = minimize(
            cost,
            np.clip(start, _LOG_LOW, high),
            jac=True,
            method="L-BFGS-B",
            bounds=[(_LOG_LOW, each) for each in high],
            options={"maxiter": _ITERATIONS_MAX, "ftol": 1e-14, "gtol": 1e-9},
        )
        if np.isfinite(end.fun) and _is_level(end.x, end.jac, high):
            found.append((float(end.fun), end.x))
    if not found:
        raise NotConvergedError
    value, best = min(found, key=lambda each: each[0])
    return best, value


def _is_level(place: Floats, gradient: Floats, high: Sequence[float]) -> bool:
    """Whether nothing lies lower nearby, as far as one may go."""
    held = ((place <= _LOG_LOW + _EDGE) & (gradient > 0)) | ((place >= np.array(high) - _EDGE) & (gradient < 0))
    return bool((np.abs(np.where(held, 0, gradient)) < _GRADIENT_MAX).all())


def _edges(logs: Floats, names: Sequence[str], high: Sequence[float]) -> tuple[str, ...]:
    return tuple(
        name
        for name, each, most in zip(names, logs, high, strict=True)
        if each < _LOG_LOW + 10 * _EDGE or each > most - 10 * _EDGE
    )


def _buying_likelihood(parameters: Floats, histories: Histories) -> tuple[float, Floats]:
    """The log-likelihood and its gradient."""
    r, alpha, a, b = parameters
    x, t_x, watched, count = histories.x, histories.t_x, histories.T, histories.count
    again = x > 0
    log_watched, log_last = np.log(alpha + watched), np.log(alpha + t_x)
    alive = -(r + x) * log_watched
    dead = np.where(again, np.log(a) - np.log(np.where(again, b + x - 1, 1)) - (r + x) * log_last, -np.inf)
    either = np.logaddexp(alive, dead)
    is_alive = np.exp(alive - either)
    is_dead = 1 - is_alive
    constant = r * np.log(alpha) - gammaln(r) + gammaln(a + b) - gammaln(b)
    each = gammaln(r + x) + gammaln(b + x) - gammaln(a + b + x) + either + constant
    both = digamma(a + b) - digamma(a + b + x)
    gradient = (
        digamma(r + x) - digamma(r) + np.log(alpha) - is_alive * log_watched - is_dead * log_last,
        r / alpha - (r + x) * (is_alive / (alpha + watched) + is_dead / (alpha + t_x)),
        both + is_dead / a,
        both + digamma(b + x) - digamma(b) - is_dead / np.where(again, b + x - 1, 1),
    )
    return float((count * each).sum()), np.array([float((count * part).sum()) for part in gradient])


def _spending_likelihood(
    p: float, q: float, gamma: float, times: Floats, means: Floats, count: Floats
) -> tuple[float, Floats]:
    px, log_sum = p * times, np.log(gamma + times * means)
    log_mean, log_times = np.log(means), np.log(times)
    each = (gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(gamma) + (px - 1) * log_mean + px * log_times) - (
        px + q
    ) * log_sum
    gradient = (
        times * (digamma(px + q) - digamma(px) + log_mean + log_times - log_sum),
        digamma(px + q) - digamma(q) + np.log(gamma) - log_sum,
        q / gamma - (px + q) / (gamma + times * means),
    )
    return float((count * each).sum()), np.array([float((count * part).sum()) for part in gradient])


# --- what they say of a customer


def p_alive(fit: BuyingFit, x: Floats, t_x: Floats, watched: Floats) -> Floats:
    """How likely each customer has not stopped. Who bought but once has not had the chance to."""
    odds = np.log(fit.a) - np.log(np.maximum(fit.b + x - 1, 1e-300))
    odds = odds + (fit.r + x) * (np.log(fit.alpha + watched) - np.log(fit.alpha + t_x))
    found: Floats = np.where(x > 0, expit(-odds), 1.0)
    return found


def expected_if_alive(fit: BuyingFit, x: Floats, watched: Floats, weeks: float | Floats) -> Floats:
    """How many times who is alive buys in the coming `weeks`; NotConvergedError where it comes to no number.

    The published formula has a hole where a is 1; there it is what lies between.
    """
    if abs(fit.a - 1) >= _NEAR_ONE:
        found = _grown(fit, fit.a, x, watched, weeks)
    else:
        low, high = (_grown(fit, 1 + side * _NEAR_ONE, x, watched, weeks) for side in (-1, 1))
        found = low + (high - low) * (fit.a - 1 + _NEAR_ONE) / (2 * _NEAR_ONE)
    if not np.isfinite(found).all():
        raise NotConvergedError
    return found


def _grown(fit: BuyingFit, a: float, x: Floats, watched: Floats, weeks: float | Floats) -> Floats:
    """After Euler's transformation of its 2F1, which then has small parameters, whatever x is."""
    share = weeks / (fit.alpha + watched + weeks)
    c = a + fit.b + x - 1
    c = np.where(np.abs(c) < _NEAR_NOTHING, _NEAR_NOTHING, c)
    series = hyp2f1(a + fit.b - 1 - fit.r, a - 1, c, share)
    found: Floats = np.maximum(c / (a - 1) * (1 - np.power(1 - share, a - 1) * series), 0.0)
    return found


def expected_orders(fit: BuyingFit, x: Floats, t_x: Floats, watched: Floats, weeks: float) -> Floats:
    """How many times each customer will buy in the coming `weeks`: E[Y(t) | x, t_x, T]."""
    return p_alive(fit, x, t_x, watched) * expected_if_alive(fit, x, watched, weeks)


def expected_from_start(fit: BuyingFit, weeks: Floats) -> Floats:
    """How many times somebody buys again in the `weeks` after a first purchase: E[X(t)]."""
    nothing = np.zeros_like(weeks)
    return expected_if_alive(fit, nothing, nothing, weeks)


def expected_amount(fit: SpendingFit, times: Floats, means: Floats) -> Floats:
    """What each customer is expected to spend at a time: between their own mean and everybody's, by how often they spent."""
    found: Floats = fit.p * (fit.gamma + times * means) / (fit.p * times + fit.q - 1)
    return found
