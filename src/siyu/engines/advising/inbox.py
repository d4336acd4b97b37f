"""What a member of the staff has to do today, in one list: tasks, what goes by hand, mass messages to confirm, promised follow-ups,
answers to what they asked.

Each stands in its own room; here they are put in one order: what is overdue, of today, later; within that what is worth most first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from siyu.domain.contacts.reading import member_of_staff
from siyu.domain.enquiries import reading as enquiries
from siyu.domain.enquiries.contracts import Enquiry
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import FollowUp
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import HandTask, HandTaskState
from siyu.domain.sends import reading as sends
from siyu.domain.sends.contracts import PackItem
from siyu.domain.tasks import reading as tasks
from siyu.domain.tasks.contracts import Task
from siyu.domain.tasks.reading import day_bounds, staff_id_of
from siyu.engines.advising.looking import worths_of
from siyu.kernel.actors import Actor
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Reading

SHOWN_MAX = 200
"""So many of each kind; the lists of their own have the rest."""
LATER = timedelta(days=7)
"""Follow-ups of so many days are told of."""


class InboxKind(StrEnum):
    """What a line is about."""

    TASK = "task"
    HAND = "hand"
    PACK = "pack"
    FOLLOW_UP = "follow_up"
    ANSWER = "answer"


class InboxGroup(StrEnum):
    """When it is to be done; `done`: it was, today."""

    OVERDUE = "overdue"
    TODAY = "today"
    LATER = "later"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A line; just what it is about is given."""

    kind: InboxKind
    group: InboxGroup
    at: datetime | None
    customer_id: int | None
    worth_fen: int
    task: Task | None = None
    hand: HandTask | None = None
    pack: PackItem | None = None
    follow_up: FollowUp | None = None
    enquiry: Enquiry | None = None


def inbox_of(reading: Reading, columns: Columns, actor: Actor, zone: ZoneInfo) -> list[InboxItem]:
    """All that is for the actor, in the order in which to do it."""
    now = reading.clock.now()
    day = day_bounds(now, zone)
    found = [
        *_tasks(reading, actor, now, day),
        *_hand(reading, actor, now, day),
        *_packs(reading, actor, day),
        *_follow_ups(reading, actor, now, day),
        *_answers(reading, actor),
    ]
    worths = worths_of(reading, columns, {each.customer_id for each in found if each.customer_id is not None})
    return ordered(
        each if each.customer_id is None else replace(each, worth_fen=worths.get(each.customer_id, 0)) for each in found
    )


def ordered(items: Iterable[InboxItem]) -> list[InboxItem]:
    """By group, then what is worth most, then the earliest."""
    groups = list(InboxGroup)
    return sorted(
        items,
        key=lambda each: (
            groups.index(each.group),
            -each.worth_fen,
            each.at.timestamp() if each.at is not None else float("inf"),
        ),
    )


def group_of(at: datetime | None, now: datetime, day: tuple[datetime, datetime]) -> InboxGroup:
    """When something that is due then is to be done; without a time, today."""
    if at is None:
        return InboxGroup.TODAY
    if at < now:
        return InboxGroup.OVERDUE
    return InboxGroup.TODAY if at < day[1] else InboxGroup.LATER


def _tasks(reading: Reading, actor: Actor, now: datetime, day: tuple[datetime, datetime]) -> list[InboxItem]:
    page = PageRequest(size=SHOWN_MAX)
    is_open = tasks.list_tasks(reading, actor, page).rows
    ended = tasks.list_tasks(reading, actor, page, are_open=False, due=day).rows
    return [
        *(
            InboxItem(InboxKind.TASK, group_of(each.due_at, now, day), each.due_at, each.customer_id, 0, task=each)
            for each in is_open
        ),
        *(InboxItem(InboxKind.TASK, InboxGroup.DONE, each.ended_at, each.customer_id, 0, task=each) for each in ended),
    ]


def _hand(reading: Reading, actor: Actor, now: datetime, day: tuple[datetime, datetime]) -> list[InboxItem]:
    page = PageRequest(size=SHOWN_MAX)
    waiting = messages.list_hand_tasks(reading, actor, page, HandTaskState.OPEN, only_own=True).rows
    done = messages.list_hand_tasks(reading, actor, page, HandTaskState.DONE, only_own=True).rows
    return [
        InboxItem(
            InboxKind.HAND,
            InboxGroup.DONE if each.ended_at is not None else group_of(each.expires_at, now, day),
            each.ended_at or each.expires_at,
            each.customer_id,
            0,
            hand=each,
        )
        for each in (*waiting, *done)
        if each.ended_at is None or each.ended_at >= day[0]
    ]


def _packs(reading: Reading, actor: Actor, day: tuple[datetime, datetime]) -> list[InboxItem]:
    member = member_of_staff(reading, staff_id_of(actor))
    if member is None or not actor.may("sends.read"):
        return []
    found = sends.packs_of(reading, actor, {member}, day[0]).get((member[0], member[1].lower()), [])
    return [
        InboxItem(
            InboxKind.PACK,
            InboxGroup.DONE if each.is_confirmed else InboxGroup.TODAY,
            each.ends_at,
            None,
            each.worth_fen,
            pack=each,
        )
        for each in found
    ]


def _follow_ups(reading: Reading, actor: Actor, now: datetime, day: tuple[datetime, datetime]) -> list[InboxItem]:
    found = entries.due_follow_ups(reading, actor, day[1] + LATER, size=SHOWN_MAX)
    return [
        InboxItem(
            InboxKind.FOLLOW_UP, group_of(each.next_at, now, day), each.next_at, each.customer_id, 0, follow_up=each
        )
        for each in found
    ]


def _answers(reading: Reading, actor: Actor) -> list[InboxItem]:
    if not actor.may("enquiries.read"):
        return []
    return [
        InboxItem(InboxKind.ANSWER, InboxGroup.TODAY, each.ended_at, each.customer_id, 0, enquiry=each)
        for each in enquiries.unread_answers(reading, actor)
    ]
