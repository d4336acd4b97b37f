"""Scripts: what staff say, found while they talk, filled for the customer, and their use told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, RootModel

from siyu.domain.company import reading as company
from siyu.domain.content import contracts, service
from siyu.domain.content.contracts import Template
from siyu.domain.customers import reading as customers
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.definitions.service import made_elsewhere
from siyu.engines.advising.script_outcomes import ScriptOutcome, script_outcomes
from siyu.faces.api.access import (
    TOUCHES_ONES_OWN,
    ColumnsClient,
    Context,
    CurrentActor,
    Id,
    Paging,
    ReadOnly,
    Version,
    Work,
)
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.piece_versions import PieceVersions, piece_versions
from siyu.faces.api.used_by import UsedBy, used_by
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/scripts", tags=["content"])
SORT = contracts.PieceSort.SCRIPT
NOTHING = ScriptOutcome(0, 0, 0)


class ScriptDefinition(RootModel[contracts.Script]):
    """What to say at a stage of the conversation, with places that the customer fills."""


class ScriptRow(BaseModel):
    """A script. `definition` is what is in force, or the draft of one that never was; `draft_definition` is what waits to be
    published. `uses` are those of ninety days. Hand `revision` back when saving."""

    script_id: int
    name: str
    status: Literal["draft", "live", "stopped"]
    version: int | None
    revision: int
    definition: ScriptDefinition
    draft_definition: ScriptDefinition | None
    is_favourite: bool
    uses: int
    updated_at: datetime
    is_made_elsewhere: bool
    used_by: list[UsedBy]


class ScriptPage(BaseModel):
    """Scripts that were found."""

    rows: list[ScriptRow]
    next_after: str | None


class ScriptVersion(BaseModel):
    """What a version says."""

    definition: ScriptDefinition


class ScriptDraft(BaseModel):
    """What is to be saved."""

    name: str
    definition: Annotated[Document, DescribedAs(ScriptDefinition)]
    revision: Version | None = None


class ScriptFolder(BaseModel):
    """A folder, and how many stand in it."""

    name: str
    count: int


class ScriptFolders(BaseModel):
    """All folders."""

    rows: list[ScriptFolder]


class ScriptMark(BaseModel):
    """Whether it is among one's favourites."""

    is_favourite: bool


class ScriptUse(BaseModel):
    """That it was said to a customer; the same key counts once."""

    use_key: UUID
    customer_id: Id


class TextForCustomer(BaseModel):
    """A text with places, and for whom it is to be filled."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    customer_id: Id


class FilledText(BaseModel):
    """As the customer reads it. `missing` are attributes that leave an empty place."""

    text: str
    missing: list[str]


class ScriptUseNumber(BaseModel):
    """How often one of the staff used a script, and with how many customers. Of the uses after which the time in which one looks
    is over (`complete`): after how many the customer responded, and ordered. After, not because."""

    script_id: int
    script: str
    staff_id: int
    staff: str
    uses: int
    customers: int
    last_used_at: datetime
    complete: int
    responded: int
    ordered: int


class ScriptUseNumbers(BaseModel):
    """Of the staff whom you may see, who uses most first."""

    rows: list[ScriptUseNumber]


@router.get("", summary="Scripts")
def list_scripts(
    actor: CurrentActor,
    context: Context,
    reading: ReadOnly,
    page: Paging,
    q: Annotated[str, Query(max_length=100)] = "",
    form: Annotated[list[str] | None, Query(max_length=10)] = None,
    folder: Annotated[str, Query(max_length=40)] = "",
    only_live: bool = False,
    only_favourites: bool = False,
) -> ScriptPage:
    """`q` finds all of its words in name, text and keywords; what is used most stands first."""
    search = contracts.Search(q, tuple(form or ()), folder, only_live, only_favourites)
    today = context.database.clock.now().astimezone(context.settings.zone).date()
    found = service.search_pieces(reading, actor, SORT, search, page, today)
    return ScriptPage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.post("", summary="A new script, as a draft")
def create_script(actor: CurrentActor, work: Work, draft: ScriptDraft) -> ScriptRow:
    return _row(work, actor, service.create_piece(work, actor, SORT, draft.name, draft.definition))


@router.get("/folders", summary="Folders of scripts")
def list_script_folders(actor: CurrentActor, reading: ReadOnly) -> ScriptFolders:
    found = service.list_folders(reading, actor, SORT)
    return ScriptFolders(rows=[ScriptFolder(name=name, count=count) for name, count in found])


@router.get("/numbers", summary="Who uses which scripts")
def list_script_numbers(
    actor: CurrentActor,
    reading: ReadOnly,
    columns: ColumnsClient,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
    within_days: Annotated[int, Query(ge=1, le=30)] = 7,
) -> ScriptUseNumbers:
    """`within_days`: so long after each use one looks for a response or an order. What is said in chats is not seen; a response is
    a link opened, a form answered, a click, a message to customer service or an account."""
    now = reading.clock.now()
    since = now - timedelta(days=days)
    found = service.use_numbers(reading, actor, since)
    outcomes = script_outcomes(columns, since, now, timedelta(days=within_days)) if found else {}
    names = definitions.names_of(reading, {each.definition_id for each in found})
    staff = company.staff_names(reading, {each.staff_id for each in found})
    return ScriptUseNumbers(
        rows=[
            ScriptUseNumber(
                script_id=each.definition_id,
                script=names[each.definition_id].name if each.definition_id in names else "",
                staff_id=each.staff_id,
                staff=staff.get(each.staff_id, ""),
                uses=each.uses,
                customers=each.customers,
                last_used_at=each.last_used_at,
                **asdict(outcomes.get((each.definition_id, each.staff_id), NOTHING)),
            )
            for each in found
        ]
    )


@router.post("/preview", summary="A text as one customer reads it")
def preview_text(actor: CurrentActor, reading: ReadOnly, wanted: TextForCustomer) -> FilledText:
    actor.require("customers.read")
    template = Template.parse(wanted.text)
    customer = customers.get_customer(reading, actor, wanted.customer_id)
    attributes = customers.attributes_of(reading, [customer.customer_id]).get(customer.customer_id, {})
    shown = customers.masked_attributes(attributes)
    return FilledText(text=template.render(shown), missing=sorted(template.missing(shown)))


@router.get("/{script_id}", summary="One script")
def get_script(actor: CurrentActor, reading: ReadOnly, script_id: Id) -> ScriptRow:
    return _row(reading, actor, service.get_piece(reading, actor, SORT, script_id))


@router.get("/{script_id}/versions", summary="The published versions of a script")
def list_script_versions(actor: CurrentActor, reading: ReadOnly, script_id: Id) -> PieceVersions:
    return piece_versions(reading, actor, SORT, script_id)


@router.get("/{script_id}/versions/{version}", summary="What a version of a script says")
def get_script_version(actor: CurrentActor, reading: ReadOnly, script_id: Id, version: Version) -> ScriptVersion:
    found = service.get_piece_version(reading, actor, SORT, script_id, version)
    return ScriptVersion(definition=ScriptDefinition(_as_script(found)))


@router.put("/{script_id}", summary="Save a draft")
def save_script(actor: CurrentActor, work: Work, script_id: Id, draft: ScriptDraft) -> ScriptRow:
    saved = service.save_piece(work, actor, SORT, script_id, draft.name, draft.definition, revision=draft.revision)
    return _row(work, actor, saved)


@router.delete("/{script_id}", summary="Take it away", status_code=204)
def delete_script(actor: CurrentActor, work: Work, script_id: Id) -> None:
    service.delete_piece(work, actor, SORT, script_id)


@router.post("/{script_id}/publish", summary="Put the draft in force")
def publish_script(actor: CurrentActor, work: Work, script_id: Id) -> ScriptRow:
    return _row(work, actor, service.publish_piece(work, actor, SORT, script_id))


@router.post("/{script_id}/stop", summary="Take it off the shelf")
def stop_script(actor: CurrentActor, work: Work, script_id: Id) -> ScriptRow:
    return _row(work, actor, service.stop_piece(work, actor, SORT, script_id))


@router.post("/{script_id}/resume", summary="Put it back on the shelf")
def resume_script(actor: CurrentActor, work: Work, script_id: Id) -> ScriptRow:
    return _row(work, actor, service.resume_piece(work, actor, SORT, script_id))


@router.put("/{script_id}/favourite", summary="Mark it for oneself", dependencies=[TOUCHES_ONES_OWN])
def mark_script(actor: CurrentActor, work: Work, script_id: Id, mark: ScriptMark) -> ScriptRow:
    marked = service.mark_favourite(work, actor, SORT, script_id, is_favourite=mark.is_favourite)
    return _row(work, actor, marked)


@router.post("/{script_id}/uses", summary="Say that it was used with a customer", status_code=204)
def use_script(actor: CurrentActor, work: Work, script_id: Id, use: ScriptUse) -> None:
    """Told on the customer's timeline, and counted."""
    service.use_script(work, actor, contracts.ScriptUse(use.use_key, script_id, use.customer_id))


def _row(reading: Reading, actor: Actor, piece: contracts.ShelfPiece) -> ScriptRow:
    return _rows(reading, actor, [piece])[0]


def _rows(reading: Reading, actor: Actor, found: Sequence[contracts.ShelfPiece]) -> list[ScriptRow]:
    piece_ids = [each.definition_id for each in found]
    users, elsewhere = definitions.users_of(reading, piece_ids), made_elsewhere(reading, actor, piece_ids)
    return [
        ScriptRow(
            script_id=each.definition_id,
            name=each.name,
            status=_STATUS[each.status],
            version=each.version,
            revision=each.revision,
            definition=ScriptDefinition(_as_script(each.piece or each.latest)),
            draft_definition=ScriptDefinition(_as_script(each.draft)) if each.draft and each.piece else None,
            is_favourite=each.is_favourite,
            uses=each.uses,
            updated_at=each.updated_at,
            is_made_elsewhere=each.definition_id in elsewhere,
            used_by=used_by(users.get(each.definition_id, [])),
        )
        for each in found
    ]


def _as_script(piece: contracts.Piece) -> contracts.Script:
    return cast(contracts.Script, piece)


_STATUS: Mapping[DefinitionStatus, Literal["draft", "live", "stopped"]] = {
    DefinitionStatus.DRAFT: "draft",
    DefinitionStatus.LIVE: "live",
    DefinitionStatus.STOPPED: "stopped",
}
