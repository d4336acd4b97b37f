"""The verbs of room `messages`: how a message is asked for, admitted, claimed, settled and clicked. None of them commits.

All of this is Siyu's own work (`messages.run`, a right that no role has), but for the hold-out; what else people do goes through
journeys and their gate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from siyu.domain.company.service import record_audit
from siyu.domain.customers.reading import current_customer_ids
from siyu.domain.messages import store, telling
from siyu.domain.messages.admitting import admit, lock_gate, set_rules
from siyu.domain.messages.contracts import (
    HAND,
    HOLD_OUT_MAX,
    MESSAGE_AWAITING_STAFF,
    MESSAGE_CANCELLED,
    MESSAGE_CLICKED,
    MESSAGE_HELD,
    ClaimedMessage,
    HeldReason,
    HoldOut,
    MessageRequest,
)
from siyu.domain.messages.ending import (
    claim_by_hand,
    end_hand_task,
    fall_back,
    follow_keepers,
    give_up_stranded,
    hand_out,
    list_hand_tasks,
    settle,
    with_staff,
)
from siyu.domain.messages.receipts_contracts import Receipt
from siyu.domain.messages.receiving import record_receipts
from siyu.kernel.actors import Actor
from siyu.kernel.clock import real_span
from siyu.kernel.errors import InvalidError
from siyu.platform.postgres.database import UnitOfWork

__all__ = [
    "Receipt",
    "admit",
    "call_back",
    "cancel_messages",
    "cancel_requested",
    "claim",
    "claim_abandoned",
    "claim_by_hand",
    "claim_for_tasks",
    "end_hand_task",
    "failures_of",
    "fall_back",
    "follow_customers",
    "follow_keepers",
    "give_up_stranded",
    "hand_out",
    "list_hand_tasks",
    "lock_gate",
    "record_click",
    "record_receipts",
    "request_messages",
    "rest_channel",
    "set_hold_out",
    "set_rules",
    "settle",
    "wake_channel",
    "with_staff",
]

RUN_RIGHT = "messages.run"
CANCELLED_AT_ONCE = 50_000
WECOM = "wecom"
"""The channel whose messages go by tasks of staff members."""


def request_messages(work: UnitOfWork, actor: Actor, requests: Iterable[MessageRequest]) -> None:
    """Says that messages are wanted: `message_requested` in the log, for the gate to judge."""
    actor.require(RUN_RIGHT)
    work.record(telling.wanted(work, request) for request in requests)


def set_hold_out(work: UnitOfWork, actor: Actor, share: int) -> HoldOut:
    """From now on so many percent of all customers get no messages: always the same, and more of them where it is more."""
    actor.require("messages.write")
    if not 0 <= share <= HOLD_OUT_MAX:
        raise InvalidError(f"Give a whole number from 0 to {HOLD_OUT_MAX}.", field="share")
    hold_out = HoldOut(share, work.clock.now(), f"{actor.kind}:{actor.actor_id}")
    store.save_hold_out(work.driver, hold_out)
    record_audit(work, actor, "messages.set_hold_out", "hold_out", share=share)
    return hold_out


def claim(work: UnitOfWork, actor: Actor, channel: str, *, size: int, lease: timedelta) -> list[ClaimedMessage]:
    """The next messages whose turn it is, to send now, under a lease. Nothing while the channel rests."""
    actor.require(RUN_RIGHT)
    now = work.clock.now()
    if _rests(work, channel, now):
        return []
    return store.claim_due(work.driver, channel, work.ids.new_id(), size, now, now + real_span(work.clock, lease))


def claim_abandoned(work: UnitOfWork, actor: Actor, channel: str, *, lease: timedelta) -> list[ClaimedMessage]:
    """What a dead worker had, whole, or what is to be asked about: whether the other side has it, nobody knows."""
    actor.require(RUN_RIGHT)
    now = work.clock.now()
    return (
        []
        if _rests(work, channel, now)
        else store.claim_abandoned(work.driver, channel, now, now + real_span(work.clock, lease))
    )


def _rests(work: UnitOfWork, channel: str, now: datetime) -> bool:
    rest = store.find_rest(work.driver, channel)
    return rest is not None and rest[1] > now


def claim_for_tasks(
    work: UnitOfWork,
    actor: Actor,
    definition_id: int,
    version: int,
    limit: int,
    *,
    channel: str = WECOM,
    is_in_order: bool = False,
    until: datetime | None = None,
) -> list[ClaimedMessage]:
    """Messages of a version that go by tasks of staff members, those worth most first, or `is_in_order` as they were asked for:
    `awaiting_staff` from now on, until `settle` says what became of each (`requested` gives one back). With `until` those alone
    whose turn had come by then."""
    actor.require(RUN_RIGHT)
    due_by = until or work.clock.now()
    claimed = store.claim_for_tasks(
        work.driver, channel, definition_id, version, limit, due_by, is_in_order=is_in_order
    )
    work.record(telling.outcome(work, MESSAGE_AWAITING_STAFF, message, message.attempts) for message in claimed)
    return claimed


def cancel_requested(work: UnitOfWork, actor: Actor, definition_id: int, version: int, reason: str) -> int:
    """Calls back what of a version is still to go out and with nobody; gives how many. Those that await staff are settled by
    whoever took them."""
    actor.require(RUN_RIGHT)
    count = 0
    while cancelled := store.cancel_of_version(work.driver, definition_id, version, reason, CANCELLED_AT_ONCE):
        work.record(telling.outcome(work, MESSAGE_CANCELLED, row, reason=row.reason) for row in cancelled)
        work.append_recorded()
        count += len(cancelled)
    return count


def call_back(work: UnitOfWork, actor: Actor, definition_id: int, version: int, reason: str) -> int:
    """`cancel_requested`, and what staff were to send by hand; from now on no other channel is asked for what does not get
    through. Gives how many are called back."""
    actor.require(RUN_RIGHT)
    store.forget_fall_backs(work.driver, definition_id, version)
    by_hand = store.cancel_by_hand(work.driver, HAND, definition_id, version, reason)
    work.record(telling.outcome(work, MESSAGE_CANCELLED, row, reason=row.reason) for row in by_hand)
    return len(by_hand) + cancel_requested(work, actor, definition_id, version, reason)


def rest_channel(work: UnitOfWork, actor: Actor, channel: str, until: datetime) -> None:
    """Leaves a channel alone until then; it failed once more."""
    actor.require(RUN_RIGHT)
    store.save_rest(work.driver, channel, failures_of(work, actor, channel) + 1, until)


def wake_channel(work: UnitOfWork, actor: Actor, channel: str) -> None:
    """The channel works again."""
    actor.require(RUN_RIGHT)
    store.delete_rest(work.driver, channel)


def failures_of(work: UnitOfWork, actor: Actor, channel: str) -> int:
    """How often in a row the channel could not be reached."""
    actor.require(RUN_RIGHT)
    rest = store.find_rest(work.driver, channel)
    return rest[0] if rest else 0


def record_click(work: UnitOfWork, actor: Actor, message_id: int, link_id: int) -> bool:
    """Counts a click on a message's link, at most one a second; False where it does not count."""
    actor.require(RUN_RIGHT)
    now = work.clock.now()
    click = store.save_click(work.driver, message_id, link_id, now)
    if click is None:
        return False
    work.record(
        [telling.outcome(work, MESSAGE_CLICKED, click, link_id, click.clicks, link_id=link_id, clicks=click.clicks)]
    )
    return True


def follow_customers(work: UnitOfWork, actor: Actor, customer_ids: Collection[int]) -> None:
    """After a merge or a split of these customers: gives each message to the customer its profile belongs to now."""
    actor.require(RUN_RIGHT)
    profile_ids = store.select_profiles(work.driver, customer_ids)
    if profile_ids:
        store.move_customers(work.driver, customer_ids, current_customer_ids(work, profile_ids))


def cancel_messages(work: UnitOfWork, actor: Actor, customer_ids: Collection[int]) -> dict[int, int]:
    """Holds back what is still to go out to customers who were erased, and forgets what channels said of the rest;
    {customer_id: how many}."""
    actor.require("customers.erase")
    cancelled = store.cancel(work.driver, customer_ids, HeldReason.ERASED.value)
    work.record(telling.outcome(work, MESSAGE_HELD, row, reason=row.reason) for row in cancelled)
    forgotten = store.forget_reasons(work.driver, customer_ids)
    return dict(Counter([*(row.customer_id for row in cancelled), *forgotten]))
