"""Making the columns anew from the log: into tables beside the old ones, which serve until the new ones take their place."""

from __future__ import annotations

from collections.abc import Callable

from siyu.domain.customers import reading as customers
from siyu.engines.projection.projecting import (
    COLUMNS_CONSUMER,
    customer_rows,
    event_rows,
    write_customers,
    write_mapping,
)
from siyu.platform.columns.client import Columns
from siyu.platform.columns.events import insert_events
from siyu.platform.columns.schema import (
    CUSTOMERS,
    EVENTS,
    PROFILE_CUSTOMER,
    begin_rebuild,
    ensure_schema,
    finish_rebuild,
)
from siyu.platform.eventlog.projecting import EVENTS_MAX, held_cursor
from siyu.platform.eventlog.reading import ANY_NAME, Stretch, next_stretch, read_stored
from siyu.platform.postgres.database import Database

CUSTOMERS_PER_STEP = 50_000


def rebuild_columns(database: Database, columns: Columns, on_progress: Callable[[int, int], None]) -> int:
    """Makes all column tables anew; gives how many events they hold. Meanwhile the projection stands still and queries see
    the old tables. `on_progress` gets the position reached and the one to reach."""
    ensure_schema(columns)
    with held_cursor(database, COLUMNS_CONSUMER) as held:
        new_tables = {table: begin_rebuild(columns, table) for table in (EVENTS, CUSTOMERS, PROFILE_CUSTOMER)}
        events = _fill_events(database, columns, new_tables[EVENTS], held.position, on_progress)
        _fill_customers(database, columns, new_tables, held.position)
        for table in new_tables:
            held.require()
            finish_rebuild(columns, table)
    return events


def _fill_events(
    database: Database, columns: Columns, table: str, cursor: int, on_progress: Callable[[int, int], None]
) -> int:
    position, total = 0, 0
    while position < cursor:
        with database.read() as reading:
            stretch = next_stretch(reading.driver, position, events_max=EVENTS_MAX, upto_max=cursor)
            if stretch is None:
                break
            rows = event_rows(reading, read_stored(reading.driver, stretch, [ANY_NAME]))
        token = f"{table}:{stretch.after}-{stretch.upto}"
        insert_events(columns, rows, token=token, table=table)
        position, total = stretch.upto, total + len(rows)
        on_progress(position, cursor)
    return total


def _fill_customers(database: Database, columns: Columns, tables: dict[str, str], cursor: int) -> None:
    """Every profile's customer as of now, with the cursor's position: what the projection writes later counts for more."""
    start = 0
    while True:
        with database.read() as reading:
            step = customers.profiles_after(reading, start, CUSTOMERS_PER_STEP)
            if not step:
                return
            stretch = Stretch(after=start, upto=cursor, events=0)
            whole = [profile_id for profile_id, customer_id in step.items() if profile_id == customer_id]
            if whole:
                write_customers(columns, customer_rows(reading, whole), stretch, tables[CUSTOMERS])
        moved = {profile_id: customer_id for profile_id, customer_id in step.items() if profile_id != customer_id}
        if moved:
            write_mapping(columns, moved, stretch, tables[PROFILE_CUSTOMER])
        start = max(step)
