"""The demo brand's staff work: leads in the pool and with advisers, follow-ups, and tasks of today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from siyu.assembly.demo.acting import acting, everybody
from siyu.assembly.demo.brand import ACTOR, StaffWork
from siyu.assembly.installation import Installation
from siyu.domain.company.contracts import Role, Staff
from siyu.domain.customers import reading as customers
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import FollowUpDraft, Lead, LeadChange, LeadDraft
from siyu.domain.tasks import service as tasks
from siyu.domain.tasks.contracts import TaskRequest, TaskSource
from siyu.kernel.actors import Actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import UnitOfWork

STAGES: Final = ("contacted", "interested", "offered")
LEADS_OWNED: Final = 14
LEADS_FREE: Final = 9


def give_staff_work(installation: Installation, words: StaffWork) -> None:
    """Opens leads, follows some of them up and sets tasks, of who shows the demo and of an adviser; once."""
    with installation.database.begin() as work:
        if not entries.list_lead_sources(work, ACTOR):
            _give(work, work.clock.now(), words)


def _give(work: UnitOfWork, anchor: datetime, words: StaffWork) -> None:
    found = everybody(work)
    shown = next(each for each in found if each.role is Role.ADMIN)
    adviser = next((each for each in found if each.role is Role.FRONTLINE), shown)
    newest = [each.customer_id for each in customers.list_customers(work, ACTOR, PageRequest(size=150)).rows][60:]
    owned, free = newest[:LEADS_OWNED], newest[LEADS_OWNED : LEADS_OWNED + LEADS_FREE]
    for place, customer_id in enumerate(owned):
        owner = shown if place % 2 == 0 else adviser
        _follow_up(
            work, acting(work, owner.staff_id), _open(work, customer_id, place, owner, words), place, anchor, words
        )
    for place, customer_id in enumerate(free):  # whoever keeps them does so no more: the pool's are nobody's
        entries.hand_over(
            work, ACTOR, [(f"demo:{place}", customer_id)], None, "", source=words.sources[place % len(words.sources)]
        )
    _set_tasks(work, shown, owned[::2], anchor, "shown", words)
    _set_tasks(work, adviser, owned[1::2], anchor, "adviser", words)
    _list_tasks(work, free, anchor)


def _open(work: UnitOfWork, customer_id: int, place: int, owner: Staff, words: StaffWork) -> Lead:
    return entries.open_lead(
        work, ACTOR, LeadDraft(customer_id, words.sources[place % len(words.sources)], staff_id=owner.staff_id)
    )


def _follow_up(work: UnitOfWork, actor: Actor, lead: Lead, place: int, anchor: datetime, words: StaffWork) -> None:
    way, text, intent, hours = words.said[place % len(words.said)]
    next_at = anchor + timedelta(hours=hours) if hours is not None else None
    stage = STAGES[place % len(STAGES)]
    entries.change_lead(work, ACTOR, lead.lead_id, LeadChange(stage, intent, next_at, ""))
    entries.record_follow_up(
        work, actor, lead.customer_id, FollowUpDraft(way, text, intent, next_at), work.ids.new_id()
    )
    if place % 7 == 5:
        entries.win_lead(work, actor, lead.lead_id)
    elif place % 7 == 6:
        entries.lose_lead(work, actor, lead.lead_id, words.lost)


def _set_tasks(
    work: UnitOfWork, holder: Staff, about: Sequence[int], anchor: datetime, key: str, words: StaffWork
) -> None:
    requests = [
        TaskRequest(
            f"demo:{key}:{place}",
            customer_id,
            holder.staff_id,
            None,
            title,
            body,
            None,
            anchor + timedelta(hours=hours),
        )
        for place, ((title, body, hours), customer_id) in enumerate(zip(words.tasks, about, strict=False))
    ]
    tasks.request_tasks(work, ACTOR, requests)


def _list_tasks(work: UnitOfWork, about: Sequence[int], anchor: datetime) -> None:
    """Two that nobody has."""
    due = anchor + timedelta(hours=20)
    tasks.request_tasks(
        work,
        ACTOR,
        [_first_talk(place, customer_id, due) for place, customer_id in enumerate(about[:2])],
    )


def _first_talk(place: int, customer_id: int, due_at: datetime) -> TaskRequest:
    title, key = "首次联系{{ name|客户 }}", f"demo:list:{place}"
    return TaskRequest(key, customer_id, None, None, title, "", None, due_at, source=TaskSource.HAND)
