"""How large a segment was, and since when. Part of `reading`: written by the engine hour by hour, told here by hour or by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from siyu.domain.segments import history_store
from siyu.domain.segments.history_store import HourSize
from siyu.kernel.errors import InvalidError
from siyu.platform.postgres.database import Reading

HOURS_DAYS_MAX = 3
"""Up to so many days are told by the hour."""
DAYS_MAX = 1_100


@dataclass(frozen=True, slots=True)
class SizeAt:
    """A segment's size at the end of an hour or a day that began `at`, and who came and went in it."""

    at: datetime
    size: int
    entered: int
    exited: int


def sizes_between(
    reading: Reading, segment_id: int, since_on: date, until_on: date, zone: ZoneInfo
) -> Sequence[SizeAt]:
    """A row for each hour, or for each day where there are more than HOURS_DAYS_MAX; both days are included. Hours and days
    in which nothing changed have a row too, from the first one known until now."""
    days = (until_on - since_on).days + 1
    if not 1 <= days <= DAYS_MAX:
        raise InvalidError(f"A history has 1 to {DAYS_MAX} days.", field="until_on")
    since = datetime.combine(since_on, datetime.min.time(), zone)
    just_after_now = reading.clock.now() + timedelta(microseconds=1)
    until = min(datetime.combine(until_on + timedelta(days=1), datetime.min.time(), zone), just_after_now)
    rows = history_store.sizes(reading.driver, segment_id, since, until)
    before = history_store.size_before(reading.driver, segment_id, since)
    if days <= HOURS_DAYS_MAX:
        return _filled([SizeAt(*row) for row in rows], before, _hours(since, until))
    starts = [datetime.combine(since_on + timedelta(days=n), datetime.min.time(), zone) for n in range(days)]
    return _filled(_by_day(rows, zone), before, [each for each in starts if each < until])


def _hours(since: datetime, until: datetime) -> list[datetime]:
    count = max(0, -(-(until - since) // timedelta(hours=1)))
    return [since + timedelta(hours=n) for n in range(count)]


def _by_day(rows: Sequence[HourSize], zone: ZoneInfo) -> list[SizeAt]:
    found = []
    for day, group in groupby(rows, key=lambda row: row.hour.astimezone(zone).date()):
        hours = list(group)
        found.append(
            SizeAt(
                datetime.combine(day, datetime.min.time(), zone),
                hours[-1].size,
                sum(each.entered for each in hours),
                sum(each.exited for each in hours),
            )
        )
    return found


def _filled(known: Sequence[SizeAt], before: int | None, starts: Sequence[datetime]) -> list[SizeAt]:
    """A row for each start; where nothing changed the size is that before, and there is none before the first."""
    at = {each.at: each for each in known}
    size, found = before, []
    for start in starts:
        row = at.get(start)
        if row is not None:
            size = row.size
            found.append(row)
        elif size is not None:
            found.append(SizeAt(start, size, 0, 0))
    return found
