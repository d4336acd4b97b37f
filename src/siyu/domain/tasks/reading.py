"""Reading tasks: lists, counts, their texts, and how they were kept to; by the views that an actor has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from siyu.domain.company.reading import roles_with
from siyu.domain.content.contracts import Template
from siyu.domain.customers.reading import attributes_of, customer_in_scope, masked_attributes
from siyu.domain.tasks import holders_store, rules, store
from siyu.domain.tasks.contracts import Task, TaskCounts, TaskNumbers, TaskTexts, TaskView
from siyu.domain.tasks.rules import checked_draft, day_bounds, staff_id_of
from siyu.domain.tasks.service import ASSIGN, READ, WRITE
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading

__all__ = [
    "checked_draft",
    "colleagues_of",
    "count_tasks",
    "day_bounds",
    "list_tasks",
    "numbers_of",
    "staff_id_of",
    "tasks_of_customer",
    "team_numbers",
    "texts_of",
    "told_of",
]
"""What of this door is written in the file beside it, and below."""

VIEWS = {TaskView.MINE: store.MINE, TaskView.UNASSIGNED: store.UNASSIGNED, TaskView.TEAM: store.TEAM}
ANY = "true"
TOLD = ("title", "body", "note", "handed_note", "state", "result", "requested_at", "due_at", "ended_at")


def list_tasks(
    reading: Reading,
    actor: Actor,
    page: PageRequest,
    view: TaskView = TaskView.MINE,
    *,
    are_open: bool = True,
    staff_id: int | None = None,
    due: tuple[datetime | None, datetime | None] = (None, None),
) -> Page[Task]:
    """Open tasks, the first due first, or ended ones, the last first; `due`: from when (inclusive) and until when they are due, or
    ended."""
    actor.require(ASSIGN if view is TaskView.TEAM else READ)
    found = store.select_tasks(
        reading.driver,
        VIEWS[view],
        rules.seer_of(actor),
        customer_id=None,
        staff_id=staff_id,
        window=due,
        are_open=are_open,
        after=_place(page),
        size=page.size + 1,
    )
    rows = found[: page.size]
    return Page(rows=rows, next_after=_key(rows[-1], are_open=are_open) if len(found) > page.size else None)


def tasks_of_customer(
    reading: Reading, actor: Actor, customer_id: int, *, are_open: bool = True, size: int = 50
) -> list[Task]:
    """All tasks about a customer whom the actor may see, whoever has them."""
    actor.require(READ)
    if not customer_in_scope(reading, actor, customer_id):
        return []
    return store.select_tasks(
        reading.driver,
        ANY,
        rules.seer_of(actor),
        customer_id=customer_id,
        staff_id=None,
        window=(None, None),
        are_open=are_open,
        after=None,
        size=size,
    )


def count_tasks(reading: Reading, actor: Actor, view: TaskView, zone: ZoneInfo) -> TaskCounts:
    """How many tasks of a view are overdue, due today, due later, and have ended today."""
    actor.require(ASSIGN if view is TaskView.TEAM else READ)
    now = reading.clock.now()
    return store.count_tasks(reading.driver, VIEWS[view], rules.seer_of(actor), now, rules.day_bounds(now, zone))


def texts_of(reading: Reading, tasks: Sequence[Task]) -> dict[int, TaskTexts]:
    """{task: what it says of the customer as they are now}. What is an identity is masked, as on every page: whoever writes a text
    must not come by it past the place where it is written down who looked."""
    found = attributes_of(reading, {each.customer_id for each in tasks})
    attributes = {customer_id: masked_attributes(each) for customer_id, each in found.items()}
    return {
        each.task_id: TaskTexts(
            Template.parse(each.title).render(attributes.get(each.customer_id, {})),
            Template.parse(each.body).render(attributes.get(each.customer_id, {})),
        )
        for each in tasks
    }


def colleagues_of(reading: Reading, actor: Actor) -> list[tuple[int, str]]:
    """(member, name) of those to whom the actor may give a task."""
    actor.require(READ)
    path = rules.colleagues_below(actor, holders_store.unit_path_of(reading.driver, staff_id_of(actor)))
    return holders_store.colleagues(reading.driver, path, roles_with(WRITE))


def numbers_of(reading: Reading, actor: Actor, definition_id: int, version: int | None = None) -> list[TaskNumbers]:
    """What became of the tasks of a journey, of one version or of all, by step and member of the staff, as far as the actor answers
    for them."""
    actor.require(ASSIGN)
    return store.numbers_of(reading.driver, definition_id, version, reading.clock.now(), rules.seer_of(actor))


def team_numbers(reading: Reading, actor: Actor, since: datetime) -> list[TaskNumbers]:
    """What became of all tasks since then, and which are open, by member of the staff."""
    actor.require(ASSIGN)
    return store.team_numbers(reading.driver, since, reading.clock.now(), rules.seer_of(actor))


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """Tasks about the profiles, for the person herself."""
    return [dict(zip(TOLD, row, strict=True)) for row in store.select_told(reading.driver, profile_ids)]


def _key(task: Task, *, are_open: bool) -> str:
    at = task.due_at if are_open or task.ended_at is None else task.ended_at
    return f"{at.isoformat()}~{task.task_id}"


def _place(page: PageRequest) -> store.Place | None:
    if page.after is None:
        return None
    at, _, task_id = page.after.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not (task_id.isascii() and task_id.isdigit() and len(task_id) <= 18):
            raise ValueError
    except ValueError:
        raise InvalidError("This page key was not made by Siyu.", field="after") from None
    return store.Place(moment, int(task_id))
