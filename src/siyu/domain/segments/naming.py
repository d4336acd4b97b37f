"""Definitions as sentences in which everything is called by its name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from siyu.domain.definitions import reading as definitions
from siyu.domain.segments.contracts import Condition
from siyu.domain.segments.named_reading import part_names
from siyu.domain.segments.naming_contracts import Named, NamedKind, Namer, Names
from siyu.domain.segments.sentences import sentence
from siyu.domain.segments.sentences_words import named_things
from siyu.platform.postgres.database import Reading

_DEFINITIONS: frozenset[NamedKind] = frozenset({"segment", "list", "rfm", "ladder"})
_OF_PARTS: frozenset[NamedKind] = frozenset({"rfm", "ladder"})


class Sentences(NamedTuple):
    """What a condition says."""

    zh: str
    en: str


def sentences_for(reading: Reading, conditions: Sequence[Condition], *, namer: Namer | None = None) -> list[Sentences]:
    """What each of the conditions says. Tags, staff and units are not this room's: `namer` knows their names."""
    names = _names(reading, {each for condition in conditions for each in named_things(condition)}, namer)
    return [Sentences(sentence(each, "zh", names), sentence(each, "en", names)) for each in conditions]


def _names(reading: Reading, things: Collection[Named], namer: Namer | None) -> Names:
    others = [each for each in things if each[0] not in _DEFINITIONS]
    names = dict(namer(others)) if namer is not None and others else {}
    own = _numbers(things, _DEFINITIONS)
    if own:
        found = definitions.names_of(reading, own)
        names.update(
            {(kind, number): found[number].name for kind, number in things if number in found and number in own}
        )
    return Names(names, part_names(reading, _numbers(things, _OF_PARTS)))


def _numbers(things: Iterable[Named], kinds: Collection[NamedKind]) -> set[int]:
    return {number for kind, number in things if kind in kinds}
