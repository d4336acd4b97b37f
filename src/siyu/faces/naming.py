"""What tags, staff and units are called in sentences about segments; what who did something is called."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from siyu.domain.company import reading as company
from siyu.domain.segments.contracts import Named, NamedKind, Namer
from siyu.domain.tags import reading as tags
from siyu.platform.postgres.database import Reading

_NAMES_OF: Final[Mapping[NamedKind, Callable[[Reading, Collection[int]], dict[int, str]]]] = {
    "tag": tags.tag_names,
    "staff": company.staff_names,
    "unit": company.unit_names,
}


def namer_of(reading: Reading) -> Namer:
    """Knows what tags, staff and units are called."""

    def name(things: Collection[Named]) -> dict[Named, str]:
        found: dict[Named, str] = {}
        for kind, names_of in _NAMES_OF.items():
            numbers = [number for each, number in things if each == kind]
            if numbers:
                found.update({(kind, number): called for number, called in names_of(reading, numbers).items()})
        return found

    return name


_ACTORS: Final[Mapping[str, Callable[[Reading, Collection[int]], dict[int, str]]]] = {
    "staff:": company.staff_names,
    "key:": company.key_names,
}


def actor_names(reading: Reading, told: Iterable[str]) -> dict[str, str]:
    """{who did something, as it is kept (`staff:7`): what they are called}; Siyu itself is left out."""
    wanted, names = set(told), dict[str, str]()
    for kind, names_of in _ACTORS.items():
        numbers = [int(each.removeprefix(kind)) for each in wanted if each.startswith(kind)]
        names |= {f"{kind}{number}": name for number, name in names_of(reading, numbers).items()} if numbers else {}
    return names
