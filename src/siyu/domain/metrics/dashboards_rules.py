"""From a JSON document to a dashboard and back, and which cards may lie where. Pure."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from siyu.domain.definitions.contracts import Faults, Path, check_part, check_parts
from siyu.domain.metrics.dashboards_language import (
    CARDS_MAX,
    COLUMNS,
    LINES_MAX,
    Card,
    Dashboard,
    MetricCard,
    Place,
    QuestionCard,
    SegmentCard,
)
from siyu.domain.metrics.questions_words import SegmentBreakdown

FAULTS = Faults(
    {
        "cards": ("最多放 {limit} 张卡片。", "There may be {limit} cards at most."),
        "lines": ("请写 1 到 {limit} 行字。", "Write 1 to {limit} lines."),
        "wide": ("卡片超出了右边，请移动或改窄。", "The card lies beyond the right side; move it or make it narrower."),
        "overlap": ("两张卡片重叠了，请移开一张。", "Two cards overlap; move one of them."),
    },
    of_lists={"cards": "cards", "lines": "lines"},
    limits={"cards": CARDS_MAX, "lines": LINES_MAX},
)
DASHBOARD: TypeAdapter[Dashboard] = TypeAdapter(Dashboard)
"""Pydantic's view of the language: checks shapes and gives the JSON schema."""


def parse_dashboard(document: object) -> Dashboard:
    """The dashboard of a document; InvalidDefinitionError with the first fault otherwise."""
    try:
        dashboard: Dashboard = DASHBOARD.validate_python(document)
    except ValidationError as error:
        raise FAULTS.explained(document, error.errors(include_url=False)) from None
    check_parts((), dashboard)
    return dashboard


def dashboard_document(dashboard: Dashboard) -> dict[str, Any]:
    """The document of a dashboard, in its one spelling."""
    document: dict[str, Any] = DASHBOARD.dump_python(dashboard, mode="json")
    return document


def references_of(dashboard: Dashboard) -> set[int]:
    """The definitions that it shows: none of them can be deleted meanwhile."""
    found: set[int] = set()
    for card in dashboard.cards:
        found |= _of_card(card)
    return found


def _of_card(card: Card) -> set[int]:
    if isinstance(card, MetricCard):
        of_breakdown = set(card.breakdown.segment_ids) if isinstance(card.breakdown, SegmentBreakdown) else set()
        return {card.metric_id, *of_breakdown}
    if isinstance(card, QuestionCard):
        return {card.question_id}
    return {card.segment_id} if isinstance(card, SegmentCard) else set()


def overlaps(one: Place, other: Place) -> bool:
    """Whether two cards lie on each other."""
    beside = one.x + one.w <= other.x or other.x + other.w <= one.x
    above = one.y + one.h <= other.y or other.y + other.h <= one.y
    return not (beside or above)


@check_part.register
def _(node: Dashboard, path: Path) -> None:
    for n, card in enumerate(node.cards):
        if card.place.x + card.place.w > COLUMNS:
            raise FAULTS.fault((*path, "cards", n, "place", "w"), "wide")
        for before in node.cards[:n]:
            if before.key == card.key:
                raise FAULTS.fault((*path, "cards", n, "key"), "key_twice")
            if overlaps(before.place, card.place):
                raise FAULTS.fault((*path, "cards", n, "place"), "overlap")
