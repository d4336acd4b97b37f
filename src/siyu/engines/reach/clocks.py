"""By which clock each customer lives, and how long it is quiet there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from siyu.domain.customers import reading as customers
from siyu.domain.messages import reading as messages
from siyu.domain.messages.contracts import QuietHours
from siyu.platform.postgres.database import Reading


def quiet_ends(
    reading: Reading, customer_ids: Collection[int], quiet: QuietHours | None, business_zone: ZoneInfo
) -> Mapping[int, datetime]:
    """Those of the customers for whom it is quiet now, and when that ends. By their own time zone, or else the company's."""
    if quiet is None or not customer_ids:
        return {}
    now = reading.clock.now()
    told = customers.time_zones_of(reading, customer_ids)
    at_home = messages.quiet_until(quiet, now, business_zone)
    ends = {name: messages.quiet_until(quiet, now, _zone(name) or business_zone) for name in set(told.values())}
    found = {who: ends[told[who]] if who in told else at_home for who in customer_ids}
    return {who: end for who, end in found.items() if end is not None}


@lru_cache(maxsize=1_000)
def _zone(name: str) -> ZoneInfo | None:
    """The zone of a name, which anybody may have written; None where there is none."""
    try:
        return ZoneInfo(name) if len(name) <= 64 else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
