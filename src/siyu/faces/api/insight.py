"""Questions to insight: funnels, retention, paths, lifecycle, stickiness, completion, sends, attribution; and who
stands behind each number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel, Field, RootModel

from siyu.domain.metrics import contracts
from siyu.domain.metrics import reading as metrics
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import Ids, ListMode
from siyu.engines.insight.attribution.answering import attribution_people
from siyu.engines.insight.questions.activity import Life, StickinessAnswer, lifecycle_people, stickiness_people
from siyu.engines.insight.questions.answered import Answered, AttributionFound, LivesFound, SendsFound, answered
from siyu.engines.insight.questions.begin import begun
from siyu.engines.insight.questions.completion import CompletionAnswer, completion_people
from siyu.engines.insight.questions.funnel import FunnelAnswer, FunnelPeople, funnel_people
from siyu.engines.insight.questions.paths import PathsAnswer, PathsPeople, paths_people
from siyu.engines.insight.questions.retention import RetentionAnswer, RetentionPeople, retention_people
from siyu.engines.insight.questions.sends import Outcome, sends_people
from siyu.engines.insight.terms.breakdowns import Group
from siyu.faces.api import insight_answers as answers
from siyu.faces.api.access import ONLY_READS, ColumnsClient, Context, CurrentActor, Paging
from siyu.faces.api.context import ApiContext
from siyu.faces.api.customers import CustomerPage, page_of_customers
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.insight_attribution import AttributionNumbers, attribution_numbers
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.platform.columns.client import Columns

router = APIRouter(prefix="/api/insight", tags=["insight"])
Told = TypeVar("Told")


class QuestionDefinition(RootModel[contracts.Question]):
    """A question."""


class Asked(BaseModel):
    """A question to be asked."""

    question: Annotated[Document, DescribedAs(QuestionDefinition)]


class GroupKey(BaseModel):
    """A part of a breakdown, as an answer told it."""

    kind: Literal["value", "other", "missing"]
    key: Annotated[str, Field(max_length=200)] = ""


class Spot(BaseModel):
    """A place in an answer: the number whose customers are wanted. Which fields it takes depends on the kind of question.

    Funnel: `step` (from 1), `dropped`, `group`, `starts_on`. Retention: `starts_on` (null: all cohorts), `cell` (from 0; null: the
    whole cohort), `dropped` (who did not come back), `group`. Paths: `step` (from 0), `name`, `to`. Lifecycle: `starts_on`, `life`.
    Stickiness: `days` (active on so many), or `starts_on`. Completion: `name`, `dropped`. Sends: `outcome`, `name`.
    Attribution: `group` (the channel), `dropped` (on journeys that led to no conversion).
    """

    step: Annotated[int, Field(ge=0, le=20)] | None = None
    cell: Annotated[int, Field(ge=0, le=100)] | None = None
    days: Annotated[int, Field(ge=1, le=100)] | None = None
    starts_on: Annotated[date, Field(ge=date(1971, 1, 1), le=date(2199, 12, 31))] | None = None
    name: Annotated[str, Field(max_length=300)] | None = None
    to: Annotated[str, Field(max_length=300)] | None = None
    life: Life | None = None
    outcome: Outcome | None = None
    group: GroupKey | None = None
    dropped: bool = False


class AskedPeople(Asked):
    """A question, and the place in its answer."""

    spot: Spot


class NewPeopleList(AskedPeople):
    """As `AskedPeople`, and what the list of them is to be called."""

    name: str


class PeopleList(BaseModel):
    """A list that was made, and how many stand on it."""

    list_id: int
    size: int


class Answer(BaseModel):
    """What was found as of an instant; of the kind that was asked for, all others are null."""

    as_of: datetime
    funnel: answers.FunnelNumbers | None = None
    retention: answers.RetentionNumbers | None = None
    paths: answers.PathsNumbers | None = None
    lifecycle: answers.LifecycleNumbers | None = None
    stickiness: answers.StickinessNumbers | None = None
    completion: answers.CompletionNumbers | None = None
    sends: answers.SendsNumbers | None = None
    attribution: AttributionNumbers | None = None


@router.post("/ask", summary="Ask a question", dependencies=[ONLY_READS])
def ask_insight(actor: CurrentActor, context: Context, columns: ColumnsClient, asked: Asked) -> Answer:
    """All numbers as of now, over the customers in your scope."""
    actor.require("insight.read")
    question = metrics.parse_question(asked.question)
    with begun(context.database, columns, context.settings.zone, actor, question) as asking:
        found = answered(context.database, actor, asking, question)
    return answer_told(context, found, question, asking.as_of)


def answer_told(context: ApiContext, found: Answered, question: contracts.Question, as_of: datetime) -> Answer:
    """An answer in the words of the API."""
    names = answers.Names(context.database)
    answer = Answer(as_of=as_of)
    if isinstance(found, FunnelAnswer) and isinstance(question, contracts.Funnel):
        answer.funnel = answers.funnel_numbers(found, question, names)
    elif isinstance(found, RetentionAnswer) and isinstance(question, contracts.RetentionQuestion):
        answer.retention = answers.retention_numbers(found, question, names)
    elif isinstance(found, PathsAnswer):
        answer.paths = answers.paths_numbers(found)
    elif isinstance(found, LivesFound):
        answer.lifecycle = answers.lifecycle_numbers(found.periods)
    elif isinstance(found, StickinessAnswer):
        answer.stickiness = answers.stickiness_numbers(found)
    elif isinstance(found, CompletionAnswer):
        answer.completion = answers.completion_numbers(found)
    elif isinstance(found, AttributionFound):
        answer.attribution = attribution_numbers(found.answer, found.spent)
    elif isinstance(found, SendsFound) and isinstance(question, contracts.Sends):
        answer.sends = answers.sends_numbers(found.rows, found.lifts, question, names)
    return answer


@router.post("/people", summary="Who stands behind a number", dependencies=[ONLY_READS])
def list_insight_people(
    actor: CurrentActor, context: Context, columns: ColumnsClient, asked: AskedPeople, page: Paging
) -> CustomerPage:
    """The newest customers first, as far as you may see them."""
    found = _people(context, columns, actor, asked)
    with context.database.read() as reading:
        return page_of_customers(reading, actor, found, page)


@router.post("/lists", summary="Make a list of them", status_code=201)
def create_insight_list(
    actor: CurrentActor, context: Context, columns: ColumnsClient, asked: NewPeopleList
) -> PeopleList:
    """A list of those who stand behind a number now; it does not change by itself."""
    actor.require("lists.write")
    found = _people(context, columns, actor, asked)
    with context.database.begin() as work:
        made = segments.create_list(work, actor, asked.name)
        changed = segments.change_list(work, actor, made.list_id, ListMode.ADD, found)
    return PeopleList(list_id=made.list_id, size=changed.size)


def _people(context: ApiContext, columns: Columns, actor: Actor, asked: AskedPeople) -> Ids:
    actor.require("insight.read")
    actor.require("customers.read")
    question, spot = metrics.parse_question(asked.question), asked.spot
    group = Group(spot.group.kind, spot.group.key) if spot.group is not None else None
    with begun(context.database, columns, context.settings.zone, actor, question) as asking:
        if isinstance(question, contracts.Funnel):
            step = _told(spot.step, "step")
            if not 1 <= step <= len(question.steps):
                raise InvalidError("There is no such step.", field="step")
            return funnel_people(asking, question, FunnelPeople(step, spot.dropped, group, spot.starts_on))
        if isinstance(question, contracts.RetentionQuestion):
            size = len(question.brackets) or question.offsets
            if spot.cell is not None and spot.cell >= size:
                raise InvalidError("There is no such cell.", field="cell")
            cell = RetentionPeople(spot.starts_on, spot.cell, spot.dropped, group)
            return retention_people(asking, question, cell)
        if isinstance(question, contracts.Paths):
            step = min(_told(spot.step, "step"), question.steps)
            return paths_people(asking, question, PathsPeople(step, _told(spot.name, "name"), spot.to))
        if isinstance(question, contracts.Lifecycle):
            return lifecycle_people(asking, question, _told(spot.starts_on, "starts_on"), _told(spot.life, "life"))
        if isinstance(question, contracts.Stickiness):
            return stickiness_people(asking, question, spot.days, spot.starts_on)
        if isinstance(question, contracts.Completion):
            name = _told(spot.name, "name")
            return completion_people(asking, question, name, finished=not spot.dropped)
        if isinstance(question, contracts.Attribution):
            if group is None:
                raise InvalidError("This kind of question wants it.", field="group")
            return attribution_people(asking, question, group, converted=not spot.dropped)
        return sends_people(asking, question, _told(spot.outcome, "outcome"), spot.name or "")


def _told(value: Told | None, field: str) -> Told:
    if value is None:
        raise InvalidError("This kind of question wants it.", field=field)
    return value
