"""Ladders: designed, published, climbed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, RootModel

from siyu.domain.customers import reading as customers
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionName
from siyu.domain.definitions.service import made_elsewhere
from siyu.domain.segments import contracts, service
from siyu.domain.segments import reading as segments
from siyu.engines.insight.part_values import part_values
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, Paging, ReadOnly, Searching, Version, Work
from siyu.faces.api.asking import SeenSizes
from siyu.faces.api.customer_bulks import MadeSegment
from siyu.faces.api.customers import CustomerPage, page_of_customers
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.movements import Day, MovementPeople, Movements, movements_of, segment_of_movement
from siyu.faces.api.used_by import UsedBy, used_by
from siyu.faces.naming import namer_of
from siyu.kernel.actors import Actor
from siyu.kernel.errors import NotFoundError
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api", tags=["ladders"])


class LadderDefinition(RootModel[contracts.Ladder]):
    """A ladder: its stages from the lowest up, and branches."""


class StageRow(BaseModel):
    """A stage that is shown: what its condition says, and how many stand on it (null until audience has found out)."""

    key: str
    segment_id: int | None
    size: int | None
    sentence_zh: str
    sentence_en: str


class LadderRow(BaseModel):
    """A ladder. `definition` is what is in force, or the draft of one that never was; `draft_definition` is what waits to be
    published. `stages` are those of `definition`. Hand `revision` back when saving."""

    ladder_id: int
    name: str
    status: Literal["draft", "live", "stopped"]
    version: int | None
    revision: int
    definition: LadderDefinition
    draft_definition: LadderDefinition | None
    stages: list[StageRow]
    updated_at: datetime
    is_made_elsewhere: bool
    used_by: list[UsedBy]


class LadderPage(BaseModel):
    """Ladders, the newest first."""

    rows: list[LadderRow]
    next_after: str | None


class LadderDraft(BaseModel):
    """What is to be saved."""

    name: str
    definition: Annotated[Document, DescribedAs(LadderDefinition)]
    revision: Version | None = None


class LadderTemplate(BaseModel):
    """A ladder to begin with."""

    template: Literal["lifecycle", "layers"]
    definition: LadderDefinition


class LadderTemplates(BaseModel):
    """What to begin with."""

    rows: list[LadderTemplate]


class StageValue(BaseModel):
    """What the customers on a stage bought ever, for how much each of them, and what all of them are expected to be worth in the
    coming year (0 where nothing is estimated)."""

    stage: str
    customers: int
    orders: int
    revenue_fen: int
    arpu_fen: int
    expected_value_fen: int


class StageValues(BaseModel):
    """All stages where somebody stands."""

    as_of: datetime
    currency: str
    rows: list[StageValue]


class StageSince(BaseModel):
    """Where a customer stands on a ladder."""

    ladder_id: int
    ladder: str
    key: str
    zh: str
    en: str
    since: datetime


class CustomerStages(BaseModel):
    """A line for each ladder in force on which the customer stands."""

    rows: list[StageSince]


@router.get("/ladders", summary="Ladders")
def list_ladders(actor: CurrentActor, reading: ReadOnly, page: Searching) -> LadderPage:
    found = service.list_ladders(reading, actor, page)
    return LadderPage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.get("/ladders/templates", summary="Ladders to begin with")
def list_ladder_templates(actor: CurrentActor) -> LadderTemplates:
    actor.require("ladders.read")
    return LadderTemplates(
        rows=[
            LadderTemplate(template="lifecycle", definition=LadderDefinition(segments.lifecycle())),
            LadderTemplate(template="layers", definition=LadderDefinition(segments.layers())),
        ]
    )


@router.post("/ladders", summary="A new ladder, as a draft")
def create_ladder(actor: CurrentActor, work: Work, draft: LadderDraft) -> LadderRow:
    return _row(work, actor, service.create_ladder(work, actor, draft.name, draft.definition))


@router.get("/ladders/{ladder_id}", summary="One ladder")
def get_ladder(actor: CurrentActor, reading: ReadOnly, ladder_id: Id) -> LadderRow:
    return _row(reading, actor, service.get_ladder(reading, actor, ladder_id))


@router.put("/ladders/{ladder_id}", summary="Save a draft")
def save_ladder(actor: CurrentActor, work: Work, ladder_id: Id, draft: LadderDraft) -> LadderRow:
    return _row(
        work,
        actor,
        service.save_ladder(work, actor, ladder_id, draft.name, draft.definition, revision=draft.revision),
    )


@router.delete("/ladders/{ladder_id}", summary="Take it away", status_code=204)
def delete_ladder(actor: CurrentActor, work: Work, ladder_id: Id) -> None:
    service.delete_ladder(work, actor, ladder_id)


@router.post("/ladders/{ladder_id}/publish", summary="Put the draft in force")
def publish_ladder(actor: CurrentActor, work: Work, ladder_id: Id) -> LadderRow:
    return _row(work, actor, service.publish_ladder(work, actor, ladder_id))


@router.post("/ladders/{ladder_id}/stop", summary="Keep its stages no more")
def stop_ladder(actor: CurrentActor, work: Work, ladder_id: Id) -> LadderRow:
    return _row(work, actor, service.stop_ladder(work, actor, ladder_id))


@router.post("/ladders/{ladder_id}/resume", summary="Keep its stages again")
def resume_ladder(actor: CurrentActor, work: Work, ladder_id: Id) -> LadderRow:
    return _row(work, actor, service.resume_ladder(work, actor, ladder_id))


@router.get("/ladders/{ladder_id}/movements", summary="Who moved between stages")
def get_ladder_movements(
    actor: CurrentActor,
    context: Context,
    columns: ColumnsClient,
    ladder_id: Id,
    since_on: Day | None = None,
    until_on: Day | None = None,
) -> Movements:
    with context.database.read() as reading:
        service.get_ladder(reading, actor, ladder_id)
    return movements_of(context, columns, actor, ladder_id, since_on, until_on)


@router.post("/ladders/{ladder_id}/movements/segment", summary="Make a segment of who moved", status_code=201)
def make_segment_of_ladder_movement(
    actor: CurrentActor, context: Context, columns: ColumnsClient, ladder_id: Id, asked: MovementPeople
) -> MadeSegment:
    """A draft of exactly those whom the movements count, on a fixed list."""
    actor.require("segments.write")
    with context.database.read() as reading:
        service.get_ladder(reading, actor, ladder_id)
    return segment_of_movement(context, columns, actor, ladder_id, asked)


@router.get("/ladders/{ladder_id}/values", summary="What the customers of each stage bought")
def get_ladder_values(actor: CurrentActor, context: Context, columns: ColumnsClient, ladder_id: Id) -> StageValues:
    """Of the customers in your scope, as the columns have them now. Stages where nobody stands are left out."""
    with context.database.read() as reading:
        service.get_ladder(reading, actor, ladder_id)
        parts = segments.parts_ever(reading, ladder_id)
        edition = segments.editions(reading).get("value", 0)
    now, currency = context.database.clock.now(), context.settings.currency
    found = part_values(columns, parts, now, actor.scope, currency=currency, edition=edition)
    return StageValues(
        as_of=now,
        currency=currency,
        rows=[
            StageValue(
                stage=each.part,
                customers=each.customers,
                orders=each.orders,
                revenue_fen=each.revenue_fen,
                arpu_fen=each.arpu_fen,
                expected_value_fen=each.value_fen,
            )
            for each in found
        ],
    )


@router.get("/ladders/{ladder_id}/stages/{stage}/members", summary="Who stands on a stage")
def list_stage_members(actor: CurrentActor, reading: ReadOnly, ladder_id: Id, stage: str, page: Paging) -> CustomerPage:
    """The newest customers first, as far as you may see them."""
    segment_id = service.get_ladder(reading, actor, ladder_id).segments.get(stage)
    if segment_id is None:
        raise NotFoundError("There is no such stage in force.")
    return page_of_customers(reading, actor, segments.members_of(reading, segment_id), page)


@router.get("/customers/{customer_id}/stages", summary="The stages a customer stands on")
def list_customer_stages(actor: CurrentActor, reading: ReadOnly, customer_id: Id) -> CustomerStages:
    actor.require("ladders.read")
    found = customers.get_customer(reading, actor, customer_id)
    stood = segments.stages_of(reading, [found.customer_id])
    names = definitions.names_of(reading, [each.ladder_id for each in stood])
    ladders = segments.live_ladders(reading)
    stage_of = {(n, stage.key): stage for n, ladder in ladders.items() for stage in ladder.stages}
    return CustomerStages(
        rows=[
            StageSince(
                ladder_id=each.ladder_id,
                ladder=names[each.ladder_id].name,
                key=each.stage,
                zh=stage_of[each.ladder_id, each.stage].zh,
                en=stage_of[each.ladder_id, each.stage].en,
                since=each.since,
            )
            for each in stood
        ]
    )


_STATUS: dict[str, Literal["draft", "live", "stopped"]] = {"draft": "draft", "live": "live", "stopped": "stopped"}
_REST = ("其余所有客户。", "Everybody else.")


def _row(reading: Reading, actor: Actor, state: contracts.LadderState) -> LadderRow:
    return _rows(reading, actor, [state])[0]


def _rows(reading: Reading, actor: Actor, states: Sequence[contracts.LadderState]) -> list[LadderRow]:
    ladder_ids = [each.ladder_id for each in states]
    users, elsewhere = definitions.users_of(reading, ladder_ids), made_elsewhere(reading, actor, ladder_ids)
    sizes = SeenSizes(reading, actor)
    return [
        _told(reading, each, sizes, users.get(each.ladder_id, []), is_made_elsewhere=each.ladder_id in elsewhere)
        for each in states
    ]


def _told(
    reading: Reading,
    state: contracts.LadderState,
    sizes: SeenSizes,
    users: Sequence[DefinitionName],
    *,
    is_made_elsewhere: bool,
) -> LadderRow:
    shown = state.ladder or state.draft
    if shown is None:
        raise ValueError(f"ladder {state.ladder_id} has no definition")
    asked = {stage.key: stage.condition for stage in shown.stages if stage.condition is not None}
    told = dict(zip(asked, segments.sentences_for(reading, list(asked.values()), namer=namer_of(reading)), strict=True))
    states = segments.states_of(reading, list(state.segments.values()))
    seen = {key: sizes.of_segment(each, states[each].size) for key, each in state.segments.items()}
    return LadderRow(
        ladder_id=state.ladder_id,
        name=state.name,
        status=_STATUS[state.status.value],
        version=state.version,
        revision=state.revision,
        definition=LadderDefinition(shown),
        draft_definition=LadderDefinition(state.draft) if state.draft is not None else None,
        stages=[
            StageRow(
                key=stage.key,
                segment_id=state.segments.get(stage.key),
                size=seen.get(stage.key),
                sentence_zh=told[stage.key].zh if stage.key in told else _REST[0],
                sentence_en=told[stage.key].en if stage.key in told else _REST[1],
            )
            for stage in shown.stages
        ],
        updated_at=state.updated_at,
        is_made_elsewhere=is_made_elsewhere,
        used_by=used_by(users),
    )
