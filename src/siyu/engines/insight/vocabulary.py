"""What there is to ask about: the attributes customers have and the events they did, with what kind of value each holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from siyu.kernel.events import NOBODY
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import HOT_PATHS

NAMES_MAX = 500

_EVENTS = """
SELECT name, distinctJSONPathsAndTypes(properties), arrayFilter(path -> path != '', [:hot])
FROM events WHERE profile_id != {nobody:UInt64} GROUP BY name ORDER BY name LIMIT {max:UInt32}
""".replace(":hot", ", ".join(f"if(countIf(isNotNull(properties.{path})) > 0, '{path}', '')" for path in HOT_PATHS))


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
    """All names in use, in the order of the alphabet, at most NAMES_MAX of each sort."""
    ((attributes,),) = columns.query("SELECT distinctJSONPathsAndTypes(attributes) FROM customers")
    events = columns.query(_EVENTS, {"max": NAMES_MAX, "nobody": NOBODY})
    return Vocabulary(_names(attributes), [EventName(name, _names(_told(found, hot))) for name, found, hot in events])


def _told(types_of: Mapping[str, Sequence[str]], hot: Sequence[str]) -> dict[str, Sequence[str]]:
    """The columns name every hot path for every event; `hot` are those that the event really told."""
    return {name: types for name, types in types_of.items() if name not in HOT_PATHS or name in hot}


def _names(types_of: Mapping[str, Sequence[str]]) -> list[ValueName]:
    return [ValueName(name, _kind(types)) for name, types in sorted(types_of.items())[:NAMES_MAX]]


def _kind(types: Sequence[str]) -> str:
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
