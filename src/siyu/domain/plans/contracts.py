"""What room `plans` hands out: plans and reviews as documents, as they stand, and errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final, Literal, get_args

from pydantic import Field, StrictInt

from siyu.domain.definitions.contracts import WITHOUT_KIND, Id, Number, Text
from siyu.domain.plans.numbers import Cause, Done, DoneKind, MetricResult, ReviewNumbers, TrendPoint
from siyu.kernel.errors import ConflictError, ForbiddenError, NotFoundError

__all__ = ["Cause", "Done", "DoneKind", "MetricResult", "ReviewNumbers", "TrendPoint"]
"""What of this door is written in the file beside it."""

PLAN_KIND: Final = "plan"
REVIEW_KIND: Final = "review"
LINKED_KINDS: Final = frozenset({"journey", "form", "experiment", "segment"})

SEGMENTS_MAX: Final = 20
PHASES_MAX: Final = 12
ROLES_MAX: Final = 20
PEOPLE_MAX: Final = 20
TASKS_MAX: Final = 200
AFTER_MAX: Final = 10
BUDGET_MAX: Final = 50
TARGETS_MAX: Final = 12
LINKED_MAX: Final = 50
METRICS_MAX: Final = 12
ACTIONS_MAX: Final = 100
WORDS_MAX: Final = 4000
PERIOD_DAYS_MAX: Final = 400
AMOUNT_FEN_MAX: Final = 10**13

KEY_PATTERN: Final = "^[a-z][a-z0-9_]{0,39}$"
Key = Annotated[str, Field(pattern=KEY_PATTERN)]
Words = Annotated[str, Field(strict=True)]
Fen = Annotated[StrictInt, Field(ge=0, le=AMOUNT_FEN_MAX)]

Stage = Literal["drafted", "approved", "running", "closed"]
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
PhaseKind = Literal["warm_up", "lock_in", "burst", "second_wave", "other"]
TaskState = Literal["todo", "doing", "done", "dropped"]
TASK_STATES: Final[tuple[TaskState, ...]] = get_args(TaskState)


@dataclass(frozen=True, slots=True)
class Phase:
    """A beat of the plan's rhythm. Days are like "2026-03-01", both included."""

    __pydantic_config__ = WITHOUT_KIND

    key: Key
    name: Text
    begins_on: Text
    ends_on: Text
    kind: PhaseKind = "other"
    goal: Words = ""


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who answers for what."""

    __pydantic_config__ = WITHOUT_KIND

    name: Text
    staff_ids: Annotated[tuple[Id, ...], Field(max_length=PEOPLE_MAX)] = ()
    duty: Words = ""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done; `after` are the tasks that have to be done before it."""

    __pydantic_config__ = WITHOUT_KIND

    key: Key
    name: Text
    begins_on: Text
    ends_on: Text
    owner_id: Id | None = None
    phase: Key | None = None
    after: Annotated[tuple[Key, ...], Field(max_length=AFTER_MAX)] = ()
    note: Words = ""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """What is to be spent on something; what was is told by the costs of the campaign."""

    __pydantic_config__ = WITHOUT_KIND

    name: Text
    planned_fen: Fen


@dataclass(frozen=True, slots=True)
class PlanTarget:
    """What a metric is to come to over the plan's days, or over those of a phase."""

    __pydantic_config__ = WITHOUT_KIND

    metric_id: Id
    value: Number
    phase: Key | None = None


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """A campaign as it is meant to be. `campaign` is what costs and events call it. A plan with a unit is that unit's own: those
    above and below it see it, and nobody beside it. `linked_ids` are journeys, forms, segments and experiments of it."""

    __pydantic_config__ = WITHOUT_KIND

    theme: Text
    campaign: Key
    begins_on: Text
    ends_on: Text
    goal: Words = ""
    unit_id: Id | None = None
    segment_ids: Annotated[tuple[Id, ...], Field(max_length=SEGMENTS_MAX)] = ()
    phases: Annotated[tuple[Phase, ...], Field(max_length=PHASES_MAX)] = ()
    roles: Annotated[tuple[Responsibility, ...], Field(max_length=ROLES_MAX)] = ()
    tasks: Annotated[tuple[Task, ...], Field(max_length=TASKS_MAX)] = ()
    budget: Annotated[tuple[BudgetLine, ...], Field(max_length=BUDGET_MAX)] = ()
    targets: Annotated[tuple[PlanTarget, ...], Field(max_length=TARGETS_MAX)] = ()
    linked_ids: Annotated[tuple[Id, ...], Field(max_length=LINKED_MAX)] = ()

    @property
    def since_on(self) -> date:
        """The first day."""
        return date.fromisoformat(self.begins_on)

    @property
    def until_on(self) -> date:
        """The last day."""
        return date.fromisoformat(self.ends_on)

    def days_of(self, target: PlanTarget) -> tuple[date, date]:
        """Over which days a target is."""
        phase = next((each for each in self.phases if each.key == target.phase), None)
        if phase is None:
            return self.since_on, self.until_on
        return date.fromisoformat(phase.begins_on), date.fromisoformat(phase.ends_on)


@dataclass(frozen=True, slots=True)
class PlanState:
    """A plan as it stands: what was approved (None before), the draft if one is waiting, and how its tasks stand (those that are
    not told are to be done)."""

    plan_id: int
    name: str
    stage: Stage
    version: int | None
    revision: int
    plan: CampaignPlan | None
    draft: CampaignPlan | None
    tasks: Mapping[str, TaskState]
    begun_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime

    @property
    def shown(self) -> CampaignPlan:
        """What was approved, or what is drafted where nothing was yet."""
        shown = self.plan or self.draft
        if shown is None:
            raise ValueError(f"plan {self.plan_id} has no document")
        return shown


@dataclass(frozen=True, slots=True)
class Review:
    """What is looked back at: a stretch of days, perhaps those of a plan; what to measure, and what was learned. `follows_id` is
    the review before this one, whose open actions are carried on."""

    __pydantic_config__ = WITHOUT_KIND

    begins_on: Text
    ends_on: Text
    metric_ids: Annotated[tuple[Id, ...], Field(max_length=METRICS_MAX)] = ()
    plan_id: Id | None = None
    follows_id: Id | None = None
    went_well: Words = ""
    went_badly: Words = ""

    @property
    def since_on(self) -> date:
        """The first day."""
        return date.fromisoformat(self.begins_on)

    @property
    def until_on(self) -> date:
        """The last day."""
        return date.fromisoformat(self.ends_on)


@dataclass(frozen=True, slots=True)
class Frozen:
    """The numbers of a closed review, of the customers below a unit (None: of all)."""

    numbers: ReviewNumbers
    scope_path: str | None


@dataclass(frozen=True, slots=True)
class ReviewState:
    """A review as it stands."""

    review_id: int
    name: str
    revision: int
    review: Review
    closed_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Action:
    """What is to be done after a review; `review_id` is the one that it came of."""

    action_id: int
    review_id: int
    text: str
    owner_id: int | None
    due_on: date | None
    state: TaskState
    changed_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state in {"todo", "doing"}


class CampaignTakenError(ConflictError):
    """Another plan has this campaign."""

    code = "campaign_taken"


class WrongStageError(ConflictError):
    """That cannot be done with the plan as it stands."""

    code = "wrong_stage"


class ReviewClosedError(ConflictError):
    """The review is closed: what it says stays."""

    code = "review_closed"


class UnknownTaskError(NotFoundError):
    """There is no such task or action."""

    code = "unknown_task"


class OutsideUnitError(ForbiddenError):
    """This belongs to a unit beyond your own."""

    code = "outside_unit"
