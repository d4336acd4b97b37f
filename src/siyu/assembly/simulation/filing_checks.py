"""What must hold of files that were handed in: all of their rows are there once, and who was found out is one."""

from __future__ import annotations

from collections.abc import Iterator

from siyu.assembly.simulation.filing import (
    ON_PAPER,
    ORDERS_EACH,
    WHO_IS_FOUND_OUT,
    WRONG_ROWS,
    fen_of,
    member_of,
)
from siyu.platform.postgres.database import Reading

ORDERS_ON_PAPER = ON_PAPER * ORDERS_EACH
FEN_ON_PAPER = sum(fen_of(number, order) for number in range(ON_PAPER) for order in range(ORDERS_EACH))


def filing_faults(reading: Reading) -> Iterator[str]:
    """A sentence for each thing that does not hold."""
    rows = reading.driver.execute(
        "SELECT file_name, state, rows_new + rows_known, rows_refused FROM imports.imports ORDER BY import_id"
    ).fetchall()
    expected = [("people.csv", "done", ON_PAPER, WRONG_ROWS), ("orders.csv", "done", ORDERS_ON_PAPER, WRONG_ROWS)]
    if sorted(rows) != sorted(expected):
        yield f"The imports are {rows}, and should be {expected}."
    orders = reading.driver.execute(
        "SELECT o.order_id, o.total_fen, p.customer_id FROM orders.orders o JOIN customers.profiles p USING (profile_id)"
        " WHERE o.shop = '纸上' ORDER BY 1"
    ).fetchall()
    known = dict(
        reading.driver.execute("SELECT value, customer_id FROM customers.profiles WHERE kind = 'member_id'").fetchall()
    )
    there = [
        (f"paper-{number}-{order}", fen_of(number, order), known.get(member_of(number)))
        for number in range(ON_PAPER)
        for order in range(ORDERS_EACH)
    ]
    if orders != there:
        yield f"Of the orders on paper there are {orders}, and should be {there}."
    row = reading.driver.execute(
        "SELECT customer_id FROM customers.profiles WHERE (kind, value) = ('user_id', %s)", (WHO_IS_FOUND_OUT,)
    ).fetchone()
    if row is None or row[0] != known.get(member_of(0)):
        yield f"{WHO_IS_FOUND_OUT} and {member_of(0)} are two: {row and row[0]} and {known.get(member_of(0))}."
