"""What one looks at when a segment stands: how segments overlap, who was in one at the end of a day, since when somebody is.

Who was in is told by the log, as the columns have it: the last word about a customer's number before an instant. A number that
was merged away is out from then on, and `segment_moved` lets the winner in. So a customer's number of then leads to who
they are now, and one who was split off again is not in by what happened while the two were one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from siyu.domain.customers.contracts import CUSTOMERS_MERGED
from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED, SEGMENT_MOVED, Ids
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import EVENTS
from siyu.platform.numbers import distinct

OVERLAP_MAX = 6
_BLOCK = 1 << 22
"""As many ids are looked at at once: memory does not grow with the highest id."""

_IN_AT = f"""
SELECT if(dictHas('customer_of', id), dictGetUInt64('customer_of', 'customer_id', id), id) AS customer_id
FROM (
    SELECT tupleElement(word, 1) AS id, argMax(tupleElement(word, 2), (occurred_at, position, n)) AS is_in
    FROM (
        SELECT occurred_at, position, n, arrayJoin(multiIf(
            name = {{entered:String}}, [(profile_id, 1)],
            name = {{exited:String}}, [(profile_id, 0)],
            name = {{moved:String}}, [(profile_id, 1), (assumeNotNull(properties.from_customer_id.:Int64)::UInt64, 0)],
            [(assumeNotNull(properties.loser_id.:Int64)::UInt64, 0)]
        )) AS word
        FROM {EVENTS}
        WHERE name IN ({{entered:String}}, {{exited:String}}, {{moved:String}}, {{merged:String}})
          AND (name = {{merged:String}} OR properties.segment_id.:Int64 = {{segment:Int64}})
          AND occurred_at < fromUnixTimestamp64Milli({{before:Int64}}, 'UTC')
    )
    GROUP BY id
)
WHERE is_in = 1
"""  # noqa: S608 - names of our own
_WORDS = f"""
SELECT name, occurred_at, properties.segment_id.:Int64, properties.from_customer_id.:Int64, profile_id
FROM {EVENTS}
WHERE (name IN ({{entered:String}}, {{exited:String}}, {{moved:String}}) AND profile_id IN {{profiles:Array(UInt64)}})
   OR (name = {{moved:String}} AND properties.from_customer_id.:Int64 IN {{profiles:Array(UInt64)}})
ORDER BY occurred_at, position, n
"""  # noqa: S608 - names of our own
_NAMES: Mapping[str, object] = {
    "entered": SEGMENT_ENTERED,
    "exited": SEGMENT_EXITED,
    "moved": SEGMENT_MOVED,
}


@dataclass(frozen=True, slots=True)
class OverlapPart:
    """How many are in exactly these of the segments asked about, and in no other of them."""

    segment_ids: tuple[int, ...]
    count: int


def overlap(members: Mapping[int, Ids]) -> list[OverlapPart]:
    """Every combination of some of the segments, in the order of the segments; together they are everybody who is in any."""
    segment_ids = list(members)
    counts = np.zeros(1 << len(segment_ids), np.int64)
    top = max((int(ids[-1]) + 1 for ids in members.values() if len(ids)), default=0)
    for start in range(0, top, _BLOCK):
        word = np.zeros(min(_BLOCK, top - start), np.uint8)
        for bit, ids in enumerate(members.values()):
            first, last = np.searchsorted(ids, np.asarray([start, start + _BLOCK], np.uint64))
            word[(ids[first:last] - np.uint64(start)).astype(np.int64)] |= np.uint8(1 << bit)
        counts += np.bincount(word, minlength=len(counts))
    parts = [
        OverlapPart(tuple(each for bit, each in enumerate(segment_ids) if code >> bit & 1), int(counts[code]))
        for code in range(1, len(counts))
    ]
    return sorted(
        parts, key=lambda part: (len(part.segment_ids), [segment_ids.index(each) for each in part.segment_ids])
    )


def members_before(columns: Columns, segment_id: int, before: datetime) -> Ids:
    """Who was in a segment just before an instant, by the ids that they have now; ascending."""
    found: NDArray[np.uint64] = columns.query_column(
        _IN_AT,
        {
            **_NAMES,
            "merged": CUSTOMERS_MERGED,
            "segment": segment_id,
            "before": milliseconds_of(before),
        },
    )
    return distinct(found)


def since_when(columns: Columns, profile_ids: Collection[int], segment_ids: Sequence[int]) -> dict[int, datetime]:
    """{segment: since when a customer with these profiles is in it without a break}; what the columns do not have yet is
    left out."""
    rows = columns.query(_WORDS, {**_NAMES, "profiles": sorted(profile_ids)})
    holders: dict[int, dict[int, datetime]] = {}
    for name, at, segment_id, from_id, profile_id in rows:
        held = holders.setdefault(int(segment_id or 0), {})
        if name == SEGMENT_ENTERED:
            held.setdefault(profile_id, at)
        elif name == SEGMENT_EXITED:
            held.pop(profile_id, None)
        else:
            moved = held.pop(int(from_id or 0), at)
            held[profile_id] = min(moved, held.get(profile_id, moved))
    found = {}
    for segment_id in segment_ids:
        own = [at for profile_id, at in holders.get(segment_id, {}).items() if profile_id in profile_ids]
        if own:
            found[segment_id] = min(own).astimezone(UTC)
    return found
