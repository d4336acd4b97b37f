"""How events are picked out by what stands in them: filters, the same in every room's definitions. Part of `contracts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

TEXT_LENGTH_MAX = 200
VALUES_MAX = 1000
FILTERS_MAX = 10
NUMBER_MAX = 10**15

Text = Annotated[str, Field(strict=True, min_length=1, max_length=TEXT_LENGTH_MAX)]
Number = Annotated[StrictInt, Field(json_schema_extra={"minimum": -NUMBER_MAX, "maximum": NUMBER_MAX})] | StrictFloat
"""The checks refuse what is beyond: in words, and at its place."""
Value = StrictStr | StrictBool | Number | tuple[StrictStr | Number, ...] | None
Id = Annotated[int, Field(strict=True, ge=1, le=2**53 - 1)]
Operator = Literal[
    "is",
    "is_not",
    "contains",
    "starts_with",
    "at_least",
    "at_most",
    "more_than",
    "less_than",
    "one_of",
    "not_one_of",
    "has_all",
    "is_set",
    "is_not_set",
]


def with_kind(schema: dict[str, Any]) -> None:
    """A document always says its `kind`, though code that builds conditions need not."""
    schema["required"] = ["kind", *schema.get("required", [])]
    schema["properties"]["kind"].pop("default", None)


WITH_KIND = ConfigDict(extra="forbid", json_schema_extra=with_kind)
WITHOUT_KIND = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events: those whose `property` compares so with `value`, in the same way as attributes do."""

    __pydantic_config__ = WITHOUT_KIND

    property: Text
    operator: Operator
    value: Value = None


Filters = Annotated[tuple[Filter, ...], Field(max_length=FILTERS_MAX)]


@dataclass(frozen=True, slots=True)
class EventMatch:
    """Events of one name that pass all filters."""

    __pydantic_config__ = WITHOUT_KIND

    event: Text
    where: Filters = ()
