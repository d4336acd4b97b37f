"""How a value of a JSON column is compared with one of a definition: the same for attributes and for properties of events. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from siyu.platform.columns.queries import Parameters, Place

Value = str | bool | int | float | tuple[str | int | float, ...] | None


class Filter(Protocol):
    """A property, how it is compared, and with what."""

    @property
    def operator(self) -> str: ...

    @property
    def value(self) -> Value: ...

    @property
    def property(self) -> str: ...


DAY_SHAPE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
_OPPOSITES: Mapping[str, str] = {"is_not": "is", "not_one_of": "one_of", "is_not_set": "is_set"}
_BOUNDS = {"at_least": ">=", "at_most": "<=", "more_than": ">", "less_than": "<"}


def compared(parameters: Parameters, place: Place, operator: str, value: Value) -> str:
    """SQL that is 1 or 0, never NULL."""
    if operator in _OPPOSITES:
        return f"(NOT {compared(parameters, place, _OPPOSITES[operator], value)})"
    return f"ifNull({_answer(parameters, place, operator, value)}, 0)"


def passing(parameters: Parameters, filters: Sequence[Filter]) -> str:
    """SQL of the events that pass all filters; nothing where all do."""
    return " AND ".join(
        compared(parameters, parameters.place("properties", each.property), each.operator, each.value)
        for each in filters
    )


def _answer(parameters: Parameters, place: Place, operator: str, value: Value) -> str:
    if operator == "is_set":
        return f"{place.whole} IS NOT NULL"
    if operator == "is":
        return _equals(parameters, place, value)
    if isinstance(value, tuple):
        if operator == "has_all":
            return "(" + " AND ".join(place.has_element(each, parameters) for each in value) + ")"
        return _one_of(parameters, place, value)
    if operator == "contains":
        if isinstance(value, str):
            within = f"ifNull(position({place.text}, {parameters.bind(value, 'String')}) > 0, 0)"
            return f"({within} OR {place.has_element(value, parameters)})"
        return place.has_element(float(value or 0), parameters)
    if operator == "starts_with":
        return f"startsWith({place.text}, {parameters.bind(value, 'String')})"
    if isinstance(value, str):
        day = parameters.bind(value, "String")
        return f"(match({place.text}, '{DAY_SHAPE}') AND substring({place.text}, 1, 10) {_BOUNDS[operator]} {day})"
    return f"{place.number} {_BOUNDS[operator]} {parameters.number(value or 0)}"


def _equals(parameters: Parameters, place: Place, value: Value) -> str:
    if isinstance(value, bool):
        return f"{place.truth} = {parameters.bind(value, 'Bool')}"
    if isinstance(value, int | float):
        return f"{place.number} = {parameters.number(value)}"
    return f"{place.text} = {parameters.bind(value, 'String')}"


def _one_of(parameters: Parameters, place: Place, values: Sequence[str | float]) -> str:
    texts = [value for value in values if isinstance(value, str)]
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    answers = []
    if texts:
        answers.append(f"ifNull({place.text} IN {parameters.bind(texts, 'Array(String)')}, 0)")
    if numbers:
        answers.append(f"ifNull({place.number} IN {parameters.bind(numbers, 'Array(Float64)')}, 0)")
    return "(" + " OR ".join(answers) + ")"
