"""The tables of the columns, and how they come to be. All of them are projections of the log and can be made anew from it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from siyu.platform.columns.client import Columns
from siyu.platform.columns.layout import Layout, TableShape

EVENTS = "events"
CUSTOMERS = "customers"
PROFILE_CUSTOMER = "profile_customer"
CUSTOMER_OF_DICTIONARY = "customer_of"
ESTIMATES = "estimates"
TABLES = (EVENTS, CUSTOMERS, PROFILE_CUSTOMER, ESTIMATES)

HOT_PATHS: Mapping[str, str] = {
    "total_fen": "Nullable(Int64)",
    "currency": "LowCardinality(Nullable(String))",
    "order_id": "Nullable(String)",
}
"""Event properties with a column of their own, of this type: read as `properties.total_fen`. Others are read by their path and
have whatever type they came with."""

EVENT_COLUMNS = ("position", "n", "name", "event_id", "profile_id", "occurred_at", "source", "properties")
CUSTOMER_COLUMNS = (
    "customer_id",
    "unit_path",
    "attributes",
    "staff_ids",
    "tag_ids",
    "consents",
    "identity_kinds",
    "entry_channel",
    "first_seen_at",
    "position",
    "is_deleted",
    "is_erased",
)
PROFILE_CUSTOMER_COLUMNS = ("profile_id", "customer_id", "position")
ESTIMATE_COLUMNS = ("model", "edition", "customer_id", "numbers", "words")


def consent_text(purpose: str, channel: str, state: str) -> str:
    """How the columns hold a customer's last word: `marketing:sms:granted`, `profiling:*:withdrawn`."""
    return f"{purpose}:{channel}:{state}"


CUSTOMER_OF = f"dictGetOrDefault('{CUSTOMER_OF_DICTIONARY}', 'customer_id', profile_id, profile_id)"
"""SQL for the customer that the profile in the column `profile_id` belongs to now."""


def rebuild_name(table: str) -> str:
    """The table that a rebuild fills before it takes the place of `table`."""
    if table not in TABLES:
        raise ValueError(f"{table} is not a table of the columns")
    return f"{table}_new"


def ensure_schema(columns: Columns) -> None:
    """Make what is missing. Existing tables are left as they are: a change of shape is a rebuild."""
    for table in TABLES:
        _run(columns, layout_of(columns).create(_SHAPES[table], table))
    columns.command(_create_dictionary(columns), may_repeat=True)


def begin_rebuild(columns: Columns, table: str) -> str:
    """An empty table of today's shape beside `table`, to be filled and then put in its place by `finish_rebuild`."""
    new, layout = rebuild_name(table), layout_of(columns)
    _run(columns, layout.drop(new))
    _run(columns, layout.create(_SHAPES[table], new))
    return new


def finish_rebuild(columns: Columns, table: str) -> None:
    """Put the rebuilt table in the place of the old one, in one step for all readers, and drop the old one."""
    new, layout = rebuild_name(table), layout_of(columns)
    columns.command(layout.exchange(new, table))
    _run(columns, layout.drop(new))
    if table == PROFILE_CUSTOMER:
        reload_customer_of(columns)


def empty_tables(columns: Columns) -> None:
    """Throw away all rows."""
    _run(columns, [layout_of(columns).truncate(table) for table in TABLES])
    reload_customer_of(columns)


def drop_edition(columns: Columns, model: str, edition: int) -> None:
    """Throw away the rows of one edition of an estimate, at once."""
    if not re.fullmatch("[a-z_]+", model):
        raise ValueError("a model is a plain word")
    _run(columns, [layout_of(columns).drop_partition(ESTIMATES, f"('{model}', {edition:d})")])


def reload_customer_of(columns: Columns) -> None:
    """Make merges that stand in `profile_customer` count for every query from now on."""
    columns.command(layout_of(columns).reload_dictionary(CUSTOMER_OF_DICTIONARY), may_repeat=True)


def layout_of(columns: Columns) -> Layout:
    """How the tables lie where this client leads."""
    return Layout(columns.cluster, columns.database)


def _run(columns: Columns, statements: Sequence[str]) -> None:
    for statement in statements:
        columns.command(statement, may_repeat=True)


_PATHS = ", ".join(f"{path} {type_name}" for path, type_name in HOT_PATHS.items())

_SHAPES: Mapping[str, TableShape] = {
    # Every look at some customers reads whom all events are about, and mostly when they were: T64 leaves half of what LZ4 leaves
    # of both, and is read faster.
    EVENTS: TableShape(
        name=EVENTS,
        columns=f"""
            position UInt64,
            n UInt32,
            name LowCardinality(String),
            event_id UUID,
            profile_id UInt64 CODEC(T64, LZ4),
            occurred_at DateTime64(3, 'UTC') CODEC(T64),
            source LowCardinality(String),
            properties JSON({_PATHS})
        """,
        engine="MergeTree",
        order_by="(name, profile_id, occurred_at)",
        shard_by="profile_id",
    ),
    # One row for each version of a customer; FINAL shows the latest, and none of one that was merged away (is_deleted).
    # Who was erased (is_erased) is still counted, and belongs to no segment. `consents` are the last words, each as
    # `consent_text` writes it.
    CUSTOMERS: TableShape(
        name=CUSTOMERS,
        columns="""
            customer_id UInt64,
            unit_path String,
            attributes JSON,
            staff_ids Array(UInt64),
            tag_ids Array(UInt64),
            consents Array(String),
            identity_kinds Array(LowCardinality(String)),
            entry_channel LowCardinality(String),
            first_seen_at DateTime64(3, 'UTC'),
            position UInt64,
            is_deleted UInt8 DEFAULT 0,
            is_erased UInt8 DEFAULT 0
        """,
        engine="ReplacingMergeTree(position, is_deleted)",
        order_by="customer_id",
        shard_by="customer_id",
    ),
    # Only profiles whose customer is, or once was, not the customer of the same number.
    PROFILE_CUSTOMER: TableShape(
        name=PROFILE_CUSTOMER,
        columns="""
            profile_id UInt64,
            customer_id UInt64,
            position UInt64
        """,
        engine="ReplacingMergeTree(position)",
        order_by="profile_id",
        shard_by="profile_id",
    ),
    # What was estimated of whom was there then: computed from the others, not read from the log. A name that is missing in both
    # maps was not known. An edition is a partition, and goes as one.
    ESTIMATES: TableShape(
        name=ESTIMATES,
        columns="""
            model LowCardinality(String),
            edition UInt32,
            customer_id UInt64,
            numbers Map(LowCardinality(String), Float64),
            words Map(LowCardinality(String), String)
        """,
        engine="MergeTree",
        order_by="customer_id",
        shard_by="customer_id",
        partition_by="(model, edition)",
    ),
}


def _create_dictionary(columns: Columns) -> str:
    """FLAT, an array up to the highest merged profile: reading 20 million rows through it costs 0.02 s where HASHED costs
    0.1 to 0.2; eight bytes a profile. Reloaded by us alone, at once after a merge."""
    user, password = _reader(columns)
    query = f"SELECT profile_id, customer_id FROM {columns.database}.{PROFILE_CUSTOMER} FINAL"  # noqa: S608 - plain words
    return layout_of(columns).create_dictionary(
        CUSTOMER_OF_DICTIONARY,
        "profile_id UInt64, customer_id UInt64",
        "profile_id",
        f"{user}{password}QUERY '{query}'",
        "FLAT(INITIAL_ARRAY_SIZE 1024 MAX_ARRAY_SIZE 1000000000)",
    )


def _reader(columns: Columns) -> tuple[str, str]:
    """As whom the dictionary reads. The embedded engine runs everything as its own user, without a password; a
    ClickHouse of the operator's own wants the one that we came with."""
    ((engine_user,),) = columns.query("SELECT currentUser()")
    if engine_user != columns.user:
        return "", ""
    return f"USER {_quoted(columns.user)} ", f"PASSWORD {_quoted(columns.password)} "


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
