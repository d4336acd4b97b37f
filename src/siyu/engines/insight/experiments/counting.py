"""The sums of an experiment's arms, found in the columns: who came, and what they did before and after.

Who came first as one customer and was merged since with one of another arm had both: they are counted apart and belong to no arm.
What somebody did at the instant they came counts as after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from siyu.domain.experiments.contracts import EXPERIMENT_EXPOSED, Outcome
from siyu.engines.insight.experiments.samples import Sums
from siyu.engines.insight.terms.periods import occurred_between
from siyu.engines.insight.terms.whom import Whom
from siyu.platform.columns.client import Columns
from siyu.platform.columns.comparing import passing
from siyu.platform.columns.queries import Parameters
from siyu.platform.columns.schema import CUSTOMER_OF, EVENTS

DAY_MS: Final = 86_400_000
_TIME: Final = "toUnixTimestamp64Milli(occurred_at)"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many came, by arm; who had several; and of each outcome the sums, by arm. `y` is what came after, `x` what was before."""

    units: Mapping[str, int]
    several: int
    sums: Sequence[Mapping[str, Sums]]
    by_day: Sequence[tuple[int, str, int]]
    """(days since 1970, arm, how many came)."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be counted: for how many days after somebody came, and how many before, until an instant."""

    experiment_id: int
    outcomes: Sequence[Outcome]
    days: int
    before_days: int
    until_ms: int


def counted(columns: Columns, trial: Trial, zone: str, whom: Whom) -> Counted:
    """Everything that the statistics want to know."""
    parameters = Parameters()
    came = _came(parameters, trial, whom)
    day = f"toInt64(toInt32(toDate32(fromUnixTimestamp64Milli(since, 'UTC'), {parameters.bind(zone, 'String')})))"
    query = parameters.query(
        f"SELECT {day} AS on, arm, several, count() FROM ({came}) GROUP BY on, arm, several ORDER BY on, arm"  # noqa: S608
    )
    rows = columns.query(query.sql, query.parameters)
    first_day = min((row[0] for row in rows), default=0)
    # a day more than is looked back: days begin at another time in each zone
    since_ms = (first_day - trial.before_days - 1) * DAY_MS
    units: dict[str, int] = {}
    for _, arm, several, count in rows:
        if not several:
            units[arm] = units.get(arm, 0) + count
    return Counted(
        units,
        sum(count for _, _, several, count in rows if several),
        [_sums(columns, trial, outcome, units, since_ms, whom) for outcome in trial.outcomes],
        [(on, arm, count) for on, arm, several, count in rows if not several],
    )


def _sums(
    columns: Columns, trial: Trial, outcome: Outcome, units: Mapping[str, int], since_ms: int, whom: Whom
) -> dict[str, Sums]:
    """The sums of one outcome, of what was done since an instant; who did nothing at all adds nothing to them."""
    parameters = Parameters()
    came = _came(parameters, trial, whom)
    one = {"rate": "1", "count": "1"}.get(outcome.measure, "")
    value = one or f"ifNull({parameters.place('properties', outcome.property or '').number}, 0)"
    filters = passing(parameters, outcome.of.where)
    after = f"at >= since AND at < since + {parameters.bind(trial.days * DAY_MS, 'Int64')}"
    before = f"at < since AND at >= since - {parameters.bind(trial.before_days * DAY_MS, 'Int64')}"
    capped = "toFloat64(least({}, 1))" if outcome.measure == "rate" else "toFloat64({})"
    y, x = (capped.format(f"sumIf(value, {when})") for when in (after, before))
    query = parameters.query(f"""
        SELECT arm, sum(y), sum(y * y), sum(x), sum(x * x), sum(x * y) FROM (
            SELECT came.customer_id, any(came.arm) AS arm, {y} AS y, {x} AS x FROM (
                SELECT {CUSTOMER_OF} AS customer_id, {_TIME} AS at, toFloat64({value}) AS value FROM {EVENTS}
                WHERE name = {parameters.bind(outcome.of.event, "String")}
                    AND {occurred_between(parameters, since_ms, trial.until_ms)}{f" AND {filters}" if filters else ""}
            ) AS acts INNER JOIN (SELECT * FROM ({came}) WHERE NOT several) AS came ON acts.customer_id = came.customer_id
            GROUP BY came.customer_id
        ) GROUP BY arm
    """)  # noqa: S608  # names of our own
    found = {row[0]: row[1:] for row in columns.query(query.sql, query.parameters)}
    return {arm: Sums(count, *found.get(arm, (0.0,) * 5)) for arm, count in units.items()}


def _came(parameters: Parameters, trial: Trial, whom: Whom) -> str:
    """A row for each customer who came: `since`, the `arm` they were given first, and whether they had `several`."""
    place = parameters.place("properties", "experiment_id")
    arm = parameters.place("properties", "arm")
    return f"""
        SELECT customer_id, min(at) AS since, argMin(given, (at, position, n)) AS arm, uniqExact(given) > 1 AS several FROM (
            SELECT {CUSTOMER_OF} AS customer_id, {_TIME} AS at, position, n, ifNull({arm.text}, '') AS given FROM {EVENTS}
            WHERE name = {parameters.bind(EXPERIMENT_EXPOSED, "String")}
                AND {place.number} = {parameters.number(trial.experiment_id)}
                AND {occurred_between(parameters, 0, trial.until_ms)} AND {whom.events(parameters)}
        ) GROUP BY customer_id
    """  # noqa: S608  # names of our own
