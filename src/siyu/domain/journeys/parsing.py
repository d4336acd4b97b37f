"""From a JSON document to a journey and back: which documents have the shape of one. What they say is looked at in
`checking`.

A draft may be unfinished: texts that are still empty, choices that were not made, times that were not given. It has the same
fields and kinds as a finished one, so that it can be opened, and be looked at piece by piece.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from siyu.domain.journeys.document import JourneyDefinition
from siyu.domain.journeys.faults import JourneyFault, fault_at, faults_of_shape, refusal

JOURNEY: Final[TypeAdapter[JourneyDefinition]] = TypeAdapter(JourneyDefinition)
"""Pydantic's view of the document: checks shapes and gives the JSON schema."""

_OF_FINISHED: Final = frozenset({"min_length", "pattern"})


def _unfinished(schema: Any) -> Any:
    """The schema without what is asked of finished documents alone: least lengths, spellings, and numbers above nought."""
    if isinstance(schema, list | tuple):
        return type(schema)(map(_unfinished, schema))
    if not isinstance(schema, dict):
        return schema
    kept = {name: _unfinished(part) for name, part in schema.items() if name not in _OF_FINISHED}
    return {**kept, "ge": min(kept["ge"], 0)} if isinstance(kept.get("ge"), int) else kept


_DRAFT: Final = SchemaValidator(_unfinished(JOURNEY.core_schema))


def read_definition(document: object) -> JourneyDefinition | list[JourneyFault]:
    """The journey of a document, or all that keeps it from having the shape of one."""
    return _read(JOURNEY.validate_python, document)


def _read(validate: Callable[[object], JourneyDefinition], document: object) -> JourneyDefinition | list[JourneyFault]:
    try:
        return validate(document)
    except ValidationError as error:
        return faults_of_shape(document, error.errors(include_url=False, include_input=False))
    except RecursionError:
        return [fault_at((), "deep")]


def parse_definition(document: object) -> JourneyDefinition:
    """The journey of a document; InvalidDefinitionError with all faults of its shape otherwise."""
    found = read_definition(document)
    if isinstance(found, list):
        raise refusal(found, {})
    return found


def parse_draft(document: object) -> JourneyDefinition:
    """The journey of a document that may be unfinished; InvalidDefinitionError where it is no journey at all."""
    found = _read(_DRAFT.validate_python, document)
    if isinstance(found, list):
        raise refusal(found, {})
    return found


def finished(draft: JourneyDefinition) -> JourneyDefinition:
    """The draft, with nothing left open; InvalidDefinitionError, by the names of the nodes, with all that is."""
    found = read_definition(document_of(draft))
    if isinstance(found, list):
        raise refusal(found, node_names(draft))
    return found


def document_of(definition: JourneyDefinition) -> dict[str, Any]:
    """The document of a journey, in its one spelling: what `parse_definition`, or of a draft `parse_draft`, reads back."""
    return cast("dict[str, Any]", JOURNEY.dump_python(definition, mode="json"))


def stored_definition(document: Mapping[str, Any]) -> JourneyDefinition:
    """The journey of a document that was read when it was saved."""
    journey: JourneyDefinition = _DRAFT.validate_python(document)
    return journey


def node_names(definition: JourneyDefinition) -> dict[str, str]:
    """What the nodes are called, by key."""
    return {node.key: node.name or node.key for node in definition.nodes}
