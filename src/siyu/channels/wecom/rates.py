"""How fast one may call: the published limits as buckets that fill up, and the penalties for having been too fast.

Nothing here waits or stores; time is an argument. A bucket holds a part of what a window allows and fills with the rest, so that
no window of that length, wherever it begins, sees more calls than are allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY, MONTH = 60, 3600, 86_400, 2_592_000
FREE_LOT: Final = 50
"""Of calls without a limit."""
BURST_SHARE: Final = 0.25
"""Which part of a window's calls may be made at once, where nobody called before."""
SOON_AFTER: Final = timedelta(seconds=10)
"""Who is refused so soon after a penalty was over was shut out for longer than believed."""
ZONE: Final = ZoneInfo("Asia/Shanghai")
"""Natural days of penalties are those of Beijing."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` calls in any `seconds`."""

    seconds: int
    count: int

    @property
    def capacity(self) -> float:
        return max(1.0, self.count * BURST_SHARE)

    @property
    def per_second(self) -> float:
        return (self.count - self.capacity) / self.seconds

    @property
    def lot(self) -> int:
        """How many calls a process takes out at once, to ask the others seldom."""
        return int(min(50, max(1, self.capacity // 20)))


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a corp may call one interface, as published unless WeCom has agreed on something else, and how many calls of it at
    once, of which nothing is published."""

    per_minute: int = 10_000
    per_hour: int = 150_000
    at_once: int = 12


OF_ADDRESS: Final = (Limit(MINUTE, 20_000), Limit(HOUR, 600_000))
SPECIAL: Final[Mapping[str, Sequence[Limit]]] = {
    "get_jsapi_ticket": (Limit(HOUR, 100),),
    "ticket/get": (Limit(HOUR, 100),),
    "media/uploadimg": (Limit(DAY, 1000), Limit(MONTH, 3000)),
    "auth/getuserinfo": (),
    "message/send": (),
}
"""Calls with limits of their own; those of `message/send` count people, not calls."""


def limits_of(corp_id: str, path: str, pace: Pace) -> dict[str, Limit]:
    """The buckets that a call draws from, by name. The address is this machine's, for whichever corp it calls."""
    special = SPECIAL.get(path)
    if special is not None:
        return {f"{corp_id}|{path}|{limit.seconds}": limit for limit in special}
    of_corp = (Limit(MINUTE, pace.per_minute), Limit(HOUR, pace.per_hour))
    return {f"{corp_id}|{path}|{limit.seconds}": limit for limit in of_corp} | {
        f"*|{path}|{limit.seconds}": limit for limit in OF_ADDRESS
    }


@dataclass(frozen=True, slots=True)
class Bucket:
    """Calls that may be made, as of `filled_at`."""

    level: float
    filled_at: datetime

    def at(self, limit: Limit, now: datetime) -> Bucket:
        """The bucket as it is now. A clock that went back fills nothing."""
        seconds = max(0.0, (now - self.filled_at).total_seconds())
        return Bucket(min(limit.capacity, self.level + seconds * limit.per_second), max(now, self.filled_at))


@dataclass(frozen=True, slots=True)
class Lot:
    """Calls that a process may make; or none, and in how many seconds to ask again."""

    calls: int
    wait_seconds: float = 0.0


def drawn(
    buckets: Mapping[str, Bucket], limits: Mapping[str, Limit], kept_back: float, now: datetime
) -> tuple[Lot, dict[str, Bucket]]:
    """A lot out of all buckets at once, and what is left in them; buckets that are not there yet are full. `kept_back` is the part
    of each that is left to others."""
    at = {
        name: (buckets[name] if name in buckets else Bucket(limit.capacity, now)).at(limit, now)
        for name, limit in limits.items()
    }
    calls, wait = min((limit.lot for limit in limits.values()), default=FREE_LOT), 0.0
    for name, limit in limits.items():
        floor = min(kept_back * limit.capacity, limit.capacity - 1)
        calls = min(calls, int(at[name].level - floor))
        wait = max(wait, (floor + 1 - at[name].level) / limit.per_second)
    if calls < 1:
        return Lot(0, wait), at
    return Lot(calls), {name: Bucket(bucket.level - calls, bucket.filled_at) for name, bucket in at.items()}


@dataclass(frozen=True, slots=True)
class Penalty:
    """Being shut out until an instant; `strikes` counts how often in a row."""

    until: datetime
    strikes: int


def penalty_after(known: Penalty | None, now: datetime) -> Penalty:
    """The penalty to expect for a 45009. It lasts as long as the window that was exceeded, and nobody says which: the shortest is
    believed first, and who is refused again soon after it believes the next longer one."""
    if known is not None and now < known.until:
        return known
    is_in_a_row = known is not None and now - known.until < SOON_AFTER
    strikes = known.strikes + 1 if known is not None and is_in_a_row else 1
    if strikes == 1:
        return Penalty(now + timedelta(seconds=MINUTE), strikes)
    if strikes == 2:
        return Penalty(now + timedelta(seconds=HOUR), strikes)
    tomorrow = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Penalty(tomorrow.astimezone(now.tzinfo), strikes)
