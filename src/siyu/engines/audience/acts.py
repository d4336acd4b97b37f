"""All that customers do themselves, asked for as if it were the events of one name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from siyu.domain.segments.contracts import ACTS_IN_ROOMS, ROOM_SOURCES, ActedCondition, EventCondition
from siyu.platform.columns.queries import Parameters

ACTS: Final = ""
"""Stands for the names of all acts of customers. No event is called so."""


def as_event(leaf: ActedCondition) -> EventCondition:
    """The same as a condition over the events that are called ACTS."""
    return EventCondition(ACTS, "at_least", 1, window=leaf.window)


def with_names(names: Collection[str], parameters: Parameters) -> str:
    """SQL of the events of the log that have one of these names, ACTS among them."""
    if ACTS not in names:
        return is_one_of(names, parameters)
    named = is_one_of({*names, *ACTS_IN_ROOMS} - {ACTS}, parameters)
    return f"(source NOT IN {parameters.bind(list(ROOM_SOURCES), 'Array(String)')} OR {named})"


def is_one_of(names: Collection[str], parameters: Parameters) -> str:
    """SQL of the events that are called one of these."""
    return f"name IN {parameters.bind(sorted(names), 'Array(String)')}"
