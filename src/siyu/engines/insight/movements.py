"""How customers moved between the parts of a scheme or a ladder, from who entered and exited them, as the columns have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED
from siyu.kernel.actors import Scope
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import CUSTOMER_OF, CUSTOMERS, EVENTS


@dataclass(frozen=True, slots=True)
class Movement:
    """How many customers stood in `before` at the first instant and in `after` at the second; None is nowhere."""

    before: str | None
    after: str | None
    customers: int


_STANDING = f"""
SELECT customer_id, argMaxIf(segment_id, came_first, came_first > went_first) AS before,
    argMaxIf(segment_id, came_last, came_last > went_last) AS after
FROM (
    SELECT customer_id, segment_id,
        maxIf(place, is_entry AND is_first) AS came_first, maxIf(place, NOT is_entry AND is_first) AS went_first,
        maxIf(place, is_entry) AS came_last, maxIf(place, NOT is_entry) AS went_last
    FROM (
        SELECT {CUSTOMER_OF} AS customer_id, assumeNotNull(properties.segment_id.:`Int64`) AS segment_id,
            name = '{SEGMENT_ENTERED}' AS is_entry, tuple(toUnixTimestamp64Milli(occurred_at), position, n) AS place,
            occurred_at <= fromUnixTimestamp64Milli({{since_ms:Int64}}, 'UTC') AS is_first
        FROM {EVENTS}
        WHERE name IN ('{SEGMENT_ENTERED}', '{SEGMENT_EXITED}')
            AND occurred_at <= fromUnixTimestamp64Milli({{until_ms:Int64}}, 'UTC')
            AND properties.segment_id.:`Int64` IN {{segments:Array(Int64)}}
    )
    GROUP BY customer_id, segment_id
)
GROUP BY customer_id HAVING (before != 0 OR after != 0) AND :among
"""  # noqa: S608  # names of our own
_MOVEMENTS = f"SELECT before, after, count() FROM ({_STANDING}) GROUP BY before, after ORDER BY before, after"  # noqa: S608


def standing(parts: Mapping[int, str], as_of: datetime, scope: Scope) -> tuple[str, dict[str, object]]:
    """SQL of who stands in which part at an instant (customer_id, segment_id), and what is bound in it."""
    among, bound = _among(parts, as_of, as_of, scope)
    sql = _STANDING.replace(":among", among)
    return f"SELECT customer_id, toInt64(after) AS segment_id FROM ({sql}) WHERE after != 0", bound  # noqa: S608


def movements(
    columns: Columns, parts: Mapping[int, str], since: datetime, until: datetime, scope: Scope
) -> list[Movement]:
    """Between two instants; `parts` are the segments that are or were parts of one scheme or ladder. Where somebody was in
    several at once (rules were changed just then) the one entered last counts."""
    if not parts:
        return []
    among, bound = _among(parts, since, until, scope)
    counted: dict[tuple[str | None, str | None], int] = {}
    for before, after, count in columns.query(_MOVEMENTS.replace(":among", among), bound):
        key = parts.get(before), parts.get(after)
        counted[key] = counted.get(key, 0) + count
    return [Movement(*key, count) for key, count in counted.items()]


def moved(
    columns: Columns,
    parts: Mapping[int, str],
    since: datetime,
    until: datetime,
    scope: Scope,
    before: str | None,
    after: str | None,
) -> list[int]:
    """The customers of one of the movements, as `movements` counts them, ascending."""
    if not parts:
        return []
    among, bound = _among(parts, since, until, scope)
    ends = {name: [key for key, part in parts.items() if part == name] or [0] for name in (before, after) if name}
    bound |= {"came_from": ends[before] if before else [0], "gone_to": ends[after] if after else [0]}
    return [
        int(customer_id)
        for (customer_id,) in columns.query(
            f"SELECT customer_id FROM ({_STANDING.replace(':among', among)})"  # noqa: S608  # names of our own
            " WHERE before IN {came_from:Array(Int64)} AND after IN {gone_to:Array(Int64)} ORDER BY customer_id",
            bound,
        )
    ]


def _among(parts: Mapping[int, str], since: datetime, until: datetime, scope: Scope) -> tuple[str, dict[str, object]]:
    bound: dict[str, object] = {
        "segments": sorted(parts),
        "since_ms": milliseconds_of(since),
        "until_ms": milliseconds_of(until),
    }
    there = "is_deleted = 0 AND is_erased = 0"
    if scope.own_only:
        there = "0"  # columns do not know whose own a customer is: nobody rather than too many
    elif scope.unit_path is not None:
        there += " AND startsWith(unit_path, {unit_path:String})"
        bound["unit_path"] = scope.unit_path
    among = f"customer_id IN (SELECT customer_id FROM {CUSTOMERS} FINAL WHERE {there})"  # noqa: S608  # names of our own
    return among, bound
