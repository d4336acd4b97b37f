"""From a ladder's document to its stages, and from a stage to its condition. Pure."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.segments.contracts import AllCondition, AnyCondition, Condition, NotCondition
from siyu.domain.segments.definition import as_document as condition_document
from siyu.domain.segments.definition import parse_definition
from siyu.domain.segments.definition_faults import explained, fault
from siyu.domain.segments.ladders_contracts import Ladder, Stage

LADDER: TypeAdapter[Ladder] = TypeAdapter(Ladder)
"""Pydantic's view of the document: checks shapes and gives the JSON schema."""


def parse_ladder(document: object) -> Ladder:
    """The ladder of a document; InvalidDefinitionError with the first fault otherwise."""
    try:
        ladder = LADDER.validate_python(document)
    except ValidationError as error:
        raise explained(document, error.errors(include_url=False)) from None
    lowest = next((stage for stage in ladder.stages if not stage.is_branch), None)
    if lowest is None:
        raise fault(("stages",), "ladder_steps")
    for n, stage in enumerate(ladder.stages):
        if stage.key in {each.key for each in ladder.stages[:n]}:
            raise fault(("stages", n, "key"), "key_twice")
        if stage.condition is None and stage is not lowest:
            raise fault(("stages", n, "condition"), "ladder_rest")
        if stage.condition is not None:
            try:
                parse_definition(condition_document(stage.condition))
            except InvalidDefinitionError as error:
                raise below(error, n) from None
    return ladder


def as_document(ladder: Ladder) -> dict[str, Any]:
    """The document of a ladder, in its one spelling."""
    document: dict[str, Any] = LADDER.dump_python(ladder, mode="json")
    return document


def below(error: InvalidDefinitionError, place: int) -> InvalidDefinitionError:
    """A fault in the condition of a stage, with the way to it from the whole document."""
    inner = str(error.fields["path"])
    path = f"stages.{place}.condition" + (f".{inner}" if inner else "")
    return InvalidDefinitionError(path, str(error.fields["reason"]), str(error.fields["reason_zh"]))


def find_stage(ladder: Ladder, key: str) -> Stage | None:
    """The stage of that key."""
    return next((stage for stage in ladder.stages if stage.key == key), None)


def stage_condition(ladder: Ladder, key: str) -> Condition:
    """Who stands on a stage: its own condition holds, and none of those that win over it. KeyError where there is none such."""
    order = by_precedence(ladder)
    place = [stage.key for stage in order].index(key) if key in [stage.key for stage in order] else None
    if place is None:
        raise KeyError(key)
    own = order[place].condition
    higher = tuple(stage.condition for stage in order[:place] if stage.condition is not None)
    none_higher = NotCondition(higher[0] if len(higher) == 1 else AnyCondition(higher)) if higher else None
    if own is None:
        if none_higher is None:
            raise ValueError("a ladder has at least two stages, and one of them alone goes without a condition")
        return none_higher
    return own if none_higher is None else AllCondition((own, none_higher))


def by_precedence(ladder: Ladder) -> list[Stage]:
    """Branches first, the last listed before the others; then steps from the highest down."""
    highest_first = ladder.stages[::-1]
    return [each for each in highest_first if each.is_branch] + [each for each in highest_first if not each.is_branch]
