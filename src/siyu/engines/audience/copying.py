"""Copies of what those asked about did: made once for all conditions of a question, in a table that goes with it.

Their events lie all over the table of events, so each scan would read the rows of everybody to find them. Instead every name is
read once, with the properties that any condition over it wants and no others, and the scans read the copies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from siyu.engines.audience.acts import ACTS, with_names
from siyu.engines.audience.scans import Reach
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters, Place
from siyu.platform.columns.schema import EVENTS

CUSTOMERS_MAX = 25_000
"""Of more, copies are not worth what they hold in memory."""
EVENTS_MAX = 4_000_000
_COLUMNS = ("name", "profile_id", "occurred_at", "position", "n")
_TYPES = "name LowCardinality(String), profile_id UInt64, occurred_at DateTime64(3, 'UTC'), position UInt64, n UInt32"


class TooManyEventsError(Exception):
    """They did more than copies are made of; never leaves this engine."""


@dataclass(frozen=True, slots=True)
class _CopiedPlace(Place):
    """Where a property stands that has a column of its own in the copies."""

    @property
    def whole(self) -> str:
        return self.column

    def typed(self, type_name: str) -> str:
        return f"dynamicElement({self.column}, '{type_name}')"


@dataclass
class _CopiedParameters(Parameters):
    """As those of a query over the events themselves; notes what is wanted of events of `names`, to which more may come."""

    copies: Copies | None = None
    names: set[str] = field(default_factory=set)

    def place(self, column: str, name: str) -> Place:
        if column != "properties" or self.copies is None:
            return super().place(column, name)
        self.copies.wanted.append((self.names, name))
        return self.copies.place(name)


@dataclass
class Copies:
    """The table `name` of copies of the events that `reach` leads to. What is wanted of them is known when all conditions are."""

    name: str
    reach: Reach
    wanted: list[tuple[set[str], str]] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)

    def parameters(self, names: set[str]) -> Parameters:
        """For a query over the copies of events of these names."""
        return _CopiedParameters(copies=self, names=names)

    def place(self, name: str) -> Place:
        """Where a property stands."""
        if name not in self.places:
            declared = Parameters().place("properties", name).declared
            self.places[name] = _CopiedPlace(f"property_{len(self.places)}", "", declared)
        return self.places[name]

    def making(self, columns: Columns, names: Iterable[str]) -> list[Callable[[], None]]:
        """Makes the table; gives what fills it with events of these names, to be done in any order or at once."""
        types = "".join(f", {place.column} {place.declared or 'Dynamic'}" for place in self.places.values())
        columns.command(f"CREATE TABLE {self.name} ({_TYPES}{types}) ENGINE = Memory", may_repeat=False)
        alike: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
        for name in sorted(names):
            wanted = tuple(each for each in self.places if any(each == own and name in of for of, own in self.wanted))
            alike.setdefault((name == ACTS, wanted), []).append(name)
        # what takes longest is begun first
        groups = sorted(alike.items(), key=lambda group: (-len(group[1]), -len(group[0][1])))
        return [partial(self._fill, columns, wanted, of) for (_, wanted), of in groups]

    def check(self, columns: Columns) -> None:
        """TooManyEventsError where they are not all there."""
        (count,) = columns.query_column(f"SELECT count() FROM {self.name}")  # noqa: S608
        if count > EVENTS_MAX:
            raise TooManyEventsError

    def _fill(self, columns: Columns, wanted: tuple[str, ...], names: list[str]) -> None:
        parameters = Parameters()
        into = ", ".join([*_COLUMNS, *(self.places[each].column for each in wanted)])
        # an act is copied once more, under the name that stands for all of them
        name = "''" if names == [ACTS] else "name"
        what = ", ".join([name, *_COLUMNS[1:], *(parameters.place("properties", each).whole for each in wanted)])
        query = parameters.query(
            f"INSERT INTO {self.name} ({into}) SELECT {what} FROM {EVENTS}{self.reach.first()}"  # noqa: S608
            f" WHERE {with_names(names, parameters)}{self.reach.where(parameters)} LIMIT {EVENTS_MAX + 1}"
        )
        columns.command(query.sql, query.parameters)


@contextmanager
def copied(columns: Columns, reach: Reach) -> Iterator[tuple[Reach, Copies]]:
    """A reach over copies, which are still to be made."""
    copies = Copies(f"{reach.asked}_events", reach)
    try:
        yield replace(reach, copies=copies), copies
    finally:
        columns.command(f"DROP TABLE IF EXISTS {copies.name} SYNC", may_repeat=True)
