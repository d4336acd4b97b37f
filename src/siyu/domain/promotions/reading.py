"""What others may read of coupons, on their own account."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from siyu.domain.promotions import store
from siyu.platform.postgres.database import Reading

_TOLD = ("pool", "code", "state", "issued_at", "expires_at", "ended_at", "order_id")


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A code that a customer has and may use."""

    pool_id: int
    pool: str
    code: str
    issued_at: datetime
    expires_at: datetime | None


def pool_names(reading: Reading) -> dict[int, str]:
    """{pool: its name} of those that codes are given of: what a journey may name."""
    return store.pool_names(reading.driver)


def open_codes(reading: Reading, customer_ids: Collection[int]) -> dict[int, list[OpenCode]]:
    """{customer: the codes they may use}, the first to end first; who has none is left out."""
    found: dict[int, list[OpenCode]] = {}
    for customer_id, *rest in store.open_codes(reading.driver, customer_ids, reading.clock.now()):
        found.setdefault(customer_id, []).append(OpenCode(*rest))
    return found


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """The codes that the profiles were given, for the person herself."""
    return [dict(zip(_TOLD, row, strict=True)) for row in store.select_told(reading.driver, profile_ids)]
