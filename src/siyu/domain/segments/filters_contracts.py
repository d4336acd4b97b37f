"""Filters of the list of customers that are kept, and the columns that somebody wants to see in it. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from siyu.domain.customers.contracts import identifying_kind
from siyu.domain.definitions.contracts import TEXT_LENGTH_MAX
from siyu.domain.segments.exports_contracts import ATTRIBUTE_COLUMN
from siyu.kernel.errors import InvalidError, NotFoundError

KEPT_FILTERS_MAX: Final = 100
"""As many may one person keep."""
FILTER_NAME_LENGTH_MAX: Final = 60
SEARCH_LENGTH_MAX: Final = 200
SHOWN_COLUMNS_MAX: Final = 20
SHOWN_COLUMNS: Final = (
    "city",
    "keeper",
    "tags",
    "stages",
    "orders",
    "revenue",
    "average_order",
    "last_order_at",
    "first_seen_at",
    "last_seen_at",
)
"""What the list can show besides the customer's name and contact, and attributes (`attribute:level`)."""
USUAL_COLUMNS: Final = ("city", "orders", "revenue", "last_order_at", "last_seen_at")
Sort = Literal["newest", "last_seen", "orders", "revenue", "last_order"]


@dataclass(frozen=True, slots=True)
class FilterDraft:
    """What is to be kept: a search, a segment, a condition as its document, each or none; what is shown, and in which order."""

    name: str
    is_shared: bool
    search: str
    segment_id: int | None
    condition: Any
    columns: Sequence[str]
    sort: Sort
    is_rising: bool


@dataclass(frozen=True, slots=True)
class KeptFilter:
    """A filter that somebody keeps; `is_own` to who asked for it."""

    filter_id: int
    draft: FilterDraft
    is_own: bool
    updated_at: datetime


class UnknownFilterError(NotFoundError):
    """There is no such filter any more."""

    code = "unknown_filter"


class BadFilterError(InvalidError):
    """This filter cannot be kept so."""

    code = "bad_filter"


def checked_columns(columns: Sequence[str]) -> list[str]:
    """Columns that there are, each once, in their order."""
    chosen = list(dict.fromkeys(columns))
    if len(chosen) > SHOWN_COLUMNS_MAX:
        raise BadFilterError(f"Choose at most {SHOWN_COLUMNS_MAX} columns.", field="columns")
    for name in chosen:
        attribute = name.removeprefix(ATTRIBUTE_COLUMN)
        if name in SHOWN_COLUMNS:
            continue
        if attribute == name or not attribute.isprintable() or not 1 <= len(attribute) <= TEXT_LENGTH_MAX:
            raise BadFilterError(f"There is no column {name[:40]!r}.", field="columns")
        if identifying_kind(attribute) is not None:
            raise BadFilterError("Phones, e-mail and the like are not shown as attributes.", field="columns")
    return chosen
