"""What engines and other rooms read of plans, on their own account: no actor, no rights."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from siyu.domain.company import service as company
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import Definition
from siyu.domain.plans import store
from siyu.domain.plans.contracts import PLAN_KIND, REVIEW_KIND, PlanState, ReviewState, TaskState
from siyu.domain.plans.rules import (
    NUMBERS,
    PLAN,
    RESULT,
    REVIEW,
    is_seen,
    parse_plan,
    parse_review,
    plan_document,
    review_document,
    stage_of,
)
from siyu.domain.plans.templates import PlanTemplate, template_names, template_plan
from siyu.kernel.actors import Scope, system_actor
from siyu.platform.postgres.database import Reading

__all__ = [
    "NUMBERS",
    "PLAN",
    "RESULT",
    "REVIEW",
    "PlanTemplate",
    "plan_document",
    "review_document",
    "template_names",
    "template_plan",
]
"""What of this door is written in the files beside it."""


def plans_by_id(reading: Reading, plan_ids: Collection[int]) -> dict[int, PlanState]:
    """The plans as they stand, whoever may see them."""
    rows = store.plans_of(reading.driver, plan_ids)
    found = [each for each in definitions.list_by_id(reading, list(rows)) if each.kind == PLAN_KIND]
    tasks = store.tasks_of(reading.driver, list(rows))
    return {
        each.definition_id: _plan_state(each, rows[each.definition_id], tasks.get(each.definition_id, {}))
        for each in found
    }


def reviews_by_id(reading: Reading, review_ids: Collection[int]) -> dict[int, ReviewState]:
    """The reviews as they stand, whoever may see them."""
    rows = store.reviews_of(reading.driver, review_ids)
    found = [each for each in definitions.list_by_id(reading, list(rows)) if each.kind == REVIEW_KIND]
    return {each.definition_id: _review_state(each, rows[each.definition_id]) for each in found}


def unit_paths(reading: Reading) -> dict[int, str]:
    """The path of every unit."""
    return {each.unit_id: each.path for each in company.list_units(reading, system_actor("plans"))}


def units_seen(reading: Reading, scope: Scope) -> Sequence[int] | None:
    """The units whose plans are seen from a scope; None for all."""
    if scope.unit_path is None:
        return None
    return [unit for unit, path in unit_paths(reading).items() if is_seen(scope, path)]


def _plan_state(definition: Definition, row: store.PlanRow, tasks: dict[str, TaskState]) -> PlanState:
    return PlanState(
        plan_id=definition.definition_id,
        name=definition.name,
        stage=stage_of(definition.status, row.begun_at),
        version=definition.version,
        revision=definition.revision,
        plan=parse_plan(definition.document) if definition.document is not None else None,
        draft=parse_plan(definition.draft) if definition.draft is not None else None,
        tasks=tasks,
        begun_at=row.begun_at,
        closed_at=row.closed_at,
        updated_at=definition.updated_at,
    )


def _review_state(definition: Definition, row: store.ReviewRow) -> ReviewState:
    return ReviewState(
        review_id=definition.definition_id,
        name=definition.name,
        revision=definition.revision,
        review=parse_review(definition.latest),
        closed_at=row.closed_at,
        updated_at=definition.updated_at,
    )
