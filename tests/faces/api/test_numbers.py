"""Whole numbers that come from outside have limits that JSON and the database can hold, and the OpenAPI document tells them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from siyu.faces.api.app import openapi_document

DOCUMENT = openapi_document()
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
LIMITS = ("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")
EXACT_MAX = 2**53
"""As JSON carries it; what the database holds goes further."""


def _asked() -> Iterator[tuple[str, Any]]:
    """What each operation takes, by a name of its place."""
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            yield f"{method} {path}", operation.get("parameters", [])
            yield f"{method} {path}", operation.get("requestBody", {})


def _integers(place: str, schema: Any, named: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The whole numbers in it, and in what it names."""
    if isinstance(schema, list):
        for each in schema:
            yield from _integers(place, each, named)
    elif isinstance(schema, dict):
        if schema.get("type") == "integer" and "enum" not in schema and "const" not in schema:
            yield place, schema
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        if name and name not in named:
            named.add(name)
            yield from _integers(name, SCHEMAS[name], named)
        for key, each in schema.items():
            yield from _integers(f"{place}.{key}", each, named)


def _is_held(limit: float | None) -> bool:
    return limit is not None and -EXACT_MAX <= limit <= EXACT_MAX


def test_every_whole_number_that_is_asked_for_has_limits_that_are_told() -> None:
    named: set[str] = set()
    found = [each for place, asked in _asked() for each in _integers(place, asked, named)]
    assert len(found) > 500
    loose = {place for place, schema in found for ends in LIMITS if not any(_is_held(schema.get(end)) for end in ends)}
    assert loose == set()
