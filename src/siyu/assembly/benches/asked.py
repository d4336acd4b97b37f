"""What benches of questions share: stores of their own that hold the population of `audience`, and how long a question takes."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from siyu.assembly.benches.figures import Tell
from siyu.assembly.benches.population import fill, fill_home
from siyu.kernel.clock import Clock
from siyu.platform.columns.client import Columns
from siyu.platform.columns.process import running_columns
from siyu.platform.columns.schema import ensure_schema
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.migrate import migrate
from siyu.platform.postgres.running import running_postgres
from siyu.platform.sealing.files import ensure_key_ring
from siyu.platform.settings import Settings

_Result = TypeVar("_Result")


@contextmanager
def filled_stores(customers: int, events: int, clock: Clock, tell: Tell) -> Iterator[tuple[Database, Columns]]:
    """Both stores, with so many customers and so many events of theirs, for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="siyu-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with running_columns(home / "columns") as columns_url, running_postgres(home / "postgres") as database_url:
            database = Database(database_url, clock=clock, keys=ensure_key_ring(Settings(home=home)))
            migrate(database.engine)
            columns = Columns(columns_url)
            ensure_schema(columns)
            fill(database, columns, customers, events, clock.now(), tell)
            fill_home(columns)
            yield database, columns
            columns.close()
            database.close()


def median_of(name: str, do: Callable[[], _Result], times: int, tell: Tell) -> tuple[float, _Result]:
    """Seconds that `do` takes, the median of so many times, and what it finds."""
    seconds, found = [], do()  # the first one fetches pages from the disk and is not counted
    for _ in range(times):
        started = time.perf_counter()
        found = do()
        seconds.append(time.perf_counter() - started)
    tell(f"{name} {statistics.median(seconds):.3f} s (most {max(seconds):.3f} s)")
    return statistics.median(seconds), found
