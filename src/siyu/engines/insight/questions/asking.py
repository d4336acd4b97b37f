"""What each question is asked with, and the SQL that all of them share. Pure but for the columns that it carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.segments.contracts import ACTS_IN_ROOMS, ROOM_SOURCES
from siyu.engines.insight.terms.whom import Ids, Whom
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns
from siyu.platform.columns.comparing import passing
from siyu.platform.columns.queries import Parameters
from siyu.platform.columns.schema import CUSTOMER_OF, EVENTS

EARLIEST_MS = 4_398_046_511_104
"""2^42: what is added to an instant, so that those before 1970 are no negative numbers."""
TIME = "toUnixTimestamp64Milli(occurred_at)"
# An event's place among others of one customer, by time and then by the log.
ORDER = f"(bitShiftLeft(toUInt128({TIME} + {EARLIEST_MS}), 80) + bitShiftLeft(toUInt128(position), 32) + n)"
WORD_BITS = 64


@dataclass(frozen=True, slots=True)
class Asking:
    """The columns, when it is asked, whose days count, and whom it is about. `part_ids` are the tags or staff that a breakdown
    tells apart, `members` the customers of the segments that it names."""

    columns: Columns
    as_of: datetime
    zone: ZoneInfo
    whom: Whom = Whom()
    part_ids: Sequence[int] = ()
    members: Mapping[int, Ids] = field(default_factory=dict)

    @property
    def as_of_ms(self) -> int:
        return milliseconds_of(self.as_of)

    def rows(self, parameters: Parameters, sql: str) -> Sequence[tuple[Any, ...]]:
        """What a statement finds."""
        query = parameters.query(sql)
        return self.columns.query(query.sql, query.parameters)

    def people(self, parameters: Parameters, per_customer: str, holds: str) -> Ids:
        """The customers for whom something holds, ascending: those whom one can pick out."""
        query = parameters.query(
            f"SELECT customer_id FROM ({per_customer}) WHERE {holds}"  # noqa: S608 - our own words
            f" AND customer_id IN ({self.whom.universe(parameters)}) ORDER BY customer_id"
        )
        return self.columns.query_column(query.sql, query.parameters)


def matching(events: Sequence[EventMatch], parameters: Parameters) -> str:
    """SQL of the events that are any of these; of what customers do themselves where none is named."""
    if not events:
        rooms = parameters.bind(list(ROOM_SOURCES), "Array(String)")
        acts = parameters.bind(list(ACTS_IN_ROOMS), "Array(String)")
        return f"(source NOT IN {rooms} OR name IN {acts})"
    return "(" + " OR ".join(_one(each, parameters) for each in events) + ")"


def named(events: Sequence[EventMatch], parameters: Parameters) -> str:
    """SQL of the events that have one of their names: what the columns are sorted by."""
    if not events:
        return "1"
    return f"name IN {parameters.bind(sorted({each.event for each in events}), 'Array(String)')}"


def _one(match: EventMatch, parameters: Parameters) -> str:
    name = f"name = {parameters.bind(match.event, 'String')}"
    return f"({name} AND {passing(parameters, match.where)})" if match.where else f"({name})"


def events_of(whom: Whom, where: str, parameters: Parameters, *columns: str) -> str:
    """SQL that selects events as rows with `customer_id` and what else is named."""
    selected = ", ".join((f"{CUSTOMER_OF} AS customer_id", *columns))
    return f"SELECT {selected} FROM {EVENTS} WHERE {where} AND {whom.events(parameters)}"  # noqa: S608 - our own words


def time_of(order: str) -> str:
    """SQL of the instant of a place."""
    return f"(toInt64(bitShiftRight({order}, 80)) - {EARLIEST_MS})"


def place_after(time: str) -> str:
    """SQL of the first place later than any at this instant."""
    return f"bitShiftLeft(toUInt128({time} + {EARLIEST_MS + 1}), 80)"


@dataclass(frozen=True, slots=True)
class Marks:
    """Which of some periods hold any of a customer's events: a bit for each, in words of 64."""

    size: int

    @property
    def words(self) -> int:
        return -(-self.size // WORD_BITS)

    def columns(self, number: str, condition: str = "") -> list[str]:
        """SQL of the words `m0`, `m1` …, over the rows of a group; `number` is the period of a row."""
        bit = f"bitShiftLeft(toUInt64(1), toUInt8({number} % {WORD_BITS}))"
        found = []
        for word in range(self.words):
            here = [] if self.words == 1 else [f"intDiv({number}, {WORD_BITS}) = {word}"]
            holds = " AND ".join([*([condition] if condition else []), *here])
            found.append(f"groupBitOrIf({bit}, {holds}) AS m{word}" if holds else f"groupBitOr({bit}) AS m{word}")
        return found

    def any(self, least: int, most: int) -> str:
        """SQL of whether there is any in these periods, both included, as far as they are marked."""
        parts = []
        for word in range(self.words):
            low, high = max(least - word * WORD_BITS, 0), min(most - word * WORD_BITS, WORD_BITS - 1)
            if low <= high:
                parts.append(f"bitAnd(m{word}, {((1 << (high - low + 1)) - 1) << low}) != 0")
        return "(" + " OR ".join(parts) + ")" if parts else "0"

    def count(self, least: int, most: int) -> str:
        """SQL of in how many of these periods there are any."""
        parts = []
        for word in range(self.words):
            low, high = max(least - word * WORD_BITS, 0), min(most - word * WORD_BITS, WORD_BITS - 1)
            if low <= high:
                parts.append(f"bitCount(bitAnd(m{word}, {((1 << (high - low + 1)) - 1) << low}))")
        return " + ".join(parts) or "0"
