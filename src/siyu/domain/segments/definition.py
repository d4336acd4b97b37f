"""From a JSON document to a tree of conditions and back. A bad document is refused with the path of the fault and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from siyu.domain.segments.contracts import (
    CONDITIONS_MAX,
    DEPTH_MAX,
    AllCondition,
    AnyCondition,
    Condition,
    Leaf,
    NotCondition,
)
from siyu.domain.segments.definition_checks import check_leaf
from siyu.domain.segments.definition_faults import Path, explained, fault

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
"""Pydantic's view of the language: checks shapes and gives the JSON schema."""


def parse_definition(document: object) -> Condition:
    """The tree of a document; InvalidDefinitionError with the first fault otherwise."""
    _check_size(document)
    try:
        condition: Condition = CONDITION.validate_python(document)
    except ValidationError as error:
        raise explained(document, error.errors(include_url=False)) from None
    for path, leaf in leaves_with_paths(condition):
        check_leaf(path, leaf)
    return condition


def as_document(condition: Condition) -> dict[str, Any]:
    """The document of a tree, in its one spelling."""
    document: dict[str, Any] = CONDITION.dump_python(condition, mode="json")
    return document


def leaves(condition: Condition) -> list[Leaf]:
    """The conditions at the ends of the tree, from left to right."""
    return [leaf for _, leaf in leaves_with_paths(condition)]


def leaves_with_paths(condition: Condition, path: Path = ()) -> Iterator[tuple[Path, Leaf]]:
    """The conditions at the ends of the tree, from left to right, each with the way to it."""
    if isinstance(condition, AllCondition | AnyCondition):
        for n, each in enumerate(condition.of):
            yield from leaves_with_paths(each, (*path, "of", n))
    elif isinstance(condition, NotCondition):
        yield from leaves_with_paths(condition.of, (*path, "of"))
    else:
        yield path, condition


def _check_size(document: object) -> None:
    """Before anything walks the document by recursion: how deep it is, and how many conditions it has."""
    waiting: list[tuple[Path, object, int]] = [((), document, 1)]
    count = 0
    while waiting:
        path, node, depth = waiting.pop()
        if depth > DEPTH_MAX:
            raise fault(path, "deep", limit=DEPTH_MAX)
        count += 1
        if count > CONDITIONS_MAX:
            raise fault((), "many", limit=CONDITIONS_MAX)
        inner = node.get("of") if isinstance(node, dict) else None
        if isinstance(inner, dict):
            waiting.append(((*path, "of"), inner, depth + 1))
        elif isinstance(inner, list | tuple):
            waiting.extend(((*path, "of", n), each, depth + 1) for n, each in enumerate(inner))
