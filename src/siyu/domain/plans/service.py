"""The verbs of room `plans`. None of them commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from siyu.domain.company import reading as company
from siyu.domain.company.service import record_audit
from siyu.domain.definitions import reading as definitions_reading
from siyu.domain.definitions import service as definitions
from siyu.domain.plans import store
from siyu.domain.plans.contracts import (
    LINKED_KINDS,
    PLAN_KIND,
    TASK_STATES,
    CampaignPlan,
    CampaignTakenError,
    OutsideUnitError,
    PlanState,
    Stage,
    TaskState,
    UnknownTaskError,
    WrongStageError,
)
from siyu.domain.plans.reading import plans_by_id, unit_paths, units_seen
from siyu.domain.plans.reviews import (
    add_action,
    close_review,
    create_review,
    delete_review,
    find_frozen,
    get_review,
    list_actions,
    list_reviews,
    remove_action,
    save_action,
    save_review,
)
from siyu.domain.plans.rules import FAULTS, is_rearranged, is_seen, is_within, parse_plan, place_of, plan_document
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

__all__ = [
    "add_action",
    "approve_plan",
    "begin_plan",
    "close_plan",
    "close_review",
    "create_plan",
    "create_review",
    "delete_plan",
    "delete_review",
    "find_frozen",
    "get_plan",
    "get_review",
    "list_actions",
    "list_plans",
    "list_reviews",
    "remove_action",
    "reopen_plan",
    "save_action",
    "save_plan",
    "save_review",
    "set_task",
]
"""What of this door is written in the file beside it, and below."""

SIYU = system_actor("plans")


def create_plan(work: UnitOfWork, actor: Actor, name: str, document: object) -> PlanState:
    """A new plan, drafted; CampaignTakenError where another has its campaign."""
    actor.require("plans.write")
    plan = parse_plan(document)
    _require_within(work, actor, plan.unit_id)
    _hold_campaign(work, plan, None)
    made = definitions.create(work, actor, PLAN_KIND, name, plan_document(plan), _references(work, plan))
    store.put_plan(work.driver, made.definition_id, plan.campaign, plan.unit_id, plan.since_on, plan.until_on)
    return _plan(work, made.definition_id)


def save_plan(
    work: UnitOfWork, actor: Actor, plan_id: int, name: str, document: object, *, revision: int | None = None
) -> PlanState:
    """Saves a draft. Of a plan that was approved it waits to be approved as well, unless nothing but tasks is arranged anew."""
    actor.require("plans.write")
    plan = parse_plan(document)
    before = _own(work, actor, plan_id)
    _require_within(work, actor, plan.unit_id)
    if before.plan is not None and before.plan.campaign != plan.campaign:
        raise FAULTS.fault(("campaign",), "campaign_fixed", campaign=before.plan.campaign)
    _hold_campaign(work, plan, plan_id)
    references = _references(work, plan)
    definitions.save_draft(
        work, actor, plan_id, name, plan_document(plan), references, kind=PLAN_KIND, revision=revision
    )
    if before.plan is None:
        store.put_plan(work.driver, plan_id, plan.campaign, plan.unit_id, plan.since_on, plan.until_on)
    elif before.stage in {"approved", "running"} and is_rearranged(before.plan, plan):
        definitions.publish(work, SIYU, plan_id, kind=PLAN_KIND)
        record_audit(work, actor, "plans.rearrange", f"plan:{plan_id}")
    return _plan(work, plan_id)


def approve_plan(work: UnitOfWork, actor: Actor, plan_id: int) -> PlanState:
    """What is drafted is what was agreed on."""
    actor.require("plans.publish")
    if _own(work, actor, plan_id).stage == "closed":
        raise WrongStageError
    definitions.publish(work, actor, plan_id, kind=PLAN_KIND)
    approved = _plan(work, plan_id).shown
    store.put_plan(work.driver, plan_id, approved.campaign, approved.unit_id, approved.since_on, approved.until_on)
    return _plan(work, plan_id)


def begin_plan(work: UnitOfWork, actor: Actor, plan_id: int) -> PlanState:
    """From now on it is running."""
    actor.require("plans.publish")
    if _own(work, actor, plan_id).stage != "approved":
        raise WrongStageError
    store.put_times(work.driver, plan_id, work.clock.now(), None)
    record_audit(work, actor, "plans.begin", f"plan:{plan_id}")
    return _plan(work, plan_id)


def close_plan(work: UnitOfWork, actor: Actor, plan_id: int) -> PlanState:
    """It is over, as it was meant to be or before."""
    actor.require("plans.publish")
    before = _own(work, actor, plan_id)
    definitions.stop(work, actor, plan_id, kind=PLAN_KIND)
    store.put_times(work.driver, plan_id, before.begun_at, work.clock.now())
    return _plan(work, plan_id)


def reopen_plan(work: UnitOfWork, actor: Actor, plan_id: int) -> PlanState:
    """It was closed too early."""
    actor.require("plans.publish")
    before = _own(work, actor, plan_id)
    definitions.resume(work, actor, plan_id, kind=PLAN_KIND)
    store.put_times(work.driver, plan_id, before.begun_at, None)
    return _plan(work, plan_id)


def delete_plan(work: UnitOfWork, actor: Actor, plan_id: int) -> None:
    """Takes away one that was never approved, unless something uses it."""
    actor.require("plans.write")
    if _own(work, actor, plan_id).stage != "drafted":
        raise WrongStageError
    definitions.delete(work, actor, plan_id, kind=PLAN_KIND)
    store.delete_plan(work.driver, plan_id)


def set_task(work: UnitOfWork, actor: Actor, plan_id: int, task: str, state: TaskState) -> PlanState:
    """How a task stands: who may write plans says so of every task, everybody else of their own."""
    actor.require("plans.read")
    plan = get_plan(work, actor, plan_id)
    if state not in TASK_STATES:
        raise InvalidError("There is no such state.", field="state")
    found = next((each for each in plan.shown.tasks if each.key == task), None)
    if found is None:
        raise UnknownTaskError
    is_own = actor.kind is ActorKind.STAFF and str(found.owner_id) == actor.actor_id
    if not is_own:
        actor.require("plans.write")
        _require_within(work, actor, plan.shown.unit_id)
    author = f"{actor.kind}:{actor.actor_id}"
    store.put_task(work.driver, plan_id, task, state, author, work.clock.now())
    record_audit(work, actor, "plans.set_task", f"plan:{plan_id}", task=task, state=state)
    return _plan(work, plan_id)


def get_plan(reading: Reading, actor: Actor, plan_id: int) -> PlanState:
    """The plan as it stands."""
    actor.require("plans.read")
    found = plans_by_id(reading, [plan_id]).get(plan_id)
    row = store.plans_of(reading.driver, [plan_id]).get(plan_id)
    if found is None or row is None or not is_seen(actor.scope, _path(reading, row.unit_id)):
        raise NotFoundError(f"Plan {plan_id}.")
    return found


def list_plans(
    reading: Reading,
    actor: Actor,
    page: PageRequest,
    *,
    stage: Stage | None = None,
    days: tuple[date, date] | None = None,
) -> Page[PlanState]:
    """The newest first; those at a stage, or that are on any of the days from one to another."""
    actor.require("plans.read")
    units = units_seen(reading, actor.scope)
    ids = store.page_of_plans(reading.driver, page, place_of(page), units, stage, days)
    found = plans_by_id(reading, ids[: page.size])
    rows = [found[each] for each in ids[: page.size] if each in found]
    return Page(rows, str(ids[page.size - 1]) if len(ids) > page.size else None)


def _plan(reading: Reading, plan_id: int) -> PlanState:
    return plans_by_id(reading, [plan_id])[plan_id]


def _own(work: UnitOfWork, actor: Actor, plan_id: int) -> PlanState:
    """A plan that this actor may change, and that nobody else does meanwhile."""
    store.lock_plan(work.driver, plan_id)
    found = plans_by_id(work, [plan_id]).get(plan_id)
    row = store.plans_of(work.driver, [plan_id]).get(plan_id)
    if found is None or row is None or not is_seen(actor.scope, _path(work, row.unit_id)):
        raise NotFoundError(f"Plan {plan_id}.")
    _require_within(work, actor, row.unit_id)
    return found


def _require_within(reading: Reading, actor: Actor, unit_id: int | None) -> None:
    if not is_within(actor.scope, _path(reading, unit_id)):
        raise OutsideUnitError


def _path(reading: Reading, unit_id: int | None) -> str | None:
    if unit_id is None:
        return None
    found = unit_paths(reading).get(unit_id)
    if found is None:
        raise InvalidError("There is no such unit.", field="unit_id")
    return found


def _hold_campaign(work: UnitOfWork, plan: CampaignPlan, plan_id: int | None) -> None:
    store.lock_campaigns(work.driver)
    taken = store.find_campaign(work.driver, plan.campaign)
    if taken is not None and taken != plan_id:
        raise CampaignTakenError(f"“{plan.campaign}” is taken.", campaign=plan.campaign)


def _references(reading: Reading, plan: CampaignPlan) -> set[int]:
    """What it is made of, each of the kind that belongs there; and whether those who answer for it are there."""
    metric_ids = [each.metric_id for each in plan.targets]
    found = definitions_reading.names_of(reading, {*plan.segment_ids, *plan.linked_ids, *metric_ids})
    kinds = {key: each.kind for key, each in found.items()}
    for n, each in enumerate(plan.segment_ids):
        if kinds.get(each) != "segment":
            raise FAULTS.fault(("segment_ids", n), "no_segment")
    for n, each in enumerate(metric_ids):
        if kinds.get(each) != "metric":
            raise FAULTS.fault(("targets", n, "metric_id"), "no_metric")
    for n, each in enumerate(plan.linked_ids):
        if kinds.get(each) not in LINKED_KINDS:
            raise FAULTS.fault(("linked_ids", n), "no_linked")
    _check_people(reading, plan)
    return set(kinds)


def _check_people(reading: Reading, plan: CampaignPlan) -> None:
    people = {each for role in plan.roles for each in role.staff_ids}
    people |= {each.owner_id for each in plan.tasks if each.owner_id is not None}
    known: Collection[int] = company.staff_names(reading, people) if people else ()
    for n, role in enumerate(plan.roles):
        for place, each in enumerate(role.staff_ids):
            if each not in known:
                raise FAULTS.fault(("roles", n, "staff_ids", place), "no_staff")
    for n, task in enumerate(plan.tasks):
        if task.owner_id is not None and task.owner_id not in known:
            raise FAULTS.fault(("tasks", n, "owner_id"), "no_staff")
