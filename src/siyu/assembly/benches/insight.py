"""Benchmark `insight`: a funnel, a retention matrix, a metric over time and the home page, over the population of `audience`.

To its events come those which the home page is about: orders paid, and when customers were first seen. Each question is asked
as a page asks it, a few times; the median counts. Then the same funnel, matrix and series are written in the usual way: over one
generic table of events (customer, name, time, properties as JSON text) in the same engine, by self-joins. `ratio_to_usual` is
all of those seconds over all of ours; both find the same numbers, which is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from siyu.assembly.benches.asked import filled_stores, median_of
from siyu.assembly.benches.figures import BenchOptions, Figures, Tell
from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.metrics import service as metrics
from siyu.domain.metrics.contracts import (
    Funnel,
    FunnelStep,
    LastPeriods,
    Length,
    PropertyBreakdown,
    RetentionQuestion,
)
from siyu.engines.insight.metric_series import Series, glances, series
from siyu.engines.insight.metric_spans import Span
from siyu.engines.insight.metric_trees import tree
from siyu.engines.insight.metric_values import Numbers
from siyu.engines.insight.questions.asking import Asking
from siyu.engines.insight.questions.funnel import FunnelAnswer, funnel
from siyu.engines.insight.questions.retention import RetentionAnswer, retention
from siyu.engines.insight.summary import summary
from siyu.engines.insight.terms.periods import periods_of
from siyu.kernel.actors import Scope, system_actor
from siyu.kernel.clock import ManualClock, SystemClock
from siyu.platform.columns.client import Columns

CUSTOMERS, EVENTS = 1_000_000, 20_000_000
CUSTOMERS_QUICK, EVENTS_QUICK = 20_000, 400_000
TIMES, TIMES_QUICK = 5, 2
ACTOR = system_actor("bench")
ZONE = ZoneInfo("Asia/Shanghai")
STEPS = ("page_viewed", "product_viewed", "product_added", "order_completed")
DAYS, WINDOW, WEEKS = 90, Length(7), 12
FUNNEL = Funnel(tuple(FunnelStep((EventMatch(step),)) for step in STEPS), WINDOW, LastPeriods(DAYS))
RETENTION = RetentionQuestion(
    (EventMatch("order_completed"),), LastPeriods(WEEKS, "week"), (EventMatch("page_viewed"),)
)
STAR = "paid_fen"
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class _Bench:
    numbers: Numbers
    asking: Asking
    times: int
    tell: Tell

    @property
    def columns(self) -> Columns:
        return self.numbers.columns

    def median(self, name: str, do: Callable[[], _Result]) -> tuple[float, _Result]:
        """How long it takes, and what it finds."""
        return median_of(name, do, self.times, self.tell)


def run(options: BenchOptions, tell: Tell) -> Figures:
    """Seconds but where the name says otherwise; see the module."""
    customers = options.customers or (CUSTOMERS_QUICK if options.is_quick else CUSTOMERS)
    events = options.events or (EVENTS_QUICK if options.is_quick else EVENTS)
    clock = ManualClock(SystemClock().now())
    with filled_stores(customers, events, clock, tell) as (database, columns):
        with database.begin() as work:
            metrics.install_shipped(work, ACTOR, "CNY")
        numbers = Numbers(database, columns, ZONE, ACTOR)
        bench = _Bench(numbers, Asking(columns, clock.now(), ZONE), TIMES_QUICK if options.is_quick else TIMES, tell)
        return _figures(bench)


def _figures(bench: _Bench) -> Figures:
    funnel_s, found_funnel = bench.median("funnel", lambda: funnel(bench.asking, FUNNEL))
    year_s, _ = bench.median("funnel of a year", lambda: funnel(bench.asking, _of_a_year()))
    retention_s, found_retention = bench.median("retention", lambda: retention(bench.asking, RETENTION))
    series_s, found_series = bench.median("series", lambda: _series(bench))
    home_s, _ = bench.median("home page", lambda: _home(bench))
    usual_s = _usual(bench, found_funnel, found_retention, found_series)
    return {
        "funnel_s": funnel_s,
        "funnel_year_s": year_s,
        "retention_s": retention_s,
        "series_s": series_s,
        "home_s": home_s,
        "usual_s": usual_s,
        "ratio_to_usual": usual_s / (funnel_s + retention_s + series_s),
    }


def _of_a_year() -> Funnel:
    return Funnel(FUNNEL.steps, WINDOW, LastPeriods(365))


def _series(bench: _Bench) -> Series:
    """Sales of each day, by category."""
    periods = periods_of(LastPeriods(DAYS), "day", bench.asking.as_of, ZONE)
    return series(bench.numbers, STAR, periods, breakdown=PropertyBreakdown("category"))


def _home(bench: _Bench) -> None:
    """What the home page asks for: the summary, the north star in its weeks, and what made the last one another."""
    now = bench.asking.as_of
    summary(bench.columns, now, ZONE, Scope(), currency="CNY")
    glances(bench.numbers, "week", 12, [STAR])
    weeks = periods_of(LastPeriods(3, "week"), "week", now, ZONE)
    before, after = (Span(weeks.bounds_ms[n], weeks.bounds_ms[n + 1]) for n in (0, 1))
    tree(bench.numbers, STAR, before, after)


# --- the usual way

_TABLE = """
CREATE TABLE usual_events (customer_id UInt64, name LowCardinality(String), at DateTime64(3, 'UTC'), properties String)
ENGINE = MergeTree ORDER BY at
"""
_COPY = """
INSERT INTO usual_events SELECT profile_id, name, occurred_at,
    concat('{"total_fen":', toString(ifNull(properties.total_fen, 0)), ',"category":"',
        ifNull(properties.category.:`String`, ''), '"}')
FROM events ORDER BY occurred_at
"""
_SINCE = "at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now:Int64}, 'UTC')"
_USUAL_RETENTION = f"""
WITH began AS (
    SELECT customer_id, toStartOfWeek(min(at), 1, 'Asia/Shanghai') AS week FROM usual_events
    WHERE name = 'order_completed' AND {_SINCE} GROUP BY customer_id
)
SELECT began.week, dateDiff('week', began.week, toStartOfWeek(e.at, 1, 'Asia/Shanghai')) AS after,
    uniqExact(began.customer_id)
FROM began JOIN usual_events AS e ON e.customer_id = began.customer_id
WHERE e.name = 'page_viewed' AND e.{_SINCE.replace("AND at", "AND e.at")}
GROUP BY 1, 2 HAVING after BETWEEN 1 AND 8 ORDER BY 1, 2
"""  # noqa: S608  # our own words
_USUAL_SERIES = f"""
SELECT toDate(at, 'Asia/Shanghai') AS day, JSONExtractString(properties, 'category') AS category,
    sum(JSONExtractInt(properties, 'total_fen'))
FROM usual_events WHERE name = 'order_paid' AND {_SINCE} GROUP BY day, category
"""  # noqa: S608  # our own words


def _usual_funnel() -> str:
    """Each step joins the events to those who came to the step before."""
    first = f"FROM usual_events WHERE name = '{STEPS[0]}' AND {_SINCE} GROUP BY customer_id"
    sql = f"s1 AS (SELECT customer_id, min(at) AS t, t AS began {first})"
    for n, step in enumerate(STEPS[1:], 2):
        sql += (
            f", s{n} AS (SELECT s.customer_id AS customer_id, min(e.at) AS t, any(s.began) AS began FROM s{n - 1} AS s"  # noqa: S608
            f" JOIN usual_events AS e ON e.customer_id = s.customer_id WHERE e.name = '{step}' AND e.at > s.t"
            f" AND e.at <= s.began + INTERVAL {WINDOW.amount} DAY GROUP BY 1)"
        )
    counted = ", ".join(f"(SELECT count() FROM s{n + 1})" for n in range(len(STEPS)))  # noqa: S608
    return f"WITH {sql} SELECT {counted}"


def _usual(bench: _Bench, ours: FunnelAnswer, cohorts: RetentionAnswer, line: Series) -> float:
    bench.columns.command(_TABLE)
    bench.columns.command(_COPY)
    now = bench.asking.as_of_ms
    days = {"since": periods_of(LastPeriods(DAYS), "day", bench.asking.as_of, ZONE).start_ms, "now": now}
    weeks = {"since": periods_of(RETENTION.period, "week", bench.asking.as_of, ZONE).start_ms, "now": now}
    funnel_s, (reached,) = bench.median("funnel, usual way", lambda: bench.columns.query(_usual_funnel(), days))
    retention_s, cells = bench.median("retention, usual way", lambda: bench.columns.query(_USUAL_RETENTION, weeks))
    series_s, sums = bench.median("series, usual way", lambda: bench.columns.query(_USUAL_SERIES, days))
    told = {
        "funnel": (list(reached), list(ours.reached)),
        "retention": (
            sum(row[2] for row in cells),
            sum(cell.customers for each in cohorts.cohorts for cell in each.cells if cell is not None),
        ),
        "series": (sum(row[2] for row in sums), sum(value or 0 for value in line.values)),
    }
    for name, (usual, found) in told.items():
        if usual != found:
            raise RuntimeError(f"{name}: the usual way finds {usual}, and not {found}")
    return funnel_s + retention_s + series_s
