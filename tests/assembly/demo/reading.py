"""The workers who read what a demo loads, and a look at what came of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from siyu.assembly.installation import Installation
from siyu.faces.worker import run_worker


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


def rows(installation: Installation, statement: str) -> list[Any]:
    with installation.database.autocommit() as driver:
        return driver.execute(statement).fetchall()
