"""Experiments: what is compared, on whom, what came of it, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, RootModel

from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.definitions.service import made_elsewhere
from siyu.domain.experiments import contracts, service
from siyu.domain.segments import reading as segments
from siyu.engines.insight.experiments import results as insight
from siyu.engines.insight.experiments.counting import doers
from siyu.engines.insight.experiments.planning import days_for, units_for_means, units_for_rates
from siyu.engines.insight.terms.whom import Whom, asked_whom
from siyu.faces.api.access import (
    ONLY_READS,
    ColumnsClient,
    Context,
    CurrentActor,
    Id,
    Paging,
    ReadOnly,
    Searching,
    Version,
    Work,
)
from siyu.faces.api.customers import CustomerPage, page_of_customers
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.experiment_answers import ExperimentResults, results_answer
from siyu.faces.api.used_by import UsedBy, used_by
from siyu.faces.naming import actor_names
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/experiments", tags=["experiments"])

CUSTOMERS_AT_ONCE = 1000

Status = Literal["draft", "live", "stopped"]
_STATUS: dict[DefinitionStatus, Status] = {
    DefinitionStatus.DRAFT: "draft",
    DefinitionStatus.LIVE: "live",
    DefinitionStatus.STOPPED: "stopped",
}


class ExperimentDefinition(RootModel[contracts.Experiment]):
    """Arms, outcomes, and how it is to be judged."""


class ExperimentDraft(BaseModel):
    """What is to be saved."""

    name: str
    definition: Annotated[Document, DescribedAs(ExperimentDefinition)]
    revision: Version | None = None


class ExperimentRow(BaseModel):
    """An experiment. `definition` is what runs, or the draft of one that never did; `draft_definition` is what waits. Hand
    `revision` back when saving."""

    experiment_id: int
    name: str
    status: Status
    version: int | None
    revision: int
    definition: ExperimentDefinition
    draft_definition: ExperimentDefinition | None
    updated_at: datetime
    is_made_elsewhere: bool
    used_by: list[UsedBy]


class ExperimentPage(BaseModel):
    """Experiments, the newest first."""

    rows: list[ExperimentRow]
    next_after: str | None


class ArmQuestion(BaseModel):
    """Who has come: customers by their number, or somebody by an identity."""

    customer_ids: Annotated[list[Id], Field(max_length=CUSTOMERS_AT_ONCE)] = []
    identity: tuple[str, str] | None = Field(None, description="Kind and value, like ['user_id', '10086'].")


class ArmAnswer(BaseModel):
    """The arm of each customer who takes part; who does not is not named. `arm` is that of the identity."""

    arms: dict[int, str]
    arm: str | None


class PlanQuestion(BaseModel):
    """How many it takes: of a rate by what it is, of a mean by its spread. `effect` is relative."""

    rate: Annotated[float, Field(ge=1e-9, lt=1)] | None = None
    mean: Annotated[float, Field(ge=1e-9, le=1e12)] | None = None
    deviation: Annotated[float, Field(ge=1e-9, le=1e12)] | None = None
    effect: Annotated[float, Field(ge=0.001, le=10)]
    alpha: Annotated[float, Field(ge=0.0001, le=0.5)] = 0.05
    power: Annotated[float, Field(ge=0.5, le=0.9999)] = 0.8
    share: Annotated[float, Field(ge=0.0001, le=0.9999)] = 0.5
    customers_a_day: Annotated[float, Field(ge=0, le=1e9)] | None = None


class Plan(BaseModel):
    """Customers of both arms together, and days until so many have come."""

    units: int
    days: int | None


class DecisionDraft(BaseModel):
    """Which arm is to stay (none: none of them), and why. Put in force, everybody gets it while the experiment has ended."""

    arm: str | None = None
    note: str
    puts_in_force: bool = False


class Decision(BaseModel):
    """What was decided."""

    decision_id: int
    arm: str | None
    note: str
    decided_by: str
    decided_by_name: str | None
    decided_at: datetime
    is_in_force: bool


class Decisions(BaseModel):
    """The latest first."""

    rows: list[Decision]


@router.get("", summary="Experiments")
def list_experiments(actor: CurrentActor, reading: ReadOnly, page: Searching) -> ExperimentPage:
    found = service.list_experiments(reading, actor, page)
    return ExperimentPage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.post("", summary="Draft an experiment")
def create_experiment(actor: CurrentActor, work: Work, draft: ExperimentDraft) -> ExperimentRow:
    return _row(work, actor, service.create_experiment(work, actor, draft.name, draft.definition))


@router.post("/plan", summary="How many customers an experiment takes", dependencies=[ONLY_READS])
def plan_experiment(actor: CurrentActor, question: PlanQuestion) -> Plan:
    """Of a rate, or of a mean and its standard deviation."""
    actor.require("experiments.read")
    levels = {"alpha": question.alpha, "power": question.power, "share": question.share}
    if question.rate is not None:
        effect = question.rate * question.effect
        if question.rate + effect >= 1:
            raise InvalidError("With that effect the rate would be 1 or more.", field="effect")
        units = units_for_rates(question.rate, effect, **levels)
    elif question.mean is not None and question.deviation is not None:
        units = units_for_means(question.deviation**2, question.mean * question.effect, **levels)
    else:
        raise InvalidError("Give a rate, or a mean and its standard deviation.", field="rate")
    days = None if question.customers_a_day is None else days_for(units, question.customers_a_day)
    return Plan(units=units, days=days)


@router.get("/{experiment_id}", summary="An experiment")
def get_experiment(actor: CurrentActor, reading: ReadOnly, experiment_id: Id) -> ExperimentRow:
    return _row(reading, actor, service.get_experiment(reading, actor, experiment_id))


@router.put("/{experiment_id}", summary="Change an experiment")
def save_experiment(actor: CurrentActor, work: Work, experiment_id: Id, draft: ExperimentDraft) -> ExperimentRow:
    """Once it has begun just its name and hypothesis."""
    saved = service.save_experiment(work, actor, experiment_id, draft.name, draft.definition, revision=draft.revision)
    return _row(work, actor, saved)


@router.delete("/{experiment_id}", summary="Delete an experiment", status_code=204)
def delete_experiment(actor: CurrentActor, work: Work, experiment_id: Id) -> None:
    """Unless anybody was given an arm."""
    service.delete_experiment(work, actor, experiment_id)


@router.post("/{experiment_id}/begin", summary="Begin an experiment")
def begin_experiment(actor: CurrentActor, work: Work, experiment_id: Id) -> ExperimentRow:
    """Whoever comes from now on is given an arm."""
    return _row(work, actor, service.begin_experiment(work, actor, experiment_id))


@router.post("/{experiment_id}/end", summary="End an experiment")
def end_experiment(actor: CurrentActor, work: Work, experiment_id: Id) -> ExperimentRow:
    """Nobody else is given an arm; what those do who have one goes on counting."""
    return _row(work, actor, service.end_experiment(work, actor, experiment_id))


@router.post("/{experiment_id}/resume", summary="Go on with an experiment")
def resume_experiment(actor: CurrentActor, work: Work, experiment_id: Id) -> ExperimentRow:
    return _row(work, actor, service.resume_experiment(work, actor, experiment_id))


@router.post("/{experiment_id}/arms", summary="Which arm customers are given")
def give_arms(actor: CurrentActor, work: Work, experiment_id: Id, question: ArmQuestion) -> ArmAnswer:
    """Ask where the experiment decides: it is then that a customer has come. Asked again the answer is the same."""
    actor.require("experiments.assign")  # before anybody is looked up
    wanted, told = list(question.customer_ids), None
    if question.identity is not None:
        told = customers.customers_known_as(work, [Identity(*question.identity)]).get(Identity(*question.identity))
        wanted += [told] if told is not None else []
    arms = service.assign(work, actor, experiment_id, wanted, segments.is_member)
    return ArmAnswer(
        arms={each: arms[each] for each in question.customer_ids if each in arms},
        arm=arms.get(told) if told is not None else None,
    )


@router.get("/{experiment_id}/results", summary="What an experiment shows")
def get_results(
    actor: CurrentActor, context: Context, columns: ColumnsClient, reading: ReadOnly, experiment_id: Id
) -> ExperimentResults:
    """Until now, of the customers in your scope."""
    actor.require("insight.read")
    state = service.get_experiment(reading, actor, experiment_id)
    now, zone = context.database.clock.now(), context.settings.zone
    # columns do not know whose own a customer is
    own = customers.ids_in_scope(reading, actor) if actor.scope.own_only else None
    with asked_whom(columns, actor.scope, own) as whom:
        found = insight.results(columns, experiment_id, state.shown, now, zone, whom)
    return results_answer(state.shown, found, now)


@router.get("/{experiment_id}/people", summary="Of whom an outcome came")
def list_experiment_people(
    actor: CurrentActor,
    context: Context,
    columns: ColumnsClient,
    page: Paging,
    experiment_id: Id,
    arm: Annotated[str, Query(pattern=contracts.KEY_PATTERN)],
    outcome: Annotated[int, Query(ge=0, le=contracts.GUARDRAILS_MAX)] = 0,
) -> CustomerPage:
    """The customers of an arm of whom such an event came within their days, as far as you may see them. Outcome 0 is the primary
    one, the others are the guardrails in their order."""
    actor.require("insight.read")
    with context.database.read() as reading:
        shown = service.get_experiment(reading, actor, experiment_id).shown
    if outcome >= len(shown.outcomes):
        raise InvalidError("There is no such outcome.", field="outcome")
    trial = insight.trial_of(experiment_id, shown, context.database.clock.now())
    found = doers(columns, trial, shown.outcomes[outcome], arm, Whom())
    with context.database.read() as reading:
        return page_of_customers(reading, actor, found, page)


@router.get("/{experiment_id}/decisions", summary="What was decided")
def list_decisions(actor: CurrentActor, reading: ReadOnly, experiment_id: Id) -> Decisions:
    return Decisions(rows=_decisions(reading, service.list_decisions(reading, actor, experiment_id)))


@router.post("/{experiment_id}/decisions", summary="Decide")
def decide(actor: CurrentActor, work: Work, experiment_id: Id, draft: DecisionDraft) -> Decision:
    """Writes down which arm is to stay and why. It changes nothing by itself, unless it is put in force."""
    made = service.decide(work, actor, experiment_id, draft.arm, draft.note, puts_in_force=draft.puts_in_force)
    return _decisions(work, [made])[0]


def _decisions(reading: Reading, found: Sequence[contracts.Decision]) -> list[Decision]:
    names = actor_names(reading, [each.decided_by for each in found])
    return [
        Decision(
            decision_id=each.decision_id,
            arm=each.arm,
            note=each.note,
            decided_by=each.decided_by,
            decided_by_name=names.get(each.decided_by),
            decided_at=each.decided_at,
            is_in_force=each.is_in_force,
        )
        for each in found
    ]


def _row(reading: Reading, actor: Actor, found: contracts.ExperimentState) -> ExperimentRow:
    return _rows(reading, actor, [found])[0]


def _rows(reading: Reading, actor: Actor, found: Sequence[contracts.ExperimentState]) -> list[ExperimentRow]:
    experiment_ids = [each.experiment_id for each in found]
    users, elsewhere = definitions.users_of(reading, experiment_ids), made_elsewhere(reading, actor, experiment_ids)
    return [
        ExperimentRow(
            experiment_id=each.experiment_id,
            name=each.name,
            status=_STATUS[each.status],
            version=each.version,
            revision=each.revision,
            definition=ExperimentDefinition(each.shown),
            draft_definition=ExperimentDefinition(each.draft) if each.draft and each.experiment else None,
            updated_at=each.updated_at,
            is_made_elsewhere=each.experiment_id in elsewhere,
            used_by=used_by(users.get(each.experiment_id, [])),
        )
        for each in found
    ]
