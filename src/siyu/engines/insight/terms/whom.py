"""Whom a question is about: the customers in somebody's scope, perhaps those of a segment or of any other set of theirs.

A set stands in a table of the columns for the length of the question, never in its SQL: a segment may have a million members.
Who was erased still counts where everybody is asked about, as in all sums; nobody can pick them out, so they are in no set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siyu.kernel.actors import Scope
from siyu.kernel.events import NOBODY
from siyu.kernel.ids import IdSource, SystemIds
from siyu.platform.columns.client import INSERT_ROWS_MAX, Columns
from siyu.platform.columns.queries import Parameters, in_scope
from siyu.platform.columns.schema import CUSTOMERS

PREFIX = "asked_"
"""As tables of the engine `audience` are called, which sweeps away those whose asker died."""
Ids = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Whom:
    """A scope, and the table that names those asked about (empty: everybody in the scope)."""

    scope: Scope = Scope()
    table: str = ""
    is_cluster: bool = False

    @property
    def is_everybody(self) -> bool:
        return not self.table and self.scope.is_everything

    def events(self, parameters: Parameters) -> str:
        """SQL of somebody's events; `customer_id` is to be the customer they belong to now."""
        somebody = f"profile_id != {parameters.bind(NOBODY, 'UInt64')}"
        return somebody if self.is_everybody else f"{somebody} AND {self.among(parameters)}"

    def among(self, parameters: Parameters) -> str:
        """SQL of the customers asked about, by `customer_id`."""
        if self.is_everybody:
            return "1"
        inside = "GLOBAL IN" if self.is_cluster else "IN"
        return f"customer_id {inside} ({self.universe(parameters)})"

    def universe(self, parameters: Parameters) -> str:
        """SQL that selects the customers asked about, of those whom one can pick out."""
        return f"SELECT customer_id FROM {CUSTOMERS} FINAL WHERE {self.rows(parameters)}"  # noqa: S608 - our own words

    def rows(self, parameters: Parameters) -> str:
        """SQL of the rows of `customers` that they have."""
        seen = in_scope(parameters, Scope(self.scope.unit_path) if self.table else self.scope)
        if not self.table:
            return seen
        inside = "GLOBAL IN" if self.is_cluster else "IN"
        return f"{seen} AND customer_id {inside} (SELECT customer_id FROM {self.table})"  # noqa: S608 - our own words


@contextmanager
def asked_whom(columns: Columns, scope: Scope, ids: Ids | None = None, names: IdSource | None = None) -> Iterator[Whom]:
    """Those in the scope, of the customers `ids` where they are told. Columns do not know whose own a customer is: of a scope
    limited to one's own tell `ids`, for without them it sees nobody."""
    if ids is None:
        yield Whom(scope, "", bool(columns.cluster))
        return
    with stored(columns, "customer_id UInt64", {"customer_id": ids}, names) as table:
        yield Whom(scope, table, bool(columns.cluster))


@contextmanager
def stored(
    columns: Columns, shape: str, values: Mapping[str, NDArray[np.uint64]], names: IdSource | None = None
) -> Iterator[str]:
    """The name of a table that holds these columns for the length of a question."""
    table = f"{PREFIX}{(names or SystemIds()).new_id().hex}"
    size = len(next(iter(values.values())))
    columns.command(f"CREATE TABLE {table} ({shape}) ENGINE = Memory", may_repeat=False)
    try:
        for start in range(0, size, INSERT_ROWS_MAX):
            columns.insert_columns(table, {n: each[start : start + INSERT_ROWS_MAX] for n, each in values.items()})
        yield table
    finally:
        columns.command(f"DROP TABLE IF EXISTS {table} SYNC", may_repeat=True)
