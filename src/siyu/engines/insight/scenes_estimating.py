"""Scenes as an estimate: every customer's best hour, share of weekends, hours, city and device, and how they are spread."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from siyu.domain.segments.contracts import EstimateState
from siyu.engines.insight.estimating import Estimator
from siyu.engines.insight.scenes import SCENES_SQL, Named, bound, found_prior
from siyu.engines.insight.scenes_rules import HOURS, Weights
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns
from siyu.platform.columns.editions import EditionWriter
from siyu.platform.columns.queries import Parameters, in_scope
from siyu.platform.columns.schema import CUSTOMERS, ESTIMATES

MODEL: Final = "scene"
CUSTOMERS_AT_ONCE: Final = 1_000_000
NAMED_MAX: Final = 12

_ROWS = f"""
SELECT customer_id,
    mapFilter((name, value) -> NOT isNaN(value), map('best_hour', ifNull(toFloat64(best_hour), nan),
        'weekend_share', toFloat64(weekend_share), 'active_hours', toFloat64(active_hours))) AS numbers,
    mapFilter((name, value) -> value != '', map('city', city, 'device', device)) AS words
FROM ({SCENES_SQL})
"""  # noqa: S608  # names of our own

_THEIRS = f"FROM {ESTIMATES} WHERE model = '{MODEL}' AND edition = {{edition:UInt32}}"
_HOURS = f"""
SELECT toUInt8(numbers['best_hour']) AS hour, count() {_THEIRS} AND mapContains(numbers, 'best_hour') AND :among GROUP BY hour
"""
_WORDS = f"""
SELECT words[{{word:String}}] AS name, toInt64(count()) AS customers {_THEIRS} AND mapContains(words, {{word:String}}) AND :among
GROUP BY name ORDER BY customers DESC, name LIMIT {NAMED_MAX}
"""


@dataclass(frozen=True, slots=True)
class Spread:
    """For how many customers each hour of the day is the best, and where and on what most of them are."""

    best_hours: Sequence[int]
    cities: Sequence[Named]
    devices: Sequence[Named]


def estimator(zone: ZoneInfo) -> Estimator:
    """What computes the model "scene" for this business."""
    return partial(estimate, zone=zone)


def estimate(writer: EditionWriter, as_of: datetime, *, zone: ZoneInfo) -> dict[str, Any]:
    """Writes a row for each living customer who acted lately; beside it is kept what everybody does."""
    columns = writer.columns
    ((customers,),) = columns.query(f"SELECT count() FROM {CUSTOMERS}")  # noqa: S608  # a name of our own
    parts = 1 + customers // CUSTOMERS_AT_ONCE
    prior = found_prior(columns, as_of, zone, parts=parts)
    for part in range(parts):
        writer.select(_ROWS, {**bound(as_of, zone), "prior": prior, "parts": parts, "part": part})
    return {"prior": prior}


def prior_in_force(state: EstimateState) -> Weights | None:
    """What everybody does, as it was found with the edition in force; None before the first."""
    prior = state.parameters.get("prior")
    return [int(each) for each in prior] if isinstance(prior, list) and len(prior) == HOURS else None


def spread(columns: Columns, edition: int, scope: Scope) -> Spread:
    """Over the customers in scope; who was merged or erased since is nobody's."""
    parameters = Parameters()
    there = f"customer_id IN (SELECT customer_id FROM {CUSTOMERS} FINAL WHERE {in_scope(parameters, scope)})"  # noqa: S608  # our own
    asked = {**parameters.values, "edition": edition}
    hours = dict(columns.query(_HOURS.replace(":among", there), asked))
    named = {
        word: [Named(*row) for row in columns.query(_WORDS.replace(":among", there), {**asked, "word": word})]
        for word in ("city", "device")
    }
    return Spread([int(hours.get(hour, 0)) for hour in range(HOURS)], named["city"], named["device"])


def best_hours(columns: Columns, edition: int, customer_ids: Collection[int]) -> Mapping[int, int]:
    """{customer: the hour at which they are best written to}; who did nothing lately is left out."""
    rows = columns.query(
        f"SELECT customer_id, toUInt8(numbers['best_hour']) {_THEIRS} AND mapContains(numbers, 'best_hour')"
        " AND customer_id IN {customers:Array(UInt64)}",
        {"edition": edition, "customers": sorted(customer_ids)},
    )
    return {int(customer_id): int(hour) for customer_id, hour in rows}
