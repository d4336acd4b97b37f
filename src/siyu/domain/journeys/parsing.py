"""From a JSON document to a journey and back: which documents have the shape of one. What they say is looked at in
`checking`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from pydantic import TypeAdapter, ValidationError

from siyu.domain.journeys.document import JourneyDefinition
from siyu.domain.journeys.faults import JourneyFault, fault_at, faults_of_shape, refusal

JOURNEY: Final[TypeAdapter[JourneyDefinition]] = TypeAdapter(JourneyDefinition)
"""Pydantic's view of the document: checks shapes and gives the JSON schema."""


def read_definition(document: object) -> JourneyDefinition | list[JourneyFault]:
    """The journey of a document, or all that keeps it from having the shape of one."""
    try:
        return JOURNEY.validate_python(document)
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


def document_of(definition: JourneyDefinition) -> dict[str, Any]:
    """The document of a journey, in its one spelling: what `parse_definition` reads back."""
    return cast("dict[str, Any]", JOURNEY.dump_python(definition, mode="json"))


def stored_definition(document: Mapping[str, Any]) -> JourneyDefinition:
    """The journey of a document that was checked when it was saved."""
    return JOURNEY.validate_python(document)


def node_names(definition: JourneyDefinition) -> dict[str, str]:
    """What the nodes are called, by key."""
    return {node.key: node.name or node.key for node in definition.nodes}
