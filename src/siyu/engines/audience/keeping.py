"""Keeps membership true as things happen: a tick looks again at the customers something happened to, or whose time has come.

One process ticks at a time. What it asks the columns is answered as of one instant and up to one position of the log; then
membership, events, dues and the cursor change in one transaction. What a tick costs follows the number of customers it
looks at, not the number there are.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import (
    MERGE_CONSUMER,
    Change,
    Found,
    Ids,
    Reason,
    Served,
    Standing,
)
from siyu.engines.audience.dirty import asked_events, in_order, touched
from siyu.engines.audience.evaluate import Answers, evaluate
from siyu.engines.audience.halves import asked_in_parts
from siyu.engines.audience.merges import ACTOR, catch_up_with_merges
from siyu.engines.audience.sets import StoredSets
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.consuming import slowest_position
from siyu.platform.metrics import AUDIENCE_CUSTOMERS, AUDIENCE_FLIPS, AUDIENCE_TICK_SECONDS
from siyu.platform.postgres.database import Database, Reading
from siyu.platform.postgres.locks import held

LOCK = "audience"
STEP_BACK_MAX = timedelta(minutes=2)
"""A clock that steps back by no more is waited for; by more, everybody is looked at again as of the new time."""
DUES_AT_ONCE = 100_000
"""Of those whose time has come so many are looked at in one tick, the longest due first and the others in the next: where a day
begins it can have come for everybody, and a tick is to stay short and its memory bounded."""
TOUCH_EVERY = timedelta(seconds=60)
"""How old the word "true as of" may become where nothing happens."""

_NOBODY: Ids = np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True)
class Audience:
    """What keeping needs. `projectors` are the consumers of the log that fill the columns, `zone` is where days begin, after
    `row_events` a customer's row in the columns is written anew."""

    database: Database
    columns: Columns
    projectors: tuple[str, ...]
    zone: ZoneInfo
    row_events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did: how many customers it looked at (None: everybody), and {segment: change} of those that changed.
    Not `is_whole`: of those whose time had come some are left to the next."""

    customers: int | None
    changes: dict[int, Change]
    position: int
    as_of: datetime
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class _Question:
    """What a tick has to ask. `whom` None is everybody; `reasons` goes with it."""

    since: Standing
    served: list[Served]
    position: int
    as_of: datetime
    whom: Ids | None
    reasons: NDArray[np.uint8]
    calls: list[int]
    is_whole: bool


def tick_once(audience: Audience) -> Ticked | None:
    """Looks at whom it is time for. None where there is nothing to do, or another process is at it."""
    if not has_work(audience):
        return None
    with alone(audience.database, LOCK) as is_ours:
        return tick_held(audience) if is_ours else None


def has_work(audience: Audience) -> bool:
    """Whether anything happened that was not looked at, or anybody's time has come. Asks a little of PostgreSQL alone."""
    with audience.database.read() as reading:
        since = segments_reading.standing(reading)
        if since.as_of is None:
            return True
        now = audience.database.clock.now()
        if now - since.as_of >= TOUCH_EVERY or since.as_of - now > STEP_BACK_MAX:
            return True
        if (slowest_position(reading.driver, audience.projectors) or 0) > since.position:
            return True
        return segments_reading.next_due_ms(reading) <= milliseconds_of(max(now, since.as_of))


def tick_held(audience: Audience) -> Ticked | None:
    """A tick of whoever holds the lock; None where the columns are behind what was seen already."""
    started = time.perf_counter()
    catch_up_with_merges(audience.database)
    question = _ask(audience)
    if question is None:
        return None
    answers = _answer(audience, question)
    found = Found(
        segments=question.served,
        ids=answers.ids,
        matches=answers.matches,
        due_ms=answers.due_ms,
        unsettled=answers.unsettled,
        asked=question.whom,
        reasons=question.reasons,
        since=question.since,
        as_of=question.as_of,
        position=question.position,
        calls=question.calls,
    )
    with audience.database.begin() as work:
        changes = segments.apply_found(work, ACTOR, found)
    if changes is None:
        return None
    looked_at = None if question.whom is None else len(question.whom)
    AUDIENCE_TICK_SECONDS.observe(time.perf_counter() - started)
    AUDIENCE_CUSTOMERS.inc(len(answers.ids) if looked_at is None else looked_at)
    AUDIENCE_FLIPS.inc(sum(each.entered + each.exited for each in changes.values()))
    return Ticked(looked_at, changes, question.position, question.as_of, question.is_whole)


def _ask(audience: Audience) -> _Question | None:
    with audience.database.read() as reading:
        since = segments_reading.standing(reading)
        position = position_of(audience, reading)
        if position < since.position:
            return None
        as_of = instant_of(audience, since)
        served = segments_reading.kept(reading)
        is_whole = True
        calls = segments_reading.calls(reading)
        if since.as_of is not None and as_of < since.as_of:
            whom, reasons = everybody(Reason.TIME)
        else:
            names = {*audience.row_events, *asked_events(each.document for each in served)}
            found = touched(reading, since.position, position, names)
            if found is None:
                whom, reasons = everybody(Reason.EVENT)
            else:
                why = segments_reading.due(reading, milliseconds_of(as_of), DUES_AT_ONCE)
                is_whole = len(why) < DUES_AT_ONCE
                why.update({each.customer_id: each.reason for each in calls})
                whom, reasons = in_order({**why, **found})
    return _Question(since, served, position, as_of, whom, reasons, [each.call_id for each in calls], is_whole)


def everybody(reason: Reason) -> tuple[Ids | None, NDArray[np.uint8]]:
    """As `in_order`, where it would be too many to tell."""
    return None, np.array([reason], np.uint8)


def _answer(audience: Audience, question: _Question) -> Answers:
    if not question.served or (question.whom is not None and not len(question.whom)):
        return Answers(_NOBODY, [np.empty(0, np.uint8) for _ in question.served], np.empty(0, np.int64), _NOBODY)
    return answers_to(audience, question.served, question.as_of, question.position, question.whom)


def answers_to(
    audience: Audience,
    served: list[Served],
    as_of: datetime,
    position: int,
    whom: Ids | None,
    sets: StoredSets | None = None,
) -> Answers:
    """Who matches what is served, of everybody or of `whom`, and when each is due."""
    ask = partial(
        evaluate,
        audience.columns,
        as_of=as_of,
        zone=audience.zone,
        sets=sets or StoredSets(audience.database),
        whom=whom,
        upto=position,
        wants_due=True,
    )
    return asked_in_parts(ask, [each.document for each in served])


def position_of(audience: Audience, reading: Reading) -> int:
    """Up to where in the log both the columns and the membership have followed."""
    return slowest_position(reading.driver, (*audience.projectors, MERGE_CONSUMER)) or 0


def instant_of(audience: Audience, since: Standing) -> datetime:
    """The instant to ask as of: never before the last, unless the clock was set back for good."""
    now = audience.database.clock.now()
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    if since.as_of is not None and timedelta() < since.as_of - now <= STEP_BACK_MAX:
        return since.as_of
    return now


@contextmanager
def alone(database: Database, name: str, *, wait_seconds: int = 0) -> Iterator[bool]:
    """Whether this process now holds the lock."""
    with database.autocommit() as driver, held(driver, name, wait_seconds=wait_seconds) as is_ours:
        yield is_ours
