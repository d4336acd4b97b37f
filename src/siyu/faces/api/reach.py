"""How the company reaches its customers: its rules, what its channels did, and what staff are to send by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.assembly.sending import gate_of, present_channels
from siyu.domain.company.reading import staff_names
from siyu.domain.content.contracts import Attachment, SignedAddresses
from siyu.domain.customers import reading as customers
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service
from siyu.domain.messages.contracts import (
    STRANDED_AFTER,
    HandTask,
    HandTaskState,
    KeptRules,
    ReachRules,
    Recent,
    Repeating,
    SendingChannel,
)
from siyu.engines.reach.by_hand import texts_of
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import Actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/reach", tags=["reach"])


class ReachChannelNumbers(BaseModel):
    """How many messages a channel was let through for today, and of how many of the last ninety days got through and how many
    failed."""

    let_through_today: int
    got_through: int
    failed: int


_NO_NUMBERS = ReachChannelNumbers(let_through_today=0, got_through=0, failed=0)


class ReachChannel(BaseModel):
    """A channel there is, and about what a message costs if the company says nothing else. `by_staff`: staff members send what it
    takes. `may_be_unsure`: of what was lost on the way nobody can tell whether it went out. `numbers` are of all customers, and
    None for who sees a part of them."""

    name: str
    cost_fen: int
    by_staff: bool
    may_be_unsure: bool
    numbers: ReachChannelNumbers | None


class StrandedChannel(BaseModel):
    """A channel that is not there any more, though `waiting` messages are to go out by it, the first `since` then. They are given
    up after `hours` of their purpose, and their next channel is asked."""

    name: str
    waiting: int
    since: datetime
    hours: dict[str, int]


class ReachRulesRow(BaseModel):
    """The rules in force; version 0 before anybody set any. `stranded` is told to who sees all customers."""

    rules: ReachRules
    version: int
    set_at: datetime | None
    channels: list[ReachChannel]
    stranded: list[StrandedChannel]


class ReachRulesDraft(BaseModel):
    """Rules to put in force in place of `version`."""

    rules: ReachRules
    version: Annotated[int, Field(ge=0, lt=2**31)]


class HandTaskRow(BaseModel):
    """A message to copy and send by hand. Its id is the message's."""

    message_id: int
    customer_id: int
    customer: str
    staff: str
    title: str
    body: str
    link_url: str | None
    attachments: list[Attachment]
    state: Literal["open", "done", "skipped"]
    created_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None


class HandTaskPage(BaseModel):
    """Rows, and where the next page begins."""

    rows: list[HandTaskRow]
    next_after: str | None


@router.get("/rules", summary="The rules of reaching customers")
def get_reach_rules(actor: CurrentActor, context: Context, reading: ReadOnly, columns: ColumnsClient) -> ReachRulesRow:
    actor.require("journeys.read")
    return _rules_row(reading, actor, context, columns, messages_reading.reach_rules(reading))


@router.put("/rules", summary="Set the rules of reaching customers")
def set_reach_rules(
    actor: CurrentActor, context: Context, work: Work, columns: ColumnsClient, draft: ReachRulesDraft
) -> ReachRulesRow:
    """All of them at once; 409 where somebody else has changed them since `version`."""
    kept = service.set_rules(work, actor, draft.rules, version=draft.version)
    return _rules_row(work, actor, context, columns, kept)


@router.get("/hand-tasks", summary="What is to be sent by hand")
def list_hand_tasks(
    actor: CurrentActor,
    context: Context,
    reading: ReadOnly,
    page: Paging,
    state: Annotated[Literal["open", "done", "skipped"], Query()] = "open",
    customer_id: Id | None = None,
) -> HandTaskPage:
    """Your own, the newest first; all of them for whoever sees all customers."""
    found = service.list_hand_tasks(reading, actor, page, HandTaskState(state), customer_id=customer_id)
    return HandTaskPage(rows=_task_rows(reading, context, list(found.rows)), next_after=found.next_after)


@router.post("/hand-tasks/{message_id}/sent", summary="Say that it was sent by hand")
def send_hand_task(actor: CurrentActor, context: Context, work: Work, message_id: Id) -> HandTaskRow:
    (row,) = _task_rows(work, context, [service.end_hand_task(work, actor, message_id, is_sent=True)])
    return row


@router.post("/hand-tasks/{message_id}/skip", summary="Say that it will not be sent")
def skip_hand_task(actor: CurrentActor, context: Context, work: Work, message_id: Id) -> HandTaskRow:
    (row,) = _task_rows(work, context, [service.end_hand_task(work, actor, message_id, is_sent=False)])
    return row


def _rules_row(reading: Reading, actor: Actor, context: ApiContext, columns: Columns, kept: KeptRules) -> ReachRulesRow:
    sees_all = actor.scope.is_everything
    numbers = _numbers(reading, context) if sees_all else {}
    with gate_of(context.settings, context.database, columns, context.secret_key) as reach:
        channels = [
            ReachChannel(
                name=name,
                cost_fen=channel.cost_fen,
                by_staff=not isinstance(channel, SendingChannel),
                may_be_unsure=isinstance(channel, SendingChannel) and channel.repeating is Repeating.NEVER,
                numbers=numbers.get(name, _NO_NUMBERS) if sees_all else None,
            )
            for name, channel in reach.channels.items()
        ]
        stranded = messages_reading.stranded(reading, present_channels(reading, reach)) if sees_all else {}
    hours = {purpose: wait // timedelta(hours=1) for purpose, wait in STRANDED_AFTER.items()}
    return ReachRulesRow(
        rules=kept.rules,
        version=kept.version,
        set_at=kept.set_at,
        channels=channels,
        stranded=[
            StrandedChannel(name=name, waiting=waiting, since=since, hours=hours)
            for name, (waiting, since) in sorted(stranded.items())
        ],
    )


def _numbers(reading: Reading, context: ApiContext) -> dict[str, ReachChannelNumbers]:
    today = reading.clock.now().astimezone(context.settings.zone).date()
    recent = messages_reading.recent_of_channels(reading)
    let_through = messages_reading.let_through_on(reading, today)
    return {
        name: ReachChannelNumbers(
            let_through_today=let_through.get(name, 0),
            got_through=recent.get(name, Recent()).got_through,
            failed=recent.get(name, Recent()).failed,
        )
        for name in {*recent, *let_through}
    }


def _task_rows(reading: Reading, context: ApiContext, tasks: list[HandTask]) -> list[HandTaskRow]:
    addresses = SignedAddresses(context.settings.base_url, context.secret_key)
    texts = texts_of(reading, addresses, tasks)
    names = staff_names(reading, {each.staff_id for each in tasks})
    people = customers.summaries(reading, [each.customer_id for each in tasks])
    shown = {each.customer_id: each.display_name for each in people}
    return [
        HandTaskRow(
            message_id=task.message_id,
            customer_id=task.customer_id,
            customer=shown.get(task.customer_id, ""),
            staff=names.get(task.staff_id, ""),
            title=texts[task.message_id].title,
            body=texts[task.message_id].body,
            link_url=texts[task.message_id].link_url,
            attachments=list(texts[task.message_id].attachments),
            state=task.state.value,
            created_at=task.created_at,
            expires_at=task.expires_at,
            ended_at=task.ended_at,
        )
        for task in tasks
    ]
