"""When, where and on what customers act: for everybody in one statement, for one customer, and for all together.

An act is a customer's own (see `summary`), of the last SCENE_DAYS days. An order that a shop tells is recorded as paid as well, and
counts once, as that. What is told for midnight sharp names a day and not an hour: it counts for no hour. The place is the city
that most acts named, else the customer's attribute `city`; the device likewise, of acts alone. Of two named equally often the one
named last wins, then the first in the alphabet. Who was deleted or erased is not looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from siyu.domain.orders.contracts import ORDER_PAID
from siyu.domain.segments.contracts import ACTS_IN_ROOMS, ROOM_SOURCES
from siyu.engines.insight.scenes_rules import (
    FIRST_SEND_HOUR,
    HOURS,
    LAST_SEND_HOUR,
    SCALE,
    SCENE_DAYS,
    STRONG_WEIGHT,
    Hours,
    Weights,
    hours_of,
    prior_of,
)
from siyu.kernel.actors import Scope
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters, in_scope
from siyu.platform.columns.schema import CUSTOMER_OF, CUSTOMERS, EVENTS

ORDER_COMPLETED = "order_completed"
"""What shops tell; it is recorded again as ORDER_PAID."""
TEXT_LENGTH_MAX: Final = 40
SATURDAY: Final = 6
NAMED_MAX: Final = 5

_DAY_MS: Final = 86_400_000
_DEVICES: Final = {
    "ios": "iphone|ipad|ios|watchos",
    "android": "android",
    "harmony": "harmony|openharmony|鸿蒙",
    "windows": "windows|win32|win64",
    "mac": "mac|darwin|os x",
    "linux": "linux",
}
"""One word for the many that clients have: a device is called by the first whose words its own begins with."""


@dataclass(frozen=True, slots=True)
class Named:
    """A place or a device, and how many acts, or customers, named it."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Acts on a day of the week (1 is Monday) in an hour of the day; None is what names no hour."""

    weekday: int
    hour: int | None
    acts: int


@dataclass(frozen=True, slots=True)
class Scene:
    """One customer's, as of now. `hours` is None where no act names an hour."""

    acts: int
    acts_at_weekends: int
    cells: Sequence[Cell]
    hours: Hours | None
    cities: Sequence[Named]
    devices: Sequence[Named]


def _device(text: str) -> str:
    known = ", ".join(f"match({text}, '^({words})'), '{name}'" for name, words in _DEVICES.items())
    return f"multiIf({known}, {text})"


def _city(text: str) -> str:
    """上海市 is 上海."""
    trimmed = f"substringUTF8(trimBoth(ifNull({text}, '')), 1, {TEXT_LENGTH_MAX})"
    return f"if(lengthUTF8({trimmed}) > 2, replaceRegexpOne({trimmed}, '市$', ''), {trimmed})"


_CONTEXT = "properties.context."
_ACTS = f"""
SELECT {CUSTOMER_OF} AS customer_id, occurred_at, toDayOfWeek(occurred_at, 0, {{zone:String}}) AS weekday,
    if(occurred_at = toStartOfDay(occurred_at, {{zone:String}}), {HOURS}, toHour(occurred_at, {{zone:String}})) AS hour,
    if(name = '{ORDER_PAID}' OR endsWith(name, '_clicked'), {STRONG_WEIGHT}, 1) AS weight,
    {_city(f"{_CONTEXT}location.city.:String")} AS city,
    substringUTF8(lowerUTF8(trimBoth(coalesce({_CONTEXT}device.type.:String, {_CONTEXT}os.name.:String, ''))),
        1, {TEXT_LENGTH_MAX}) AS told, {_device("told")} AS device
FROM {EVENTS}
WHERE occurred_at > fromUnixTimestamp64Milli({{since_ms:Int64}}, 'UTC')
    AND occurred_at <= fromUnixTimestamp64Milli({{as_of_ms:Int64}}, 'UTC')
    AND name != '{ORDER_COMPLETED}' AND (source NOT IN {{rooms:Array(String)}} OR name IN {{acts:Array(String)}})
    AND :whose
"""  # noqa: S608  # names of our own

_LIVING = "is_deleted = 0 AND is_erased = 0"
_SOME = "customer_id % {parts:UInt64} = {part:UInt64}"
_SOMES_ACTS = _ACTS.replace(":whose", _SOME)
_OWN = "[" + ", ".join(f"toInt64(sumIf(weight, hour = {hour}))" for hour in range(HOURS)) + "]"

_SHARES = f"""
SELECT sumForEach(arrayMap(weight -> intDiv({SCALE} * weight, all_hours), own)) FROM (
    SELECT customer_id, {_OWN} AS own, arraySum(own) AS all_hours FROM ({_SOMES_ACTS})
    GROUP BY customer_id HAVING all_hours > 0
        AND customer_id IN (SELECT customer_id FROM {CUSTOMERS} FINAL WHERE {_LIVING} AND {_SOME})
)
"""  # noqa: S608  # names of our own


def _most(word: str) -> str:
    """{customer_id, named}: what most of a customer's acts named."""
    return f"""
        SELECT customer_id, argMin({word}, (-acts, -last_ms, {word})) AS named
        FROM (
            SELECT customer_id, {word}, toInt64(count()) AS acts, max(toUnixTimestamp64Milli(occurred_at)) AS last_ms
            FROM ({_SOMES_ACTS}) WHERE {word} != '' GROUP BY customer_id, {word}
        )
        GROUP BY customer_id"""  # noqa: S608  # names of our own


_ADDED = f"arrayMap((weight, extra) -> weight * {SCALE} + extra, own, {{prior:Array(Int64)}})"
_SMOOTHED = (
    f"arrayMap(at -> added[(at + {HOURS - 1}) % {HOURS} + 1] + 2 * added[at + 1] + added[(at + 1) % {HOURS} + 1],"
    f" range({FIRST_SEND_HOUR}, {LAST_SEND_HOUR + 1}))"
)
SCENES_SQL: Final = f"""
SELECT customer_id,
    if(active_hours = 0, NULL, toUInt8({FIRST_SEND_HOUR - 1} + indexOf(smoothed, arrayMax(smoothed)))) AS best_hour,
    at_weekends / acts AS weekend_share, active_hours, if(places.named != '', places.named, home) AS city, devices.named AS device
FROM (
    SELECT customer_id, count() AS acts, countIf(weekday >= {SATURDAY}) AS at_weekends, {_OWN} AS own,
        toUInt8(countEqual(arrayMap(weight -> weight > 0, own), 1)) AS active_hours, {_ADDED} AS added, {_SMOOTHED} AS smoothed
    FROM ({_SOMES_ACTS}) GROUP BY customer_id
) AS done
INNER JOIN (
    SELECT customer_id, {_city("attributes.city.:String")} AS home FROM {CUSTOMERS} FINAL WHERE {_LIVING} AND {_SOME}
) AS living USING (customer_id)
LEFT JOIN ({_most("city")}) AS places USING (customer_id)
LEFT JOIN ({_most("device")}) AS devices USING (customer_id)
"""  # noqa: S608  # names of our own
"""A row for each living customer who acted: best_hour (NULL where no act names an hour), weekend_share, active_hours, city and
device (empty where nothing is known), of those with `customer_id % parts = part`. To be bound: `bound` and `prior`."""

_CELLS = f"SELECT weekday, hour, toInt64(count()) FROM ({_ACTS}) GROUP BY weekday, hour ORDER BY weekday, hour"  # noqa: S608  # our own
_OWN_HOURS = f"SELECT {_OWN} FROM ({_ACTS})"  # noqa: S608  # names of our own
_NAMED = f"""
SELECT :word, toInt64(count()) AS acts FROM ({_ACTS}) WHERE :word != ''
GROUP BY :word ORDER BY acts DESC, max(occurred_at) DESC, :word LIMIT {NAMED_MAX}
"""  # noqa: S608  # names of our own


def bound(as_of: datetime, zone: ZoneInfo) -> dict[str, object]:
    """What every question about acts is asked with."""
    as_of_ms = milliseconds_of(as_of)
    return {
        "as_of_ms": as_of_ms,
        "since_ms": as_of_ms - SCENE_DAYS * _DAY_MS,
        "zone": zone.key,
        "rooms": ROOM_SOURCES,
        "acts": ACTS_IN_ROOMS,
    }


def found_prior(columns: Columns, as_of: datetime, zone: ZoneInfo, *, parts: int = 1) -> list[int]:
    """What everybody does, as it is added to what each does; asked part by part, so that memory is bounded."""
    shares = [0] * HOURS
    for part in range(parts):
        ((some,),) = columns.query(_SHARES, {**bound(as_of, zone), "parts": parts, "part": part})
        for hour, share in enumerate(some):
            shares[hour] += int(share)
    return prior_of(shares)


def scene_of(columns: Columns, profile_ids: Collection[int], as_of: datetime, zone: ZoneInfo, prior: Weights) -> Scene:
    """One customer's, from the events of all of their profiles."""
    asked = {**bound(as_of, zone), "profiles": sorted(profile_ids)}

    def ask(sql: str) -> Sequence[tuple[Any, ...]]:
        return columns.query(sql.replace(":whose", "profile_id IN {profiles:Array(UInt64)}"), asked)

    cells = [Cell(weekday, hour if hour < HOURS else None, acts) for weekday, hour, acts in ask(_CELLS)]
    ((own,),) = ask(_OWN_HOURS)
    return Scene(
        acts=sum(each.acts for each in cells),
        acts_at_weekends=sum(each.acts for each in cells if each.weekday >= SATURDAY),
        cells=cells,
        hours=hours_of(own, prior) if sum(own) else None,
        cities=[Named(*row) for row in ask(_NAMED.replace(":word", "city"))],
        devices=[Named(*row) for row in ask(_NAMED.replace(":word", "device"))],
    )


def heat(columns: Columns, as_of: datetime, zone: ZoneInfo, scope: Scope) -> list[Cell]:
    """Acts of all customers in scope, by the day of the week and the hour."""
    parameters = Parameters()
    whose = f"customer_id IN (SELECT customer_id FROM {CUSTOMERS} FINAL WHERE {in_scope(parameters, scope)})"  # noqa: S608  # our own
    rows = columns.query(_CELLS.replace(":whose", whose), {**parameters.values, **bound(as_of, zone)})
    return [Cell(weekday, hour if hour < HOURS else None, acts) for weekday, hour, acts in rows]
