"""The tables of the columns, and how they come to be. All of them are projections of the log and can be made anew from it."""

from __future__ import annotations

from collections.abc import Mapping

from siyu.platform.columns.client import Columns

EVENTS = "events"
CUSTOMERS = "customers"
PROFILE_CUSTOMER = "profile_customer"
CUSTOMER_OF_DICTIONARY = "customer_of"
TABLES = (EVENTS, CUSTOMERS, PROFILE_CUSTOMER)

HOT_PATHS: Mapping[str, str] = {
    "total_fen": "Nullable(Int64)",
    "currency": "LowCardinality(Nullable(String))",
    "order_id": "Nullable(String)",
}
"""Event properties with a column of their own, of this type: read as `properties.total_fen`. Others are read by their path and
have whatever type they came with."""

EVENT_COLUMNS = ("position", "n", "name", "event_id", "profile_id", "occurred_at", "source", "properties")
CUSTOMER_COLUMNS = ("customer_id", "unit_path", "attributes", "position", "is_deleted", "is_erased")
PROFILE_CUSTOMER_COLUMNS = ("profile_id", "customer_id", "position")

CUSTOMER_OF = f"dictGetOrDefault('{CUSTOMER_OF_DICTIONARY}', 'customer_id', profile_id, profile_id)"
"""SQL for the customer that the profile in the column `profile_id` belongs to now."""

# Tokens of inserts are remembered; what was acknowledged is on disk.
_DURABLE = "non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1"


def rebuild_name(table: str) -> str:
    """The table that a rebuild fills before it takes the place of `table`."""
    if table not in TABLES:
        raise ValueError(f"{table} is not a table of the columns")
    return f"{table}_new"


def ensure_schema(columns: Columns) -> None:
    """Make what is missing. Existing tables are left as they are: a change of shape is a rebuild."""
    for table in TABLES:
        columns.command(_create(table, table), may_repeat=True)
    columns.command(_create_dictionary(columns), may_repeat=True)


def begin_rebuild(columns: Columns, table: str) -> str:
    """An empty table of today's shape beside `table`, to be filled and then put in its place by `finish_rebuild`."""
    new = rebuild_name(table)
    columns.command(f"DROP TABLE IF EXISTS {new} SYNC", may_repeat=True)
    columns.command(_create(table, new), may_repeat=True)
    return new


def finish_rebuild(columns: Columns, table: str) -> None:
    """Put the rebuilt table in the place of the old one, in one step for all readers, and drop the old one."""
    new = rebuild_name(table)
    columns.command(f"EXCHANGE TABLES {new} AND {table}")
    columns.command(f"DROP TABLE IF EXISTS {new} SYNC", may_repeat=True)
    if table == PROFILE_CUSTOMER:
        reload_customer_of(columns)


def reload_customer_of(columns: Columns) -> None:
    """Make merges that stand in `profile_customer` count for every query from now on."""
    columns.command(f"SYSTEM RELOAD DICTIONARY {CUSTOMER_OF_DICTIONARY}", may_repeat=True)


def _create(table: str, name: str) -> str:
    bodies = {EVENTS: _events(), CUSTOMERS: _CUSTOMERS, PROFILE_CUSTOMER: _PROFILE_CUSTOMER}
    return f"CREATE TABLE IF NOT EXISTS {name} {bodies[table]} SETTINGS {_DURABLE}"


def _events() -> str:
    paths = ", ".join(f"{path} {type_name}" for path, type_name in HOT_PATHS.items())
    return f"""(
        position UInt64,
        n UInt32,
        name LowCardinality(String),
        event_id UUID,
        profile_id UInt64,
        occurred_at DateTime64(3, 'UTC'),
        source LowCardinality(String),
        properties JSON({paths})
    ) ENGINE = MergeTree ORDER BY (name, profile_id, occurred_at)"""


# One row for each version of a customer; FINAL shows the latest, and none of one that was merged away (is_deleted). Who was
# erased (is_erased) is still counted, and belongs to no segment.
_CUSTOMERS = """(
        customer_id UInt64,
        unit_path String,
        attributes JSON,
        position UInt64,
        is_deleted UInt8 DEFAULT 0,
        is_erased UInt8 DEFAULT 0
    ) ENGINE = ReplacingMergeTree(position, is_deleted) ORDER BY customer_id"""

# Only profiles whose customer is, or once was, not the customer of the same number.
_PROFILE_CUSTOMER = """(
        profile_id UInt64,
        customer_id UInt64,
        position UInt64
    ) ENGINE = ReplacingMergeTree(position) ORDER BY profile_id"""


def _create_dictionary(columns: Columns) -> str:
    """FLAT, an array up to the highest merged profile: reading 20 million rows through it costs 0.02 s where HASHED costs
    0.1 to 0.2; eight bytes a profile. Reloaded by us alone, at once after a merge (LIFETIME 0)."""
    user, password = _reader(columns)
    return f"""
        CREATE DICTIONARY IF NOT EXISTS {CUSTOMER_OF_DICTIONARY} (profile_id UInt64, customer_id UInt64)
        PRIMARY KEY profile_id
        SOURCE(CLICKHOUSE({user}{password}QUERY
            'SELECT profile_id, customer_id FROM {columns.database}.{PROFILE_CUSTOMER} FINAL'))
        LAYOUT(FLAT(INITIAL_ARRAY_SIZE 1024 MAX_ARRAY_SIZE 1000000000))
        LIFETIME(0)"""  # noqa: S608 - names of our own, and a database whose name is a plain word


def _reader(columns: Columns) -> tuple[str, str]:
    """As whom the dictionary reads. The embedded engine runs everything as its own user, without a password; a
    ClickHouse of the operator's own wants the one that we came with."""
    ((engine_user,),) = columns.query("SELECT currentUser()")
    if engine_user != columns.user:
        return "", ""
    return f"USER {_quoted(columns.user)} ", f"PASSWORD {_quoted(columns.password)} "


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
