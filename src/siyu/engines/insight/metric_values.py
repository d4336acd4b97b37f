"""Metrics as numbers: those over events out of the columns, segments' sizes and costs out of PostgreSQL, formulas out of the
others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from siyu.domain.customers import reading as customers
from siyu.domain.metrics import reading as metrics_reading
from siyu.domain.metrics.contracts import (
    ActsMeasure,
    CostMeasure,
    EventsMeasure,
    FormulaMeasure,
    Metric,
    MetricBreakdown,
    SegmentBreakdown,
    SegmentMeasure,
    Spent,
    TurnBreakdown,
    Value,
    value_of,
)
from siyu.domain.segments import reading as segments_reading
from siyu.engines.insight.metric_costs import cost_field, spent_in, spent_within, words_by_cost
from siyu.engines.insight.metric_rows import Asked, Measured, matching
from siyu.engines.insight.metric_scans import WHOLE, Found, measured, nothing
from siyu.engines.insight.metric_spans import Span
from siyu.engines.insight.questions.begin import part_ids_of, require_segments
from siyu.engines.insight.terms.breakdowns import Groups, found_groups
from siyu.engines.insight.terms.periods import occurred_between
from siyu.engines.insight.terms.whom import Ids, Whom, asked_whom
from siyu.kernel.actors import Actor
from siyu.kernel.errors import NotFoundError
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters
from siyu.platform.postgres.database import Database, Reading

TURNS = ("first", "later")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Numbers:
    """Where numbers come from, and who asks for them: nobody is counted whom they may not see."""

    database: Database
    columns: Columns
    zone: ZoneInfo
    actor: Actor

    @contextmanager
    def asking(self, spans: Sequence[Span]) -> Iterator[Question]:
        """A question on the metrics in force, at one instant."""
        with self.database.read() as reading:
            live = metrics_reading.live_metrics(reading)
            scope = self.actor.scope
            own = customers.ids_in_scope(reading, self.actor) if scope.own_only else None
            with asked_whom(self.columns, scope, own) as whom:
                known = {key: each.metric for key, each in live.items()}
                ids = {key: each.metric_id for key, each in live.items()}
                yield Question(self, reading, known, ids, whom, list(spans))


@dataclass
class Question:
    """What is asked once about several metrics, and what was found of it so far. All of it is of the same customers and spans."""

    numbers: Numbers
    reading: Reading
    known: Mapping[str, Metric]
    ids: Mapping[str, int]
    whom: Whom
    spans: list[Span]
    groups: Groups | None = None
    _found: dict[Measured, Found] = field(default_factory=dict)
    _sizes: dict[int, list[Value]] = field(default_factory=dict)
    _reckoned: dict[tuple[str, int, Span], Value] = field(default_factory=dict)
    _costs: dict[CostMeasure, Mapping[int, Sequence[int]]] = field(default_factory=dict)

    def metric(self, key: str) -> Metric:
        """The metric in force of that key."""
        if key not in self.known:
            raise NotFoundError(f"There is no metric “{key}” in force.")
        return self.known[key]

    def key_of(self, metric_id: int) -> str:
        """The key of a metric in force."""
        for key, each in self.ids.items():
            if each == metric_id:
                return key
        raise NotFoundError(f"Metric {metric_id} is not in force.")

    def find(self, keys: Collection[str]) -> None:
        """Asks at once for all that these metrics are made of."""
        wanted = [each.of for each in self._leaves(keys) if isinstance(each.of, EventsMeasure | ActsMeasure)]
        missing = [measure for measure in dict.fromkeys(wanted) if measure not in self._found]
        if missing:
            by_turn = self.groups is not None and isinstance(self.groups.breakdown, TurnBreakdown)
            asked = Asked(self.numbers.columns, self.whom, self.spans, None if by_turn else self.groups)
            self._found |= _by_turn(asked, missing) if by_turn else measured(asked, missing)

    def values(self, key: str, group: int = 0) -> list[Value]:
        """A metric's value in each span, of one group where there are groups."""
        self.find([key])
        return [self._value(key, group, n) for n in range(len(self.spans))]

    def groups_found(self, key: str) -> list[int]:
        """The groups in which anything happened, in their order; all others and what is missing come last."""
        self.find([key])
        told = {
            group
            for each in self._leaves([key])
            if isinstance(each.of, EventsMeasure | ActsMeasure)
            for group in self._found[each.of]
        }
        told |= {
            group for each in self._leaves([key]) if isinstance(each.of, CostMeasure) for group in self._cost(each.of)
        }
        return sorted(told, key=lambda group: (group == 0, group))

    @contextmanager
    def broken_down(self, breakdown: MetricBreakdown, keys: Collection[str]) -> Iterator[Question]:
        """The same question, by groups. Those of a property are looked for in the events that the metrics are made of."""
        if isinstance(breakdown, TurnBreakdown):
            groups = Groups(breakdown, TURNS)
            yield Question(self.numbers, self.reading, self.known, self.ids, self.whom, self.spans, groups)
            return
        leaves = self._leaves(keys)
        measures = [each.of for each in leaves if isinstance(each.of, EventsMeasure | ActsMeasure)]
        field = cost_field(breakdown) if any(isinstance(each.of, CostMeasure) for each in leaves) else None
        parameters = Parameters()
        events = " OR ".join(dict.fromkeys(matching(each, parameters) for each in measures)) or "0"
        start, end = min(span.start_ms for span in self.spans), max(span.end_ms for span in self.spans)
        where = f"({events}) AND {occurred_between(parameters, start, end - 1)} AND profile_id != 0"
        with ExitStack() as stack:
            groups = stack.enter_context(
                found_groups(
                    self.numbers.columns,
                    breakdown,
                    self.whom,
                    where,
                    parameters,
                    ids=part_ids_of(self.reading, self.numbers.actor, breakdown),
                    members=self._members_of(breakdown),
                )
            )
            if field is not None and self.numbers.actor.scope.is_everything:
                # what cost something has a part of its own although nothing happened there
                words = [
                    *groups.keys,
                    *(each for each in words_by_cost(self._spent(), field) if each not in groups.keys),
                ]
                groups = replace(groups, keys=words[: getattr(breakdown, "top", len(words))])
            yield Question(self.numbers, self.reading, self.known, self.ids, self.whom, self.spans, groups)

    def _members_of(self, breakdown: MetricBreakdown) -> dict[int, Ids]:
        if not isinstance(breakdown, SegmentBreakdown):
            return {}
        require_segments(self.reading, breakdown.segment_ids)
        return {each: segments_reading.members_of(self.reading, each) for each in breakdown.segment_ids}

    def _leaves(self, keys: Collection[str]) -> list[Metric]:
        """All that the metrics are made of in the end, each once."""
        found: dict[str, Metric] = {}
        waiting = list(keys)
        while waiting:
            metric = self.metric(waiting.pop())
            if isinstance(metric.of, FormulaMeasure):
                waiting += [key for key in metrics_reading.keys_in(metric) if key not in found]
            else:
                found[metric.key] = metric
        return list(found.values())

    def _value(self, key: str, group: int, span: int) -> Value:
        metric = self.metric(key)
        of = metric.of
        if isinstance(of, FormulaMeasure):
            place = (key, group, self.spans[span])
            if place not in self._reckoned:  # one that many others are made of is reckoned once
                formula = metrics_reading.formulas_of(metric)["of.text"]
                self._reckoned[place] = value_of(formula, lambda other: self._value(other, group, span))
            return self._reckoned[place]
        if isinstance(of, SegmentMeasure):
            return self._size(of.segment_id, span) if self.groups is None else None
        if isinstance(of, CostMeasure):
            if not self._knows_costs:
                return None
            told = self._cost(of).get(group)
            return told[span] if told is not None else 0
        values = self._found[of].get(group)
        return values[span] if values is not None else nothing(of)

    @property
    def _knows_costs(self) -> bool:
        """Costs are the whole company's, and told by some words alone."""
        if not self.numbers.actor.scope.is_everything:
            return False
        return self.groups is None or cost_field(self.groups.breakdown) is not None

    def _cost(self, of: CostMeasure) -> Mapping[int, Sequence[int]]:
        if of not in self._costs:
            spent = self._spent() if self._knows_costs else []
            self._costs[of] = spent_in(spent, of, self.spans, self.numbers.zone, self.groups)
        return self._costs[of]

    def _spent(self) -> Sequence[Spent]:
        return spent_within(self.reading, self.spans, self.numbers.zone)

    def _size(self, segment_id: int, span: int) -> Value:
        if segment_id not in self._sizes:
            self._sizes[segment_id] = self._sizes_of(segment_id)
        return self._sizes[segment_id][span]

    def _sizes_of(self, segment_id: int) -> list[Value]:
        """At the end of each span. Of the past sizes are known, not of whom: who does not see everybody is told that of now."""
        now = self.reading.clock.now()
        now_ms = (now - _EPOCH) // timedelta(milliseconds=1)
        visible = customers.ids_in_scope(self.reading, self.numbers.actor)
        if visible is not None:
            size = customers.count_among(visible, segments_reading.members_of(self.reading, segment_id))
            return [size if span.end_ms > now_ms else None for span in self.spans]
        zone = self.numbers.zone
        ends = [_EPOCH + timedelta(milliseconds=span.end_ms) for span in self.spans]
        days = [(end - timedelta(milliseconds=1)).astimezone(zone).date() for end in ends]
        since = max(min(days), max(days) - timedelta(days=1000))
        told = segments_reading.sizes_between(
            self.reading, segment_id, since, max(*days, since + timedelta(days=3)), zone
        )
        return [next((row.size for row in reversed(told) if row.at < end), None) for end in ends]


def _by_turn(asked: Asked, measures: Collection[Measured]) -> dict[Measured, Found]:
    """Each measure's part of customers' first such events (1) and of those after it (2); what knows no turns is missing (0)."""
    wanted: dict[Measured, dict[int, Measured]] = {}
    for each in measures:
        if not isinstance(each, EventsMeasure) or each.at_least > 1:
            wanted[each] = {0: each}
        elif each.turn != "every":
            wanted[each] = {TURNS.index(each.turn) + 1: each}
        else:
            wanted[each] = {1: replace(each, turn="first"), 2: replace(each, turn="later")}
    found = measured(asked, [part for parts in wanted.values() for part in parts.values()])
    return {
        each: {slot: found[part][WHOLE] for slot, part in parts.items() if WHOLE in found[part]}
        for each, parts in wanted.items()
    }
