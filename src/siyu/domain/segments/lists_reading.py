"""Who stands on which list. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from siyu.domain.definitions import reading as definitions
from siyu.domain.segments import lists_store as store
from siyu.domain.segments import rules
from siyu.domain.segments.contracts import Ids
from siyu.platform.postgres.database import Reading


def list_members_of(reading: Reading, list_id: int) -> Ids:
    """The ids of all who stand on a list, ascending."""
    return rules.ids_of(store.read_list_bits(reading.driver, list_id))


def told_of_lists(reading: Reading, customer_ids: Collection[int]) -> list[dict[str, Any]]:
    """The lists that any of the customers stands on, for the person herself."""
    found = sorted(store.lists_with(reading.driver, customer_ids))
    names = definitions.names_of(reading, found)
    return [{"list_id": each, "list": names[each].name if each in names else None} for each in found]
