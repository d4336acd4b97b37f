"""The sums of an experiment's arms, found in the columns: who came, and what they did before and after.

Who came first as one customer and was merged since with one of another arm had both: they are counted apart and belong to no arm.
What somebody did at the instant they came counts as after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.experiments.contracts import EXPERIMENT_EXPOSED, Outcome
from siyu.engines.insight.experiments.samples import Sums
from siyu.engines.insight.terms.periods import occurred_between
from siyu.engines.insight.terms.whom import Ids, Whom
from siyu.platform.columns.client import Columns
from siyu.platform.columns.comparing import passing
from siyu.platform.columns.queries import Parameters
from siyu.platform.columns.schema import CUSTOMER_OF, EVENTS

DAY_MS: Final = 86_400_000
_TIME: Final = "toUnixTimestamp64Milli(occurred_at)"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many came, by arm; who had several; and of each outcome the sums, by arm, and of how many such events came after. `y` is
    what came after, `x` what was before, or of a ratio what came after of what it is divided by."""

    units: Mapping[str, int]
    several: int
    sums: Sequence[Mapping[str, Sums]]
    did: Sequence[Mapping[str, int]]
    by_day: Sequence[tuple[int, str, int]]
    """(days since 1970, arm, how many came)."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be counted: for how many days after somebody came, and how many before, until an instant; of who came until
    `came_until_ms`, if that is another one."""

    experiment_id: int
    outcomes: Sequence[Outcome]
    days: int
    before_days: int
    until_ms: int
    came_until_ms: int | None = None


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
    found = [_sums(columns, trial, outcome, units, since_ms, whom) for outcome in trial.outcomes]
    return Counted(
        units,
        sum(count for _, _, several, count in rows if several),
        [sums for sums, _ in found],
        [did for _, did in found],
        [(on, arm, count) for on, arm, several, count in rows if not several],
    )


def _sums(
    columns: Columns, trial: Trial, outcome: Outcome, units: Mapping[str, int], since_ms: int, whom: Whom
) -> tuple[dict[str, Sums], dict[str, int]]:
    """The sums of one outcome, of what was done since an instant, and who did it; who did nothing at all adds nothing to them."""
    parameters = Parameters()
    came = _came(parameters, trial, whom)
    value, other = _value(parameters, outcome.property), "0"
    counts = events = _is(parameters, outcome.of)
    after = _after(parameters, trial)
    before = f"at < since AND at >= since - {parameters.bind(trial.before_days * DAY_MS, 'Int64')}"
    y, x = f"sumIf(value, {after})", f"sumIf(value, {before})"
    if outcome.measure == "rate":
        y, x = f"least({y}, 1)", f"least({x}, 1)"
    if outcome.per is not None:
        divisor = _is(parameters, outcome.per.of)
        value = f"if({events}, {value}, 0)"
        other = f"if({divisor}, {_value(parameters, outcome.per.property)}, 0)"
        events, x = f"(({events}) OR ({divisor}))", f"sumIf(other, {after})"
    query = parameters.query(f"""
        SELECT arm, countIf(did > 0), sum(y), sum(y * y), sum(x), sum(x * x), sum(x * y) FROM (
            SELECT came.customer_id, any(came.arm) AS arm, toFloat64({y}) AS y, toFloat64({x}) AS x,
                countIf(counts AND {after}) AS did
            FROM (
                SELECT {CUSTOMER_OF} AS customer_id, {_TIME} AS at, toFloat64({value}) AS value, toFloat64({other}) AS other,
                    {counts} AS counts
                FROM {EVENTS} WHERE {events} AND {occurred_between(parameters, since_ms, trial.until_ms)}
            ) AS acts INNER JOIN (SELECT * FROM ({came}) WHERE NOT several) AS came ON acts.customer_id = came.customer_id
            GROUP BY came.customer_id
        ) GROUP BY arm
    """)  # noqa: S608  # names of our own
    found = {row[0]: row[1:] for row in columns.query(query.sql, query.parameters)}
    sums = {
        arm: Sums(count, *found[arm][1:]) if arm in found else Sums(count, 0.0, 0.0) for arm, count in units.items()
    }
    return sums, {arm: found[arm][0] if arm in found else 0 for arm in units}


def doers(columns: Columns, trial: Trial, outcome: Outcome, arm: str, whom: Whom) -> Ids:
    """The customers of an arm of whom such events came within their days; ascending."""
    parameters = Parameters()
    came = _came(parameters, trial, whom)
    query = parameters.query(f"""
        SELECT DISTINCT acts.customer_id AS customer_id FROM (
            SELECT {CUSTOMER_OF} AS customer_id, {_TIME} AS at FROM {EVENTS}
            WHERE {_is(parameters, outcome.of)} AND {occurred_between(parameters, 0, trial.until_ms)}
        ) AS acts INNER JOIN (
            SELECT * FROM ({came}) WHERE NOT several AND arm = {parameters.bind(arm, "String")}
        ) AS came ON acts.customer_id = came.customer_id
        WHERE {_after(parameters, trial)} ORDER BY customer_id
    """)  # noqa: S608  # names of our own
    return columns.query_column(query.sql, query.parameters)


def came_at(columns: Columns, trial: Trial, places: Sequence[int], whom: Whom) -> list[int]:
    """When the so-manieth customer came (1: the first), of those places that have been reached."""
    parameters = Parameters()
    came = _came(parameters, trial, whom)
    query = parameters.query(
        "SELECT since FROM (SELECT since, row_number() OVER (ORDER BY since, customer_id) AS place"  # noqa: S608
        f" FROM ({came}) WHERE NOT several) WHERE has({parameters.bind(list(places), 'Array(UInt64)')}, place) ORDER BY place"
    )
    return [row[0] for row in columns.query(query.sql, query.parameters)]


def _after(parameters: Parameters, trial: Trial) -> str:
    """SQL of what came within the days that count."""
    return f"at >= since AND at < since + {parameters.bind(trial.days * DAY_MS, 'Int64')}"


def _is(parameters: Parameters, match: EventMatch) -> str:
    filters = passing(parameters, match.where)
    return f"name = {parameters.bind(match.event, 'String')}{f' AND {filters}' if filters else ''}"


def _value(parameters: Parameters, property_: str | None) -> str:
    """SQL of what one event adds."""
    if property_ is None:
        return "1"
    return f"ifNull({parameters.place('properties', property_).number}, 0)"


def _came(parameters: Parameters, trial: Trial, whom: Whom) -> str:
    """A row for each customer who came: `since`, the `arm` they were given first, and whether they had `several`."""
    place = parameters.place("properties", "experiment_id")
    arm = parameters.place("properties", "arm")
    until_ms = trial.until_ms if trial.came_until_ms is None else trial.came_until_ms
    return f"""
        SELECT customer_id, min(at) AS since, argMin(given, (at, position, n)) AS arm, uniqExact(given) > 1 AS several FROM (
            SELECT {CUSTOMER_OF} AS customer_id, {_TIME} AS at, position, n, ifNull({arm.text}, '') AS given FROM {EVENTS}
            WHERE name = {parameters.bind(EXPERIMENT_EXPOSED, "String")}
                AND {place.number} = {parameters.number(trial.experiment_id)}
                AND {occurred_between(parameters, 0, until_ms)} AND {whom.events(parameters)}
        ) GROUP BY customer_id
    """  # noqa: S608  # names of our own
