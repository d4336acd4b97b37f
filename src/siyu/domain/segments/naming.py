"""What the things are called that conditions know by their number."""

from __future__ import annotations

from collections.abc import Iterable

from siyu.domain.definitions import reading as definitions
from siyu.domain.segments.contracts import Condition
from siyu.domain.segments.sentences_words import NamedKind, Namer, Names, named_things
from siyu.platform.postgres.database import Reading

_DEFINITIONS: frozenset[NamedKind] = frozenset({"segment", "list", "rfm", "ladder"})


def names_for(reading: Reading, conditions: Iterable[Condition], namer: Namer | None = None) -> Names:
    """The names of all that the conditions mention. Tags, staff and units are not this room's: `namer` knows them."""
    things = {each for condition in conditions for each in named_things(condition)}
    others = {each for each in things if each[0] not in _DEFINITIONS}
    names = dict(namer(others)) if namer is not None and others else {}
    if own := things - others:
        found = definitions.names_of(reading, {number for _, number in own})
        names.update({(kind, number): found[number].name for kind, number in own if number in found})
    return names
