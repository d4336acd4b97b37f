"""Fixed lists of customers. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from siyu.domain.definitions.contracts import DefinitionName

LIST_KIND = "list"


class ListMode(StrEnum):
    """What becomes of those named: they come to the others, they alone remain, they leave."""

    ADD = "add"
    REPLACE = "replace"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class CustomerList:
    """A list of customers whom somebody named one by one. `changed_at`: when its members last changed by somebody's hand."""

    list_id: int
    name: str
    size: int
    used_by: Sequence[DefinitionName]
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ListChange:
    """What a change of a list's members came to."""

    added: int
    removed: int
    size: int
