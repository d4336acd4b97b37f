"""The events of entries and how many are where, made of what happened. Used by the verbs alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from siyu.domain.journeys.counts_store import Counts, add
from siyu.domain.journeys.entering_store import EntryRow
from siyu.domain.journeys.entries_contracts import (
    EVERYWHERE,
    JOURNEY_COMPLETED,
    JOURNEY_ENTERED,
    JOURNEY_EXITED,
    EntryState,
    Way,
)
from siyu.kernel.ids import derived_hex
from siyu.platform.eventlog.append import EncodedEvent
from siyu.platform.postgres.database import UnitOfWork

SOURCE = "journeys"
_encode = msgspec.json.Encoder().encode
_WAY_OF_END = {EntryState.EXITED: Way.EXITED, EntryState.GOAL: Way.GOAL, EntryState.COMPLETED: Way.COMPLETED}


def events(
    work: UnitOfWork, name: str, rows: Iterable[EntryRow], *once: str, **fields: object
) -> Iterator[EncodedEvent]:
    """Of entries of customers; of groups and accounts nothing is told, for an event is about a customer. `once` tells apart what
    may happen to an entry more than once."""
    now = work.clock.now()
    more = b"," + _encode(fields)[1:-1] if fields else b""
    for row in rows:
        if row.is_customer:
            told = b'{"journey_id":%d,"version":%d,"entry_id":%d%b}' % (row.journey_id, row.version, row.entry_id, more)
            event_id = derived_hex(name, str(row.entry_id), *once)
            yield EncodedEvent(name, event_id, row.subject_id, now, SOURCE, told)


def started(work: UnitOfWork, rows: Sequence[EntryRow]) -> None:
    """That entries began."""
    work.record(events(work, JOURNEY_ENTERED, rows))
    counts: Counts = Counter()
    for row in rows:
        counts[row.journey_id, row.version, row.place, Way.RESTING] += 1
        counts[row.journey_id, row.version, EVERYWHERE, Way.ENTERED] += 1
    add(work.driver, counts)


def ended(work: UnitOfWork, rows: Sequence[EntryRow], state: EntryState, reason: str) -> None:
    """That entries were taken out before they had been through."""
    name = JOURNEY_COMPLETED if state is EntryState.COMPLETED else JOURNEY_EXITED
    work.record(events(work, name, rows, reason=reason))
    counts: Counts = Counter()
    for row in rows:
        counts[row.journey_id, row.version, row.place, Way.PAUSED if row.was_paused else Way.RESTING] -= 1
        counts[row.journey_id, row.version, EVERYWHERE, _WAY_OF_END[state]] += 1
    add(work.driver, counts)
