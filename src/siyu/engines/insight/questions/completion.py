"""Content completion: of each lesson or article, who opened it and who of them finished it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from siyu.domain.metrics.contracts import Completion
from siyu.engines.insight.questions.asking import ORDER, TIME, Asking, events_of, matching, named, place_after, time_of
from siyu.engines.insight.terms.breakdowns import value_text
from siyu.engines.insight.terms.periods import occurred_between, periods_of
from siyu.engines.insight.terms.whom import Ids
from siyu.platform.columns.queries import Parameters


@dataclass(frozen=True, slots=True)
class CompletedContent:
    """One of them: customers who opened it, who finished it, and half of those within `median_ms` (None where nobody did)."""

    content: str
    opened: int
    finished: int
    median_ms: int | None


@dataclass(frozen=True, slots=True)
class CompletionAnswer:
    """The most opened first. `contents`: how many there are in all; `opened` and `finished`: customers of any."""

    contents: int
    opened: int
    finished: int
    rows: Sequence[CompletedContent]


def completion(asking: Asking, question: Completion) -> CompletionAnswer:
    """The most opened, and all of them together."""
    parameters = Parameters()
    pairs = _pairs(asking, question, parameters)
    took = f"{time_of('done')} - {time_of('began')}"
    rows = asking.rows(
        parameters,
        f"SELECT content, count() AS opened, countIf(done != 0), quantileExactIf(0.5)({took}, done != 0)"  # noqa: S608
        f" FROM ({pairs}) GROUP BY content ORDER BY opened DESC, content LIMIT {question.top}",
    )
    own = Parameters()
    ((contents, opened, finished),) = asking.rows(
        own,
        "SELECT uniqExact(content), uniqExact(customer_id), uniqExactIf(customer_id, done != 0)"  # noqa: S608
        f" FROM ({_pairs(asking, question, own)})",
    )
    found = [CompletedContent(row[0], row[1], row[2], int(row[3]) if row[2] else None) for row in rows]
    return CompletionAnswer(contents, opened, finished, found)


def completion_people(asking: Asking, question: Completion, content: str, *, finished: bool) -> Ids:
    """Who opened a content and finished it, or did not, ascending."""
    parameters = Parameters()
    holds = f"content = {parameters.bind(content, 'String')} AND done {'!=' if finished else '='} 0"
    return asking.people(parameters, _pairs(asking, question, parameters), holds)


def _pairs(asking: Asking, question: Completion, parameters: Parameters) -> str:
    """SQL: a row for each customer and content that they opened in the period, with the places of both events (0: none)."""
    periods = periods_of(question.period, "day", asking.as_of, asking.zone)
    both = (question.opened, question.finished)
    last_ms = min(periods.end_ms - 1 + question.window.ms, asking.as_of_ms)
    content = value_text(parameters.place("properties", question.property))
    where = f"{named(both, parameters)} AND {occurred_between(parameters, periods.start_ms, last_ms)}"
    opens = f"{matching((question.opened,), parameters)} AND {periods.within(TIME, parameters)}"
    ends = matching((question.finished,), parameters)
    events = events_of(
        asking.whom, where, parameters, f"{ORDER} AS k", f"{opens} AS opens", f"{ends} AS ends", f"{content} AS content"
    )
    bound = place_after(f"{time_of('began')} + {parameters.bind(question.window.ms, 'Int64')}")
    return (
        f"SELECT customer_id, content, began, arrayMin(arrayFilter(x -> x > began AND x < {bound}, ended)) AS done"  # noqa: S608
        " FROM (SELECT customer_id, content, minIf(k, opens) AS began, groupArrayIf(k, ends) AS ended"
        f" FROM ({events}) WHERE content != '' GROUP BY customer_id, content HAVING began != 0)"
    )
