"""LTV: whether customers still buy, how often they will, and what they are worth; the model "value" of the estimates.

BG/NBD and Gamma-Gamma are fitted to all buyers, and say of each what is to be expected. The parameters are kept with the edition,
and so is a look back: fitted to the first part of the time alone, how the rest came out.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments.contracts import EstimateTrouble
from siyu.engines.insight.estimating import Estimator
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
from siyu.engines.insight.ltv_summaries import (
    Buyers,
    Groups,
    Overview,
    Source,
    amounts,
    course,
    day_of,
    groups,
    overview,
    parts_of,
    some_buyers,
    source_of,
)
from siyu.platform.columns.editions import EditionWriter
from siyu.platform.columns.schema import ESTIMATES

BUYERS_MIN: Final = 100
REPEATERS_MIN: Final = 20
ORDER_DAYS: Final = 90
VALUE_DAYS: Final = 365
DISCOUNT_A_YEAR: Final = 0.10
SLICES: Final = 12
"""The value of a year is reckoned in so many equal slices, each discounted from its end."""
LOOK_BACK_SHARE: Final = 3
LOOK_BACK_DAYS: Final = (28, 273)
"""The last third of the time is looked back on, within these bounds; of less than thrice the first there is no look back."""
POINTS_MAX: Final = 60

_WEEK: Final = 7.0


def estimator(zone: ZoneInfo, currency: str) -> Estimator:
    """What computes the model "value" for this business."""
    return partial(estimate, zone=zone, currency=currency)


def estimate(
    writer: EditionWriter, as_of: datetime, *, zone: ZoneInfo, currency: str
) -> dict[str, Any] | EstimateTrouble:
    """Fits, writes a row for each buyer, and gives what is kept beside; or why not."""
    source = source_of(writer.columns, as_of, zone, currency)
    seen = overview(source)
    if not seen.buyers:
        return "no_orders"
    if seen.buyers < BUYERS_MIN:
        return "few_buyers"
    if seen.repeat_buyers < REPEATERS_MIN:
        return "no_repeaters"
    try:
        return _estimated(writer, source, seen)
    except NotConvergedError:
        return "not_converged"


def _estimated(writer: EditionWriter, source: Source, seen: Overview) -> dict[str, Any]:
    alike = groups(source, seen.buyers)
    buying = fit_buying(histories_of(alike))
    spending, told = _spending(source, seen.buyers)
    totals = np.zeros(3)
    parts = parts_of(seen.buyers)
    for part in range(parts):
        totals += _write(writer, some_buyers(source, parts, part), buying, spending)
    return {
        "currency": source.currency,
        "buyers": seen.buyers,
        "repeat_buyers": seen.repeat_buyers,
        "fitted_on": int(alike.count.sum()),
        "since_on": day_of(seen.first_on).isoformat(),
        "buying": buying._asdict(),
        **told,
        "alive": float(totals[0]),
        "expected_orders": float(totals[1]),
        "expected_value_fen": round(float(totals[2])) if spending is not None else None,
        "value_cuts_fen": _value_cuts(writer) if spending is not None else [],
        "look_back": look_back(source, seen.first_on),
    }


def histories_of(alike: Groups) -> Histories:
    """In weeks, as the fit wants them."""
    return Histories(
        alike.again.astype(np.float64),
        alike.recency_days / _WEEK,
        alike.watched_days / _WEEK,
        alike.count.astype(float),
    )


def _spending(source: Source, buyers: int) -> tuple[SpendingFit | float | None, dict[str, Any]]:
    """How much is spent at a time: a fit; the one amount that everybody spends; or None, where too few spent anything again."""
    found = amounts(source, buyers)
    count, times = found.count.astype(np.float64), found.spends.astype(np.float64)
    if count.sum() < REPEATERS_MIN:
        return None, {"spending": None, "spending_trouble": "few_amounts", "correlation": None}
    means = found.spent_fen / times
    if means.max() == means.min():
        return float(means[0]), {"spending": None, "spending_trouble": "one_amount", "correlation": None}
    correlation = _correlation(times, means, count)
    try:
        fit = fit_spending(times, means, count)
    except NotConvergedError:
        return None, {"spending": None, "spending_trouble": "not_converged", "correlation": correlation}
    return fit, {"spending": fit._asdict(), "spending_trouble": None, "correlation": correlation}


def _correlation(times: Floats, means: Floats, count: Floats) -> float | None:
    """Of how often with how much: Gamma-Gamma takes it to be nothing."""
    share = count / count.sum()
    a, b = times - (times * share).sum(), means - (means * share).sum()
    spread = float(np.sqrt((a * a * share).sum() * (b * b * share).sum()))
    return float((a * b * share).sum()) / spread if spread > 0 else None


def _write(
    writer: EditionWriter, buyers: Buyers, buying: BuyingFit, spending: SpendingFit | float | None
) -> NDArray[np.float64]:
    """A row for each; gives the sums of what is expected."""
    again = buyers.again.astype(np.float64)
    alive = p_alive(buying, again, buyers.recency_days / _WEEK, buyers.watched_days / _WEEK)
    orders, slices = _growth(buying, buyers)
    numbers = {"p_alive": np.round(alive, 6), "expected_orders": np.round(alive * orders, 6)}
    if spending is not None:
        tickets = _tickets(buyers, spending)
        numbers["expected_ticket_fen"] = np.round(tickets)
        numbers["expected_value_fen"] = np.round(alive * slices * tickets)
    writer.rows(buyers.customer_ids, numbers)
    value = numbers.get("expected_value_fen", np.zeros(1)).sum()
    return np.array([alive.sum(), numbers["expected_orders"].sum(), value])


def _growth(buying: BuyingFit, buyers: Buyers) -> tuple[Floats, Floats]:
    """Of each, if alive: purchases in ORDER_DAYS, and in VALUE_DAYS with those that lie further off counting for less. Reckoned
    once for all who bought as often and are watched for as long."""
    pairs, place = np.unique(np.stack([buyers.again, buyers.watched_days]), axis=1, return_inverse=True)
    again, watched = pairs[0].astype(np.float64), pairs[1] / _WEEK
    orders = expected_if_alive(buying, again, watched, ORDER_DAYS / _WEEK)
    before, worth = np.zeros(len(again)), np.zeros(len(again))
    for n in range(1, SLICES + 1):
        by_then = expected_if_alive(buying, again, watched, VALUE_DAYS * n / SLICES / _WEEK)
        worth += (by_then - before) * (1 + DISCOUNT_A_YEAR) ** (-n / SLICES)
        before = by_then
    place = place.reshape(-1)
    return orders[place], worth[place]


def _tickets(buyers: Buyers, spending: SpendingFit | float) -> Floats:
    if isinstance(spending, float):
        return np.full(len(buyers.customer_ids), spending)
    spends = buyers.spends.astype(np.float64)
    means = np.divide(buyers.spent_fen, spends, out=np.zeros(len(spends)), where=spends > 0)
    return expected_amount(spending, spends, means)


def _value_cuts(writer: EditionWriter) -> list[int]:
    """Round amounts near the median, and near what a fifth and a twentieth are above: for the table of the page."""
    ((found,),) = writer.columns.query(
        f"SELECT quantilesExact(0.5, 0.8, 0.95)(numbers['expected_value_fen']) FROM {ESTIMATES}"  # noqa: S608
        " WHERE model = {model:String} AND edition = {edition:UInt32}",
        {"model": writer.model, "edition": writer.edition},
    )
    return sorted({round_amount(each) for each in found if each >= 100})


def round_amount(fen: float) -> int:
    """Two digits of it, in whole yuan where it is more than one."""
    size = 10 ** max(len(str(int(fen))) - 2, 2)
    return int(max(round(fen / size) * size, 100))


def look_back(source: Source, first_on: int) -> dict[str, Any] | None:
    """Fitted to what was known some time ago, what was expected since, and what came. None where the time is short, or there was
    too little by then."""
    least, most = LOOK_BACK_DAYS
    back_days = min((source.upto - first_on) // LOOK_BACK_SHARE, most)
    if back_days < least:
        return None
    cut = source.upto - back_days
    earlier = source.until(cut)
    seen = overview(earlier)
    if seen.buyers < BUYERS_MIN or seen.repeat_buyers < REPEATERS_MIN:
        return None
    alike = groups(earlier, seen.buyers)
    histories = histories_of(alike)
    found = course(source, cut)
    try:
        fit = fit_buying(histories)
        ahead = expected_orders(fit, histories.x, histories.t_x, histories.T, back_days / _WEEK)
        points = _points(fit, first_on, source.upto, asdict(found))
    except NotConvergedError:
        return None
    share = seen.buyers / float(alike.count.sum())
    return {
        "cut_on": day_of(cut).isoformat(),
        "customers": seen.buyers,
        "buying": fit._asdict(),
        "expected": float((ahead * histories.count).sum()) * share,
        "actual": int(found.again[found.on > cut].sum()),
        "points": points,
    }


def _points(fit: BuyingFit, first_on: int, upto: int, found: dict[str, Any]) -> list[dict[str, Any]]:
    """How many had bought again by then, and how many were to be expected: in all, from the first day."""
    span = upto - first_on + 1
    began, again = np.zeros(span), np.zeros(span)
    began[found["on"] - first_on] = found["began"]
    again[found["on"] - first_on] = found["again"]
    grown = expected_from_start(fit, np.arange(span) / _WEEK)
    expected, actual = np.convolve(began, grown)[:span], np.cumsum(again)
    step = max(7, -(-span // POINTS_MAX // 7) * 7)
    return [
        {"on": day_of(first_on + n).isoformat(), "actual": int(actual[n]), "expected": round(float(expected[n]), 2)}
        for n in sorted({*range(step - 1, span, step), span - 1})
    ]
