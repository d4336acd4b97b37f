"""What follows from how a condition is written, found out once for each that is kept true and not again at every tick.

Conditions are remembered by identity: to compare two of them, even to hash one, would cost what is to be saved. A document
that is kept true is understood once, so the same conditions come again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache

from siyu.domain.segments.contracts import ActedCondition, Condition
from siyu.engines.audience.acts import ACTS

_REMEMBERED = 20_000


class _This:
    """An object, equal to itself alone."""

    __slots__ = ("it",)

    def __init__(self, it: Condition) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and other.it is self.it


def key_of(condition: Condition) -> str:
    """The same for equal conditions: as they are written, for True, 1 and 1.0 are equal and mean different things."""
    return _key_of(_This(condition))


@lru_cache(maxsize=_REMEMBERED)
def _key_of(condition: _This) -> str:
    return repr(condition.it)


def event_names(condition: Condition) -> frozenset[str]:
    """The names of the events that a condition asks about; ACTS where it asks about all acts."""
    return _event_names(_This(condition))


@lru_cache(maxsize=_REMEMBERED)
def _event_names(condition: _This) -> frozenset[str]:
    return frozenset(_events_in(condition.it))


def _events_in(part: object) -> Iterator[str]:
    """Whatever a part of a definition calls `event` is the name of one."""
    if isinstance(part, tuple):
        for each in part:
            yield from _events_in(each)
    elif isinstance(part, ActedCondition):
        yield ACTS
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            value = getattr(part, field.name)
            if field.name == "event":
                if value is not None:
                    yield str(value)
            else:
                yield from _events_in(value)
