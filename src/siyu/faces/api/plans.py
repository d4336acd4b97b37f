"""Plans of campaigns: drafted, approved, running, closed; their tasks; their targets and budget in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, RootModel

from siyu.domain.company import reading as company
from siyu.domain.definitions import reading as definitions
from siyu.domain.metrics.contracts import Unit
from siyu.domain.plans import contracts, service
from siyu.domain.plans import reading as plans
from siyu.engines.insight.metric_values import Numbers
from siyu.engines.insight.plan_numbers import TargetNumber, plan_numbers
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, ReadOnly, Searching, Version, Work
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.metrics import Day
from siyu.faces.api.used_by import UsedBy, used_by
from siyu.kernel.errors import InvalidError
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/plans", tags=["plans"])

Key = Annotated[str, Field(max_length=40)]


class PlanDefinition(RootModel[contracts.CampaignPlan]):
    """What a campaign is meant to be."""


class NamedThing(BaseModel):
    """What something that is mentioned is called."""

    definition_id: int
    kind: str
    name: str


class NamedPerson(BaseModel):
    """What somebody of the staff is called."""

    staff_id: int
    name: str


class PlanRow(BaseModel):
    """A plan. `definition` is what was approved, or the draft of one that never was; `draft_definition` is what waits to be.
    `tasks` are those that somebody has touched, `names` and `people` of what and whom it mentions. Hand `revision` back when
    saving."""

    plan_id: int
    name: str
    stage: contracts.Stage
    version: int | None
    revision: int
    definition: PlanDefinition
    draft_definition: PlanDefinition | None
    tasks: dict[str, contracts.TaskState]
    unit_name: str | None
    names: list[NamedThing]
    people: list[NamedPerson]
    used_by: list[UsedBy]
    begun_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime


class PlanPage(BaseModel):
    """Plans, the newest first."""

    rows: list[PlanRow]
    next_after: str | None


class PlanDraft(BaseModel):
    """What is to be saved."""

    name: str
    definition: Annotated[Document, DescribedAs(PlanDefinition)]
    revision: Version | None = None


class PlanTemplate(BaseModel):
    """A kind of campaign to begin with."""

    key: str
    name: str
    about: str
    definition: PlanDefinition


class PlanTemplates(BaseModel):
    """All of them, laid out from a first day on."""

    rows: list[PlanTemplate]


class TaskChange(BaseModel):
    """How a task stands."""

    state: contracts.TaskState


class PlanTargetNumber(BaseModel):
    """A target and what it has come to. Names and unit are null where the metric is in force no more, `actual` where nothing has
    begun."""

    metric_id: int
    phase: str | None
    key: str | None
    zh: str | None
    en: str | None
    unit: Unit | None
    up_is: Literal["good", "bad", "neither"]
    since_on: date
    until_on: date
    target: float
    actual: int | float | None


class PlanInNumbers(BaseModel):
    """As of now, over the customers whom you see. What was spent is the company's: null for who does not see all customers."""

    as_of: datetime
    today: date
    targets: list[PlanTargetNumber]
    planned_fen: int
    spent_fen: int | None


@router.get("", summary="Plans")
def list_plans(
    actor: CurrentActor,
    reading: ReadOnly,
    page: Searching,
    stage: contracts.Stage | None = None,
    since_on: Annotated[Day | None, Query(description="Those on any day from this one")] = None,
    until_on: Annotated[Day | None, Query(description="until this one")] = None,
) -> PlanPage:
    days = None
    if since_on is not None or until_on is not None:
        days = (since_on or date(2000, 1, 1), until_on or date(2199, 12, 31))
        if days[0] > days[1]:
            raise InvalidError("It ends before it begins.", field="since_on")
    found = service.list_plans(reading, actor, page, stage=stage, days=days)
    return PlanPage(rows=_rows(reading, found.rows), next_after=found.next_after)


@router.get("/templates", summary="Plans to begin with")
def list_plan_templates(
    actor: CurrentActor, begins_on: Annotated[Day, Query()], language: Literal["zh", "en"] = "zh"
) -> PlanTemplates:
    actor.require("plans.write")
    if not date(2000, 2, 1) <= begins_on <= date(2199, 10, 1):
        raise InvalidError("No plan begins on that day.", field="begins_on")
    n = 0 if language == "zh" else 1
    return PlanTemplates(
        rows=[
            PlanTemplate(
                key=each.key,
                name=each.name[n],
                about=each.about[n],
                definition=PlanDefinition(plans.template_plan(each.key, begins_on, language)),
            )
            for each in plans.template_names()
        ]
    )


@router.post("", summary="Draft a plan")
def create_plan(actor: CurrentActor, work: Work, draft: PlanDraft) -> PlanRow:
    return _row(work, service.create_plan(work, actor, draft.name, draft.definition))


@router.get("/{plan_id}", summary="A plan")
def get_plan(actor: CurrentActor, reading: ReadOnly, plan_id: Id) -> PlanRow:
    return _row(reading, service.get_plan(reading, actor, plan_id))


@router.put("/{plan_id}", summary="Change a plan")
def save_plan(actor: CurrentActor, work: Work, plan_id: Id, draft: PlanDraft) -> PlanRow:
    """Once it was approved a change waits to be approved, unless nothing but its tasks is arranged anew."""
    saved = service.save_plan(work, actor, plan_id, draft.name, draft.definition, revision=draft.revision)
    return _row(work, saved)


@router.delete("/{plan_id}", summary="Delete a plan", status_code=204)
def delete_plan(actor: CurrentActor, work: Work, plan_id: Id) -> None:
    """One that was never approved."""
    service.delete_plan(work, actor, plan_id)


@router.post("/{plan_id}/approve", summary="Approve a plan")
def approve_plan(actor: CurrentActor, work: Work, plan_id: Id) -> PlanRow:
    """What is drafted is what was agreed on."""
    return _row(work, service.approve_plan(work, actor, plan_id))


@router.post("/{plan_id}/begin", summary="Begin a plan")
def begin_plan(actor: CurrentActor, work: Work, plan_id: Id) -> PlanRow:
    return _row(work, service.begin_plan(work, actor, plan_id))


@router.post("/{plan_id}/close", summary="Close a plan")
def close_plan(actor: CurrentActor, work: Work, plan_id: Id) -> PlanRow:
    return _row(work, service.close_plan(work, actor, plan_id))


@router.post("/{plan_id}/reopen", summary="Open a plan again")
def reopen_plan(actor: CurrentActor, work: Work, plan_id: Id) -> PlanRow:
    return _row(work, service.reopen_plan(work, actor, plan_id))


@router.put("/{plan_id}/tasks/{task}", summary="Say how a task stands")
def set_plan_task(actor: CurrentActor, work: Work, plan_id: Id, task: Key, change: TaskChange) -> PlanRow:
    """Your own, or any where you may change plans."""
    return _row(work, service.set_task(work, actor, plan_id, task, change.state))


@router.get("/{plan_id}/numbers", summary="A plan in numbers")
def get_plan_numbers(actor: CurrentActor, context: Context, columns: ColumnsClient, plan_id: Id) -> PlanInNumbers:
    actor.require("metrics.read")
    with context.database.read() as reading:
        plan = service.get_plan(reading, actor, plan_id).shown
    as_of, zone = context.database.clock.now(), context.settings.zone
    found = plan_numbers(Numbers(context.database, columns, zone, actor), plan)
    return PlanInNumbers(
        as_of=as_of,
        today=as_of.astimezone(zone).date(),
        targets=[_target(each) for each in found.targets],
        planned_fen=found.planned_fen,
        spent_fen=found.spent_fen,
    )


def _target(found: TargetNumber) -> PlanTargetNumber:
    metric = found.metric
    return PlanTargetNumber(
        metric_id=found.target.metric_id,
        phase=found.target.phase,
        key=metric.key if metric else None,
        zh=metric.zh if metric else None,
        en=metric.en if metric else None,
        unit=metric.unit if metric else None,
        up_is=metric.up_is if metric else "good",
        since_on=found.since_on,
        until_on=found.until_on,
        target=found.target.value,
        actual=found.actual,
    )


def named_things(reading: Reading, definition_ids: Iterable[int]) -> list[NamedThing]:
    """What they are called, by id."""
    found = definitions.names_of(reading, set(definition_ids))
    return [NamedThing(definition_id=key, kind=found[key].kind, name=found[key].name) for key in sorted(found)]


def named_people(reading: Reading, staff_ids: Iterable[int | None]) -> list[NamedPerson]:
    """What they are called, by id."""
    found = company.staff_names(reading, {each for each in staff_ids if each is not None})
    return [NamedPerson(staff_id=key, name=found[key]) for key in sorted(found)]


def _row(reading: Reading, state: contracts.PlanState) -> PlanRow:
    return _rows(reading, [state])[0]


def _rows(reading: Reading, found: Sequence[contracts.PlanState]) -> list[PlanRow]:
    users = definitions.users_of(reading, [each.plan_id for each in found])
    units = {each.shown.unit_id for each in found if each.shown.unit_id is not None}
    unit_names = company.unit_names(reading, units) if units else {}
    return [_shown(reading, each, unit_names, used_by(users.get(each.plan_id, []))) for each in found]


def _shown(reading: Reading, state: contracts.PlanState, unit_names: dict[int, str], users: list[UsedBy]) -> PlanRow:
    both = [each for each in (state.plan, state.draft) if each is not None]
    mentioned = {number for plan in both for number in (*plan.segment_ids, *plan.linked_ids)}
    mentioned |= {target.metric_id for plan in both for target in plan.targets}
    people = {number for plan in both for role in plan.roles for number in role.staff_ids}
    owners = {task.owner_id for plan in both for task in plan.tasks}
    return PlanRow(
        plan_id=state.plan_id,
        name=state.name,
        stage=state.stage,
        version=state.version,
        revision=state.revision,
        definition=PlanDefinition(state.shown),
        draft_definition=PlanDefinition(state.draft) if state.draft and state.plan else None,
        tasks=dict(state.tasks),
        unit_name=unit_names.get(state.shown.unit_id) if state.shown.unit_id is not None else None,
        names=named_things(reading, mentioned) if mentioned else [],
        people=named_people(reading, people | owners),
        used_by=users,
        begun_at=state.begun_at,
        closed_at=state.closed_at,
        updated_at=state.updated_at,
    )
