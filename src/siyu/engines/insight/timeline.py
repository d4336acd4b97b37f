"""One customer's events, newest first, out of the columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED, SEGMENT_MOVED
from siyu.kernel.clock import milliseconds_of
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import HOT_PATHS


class BadPageKeyError(InvalidError):
    """This page key was not made by Siyu."""

    code = "bad_page_key"


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """An event as a customer's page shows it."""

    event_id: UUID
    name: str
    occurred_at: datetime
    source: str
    properties: dict[str, Any]


_TIMELINE = """
SELECT event_id, name, occurred_at, source, toString(properties), position, n, toUnixTimestamp64Milli(occurred_at) AS at
FROM events
WHERE profile_id IN {profiles:Array(UInt64)}
    AND NOT (name IN {about_segments:Array(String)} AND ifNull(properties.segment_id.:Int64, 0) IN {unnamed:Array(Int64)})
    AND ({pattern:String} = '' OR match(name, {pattern:String}))
    AND ({source:String} = '' OR source = {source:String})
    AND occurred_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
    AND occurred_at < fromUnixTimestamp64Milli({until:Int64}, 'UTC')
    AND (at, position, n) < ({at:Int64}, {position:UInt64}, {n:UInt32})
ORDER BY at DESC, position DESC, n DESC LIMIT {size:UInt32}
"""
Kind = Literal["orders", "messages", "journeys", "segments", "tags", "consents", "identity", "staff"]
_PATTERNS: Final[Mapping[Kind, str]] = {
    "orders": "^(order_|checkout_|cart_|payment_|refund_)",
    "messages": "^(message_|link_|post_)",
    "journeys": "^journey_",
    "segments": "^(segment_|stage_)",
    "tags": "^customer_(un)?tagged$",
    "consents": "^consent_",
    "identity": "^(profile_|customers_|custody_|customer_identified$)",
    "staff": "^(task_|lead_|follow_up_|contact_|group_)",
}
_SPAN_MS = (-(2**40), 2**43)


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """Which of the events are told: of one kind, of one source, in a span of time (the end is not in it); None is all."""

    kind: Kind | None = None
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING: Final = TimelineFilter()
_BEGINNING = (2**62, 2**62, 2**31)


def timeline(
    columns: Columns,
    profile_ids: Sequence[int],
    page: PageRequest,
    unnamed_segment_ids: Collection[int] = (),
    wanted: TimelineFilter = EVERYTHING,
) -> Page[TimelineEvent]:
    """The events recorded under any of the profiles; without who entered or left segments that nobody calls so: cells of a
    scheme, stages of a ladder, whose movements are told otherwise."""
    at, position, n = _opened(page.after) if page.after else _BEGINNING
    rows = columns.query(
        _TIMELINE,
        {
            "profiles": list(profile_ids),
            "about_segments": [SEGMENT_ENTERED, SEGMENT_EXITED, SEGMENT_MOVED],
            "unnamed": sorted(unnamed_segment_ids),
            "pattern": _PATTERNS[wanted.kind] if wanted.kind else "",
            "source": wanted.source or "",
            "since": milliseconds_of(wanted.since) if wanted.since else _SPAN_MS[0],
            "until": milliseconds_of(wanted.until) if wanted.until else _SPAN_MS[1],
            "at": at,
            "position": position,
            "n": n,
            "size": page.size + 1,
        },
    )
    shown = rows[: page.size]
    last = shown[-1] if len(rows) > page.size else None
    return Page(
        rows=[TimelineEvent(row[0], row[1], row[2], row[3], _told(row[4])) for row in shown],
        next_after=f"{last[7]}.{last[5]}.{last[6]}" if last else None,
    )


def _told(properties: str) -> dict[str, Any]:
    """The columns show every hot path with every event; those that the event did not tell are null."""
    told: dict[str, Any] = msgspec.json.decode(properties)
    return {name: value for name, value in told.items() if value is not None or name not in HOT_PATHS}


def _opened(after: str) -> tuple[int, int, int]:
    try:
        at, position, n = (int(part) for part in after.split("."))
    except ValueError as error:
        raise BadPageKeyError from error
    if not (-(2**62) < at < 2**63 and 0 <= position < 2**63 and 0 <= n < 2**32):
        raise BadPageKeyError
    return at, position, n
