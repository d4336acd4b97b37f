"""Reviews: what was aimed at and what came of it, what was learned, and what is to be done; as a page and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, RootModel
from starlette.responses import Response

from siyu.assembly.setting_up import brand_of
from siyu.domain.company import reading as company
from siyu.domain.definitions import reading as definitions
from siyu.domain.metrics.contracts import Unit
from siyu.domain.plans import contracts, service
from siyu.domain.plans import reading as plans
from siyu.engines.insight.metric_values import Numbers
from siyu.engines.insight.reviewing import review_numbers
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, ReadOnly, Searching, Version, Work
from siyu.faces.api.context import ApiContext
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.metric_numbers import MetricPart
from siyu.faces.api.metrics import Day
from siyu.faces.api.plans import NamedPerson, NamedThing, named_people, named_things
from siyu.faces.api.used_by import UsedBy, used_by
from siyu.kernel.actors import Actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/reviews", tags=["plans"])

Number = int | float | None
_PAPER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The paper", "content": {"application/pdf": {"schema": {"type": "string"}}}}
}


class ReviewDefinition(RootModel[contracts.Review]):
    """What is looked back at, and what was learned."""


class ReviewRow(BaseModel):
    """A review. Hand `revision` back when saving. `names` are of what it mentions."""

    review_id: int
    name: str
    revision: int
    definition: ReviewDefinition
    names: list[NamedThing]
    used_by: list[UsedBy]
    closed_at: datetime | None
    updated_at: datetime


class ReviewPage(BaseModel):
    """Reviews, the newest first."""

    rows: list[ReviewRow]
    next_after: str | None


class ReviewDraft(BaseModel):
    """What is to be saved."""

    name: str
    definition: Annotated[Document, DescribedAs(ReviewDefinition)]
    revision: Version | None = None


class ReviewPoint(BaseModel):
    """A metric in the period that begins on that day, and in the one as far into the stretch before."""

    day: date
    value: Number
    before: Number


class ReviewMetric(BaseModel):
    """A metric over the days, over the days before, and what it was to come to. `cause` takes the change apart, where it is made of
    others."""

    metric_id: int
    key: str
    zh: str
    en: str
    unit: Unit
    up_is: Literal["good", "bad", "neither"]
    value: Number
    before: Number
    target: Number
    grain: Literal["day", "week", "month"]
    trend: list[ReviewPoint]
    cause: MetricPart | None


class ReviewDone(BaseModel):
    """What was done; `messages` are those of the journey. `ended`: it was ended in these days."""

    kind: contracts.DoneKind
    definition_id: int
    name: str
    times: int
    customers: int
    ended: bool


class ReviewInNumbers(BaseModel):
    """The numbers. `is_frozen`: those of when it was closed, of the log up to `position`, of the customers of `unit_name` (null: of
    all). Otherwise as of now, of the customers whom you see."""

    as_of: datetime
    position: int
    is_frozen: bool
    unit_name: str | None
    is_partial: bool
    before_begins_on: date
    before_ends_on: date
    metrics: list[ReviewMetric]
    done: list[ReviewDone]
    planned_fen: int | None
    spent_fen: int | None


class ReviewAction(BaseModel):
    """Something to be done. `review_id` is the review that it came of, perhaps one before this."""

    action_id: int
    review_id: int
    text: str
    owner_id: int | None
    due_on: date | None
    state: contracts.TaskState
    changed_at: datetime


class ReviewActions(BaseModel):
    """Those of a review, and what is open of the reviews before it."""

    rows: list[ReviewAction]
    people: list[NamedPerson]
    names: list[NamedThing]


class ActionDraft(BaseModel):
    """What is to be done."""

    text: str
    owner_id: Id | None = None
    due_on: Day | None = None


class ActionChange(ActionDraft):
    """And how it stands."""

    state: contracts.TaskState


@router.get("", summary="Reviews")
def list_reviews(
    actor: CurrentActor,
    reading: ReadOnly,
    page: Searching,
    plan_id: Id | None = None,
) -> ReviewPage:
    """All, or those of a plan."""
    found = service.list_reviews(reading, actor, page, plan_id=plan_id)
    return ReviewPage(rows=_rows(reading, found.rows), next_after=found.next_after)


@router.post("", summary="Begin a review")
def create_review(actor: CurrentActor, work: Work, draft: ReviewDraft) -> ReviewRow:
    return _row(work, service.create_review(work, actor, draft.name, draft.definition))


@router.get("/{review_id}", summary="A review")
def get_review(actor: CurrentActor, reading: ReadOnly, review_id: Id) -> ReviewRow:
    return _row(reading, service.get_review(reading, actor, review_id))


@router.put("/{review_id}", summary="Change a review")
def save_review(actor: CurrentActor, work: Work, review_id: Id, draft: ReviewDraft) -> ReviewRow:
    """While it is open."""
    saved = service.save_review(work, actor, review_id, draft.name, draft.definition, revision=draft.revision)
    return _row(work, saved)


@router.delete("/{review_id}", summary="Delete a review", status_code=204)
def delete_review(actor: CurrentActor, work: Work, review_id: Id) -> None:
    """While it is open."""
    service.delete_review(work, actor, review_id)


@router.get("/{review_id}/numbers", summary="A review in numbers")
def get_review_numbers(actor: CurrentActor, context: Context, columns: ColumnsClient, review_id: Id) -> ReviewInNumbers:
    actor.require("metrics.read")
    return _numbers(context, columns, actor, review_id)


@router.post("/{review_id}/close", summary="Close a review")
def close_review(actor: CurrentActor, context: Context, columns: ColumnsClient, review_id: Id) -> ReviewRow:
    """Its words and numbers stay as they are now."""
    actor.require("reviews.publish")
    revision, numbers = _counted(context, columns, actor, review_id)
    with context.database.begin() as work:
        return _row(work, service.close_review(work, actor, review_id, numbers, revision=revision))


@router.get("/{review_id}/paper", summary="A review as PDF", response_class=Response, responses=_PAPER)
def get_review_paper(
    actor: CurrentActor,
    context: Context,
    columns: ColumnsClient,
    review_id: Id,
    language: Literal["zh", "en"] = "zh",
) -> Response:
    from siyu.faces.api.review_paper import Paper, review_paper  # slow to load, and seldom asked for

    actor.require("metrics.read")
    numbers = _numbers(context, columns, actor, review_id)
    with context.database.read() as reading:
        row = _row(reading, service.get_review(reading, actor, review_id))
        actions = _actions(reading, actor, review_id)
    paper = Paper(
        brand=brand_of(context.settings, context.database),
        name=row.name,
        review=row.definition.root,
        numbers=numbers.model_dump(),
        actions=[each.model_dump() for each in actions.rows],
        people={each.staff_id: each.name for each in actions.people},
        plan=next((each.name for each in row.names if each.definition_id == row.definition.root.plan_id), None),
        zone=context.settings.zone,
        currency=context.settings.currency,
        language=language,
    )
    return Response(
        review_paper(paper),
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="review-{review_id}.pdf"'},
    )


@router.get("/{review_id}/actions", summary="What is to be done after a review")
def list_review_actions(actor: CurrentActor, reading: ReadOnly, review_id: Id) -> ReviewActions:
    """And what is still open of the reviews before it."""
    return _actions(reading, actor, review_id)


@router.post("/{review_id}/actions", summary="One more thing to do")
def add_review_action(actor: CurrentActor, work: Work, review_id: Id, draft: ActionDraft) -> ReviewAction:
    """While it is open."""
    return _action(service.add_action(work, actor, review_id, draft.text, draft.owner_id, draft.due_on))


@router.put("/actions/{action_id}", summary="Say how an action stands")
def save_review_action(actor: CurrentActor, work: Work, action_id: Id, change: ActionChange) -> ReviewAction:
    """Your own, or any where you may change reviews. What it says stays once its review is closed."""
    saved = service.save_action(work, actor, action_id, change.state, change.text, change.owner_id, change.due_on)
    return _action(saved)


@router.delete("/actions/{action_id}", summary="Take an action away", status_code=204)
def remove_review_action(actor: CurrentActor, work: Work, action_id: Id) -> None:
    """While its review is open."""
    service.remove_action(work, actor, action_id)


def _numbers(context: ApiContext, columns: Columns, actor: Actor, review_id: int) -> ReviewInNumbers:
    """Those that were frozen, or as of now."""
    with context.database.read() as reading:
        frozen = service.find_frozen(reading, actor, review_id)
        unit_name = None
        if frozen is not None and frozen.scope_path is not None:
            unit_id = int(frozen.scope_path.rstrip(".").rpartition(".")[2])
            unit_name = company.unit_names(reading, [unit_id]).get(unit_id)
    told = frozen.numbers if frozen is not None else _counted(context, columns, actor, review_id)[1]
    return ReviewInNumbers.model_validate(
        {
            **plans.NUMBERS.dump_python(told, mode="python"),
            "is_frozen": frozen is not None,
            "unit_name": unit_name,
            "metrics": [
                {**plans.RESULT.dump_python(each), "cause": _part(each.cause) if each.cause is not None else None}
                for each in told.metrics
            ],
        }
    )


def _counted(
    context: ApiContext, columns: Columns, actor: Actor, review_id: int
) -> tuple[int, contracts.ReviewNumbers]:
    """Which revision was counted, and what came of it."""
    with context.database.read() as reading:
        found = service.get_review(reading, actor, review_id)
        review = found.review
        of_plan = plans.plans_by_id(reading, [review.plan_id]) if review.plan_id is not None else {}
    plan = next((each.shown for each in of_plan.values()), None)
    numbers = Numbers(context.database, columns, context.settings.zone, actor)
    return found.revision, review_numbers(numbers, review, plan)


def _part(cause: contracts.Cause) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: getattr(cause, name)
        for name in ("key", "metric_id", "zh", "en", "unit", "how", "power", "before", "after", "contribution")
    }
    return {**told, "group": None, "parts": [_part(each) for each in cause.parts]}


def _actions(reading: Reading, actor: Actor, review_id: int) -> ReviewActions:
    found = service.list_actions(reading, actor, review_id)
    return ReviewActions(
        rows=[_action(each) for each in found],
        people=named_people(reading, [each.owner_id for each in found]),
        names=named_things(reading, {each.review_id for each in found}) if found else [],
    )


def _action(found: contracts.Action) -> ReviewAction:
    return ReviewAction(
        action_id=found.action_id,
        review_id=found.review_id,
        text=found.text,
        owner_id=found.owner_id,
        due_on=found.due_on,
        state=found.state,
        changed_at=found.changed_at,
    )


def _row(reading: Reading, state: contracts.ReviewState) -> ReviewRow:
    return _rows(reading, [state])[0]


def _rows(reading: Reading, found: Sequence[contracts.ReviewState]) -> list[ReviewRow]:
    users = definitions.users_of(reading, [each.review_id for each in found])
    return [
        ReviewRow(
            review_id=each.review_id,
            name=each.name,
            revision=each.revision,
            definition=ReviewDefinition(each.review),
            names=_mentioned(reading, each.review),
            used_by=used_by(users.get(each.review_id, [])),
            closed_at=each.closed_at,
            updated_at=each.updated_at,
        )
        for each in found
    ]


def _mentioned(reading: Reading, review: contracts.Review) -> list[NamedThing]:
    others = (review.plan_id, review.follows_id)
    return named_things(reading, {*review.metric_ids, *(each for each in others if each is not None)})
