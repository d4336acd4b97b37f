"""Verbs for messages that were out of hand for a while: what is told of them later, which channel is asked next, and what staff
send by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from siyu.domain.company.service import record_audit
from siyu.domain.customers.reading import keepers_of, page_key
from siyu.domain.messages import ending_store, gate_store, rules, store, telling
from siyu.domain.messages.contracts import (
    HAND,
    MESSAGE_AWAITING_STAFF,
    MESSAGE_CANCELLED,
    STRANDED_AFTER,
    ClaimedMessage,
    FailedReason,
    HandTask,
    HandTaskState,
    HeldReason,
    MessageRequest,
    MessageState,
    Settlement,
    UnknownHandTaskError,
)
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

RUN_RIGHT = "messages.run"
FELL_BACK = "fell_back"
TIME_AFTER_STAFF = timedelta(days=1)


def settle(work: UnitOfWork, actor: Actor, settlements: Sequence[Settlement]) -> int:
    """Writes down what became of claimed messages, and tells the final outcomes. What another worker has taken over
    meanwhile is left to it. Gives how many it settled."""
    actor.require(RUN_RIGHT)
    rows = store.settle(work.driver, settlements, work.clock.now())
    settled = {row.message_id for row in rows}
    work.record(
        event for each in settlements if each.message.message_id in settled for event in telling.settled(work, each)
    )
    count_outcomes(work, [(row.channel, row.day_on, "", row.state) for row in rows])
    return len(rows)


def count_outcomes(work: UnitOfWork, outcomes: Sequence[tuple[str, date | None, str, str]]) -> None:
    """Keeps how often each channel got through of late: (channel, business day, state that was counted before or "", state) of each
    message. Each counts once, as what is known of it now."""
    through = (MessageState.SENT, MessageState.DELIVERED)
    counts: Counter[tuple[str, date, int]] = Counter()
    for channel, day_on, was, state in outcomes:
        if day_on is None:
            continue
        counts[channel, day_on, 0] += (state in through) - (was in through)
        counts[channel, day_on, 1] += (state == MessageState.FAILED) - (was == MessageState.FAILED)
        counts[channel, day_on, 2] += state == MessageState.DELIVERED
    keys = {(channel, day_on) for channel, day_on, _ in counts}
    gate_store.add_outcomes(work.driver, {key: (counts[*key, 0], counts[*key, 1], counts[*key, 2]) for key in keys})


def fall_back(work: UnitOfWork, actor: Actor, *, limit: int = 1_000) -> int:
    """Asks the next channel for messages that did not get through in their time, each under a key of its own, and never while the
    message may still go out. Gives how many messages it looked at."""
    actor.require(RUN_RIGHT)
    rows = ending_store.lock_waiting(work.driver, work.clock.now(), limit)
    over, cancelled, later = list[int](), list[ending_store.WaitingRow](), list[int]()
    for row in rows:
        waiting = rules.Waiting(
            MessageState(row.state), row.attempts, row.reason, row.is_clicked, tells_arrival=row.tells_arrival
        )
        falls = rules.falls_back(waiting, FailedReason.OUTCOME_UNKNOWN.value)
        left = rules.rest_of(row.channels, row.channel)
        if falls is None:
            later.append(row.message_id)
            continue
        if not falls or not left:
            over.append(row.message_id)
            continue
        if row.state == MessageState.REQUESTED:
            cancelled.append(row)
        else:
            over.append(row.message_id)
        work.record([telling.wanted(work, _next_request(row, left, work.clock.now()))])
    ending_store.save_fall_backs(work.driver, over, [row.message_id for row in cancelled], later)
    work.record(telling.outcome(work, MESSAGE_CANCELLED, row.message, reason=FELL_BACK) for row in cancelled)
    return len(rows)


def _next_request(row: ending_store.WaitingRow, left: tuple[str, ...], now: datetime) -> MessageRequest:
    """Staff may have had all the time of a message, up to its end, and the evening is quiet: the next channel gets a day."""
    expires_at = row.expires_at
    if expires_at is not None and row.reason == FailedReason.NOT_CONFIRMED:
        expires_at = max(expires_at, now + TIME_AFTER_STAFF)
    return MessageRequest(
        message_key=f"{row.message_key}:{left[0]}",
        profile_id=row.profile_id,
        definition_id=row.definition_id,
        version=row.version,
        step=row.step,
        channels=left,
        purpose=row.purpose,
        worth=row.worth,
        persona_id=row.persona_id,
        expires_at=expires_at,
    )


def give_up_stranded(work: UnitOfWork, actor: Actor, present: Collection[str], *, limit: int = 1_000) -> int:
    """Gives up what waits too long for a channel that is not there any more, or for its answer; gives how many messages."""
    actor.require(RUN_RIGHT)
    absent = ending_store.select_absent(work.driver, present)
    if not absent:
        return 0
    now = work.clock.now()
    until = {purpose: now - wait for purpose, wait in STRANDED_AFTER.items()}
    claimed = ending_store.claim_stranded(work.driver, absent, until, now - max(STRANDED_AFTER.values()), limit)
    unknown, nowhere = FailedReason.OUTCOME_UNKNOWN.value, HeldReason.NO_CHANNEL.value
    return settle(
        work,
        actor,
        [
            Settlement(each, MessageState.FAILED, unknown, is_permanent=True, may_be_there=True)
            if each.may_be_there
            else Settlement(each, MessageState.HELD, nowhere)
            for each in claimed
        ],
    )


def claim_by_hand(work: UnitOfWork, actor: Actor, *, limit: int = 1_000) -> list[ClaimedMessage]:
    """Messages that are to go by hand and whose turn it is, for `hand_out` in the same unit of work."""
    actor.require(RUN_RIGHT)
    return ending_store.claim_by_hand(work.driver, HAND, limit, work.clock.now())


def with_staff(work: UnitOfWork, actor: Actor, customer_ids: Collection[int]) -> list[ClaimedMessage]:
    """What staff members have still to send by hand to these customers, locked."""
    actor.require(RUN_RIGHT)
    return ending_store.lock_with_staff(work.driver, HAND, customer_ids)


def hand_out(work: UnitOfWork, actor: Actor, claimed: Sequence[ClaimedMessage], *, limit: int = 1_000) -> int:
    """Gives messages that are to go by hand to the staff members who keep their customers; those that nobody keeps fail, and so do
    those that were left until they expired. Gives how many it saw to."""
    actor.require(RUN_RIGHT)
    now = work.clock.now()
    keepers = keepers_of(work, {message.customer_id for message in claimed})
    given = [message for message in claimed if message.customer_id in keepers]
    staff_ids = [keepers[message.customer_id] for message in given]
    ending_store.insert_hand_tasks(work.driver, [message.message_id for message in given], staff_ids, now)
    work.record(telling.outcome(work, MESSAGE_AWAITING_STAFF, message, message.attempts) for message in given)
    unkept = [message for message in claimed if message.customer_id not in keepers]
    expired = ending_store.claim_expired_tasks(work.driver, now, limit)
    ending_store.end_hand_tasks(work.driver, [message.message_id for message in expired], HandTaskState.SKIPPED, now)
    failed = [Settlement(message, MessageState.FAILED, FailedReason.NO_ADDRESS.value) for message in unkept]
    failed += [Settlement(message, MessageState.FAILED, FailedReason.NOT_CONFIRMED.value) for message in expired]
    settle(work, actor, failed)
    return len(claimed) + len(expired)


def follow_keepers(work: UnitOfWork, actor: Actor, keeper_of: Mapping[int, int]) -> int:
    """Customers are kept by others now ({customer: staff}): what is still to be sent to them by hand goes with them. Gives how many
    changed hands."""
    actor.require(RUN_RIGHT)
    return ending_store.move_hand_tasks(work.driver, keeper_of) if keeper_of else 0


def list_hand_tasks(
    reading: Reading,
    actor: Actor,
    page: PageRequest,
    state: HandTaskState = HandTaskState.OPEN,
    *,
    only_own: bool = False,
    customer_id: int | None = None,
) -> Page[HandTask]:
    """What is to be sent by hand: a staff member's own, or everybody's for whoever may see all customers and does not ask for just
    their own; about one customer, where one is given."""
    actor.require("messages.read")
    own = None if actor.scope.is_everything and not only_own else _staff_id(actor)
    tasks = ending_store.select_hand_tasks(
        reading.driver, own, state.value, page_key(page), page.size + 1, customer_id=customer_id
    )
    rows = tasks[: page.size]
    return Page(rows=rows, next_after=str(rows[-1].message_id) if len(tasks) > page.size else None)


def end_hand_task(work: UnitOfWork, actor: Actor, message_id: int, *, is_sent: bool) -> HandTask:
    """The staff member sent it by hand, or will not. UnknownHandTaskError where it is not theirs, or nobody's any more."""
    actor.require("contacts.write")
    found = ending_store.lock_hand_task(work.driver, message_id)
    if found is None or not (actor.scope.is_everything or found[0].staff_id == _staff_id(actor)):
        raise UnknownHandTaskError
    task, message = found
    state = HandTaskState.DONE if is_sent else HandTaskState.SKIPPED
    ending_store.end_hand_tasks(work.driver, [message_id], state, work.clock.now())
    settlement = (
        Settlement(message, MessageState.SENT)
        if is_sent
        else Settlement(message, MessageState.FAILED, FailedReason.NOT_CONFIRMED.value)
    )
    rows = store.settle(work.driver, [settlement], work.clock.now())
    work.record(event for _ in rows for event in telling.settled(work, settlement))
    count_outcomes(work, [(row.channel, row.day_on, "", row.state) for row in rows])
    record_audit(work, actor, "messages.end_hand_task", f"message:{message_id}", state=state.value)
    return replace(task, state=state, ended_at=work.clock.now())


def _staff_id(actor: Actor) -> int:
    """The staff member's own id; one that nobody has for a program."""
    return int(actor.actor_id) if actor.kind is ActorKind.STAFF else 0
