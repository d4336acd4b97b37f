"""Changing who is in which segment. Part of `service`; every function here holds the lock of the membership until the commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments import keeping_store, rules, store
from siyu.domain.segments.contracts import (
    NEVER_MS,
    SEGMENT_ENTERED,
    SEGMENT_EXITED,
    SEGMENT_MOVED,
    UNSETTLING_EVENTS,
    Change,
    Found,
    Ids,
    Merge,
    Reason,
    Served,
    Standing,
)
from siyu.domain.segments.definition import as_document
from siyu.domain.segments.keeping_reading import wanted
from siyu.domain.segments.rules import Compared, Frame
from siyu.kernel.clock import milliseconds_of
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_hex, derived_id
from siyu.platform.eventlog.append import BATCH_SIZE_MAX, EncodedEvent
from siyu.platform.eventlog.reading import properties_after
from siyu.platform.numbers import union
from siyu.platform.postgres.database import UnitOfWork

SOURCE = "segments"

SEGMENTS_AT_ONCE = 50
"""How many bitmaps are in memory at a time."""


_encode = msgspec.json.encode


def apply_found(work: UnitOfWork, found: Found) -> dict[int, Change] | None:
    """Makes membership, dues and standing what was found; {segment: change} of those that were still as they were when it was asked
    about. None, and nothing is changed, where somebody else has changed membership since."""
    driver = work.driver
    store.lock_membership(driver)
    since = keeping_store.standing(driver, lock=True)
    if since != found.since:
        return None
    unsettled = union(found.unsettled, _changed_after(work, found.position))
    kept = _still_asked(work, found)
    if found.is_build:
        for _, each in kept:
            document = as_document(each.document)
            keeping_store.save_built(
                driver, each.segment_id, each.version, each.spelling, document, found.as_of, found.cost_ms
            )
    now = Standing(since.number + 1, found.as_of, found.position)
    changes = _change(work, found, kept, unsettled, now)
    _save_dues(work, found, unsettled)
    keeping_store.delete_calls(driver, found.calls)
    keeping_store.save_standing(driver, now)
    return changes


def _still_asked(work: UnitOfWork, found: Found) -> list[tuple[int, Served]]:
    """The segments whose definition is what was asked, with their places."""
    asked_for = {each.segment_id: each.spelling for each in wanted(work)} if found.is_build else None
    now = keeping_store.spellings(work.driver) if asked_for is None else asked_for
    return [(place, each) for place, each in enumerate(found.segments) if now.get(each.segment_id) == each.spelling]


def _changed_after(work: UnitOfWork, position: int) -> Ids:
    """Customers merged, split or erased after a position which both the columns and the membership have reached.

    The columns' rows are read from PostgreSQL when they are written, so they can show a merge before its turn in the log.
    """
    changes = properties_after(work.driver, position, UNSETTLING_EVENTS)
    return rules.ids_from(
        int(each[role]) for each in changes for role in ("winner_id", "loser_id", "customer_id") if role in each
    )


def _change(
    work: UnitOfWork, found: Found, kept: Sequence[tuple[int, Served]], unsettled: Ids, now: Standing
) -> dict[int, Change]:
    ids = [each.segment_id for _, each in kept]
    chunks = keeping_store.chunks_of(work.driver, ids) if found.asked is None else np.empty(0, np.int64)
    frame = rules.frame_of(found.asked, found.ids, unsettled, chunks)
    counts: dict[int, tuple[int, int]] = {}
    telling = _Telling(work, now)
    for start in range(0, len(kept), SEGMENTS_AT_ONCE):
        some = kept[start : start + SEGMENTS_AT_ONCE]
        for segment, compared in _flip(work, found, frame, some):
            counts[segment.segment_id] = (len(compared.entered), len(compared.exited))
            if found.is_told:
                telling.tell(SEGMENT_ENTERED, segment, compared.entered, _reasons(found, compared.entered))
                telling.tell(SEGMENT_EXITED, segment, compared.exited, _reasons(found, compared.exited))
    sizes = keeping_store.save_changes(work.driver, counts if found.is_build else _nonzero(counts), found.as_of)
    return {each: Change(*counts[each], size=sizes.get(each, -1)) for each in counts if each in sizes}


def _flip(
    work: UnitOfWork, found: Found, frame: Frame, some: Sequence[tuple[int, Served]]
) -> list[tuple[Served, Compared]]:
    before = keeping_store.read_members(work.driver, [each.segment_id for _, each in some], frame.chunks)
    compared = [
        (segment, frame.compared(before[number], frame.packed(found.matches[place], len(found.ids))))
        for number, (place, segment) in enumerate(some)
    ]
    keeping_store.flip_members(work.driver, [(segment.segment_id, each.flips) for segment, each in compared])
    keeping_store.delete_chunks(
        work.driver, [(segment.segment_id, chunk) for segment, each in compared for chunk in each.emptied.tolist()]
    )
    return compared


def _nonzero(counts: Mapping[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    return {each: count for each, count in counts.items() if count != (0, 0)}


def _reasons(found: Found, ids: Ids) -> NDArray[np.uint8]:
    if found.asked is None:
        return np.broadcast_to(found.reasons[0], ids.shape)
    return found.reasons[np.searchsorted(found.asked, ids)]


class _Telling:
    """Appends batch by batch, so that a million entries never stand in memory at once. `number` makes the ids of this change: a
    customer who comes again later comes under another."""

    def __init__(self, work: UnitOfWork, now: Standing) -> None:
        self._work = work
        self._number = str(now.number)
        self._at = now.as_of or work.clock.now()
        self._waiting = 0

    def tell(self, name: str, segment: Served, customer_ids: Ids, reasons: NDArray[np.uint8]) -> None:
        if not len(customer_ids):
            return
        segment_id = str(segment.segment_id)
        properties = {int(each): _properties(segment.segment_id, segment.version, each) for each in Reason}
        for start in range(0, len(customer_ids), BATCH_SIZE_MAX):
            end = start + BATCH_SIZE_MAX
            some, why = customer_ids[start:end].tolist(), reasons[start:end].tolist()
            if self._waiting + len(some) > BATCH_SIZE_MAX:
                self._work.append_recorded()
                self._waiting = 0
            self._waiting += len(some)
            self._work.record(
                EncodedEvent(
                    name,
                    derived_hex(name, segment_id, self._number, str(customer_id)),
                    customer_id,
                    self._at,
                    SOURCE,
                    properties[code],
                )
                for customer_id, code in zip(some, why, strict=True)
            )


def _properties(segment_id: int, version: int, reason: Reason) -> bytes:
    return _encode({"segment_id": segment_id, "version": version, "reason": reason.word})


def _save_dues(work: UnitOfWork, found: Found, unsettled: Ids) -> None:
    """Who is not settled is due at once: what is not known yet will be known soon."""
    at_ms = milliseconds_of(found.as_of)
    settled = ~np.isin(found.ids, unsettled) & (found.due_ms != NEVER_MS)
    waiting = found.unsettled if found.asked is None else np.intersect1d(found.asked, unsettled, assume_unique=True)
    customer_ids = np.concatenate([found.ids[settled], waiting])
    due_ms = np.concatenate([found.due_ms[settled], np.full(len(waiting), at_ms, np.int64)])
    reasons = np.concatenate([np.full(int(settled.sum()), Reason.TIME, np.uint8), _reasons(found, waiting)])
    if found.is_build:
        keeping_store.lower_dues(work.driver, customer_ids, due_ms, reasons)
        return
    gone = None if found.asked is None else np.setdiff1d(found.asked, customer_ids, assume_unique=True)
    keeping_store.save_dues(work.driver, customer_ids, due_ms, reasons, gone)


def move_members(work: UnitOfWork, merges: Sequence[Merge]) -> None:
    """Follows merges and splits: membership moves from loser to winner, and nobody is told.

    The person was told in as the loser already; where the merged customer does not match, the next tick tells them out.
    """
    if not merges:
        return
    store.lock_membership(work.driver)
    involved = {customer for merge in merges for customer in (merge.winner_id, merge.loser_id)}
    members = store.segments_with(work.driver, involved)
    sizes: dict[int, tuple[int, int]] = {}
    for segment_id, before in sorted(members.items()):
        now = set(before)
        for merge in merges:
            if rules.follow(now, merge):
                work.record([_moved(work, segment_id, merge)])
        if flipped := before ^ now:
            store.flip(work.driver, segment_id, rules.bits_of(rules.ids_from(flipped)))
        if len(now) != len(before):
            sizes[segment_id] = (0, len(before) - len(now))
    keeping_store.change_sizes(work.driver, {each: -fewer for each, (_, fewer) in sizes.items()}, work.clock.now())
    keeping_store.delete_dues(work.driver, [merge.loser_id for merge in merges if not merge.is_split])


def _moved(work: UnitOfWork, segment_id: int, merge: Merge) -> NewEvent:
    return NewEvent(
        name=SEGMENT_MOVED,
        event_id=derived_id(SEGMENT_MOVED, merge.cause, segment_id, merge.winner_id, merge.loser_id),
        profile_id=merge.winner_id,
        occurred_at=work.clock.now(),
        source=SOURCE,
        properties={"segment_id": segment_id, "from_customer_id": merge.loser_id},
    )


def leave_segments(work: UnitOfWork, customer_ids: Collection[int]) -> dict[int, int]:
    """Takes customers who were erased out of all segments, and tells so; {customer_id: how many segments}."""
    store.lock_membership(work.driver)
    number = keeping_store.standing(work.driver).number
    members = store.segments_with(work.driver, customer_ids)
    states = keeping_store.states(work.driver, members)
    left: Counter[int] = Counter()
    for segment_id, leaving in sorted(members.items()):
        store.flip(work.driver, segment_id, rules.bits_of(rules.ids_from(leaving)))
        version = (states[segment_id].version if segment_id in states else None) or 0
        work.record(_exits(work, segment_id, version, number, sorted(leaving)))
        left.update(leaving)
    keeping_store.save_changes(work.driver, {each: (0, len(members[each])) for each in members}, work.clock.now())
    keeping_store.forget_customers(work.driver, list(customer_ids))
    return dict(left)


def _exits(
    work: UnitOfWork, segment_id: int, version: int, number: int, customer_ids: Sequence[int]
) -> Iterator[EncodedEvent]:
    properties = _properties(segment_id, version, Reason.ERASURE)
    for customer_id in customer_ids:
        yield EncodedEvent(
            name=SEGMENT_EXITED,
            event_id=derived_hex(SEGMENT_EXITED, "erasure", str(segment_id), str(number), str(customer_id)),
            profile_id=customer_id,
            occurred_at=work.clock.now(),
            source=SOURCE,
            properties_json=properties,
        )


def forget(work: UnitOfWork, segment_id: int) -> None:
    """Takes a segment's members away with all that was kept of it. Nobody is told to have left."""
    store.lock_membership(work.driver)
    keeping_store.forget(work.driver, segment_id)


def take_on(work: UnitOfWork, segment_id: int) -> None:
    """Has the version just published in force at once where it comes to what is kept true already: a name alone was changed."""
    for each in wanted(work):
        if each.segment_id == segment_id:
            keeping_store.save_version(work.driver, segment_id, each.version, each.spelling)


def hold(work: UnitOfWork, segment_id: int) -> None:
    """Keeps a segment's members as they are from now on."""
    store.lock_membership(work.driver)
    keeping_store.hold(work.driver, segment_id)


def make_due(work: UnitOfWork, customer_ids: Collection[int] | Ids, reason: Reason = Reason.LIST) -> None:
    """Has these customers looked at again at once: something about them changed that is not in the log."""
    ids = np.fromiter(customer_ids, np.uint64, len(customer_ids))
    if len(ids):
        keeping_store.insert_calls(work.driver, ids, reason)
