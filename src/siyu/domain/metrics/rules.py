"""From a document to a metric, and what goes with what in it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from siyu.domain.definitions.contracts import Path, check_in_plain, check_parts
from siyu.domain.metrics.contracts import (
    ActsMeasure,
    Constant,
    CostMeasure,
    EventsMeasure,
    Formula,
    FormulaMeasure,
    Metric,
    MetricRef,
    SegmentMeasure,
    Unit,
)
from siyu.domain.metrics.faults import explained, fault
from siyu.domain.metrics.formulas import FormulaError, keys_of, parse_formula

METRIC: TypeAdapter[Metric] = TypeAdapter(Metric)
"""Pydantic's view of the document: checks shapes and gives the JSON schema."""

NESTED_MAX = 8
"""How deep formulas may refer to formulas."""


class Dimension(NamedTuple):
    """Of what a number is: money and days by their powers; counts, people and ratios are bare numbers."""

    fen: int = 0
    days: int = 0


_BARE: Final = ("count", "people", "ratio", "number")
_UNITS: Final[Mapping[Dimension, tuple[Unit, ...]]] = {
    Dimension(): _BARE,
    Dimension(fen=1): ("money_fen",),
    Dimension(days=1): ("days",),
}
_PLAIN: Final = frozenset({"count", "people"})


def parse_metric(document: object) -> Metric:
    """The metric of a document; InvalidDefinitionError with the first fault otherwise. What it refers to is not looked at."""
    try:
        metric = METRIC.validate_python(document)
    except ValidationError as error:
        raise explained(document, error.errors(include_url=False)) from None
    check_parts((), metric)
    of = metric.of
    if isinstance(of, EventsMeasure):
        _check_events(("of",), of)
        _check_unit(metric, _units_of_events(of))
    elif isinstance(of, ActsMeasure):
        _check_over(("of",), of)
        _check_unit(metric, (of.measure,))
    elif isinstance(of, SegmentMeasure):
        _check_unit(metric, ("people",))
    elif isinstance(of, CostMeasure):
        _check_unit(metric, ("money_fen",))
    else:
        parsed(("of", "text"), of.text)
        if metric.split is not None:
            raise fault(("split",), "no_split")
    if metric.split is not None:
        parsed(("split",), metric.split)
    return metric


def as_document(metric: Metric) -> dict[str, Any]:
    """The document of a metric, in its one spelling."""
    document: dict[str, Any] = METRIC.dump_python(metric, mode="json")
    return document


def parsed(path: Path, text: str) -> Formula:
    """The tree of a formula."""
    try:
        return parse_formula(text)
    except FormulaError as found:
        raise fault(path, found.reason, **found.fields) from None


def formulas_of(metric: Metric) -> dict[str, Formula]:
    """Its formula and the one that it is split by, by where they stand."""
    found = {}
    if isinstance(metric.of, FormulaMeasure):
        found["of.text"] = parsed(("of", "text"), metric.of.text)
    if metric.split is not None:
        found["split"] = parsed(("split",), metric.split)
    return found


def keys_in(metric: Metric) -> frozenset[str]:
    """The metrics that it is made of or split by."""
    return frozenset[str]().union(*(keys_of(each) for each in formulas_of(metric).values()))


def check_formulas(metric: Metric, others: Mapping[str, Metric]) -> None:
    """Whether what the metric refers to is there, makes no circle, and comes to its unit. `others` are those in force."""
    known = {**others, metric.key: metric}
    for place, formula in formulas_of(metric).items():
        path = tuple(place.split("."))
        for key in sorted(keys_of(formula)):
            if key not in known or key == metric.key:
                raise fault(path, "unknown_metric" if key not in known else "cycle", key=key, names=key)
            _check_circle(path, (metric.key, key), known)
        dimension = _dimension(path, formula, known)
        if dimension not in _UNITS:
            raise fault(path, "unit_none")
        _check_unit(metric, _UNITS[dimension])


def _check_circle(path: Path, way: tuple[str, ...], known: Mapping[str, Metric]) -> None:
    """The splits count as well: a tree follows both."""
    if len(way) > NESTED_MAX:
        raise fault(path, "nested", limit=NESTED_MAX)
    last = known.get(way[-1])
    for key in sorted(keys_in(last)) if last is not None else ():
        if key in way:
            raise fault(path, "cycle", names=" → ".join((*way, key)))
        _check_circle(path, (*way, key), known)


def _dimension(path: Path, formula: Formula, known: Mapping[str, Metric]) -> Dimension:
    if isinstance(formula, Constant):
        return Dimension()
    if isinstance(formula, MetricRef):
        return _of_unit(known[formula.key].unit)
    left, right = _dimension(path, formula.left, known), _dimension(path, formula.right, known)
    if formula.operator in "+-":
        if left != right:
            raise fault(path, "unit_sum")
        return left
    sign = 1 if formula.operator == "*" else -1
    return Dimension(left.fen + sign * right.fen, left.days + sign * right.days)


def _of_unit(unit: Unit) -> Dimension:
    return Dimension(fen=int(unit == "money_fen"), days=int(unit == "days"))


def _check_events(path: Path, of: EventsMeasure) -> None:
    if of.measure in _PLAIN and of.property is not None:
        raise fault((*path, "property"), "no_property")
    if of.measure not in {*_PLAIN, "per_person"} and of.property is None:
        raise fault((*path, "property"), "needs_property")
    if of.property is not None:
        check_in_plain((*path, "property"), of.property)
    if of.at_least > 1 and of.measure != "people":
        raise fault((*path, "at_least"), "people_only")
    if of.at_least > 1 and of.turn == "first":
        raise fault((*path, "at_least"), "first_once")
    _check_over(path, of)


def _check_over(path: Path, of: EventsMeasure | ActsMeasure) -> None:
    if of.over != "period" and of.measure not in {"people", "count"}:
        raise fault((*path, "over"), "counts_only")
    if of.over == "rolling" and of.days is None:
        raise fault((*path, "days"), "needs_days")
    if of.over != "rolling" and of.days is not None:
        raise fault((*path, "days"), "no_rolling")


def _units_of_events(of: EventsMeasure) -> tuple[Unit, ...]:
    if of.measure == "people":
        return ("people",)
    if of.measure in {"count", "distinct"}:
        return ("count",)
    if of.property is None:
        return ("ratio", "number")
    if of.property.endswith("_fen"):
        return ("money_fen",)
    return ("number", "days", "ratio", "count")


def _check_unit(metric: Metric, allowed: tuple[Unit, ...]) -> None:
    if metric.unit not in allowed:
        raise fault(("unit",), "unit", choices=", ".join(allowed))
