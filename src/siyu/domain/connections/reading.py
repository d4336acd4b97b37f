"""What others may read of connections."""

from __future__ import annotations

from siyu.domain.connections import store
from siyu.platform.postgres.database import Reading


def connections_by_key(reading: Reading) -> dict[int, int]:
    """How many connections' secrets are under each key."""
    return store.count_by_key(reading.driver)
