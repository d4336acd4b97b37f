"""What changed, and why: a metric's change between two spans of time, shared out over what it is made of, or over groups.

A metric is taken apart by its formula, or by the formula it is split by (what that leaves over is a part of its own, `rest`), and
so on downwards. A number that adds up (counts, sums, people, and sums of those) can be taken apart by groups as well; where a
customer counts in several groups the difference to the whole is a part of its own, `overlap`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from siyu.domain.metrics import reading as metrics
from siyu.domain.metrics.contracts import (
    ActsMeasure,
    CostMeasure,
    EventsMeasure,
    Formula,
    FormulaMeasure,
    Metric,
    MetricBreakdown,
    MetricRef,
    NotAdditiveError,
    Operation,
    Value,
)
from siyu.domain.metrics.reading import Part, contributions, part_of
from siyu.engines.insight.metric_costs import cost_field
from siyu.engines.insight.metric_spans import Span
from siyu.engines.insight.metric_values import Numbers, Question
from siyu.engines.insight.terms.breakdowns import Group

REST, OVERLAP = "rest", "overlap"
_ADDITIVE = frozenset({"count", "sum", "people"})
DEPTH_MAX = 6


@dataclass(frozen=True, slots=True)
class Tree:
    """A change taken apart. `groups` says which group a part of that key is; `metrics` which metric."""

    metric_id: int
    metric: Metric
    root: Part
    metrics: Mapping[str, Metric]
    groups: Mapping[str, Group]


def tree(numbers: Numbers, key: str, before: Span, after: Span, breakdown: MetricBreakdown | None = None) -> Tree:
    """By the metric's own formula; with `breakdown` by groups at once."""
    with numbers.asking([before, after]) as question:
        metric = question.metric(key)
        if breakdown is None:
            question.find(_below(question, key))
            root = _opened(question, key, 0)
            return Tree(question.ids[key], metric, contributions(root), question.known, {})
        if not _adds_up(question, key, knows_costs=cost_field(breakdown) is not None):
            raise NotAdditiveError("Only what adds up can be taken apart by groups: counts, sums and people.")
        root, groups = _by_groups(question, key, breakdown)
        return Tree(question.ids[key], metric, contributions(root), question.known, groups)


def _below(question: Question, key: str) -> set[str]:
    """All metrics that the tree of one shows."""
    found, waiting = {key}, [key]
    while waiting:
        for other in metrics.keys_in(question.metric(waiting.pop())) - found:
            found.add(other)
            waiting.append(other)
    return found


def _opened(question: Question, key: str, depth: int) -> Part:
    metric = question.metric(key)
    before, after = question.values(key)
    formulas = metrics.formulas_of(metric)
    if not formulas or depth >= DEPTH_MAX:
        return Part(key, before, after)
    formula = formulas.get("of.text") or formulas["split"]
    if isinstance(formula, MetricRef):
        return Part(key, before, after, "sum", (_opened(question, formula.key, depth + 1),))
    made = part_of(formula, lambda other: _opened(question, other, depth + 1))
    if "of.text" in formulas:
        return replace(made, key=key)
    rest = Part(REST, _less(before, made.before), _less(after, made.after))
    if not rest.before and not rest.after:
        return replace(made, key=key, before=before, after=after)
    return Part(key, before, after, "sum", (replace(made, key=f"{key}:split"), rest))


def _less(value: Value, other: Value) -> Value:
    """What is left over; nothing where that is but the error of reckoning in floats."""
    if value is None or other is None:
        return None
    left = value - other
    return 0 if abs(left) <= 1e-9 * max(abs(value), abs(other)) else left


def _adds_up(question: Question, key: str, *, knows_costs: bool) -> bool:
    of = question.metric(key).of
    if isinstance(of, FormulaMeasure):
        formula = metrics.formulas_of(question.metric(key))["of.text"]
        return _is_sum(formula, lambda other: _adds_up(question, other, knows_costs=knows_costs))
    if isinstance(of, CostMeasure):
        return knows_costs
    return isinstance(of, EventsMeasure | ActsMeasure) and of.measure in _ADDITIVE


def _is_sum(formula: Formula, adds_up: Callable[[str], bool]) -> bool:
    if isinstance(formula, MetricRef):
        return adds_up(formula.key)
    if not isinstance(formula, Operation):
        return False
    return formula.operator in "+-" and _is_sum(formula.left, adds_up) and _is_sum(formula.right, adds_up)


def _by_groups(question: Question, key: str, breakdown: MetricBreakdown) -> tuple[Part, dict[str, Group]]:
    before, after = question.values(key)
    with question.broken_down(breakdown, [key]) as parts:
        slots = parts.groups_found(key)
        if parts.groups is None:
            raise RuntimeError("a question that is broken down has groups")
        groups = {f"group:{slot}": parts.groups.group(slot) for slot in slots}
        made = [_part(parts, key, slot) for slot in slots]
    overlap = Part(OVERLAP, _left(before, made, "before"), _left(after, made, "after"))
    if overlap.before or overlap.after:
        made.append(overlap)
    return Part(key, before, after, "sum", tuple(made)), groups


def _part(question: Question, key: str, slot: int) -> Part:
    before, after = question.values(key, slot)
    return Part(f"group:{slot}", before, after)


def _left(whole: Value, parts: Sequence[Part], end: str) -> Value:
    return _less(whole, sum(getattr(each, end) or 0 for each in parts))
