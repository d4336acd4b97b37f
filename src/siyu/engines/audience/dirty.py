"""Whom something happened to: the customers about whom an answer may be another than before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from siyu.domain.company.contracts import UNIT_MOVED
from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import CUSTOMERS_MERGED
from siyu.domain.segments.contracts import ACTS_IN_ROOMS, ROOM_SOURCES, UNSETTLING_EVENTS, Condition, Ids, Reason
from siyu.engines.audience.acts import ACTS
from siyu.engines.audience.spelled import event_names
from siyu.platform.eventlog.reading import (
    Stretch,
    events_between,
    profiles_after,
    profiles_between,
    properties_after,
    read_events,
)
from siyu.platform.postgres.database import Reading

EVENTS_MAX = 1_000_000
"""Where more than this happened everybody is looked at again: to find out whom it happened to would cost more."""
CUSTOMERS_MAX = 250_000
"""Where more than this are concerned everybody is looked at again."""


_ROLES = ("winner_id", "loser_id", "customer_id")


def asked_events(conditions: Iterable[Condition]) -> frozenset[str]:
    """The names of the events that the conditions ask about."""
    return frozenset(chain.from_iterable(map(event_names, conditions)))


def touched(reading: Reading, after: int, upto: int, names: Collection[str]) -> dict[int, Reason] | None:
    """Whom events of these names between two positions are about, by today's mapping, and who was merged, split or erased; None
    where those would be too many to tell, or a unit was moved with all who are kept below it."""
    if upto <= after:
        return {}
    if events_between(reading.driver, after, upto) > EVENTS_MAX:
        return None
    profile_ids = profiles_between(reading.driver, after, upto, *_looked_for(names))
    if len(profile_ids) > CUSTOMERS_MAX:
        return None
    found = dict.fromkeys(customers.current_customer_ids(reading, profile_ids).values(), Reason.EVENT)
    for event in read_events(reading.driver, Stretch(after, upto, 0), (*UNSETTLING_EVENTS, UNIT_MOVED)):
        if event.name == UNIT_MOVED:
            return None
        named = [int(event.properties[role]) for role in ("winner_id", "loser_id") if role in event.properties]
        reason = Reason.MERGE if event.name == CUSTOMERS_MERGED else Reason.SPLIT
        found.update(dict.fromkeys(named, reason))
        if "customer_id" in event.properties:
            found.setdefault(int(event.properties["customer_id"]), Reason.ERASURE)
    return found


def touched_since(reading: Reading, after: int, names: Collection[str]) -> set[int]:
    """Whom events of these names are about after a position, even those that have none yet, by today's mapping, and who was merged,
    split or erased."""
    found = set(
        customers.current_customer_ids(reading, profiles_after(reading.driver, after, *_looked_for(names))).values()
    )
    for properties in properties_after(reading.driver, after, UNSETTLING_EVENTS):
        found.update(int(properties[role]) for role in _ROLES if role in properties)
    return found


def _looked_for(names: Collection[str]) -> tuple[Collection[str], Collection[str] | None]:
    """The names that are looked for in the log, and the sources besides which every event is, whatever its name."""
    return ((*names, *ACTS_IN_ROOMS), ROOM_SOURCES) if ACTS in names else (names, None)


def in_order(reasons: dict[int, Reason]) -> tuple[Ids, NDArray[np.uint8]]:
    """The customers, ascending, and beside them the reasons."""
    ids = np.fromiter(reasons, np.uint64, len(reasons))
    why = np.fromiter(reasons.values(), np.uint8, len(reasons))
    order = np.argsort(ids)
    return ids[order], why[order]
