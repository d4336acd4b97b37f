"""Personas: the characters in which the company speaks, their accounts, what is dressed, how each account stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.domain.company import contracts, service
from siyu.domain.company.reading import staff_names
from siyu.domain.definitions.reading import names_of
from siyu.domain.entries.contracts import CODE_KIND
from siyu.faces.api.access import Context, CurrentActor, Id, ReadOnly, Version, Work
from siyu.faces.naming import actor_names
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/personas", tags=["personas"])

Count = Annotated[int, Field(ge=0, le=1_000_000)]
Word = Annotated[str, Field(max_length=200)]
Channel = Literal["wecom", "service", "official_account"]
Reason = Literal["adds", "deletions", "complaints"]


class PersonaLimits(BaseModel):
    """From when on an account is brought nobody; 0 is no limit. One younger than `new_days` has the lower limit of adds."""

    new_days: Count = 30
    new_daily_adds: Count = 30
    daily_adds: Count = 100
    deletions_percent: Count = 20
    deletions_least: Count = 20
    weekly_complaints: Count = 3


class PersonaDressed(BaseModel):
    """Something on the list that was done."""

    item: str
    done_on: date
    done_by: str


class PersonaAccount(BaseModel):
    """An account of a persona and how it stands. `throttled` says why it is brought nobody; `looked_at` null: not looked at
    yet."""

    account_id: int
    channel: Channel
    corp_id: str
    account: str
    name: str
    staff_id: int | None
    opened_on: date | None
    dressed: list[PersonaDressed]
    adds_today: int
    adds_week: int
    deletions_week: int
    complaints_week: int
    throttled: list[Reason]
    throttled_at: datetime | None
    looked_at: datetime | None


class PersonaRow(BaseModel):
    """A persona. Hand `revision` back when saving."""

    persona_id: int
    name: str
    role: str
    tone: str
    welcome: str
    stages: list[str]
    dressing: list[str]
    code_id: int | None
    limits: PersonaLimits
    is_archived: bool
    is_throttled: bool
    revision: int
    changed_at: datetime
    accounts: list[PersonaAccount]


class PersonaList(BaseModel):
    """All personas, those put away last."""

    rows: list[PersonaRow]


class PersonaDraft(BaseModel):
    """What is to be said of a persona."""

    name: Word
    role: Word = ""
    tone: Annotated[str, Field(max_length=10_000)] = ""
    welcome: Annotated[str, Field(max_length=10_000)] = ""
    stages: Annotated[list[Word], Field(max_length=100)] = []
    dressing: Annotated[list[Word], Field(max_length=100)] = []
    code_id: Id | None = None
    limits: PersonaLimits = PersonaLimits()
    revision: Version | None = None


class PersonaAccountDraft(BaseModel):
    """An account that is to speak for a persona; of WeCom with `corp_id` and `staff_id`."""

    channel: Channel
    account: Annotated[str, Field(max_length=200)]
    name: Word = ""
    corp_id: Word = ""
    staff_id: Id | None = None
    opened_on: date | None = None


class PersonaTick(BaseModel):
    """Something on the list is done, or is not."""

    item: Word
    is_done: bool


class PersonaComplaint(BaseModel):
    """A day on which a customer complained."""

    complained_on: date


@router.get("", summary="Personas")
def list_personas(
    actor: CurrentActor, context: Context, reading: ReadOnly, archived: Annotated[bool, Query()] = False
) -> PersonaList:
    found = service.list_personas(reading, actor, context.settings.zone, with_archived=archived)
    return PersonaList(rows=_rows(reading, found))


@router.post("", summary="A new persona")
def create_persona(actor: CurrentActor, context: Context, work: Work, draft: PersonaDraft) -> PersonaRow:
    return _row(work, service.create_persona(work, actor, _draft(work, actor, draft), context.settings.zone))


@router.get("/{persona_id}", summary="One persona")
def get_persona(actor: CurrentActor, context: Context, reading: ReadOnly, persona_id: Id) -> PersonaRow:
    return _row(reading, service.get_persona(reading, actor, persona_id, context.settings.zone))


@router.put("/{persona_id}", summary="Change what is said of it")
def save_persona(actor: CurrentActor, context: Context, work: Work, persona_id: Id, draft: PersonaDraft) -> PersonaRow:
    checked = _draft(work, actor, draft)
    zone = context.settings.zone
    return _row(work, service.save_persona(work, actor, persona_id, checked, zone, revision=draft.revision))


@router.post("/{persona_id}/archive", summary="Put it away")
def archive_persona(actor: CurrentActor, context: Context, work: Work, persona_id: Id) -> PersonaRow:
    """What its accounts did stays."""
    return _row(work, service.archive_persona(work, actor, persona_id, context.settings.zone))


@router.post("/{persona_id}/restore", summary="Take it out again")
def restore_persona(actor: CurrentActor, context: Context, work: Work, persona_id: Id) -> PersonaRow:
    zone = context.settings.zone
    return _row(work, service.archive_persona(work, actor, persona_id, zone, is_archived=False))


@router.post("/{persona_id}/accounts", summary="Have an account speak for it")
def add_persona_account(
    actor: CurrentActor, context: Context, work: Work, persona_id: Id, draft: PersonaAccountDraft
) -> PersonaRow:
    actor.require("personas.write")
    if draft.staff_id is not None and draft.staff_id not in staff_names(work, [draft.staff_id]):
        raise InvalidError("There is no such member of the staff.", field="staff_id")
    account = contracts.AccountDraft(**draft.model_dump())
    return _row(work, service.add_account(work, actor, persona_id, account, context.settings.zone))


@router.delete("/{persona_id}/accounts/{account_id}", summary="It speaks for nobody any more")
def remove_persona_account(
    actor: CurrentActor, context: Context, work: Work, persona_id: Id, account_id: Id
) -> PersonaRow:
    return _row(work, service.remove_account(work, actor, persona_id, account_id, context.settings.zone))


@router.put("/{persona_id}/accounts/{account_id}/dressing", summary="Tick something on its list")
def dress_persona_account(
    actor: CurrentActor, context: Context, work: Work, persona_id: Id, account_id: Id, tick: PersonaTick
) -> PersonaRow:
    zone = context.settings.zone
    return _row(work, service.dress_account(work, actor, persona_id, account_id, tick.item, zone, is_done=tick.is_done))


@router.post("/{persona_id}/accounts/{account_id}/complaints", summary="Note a complaint")
def note_persona_complaint(
    actor: CurrentActor, context: Context, work: Work, persona_id: Id, account_id: Id, complaint: PersonaComplaint
) -> PersonaRow:
    """WeCom tells nobody of complaints; who complained is not kept."""
    zone = context.settings.zone
    return _row(work, service.note_complaint(work, actor, persona_id, account_id, complaint.complained_on, zone))


def _draft(reading: Reading, actor: Actor, draft: PersonaDraft) -> contracts.PersonaDraft:
    """What the room cannot see: whether the code is there."""
    actor.require("personas.write")
    if draft.code_id is not None:
        code = names_of(reading, [draft.code_id]).get(draft.code_id)
        if code is None or code.kind != CODE_KIND:
            raise InvalidError("There is no such channel code.", field="code_id")
    return contracts.PersonaDraft(
        name=draft.name,
        role=draft.role,
        tone=draft.tone,
        welcome=draft.welcome,
        stages=draft.stages,
        dressing=draft.dressing,
        code_id=draft.code_id,
        limits=contracts.PersonaLimits(**draft.limits.model_dump()),
    )


def _row(reading: Reading, persona: contracts.Persona) -> PersonaRow:
    return _rows(reading, [persona])[0]


def _rows(reading: Reading, found: Sequence[contracts.Persona]) -> list[PersonaRow]:
    accounts = [account for each in found for account in each.accounts]
    names = actor_names(reading, {done.done_by for account in accounts for done in account.dressed})
    return [
        PersonaRow(
            persona_id=each.persona_id,
            name=each.name,
            role=each.role,
            tone=each.tone,
            welcome=each.welcome,
            stages=list(each.stages),
            dressing=list(each.dressing),
            code_id=each.code_id,
            limits=PersonaLimits(**asdict(each.limits)),
            is_archived=each.is_archived,
            is_throttled=each.is_throttled,
            revision=each.revision,
            changed_at=each.changed_at,
            accounts=[_account(account, names) for account in each.accounts],
        )
        for each in found
    ]


def _account(account: contracts.PersonaAccount, names: Mapping[str, str]) -> PersonaAccount:
    numbers = account.numbers
    return PersonaAccount(
        account_id=account.account_id,
        channel=_CHANNELS[account.channel],
        corp_id=account.corp_id,
        account=account.account,
        name=account.name,
        staff_id=account.staff_id,
        opened_on=account.opened_on,
        dressed=[
            PersonaDressed(item=done.item, done_on=done.done_on, done_by=names.get(done.done_by, ""))
            for done in account.dressed
        ],
        adds_today=numbers.adds_today,
        adds_week=numbers.adds_week,
        deletions_week=numbers.deletions_week,
        complaints_week=numbers.complaints_week,
        throttled=[_REASONS[reason] for reason in account.throttled],
        throttled_at=account.throttled_at,
        looked_at=account.looked_at,
    )


_CHANNELS: Mapping[str, Channel] = {"wecom": "wecom", "service": "service", "official_account": "official_account"}
_REASONS: Mapping[contracts.ThrottleReason, Reason] = {
    contracts.ThrottleReason.ADDS: "adds",
    contracts.ThrottleReason.DELETIONS: "deletions",
    contracts.ThrottleReason.COMPLAINTS: "complaints",
}
