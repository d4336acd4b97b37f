"""Finds everybody who is in segments that are new, were changed, resumed, or refer to what was changed.

All that wait are asked about together, of everybody, while the versions before go on serving and being kept true. Then, in the
place of a tick, what happened meanwhile is caught up with, and the new members take the place of the old: a few segments in one
transaction, so that however many and large they are, nobody who waits for membership waits for long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import NEVER_MS, Change, Found, Ids, Reason, Served, Standing
from siyu.engines.audience.dirty import CUSTOMERS_MAX, asked_events, touched
from siyu.engines.audience.evaluate import Answers
from siyu.engines.audience.keeping import (
    LOCK,
    Audience,
    alone,
    answers_to,
    instant_of,
    position_of,
    tick_held,
)
from siyu.engines.audience.merges import ACTOR, catch_up_with_merges
from siyu.engines.audience.sets import StoredSets
from siyu.kernel.clock import milliseconds_of
from siyu.kernel.errors import BusyError
from siyu.platform.columns.errors import ColumnsError
from siyu.platform.numbers import distinct

BUILD_LOCK = "audience.build"
BITS_AT_ONCE = 20_000_000
"""How many answers, of one customer about one segment, are put in place in one transaction, but for what has to come together."""
TICK_WAIT_SECONDS = 60
"""How long a build waits for the tick that is running."""


@dataclass(frozen=True, slots=True)
class _Build:
    """What was found about everybody, and where it was found."""

    served: list[Served]
    sets: StoredSets
    position: int
    as_of: datetime
    answers: Answers


def build_waiting(audience: Audience, *, is_told: bool = True, wait_seconds: int = 0) -> dict[int, Change]:
    """Builds all segments that wait for it, together; {segment: change} of those that came into force. BusyError where another
    process is at it, or the columns are behind. ColumnsError where the columns refuse one of them, after the others are built.
    Without `is_told` nobody is told to have entered or exited."""
    with audience.database.read() as reading:
        if not segments_reading.waiting(reading):
            return {}
    with alone(audience.database, BUILD_LOCK, wait_seconds=wait_seconds) as is_ours:
        if not is_ours:
            raise BusyError("Segments are being built.", retry_after_seconds=TICK_WAIT_SECONDS)
        try:
            return _build(audience, None, is_told=is_told)
        except ColumnsError:
            _build_each(audience, is_told=is_told)
            raise


def _build_each(audience: Audience, *, is_told: bool) -> None:
    """One after the other, so that one that the columns refuse keeps no other waiting."""
    with audience.database.read() as reading:
        waiting = [each.segment_id for each in segments_reading.waiting(reading)]
    for segment_id in waiting if len(waiting) > 1 else ():
        with suppress(ColumnsError):
            _build(audience, segment_id, is_told=is_told)


def _build(audience: Audience, segment_id: int | None, *, is_told: bool) -> dict[int, Change]:
    build = _find(audience, segment_id)
    if build is None:
        return {}
    with alone(audience.database, LOCK, wait_seconds=TICK_WAIT_SECONDS) as may_change:
        if not may_change:
            raise BusyError("Other segments are being looked at.", retry_after_seconds=TICK_WAIT_SECONDS)
        return _put_in_place(audience, build, is_told=is_told)


def _find(audience: Audience, segment_id: int | None) -> _Build | None:
    catch_up_with_merges(audience.database)
    with audience.database.read() as reading:
        waiting = segments_reading.waiting(reading)
        served = [each for each in waiting if segment_id is None or each.segment_id == segment_id]
        position = position_of(audience, reading)
        as_of = instant_of(audience, segments_reading.standing(reading))
    if not served:
        return None
    sets = StoredSets(audience.database)
    return _Build(served, sets, position, as_of, answers_to(audience, served, as_of, position, None, sets))


def _put_in_place(audience: Audience, build: _Build, *, is_told: bool) -> dict[int, Change]:
    """After a tick everything that is in force is true at one position and one instant; the build is brought there too."""
    tick_held(audience)
    with audience.database.read() as reading:
        now = segments_reading.standing(reading)
    if now.as_of is None or now.position < build.position or now.as_of < build.as_of:
        raise BusyError("The clock or the columns went back; it begins anew.", retry_after_seconds=1)
    answers = _caught_up(audience, build, now, now.as_of)
    changes: dict[int, Change] = {}
    # The dues of all come with the first: to be looked at too early does no harm.
    due_ms, never = answers.due_ms, np.full(len(answers.ids), NEVER_MS, np.int64)
    for places in _pieces(audience, build.served, len(answers.ids)):
        found = Found(
            segments=[build.served[place] for place in places],
            ids=answers.ids,
            matches=[answers.matches[place] for place in places],
            due_ms=due_ms,
            unsettled=answers.unsettled,
            asked=None,
            reasons=np.array([Reason.BUILT], np.uint8),
            since=now,
            as_of=now.as_of,
            position=now.position,
            is_build=True,
            is_told=is_told,
        )
        with audience.database.begin() as work:
            applied = segments.apply_found(work, ACTOR, found)
        if applied is None:  # somebody else ticked: what is left goes on waiting
            break
        changes |= applied
        now, due_ms = replace(now, number=now.number + 1), never
    return changes


def _pieces(audience: Audience, served: Sequence[Served], customers: int) -> Iterator[list[int]]:
    """The places of the segments that are put in place together. The stages of a ladder always are: who changes from one to
    another does so in one moment."""
    with audience.database.read() as reading:
        ladders = segments_reading.ladders_of(reading, [each.segment_id for each in served])
    together: dict[tuple[bool, int], list[int]] = {}
    for place, each in enumerate(served):
        ladder_id = ladders.get(each.segment_id)
        key = (False, each.segment_id) if ladder_id is None else (True, ladder_id)
        together.setdefault(key, []).append(place)
    piece: list[int] = []
    for places in together.values():
        if piece and (len(piece) + len(places)) * customers > BITS_AT_ONCE:
            yield piece
            piece = []
        piece += places
    if piece:
        yield piece


def _caught_up(audience: Audience, build: _Build, now: Standing, as_of: datetime) -> Answers:
    """What was found, as of now: those are asked about again to whom something happened since, whose time came, who came to or
    left a list, or who were not settled then."""
    names = {*audience.row_events, *asked_events(each.document for each in build.served)}
    with audience.database.read() as reading:
        since = touched(reading, build.position, now.position, names)
    if since is None:
        return answers_to(audience, build.served, as_of, now.position, None)
    changed = build.sets.changed()
    dirty: Ids = distinct(
        np.concatenate(
            [
                np.fromiter(since, np.uint64, len(since)),
                build.answers.ids[build.answers.due_ms <= milliseconds_of(as_of)],
                build.answers.unsettled,
                changed,
            ]
        )
    )
    if not len(dirty):
        return build.answers
    if len(dirty) > CUSTOMERS_MAX:
        return answers_to(audience, build.served, as_of, now.position, None)
    return overlaid(build.answers, answers_to(audience, build.served, as_of, now.position, dirty), dirty)


def overlaid(first: Answers, later: Answers, asked: Ids) -> Answers:
    """Answers about everybody in which those about `asked` are replaced by later ones."""
    stay = ~np.isin(first.ids, asked, assume_unique=True)
    ids = np.concatenate([first.ids[stay], later.ids])
    order = np.argsort(ids, kind="stable")
    matches = []
    for before, after in zip(first.matches, later.matches, strict=True):
        plain = np.concatenate(
            [np.unpackbits(before, count=len(first.ids))[stay], np.unpackbits(after, count=len(later.ids))]
        )
        matches.append(np.packbits(plain[order]))
    due_ms = np.concatenate([first.due_ms[stay], later.due_ms])[order]
    return Answers(ids[order], matches, due_ms, later.unsettled)
