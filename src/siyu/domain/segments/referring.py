"""What definitions of segments refer to, as PostgreSQL has it: checked when they are saved, and again when they come into force."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import Definition, DefinitionStatus, Document, InvalidDefinitionError
from siyu.domain.segments import estimates_store, store
from siyu.domain.segments.contracts import (
    SEGMENT_KIND,
    Condition,
    EstimateModel,
    Leaf,
    ListCondition,
    RfmCondition,
    SegmentCondition,
    StageCondition,
)
from siyu.domain.segments.definition import leaves_with_paths, parse_definition
from siyu.domain.segments.definition_faults import Path, fault
from siyu.domain.segments.expanding import Expansion, all_that_refer, find_cycle, named_in, references
from siyu.domain.segments.lists_contracts import LIST_KIND
from siyu.domain.segments.named_reading import condition_of_cell, condition_of_stage
from siyu.kernel.errors import NotFoundError
from siyu.platform.postgres.database import Reading, UnitOfWork


class PublishedBook:
    """The `Book` of what is in force. `known` are conditions of live segments that the caller has read already."""

    def __init__(self, reading: Reading, known: Mapping[int, Condition] | None = None) -> None:
        self._reading = reading
        self._known = known or {}
        self._editions: dict[str, int] | None = None

    def segment(self, segment_id: int) -> Condition | None:
        """What is in force; None where the segment is stopped."""
        if segment_id in self._known:
            return self._known[segment_id]
        found = definitions.list_by_id(self._reading, [segment_id])
        document = _published(found[0]) if found else None
        if document is None:
            raise NotFoundError(f"Segment {segment_id}.")
        return parse_definition(document) if found[0].status is DefinitionStatus.LIVE else None

    def rfm(self, scheme_id: int, cell: str) -> Condition:
        """Who is in that cell, with the cut-offs in force."""
        return condition_of_cell(self._reading, scheme_id, cell)

    def stage(self, ladder_id: int, stage: str) -> Condition:
        """Who stands on that stage."""
        return condition_of_stage(self._reading, ladder_id, stage)

    def edition(self, model: EstimateModel) -> int:
        """The edition of an estimate that is in force."""
        if self._editions is None:
            self._editions = estimates_store.editions(self._reading.driver)
        return self._editions.get(model, 0)


def expand_checked(reading: Reading, condition: Condition, segment_id: int | None = None) -> Condition:
    """The condition with everything written out that it refers to; of segment `segment_id`, if it is one's.

    InvalidDefinitionError with the path where it refers to what is not there or never was published, or, on whatever way, to
    itself.
    """
    book = PublishedBook(reading)
    named = {each.definition_id: each for each in definitions.list_by_id(reading, references(condition))}
    for path, leaf in leaves_with_paths(condition):
        _check_named(path, leaf, named, book)
    if segment_id is not None:
        _check_circle(reading, condition, segment_id)
    return Expansion(book).of(condition)


def check_in_force(work: UnitOfWork, definition_id: int) -> None:
    """To be called when something that segments can refer to has just come into force: a segment, a scheme, a ladder.

    InvalidDefinitionError where it now refers to itself, is too large, or makes a segment that refers to it unusable. Two that
    come into force at once do so one after the other, so that the second sees the first.
    """
    store.lock_references(work.driver)
    refers_to = definitions.references_in_force(work)
    if cycle := find_cycle(refers_to, definition_id):
        raise fault((), "cycle", names=_called(work, cycle))
    concerned = definitions.list_by_id(work, {definition_id, *all_that_refer(refers_to, definition_id)})
    expansion = Expansion(PublishedBook(work))
    for each in concerned:
        if each.kind != SEGMENT_KIND or each.status is not DefinitionStatus.LIVE or each.document is None:
            continue
        try:
            expansion.of(parse_definition(each.document))
        except (InvalidDefinitionError, NotFoundError) as error:
            raise _unusable(error, None if each.definition_id == definition_id else each) from None


def _check_named(path: Path, leaf: Leaf, named: Mapping[int, Definition], book: PublishedBook) -> None:
    if isinstance(leaf, SegmentCondition):
        found = named.get(leaf.segment_id)
        if found is None or found.kind != SEGMENT_KIND:
            raise fault((*path, "segment_id"), "no_segment")
        if _published(found) is None:
            raise fault((*path, "segment_id"), "not_published")
    elif isinstance(leaf, ListCondition):
        found = named.get(leaf.list_id)
        if found is None or found.kind != LIST_KIND:
            raise fault((*path, "list_id"), "no_list")
    elif isinstance(leaf, RfmCondition):
        for n, cell in enumerate(leaf.cells):
            try:
                book.rfm(leaf.scheme_id, cell)
            except NotFoundError:
                raise fault((*path, "cells", n), "no_scheme") from None
    elif isinstance(leaf, StageCondition):
        for n, stage in enumerate(leaf.stages):
            try:
                book.stage(leaf.ladder_id, stage)
            except NotFoundError:
                raise fault((*path, "stages", n), "no_ladder") from None


def _check_circle(reading: Reading, condition: Condition, segment_id: int) -> None:
    refers_to = {**definitions.references_in_force(reading), segment_id: references(condition)}
    cycle = find_cycle(refers_to, segment_id)
    if cycle is None:
        return
    for path, leaf in leaves_with_paths(condition):
        if cycle[1] in {each.definition_id for each in named_in(leaf)}:
            raise fault((*path, _FIELDS[type(leaf)]), "cycle", names=_called(reading, cycle))


_FIELDS: Mapping[type[Leaf], str] = {
    SegmentCondition: "segment_id",
    RfmCondition: "scheme_id",
    StageCondition: "ladder_id",
}


def _published(definition: Definition) -> Document | None:
    return definition.document if definition.version is not None else None


def _called(reading: Reading, definition_ids: Collection[int]) -> str:
    names = definitions.names_of(reading, definition_ids)
    return " → ".join(names[each].name if each in names else str(each) for each in definition_ids)


def _unusable(error: InvalidDefinitionError | NotFoundError, user: Definition | None) -> InvalidDefinitionError:
    """What is told of a fault that showed only now: in the definition itself, or in one that refers to it."""
    if isinstance(error, InvalidDefinitionError):
        english, chinese = str(error.fields["reason"]), str(error.fields["reason_zh"])
    else:
        english, chinese = "It refers to something that is not in force.", "它引用的东西没有生效。"
    if user is None:
        return InvalidDefinitionError("", english, chinese)
    return fault((), "user", name=user.name, english=english, chinese=chinese)
