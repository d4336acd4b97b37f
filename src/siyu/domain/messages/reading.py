"""Reading messages: one of them, and the numbers of journeys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from siyu.domain.messages import ending_store, gate_store, receipts_store, rules, store
from siyu.domain.messages.contracts import (
    ClaimedMessage,
    CustomerMessage,
    HeldReason,
    HoldOut,
    JudgedRequest,
    KeptRules,
    Message,
    MessageNumbers,
    MessageState,
    QuietHours,
    ReachRules,
    Recent,
)
from siyu.domain.messages.usual_reading import usual_hours
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading

__all__ = ["usual_hours"]
"""What of this door is written in the files beside it."""

RECENT = timedelta(days=90)
"""How far back it counts whether a channel gets through."""


def find_message(reading: Reading, message_id: int) -> Message | None:
    """The message as it stands; None where there is none."""
    return store.find_message(reading.driver, message_id)


def awaiting_staff(reading: Reading, message_ids: Collection[int]) -> list[ClaimedMessage]:
    """Those of the messages that a staff member has still to confirm, as they were claimed."""
    return store.select_awaiting(reading.driver, message_ids)


def versions_for_tasks(reading: Reading, channel: str) -> list[tuple[int, int, int]]:
    """(definition_id, version, step) of what waits to be put into tasks of staff members."""
    return store.select_for_tasks(reading.driver, channel, reading.clock.now())


def worths_of(reading: Reading, message_ids: Collection[int]) -> dict[int, int]:
    """{message: what it is expected to bring, in fen}, of those of which anybody knows it."""
    return store.select_worths(reading.driver, message_ids)


def waiting_worths(reading: Reading, definition_id: int, version: int, channel: str) -> dict[int, int]:
    """{customer: what the message is worth} of one version's messages that wait to go out by a channel."""
    return store.select_waiting_worths(reading.driver, definition_id, version, channel)


def states_of(
    reading: Reading, definition_id: int, version: int, actor: Actor | None = None
) -> dict[tuple[MessageState, str, str], int]:
    """{(state, channel, reason or ""): how many} of one version's messages: of all, or to those whom an actor may see."""
    return store.count_states(reading.driver, definition_id, version, actor)


def reach_rules(reading: Reading) -> KeptRules:
    """The company's rules of reaching customers, as they are in force."""
    return gate_store.select_rules(reading.driver)


def foreseen(
    reading: Reading, judged: Sequence[JudgedRequest], limits: ReachRules, zone: ZoneInfo
) -> list[tuple[JudgedRequest, str, HeldReason | None]]:
    """What the gate would decide of requests now, and by which channel they would go; nothing is counted for it."""
    today = reading.clock.now().astimezone(zone).date()
    counted = rules.counted_from(
        gate_store.count_usages(reading.driver, {each.customer_id for each in judged}, today),
        gate_store.select_let_through(reading.driver, today),
    )
    return [(each.judged, each.channel, each.reason) for each in rules.decided(judged, counted, limits, today, zone)]


def quiet_until(quiet: QuietHours | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours end in which `now` lies by the clock of `zone`; None where it lies in none."""
    return rules.quiet_until(quiet, now, zone)


def recent_of(reading: Reading, customer_ids: Collection[int]) -> dict[tuple[int, str], Recent]:
    """{(customer, channel): how many of their messages got through of late, and how many did not}."""
    return gate_store.select_recent(reading.driver, customer_ids, reading.clock.now() - RECENT)


def recent_of_channels(reading: Reading) -> dict[str, Recent]:
    """How many messages of each channel got through of late, and how many did not."""
    return gate_store.select_recent_of_channels(reading.driver, (reading.clock.now() - RECENT).date())


def let_through_on(reading: Reading, day_on: date) -> dict[str, int]:
    """How many messages of each channel were let through for a business day."""
    found = gate_store.select_let_through(reading.driver, day_on)
    return {channel: count for (channel, on), count in found.items() if on == day_on}


def profiles_of_keys(reading: Reading, message_keys: Collection[str], channel: str) -> dict[str, int]:
    """{message's key: whom it is for} of messages that went out by a channel."""
    return receipts_store.select_profiles(reading.driver, message_keys, channel)


def stranded(reading: Reading, present: Collection[str]) -> dict[str, tuple[int, datetime]]:
    """{channel that is not there: (how many messages wait for it, since when)}."""
    absent = ending_store.select_absent(reading.driver, present)
    return ending_store.count_stranded(reading.driver, absent) if absent else {}


def hold_out(reading: Reading) -> HoldOut | None:
    """How many percent of all customers get no messages; None where that was never set."""
    return store.find_hold_out(reading.driver)


UNDERWAY = (MessageState.REQUESTED, MessageState.AWAITING_STAFF, MessageState.SENDING)

TOLD = (
    "definition_id",
    "version",
    "step",
    "channel",
    "purpose",
    "state",
    "reason",
    "created_at",
    "sent_at",
    "clicked_at",
)


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """Every message that was asked for under one of the profiles, for the person herself; its text stands in the journey."""
    return [dict(zip(TOLD, row, strict=True)) for row in store.select_told(reading.driver, profile_ids)]


def list_of_customer(reading: Reading, customer_id: int, page: PageRequest) -> Page[CustomerMessage]:
    """What a customer was to be sent, the newest first, and what became of it."""
    if page.after is not None and not (page.after.isascii() and page.after.isdecimal() and len(page.after) < 19):
        raise InvalidError("That is not a place in this list.", field="after")
    before = int(page.after) if page.after else None
    rows = store.select_of_customer(reading.driver, customer_id, before, page.size + 1)
    shown = [CustomerMessage(*row) for row in rows[: page.size]]
    return Page(shown, str(shown[-1].message_id) if len(rows) > page.size else None)


def numbers(reading: Reading, definition_ids: Collection[int], actor: Actor | None = None) -> dict[int, MessageNumbers]:
    """What became of the messages of each journey or send: of all, or of those to customers whom an actor may see."""
    counts: dict[int, dict[str, int]] = {definition_id: {} for definition_id in definition_ids}
    clicked = dict.fromkeys(definition_ids, 0)
    for definition_id, state, count, clicks in store.count_messages(reading.driver, definition_ids, actor):
        counts[definition_id][state] = count
        clicked[definition_id] += clicks
    return {
        definition_id: MessageNumbers(
            requested=sum(states.get(each, 0) for each in UNDERWAY),
            held=states.get(MessageState.HELD, 0),
            sent=states.get(MessageState.SENT, 0) + states.get(MessageState.DELIVERED, 0),
            delivered=states.get(MessageState.DELIVERED, 0),
            failed=states.get(MessageState.FAILED, 0),
            clicked=clicked[definition_id],
        )
        for definition_id, states in counts.items()
    }
