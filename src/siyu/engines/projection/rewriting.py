"""Putting other events and other customers in the place of some in the columns, as PostgreSQL has them now.

As a rebuild does: into tables beside the old ones, which serve until the new ones take their place in one step. What is not
concerned is copied inside the engine; of the old tables nothing is left on the disk. Begun again, it begins from the start. A
stretch that the projection had promised but not finished is not copied: it is written whole afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from siyu.domain.customers import reading as customers
from siyu.engines.projection.projecting import COLUMNS_CONSUMER, customer_rows, event_rows, write_customers
from siyu.engines.projection.rebuilding import rebuild_columns
from siyu.platform.columns.client import Columns
from siyu.platform.columns.editions import forget_gone, held_editions
from siyu.platform.columns.events import EventRow, insert_events
from siyu.platform.columns.schema import (
    CUSTOMER_COLUMNS,
    CUSTOMERS,
    EVENT_COLUMNS,
    EVENTS,
    begin_rebuild,
    ensure_schema,
    finish_rebuild,
)
from siyu.platform.eventlog.projecting import HeldCursor, held_cursor
from siyu.platform.eventlog.reading import StoredEvent, Stretch
from siyu.platform.postgres.database import Database

PROFILES_MAX = 20_000
"""Of more than this the columns are made anew from the log: a statement does not hold as many numbers. They stand in the
statement itself, being whole numbers of our own, for parameters travel in the address and have less room."""
EVENTS_PER_STEP = 50_000


def rewrite_profiles(database: Database, columns: Columns, profile_ids: Collection[int]) -> None:
    """Makes the columns hold what PostgreSQL knows of these profiles now, and nothing else of them."""
    if not profile_ids:
        return
    if len(profile_ids) > PROFILES_MAX:
        rebuild_columns(database, columns, lambda _done, _of: None)
    else:
        ensure_schema(columns)
        ordered = sorted(profile_ids)
        with held_cursor(database, COLUMNS_CONSUMER) as held:
            _rewrite_events(database, columns, ordered, held)
            _rewrite_customers(database, columns, ordered, held)
    with held_editions(database):  # after the customers, for by these it finds who is gone
        forget_gone(columns)


def _rewrite_events(database: Database, columns: Columns, profile_ids: Sequence[int], held: HeldCursor) -> None:
    names = ", ".join(EVENT_COLUMNS)
    profiles, upto = _listed(profile_ids), {"upto": held.position}
    places = columns.query(
        f"SELECT position, n FROM {EVENTS} WHERE profile_id IN ({profiles})"  # noqa: S608  # whole numbers
        " AND position <= {upto:UInt64} ORDER BY position, n",
        upto,
    )
    new = begin_rebuild(columns, EVENTS)
    columns.command(
        f"INSERT INTO {new} ({names}) SELECT {names} FROM {EVENTS}"  # noqa: S608  # names of our own, whole numbers
        f" WHERE profile_id NOT IN ({profiles}) AND position <= {{upto:UInt64}}",
        upto,
        {"insert_deduplicate": 0},
    )
    for start in range(0, len(places), EVENTS_PER_STEP):
        rows = _read(database, places[start : start + EVENTS_PER_STEP])
        insert_events(columns, rows, token=f"{new}:rewritten:{start}", table=new)
    held.require()
    finish_rebuild(columns, EVENTS)


def _read(database: Database, places: Sequence[tuple[int, int]]) -> list[EventRow]:
    with database.read() as reading:
        rows = reading.driver.execute(
            """
            SELECT b.position, e.n, e.name, e.event_id, e.profile_id, e.occurred_at, e.source, e.properties::text
            FROM unnest(%s::bigint[], %s::integer[]) AS p(position, n)
            JOIN log.batches b ON b.position = p.position
            JOIN log.events e ON e.batch_id = b.batch_id AND e.n = p.n
            """,
            ([place[0] for place in places], [place[1] for place in places]),
        ).fetchall()
        return event_rows(reading, [StoredEvent(*row) for row in rows])


def _rewrite_customers(database: Database, columns: Columns, profile_ids: Sequence[int], held: HeldCursor) -> None:
    """All versions of a customer but the last go with the old table: a version that nobody sees would still be there."""
    names = ", ".join(CUSTOMER_COLUMNS)
    new = begin_rebuild(columns, CUSTOMERS)
    with database.read() as reading:
        current = set(customers.current_customer_ids(reading, profile_ids).values())
        rows = customer_rows(reading, profile_ids)
    concerned = sorted({*profile_ids, *current})
    columns.command(
        f"INSERT INTO {new} ({names}) SELECT {names} FROM {CUSTOMERS} FINAL"  # noqa: S608  # names of our own, whole numbers
        f" WHERE customer_id NOT IN ({_listed(concerned)})",
        None,
        {"insert_deduplicate": 0},
    )
    stretch = Stretch(after=held.position, upto=held.position, events=0)
    write_customers(columns, [each for each in rows if not each.traits.is_merged], stretch, new)
    held.require()
    finish_rebuild(columns, CUSTOMERS)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(int(number)) for number in numbers)
