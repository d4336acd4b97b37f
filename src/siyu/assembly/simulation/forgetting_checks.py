"""What must hold of somebody who was erased: nothing of them is left anywhere, and nothing comes to them any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from siyu.assembly.simulation.gate_checks import BATCH_MAX
from siyu.assembly.simulation.message_checks import Arrival
from siyu.assembly.simulation.simulated import Simulated
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import TABLES
from siyu.platform.postgres.database import Reading

VALUE_LENGTH_MIN: Final = 6
"""What is shorter is found by chance."""
_TABLES = """
SELECT format('%%I.%%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'
ORDER BY 1
"""


def forgetting_faults(
    reading: Reading, columns: Columns, found: Simulated, arrivals: Sequence[Arrival]
) -> Iterator[str]:
    """A sentence for each thing that does not hold."""
    for forgotten in found.forgotten:
        values = sorted(each for each in forgotten.values if len(each) >= VALUE_LENGTH_MIN)
        for table, count in _rows_with(reading, values):
            yield f"{count} rows of {table} still tell of somebody erased at {forgotten.at.isoformat()}: {values}."
        for table in TABLES:
            count = columns.query(
                f"SELECT countIf(multiSearchAny(formatRow('JSONEachRow', *), {{values:Array(String)}})) FROM {table}",  # noqa: S608  # our own words
                {"values": values},
            )[0][0]
            if count:
                yield f"{count} rows of the columns' {table} still tell of somebody erased: {values}."
    for user_id, at in found.gone.items():
        yield from _sent_faults(found, arrivals, user_id, at)


def _rows_with(reading: Reading, values: Sequence[str]) -> Iterator[tuple[str, int]]:
    for (table,) in reading.driver.execute(_TABLES.replace("%%", "%").encode()).fetchall():
        row = reading.driver.execute(
            f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY(%s)".encode(),  # noqa: S608  # a name of its own
            ([f"%{value}%" for value in values],),
        ).fetchone()
        if row is not None and row[0]:
            yield table, int(row[0])


def _sent_faults(found: Simulated, arrivals: Sequence[Arrival], user_id: str, at: datetime) -> Iterator[str]:
    """What goes by mass tasks is judged when the task is made: when it is confirmed is the member's to say."""
    for arrival in arrivals:
        if arrival.user_id == user_id and arrival.channel != "wecom" and arrival.at > at + BATCH_MAX:
            yield f"{user_id} was erased at {at.isoformat()} and got “{arrival.title}” by {arrival.channel} later."
    number = int(user_id.rpartition("-")[2])
    for message in found.corp.mass.messages.values():
        is_meant = any(one.target == number for task in message.tasks.values() for one in task.outcomes)
        if message.kind == "single" and is_meant and message.created_at > at + BATCH_MAX:
            yield f"{user_id} was erased at {at.isoformat()}, and is in the task of {message.created_at.isoformat()}."
