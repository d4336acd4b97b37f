"""Mass tasks one by one: asked for, looked at, reminded of, cancelled at the end of their window and read a last time.

That a task is being asked for is committed before the call. Whoever is killed in between, or gets no answer, leaves a task of which
nobody knows: the next looks it up by its content among those that WeCom has and nobody here knows, and only then asks. Only one
task of a corp is in that state at a time.

A message that nobody confirmed is settled after the task was cancelled, never before: only then may another channel have it.
After a cancellation WeCom tells nothing more of a task (41093), so it is read right before, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from siyu.domain.contacts import reading as contacts
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import ClaimedMessage, FailedReason, MessageState, Settlement
from siyu.domain.sends import reading as sends_reading
from siyu.domain.sends import service as sends
from siyu.domain.sends.contracts import MassTasks, Outcome, SendRules, Task, TaskState
from siyu.engines.reach.gate import ACTOR
from siyu.kernel.clock import real_span
from siyu.platform.postgres.database import Database, UnitOfWork

LEASE = timedelta(minutes=5)
AT_ONCE = 50
SOON, OFTEN, SELDOM = timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=5)
OFTEN_FOR = timedelta(hours=1)
CONFIGURATION_WAIT = timedelta(minutes=5)
LOOKED_UP_AFTER = timedelta(minutes=1)
"""What was asked for without an answer may still be on its way."""
ENDED_AFTER: Final = timedelta(hours=1)
"""So long after its end a task is asked about that WeCom refuses to tell of, or to take back."""
NEXT_DAY: Final = timedelta(hours=12)
"""What nobody confirmed by the evening waits so long, if its send goes on."""

CANCELLED, NOBODY_LEFT, OFTEN_REMINDED = 41093, 41048, 41094
"""WeCom's codes: of a task that was cancelled, of one without anybody to send to, of one reminder too many."""
MEDIA = frozenset({40007, 40145})


def work_tasks_once(database: Database, ports: Mapping[str, MassTasks], rules: SendRules) -> int:
    """Does what is due about tasks; gives about how many. `ports` by corp."""
    done = 0
    while ports and done < AT_ONCE:
        with database.begin() as work:
            task = sends.claim_task(work, ACTOR, list(ports), work.clock.now() + real_span(work.clock, LEASE))
        if task is None:
            break
        done += 1
        try:
            _work(database, ports[task.corp_id], task, rules)
        except SourceRefusedError as error:
            with database.begin() as work:
                _refused(work, task, error)
    return done


def _work(database: Database, port: MassTasks, task: Task, rules: SendRules) -> None:
    now = database.clock.now()
    if task.state is TaskState.ASKING:
        _make(database, port, task)
    elif task.state is TaskState.CLOSING:
        _close(database, port, task)
    elif now < task.ends_at:
        _read(database, port, task)
        _remind(database, port, task, rules)
        with database.begin() as work:
            if sends_reading.has_waiting(work, task):
                sends.move_task(work, ACTOR, task, TaskState.OPEN, _next_look(task, now))
            else:
                sends.move_task(work, ACTOR, task, TaskState.CLOSED, now)
    else:
        _read(database, port, task)
        _unless(CANCELLED, lambda: port.cancel(task.msgid))
        with database.begin() as work:
            sends.move_task(work, ACTOR, task, TaskState.CLOSING, work.clock.now())


def _make(database: Database, port: MassTasks, task: Task) -> None:
    with database.begin() as work:
        profile_ids = sends_reading.waiting_profiles(work, task)
        named = contacts.external_userids(work, profile_ids)
        known = sends.known_msgids(work, ACTOR, task)
    failed: frozenset[str] = frozenset()
    msgid = port.find(task, database.clock.now(), known) if task.attempts > 1 else None
    if msgid is None:
        if database.clock.now() >= task.ends_at or not named:
            with database.begin() as work:
                _end(work, task, Outcome.NOT_CONFIRMED)
            return
        made = port.make(task, sorted(set(named.values())))
        msgid, failed = made.msgid, frozenset(made.failed)
    with database.begin() as work:
        sends.keep_made(work, ACTOR, task, msgid, work.clock.now() + SOON)
        gone = {each for each in profile_ids if named.get(each) is None or named[each] in failed}
        if gone:
            _settle(work, task, sends.settle_rest(work, ACTOR, task, Outcome.NOT_A_FRIEND, gone))


def _read(database: Database, port: MassTasks, task: Task) -> None:
    """What members have confirmed, and what became of it; who has which customers is learned with it."""
    shares = port.shares(task.msgid)
    with database.begin() as work:
        to_read = sends.keep_shares(work, ACTOR, task, shares)
        named = contacts.external_userids(work, sends_reading.waiting_profiles(work, task)) if to_read else {}
    profile_of = {external_userid: profile_id for profile_id, external_userid in named.items()}
    for userid, is_confirmed in to_read:
        results = port.results(task.msgid, userid)
        with database.begin() as work:
            is_last = is_confirmed and all(each.outcome is not Outcome.WAITING for each in results)  # WeCom may lag
            settled = sends.keep_results(work, ACTOR, task, userid, results, profile_of, is_last=is_last)
            _settle(work, task, settled)


def _remind(database: Database, port: MassTasks, task: Task, rules: SendRules) -> None:
    """Reminds members every so often, sooner where the window is short, as long as something waits."""
    now = database.clock.now()
    if task.reminders >= rules.reminders_max:
        return
    distance = min(rules.remind_after, (task.ends_at - task.asked_at) / (rules.reminders_max + 1))
    if now < (task.reminded_at or task.asked_at) + distance:
        return
    with database.read() as reading:
        if not sends_reading.has_waiting(reading, task):
            return
    _unless(OFTEN_REMINDED, lambda: port.remind(task.msgid))
    with database.begin() as work:
        sends.note_reminder(work, ACTOR, task)


def _close(database: Database, port: MassTasks, task: Task) -> None:
    """The task is cancelled: what came in last is read, as far as WeCom still tells, and what nobody confirmed is settled."""
    _unless(CANCELLED, lambda: _read(database, port, task))
    with database.begin() as work:
        _end(work, task, Outcome.NOT_CONFIRMED)


def _end(work: UnitOfWork, task: Task, outcome: Outcome, refusal: int = 0) -> None:
    state = TaskState.REFUSED if refusal else TaskState.CLOSED
    sends.move_task(work, ACTOR, task, state, work.clock.now(), refusal=refusal)
    _settle(work, task, sends.settle_rest(work, ACTOR, task, outcome), refusal)


def _settle(work: UnitOfWork, task: Task, outcomes: Mapping[int, Outcome], refusal: int = 0) -> None:
    """The messages get the outcomes of their parts, in the same unit of work."""
    if not outcomes:
        return
    claimed = messages_reading.awaiting_staff(work, outcomes)
    again_at = task.ends_at + NEXT_DAY
    messages.settle(work, ACTOR, [settlement(each, outcomes[each.message_id], again_at, refusal) for each in claimed])


def settlement(message: ClaimedMessage, outcome: Outcome, again_at: datetime, refusal: int) -> Settlement:
    """What the outcome of its part makes of a message."""
    match outcome:
        case Outcome.SENT:
            return Settlement(message, MessageState.DELIVERED)
        case Outcome.NOT_A_FRIEND:
            return Settlement(message, MessageState.FAILED, FailedReason.NOT_A_FRIEND.value, is_permanent=True)
        case Outcome.OVER_QUOTA:
            return Settlement(message, MessageState.FAILED, FailedReason.OVER_QUOTA.value)
        case Outcome.REFUSED:
            reason = FailedReason.EXPIRED_MEDIA.value if refusal in MEDIA else f"refused_{refusal}"
            return Settlement(message, MessageState.FAILED, reason, is_permanent=True)
        case Outcome.UNKNOWN:
            return Settlement(message, MessageState.FAILED, FailedReason.OUTCOME_UNKNOWN.value, is_permanent=True)
        case Outcome.NOT_CONFIRMED | Outcome.WAITING:
            reason = FailedReason.NOT_CONFIRMED.value
            if message.expires_at is not None and again_at < message.expires_at:
                return Settlement(message, MessageState.REQUESTED, reason, again_at, counts_as_attempt=False)
            return Settlement(message, MessageState.FAILED, reason)


def _refused(work: UnitOfWork, task: Task, error: SourceRefusedError) -> None:
    now = work.clock.now()
    wait = max(timedelta(seconds=error.wait_seconds), SOON)
    if error.errcode == CANCELLED:  # somebody did so in WeCom's console
        _end(work, task, Outcome.NOT_CONFIRMED)
    elif task.state is TaskState.ASKING and error.refusal in (Refusal.FINAL, Refusal.GONE):
        nobody = error.errcode == NOBODY_LEFT
        _end(work, task, Outcome.NOT_A_FRIEND if nobody else Outcome.REFUSED, refusal=error.errcode)
    elif (
        error.refusal in (Refusal.FINAL, Refusal.GONE)
        and task.state is not TaskState.ASKING
        and now >= task.ends_at + ENDED_AFTER
    ):
        _end(work, task, Outcome.NOT_CONFIRMED)
    else:  # one that was being asked for stays so: whether it was made is looked up first
        wait = max(wait, LOOKED_UP_AFTER) if task.state is TaskState.ASKING else wait
        wait = max(wait, CONFIGURATION_WAIT) if error.refusal is Refusal.CONFIGURATION else wait
        sends.move_task(work, ACTOR, task, task.state, now + wait, refusal=error.errcode)


def _unless(errcode: int, call: Callable[[], None]) -> None:
    """Makes a call; what is refused with this code was done before, or is of no use any more."""
    try:
        call()
    except SourceRefusedError as error:
        if error.errcode != errcode:
            raise


def _next_look(task: Task, now: datetime) -> datetime:
    return min(now + (OFTEN if now - task.asked_at < OFTEN_FOR else SELDOM), max(task.ends_at, now + SOON))
