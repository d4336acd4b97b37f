"""From an RFM document to a scheme, and from a cell to plain conditions. Pure."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pydantic import TypeAdapter, ValidationError

from siyu.domain.segments.contracts import (
    DAYS_MAX,
    AllCondition,
    AnyCondition,
    Condition,
    Duration,
    EventCondition,
    Filter,
    MomentCondition,
    NotCondition,
    RollingWindow,
)
from siyu.domain.segments.definition import as_document as condition_document
from siyu.domain.segments.definition import parse_definition
from siyu.domain.segments.definition_faults import explained, fault
from siyu.domain.segments.rfm_contracts import GRID_MAX, Box, Cell, RfmScheme, Scale, ScoreRange

SCHEME: TypeAdapter[RfmScheme] = TypeAdapter(RfmScheme)
"""Pydantic's view of the document: checks shapes and gives the JSON schema."""


def parse_scheme(document: object) -> RfmScheme:
    """The scheme of a document; InvalidDefinitionError with the first fault otherwise."""
    try:
        scheme = SCHEME.validate_python(document)
    except ValidationError as error:
        raise explained(document, error.errors(include_url=False)) from None
    _check_scales(scheme)
    _check_cells(scheme)
    for cell in scheme.cells:
        parse_definition(condition_document(cell_condition(scheme, cell.key)))  # names of events, limits of windows
    return scheme


def as_document(scheme: RfmScheme) -> dict[str, Any]:
    """The document of a scheme, in its one spelling."""
    document: dict[str, Any] = SCHEME.dump_python(scheme, mode="json")
    return document


def cell_condition(scheme: RfmScheme, key: str) -> Condition:
    """Who is in a cell, in plain conditions; KeyError where there is no such cell."""
    cell = {each.key: each for each in scheme.cells}[key]
    bought = EventCondition(scheme.event, "at_least", 1, window=_window(scheme))
    boxes = [_box(scheme, box) for box in cell.boxes]
    if any(not parts for parts in boxes):  # a box without limits holds every buyer
        return bought
    found = [parts[0] if len(parts) == 1 else AllCondition(tuple(parts)) for parts in boxes]
    return AllCondition((bought, found[0] if len(found) == 1 else AnyCondition(tuple(found))))


def _box(scheme: RfmScheme, box: Box) -> list[Condition]:
    scale_of = {scale.measure: scale for scale in scheme.scales}
    parts: list[Condition] = []
    for each in box:
        scale = scale_of[each.measure]
        if each.least > 1:
            parts.append(_reached(scheme, scale, each.least))
        if each.most < scale.scores:
            parts.append(NotCondition(_reached(scheme, scale, each.most + 1)))
    return parts


def _reached(scheme: RfmScheme, scale: Scale, score: int) -> Condition:
    """A score of at least two. What is "less" is asked as "not reached", for a buyer without any number has the score 1."""
    cut, window = scale.cuts[score - 2], _window(scheme)
    if scale.measure == "recency":
        return MomentCondition(scheme.event, "last", RollingWindow(most=Duration(cut)))
    if scale.measure == "frequency":
        return EventCondition(scheme.event, "at_least", cut, window=window)
    where = (Filter("currency", "is", scheme.currency),) if scheme.currency else ()
    if scale.measure == "monetary":
        return EventCondition(scheme.event, "at_least", cut, "sum", scheme.property, where, window)
    return EventCondition(scheme.event, "at_least", cut, "average", scheme.property, where, window)


def _window(scheme: RfmScheme) -> RollingWindow | None:
    return RollingWindow(most=Duration(scheme.days)) if scheme.days else None


def _check_scales(scheme: RfmScheme) -> None:
    for n, scale in enumerate(scheme.scales):
        if scale.measure in [each.measure for each in scheme.scales[:n]]:
            raise fault(("scales", n, "measure"), "rfm_measure_twice")
        ordered = sorted(scale.cuts, reverse=scale.measure == "recency")
        if list(scale.cuts) != ordered:
            raise fault(("scales", n, "cuts"), "rfm_cuts_down" if scale.measure == "recency" else "rfm_cuts_up")
        if scale.measure == "recency" and scale.cuts[0] > DAYS_MAX:
            raise fault(("scales", n, "cuts", 0), "at_most", limit=DAYS_MAX)
        if scale.by == "mean" and len(scale.cuts) > 1:
            raise fault(("scales", n, "by"), "rfm_mean")


def _check_cells(scheme: RfmScheme) -> None:
    counted = Counter(cell.key for cell in scheme.cells)
    score_of = {scale.measure: scale.scores for scale in scheme.scales}
    for n, cell in enumerate(scheme.cells):
        if counted[cell.key] > 1:
            raise fault(("cells", n, "key"), "key_twice")
        for m, box in enumerate(cell.boxes):
            for k, each in enumerate(box):
                _check_range(("cells", n, "boxes", m, k), each, score_of.get(each.measure))
            if len({each.measure for each in box}) < len(box):
                raise fault(("cells", n, "boxes", m), "rfm_measure_twice")
    _check_partition(scheme)


def _check_range(path: tuple[str | int, ...], each: ScoreRange, scores: int | None) -> None:
    if scores is None:
        raise fault((*path, "measure"), "rfm_no_measure")
    if each.most > scores:
        raise fault((*path, "most"), "at_most", limit=scores)
    if each.least > each.most:
        raise fault((*path, "least"), "from_to")


def _check_partition(scheme: RfmScheme) -> None:
    size = 1
    for scale in scheme.scales:
        size *= scale.scores
    if size > GRID_MAX:
        raise fault(("scales",), "rfm_grid", limit=GRID_MAX)
    for place, cells in enumerate(scheme.grid()):
        if len(cells) == 1:
            continue
        scores = _scores_at(scheme, place)
        if not cells:
            raise fault(("cells",), "rfm_gap", scores=scores)
        raise fault(("cells", cells[1], "boxes"), "rfm_overlap", scores=scores, cell=scheme.cells[cells[0]].zh)


def _scores_at(scheme: RfmScheme, place: int) -> str:
    scores = []
    for scale in reversed(scheme.scales):
        place, score = divmod(place, scale.scores)
        scores.append(f"{scale.measure} {score + 1}")
    return ", ".join(reversed(scores))


def find_cell(scheme: RfmScheme, key: str) -> Cell | None:
    """The cell of that key."""
    return next((cell for cell in scheme.cells if cell.key == key), None)
