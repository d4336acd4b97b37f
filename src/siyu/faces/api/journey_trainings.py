"""Who is trained on a journey, and who keeps to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.domain.company.reading import staff_names
from siyu.domain.definitions import service as definitions
from siyu.domain.journeys import service
from siyu.domain.journeys.contracts import JOURNEY_KIND, NotInForceError
from siyu.engines.orchestration.adherence import After, StepKept, adherence
from siyu.faces.api.access import ColumnsClient, CurrentActor, Id, ReadOnly, Work
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/journeys", tags=["journeys"])

Version = Annotated[int | None, Query(ge=1, le=1_000_000, description="The version in force, unless said otherwise")]
StaffIds = Annotated[list[Annotated[int, Field(ge=1, lt=2**53)]], Field(min_length=1, max_length=500)]


class JourneyTrainee(BaseModel):
    """Somebody who is to know the version, and since when they do."""

    staff_id: int
    name: str
    asked_at: datetime
    trained_at: datetime | None


class JourneyTrainedVersion(BaseModel):
    """How many are to know a version, and how many do."""

    version: int
    asked: int
    trained: int


class JourneyTraining(BaseModel):
    """Who of your people is to know the version; of the others only their number is told, by version, the newest first."""

    version: int
    people: list[JourneyTrainee]
    versions: list[JourneyTrainedVersion]


class JourneyTrainingAsked(BaseModel):
    """Who is to get to know the version in force; null: all who were to know one before."""

    staff_ids: StaffIds | None = None


class JourneyTrainingMarked(BaseModel):
    """Who knows the version in force by now (or does not after all)."""

    staff_ids: StaffIds
    is_trained: bool = True


class StepAfter(BaseModel):
    """In how many entries it was done, and how many of these reached a goal later."""

    done: int
    reached: int


class KeptByStaff(BaseModel):
    """What one member of the staff made of the tasks of a step; null: nobody had them yet."""

    staff_id: int | None
    name: str | None
    open: int
    overdue: int
    in_time: int
    late: int
    skipped: int
    expired: int
    after: StepAfter


class KeptStep(BaseModel):
    """A step of the version, when it is done, and what became of it."""

    place: int
    key: str
    kind: str
    name: str
    day: int | None
    at: str | None
    minutes: int | None
    sent: int
    delivered: int
    clicked: int
    failed: int
    held: int
    after: StepAfter
    staff: list[KeptByStaff]


class JourneyAdherence(BaseModel):
    """A version, step by step in the order of its days. `sees_tasks`: whether you are told of tasks at all."""

    version: int
    entered: int
    reached: int
    sees_tasks: bool
    steps: list[KeptStep]


@router.get("/{journey_id}/training", summary="Who is trained on a journey")
def get_journey_training(
    actor: CurrentActor, reading: ReadOnly, journey_id: Id, version: Version = None
) -> JourneyTraining:
    return _training(reading, actor, journey_id, version)


@router.post("/{journey_id}/training", summary="Ask people to get to know a journey")
def ask_journey_training(
    actor: CurrentActor, work: Work, journey_id: Id, asked: JourneyTrainingAsked
) -> JourneyTraining:
    service.ask_training(work, actor, journey_id, asked.staff_ids)
    return _training(work, actor, journey_id, None)


@router.post("/{journey_id}/training/mark", summary="Note who knows a journey")
def mark_journey_training(
    actor: CurrentActor, work: Work, journey_id: Id, marked: JourneyTrainingMarked
) -> JourneyTraining:
    service.mark_trained(work, actor, journey_id, marked.staff_ids, is_trained=marked.is_trained)
    return _training(work, actor, journey_id, None)


@router.delete("/{journey_id}/training/{staff_id}", summary="Somebody need not know a journey")
def dismiss_journey_training(actor: CurrentActor, work: Work, journey_id: Id, staff_id: Id) -> JourneyTraining:
    service.dismiss_training(work, actor, journey_id, staff_id)
    return _training(work, actor, journey_id, None)


@router.get("/{journey_id}/adherence", summary="Who keeps to a journey, and whether that helps")
def get_journey_adherence(
    actor: CurrentActor, columns: ColumnsClient, reading: ReadOnly, journey_id: Id, version: Version = None
) -> JourneyAdherence:
    found = adherence(reading, columns, actor, journey_id, _version(reading, actor, journey_id, version))
    ids = {row.staff_id for step in found.steps for row in step.tasks if row.staff_id is not None}
    names = staff_names(reading, ids)
    return JourneyAdherence(
        version=found.version,
        entered=found.entered,
        reached=found.reached,
        sees_tasks=found.sees_tasks,
        steps=[_step(each, names) for each in found.steps],
    )


def _version(reading: Reading, actor: Actor, journey_id: int, version: int | None) -> int:
    in_force = definitions.get(reading, actor, journey_id, JOURNEY_KIND).version
    if in_force is None:
        raise NotInForceError(journey_id=journey_id)
    return version or in_force


def _training(reading: Reading, actor: Actor, journey_id: int, version: int | None) -> JourneyTraining:
    version = _version(reading, actor, journey_id, version)
    found = service.list_trainings(reading, actor, journey_id, version)
    names = staff_names(reading, [each.staff_id for each in found])
    return JourneyTraining(
        version=version,
        people=[
            JourneyTrainee(
                staff_id=each.staff_id,
                name=names.get(each.staff_id, str(each.staff_id)),
                asked_at=each.asked_at,
                trained_at=each.trained_at,
            )
            for each in found
        ],
        versions=[
            JourneyTrainedVersion(version=each.version, asked=each.asked, trained=each.trained)
            for each in service.list_trained_versions(reading, actor, journey_id)
        ],
    )


def _step(step: StepKept, names: dict[int, str]) -> KeptStep:
    moment = step.moment
    return KeptStep(
        place=step.place,
        key=step.key,
        kind=step.kind,
        name=step.name,
        day=moment.day if moment else None,
        at=moment.at if moment else None,
        minutes=moment.minutes if moment else None,
        sent=step.messages.get("sent", 0),
        delivered=step.messages.get("delivered", 0),
        clicked=step.messages.get("clicked", 0),
        failed=step.messages.get("failed", 0),
        held=step.messages.get("held", 0),
        after=_after(step.after),
        staff=[
            KeptByStaff(
                staff_id=each.staff_id,
                name=names.get(each.staff_id) if each.staff_id is not None else None,
                open=each.open,
                overdue=each.overdue,
                in_time=each.in_time,
                late=each.late,
                skipped=each.skipped,
                expired=each.expired,
                after=_after(step.after_of.get(each.staff_id or 0, After())),
            )
            for each in step.tasks
        ],
    )


def _after(after: After) -> StepAfter:
    return StepAfter(done=after.done, reached=after.reached)
