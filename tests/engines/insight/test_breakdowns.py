"""What a property is broken down by: any plain value as text, whatever kind it came as."""

from __future__ import annotations

from typing import Any

from siyu.domain.metrics.contracts import PropertyBreakdown
from siyu.engines.insight.terms.breakdowns import VALUE_LENGTH_MAX, found_groups
from siyu.engines.insight.terms.whom import Whom
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters
from tests.engines.audience.histories import NOON, Happening, History, Person, put

TOLD: list[tuple[Any, str]] = [
    ("red", "red"),
    ("[red]", "[red]"),
    ("-0", "-0"),
    ("é" * 300, "é" * VALUE_LENGTH_MAX),
    ("2026-05-01", "2026-05-01"),
    (5, "5"),
    (5.0, "5"),
    (-0.0, "0"),
    (2.5, "2.5"),
    (9007199254740993, "9007199254740993"),
    (True, "true"),
    ("", ""),
    (None, ""),
    ([1, 2], ""),
    (["red"], ""),
    ({"colour": "red"}, ""),
]


def test_plain_values_are_told_as_text_and_nothing_else_is(columns: Columns) -> None:
    for name in ("shade", "sh`ade"):
        happenings = [Happening(f"dyed {name}", 1, NOON, {name: value}) for value, _ in TOLD]
        put(columns, History([Person(1)], happenings))
        parameters = Parameters()
        events = f"name = {parameters.bind(f'dyed {name}', 'String')}"
        with found_groups(columns, PropertyBreakdown(name, 20), Whom(), events, parameters) as groups:
            assert sorted(groups.keys) == sorted({text for _, text in TOLD} - {""})
