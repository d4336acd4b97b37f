"""Reading content."""

from __future__ import annotations

from collections.abc import Collection

from siyu.domain.content import store
from siyu.domain.content.contracts import KeptMessage, Link, MessagePlace
from siyu.platform.postgres.database import Reading


def find_link(reading: Reading, link_id: int) -> Link | None:
    """Where a link leads; None where there is no such link."""
    return store.find_link(reading.driver, link_id)


def messages_at(reading: Reading, places: Collection[MessagePlace]) -> dict[MessagePlace, KeptMessage]:
    """What is said at these places of published versions."""
    return store.select_messages(reading.driver, places)
