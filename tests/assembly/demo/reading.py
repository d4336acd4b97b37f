"""The workers who read what a demo loads, and a look at what came of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from siyu.assembly.installation import Installation
from siyu.faces.worker import run_worker

WHENS = (
    ("log.events", "occurred_at"),
    ("tags.taggings", "given_at"),
    ("orders.orders", "paid_at"),
    ("entries.answers", "answered_at"),
)
"""(table, column): what happened to a profile, and when."""


@contextmanager
def readers(installation: Installation, *groups: str) -> Iterator[None]:
    """The workers of these groups, for the length of the block."""
    stop = threading.Event()
    threads = [threading.Thread(target=run_worker, args=(installation, group, stop)) for group in groups]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def out_of_time(installation: Installation) -> dict[str, Any]:
    """What is said to have happened after now, or to somebody whom nobody had seen yet: nothing, in a past to be believed."""
    now = installation.database.clock.now().isoformat()
    first = "(SELECT min(f.first_seen_at) FROM customers.profiles f WHERE f.customer_id = p.customer_id)"
    found = {
        f"{table}.{column}": rows(
            installation,
            f"SELECT count(*) FROM {table} t LEFT JOIN customers.profiles p USING (profile_id)"  # noqa: S608 - our own
            f" WHERE t.{column} > '{now}' OR t.{column} < {first}",
        )[0][0]
        for table, column in WHENS
    }
    return {name: count for name, count in found.items() if count}


def rows(installation: Installation, statement: str) -> list[Any]:
    with installation.database.autocommit() as driver:
        return driver.execute(statement).fetchall()
