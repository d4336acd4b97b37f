"""What there is to ask about: the attributes customers have and the events they did, with what kind of value each holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from siyu.engines.insight.seen_names import Types, seen_names
from siyu.platform.columns.client import Columns


@dataclass(frozen=True, slots=True)
class ValueName:
    """An attribute or property; `kind` is text, number, boolean or date."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class EventName:
    """An event by its name, and the properties seen on it."""

    name: str
    properties: Sequence[ValueName]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names an operator can choose from."""

    attributes: Sequence[ValueName]
    events: Sequence[EventName]


def vocabulary(columns: Columns) -> Vocabulary:
    """All names in use, in the order of the alphabet."""
    seen = seen_names(columns)
    return Vocabulary(
        _names(seen.attributes), [EventName(name, _names(event.properties)) for name, event in seen.events.items()]
    )


def _names(types_of: Types) -> list[ValueName]:
    return [ValueName(name, _kind(types)) for name, types in types_of.items()]


def _kind(types: Iterable[str]) -> str:
    """One word for what ClickHouse found at a path; text where it found several sorts."""
    kinds = {_kind_of_type(each) for each in types}
    return kinds.pop() if len(kinds) == 1 else "text"


def _kind_of_type(type_name: str) -> str:
    plain = type_name.replace("Nullable(", "").replace("LowCardinality(", "").rstrip(")")
    if plain == "Bool":
        return "boolean"
    if plain.startswith(("Int", "UInt", "Float", "Decimal")):
        return "number"
    if plain.startswith("Date"):
        return "date"
    return "text"
