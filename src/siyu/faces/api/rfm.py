"""RFM schemes: designed, cut, published, looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, RootModel

from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.service import made_elsewhere
from siyu.domain.orders.contracts import ORDER_PAID
from siyu.domain.segments import contracts, service
from siyu.domain.segments import reading as segments
from siyu.engines.insight.rfm import cell_numbers, with_found_cuts
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
from siyu.faces.api.customer_bulks import MadeSegment
from siyu.faces.api.customers import CustomerPage, page_of_customers
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.movements import Day, MovementPeople, Movements, movements_of, segment_of_movement
from siyu.faces.api.used_by import UsedBy, used_by
from siyu.kernel.actors import Actor
from siyu.kernel.errors import NotFoundError
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/rfm", tags=["rfm"])

AMOUNT = "total_fen"


class RfmDefinition(RootModel[contracts.RfmScheme]):
    """A scheme: how buyers are scored, and which scores make which cell."""


class RfmRow(BaseModel):
    """A scheme. `definition` is what is in force, or the draft of one that never was; `draft_definition` is what waits to be
    published. `segments` says which segment holds a cell. Hand `revision` back when saving."""

    scheme_id: int
    name: str
    status: Literal["draft", "live", "stopped"]
    version: int | None
    revision: int
    definition: RfmDefinition
    draft_definition: RfmDefinition | None
    segments: dict[str, int]
    updated_at: datetime
    is_made_elsewhere: bool
    used_by: list[UsedBy]


class RfmPage(BaseModel):
    """Schemes, the newest first."""

    rows: list[RfmRow]
    next_after: str | None


class RfmDraft(BaseModel):
    """What is to be saved."""

    name: str
    definition: Annotated[Document, DescribedAs(RfmDefinition)]
    revision: Version | None = None


class RfmTrial(BaseModel):
    """A scheme to be tried."""

    definition: Annotated[Document, DescribedAs(RfmDefinition)]


class RfmTemplate(BaseModel):
    """A scheme to begin with, its cut-offs found among the buyers there are."""

    template: Literal["eight", "eleven", "quadrants"]
    definition: RfmDefinition


class RfmTemplates(BaseModel):
    """What to begin with."""

    rows: list[RfmTemplate]


class RfmCellRow(BaseModel):
    """A cell: how many buyers are in it now, how often they bought and for how much in the scheme's window."""

    key: str
    zh: str
    en: str
    segment_id: int | None
    customers: int
    orders: int
    revenue_fen: int
    arpu_fen: int


class RfmMatrix(BaseModel):
    """All cells as of an instant, over the customers in your scope."""

    as_of: datetime
    currency: str
    cells: list[RfmCellRow]


@router.get("", summary="RFM schemes")
def list_rfm(actor: CurrentActor, reading: ReadOnly, page: Searching) -> RfmPage:
    found = service.list_schemes(reading, actor, page)
    return RfmPage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.get("/templates", summary="Schemes to begin with")
def list_rfm_templates(actor: CurrentActor, context: Context, columns: ColumnsClient) -> RfmTemplates:
    actor.require("rfms.read")
    currency, now = context.settings.currency, context.database.clock.now()
    made: dict[Literal["eight", "eleven", "quadrants"], contracts.RfmScheme] = {
        "eight": segments.eight_cells(ORDER_PAID, AMOUNT, currency=currency),
        "eleven": segments.eleven_cells(ORDER_PAID, AMOUNT, currency=currency),
        "quadrants": segments.quadrants(ORDER_PAID, AMOUNT, currency=currency),
    }
    return RfmTemplates(
        rows=[
            RfmTemplate(template=name, definition=RfmDefinition(with_found_cuts(columns, scheme, now)))
            for name, scheme in made.items()
        ]
    )


@router.post("/cuts", summary="Find the cut-offs", dependencies=[ONLY_READS])
def find_rfm_cuts(actor: CurrentActor, context: Context, columns: ColumnsClient, trial: RfmTrial) -> RfmDefinition:
    """The same scheme, its quantiles and means found among the buyers there are; told cut-offs stay."""
    actor.require("rfms.read")
    scheme = service.parse_scheme(trial.definition)
    return RfmDefinition(with_found_cuts(columns, scheme, context.database.clock.now()))


@router.post("/preview", summary="Who would be in which cell", dependencies=[ONLY_READS])
def preview_rfm(actor: CurrentActor, context: Context, columns: ColumnsClient, trial: RfmTrial) -> RfmMatrix:
    actor.require("rfms.read")
    return _matrix(context, columns, actor, service.parse_scheme(trial.definition), {})


@router.post("", summary="A new scheme, as a draft")
def create_rfm(actor: CurrentActor, work: Work, draft: RfmDraft) -> RfmRow:
    return _row(work, actor, service.create_scheme(work, actor, draft.name, draft.definition))


@router.get("/{scheme_id}", summary="One scheme")
def get_rfm(actor: CurrentActor, reading: ReadOnly, scheme_id: Id) -> RfmRow:
    return _row(reading, actor, service.get_scheme(reading, actor, scheme_id))


@router.put("/{scheme_id}", summary="Save a draft")
def save_rfm(actor: CurrentActor, work: Work, scheme_id: Id, draft: RfmDraft) -> RfmRow:
    return _row(
        work, actor, service.save_scheme(work, actor, scheme_id, draft.name, draft.definition, revision=draft.revision)
    )


@router.delete("/{scheme_id}", summary="Take it away", status_code=204)
def delete_rfm(actor: CurrentActor, work: Work, scheme_id: Id) -> None:
    service.delete_scheme(work, actor, scheme_id)


@router.post("/{scheme_id}/publish", summary="Put the draft in force")
def publish_rfm(actor: CurrentActor, work: Work, scheme_id: Id) -> RfmRow:
    return _row(work, actor, service.publish_scheme(work, actor, scheme_id))


@router.post("/{scheme_id}/stop", summary="Keep its cells no more")
def stop_rfm(actor: CurrentActor, work: Work, scheme_id: Id) -> RfmRow:
    return _row(work, actor, service.stop_scheme(work, actor, scheme_id))


@router.post("/{scheme_id}/resume", summary="Keep its cells again")
def resume_rfm(actor: CurrentActor, work: Work, scheme_id: Id) -> RfmRow:
    return _row(work, actor, service.resume_scheme(work, actor, scheme_id))


@router.get("/{scheme_id}/matrix", summary="The cells in numbers")
def get_rfm_matrix(actor: CurrentActor, context: Context, columns: ColumnsClient, scheme_id: Id) -> RfmMatrix:
    """Of what is in force, or of the draft where nothing is yet."""
    with context.database.read() as reading:
        found = service.get_scheme(reading, actor, scheme_id)
    return _matrix(context, columns, actor, _shown(found), found.segments)


@router.get("/{scheme_id}/movements", summary="Who moved between cells")
def get_rfm_movements(
    actor: CurrentActor,
    context: Context,
    columns: ColumnsClient,
    scheme_id: Id,
    since_on: Day | None = None,
    until_on: Day | None = None,
) -> Movements:
    with context.database.read() as reading:
        service.get_scheme(reading, actor, scheme_id)
    return movements_of(context, columns, actor, scheme_id, since_on, until_on)


@router.post("/{scheme_id}/movements/segment", summary="Make a segment of who moved", status_code=201)
def make_segment_of_rfm_movement(
    actor: CurrentActor, context: Context, columns: ColumnsClient, scheme_id: Id, asked: MovementPeople
) -> MadeSegment:
    """A draft of exactly those whom the movements count, on a fixed list."""
    actor.require("segments.write")
    with context.database.read() as reading:
        service.get_scheme(reading, actor, scheme_id)
    return segment_of_movement(context, columns, actor, scheme_id, asked)


@router.get("/{scheme_id}/cells/{cell}/members", summary="Who is in a cell")
def list_rfm_members(actor: CurrentActor, reading: ReadOnly, scheme_id: Id, cell: str, page: Paging) -> CustomerPage:
    """As audience keeps it, the newest customers first, as far as you may see them."""
    segment_id = service.get_scheme(reading, actor, scheme_id).segments.get(cell)
    if segment_id is None:
        raise NotFoundError("There is no such cell in force.")
    return page_of_customers(reading, actor, segments.members_of(reading, segment_id), page)


def _matrix(
    context: Context, columns: ColumnsClient, actor: CurrentActor, scheme: contracts.RfmScheme, kept: dict[str, int]
) -> RfmMatrix:
    now = context.database.clock.now()
    found = {each.key: each for each in cell_numbers(columns, scheme, now, actor.scope)}
    return RfmMatrix(
        as_of=now,
        currency=scheme.currency or context.settings.currency,
        cells=[
            RfmCellRow(
                key=cell.key,
                zh=cell.zh,
                en=cell.en,
                segment_id=kept.get(cell.key),
                customers=found[cell.key].customers,
                orders=found[cell.key].orders,
                revenue_fen=found[cell.key].revenue_fen,
                arpu_fen=found[cell.key].arpu_fen,
            )
            for cell in scheme.cells
        ],
    )


def _shown(state: contracts.RfmState) -> contracts.RfmScheme:
    shown = state.scheme or state.draft
    if shown is None:
        raise ValueError(f"scheme {state.scheme_id} has no definition")
    return shown


def _row(reading: Reading, actor: Actor, state: contracts.RfmState) -> RfmRow:
    return _rows(reading, actor, [state])[0]


def _rows(reading: Reading, actor: Actor, states: Sequence[contracts.RfmState]) -> list[RfmRow]:
    scheme_ids = [each.scheme_id for each in states]
    users, elsewhere = definitions.users_of(reading, scheme_ids), made_elsewhere(reading, actor, scheme_ids)
    return [
        RfmRow(
            scheme_id=each.scheme_id,
            name=each.name,
            status=_STATUS[each.status.value],
            version=each.version,
            revision=each.revision,
            definition=RfmDefinition(_shown(each)),
            draft_definition=RfmDefinition(each.draft) if each.draft is not None else None,
            segments=each.segments,
            updated_at=each.updated_at,
            is_made_elsewhere=each.scheme_id in elsewhere,
            used_by=used_by(users.get(each.scheme_id, [])),
        )
        for each in states
    ]


_STATUS: dict[str, Literal["draft", "live", "stopped"]] = {"draft": "draft", "live": "live", "stopped": "stopped"}
