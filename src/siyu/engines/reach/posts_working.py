"""Tasks of posts one by one, as those of mass messages (`tasks_working`): asked for, looked at, reminded of, cancelled at the end
of their window and read a last time. Moments are heard for some days more: what customers said to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.sends import reading as sends_reading
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import MadePost, PostKind, PostOutcome, PostTask, PostTasks, PostTaskState, SendRules
from siyu.engines.reach.gate import ACTOR
from siyu.engines.reach.tasks_working import (
    CANCELLED,
    CONFIGURATION_WAIT,
    ENDED_AFTER,
    LEASE,
    LOOKED_UP_AFTER,
    OFTEN,
    OFTEN_FOR,
    OFTEN_REMINDED,
    SELDOM,
    SOON,
)
from siyu.kernel.clock import real_span
from siyu.platform.postgres.database import Database, UnitOfWork

AT_ONCE = 20
HEARD_EVERY: Final = timedelta(hours=12)
HEARD_FOR: Final = timedelta(days=3)
REPLY_UNTIL: Final = timedelta(hours=23)
"""A job of WeCom's is known for a day."""
UNKNOWN_JOB, GONE_POST = 40035, 41060
NOBODY_LEFT: Final = 41048

Ports = Mapping[tuple[str, PostKind], PostTasks]


def work_posts_once(database: Database, ports: Ports, rules: SendRules) -> int:
    """Does what is due about tasks of posts; gives about how many."""
    done = 0
    while ports and done < AT_ONCE:
        with database.begin() as work:
            task = sends.claim_post_task(work, ACTOR, list(ports), work.clock.now() + real_span(work.clock, LEASE))
        if task is None:
            break
        done += 1
        try:
            _work(database, ports[task.corp_id, task.kind], task, rules)
        except SourceRefusedError as error:
            with database.begin() as work:
                _refused(work, task, error)
    return done


def _work(database: Database, port: PostTasks, task: PostTask, rules: SendRules) -> None:
    now = database.clock.now()
    match task.state:
        case PostTaskState.ASKING:
            _make(database, port, task)
        case PostTaskState.CLOSING:
            _close(database, port, task)
        case PostTaskState.HEARD:
            _hear(database, port, task)
        case _ if not task.outside_id:
            _follow_job(database, port, task)
        case _ if now < task.ends_at:
            _read(database, port, task)
            _remind(database, port, task, rules)
            with database.begin() as work:
                if sends_reading.waiting_posts(work, task):
                    sends.move_post_task(work, ACTOR, task, PostTaskState.OPEN, _next_look(task, now))
                else:
                    _leave(work, task)
        case _:
            _read(database, port, task)
            port.cancel(task)
            with database.begin() as work:
                sends.move_post_task(work, ACTOR, task, PostTaskState.CLOSING, now + SOON)


def _make(database: Database, port: PostTasks, task: PostTask) -> None:
    with database.begin() as work:
        waiting = sends_reading.waiting_posts(work, task)
        known = sends.known_posts(work, ACTOR, task)
    now = database.clock.now()
    found = port.find(task, now, known) if task.attempts > 1 else None
    if found is None and (now >= task.ends_at or not waiting):
        with database.begin() as work:
            _end(work, task, PostOutcome.NOT_CONFIRMED)
        return
    if found is not None:
        with database.begin() as work:
            sends.keep_made_post(work, ACTOR, task, found, "", now + SOON)
        return
    made = port.make(task, sorted(waiting))
    with database.begin() as work:
        sends.keep_made_post(work, ACTOR, task, made.outside_id, made.job_id, work.clock.now() + SOON)
        sends.settle_posts(work, ACTOR, _gone(waiting, made))


def _gone(waiting: Mapping[str, int], made: MadePost) -> dict[int, PostOutcome]:
    """What WeCom would not take; userids come in any case."""
    failed = {each.lower() for each in made.failed}
    return {post: PostOutcome.GONE for subject, post in waiting.items() if subject.lower() in failed}


def _follow_job(database: Database, port: PostTasks, task: PostTask) -> None:
    """WeCom makes it in a job; one that is not heard of in time is given up."""
    now = database.clock.now()
    made = port.made(task.job_id) if now - task.asked_at < REPLY_UNTIL else None
    if made is None and now - task.asked_at >= REPLY_UNTIL:
        with database.begin() as work:
            _end(work, task, PostOutcome.NOT_CONFIRMED)
        return
    with database.begin() as work:
        if made is None:
            sends.move_post_task(work, ACTOR, task, PostTaskState.OPEN, now + SOON)
            return
        waiting = sends_reading.waiting_posts(work, task)
        sends.keep_made_post(work, ACTOR, task, made.outside_id, task.job_id, now + SOON)
        sends.settle_posts(work, ACTOR, _gone(waiting, made))


def _read(database: Database, port: PostTasks, task: PostTask) -> None:
    outcomes = port.outcomes(task)
    with database.begin() as work:
        waiting = sends_reading.waiting_posts(work, task)
        lower = {subject.lower(): outcome for subject, outcome in outcomes.items()}  # userids come in any case
        found = {post: lower[subject.lower()] for subject, post in waiting.items() if subject.lower() in lower}
        sends.settle_posts(work, ACTOR, found)


def _remind(database: Database, port: PostTasks, task: PostTask, rules: SendRules) -> None:
    """At even distances within the window, as long as something waits."""
    now = database.clock.now()
    if task.reminders >= rules.reminders_max:
        return
    if now < task.asked_at + (task.ends_at - task.asked_at) * (task.reminders + 1) / (rules.reminders_max + 1):
        return
    with database.read() as reading:
        if not sends_reading.waiting_posts(reading, task):
            return
    try:
        if not port.remind(task):
            return
    except SourceRefusedError as error:
        if error.errcode != OFTEN_REMINDED:
            raise
    with database.begin() as work:
        sends.note_post_reminder(work, ACTOR, task)


def _close(database: Database, port: PostTasks, task: PostTask) -> None:
    """It is cancelled: what came in last is read, as far as WeCom still tells."""
    try:
        _read(database, port, task)
    except SourceRefusedError as error:
        if error.errcode not in (CANCELLED, GONE_POST):
            raise
    with database.begin() as work:
        _end(work, task, PostOutcome.NOT_CONFIRMED)


def _hear(database: Database, port: PostTasks, task: PostTask) -> None:
    """What customers said to a moment, with each member who published it."""
    with database.read() as reading:
        sent = sends_reading.sent_posts(reading, task)
    heard: dict[int, tuple[int, int]] = {}
    for subject, post in sent.items():
        try:
            heard[post] = port.remarks(task, subject)
        except SourceRefusedError as error:
            if error.refusal not in (Refusal.FINAL, Refusal.GONE) or error.errcode == GONE_POST:
                raise  # else this member is gone, and the others are not
    with database.begin() as work:
        for post, (likes, comments) in heard.items():
            sends.keep_remarks(work, ACTOR, post, likes, comments)
        now = work.clock.now()
        is_over = now >= task.asked_at + HEARD_FOR
        state = PostTaskState.CLOSED if is_over else PostTaskState.HEARD
        sends.move_post_task(work, ACTOR, task, state, now + HEARD_EVERY)


def _end(work: UnitOfWork, task: PostTask, outcome: PostOutcome, refusal: int = 0) -> None:
    """Whatever still waits has this outcome."""
    sends.settle_posts(work, ACTOR, dict.fromkeys(sends_reading.waiting_posts(work, task).values(), outcome))
    if refusal:
        sends.move_post_task(work, ACTOR, task, PostTaskState.REFUSED, work.clock.now(), refusal=refusal)
    else:
        _leave(work, task)


def _leave(work: UnitOfWork, task: PostTask) -> None:
    """Nothing waits any more: it is closed, or a moment that somebody published is heard."""
    now = work.clock.now()
    is_heard = task.kind is PostKind.MOMENT and bool(sends_reading.sent_posts(work, task))
    sends.move_post_task(work, ACTOR, task, PostTaskState.HEARD if is_heard else PostTaskState.CLOSED, now + SELDOM)


def _refused(work: UnitOfWork, task: PostTask, error: SourceRefusedError) -> None:
    now = work.clock.now()
    is_final = error.refusal in (Refusal.FINAL, Refusal.GONE)
    if task.state is PostTaskState.HEARD and is_final:  # whoever is gone says nothing more
        sends.move_post_task(work, ACTOR, task, PostTaskState.CLOSED, now, refusal=error.errcode)
    elif error.errcode in (CANCELLED, GONE_POST) and task.outside_id:  # somebody did so in WeCom's console
        _end(work, task, PostOutcome.NOT_CONFIRMED)
    elif is_final and (task.state is PostTaskState.ASKING or (not task.outside_id and error.errcode != UNKNOWN_JOB)):
        nobody = error.errcode == NOBODY_LEFT
        _end(work, task, PostOutcome.GONE if nobody else PostOutcome.REFUSED, refusal=error.errcode)
    elif is_final and task.outside_id and now >= task.ends_at + ENDED_AFTER:
        _end(work, task, PostOutcome.NOT_CONFIRMED)
    else:  # one that was being asked for stays so: whether it was made is looked up first
        wait = max(timedelta(seconds=error.wait_seconds), SOON)
        wait = max(wait, LOOKED_UP_AFTER) if task.state is PostTaskState.ASKING else wait
        wait = max(wait, CONFIGURATION_WAIT) if error.refusal is Refusal.CONFIGURATION else wait
        sends.move_post_task(work, ACTOR, task, task.state, now + wait, refusal=error.errcode)


def _next_look(task: PostTask, now: datetime) -> datetime:
    return min(now + (OFTEN if now - task.asked_at < OFTEN_FOR else SELDOM), max(task.ends_at, now + SOON))
