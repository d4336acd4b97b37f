"""Metrics: designed, put in force, and what they are to come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field, RootModel

from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.service import made_elsewhere
from siyu.domain.metrics import contracts, service
from siyu.domain.metrics import reading as metrics
from siyu.faces.api.access import Context, CurrentActor, Id, ReadOnly, Searching, Version, Work
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.used_by import UsedBy, used_by
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/metrics", tags=["metrics"])

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
Amount = Annotated[float, Field(ge=-1e15, le=1e15)]


class MetricDocument(RootModel[contracts.Metric]):
    """What a metric is, and what it is called."""


class MetricRow(BaseModel):
    """A metric. `definition` is what is in force, or the draft of one that never was; `draft_definition` is what waits to be
    published. The sentences are made from the definition; `parts` are the metrics in force by whose keys it is reckoned, where it
    is reckoned from others. Hand `revision` back when saving."""

    metric_id: int
    status: Literal["draft", "live", "stopped"]
    version: int | None
    revision: int
    definition: MetricDocument
    draft_definition: MetricDocument | None
    sentence_zh: str
    sentence_en: str
    parts: dict[str, int]
    is_north_star: bool
    updated_at: datetime
    is_made_elsewhere: bool
    used_by: list[UsedBy]


class MetricPage(BaseModel):
    """Metrics, the newest first."""

    rows: list[MetricRow]
    next_after: str | None


class MetricDraft(BaseModel):
    """What is to be saved."""

    definition: Annotated[Document, DescribedAs(MetricDocument)]
    revision: Version | None = None


class MetricTrial(BaseModel):
    """A metric to be read."""

    definition: Annotated[Document, DescribedAs(MetricDocument)]


class MetricMeaning(BaseModel):
    """What a definition says."""

    sentence_zh: str
    sentence_en: str


class InstalledMetrics(BaseModel):
    """The keys of those that were made."""

    keys: list[str]


class NorthStarChoice(BaseModel):
    """What to steer by, and by which periods; null for nothing."""

    metric_id: Id | None
    grain: contracts.Grain = "week"


class MetricTarget(BaseModel):
    """What a metric is to come to in the period that begins on that day."""

    starts_on: Day
    value: Amount


class MetricTargets(BaseModel):
    """Targets of a metric, by grain."""

    day: list[MetricTarget]
    week: list[MetricTarget]
    month: list[MetricTarget]


class MetricTargetsOfGrain(BaseModel):
    """All targets of a grain; those that are not told are taken away."""

    grain: contracts.Grain
    targets: Annotated[list[MetricTarget], Field(max_length=contracts.TARGETS_MAX)]


@router.get("", summary="Metrics")
def list_metrics(actor: CurrentActor, reading: ReadOnly, page: Searching) -> MetricPage:
    found = service.list_metrics(reading, actor, page)
    return MetricPage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.post("", summary="A new metric, as a draft")
def create_metric(actor: CurrentActor, work: Work, draft: MetricDraft) -> MetricRow:
    return _row(work, actor, service.create_metric(work, actor, draft.definition))


@router.post("/understand", summary="What a definition says")
def understand_metric(actor: CurrentActor, reading: ReadOnly, trial: MetricTrial) -> MetricMeaning:
    """A fault in it is told with the way to it."""
    metric = service.understand(reading, actor, trial.definition)
    told = _sentences(reading, [metric])[0]
    return MetricMeaning(sentence_zh=told.zh, sentence_en=told.en)


@router.post("/shipped", summary="Install the metrics that Siyu brings along")
def install_metrics(actor: CurrentActor, context: Context, work: Work) -> InstalledMetrics:
    """Those whose keys are free; they are in force at once."""
    made = service.install_shipped(work, actor, context.settings.currency)
    return InstalledMetrics(keys=[each.shown.key for each in made])


@router.put("/north-star", summary="Say what the company steers by", status_code=204)
def set_north_star(actor: CurrentActor, work: Work, choice: NorthStarChoice) -> None:
    star = contracts.NorthStar(choice.metric_id, choice.grain) if choice.metric_id is not None else None
    service.set_north_star(work, actor, star)


@router.get("/{metric_id}", summary="One metric")
def get_metric(actor: CurrentActor, reading: ReadOnly, metric_id: Id) -> MetricRow:
    return _row(reading, actor, service.get_metric(reading, actor, metric_id))


@router.put("/{metric_id}", summary="Save a draft")
def save_metric(actor: CurrentActor, work: Work, metric_id: Id, draft: MetricDraft) -> MetricRow:
    return _row(work, actor, service.save_metric(work, actor, metric_id, draft.definition, revision=draft.revision))


@router.delete("/{metric_id}", summary="Take it away", status_code=204)
def delete_metric(actor: CurrentActor, work: Work, metric_id: Id) -> None:
    service.delete_metric(work, actor, metric_id)


@router.post("/{metric_id}/publish", summary="Put the draft in force")
def publish_metric(actor: CurrentActor, work: Work, metric_id: Id) -> MetricRow:
    return _row(work, actor, service.publish_metric(work, actor, metric_id))


@router.get("/{metric_id}/targets", summary="What it is to come to")
def list_metric_targets(actor: CurrentActor, reading: ReadOnly, metric_id: Id) -> MetricTargets:
    service.get_metric(reading, actor, metric_id)
    return _targets(service.list_targets(reading, actor, metric_id))


@router.put("/{metric_id}/targets", summary="Say what it is to come to")
def set_metric_targets(actor: CurrentActor, work: Work, metric_id: Id, told: MetricTargetsOfGrain) -> MetricTargets:
    targets = {each.starts_on: each.value for each in told.targets}
    return _targets(service.set_targets(work, actor, metric_id, told.grain, targets))


def _targets(found: Sequence[contracts.Target]) -> MetricTargets:
    def of(grain: contracts.Grain) -> list[MetricTarget]:
        return [MetricTarget(starts_on=each.starts_on, value=each.value) for each in found if each.grain == grain]

    return MetricTargets(day=of("day"), week=of("week"), month=of("month"))


def _row(reading: Reading, actor: Actor, state: contracts.MetricState) -> MetricRow:
    return _rows(reading, actor, [state])[0]


def _rows(reading: Reading, actor: Actor, found: Sequence[contracts.MetricState]) -> list[MetricRow]:
    star = metrics.find_north_star(reading)
    metric_ids = [each.metric_id for each in found]
    users, elsewhere = definitions.users_of(reading, metric_ids), made_elsewhere(reading, actor, metric_ids)
    live = metrics.live_metrics(reading)
    told = _sentences(reading, [each.shown for each in found])
    return [
        MetricRow(
            metric_id=each.metric_id,
            status=_STATUS[each.status.value],
            version=each.version,
            revision=each.revision,
            definition=MetricDocument(each.shown),
            draft_definition=MetricDocument(each.draft) if each.draft is not None else None,
            sentence_zh=sentence.zh,
            sentence_en=sentence.en,
            parts={key: live[key].metric_id for key in sorted(metrics.keys_in(each.shown)) if key in live},
            is_north_star=star is not None and star.metric_id == each.metric_id,
            updated_at=each.updated_at,
            is_made_elsewhere=each.metric_id in elsewhere,
            used_by=used_by(users.get(each.metric_id, [])),
        )
        for each, sentence in zip(found, told, strict=True)
    ]


def _sentences(reading: Reading, found: Sequence[contracts.Metric]) -> list[metrics.Told]:
    known = {key: each.metric for key, each in metrics.live_metrics(reading).items()}
    return metrics.sentences_of(reading, found, known)


_STATUS: dict[str, Literal["draft", "live", "stopped"]] = {"draft": "draft", "live": "live", "stopped": "stopped"}
