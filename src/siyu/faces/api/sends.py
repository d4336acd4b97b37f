"""Sends: composed, looked at before they go out, asked for, approved, paused, called back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, RootModel

from siyu.assembly.sending import gate_of
from siyu.domain.company.reading import staff_names
from siyu.domain.definitions.service import made_elsewhere
from siyu.domain.sends import contracts, service
from siyu.domain.sends.reading import is_personal, is_seen
from siyu.engines.reach.planning_preview import Preview, people_behind, preview, recipients
from siyu.engines.reach.planning_rules import rules_of
from siyu.engines.reach.planning_runs import call_back
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, Paging, ReadOnly, Version, Work
from siyu.faces.api.customers import CustomerPage, page_of_customers
from siyu.faces.api.documents import DescribedAs, Document
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/sends", tags=["sends"])

RunWord = Literal["waiting", "planned", "running", "paused", "done", "cancelled"]


class SendDefinition(RootModel[contracts.Send]):
    """A send: what is said, to whom, by which channels, when."""


class SendRun(BaseModel):
    """One going out of a version. `people` are those taken down at its start, null before; both numbers are null where it goes to
    others than those whom you may see."""

    run_id: int
    version: Version
    state: RunWord
    recipients: int | None
    people: int | None
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class SendRow(BaseModel):
    """A send. `definition` is what somebody who edits it sees; `is_draft`: not asked for yet as it stands. `run` is the latest."""

    send_id: int
    name: str
    version: int | None
    revision: int
    definition: SendDefinition
    is_draft: bool
    run: SendRun | None
    updated_at: datetime
    is_made_elsewhere: bool


class SendPage(BaseModel):
    """Sends, the newest first."""

    rows: list[SendRow]
    next_after: str | None


class SendDraft(BaseModel):
    """What is to be saved."""

    name: str
    definition: Annotated[Document, DescribedAs(SendDefinition)]
    revision: Version | None = None


class SendPreviewAsked(BaseModel):
    """A send to be looked at before it is saved."""

    definition: Annotated[Document, DescribedAs(SendDefinition)]


class SendPeopleAsked(SendPreviewAsked):
    """Those of its segment who would not get it, for one reason."""

    reason: str


class Counted(BaseModel):
    """How many there are of something that is named by a stable word."""

    key: str
    count: int


class SendPreview(BaseModel):
    """What a send would come to now. `reasons`: how many of the segment would not get it; `is_estimate` where a sample stands for
    all. `is_personal`: its text has places, which a mass task fills with what stands there for who is not known."""

    segment: int
    reached: int
    is_estimate: bool
    reasons: list[Counted]
    channels: list[Counted]
    members: int
    tasks: int
    staff_seconds: int
    cost_fen: int
    needs_approval: bool
    is_personal: bool


class ApprovalRow(BaseModel):
    """A send that waits for somebody's word."""

    send_id: int
    name: str
    definition: SendDefinition
    run: SendRun


class Approvals(BaseModel):
    """All that wait, the earliest to begin first."""

    rows: list[ApprovalRow]


class SendDecision(BaseModel):
    """Which version is meant: another that was asked for since is not."""

    version: Version


@router.get("", summary="Sends")
def list_sends(actor: CurrentActor, reading: ReadOnly, page: Paging) -> SendPage:
    found = service.list_sends(reading, actor, page)
    return SendPage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.post("", summary="A new send, as a draft")
def create_send(actor: CurrentActor, work: Work, draft: SendDraft) -> SendRow:
    return _row(work, actor, service.create_send(work, actor, draft.name, draft.definition))


@router.post("/preview", summary="What a send would come to now")
def preview_send(
    actor: CurrentActor, context: Context, columns: ColumnsClient, reading: ReadOnly, asked: SendPreviewAsked
) -> SendPreview:
    """Who of those whom you may see would get it by which channel, who would not and why, and what it takes. The first fault of
    the document is told instead, where it has one."""
    actor.require("sends.write")
    send = service.parse_send(asked.definition)
    with gate_of(context.settings, context.database, columns, context.secret_key) as reach:
        found = preview(reading, columns, reach, actor, send)
    return _preview(reading, send, found)


@router.post("/preview/people", summary="Who would not get it, for one reason")
def preview_send_people(
    actor: CurrentActor,
    context: Context,
    columns: ColumnsClient,
    reading: ReadOnly,
    page: Paging,
    asked: SendPeopleAsked,
) -> CustomerPage:
    """Some of them, as far as you may see them."""
    actor.require("sends.write")
    send = service.parse_send(asked.definition)
    with gate_of(context.settings, context.database, columns, context.secret_key) as reach:
        found = people_behind(reading, columns, reach, actor, send, asked.reason)
    return page_of_customers(reading, actor, found, page)


@router.get("/approvals", summary="What waits for somebody's word")
def list_approvals(actor: CurrentActor, reading: ReadOnly) -> Approvals:
    found = service.list_approvals(reading, actor)
    names = _names(reading, [each.run for each in found])
    return Approvals(
        rows=[
            ApprovalRow(
                send_id=each.run.send_id,
                name=each.name,
                definition=SendDefinition(each.send),
                run=_run(actor, each.run, names),
            )
            for each in found
        ]
    )


@router.get("/{send_id}", summary="One send")
def get_send(actor: CurrentActor, reading: ReadOnly, send_id: Id) -> SendRow:
    return _row(reading, actor, service.get_send(reading, actor, send_id))


@router.put("/{send_id}", summary="Save a draft")
def save_send(actor: CurrentActor, work: Work, send_id: Id, draft: SendDraft) -> SendRow:
    """What is on its way goes on; what waits for approval has to be asked for anew."""
    saved = service.save_send(work, actor, send_id, draft.name, draft.definition, revision=draft.revision)
    return _row(work, actor, saved)


@router.delete("/{send_id}", summary="Take it away", status_code=204)
def delete_send(actor: CurrentActor, work: Work, send_id: Id) -> None:
    """Not while it is on its way."""
    service.delete_send(work, actor, send_id)


@router.post("/{send_id}/ask", summary="Ask for it to be sent")
def ask_for_send(actor: CurrentActor, context: Context, work: Work, send_id: Id) -> SendRow:
    """It goes out at its time, to those whom you may see; one to more people than the company allows waits until somebody else
    approves it."""
    actor.require("sends.publish")
    send = service.get_send(work, actor, send_id).latest
    count = recipients(work, actor, send)
    above = rules_of(work).approve_above
    zone = context.settings.zone
    return _row(work, actor, service.ask_for_send(work, actor, send_id, zone, recipients=count, approve_above=above))


@router.post("/{send_id}/approve", summary="Let it go out")
def approve_send(actor: CurrentActor, context: Context, work: Work, send_id: Id, decision: SendDecision) -> SendRow:
    """Not by who asked for it or wrote it."""
    return _row(work, actor, service.approve_send(work, actor, send_id, decision.version, context.settings.zone))


@router.post("/{send_id}/refuse", summary="Do not let it go out")
def refuse_send(actor: CurrentActor, work: Work, send_id: Id, decision: SendDecision) -> SendRow:
    return _row(work, actor, service.refuse_send(work, actor, send_id, decision.version))


@router.post("/{send_id}/pause", summary="Ask for no more messages")
def pause_send(actor: CurrentActor, work: Work, send_id: Id) -> SendRow:
    return _row(work, actor, service.pause_send(work, actor, send_id))


@router.post("/{send_id}/resume", summary="Go on")
def resume_send(actor: CurrentActor, work: Work, send_id: Id) -> SendRow:
    return _row(work, actor, service.resume_send(work, actor, send_id))


@router.post("/{send_id}/cancel", summary="Call it back")
def cancel_send(actor: CurrentActor, work: Work, send_id: Id) -> SendRow:
    """What is out stays out; tasks that nobody confirmed are cancelled in WeCom."""
    return _row(work, actor, call_back(work, actor, send_id))


def _preview(reading: Reading, send: contracts.Send, found: Preview) -> SendPreview:
    above = rules_of(reading).approve_above
    people = found.segment - found.reasons.get(contracts.LeftOutReason.EXCLUDED.value, 0)
    return SendPreview(
        segment=found.segment,
        reached=found.reached,
        is_estimate=found.is_estimate,
        reasons=_counted(found.reasons.items()),
        channels=_counted(found.channels.items()),
        members=found.members,
        tasks=found.tasks,
        staff_seconds=found.staff_seconds,
        cost_fen=found.cost_fen,
        needs_approval=above is not None and people > above,
        is_personal=contracts.WECOM_CHANNEL in send.channels and is_personal(send.content),
    )


def _counted(pairs: Iterable[tuple[str, int]]) -> list[Counted]:
    """The most first."""
    return [Counted(key=key, count=count) for key, count in sorted(pairs, key=lambda pair: (-pair[1], pair[0]))]


def _row(reading: Reading, actor: Actor, design: contracts.SendDesign) -> SendRow:
    return _rows(reading, actor, [design])[0]


def _rows(reading: Reading, actor: Actor, designs: Sequence[contracts.SendDesign]) -> list[SendRow]:
    names = _names(reading, [each.run for each in designs if each.run is not None])
    elsewhere = made_elsewhere(reading, actor, [each.send_id for each in designs])
    return [
        SendRow(
            send_id=each.send_id,
            name=each.name,
            version=each.version,
            revision=each.revision,
            definition=SendDefinition(each.latest),
            is_draft=each.draft is not None,
            run=_run(actor, each.run, names) if each.run is not None else None,
            updated_at=each.updated_at,
            is_made_elsewhere=each.send_id in elsewhere,
        )
        for each in designs
    ]


def _names(reading: Reading, runs: Sequence[contracts.Run]) -> dict[str, str]:
    """{actor: name} of the staff who asked and decided."""
    actors = {actor for run in runs for actor in (run.asked_by, run.decided_by) if actor and actor.startswith("staff:")}
    names = staff_names(reading, {int(actor.partition(":")[2]) for actor in actors})
    return {f"staff:{staff_id}": name for staff_id, name in names.items()}


def _run(actor: Actor, run: contracts.Run, names: dict[str, str]) -> SendRun:
    shows = is_seen(actor, run)
    return SendRun(
        run_id=run.run_id,
        version=run.version,
        state=run.state.value,
        recipients=run.recipients if shows else None,
        people=run.people if shows else None,
        asked_by=names.get(run.asked_by, run.asked_by),
        asked_at=run.asked_at,
        decided_by=names.get(run.decided_by, run.decided_by) if run.decided_by else None,
        decided_at=run.decided_at,
        starts_at=run.starts_at,
        ends_at=run.ends_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
    )
