"""Editions of estimates in the columns: written as a whole before anybody asks for them, dropped as a whole when nobody does.

One process at a time writes or rewrites them: an edition that is being computed from what was known a moment ago must not bring
back who is erased meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import (
    CUSTOMERS,
    ESTIMATE_COLUMNS,
    ESTIMATES,
    begin_rebuild,
    drop_edition,
    finish_rebuild,
)
from siyu.platform.postgres.database import Database

_T = TypeVar("_T", float, str)

LOCK = "columns.estimates"
ROWS_AT_ONCE = 100_000

_NAMES = ", ".join(ESTIMATE_COLUMNS)


@contextmanager
def held_editions(database: Database) -> Iterator[None]:
    """Whoever else writes or rewrites estimates is waited for, and then waits for the length of the block."""
    with database.autocommit() as driver:
        driver.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (LOCK,))
        try:
            yield
        finally:
            if not driver.broken:
                driver.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (LOCK,))


def editions_there(columns: Columns, model: str) -> dict[int, int]:
    """How many rows each edition of a model has."""
    return dict(
        columns.query(
            f"SELECT edition, count() FROM {ESTIMATES} WHERE model = {{model:String}} GROUP BY edition",  # noqa: S608
            {"model": model},
        )
    )


def forget_gone(columns: Columns) -> None:
    """Takes away, of all editions, the rows of who was erased or merged; of the old table nothing is left on the disk. Under the
    lock."""
    new = begin_rebuild(columns, ESTIMATES)
    columns.command(
        f"INSERT INTO {new} ({_NAMES}) SELECT {_NAMES} FROM {ESTIMATES}"  # noqa: S608  # names of our own
        f" WHERE customer_id IN (SELECT customer_id FROM {CUSTOMERS} FINAL WHERE is_erased = 0)",
        None,
        {"insert_deduplicate": 0},
    )
    finish_rebuild(columns, ESTIMATES)


@dataclass
class EditionWriter:
    """Where the rows of one edition go. `token` is another for every try. Under the lock."""

    columns: Columns
    model: str
    edition: int
    token: str
    _inserts: int = field(default=0, init=False)

    def clear(self) -> None:
        """Drops what an earlier try may have left under this number."""
        drop_edition(self.columns, self.model, self.edition)

    def rows(
        self,
        customer_ids: NDArray[np.uint64],
        numbers: Mapping[str, NDArray[np.float64]],
        words: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Rows by column; a number that is NaN and a word that is empty are missing."""
        for start in range(0, len(customer_ids), ROWS_AT_ONCE):
            some = slice(start, start + ROWS_AT_ONCE)
            ids = customer_ids[some].tolist()
            told = _maps(len(ids), {name: each[some].tolist() for name, each in numbers.items()})
            said = _maps(len(ids), {name: list(each[some]) for name, each in (words or {}).items()})
            self._inserts += 1
            self.columns.insert_columns(
                ESTIMATES,
                {
                    "model": [self.model] * len(ids),
                    "edition": [self.edition] * len(ids),
                    "customer_id": ids,
                    "numbers": told,
                    "words": said,
                },
                token=f"{self.token}:{self._inserts}",
            )

    def select(self, sql: str, parameters: Mapping[str, object]) -> None:
        """Rows that a SELECT gives: customer_id, numbers, words. They never leave the engine. A break leaves a part of them, so the
        whole edition is then to be begun anew."""
        self.columns.command(
            f"INSERT INTO {ESTIMATES} ({_NAMES}) SELECT {{edition_model:String}}, {{edition_number:UInt32}},"  # noqa: S608
            f" customer_id, numbers, words FROM ({sql})",
            {**parameters, "edition_model": self.model, "edition_number": self.edition},
            {"insert_deduplicate": 0},
        )


def _maps(size: int, columns: Mapping[str, Sequence[_T]]) -> list[dict[str, _T]]:
    """A map for each row, without what is missing: of nothing else is it said that it is not itself, or that it is empty."""
    if not columns:
        return [{}] * size
    return [
        {name: value for name, value in zip(columns, row, strict=True) if value == value and value != ""}
        for row in zip(*columns.values(), strict=True)
    ]
