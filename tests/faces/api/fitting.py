"""The least that fits a schema of the API: a call of each operation that is refused for nothing but who asks it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from siyu.faces.api.app import openapi_document

DOCUMENT: Final = openapi_document()
OF_FORMAT: Final = {
    "uuid": "6f1f7a52-0a4e-4d0c-9a57-0d2c1b3e4f50",
    "date": "2026-06-02",
    "date-time": "2026-06-02T12:00:00+08:00",
    "time": "10:00",
    "uri": "https://brand.example/",
}
NOBODYS: Final = 10**9
"""An id that nothing has."""


class EndlessError(Exception):
    """This shape has itself in it: another choice has to be made."""


@dataclass(frozen=True)
class Fitting:
    """Makes calls. `known`: what fields and parameters of that name are given, also where they may be left out."""

    known: Mapping[str, Any] = field(default_factory=dict)

    def path(self, path: str, method: str) -> str:
        """The address with something in each of its places."""
        schemas = {
            each["name"]: each["schema"]
            for each in DOCUMENT["paths"][path][method.lower()].get("parameters", ())
            if each["in"] == "path"
        }
        return re.sub(r"\{(\w+)\}", lambda place: str(self._value(place[1], schemas[place[1]])), path)

    def query(self, path: str, method: str) -> dict[str, Any]:
        """What has to be asked beside the address."""
        asked = DOCUMENT["paths"][path][method.lower()].get("parameters", ())
        return {
            each["name"]: self._value(each["name"], each["schema"])
            for each in asked
            if each["in"] == "query" and (each.get("required") or each["name"] in self.known)
        }

    def body(self, path: str, method: str) -> dict[str, Any]:
        """The arguments of a request for its body."""
        content = DOCUMENT["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
        if not content:
            return {}
        if "application/json" in content:
            return {"json": self.least(content["application/json"]["schema"])}
        (kind,) = content
        return {"content": b"order,sum\n1,2\n", "headers": {"Content-Type": kind}}

    def least(self, schema: Mapping[str, Any], within: tuple[str, ...] = ()) -> Any:  # one line for each shape
        """Something of that shape, as small as it may be."""
        if "$ref" in schema:
            name = str(schema["$ref"]).rsplit("/", 1)[-1]
            if name in within:
                raise EndlessError(name)
            return self.least(DOCUMENT["components"]["schemas"][name], (*within, name))
        for choice in ("const", "default"):
            if choice in schema and (choice == "const" or schema[choice] is not None):
                return schema[choice]
        if "enum" in schema:
            return schema["enum"][0]
        for way in ("oneOf", "anyOf", "allOf"):
            if way in schema:
                return self._first_that_ends(schema[way], within)
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            needed = schema.get("required", ())
            return {
                name: self._value(name, each, within)
                for name, each in schema.get("properties", {}).items()
                if name in needed or name in self.known or "const" in each
            }
        if kind == "array":
            return [self.least(schema.get("items", {}), within) for _ in range(schema.get("minItems", 0))]
        if kind in {"integer", "number"}:
            return max(1, schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
        if kind == "string":
            return _text(schema)
        return False if kind == "boolean" else {}

    def _first_that_ends(self, choices: Sequence[Mapping[str, Any]], within: tuple[str, ...]) -> Any:
        for each in choices:
            try:
                return self.least(each, within)
            except EndlessError:
                continue
        raise EndlessError(within[-1])

    def _value(self, name: str, schema: Mapping[str, Any], within: tuple[str, ...] = ()) -> Any:
        if name in self.known:
            return self.known[name]
        if name.endswith("_id") and "integer" in str(schema):
            return NOBODYS
        return self.least(schema, within)


def _text(schema: Mapping[str, Any]) -> str:
    size: int = schema.get("minLength", 1)
    return OF_FORMAT.get(str(schema.get("format")), "x" * max(1, size))
