"""Staff tasks: what somebody has to do today, and what becomes of it; how a team kept to what it had to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from siyu.domain.company.reading import staff_names, unit_names
from siyu.domain.content.contracts import Attachment, SignedAddresses
from siyu.domain.customers import reading as customers
from siyu.domain.definitions import reading as definitions
from siyu.domain.enquiries import reading as enquiries
from siyu.domain.tasks import contracts, service
from siyu.domain.tasks import reading as tasks
from siyu.engines.advising.inbox import InboxItem, inbox_of
from siyu.engines.reach.by_hand import HandText, texts_of
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.context import ApiContext
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api", tags=["tasks"])

TEAM_DAYS_MAX = 90
TaskWord = Literal["open", "done", "skipped", "expired"]
ResultWord = Literal["", "reached", "no_answer", "interested", "not_interested"]


class TaskRow(BaseModel):
    """A task, its texts as they are for the customer. `from_name`: the journey that asked for it."""

    task_id: int
    customer_id: int
    customer: str
    staff_id: int | None
    staff: str
    unit: str
    title: str
    body: str
    script_id: int | None
    source: Literal["journey", "hand", "advice"]
    definition_id: int | None
    step: int | None
    from_name: str
    due_at: datetime
    state: TaskWord
    result: ResultWord
    note: str
    handed_by: str
    handed_note: str
    requested_at: datetime
    ended_at: datetime | None
    is_late: bool


class TaskPage(BaseModel):
    """Rows, and where the next page begins."""

    rows: list[TaskRow]
    next_after: str | None


class TaskCountsRow(BaseModel):
    """How many are open by when they are due, and how many ended today."""

    overdue: int
    today: int
    later: int
    ended_today: int


class InboxRow(BaseModel):
    """A line of the inbox. Of a task, `task` is told; of a message to send by hand, `message_id`, `link_url` and what hangs on
    it; of mass messages to confirm in WeCom, how many `customers` they go to; of an answer to what one asked, `enquiry_id`: `title`
    is what was asked."""

    kind: Literal["task", "hand", "pack", "follow_up", "answer"]
    group: Literal["overdue", "today", "later", "done"]
    at: datetime | None
    customer_id: int | None
    customer: str
    title: str
    text: str
    worth_fen: int
    task: TaskRow | None = None
    message_id: int | None = None
    link_url: str | None = None
    attachments: list[Attachment] = []
    customers: int | None = None
    enquiry_id: int | None = None


class Inbox(BaseModel):
    """All that somebody has to do today, in the order in which to do it. `unassigned`: tasks on the lists of their unit.
    `to_answer`: enquiries that wait for an answer of theirs."""

    rows: list[InboxRow]
    unassigned: int
    to_answer: int


class NewTask(BaseModel):
    """A task to set; the same key sets one. Without `staff_id` it is for whoever keeps the customer."""

    task_key: UUID
    customer_id: Id
    title: Annotated[str, Field(max_length=contracts.TITLE_LENGTH_MAX)]
    body: Annotated[str, Field(max_length=contracts.BODY_LENGTH_MAX)] = ""
    due_at: AwareDatetime
    staff_id: Id | None = None
    script_id: Id | None = None
    is_advice: bool = False


class TaskEnd(BaseModel):
    """That it was done, or will not be; what came of it."""

    is_done: bool
    result: ResultWord = ""
    note: Annotated[str, Field(max_length=contracts.NOTE_LENGTH_MAX)] = ""


class TaskHand(BaseModel):
    """To whom a task is given on, and why."""

    staff_id: Id
    note: Annotated[str, Field(max_length=contracts.NOTE_LENGTH_MAX)] = ""


class Colleague(BaseModel):
    """Somebody to whom a task may be given."""

    staff_id: int
    name: str


class Colleagues(BaseModel):
    """All of them, by name."""

    rows: list[Colleague]


class TeamTaskRow(BaseModel):
    """What became of the tasks of a member of the staff; None: of units' lists."""

    staff_id: int | None
    staff: str
    open: int
    overdue: int
    in_time: int
    late: int
    skipped: int
    expired: int


class TeamTasks(BaseModel):
    """Those you answer for."""

    rows: list[TeamTaskRow]
    since: datetime


class CustomerTasks(BaseModel):
    """Tasks about a customer, the first due first, then those that ended."""

    rows: list[TaskRow]


@router.get("/tasks/inbox", summary="What you have to do today")
def get_inbox(actor: CurrentActor, context: Context, columns: ColumnsClient, reading: ReadOnly) -> Inbox:
    """Tasks, messages to send by hand, mass messages to confirm, promised follow-ups, answers to what you asked: what is overdue
    first, then today's, and of those what is worth most."""
    items = inbox_of(reading, columns, actor, context.settings.zone)
    counts = tasks.count_tasks(reading, actor, contracts.TaskView.UNASSIGNED, context.settings.zone)
    return Inbox(
        rows=_inbox_rows(reading, context, items),
        unassigned=counts.overdue + counts.today + counts.later,
        to_answer=enquiries.count_enquiries(reading, actor).to_answer if actor.may("enquiries.answer") else 0,
    )


@router.get("/tasks", summary="Staff tasks")
def list_tasks(
    actor: CurrentActor,
    reading: ReadOnly,
    page: Paging,
    view: Annotated[Literal["mine", "unassigned", "team"], Query()] = "mine",
    is_open: Annotated[bool, Query()] = True,
    staff_id: Id | None = None,
) -> TaskPage:
    """Open ones by when they are due, or those that ended, the last first."""
    found = tasks.list_tasks(reading, actor, page, contracts.TaskView(view), are_open=is_open, staff_id=staff_id)
    return TaskPage(rows=_rows(reading, found.rows), next_after=found.next_after)


@router.post("/tasks", summary="Set a task")
def create_task(actor: CurrentActor, work: Work, task: NewTask) -> TaskRow:
    source = contracts.TaskSource.ADVICE if task.is_advice else contracts.TaskSource.HAND
    draft = contracts.TaskDraft(
        task.customer_id, task.title, task.body, task.due_at, task.staff_id, task.script_id, source
    )
    return _row(work, service.create_task(work, actor, draft, task.task_key))


@router.get("/tasks/counts", summary="How many tasks there are")
def count_tasks(
    actor: CurrentActor,
    context: Context,
    reading: ReadOnly,
    view: Annotated[Literal["mine", "unassigned", "team"], Query()] = "mine",
) -> TaskCountsRow:
    found = tasks.count_tasks(reading, actor, contracts.TaskView(view), context.settings.zone)
    return TaskCountsRow(overdue=found.overdue, today=found.today, later=found.later, ended_today=found.ended_today)


@router.get("/tasks/colleagues", summary="To whom you may give a task")
def list_colleagues(actor: CurrentActor, reading: ReadOnly) -> Colleagues:
    found = tasks.colleagues_of(reading, actor)
    return Colleagues(rows=[Colleague(staff_id=staff_id, name=name) for staff_id, name in found])


@router.get("/tasks/team", summary="How a team does its tasks")
def get_team_tasks(
    actor: CurrentActor, reading: ReadOnly, days: Annotated[int, Query(ge=1, le=TEAM_DAYS_MAX)] = 7
) -> TeamTasks:
    """Open tasks, and those that ended in so many days, by member of the staff."""
    since = reading.clock.now() - timedelta(days=days)
    found = tasks.team_numbers(reading, actor, since)
    names = staff_names(reading, {each.staff_id for each in found if each.staff_id is not None})
    return TeamTasks(
        rows=[
            TeamTaskRow(
                staff_id=each.staff_id,
                staff=names.get(each.staff_id or 0, ""),
                open=each.open,
                overdue=each.overdue,
                in_time=each.in_time,
                late=each.late,
                skipped=each.skipped,
                expired=each.expired,
            )
            for each in found
        ],
        since=since,
    )


@router.get("/tasks/{task_id}", summary="One task")
def get_task(actor: CurrentActor, reading: ReadOnly, task_id: Id) -> TaskRow:
    return _row(reading, service.get_task(reading, actor, task_id))


@router.post("/tasks/{task_id}/claim", summary="Take a task off the list")
def claim_task(actor: CurrentActor, work: Work, task_id: Id) -> TaskRow:
    """A customer whom nobody keeps is kept by you then."""
    return _row(work, service.claim_task(work, actor, task_id))


@router.post("/tasks/{task_id}/hand", summary="Give a task to a colleague")
def hand_task(actor: CurrentActor, work: Work, task_id: Id, to: TaskHand) -> TaskRow:
    return _row(work, service.hand_task(work, actor, task_id, to.staff_id, to.note))


@router.post("/tasks/{task_id}/end", summary="Say what became of a task")
def end_task(actor: CurrentActor, work: Work, task_id: Id, end: TaskEnd) -> TaskRow:
    result = contracts.TaskResult(end.result)
    return _row(work, service.end_task(work, actor, task_id, is_done=end.is_done, result=result, note=end.note))


@router.get("/customers/{customer_id}/tasks", summary="Tasks about a customer")
def list_customer_tasks(actor: CurrentActor, reading: ReadOnly, customer_id: Id) -> CustomerTasks:
    """Whoever has them."""
    is_open = tasks.tasks_of_customer(reading, actor, customer_id)
    ended = tasks.tasks_of_customer(reading, actor, customer_id, are_open=False, size=10)
    return CustomerTasks(rows=_rows(reading, [*is_open, *ended]))


def _row(reading: Reading, task: contracts.Task) -> TaskRow:
    return _rows(reading, [task])[0]


def _rows(reading: Reading, found: Sequence[contracts.Task]) -> list[TaskRow]:
    texts = tasks.texts_of(reading, found)
    staff = {each for task in found for each in (task.staff_id, task.handed_by) if each is not None}
    names = staff_names(reading, staff)
    units = unit_names(reading, {each.unit_id for each in found if each.unit_id is not None})
    shown = names_of(reading, [each.customer_id for each in found])
    journeys = {
        each.definition_id: each.name
        for each in definitions.list_by_id(reading, {t.definition_id for t in found if t.definition_id is not None})
    }
    return [
        TaskRow(
            task_id=each.task_id,
            customer_id=each.customer_id,
            customer=shown.get(each.customer_id, ""),
            staff_id=each.staff_id,
            staff=names.get(each.staff_id or 0, ""),
            unit=units.get(each.unit_id or 0, ""),
            title=texts[each.task_id].title,
            body=texts[each.task_id].body,
            script_id=each.script_id,
            source=each.source.value,
            definition_id=each.definition_id,
            step=each.step,
            from_name=journeys.get(each.definition_id or 0, ""),
            due_at=each.due_at,
            state=each.state.value,
            result=each.result.value,
            note=each.note,
            handed_by=names.get(each.handed_by or 0, ""),
            handed_note=each.handed_note,
            requested_at=each.requested_at,
            ended_at=each.ended_at,
            is_late=(each.ended_at or reading.clock.now()) > each.due_at,
        )
        for each in found
    ]


def names_of(reading: Reading, customer_ids: Sequence[int]) -> dict[int, str]:
    """What customers are called on a page of the staff."""
    people = customers.summaries(reading, sorted(set(customer_ids)))
    return {each.customer_id: each.display_name for each in people}


def _inbox_rows(reading: Reading, context: ApiContext, items: Sequence[InboxItem]) -> list[InboxRow]:
    rows = {each.task_id: each for each in _rows(reading, [item.task for item in items if item.task is not None])}
    addresses = SignedAddresses(context.settings.base_url, context.secret_key)
    texts = texts_of(reading, addresses, [each.hand for each in items if each.hand is not None])
    shown = names_of(reading, [each.customer_id for each in items if each.customer_id is not None])
    return [_inbox_row(each, rows, texts, shown.get(each.customer_id or 0, "")) for each in items]


def _inbox_row(item: InboxItem, rows: dict[int, TaskRow], texts: dict[int, HandText], customer: str) -> InboxRow:
    row = InboxRow(
        kind=item.kind.value,
        group=item.group.value,
        at=item.at,
        customer_id=item.customer_id,
        customer=customer,
        title="",
        text="",
        worth_fen=item.worth_fen,
    )
    if item.task is not None:
        task = rows[item.task.task_id]
        return row.model_copy(update={"title": task.title, "text": task.body, "task": task})
    if item.hand is not None:
        text = texts[item.hand.message_id]
        told = {
            "title": text.title,
            "text": text.body,
            "link_url": text.link_url,
            "attachments": list(text.attachments),
        }
        return row.model_copy(update={**told, "message_id": item.hand.message_id})
    if item.pack is not None:
        return row.model_copy(update={"text": item.pack.text, "customers": item.pack.customers})
    if item.enquiry is not None:
        update = {"title": item.enquiry.text, "text": item.enquiry.answer}
        return row.model_copy(update={**update, "enquiry_id": item.enquiry.enquiry_id})
    return row.model_copy(update={"text": item.follow_up.text if item.follow_up is not None else ""})
