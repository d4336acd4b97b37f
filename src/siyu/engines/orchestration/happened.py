"""What the log says of the last days, asked of the columns for pricing and replaying. Nothing here writes anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from siyu.domain.contacts.contracts import CONTACT_LOST
from siyu.domain.definitions.contracts import EventMatch, Filter
from siyu.domain.messages.contracts import MESSAGE_SENT
from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED, Ids
from siyu.kernel.clock import milliseconds_of
from siyu.kernel.events import NOBODY
from siyu.platform.columns.client import Columns
from siyu.platform.columns.comparing import passing
from siyu.platform.columns.queries import Parameters
from siyu.platform.columns.schema import CUSTOMER_OF, CUSTOMERS, EVENTS

LOSS_DAYS: Final = 90
LOSS_AFTER: Final = timedelta(days=3)
"""Who goes within so long after a message is taken to have gone because of it."""
_match = TypeAdapter(EventMatch)
_TIME: Final = "toUnixTimestamp64Milli(occurred_at)"


class Audience(Protocol):
    """Who fulfils conditions, as documents have them; given from outside, for another engine knows it."""

    def members(self, conditions: Sequence[Mapping[str, Any]], as_of: datetime, whom: Ids | None) -> Sequence[Ids]:
        """For each condition those who fulfil it, ascending: of everybody, or of `whom`."""
        ...


@dataclass(frozen=True, slots=True)
class Losses:
    """How many messages went out in the last LOSS_DAYS, and how many customers were lost within LOSS_AFTER after one."""

    messages: int
    lost: int

    @property
    def rate(self) -> float | None:
        """Of messages, how many lose somebody; None where there were too few to tell."""
        return self.lost / self.messages if self.messages >= 100 else None


def entering(segment_id: int) -> EventMatch:
    """Somebody enters a segment."""
    return EventMatch(SEGMENT_ENTERED, (Filter("segment_id", "is", segment_id),))


def leaving(segment_id: int) -> EventMatch:
    """Somebody leaves a segment."""
    return EventMatch(SEGMENT_EXITED, (Filter("segment_id", "is", segment_id),))


def match_of(document: Mapping[str, Any]) -> EventMatch:
    """An event as a document names it."""
    return _match.validate_python(document)


def matches_of(trigger: Mapping[str, Any]) -> EventMatch | None:
    """The event that a trigger, an exit or a goal listens to; None where it listens to the clock or to nobody."""
    match trigger.get("kind", "goal"):
        case "segment_entered":
            return entering(trigger["segment_id"])
        case "segment_exited" | "segment_left":
            return leaving(trigger["segment_id"])
        case "event":
            return match_of(trigger["event"])
        case "goal" if trigger["event"] is not None:
            return match_of(trigger["event"])
        case "goal" if trigger["segment_id"] is not None:
            return entering(trigger["segment_id"])
    return None


def people_of(columns: Columns, match: EventMatch, since: datetime, until: datetime) -> tuple[Ids, int]:
    """The customers to whom it happened in a time, ascending, and how many times it did."""
    parameters = Parameters()
    query = parameters.query(
        f"SELECT {CUSTOMER_OF} AS customer_id, count() AS times FROM {EVENTS}"  # noqa: S608 - our own words
        f" WHERE {_where(parameters, match, since, until)} GROUP BY customer_id ORDER BY customer_id"
    )
    found = columns.query_arrays(query.sql, {"customer_id": np.uint64, "times": np.uint64}, query.parameters)
    return found["customer_id"], int(found["times"].sum())


def times_of(
    columns: Columns, match: EventMatch, since: datetime, until: datetime, one_of: int = 1
) -> tuple[Ids, NDArray[np.int64]]:
    """(customer, millisecond) of each time, by customer and time; of one of so many customers, those whose number it divides."""
    parameters = Parameters()
    query = parameters.query(
        f"SELECT {CUSTOMER_OF} AS customer_id, {_TIME} AS t FROM {EVENTS}"  # noqa: S608 - our own words
        f" WHERE {_where(parameters, match, since, until)} AND customer_id % {parameters.bind(one_of, 'UInt64')} = 0"
        " ORDER BY customer_id, t"
    )
    found = columns.query_arrays(query.sql, {"customer_id": np.uint64, "t": np.int64}, query.parameters)
    return found["customer_id"], found["t"]


def losses_of(columns: Columns, channel: str, now: datetime) -> Losses:
    """What messages of a channel cost in people, by one's own log."""
    since = now - timedelta(days=LOSS_DAYS)
    sent = EventMatch(MESSAGE_SENT, (Filter("channel", "is", channel),))
    parameters = Parameters()
    messages = (
        f"SELECT {CUSTOMER_OF} AS customer_id, {_TIME} AS t FROM {EVENTS}"  # noqa: S608 - our own words
        f" WHERE {_where(parameters, sent, since, now)}"
    )
    lost = (
        f"SELECT {CUSTOMER_OF} AS customer_id, {_TIME} AS t FROM {EVENTS}"  # noqa: S608 - our own words
        f" WHERE {_where(parameters, EventMatch(CONTACT_LOST), since, now)}"
    )
    window = parameters.bind(int(LOSS_AFTER.total_seconds() * 1000), "Int64")
    query = parameters.query(
        f"SELECT (SELECT count() FROM ({messages})),"  # noqa: S608 - our own words
        f" (SELECT countIf(l.t - s.t <= {window}) FROM ({lost}) AS l ASOF JOIN ({messages}) AS s"
        " ON l.customer_id = s.customer_id AND l.t >= s.t)"
    )
    ((count, gone),) = columns.query(query.sql, query.parameters)
    return Losses(int(count), int(gone or 0))


def count_with(columns: Columns, attribute: str) -> int:
    """How many customers have an attribute."""
    parameters = Parameters()
    place = parameters.place("attributes", attribute)
    query = parameters.query(
        f"SELECT count() FROM {CUSTOMERS} FINAL WHERE is_deleted = 0 AND is_erased = 0"  # noqa: S608 - our own words
        f" AND {place.whole} IS NOT NULL"
    )
    ((count,),) = columns.query(query.sql, query.parameters)
    return int(count)


def count_keepers(columns: Columns) -> int:
    """How many of the staff keep customers."""
    ((count,),) = columns.query(
        f"SELECT uniqExactArray(staff_ids) FROM {CUSTOMERS} FINAL WHERE is_deleted = 0 AND is_erased = 0"  # noqa: S608
    )
    return int(count)


def _where(parameters: Parameters, match: EventMatch, since: datetime, until: datetime) -> str:
    name = f"name = {parameters.bind(match.event, 'String')} AND profile_id != {parameters.bind(NOBODY, 'UInt64')}"
    times = (
        f"{_TIME} > {parameters.bind(milliseconds_of(since), 'Int64')}"
        f" AND {_TIME} <= {parameters.bind(milliseconds_of(until), 'Int64')}"
    )
    return f"{name} AND {times}" + (f" AND {passing(parameters, match.where)}" if match.where else "")
