"""Which kept filters name a person. Part of `reading`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from siyu.domain.segments import filters_store as store
from siyu.platform.postgres.database import Reading


def told_of_filters(reading: Reading, names: Collection[str]) -> list[dict[str, Any]]:
    """The filters that ask for somebody by their whole name, for the person herself."""
    found = store.select_naming(reading.driver, names) if names else []
    return [{"filter_id": filter_id, "filter": name} for filter_id, name in found]
