"""Leads: the pool and who takes from it, what became of them, the rules; follow-ups of customers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field, RootModel

from siyu.domain.company.reading import staff_names, unit_names
from siyu.domain.entries import contracts, service
from siyu.domain.entries import reading as entries
from siyu.faces.api.access import Context, CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.tasks import names_of
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api", tags=["leads"])

LeadWord = Literal["open", "won", "lost", "joined"]
IntentWord = Literal["", "high", "medium", "low"]
WayWord = Literal["call", "wecom", "visit", "other"]
ViewWord = Literal["mine", "pool", "team"]


class LeadRulesDocument(RootModel[contracts.LeadRules]):
    """The rules of leads: stages, reasons of loss, when one returns to the pool, how many somebody may take."""


class LeadRulesRow(BaseModel):
    """The rules in force; version 0 before anybody set any."""

    rules: LeadRulesDocument
    version: int
    set_at: datetime | None


class LeadRulesDraft(BaseModel):
    """Rules to put in force in place of `version`."""

    rules: Annotated[Document, DescribedAs(LeadRulesDocument)]
    version: Annotated[int, Field(ge=0, lt=2**31)]


class LeadRow(BaseModel):
    """A lead. `last_text` is what was written down of the last talk; `returns_at` when it goes back to the pool without another."""

    lead_id: int
    customer_id: int
    customer: str
    staff_id: int | None
    staff: str
    unit: str
    state: LeadWord
    stage: str
    intent: IntentWord
    source: str
    note: str
    loss_reason: str
    next_at: datetime | None
    opened_at: datetime
    given_at: datetime | None
    touched_at: datetime
    former_staff: str
    recycled: int
    ended_at: datetime | None
    last_text: str
    returns_at: datetime | None


class LeadPage(BaseModel):
    """Rows, the newest first, and where the next page begins."""

    rows: list[LeadRow]
    next_after: str | None


class LeadRows(BaseModel):
    """Leads."""

    rows: list[LeadRow]


class StageCount(BaseModel):
    """How many open leads stand on a stage."""

    stage: str
    count: int


class LeadCountsRow(BaseModel):
    """Open leads of a view: all, whose date has come, nobody's, by stage in the order of the rules."""

    open: int
    due: int
    unowned: int
    stages: list[StageCount]


class NewLead(BaseModel):
    """A lead to open. `staff_id`: whose it is; null: the pool's."""

    customer_id: Id
    source: Annotated[str, Field(max_length=60)]
    note: Annotated[str, Field(max_length=contracts.LEAD_NOTE_LENGTH_MAX)] = ""
    intent: IntentWord = ""
    staff_id: Id | None = None


class LeadEdit(BaseModel):
    """What is so from now on."""

    stage: Annotated[str, Field(max_length=40)]
    intent: IntentWord
    next_at: AwareDatetime | None
    note: Annotated[str, Field(max_length=contracts.LEAD_NOTE_LENGTH_MAX)]


class LeadIds(BaseModel):
    """Which leads are meant."""

    lead_ids: Annotated[list[Id], Field(min_length=1, max_length=contracts.LEADS_AT_ONCE_MAX)]


class LeadAssigning(LeadIds):
    """To whom leads are given: to one, or shared among several."""

    staff_ids: Annotated[list[Id], Field(min_length=1, max_length=100)]


class LeadsReturned(BaseModel):
    """How many were with somebody."""

    returned: int


class LeadLoss(BaseModel):
    """Why they will not buy; one of the reasons of the rules."""

    reason: Annotated[str, Field(max_length=40)]


class LeadSources(BaseModel):
    """Where leads came from, the most frequent first."""

    rows: list[str]


class NewFollowUp(BaseModel):
    """What was said with a customer, and when you talk again; the same key writes it down once."""

    follow_up_key: UUID
    way: WayWord
    text: Annotated[str, Field(max_length=contracts.FOLLOW_UP_LENGTH_MAX)]
    intent: IntentWord = ""
    next_at: AwareDatetime | None = None


class FollowUpRow(BaseModel):
    """What a member of the staff wrote down."""

    follow_up_id: int
    customer_id: int
    staff: str
    way: WayWord
    text: str
    intent: IntentWord
    next_at: datetime | None
    is_latest: bool
    recorded_at: datetime


class FollowUpPage(BaseModel):
    """Rows, the newest first, and where the next page begins."""

    rows: list[FollowUpRow]
    next_after: str | None


@router.get("/leads", summary="Leads")
def list_leads(
    actor: CurrentActor,
    reading: ReadOnly,
    page: Paging,
    view: Annotated[ViewWord, Query()] = "mine",
    stage: Annotated[str, Query(max_length=40)] = "",
    intent: Annotated[Literal["", "any", "high", "medium", "low"], Query()] = "any",
    source: Annotated[str, Query(max_length=60)] = "",
    staff_id: Id | None = None,
    is_open: Annotated[bool, Query()] = True,
) -> LeadPage:
    """Yours, the pool's that you may take, or all of those you answer for."""
    meant = None if intent == "any" else contracts.Intent(intent)
    wanted = contracts.LeadFilter(stage=stage, intent=meant, source=source, staff_id=staff_id, is_open=is_open)
    found = service.list_leads(reading, actor, page, contracts.LeadView(view), wanted)
    return LeadPage(rows=_rows(reading, found.rows), next_after=found.next_after)


@router.post("/leads", summary="Make a customer a lead")
def open_lead(actor: CurrentActor, work: Work, lead: NewLead) -> LeadRow:
    intent = contracts.Intent(lead.intent)
    draft = contracts.LeadDraft(lead.customer_id, lead.source, lead.note, intent, lead.staff_id)
    return _rows(work, [service.open_lead(work, actor, draft)])[0]


@router.get("/leads/counts", summary="How many leads there are")
def count_leads(actor: CurrentActor, reading: ReadOnly, view: Annotated[ViewWord, Query()] = "mine") -> LeadCountsRow:
    found = service.count_leads(reading, actor, contracts.LeadView(view))
    stages = [StageCount(stage=stage, count=count) for stage, count in found.by_stage]
    return LeadCountsRow(open=found.open, due=found.due, unowned=found.unowned, stages=stages)


@router.get("/leads/rules", summary="The rules of leads")
def get_lead_rules(actor: CurrentActor, reading: ReadOnly) -> LeadRulesRow:
    actor.require("leads.read")
    return _rules_row(entries.lead_rules(reading))


@router.put("/leads/rules", summary="Set the rules of leads")
def set_lead_rules(actor: CurrentActor, work: Work, draft: LeadRulesDraft) -> LeadRulesRow:
    """All of them at once; 409 where somebody else has changed them since `version`."""
    return _rules_row(service.set_lead_rules(work, actor, draft.rules, version=draft.version))


@router.get("/leads/sources", summary="Where leads came from")
def list_lead_sources(actor: CurrentActor, reading: ReadOnly) -> LeadSources:
    return LeadSources(rows=service.list_lead_sources(reading, actor))


@router.post("/leads/claim", summary="Take leads from the pool")
def claim_leads(actor: CurrentActor, context: Context, work: Work, wanted: LeadIds) -> LeadRows:
    """All or none, within the company's rules; you keep their customers then."""
    return LeadRows(rows=_rows(work, service.claim_leads(work, actor, wanted.lead_ids, context.settings.zone)))


@router.post("/leads/assign", summary="Give leads to somebody")
def assign_leads(actor: CurrentActor, work: Work, wanted: LeadAssigning) -> LeadRows:
    """Shared among several: whoever has least gets the next."""
    return LeadRows(rows=_rows(work, service.assign_leads(work, actor, wanted.lead_ids, wanted.staff_ids)))


@router.post("/leads/return", summary="Put leads back into the pool")
def return_leads(actor: CurrentActor, work: Work, wanted: LeadIds) -> LeadsReturned:
    return LeadsReturned(returned=service.return_leads(work, actor, wanted.lead_ids))


@router.get("/leads/{lead_id}", summary="One lead")
def get_lead(actor: CurrentActor, reading: ReadOnly, lead_id: Id) -> LeadRow:
    return _rows(reading, [service.get_lead(reading, actor, lead_id)])[0]


@router.put("/leads/{lead_id}", summary="Change a lead")
def change_lead(actor: CurrentActor, work: Work, lead_id: Id, edit: LeadEdit) -> LeadRow:
    change = contracts.LeadChange(edit.stage, contracts.Intent(edit.intent), edit.next_at, edit.note)
    return _rows(work, [service.change_lead(work, actor, lead_id, change)])[0]


@router.post("/leads/{lead_id}/win", summary="They bought")
def win_lead(actor: CurrentActor, work: Work, lead_id: Id) -> LeadRow:
    return _rows(work, [service.win_lead(work, actor, lead_id)])[0]


@router.post("/leads/{lead_id}/lose", summary="They will not buy")
def lose_lead(actor: CurrentActor, work: Work, lead_id: Id, loss: LeadLoss) -> LeadRow:
    return _rows(work, [service.lose_lead(work, actor, lead_id, loss.reason)])[0]


@router.get("/customers/{customer_id}/leads", summary="Leads of a customer")
def list_customer_leads(actor: CurrentActor, reading: ReadOnly, customer_id: Id) -> LeadRows:
    """The open one first."""
    return LeadRows(rows=_rows(reading, service.leads_of_customer(reading, actor, customer_id)))


@router.get("/customers/{customer_id}/follow-ups", summary="Follow-ups of a customer")
def list_follow_ups(actor: CurrentActor, reading: ReadOnly, page: Paging, customer_id: Id) -> FollowUpPage:
    found = service.list_follow_ups(reading, actor, customer_id, page)
    return FollowUpPage(rows=_follow_ups(reading, found.rows), next_after=found.next_after)


@router.post("/customers/{customer_id}/follow-ups", summary="Write down what was said")
def record_follow_up(actor: CurrentActor, work: Work, customer_id: Id, told: NewFollowUp) -> FollowUpRow:
    """An open lead of theirs was cared for with that."""
    way, intent = contracts.FollowUpWay(told.way), contracts.Intent(told.intent)
    draft = contracts.FollowUpDraft(way, told.text, intent, told.next_at)
    return _follow_ups(work, [service.record_follow_up(work, actor, customer_id, draft, told.follow_up_key)])[0]


def _rules_row(kept: contracts.KeptLeadRules) -> LeadRulesRow:
    return LeadRulesRow(rules=LeadRulesDocument(kept.rules), version=kept.version, set_at=kept.set_at)


def _rows(reading: Reading, found: Sequence[contracts.Lead]) -> list[LeadRow]:
    staff = {each for lead in found for each in (lead.staff_id, lead.former_staff_id) if each is not None}
    names = staff_names(reading, staff)
    units = unit_names(reading, {each.unit_id for each in found if each.unit_id is not None})
    people = [each.customer_id for each in found]
    shown, talks = names_of(reading, people), entries.latest_follow_ups(reading, people)
    rules = entries.lead_rules(reading).rules
    return [
        LeadRow(
            lead_id=each.lead_id,
            customer_id=each.customer_id,
            customer=shown.get(each.customer_id, ""),
            staff_id=each.staff_id,
            staff=names.get(each.staff_id or 0, ""),
            unit=units.get(each.unit_id or 0, ""),
            state=each.state.value,
            stage=each.stage,
            intent=each.intent.value,
            source=each.source,
            note=each.note,
            loss_reason=each.loss_reason,
            next_at=each.next_at,
            opened_at=each.opened_at,
            given_at=each.given_at,
            touched_at=each.touched_at,
            former_staff=names.get(each.former_staff_id or 0, ""),
            recycled=each.recycled,
            ended_at=each.ended_at,
            last_text=talks[each.customer_id].text if each.customer_id in talks else "",
            returns_at=entries.returns_at(each, rules),
        )
        for each in found
    ]


def _follow_ups(reading: Reading, found: Sequence[contracts.FollowUp]) -> list[FollowUpRow]:
    names = staff_names(reading, {each.staff_id for each in found if each.staff_id is not None})
    return [
        FollowUpRow(
            follow_up_id=each.follow_up_id,
            customer_id=each.customer_id,
            staff=names.get(each.staff_id or 0, ""),
            way=each.way.value,
            text=each.text,
            intent=each.intent.value,
            next_at=each.next_at,
            is_latest=each.is_latest,
            recorded_at=each.recorded_at,
        )
        for each in found
    ]
