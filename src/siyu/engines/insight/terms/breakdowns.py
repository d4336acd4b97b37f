"""What a question is broken down by: which groups there are, and the SQL that finds the group of an event or of a customer.

Groups are found first, the largest of them become numbers 1 to n of `Groups`; 0 is "missing", n + 1 is all others. For a
property the largest are those with most events of the question's period, for all else those with most customers asked about:
so the groups of a question are the same whatever is asked of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np

from siyu.domain.metrics.contracts import (
    AttributeBreakdown,
    Breakdown,
    EntryBreakdown,
    MetricBreakdown,
    PropertyBreakdown,
    SegmentBreakdown,
    StaffBreakdown,
    TagBreakdown,
)
from siyu.engines.insight.terms.whom import Ids, Whom, stored
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters, Place
from siyu.platform.columns.schema import CUSTOMER_OF, CUSTOMERS, EVENTS

VALUE_LENGTH_MAX = 200
_UNIT = "arrayElement(splitByChar('.', unit_path), -2)"
"""The last number of a path like "1.4.9."."""


@dataclass(frozen=True, slots=True)
class Group:
    """One part. `key` is the value as text, or the number of a tag, segment or unit; empty for the rest and for what is missing."""

    kind: Literal["value", "other", "missing"]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Groups:
    """The parts that there are, and where a customer's are to be looked up."""

    breakdown: MetricBreakdown
    keys: Sequence[str]
    table: str = ""

    def group(self, slot: int) -> Group:
        """The part of a number that came out of the SQL below."""
        if slot == 0:
            return Group("missing")
        return Group("other") if slot > len(self.keys) else Group("value", self.keys[slot - 1])

    def slot(self, group: Group) -> int:
        """The number of a part; that of all others where it is none of the largest."""
        if group.kind == "missing":
            return 0
        return self.keys.index(group.key) + 1 if group.key in self.keys else len(self.keys) + 1

    @property
    def is_of_events(self) -> bool:
        """Whether each event has a part of its own, or each customer has one or several."""
        return isinstance(self.breakdown, PropertyBreakdown)

    @property
    def is_several(self) -> bool:
        """Whether a customer may be of several parts, so that the parts come to more than the whole."""
        return isinstance(self.breakdown, TagBreakdown | SegmentBreakdown | StaffBreakdown)

    def of_event(self, parameters: Parameters) -> str:
        """SQL of the number of an event's part."""
        if not isinstance(self.breakdown, PropertyBreakdown):
            raise TypeError("these are parts of customers")
        return self._numbered(value_text(parameters.place("properties", self.breakdown.property)), parameters)

    def of_customers(self, parameters: Parameters, whom: Whom) -> str:
        """SQL that selects `customer_id` and `slot`: a row for each part of each customer. Who has none is not there."""
        return self.of_rows(parameters, whom.rows(parameters) if not whom.is_everybody else "is_deleted = 0")

    def of_rows(self, parameters: Parameters, rows: str) -> str:
        """The same of those rows of `customers`."""
        if self.table:
            return f"SELECT customer_id, toUInt8(slot) AS slot FROM {self.table}"  # noqa: S608 - our own words
        if isinstance(self.breakdown, TagBreakdown | StaffBreakdown):
            keys = parameters.bind([int(key) for key in self.keys], "Array(UInt64)")
            ids = _ids_of(self.breakdown)
            return (
                f"SELECT customer_id, toUInt8(indexOf({keys}, arrayJoin(arrayIntersect({ids}, {keys})))) AS slot"  # noqa: S608 - our own words
                f" FROM {CUSTOMERS} FINAL WHERE {rows}"
            )
        text = customer_text(self.breakdown, parameters)
        return f"SELECT customer_id, {self._numbered(text, parameters)} AS slot FROM {CUSTOMERS} FINAL WHERE {rows}"  # noqa: S608 - our own words

    def _numbered(self, text: str, parameters: Parameters) -> str:
        rest = f"toUInt8({len(self.keys) + 1})"
        if not self.keys:
            return f"if({text} = '', toUInt8(0), {rest})"
        keys = parameters.bind(list(self.keys), "Array(String)")
        numbers = parameters.bind(list(range(1, len(self.keys) + 1)), "Array(UInt8)")
        return f"if({text} = '', toUInt8(0), transform({text}, {keys}, {numbers}, {rest}))"


def _ids_of(breakdown: TagBreakdown | StaffBreakdown) -> str:
    """The column that holds whose parts a customer is of."""
    return "tag_ids" if isinstance(breakdown, TagBreakdown) else "staff_ids"


def value_text(place: Place) -> str:
    """SQL of whatever plain value stands in a place, as text; empty where nothing does."""
    if place.declared:
        return f"ifNull(toString({place.whole}), '')"
    # Read as one whole, which takes half the time of looking for each type. A list, and a float's -0, are looked at twice.
    told, kind = f"ifNull(toString({place.whole}), '')", f"dynamicType({place.whole})"
    plain = f"multiIf(startsWith({kind}, 'Array'), '', {kind} = 'Float64', '0', {told})"
    return f"substringUTF8(if({told} = '-0' OR startsWith({told}, '['), {plain}, {told}), 1, {VALUE_LENGTH_MAX})"


def customer_text(breakdown: MetricBreakdown, parameters: Parameters) -> str:
    """SQL of a customer's part as text."""
    if isinstance(breakdown, AttributeBreakdown):
        return value_text(parameters.place("attributes", breakdown.attribute))
    return "toString(entry_channel)" if isinstance(breakdown, EntryBreakdown) else _UNIT


@contextmanager
def found_groups(
    columns: Columns,
    breakdown: Breakdown,
    whom: Whom,
    events: str,
    parameters: Parameters,
    *,
    ids: Sequence[int] = (),
    members: Mapping[int, Ids] | None = None,
) -> Iterator[Groups]:
    """The parts of a question. `events` is SQL of the events that a property is looked for in, with what is bound in
    `parameters`; `ids` are the tags of the group, or the staff that may be told apart; `members` those of the segments."""
    if isinstance(breakdown, SegmentBreakdown):
        known = members or {}
        keys = [str(each) for each in breakdown.segment_ids]
        sets = [known.get(each, np.empty(0, np.uint64)) for each in breakdown.segment_ids]
        slots = [np.full(len(each), n + 1, np.uint64) for n, each in enumerate(sets)]
        values = {"customer_id": np.concatenate(sets), "slot": np.concatenate(slots)}
        with stored(columns, "customer_id UInt64, slot UInt64", values) as table:
            yield Groups(breakdown, keys, table)
        return
    if isinstance(breakdown, TagBreakdown | StaffBreakdown):
        yield Groups(breakdown, [str(each) for each in _largest(columns, whom, breakdown, ids)])
        return
    if isinstance(breakdown, PropertyBreakdown):
        text = value_text(parameters.place("properties", breakdown.property))
        among = "" if whom.is_everybody else f" AND {whom.among(parameters)}"
        sql = (
            f"SELECT {text} AS told, count() FROM (SELECT properties, {CUSTOMER_OF} AS customer_id FROM {EVENTS}"  # noqa: S608 - our own words
            f" WHERE {events}{among}) GROUP BY told"
        )
    else:
        own = Parameters()
        rows = "is_deleted = 0" if whom.is_everybody else whom.rows(own)
        sql = (
            f"SELECT {customer_text(breakdown, own)} AS told, count() FROM {CUSTOMERS} FINAL WHERE {rows} GROUP BY told"  # noqa: S608 - our own words
        )
        parameters = own
    query = parameters.query(f"{sql} HAVING told != '' ORDER BY count() DESC, told LIMIT {breakdown.top}")
    yield Groups(breakdown, [str(row[0]) for row in columns.query(query.sql, query.parameters)])


def _largest(columns: Columns, whom: Whom, breakdown: TagBreakdown | StaffBreakdown, among: Sequence[int]) -> list[int]:
    parameters = Parameters()
    rows = "is_deleted = 0" if whom.is_everybody else whom.rows(parameters)
    those = parameters.bind(list(among), "Array(UInt64)")
    sql = (
        f"SELECT arrayJoin(arrayIntersect({_ids_of(breakdown)}, {those})) AS part, count() FROM {CUSTOMERS} FINAL"  # noqa: S608 - our own words
        f" WHERE {rows} GROUP BY part ORDER BY count() DESC, part LIMIT {breakdown.top}"
    )
    query = parameters.query(sql)
    return [int(row[0]) for row in columns.query(query.sql, query.parameters)]
