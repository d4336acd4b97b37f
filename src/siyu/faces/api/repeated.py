"""A parameter that has one value is given once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from types import UnionType
from typing import Any, Union, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError


def refuse_repeated(request: Request) -> None:
    """Refuses a parameter of the address that is given twice where one value is meant: which one would be a guess."""
    counts = Counter(name for name, _ in request.query_params.multi_items())
    repeated = {name for name, count in counts.items() if count > 1}
    dependant: Dependant | None = getattr(request.scope.get("route"), "dependant", None)
    if not repeated or dependant is None:
        return
    refused = sorted(repeated & _single(dependant))
    if refused:
        raise RequestValidationError(
            [{"loc": ("query", name), "msg": "Given more than once", "type": "repeated"} for name in refused]
        )


def _single(dependant: Dependant) -> set[str]:
    """The parameters that have one value, of the operation itself and of what it depends on."""
    own = {field.alias for field in dependant.query_params if not _takes_many(field.field_info.annotation)}
    return own.union(*(_single(each) for each in dependant.dependencies))


def _takes_many(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return any(_takes_many(each) for each in get_args(annotation))
    return (
        isinstance(origin or annotation, type)
        and issubclass(origin or annotation, Collection)
        and annotation is not str
    )
