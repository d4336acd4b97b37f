"""What a definition comes to when all that it refers to is written out. Pure; a `Book` tells what stands behind each name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, NamedTuple, Protocol

import msgspec

from siyu.domain.segments.contracts import (
    AllCondition,
    AnyCondition,
    Condition,
    EstimateCondition,
    EstimateModel,
    Leaf,
    ListCondition,
    NotCondition,
    RfmCondition,
    SegmentCondition,
    StageCondition,
)
from siyu.domain.segments.definition import as_document, leaves
from siyu.domain.segments.definition_faults import fault

EXPANDED_MAX = 1000
"""How many conditions a definition may come to."""
EXPANDED_DEPTH_MAX = 40
"""How many levels deep it may be then, and how many definitions may refer to each other in a row."""


class Book(Protocol):
    """What stands behind that which a definition refers to. NotFoundError where there is no such thing in force."""

    def segment(self, segment_id: int) -> Condition | None:
        """What is in force; None where the segment is stopped, and keeps who was in it."""

    def rfm(self, scheme_id: int, cell: str) -> Condition:
        """Who is in that cell, with the cut-offs in force."""

    def stage(self, ladder_id: int, stage: str) -> Condition:
        """Who stands on that stage."""

    def edition(self, model: EstimateModel) -> int:
        """The edition of an estimate that is in force; 0, which holds nobody, where there is none."""


class Reference(NamedTuple):
    """One thing that a condition stands for: a segment, a cell of a scheme, a stage of a ladder."""

    kind: Literal["segment", "rfm", "stage"]
    definition_id: int
    part: str = ""


def expand(condition: Condition, book: Book) -> Condition:
    """The condition with everything written out that it refers to; stopped segments, lists and samples stay as they are,
    estimates are those in force.

    InvalidDefinitionError where something refers to itself on whatever way, or comes to more than the limits above.
    """
    return Expansion(book).of(condition)


class Expansion:
    """Expands many conditions by one book; what several of them refer to is looked up and written out once."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._known: dict[Reference, Condition] = {}
        self._open: list[Reference] = []

    def of(self, condition: Condition) -> Condition:
        """As `expand` says."""
        expanded = self._of(condition)
        count, depth = _measured(expanded)
        if count > EXPANDED_MAX:
            raise fault((), "expanded", count=count, limit=EXPANDED_MAX)
        if depth > EXPANDED_DEPTH_MAX:
            raise fault((), "expanded_deep", limit=EXPANDED_DEPTH_MAX)
        return expanded

    def _of(self, condition: Condition) -> Condition:
        if isinstance(condition, AllCondition):
            return AllCondition(tuple(self._of(each) for each in condition.of))
        if isinstance(condition, AnyCondition):
            return AnyCondition(tuple(self._of(each) for each in condition.of))
        if isinstance(condition, NotCondition):
            return NotCondition(self._of(condition.of))
        if isinstance(condition, EstimateCondition):
            return replace(condition, edition=self._book.edition(condition.model))
        named = named_in(condition)
        if not named:
            return condition
        found = tuple(self._named(each) for each in named)
        return found[0] if len(found) == 1 else AnyCondition(found)

    def _named(self, reference: Reference) -> Condition:
        if reference not in self._known:
            if reference in self._open:
                circle = [*self._open[self._open.index(reference) :], reference]
                raise fault((), "cycle", names=" → ".join(str(each.definition_id) for each in circle))
            if len(self._open) >= EXPANDED_DEPTH_MAX:
                raise fault((), "expanded_deep", limit=EXPANDED_DEPTH_MAX)
            self._open.append(reference)
            try:
                self._known[reference] = self._written_out(reference)
            finally:
                self._open.pop()
        return self._known[reference]

    def _written_out(self, reference: Reference) -> Condition:
        if reference.kind == "rfm":
            return self.of(self._book.rfm(reference.definition_id, reference.part))
        if reference.kind == "stage":
            return self.of(self._book.stage(reference.definition_id, reference.part))
        behind = self._book.segment(reference.definition_id)
        return SegmentCondition(reference.definition_id) if behind is None else self.of(behind)


def named_in(leaf: Leaf) -> tuple[Reference, ...]:
    """What a condition stands for, each thing once: any of these. Empty for one that stands for itself."""
    if isinstance(leaf, SegmentCondition):
        return (Reference("segment", leaf.segment_id),)
    if isinstance(leaf, RfmCondition):
        return tuple(Reference("rfm", leaf.scheme_id, each) for each in dict.fromkeys(leaf.cells))
    if isinstance(leaf, StageCondition):
        return tuple(Reference("stage", leaf.ladder_id, each) for each in dict.fromkeys(leaf.stages))
    return ()


def references(condition: Condition) -> frozenset[int]:
    """The definitions that the condition names itself: segments, lists, schemes and ladders."""
    found = {each.definition_id for leaf in leaves(condition) for each in named_in(leaf)}
    return frozenset(found | {leaf.list_id for leaf in leaves(condition) if isinstance(leaf, ListCondition)})


def spelling(condition: Condition) -> str:
    """Equal for two conditions if, and only if, they are written alike: the sha256 of the document in its one spelling."""
    return hashlib.sha256(msgspec.json.encode(as_document(condition), order="sorted")).hexdigest()


def find_cycle(refers_to: Mapping[int, frozenset[int]], start: int) -> list[int] | None:
    """The shortest way from `start` back to itself, both ends included; None where there is none."""
    came_from: dict[int, int] = {}
    waiting = [start]
    for each in waiting:
        for referred in sorted(refers_to.get(each, ())):
            if referred == start:
                return _way(came_from, start, each)
            if referred not in came_from:
                came_from[referred] = each
                waiting.append(referred)
    return None


def _way(came_from: Mapping[int, int], start: int, last: int) -> list[int]:
    way = [start]
    while last != start:
        way.append(last)
        last = came_from[last]
    return [start, *reversed(way)]


def all_that_refer(refers_to: Mapping[int, frozenset[int]], to: int) -> frozenset[int]:
    """Those from which a way leads to it, however long; itself too where it stands in a circle."""
    users: dict[int, set[int]] = {}
    for each, referred in refers_to.items():
        for one in referred:
            users.setdefault(one, set()).add(each)
    found: set[int] = set()
    waiting = [to]
    while waiting:
        for each in users.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return frozenset(found)


def _measured(condition: Condition) -> tuple[int, int]:
    """How many conditions there are, and how many levels."""
    count, deepest = 0, 0
    waiting: list[tuple[Condition, int]] = [(condition, 1)]
    while waiting:
        each, depth = waiting.pop()
        count, deepest = count + 1, max(deepest, depth)
        if isinstance(each, NotCondition):
            waiting.append((each.of, depth + 1))
        elif isinstance(each, AllCondition | AnyCondition):
            waiting.extend((inner, depth + 1) for inner in each.of)
    return count, deepest
