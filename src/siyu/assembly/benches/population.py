"""A population for the benchmark `audience`, made inside the engines: a million customers and what they did in a year.

Activity is skewed as it is in shops: an event is done by customer 1 + floor(N · u^2.5) with u uniform, so the busiest hundredth
of the customers does a sixth of everything, the busiest tenth two fifths, the quieter half a quarter. Instants lie 365 days
back times v^1.5: a third of all events fell in the last 70 days. Everything is a hash of the event's number: the same size is
the same population.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from siyu.assembly.benches.figures import Tell
from siyu.kernel.clock import milliseconds_of
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import IdSource
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import CUSTOMERS, EVENTS
from siyu.platform.postgres.database import Database

SHARES = {
    "page_viewed": 45,
    "product_viewed": 20,
    "product_added": 12,
    "order_completed": 8,
    "message_clicked": 5,
    "coupon_used": 4,
    "checked_in": 4,
    "content_read": 2,
}
"""Names of events, and of a hundred how many each has."""

CATEGORIES = ("冷泡茶", "乌龙茶", "红茶", "白茶", "茶具", "礼盒", "课程", "周边")
CITIES = ("上海", "北京", "广州", "深圳", "杭州", "成都", "武汉", "西安", "南京", "苏州", "重庆", "长沙")
LEVELS = ("普通", "银卡", "金卡", "黑卡")
PURPOSES = ("marketing:sms:granted", "marketing:wecom:granted", "marketing:sms:withdrawn", "profiling:*:withdrawn")
ENTRIES = ("wecom", "official_account", "miniprogram", "h5", "import")
STEP = 1_000_000
DAYS = 365
UNITS, STAFF, TAGS = 40, 400, 60


def fill(database: Database, columns: Columns, customers: int, events: int, now: datetime, tell: Tell) -> None:
    """Puts the customers into PostgreSQL and the columns, and the events into the columns."""
    tell(f"{customers} customers")
    with database.autocommit() as driver:
        driver.execute(
            "INSERT INTO customers.profiles (profile_id, customer_id, kind, value, first_seen_at, last_seen_at)"
            " SELECT n, n, 'user_id', 'bench-' || n, %s, %s FROM generate_series(1, %s::bigint) AS n",
            (now, now, customers),
        )
        driver.execute("VACUUM ANALYZE customers.profiles")
    for start in range(0, customers, STEP):
        _fill_customers(columns, start, min(STEP, customers - start), now)
    tell(f"{events} events")
    for start in range(0, events, STEP):
        _fill_events(columns, start, min(STEP, events - start), customers, now)
    columns.command(f"OPTIMIZE TABLE {CUSTOMERS} FINAL")


def fill_home(columns: Columns) -> None:
    """Events that the home page is about, of the same customers: each order is paid, and everybody was seen a first time."""
    properties = (
        'concat(\'{"total_fen":\', toString(ifNull(properties.total_fen, 0)), \',"currency":"CNY","category":"\','
        " ifNull(properties.category.:`String`, ''), '\"}')::JSON(total_fen Nullable(Int64),"
        " currency LowCardinality(Nullable(String)), order_id Nullable(String))"
    )
    columns.command(
        f"INSERT INTO {EVENTS} (position, n, name, event_id, profile_id, occurred_at, source, properties)"  # noqa: S608 - our own words
        f" SELECT 1, n, 'order_paid', generateUUIDv4(n), profile_id, occurred_at, 'orders', {properties} FROM {EVENTS}"
        " WHERE name = 'order_completed'"
    )
    columns.command(
        f"INSERT INTO {EVENTS} (position, n, name, event_id, profile_id, occurred_at, source)"  # noqa: S608 - our own words
        " SELECT 0, customer_id, 'profile_created', generateUUIDv4(customer_id), customer_id, first_seen_at, 'customers'"
        f" FROM {CUSTOMERS} FINAL"
    )


def random_events(draw: Random, ids: IdSource, count: int, customers: int, now: datetime) -> list[NewEvent]:
    """As many new events of the same kinds and the same skew, all of the last minute."""
    names, weights = list(SHARES), list(SHARES.values())
    return [
        NewEvent(
            draw.choices(names, weights)[0],
            ids.new_id(),
            1 + int(customers * draw.random() ** 2.5),
            now - timedelta(seconds=draw.random() * 60),
            "bench",
            _random_properties(draw),
        )
        for _ in range(count)
    ]


def _random_properties(draw: Random) -> dict[str, Any]:
    return {
        "total_fen": 990 + draw.randrange(60_000),
        "category": draw.choice(CATEGORIES),
        "quantity": 1 + draw.randrange(5),
    }


def _lot(number: str, salt: str) -> str:
    """SQL for a uniform number in [0, 1) of `number`, another one for each salt."""
    return f"(cityHash64({number}, '{salt}') / 18446744073709551616.)"


def _one_of(values: tuple[str, ...], lot: str) -> str:
    return "[" + ", ".join(f"'{each}'" for each in values) + f"][1 + toUInt32({lot} * {len(values)})]"


def _fill_customers(columns: Columns, start: int, count: int, now: datetime) -> None:
    level = f"pow({_lot('id', 'level')}, 2)"
    day = f"toString(toDate('1960-01-01') + toUInt32({_lot('id', 'birthday')} * 16000))"
    attributes = (
        f'concat(\'{{"city":"\', {_one_of(CITIES, _lot("id", "city"))}, \'","level":"\', '
        f'{_one_of(LEVELS, level)}, \'","birthday":"\', {day}, \'","points":\', '
        f"toString(toUInt32(pow({_lot('id', 'points')}, 3) * 20000)), "
        f"if({_lot('id', 'subscribed')} < 0.4, ',\"subscribed\":true', ''), '}}')::JSON"
    )
    columns.command(
        f"INSERT INTO {CUSTOMERS} (customer_id, unit_path, attributes, position, staff_ids, tag_ids, consents,"  # noqa: S608 - our own words
        f" identity_kinds, entry_channel, first_seen_at)"
        f" SELECT id, concat('1.', toString(2 + toUInt32({_lot('id', 'unit')} * {UNITS})), '.'), {attributes}, 0,"
        f" [1 + toUInt64({_lot('id', 'staff')} * {STAFF})],"
        f" arrayMap(n -> 1 + toUInt64({_lot('(id, n)', 'tag')} * {TAGS}), range(toUInt32({_lot('id', 'tags')} * 6))),"
        f" [{_one_of(PURPOSES, _lot('id', 'consent'))}],"
        f" if({_lot('id', 'phone')} < 0.6, ['user_id', 'phone'], ['user_id']), {_one_of(ENTRIES, _lot('id', 'entry'))},"
        f" fromUnixTimestamp64Milli({{now:Int64}} - toInt64({_lot('id', 'first')} * {DAYS * 86_400_000}), 'UTC')"
        " FROM (SELECT 1 + {start:UInt64} + number AS id FROM numbers({count:UInt64}))",
        {"start": start, "count": count, "now": milliseconds_of(now)},
    )


def _fill_events(columns: Columns, start: int, count: int, customers: int, now: datetime) -> None:
    bounds = []
    total = 0
    for name, share in SHARES.items():
        total += share
        bounds.append(f"lot < {total / 100}, '{name}'")
    name = f"multiIf({', '.join(bounds[:-1])}, '{list(SHARES)[-1]}')"
    category = f"pow({_lot('n', 'category')}, 1.7)"
    properties = (
        f'concat(\'{{"total_fen":\', toString(990 + toUInt32({_lot("n", "total")} * 60000)), \',"category":"\', '
        f'{_one_of(CATEGORIES, category)}, \'","quantity":\', '
        f"toString(1 + toUInt32({_lot('n', 'quantity')} * 5)), '}}')::JSON(total_fen Nullable(Int64),"
        " currency LowCardinality(Nullable(String)), order_id Nullable(String))"
    )
    columns.command(
        f"INSERT INTO {EVENTS} (position, n, name, event_id, profile_id, occurred_at, source, properties)"  # noqa: S608 - our own words
        f" SELECT 0, n, {name}, generateUUIDv4(n), 1 + toUInt64({{customers:UInt64}} * pow({_lot('n', 'who')}, 2.5)),"
        f" fromUnixTimestamp64Milli({{now:Int64}} - toInt64(pow({_lot('n', 'when')}, 1.5) * {DAYS * 86_400_000}), 'UTC'),"
        f" 'bench', {properties}"
        f" FROM (SELECT {{start:UInt64}} + number AS n, {_lot('n', 'name')} AS lot FROM numbers({{count:UInt64}}))",
        {"start": start, "count": count, "customers": customers, "now": milliseconds_of(now)},
    )
