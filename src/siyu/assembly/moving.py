"""Moving an installation's rows to another PostgreSQL, or back into the embedded one, while Siyu is stopped.

The columns stay where they are: they are a projection that knows the log by its positions, and the log moves with all its
positions and cursors.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from siyu.assembly.stores import EMBEDDED, rows_at
from siyu.kernel.errors import InvalidError
from siyu.platform.alone import alone
from siyu.platform.postgres.loading import fill_from
from siyu.platform.postgres.shape import ShapeError, is_current, require_suitable_at
from siyu.platform.settings import Settings


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move copied, and read again on the other side."""

    tables: int
    rows: int


def move_rows(settings: Settings, to: str, *, replaces: bool, on_table: Callable[[str], object]) -> Moved:
    """Copies all rows of this installation to the PostgreSQL at `to`, in one transaction there. What is here stays as it is;
    the setting `database_url` then says which of the two counts."""
    if to == (settings.database_url or EMBEDDED):
        raise InvalidError("The rows are there already.")
    with alone(settings.runtime_folder), ExitStack() as running:
        source = running.enter_context(rows_at(settings, settings.database_url or EMBEDDED))
        if not is_current(source):
            raise ShapeError("Start this version of Siyu once before moving: the database has another shape.")
        target = running.enter_context(rows_at(settings, to))
        require_suitable_at(target)
        contents = fill_from(target, source, replaces=replaces, on_table=on_table)
    return Moved(tables=len(contents), rows=sum(each.rows for each in contents.values()))
