"""Scenes: when, where and on what customers act, all of them and one by one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.domain.customers import reading as customers
from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.engines.insight import scenes
from siyu.engines.insight.scenes_estimating import MODEL, prior_in_force, spread
from siyu.engines.insight.scenes_rules import FIRST_SEND_HOUR, LAST_SEND_HOUR, PRIOR_ACTS, SCALE, SCENE_DAYS
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, Work

router = APIRouter(prefix="/api", tags=["scenes"])


class SceneCell(BaseModel):
    """Acts on a day of the week (1 is Monday) in an hour of the day; `hour` is null for what names a day alone."""

    weekday: int
    hour: int | None
    acts: int


class SceneName(BaseModel):
    """A city or a device, and how often it was named: by acts of one customer, or of how many customers it is the usual one."""

    name: str
    count: int


class SceneHour(BaseModel):
    """An hour of one customer's day. `own` is the weight of their acts (a click or a purchase counts for three views), `everybody`
    what is added because others act then, `score` the sum of both after smoothing: the best hour has the highest."""

    hour: int
    own: int
    everybody: float
    score: float


class CustomerScene(BaseModel):
    """When, where and on what a customer acts, over the last `days`. `best_hour` is null where no act names an hour."""

    as_of: datetime
    days: int
    acts: int
    acts_at_weekends: int
    best_hour: int | None
    first_send_hour: int
    last_send_hour: int
    prior_acts: int
    hours: list[SceneHour]
    cells: list[SceneCell]
    cities: list[SceneName]
    devices: list[SceneName]


class Scenes(BaseModel):
    """When, where and on what the customers in your scope act. The cells are of now; `best_hours`, `cities` and `devices` are those
    of the estimate in force, `computed_at` its time, null before there is one."""

    as_of: datetime
    days: int
    cells: list[SceneCell]
    computed_at: datetime | None
    customers: int
    best_hours: list[int]
    cities: list[SceneName]
    devices: list[SceneName]


@router.get("/scenes", summary="When, where and on what customers act")
def get_scenes(actor: CurrentActor, context: Context, columns: ColumnsClient) -> Scenes:
    now = context.database.clock.now()
    with context.database.read() as reading:
        state = segments.get_estimate(reading, actor, MODEL)
    found = spread(columns, state.edition, actor.scope)
    return Scenes(
        as_of=now,
        days=SCENE_DAYS,
        cells=_cells(scenes.heat(columns, now, context.settings.zone, actor.scope)),
        computed_at=state.computed_at,
        customers=sum(found.best_hours),
        best_hours=list(found.best_hours),
        cities=_names(found.cities),
        devices=_names(found.devices),
    )


@router.post("/scenes/compute", summary="Estimate everybody's scene anew", status_code=202)
def compute_scenes(actor: CurrentActor, work: Work) -> None:
    """As soon as a worker comes to it; it is also done every night."""
    segments.ask_estimate(work, actor, MODEL)


@router.get("/customers/{customer_id}/scene", summary="When, where and on what a customer acts")
def get_customer_scene(actor: CurrentActor, context: Context, columns: ColumnsClient, customer_id: Id) -> CustomerScene:
    """From the events of now; what is added because others act then is that of the estimate in force."""
    now, zone = context.database.clock.now(), context.settings.zone
    with context.database.read() as reading:
        found = customers.get_customer(reading, actor, customer_id)
        state = next((each for each in segments_reading.estimates(reading) if each.model == MODEL), None)
    prior = (state and prior_in_force(state)) or scenes.found_prior(columns, now, zone)
    scene = scenes.scene_of(columns, [each.profile_id for each in found.identities], now, zone, prior)
    hours = scene.hours
    return CustomerScene(
        as_of=now,
        days=SCENE_DAYS,
        acts=scene.acts,
        acts_at_weekends=scene.acts_at_weekends,
        best_hour=hours.best_hour if hours else None,
        first_send_hour=FIRST_SEND_HOUR,
        last_send_hour=LAST_SEND_HOUR,
        prior_acts=PRIOR_ACTS,
        hours=[
            SceneHour(hour=hour, own=own, everybody=extra / SCALE, score=score / SCALE / 4)
            for hour, (own, extra, score) in enumerate(zip(hours.own, hours.prior, hours.smoothed, strict=True))
        ]
        if hours
        else [],
        cells=_cells(scene.cells),
        cities=_names(scene.cities),
        devices=_names(scene.devices),
    )


def _cells(cells: Iterable[scenes.Cell]) -> list[SceneCell]:
    return [SceneCell(weekday=each.weekday, hour=each.hour, acts=each.acts) for each in cells]


def _names(named: Iterable[scenes.Named]) -> list[SceneName]:
    return [SceneName(name=each.name, count=each.count) for each in named]
