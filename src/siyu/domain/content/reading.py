"""Reading content."""

from __future__ import annotations

from siyu.domain.content import store
from siyu.domain.content.contracts import Link
from siyu.platform.postgres.database import Reading


def find_link(reading: Reading, link_id: int) -> Link | None:
    """Where a link leads; None where there is no such link."""
    return store.find_link(reading.driver, link_id)
