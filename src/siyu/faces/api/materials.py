"""Materials: what staff send to customers, with versions, files and who uses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Query
from pydantic import BaseModel, RootModel

from siyu.domain.content import contracts, service
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.definitions.service import made_elsewhere
from siyu.faces.api.access import TOUCHES_ONES_OWN, Context, CurrentActor, Id, Paging, ReadOnly, Version, Work
from siyu.faces.api.content_files import ContentFile, file_rows
from siyu.faces.api.context import ApiContext
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.piece_versions import PieceVersions, piece_versions
from siyu.faces.api.used_by import UsedBy, used_by
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/materials", tags=["content"])
SORT = contracts.PieceSort.MATERIAL


class MaterialDefinition(RootModel[contracts.Material]):
    """Something to send: a text, a picture, a file, a link, a mini-program or an article of our own."""


class MaterialRow(BaseModel):
    """A material. `definition` is what is in force, or the draft of one that never was; `draft_definition` is what waits to be
    published. Hand `revision` back when saving."""

    material_id: int
    name: str
    status: Literal["draft", "live", "stopped"]
    version: int | None
    revision: int
    definition: MaterialDefinition
    draft_definition: MaterialDefinition | None
    is_favourite: bool
    files: list[ContentFile]
    updated_at: datetime
    is_made_elsewhere: bool
    used_by: list[UsedBy]


class MaterialPage(BaseModel):
    """Materials that were found."""

    rows: list[MaterialRow]
    next_after: str | None


class MaterialVersion(BaseModel):
    """What a version says, with the files that it shows."""

    definition: MaterialDefinition
    files: list[ContentFile]


class MaterialDraft(BaseModel):
    """What is to be saved."""

    name: str
    definition: Annotated[Document, DescribedAs(MaterialDefinition)]
    revision: Version | None = None


class MaterialFolder(BaseModel):
    """A folder, and how many stand in it."""

    name: str
    count: int


class MaterialFolders(BaseModel):
    """All folders."""

    rows: list[MaterialFolder]


class MaterialMark(BaseModel):
    """Whether it is among one's favourites."""

    is_favourite: bool


@router.get("", summary="Materials")
def list_materials(
    actor: CurrentActor,
    context: Context,
    reading: ReadOnly,
    page: Paging,
    q: Annotated[str, Query(max_length=100)] = "",
    form: Annotated[list[str] | None, Query(max_length=10)] = None,
    folder: Annotated[str, Query(max_length=40)] = "",
    only_live: bool = False,
    only_favourites: bool = False,
) -> MaterialPage:
    """`q` finds all of its words in name, text and keywords; what is used most stands first."""
    search = contracts.Search(q, tuple(form or ()), folder, only_live, only_favourites)
    today = context.database.clock.now().astimezone(context.settings.zone).date()
    found = service.search_pieces(reading, actor, SORT, search, page, today)
    return MaterialPage(rows=_rows(context, reading, actor, found.rows), next_after=found.next_after)


@router.post("", summary="A new material, as a draft")
def create_material(actor: CurrentActor, context: Context, work: Work, draft: MaterialDraft) -> MaterialRow:
    return _row(context, work, actor, service.create_piece(work, actor, SORT, draft.name, draft.definition))


@router.get("/folders", summary="Folders of materials")
def list_material_folders(actor: CurrentActor, reading: ReadOnly) -> MaterialFolders:
    found = service.list_folders(reading, actor, SORT)
    return MaterialFolders(rows=[MaterialFolder(name=name, count=count) for name, count in found])


@router.get("/{material_id}", summary="One material")
def get_material(actor: CurrentActor, context: Context, reading: ReadOnly, material_id: Id) -> MaterialRow:
    return _row(context, reading, actor, service.get_piece(reading, actor, SORT, material_id))


@router.get("/{material_id}/versions", summary="The published versions of a material")
def list_material_versions(actor: CurrentActor, reading: ReadOnly, material_id: Id) -> PieceVersions:
    return piece_versions(reading, actor, SORT, material_id)


@router.get("/{material_id}/versions/{version}", summary="What a version of a material says")
def get_material_version(
    actor: CurrentActor, context: Context, reading: ReadOnly, material_id: Id, version: Version
) -> MaterialVersion:
    """Links that were given with it show it still."""
    found = _as_material(service.get_piece_version(reading, actor, SORT, material_id, version))
    files = file_rows(context, reading, _files_of([found]))
    return MaterialVersion(definition=MaterialDefinition(found), files=[files[each] for each in sorted(files)])


@router.put("/{material_id}", summary="Save a draft")
def save_material(
    actor: CurrentActor, context: Context, work: Work, material_id: Id, draft: MaterialDraft
) -> MaterialRow:
    saved = service.save_piece(work, actor, SORT, material_id, draft.name, draft.definition, revision=draft.revision)
    return _row(context, work, actor, saved)


@router.delete("/{material_id}", summary="Take it away", status_code=204)
def delete_material(actor: CurrentActor, work: Work, material_id: Id) -> None:
    service.delete_piece(work, actor, SORT, material_id)


@router.post("/{material_id}/publish", summary="Put the draft in force")
def publish_material(actor: CurrentActor, context: Context, work: Work, material_id: Id) -> MaterialRow:
    return _row(context, work, actor, service.publish_piece(work, actor, SORT, material_id))


@router.post("/{material_id}/stop", summary="Take it off the shelf")
def stop_material(actor: CurrentActor, context: Context, work: Work, material_id: Id) -> MaterialRow:
    return _row(context, work, actor, service.stop_piece(work, actor, SORT, material_id))


@router.post("/{material_id}/resume", summary="Put it back on the shelf")
def resume_material(actor: CurrentActor, context: Context, work: Work, material_id: Id) -> MaterialRow:
    return _row(context, work, actor, service.resume_piece(work, actor, SORT, material_id))


@router.put("/{material_id}/favourite", summary="Mark it for oneself", dependencies=[TOUCHES_ONES_OWN])
def mark_material(
    actor: CurrentActor, context: Context, work: Work, material_id: Id, mark: MaterialMark
) -> MaterialRow:
    marked = service.mark_favourite(work, actor, SORT, material_id, is_favourite=mark.is_favourite)
    return _row(context, work, actor, marked)


def _row(context: ApiContext, reading: Reading, actor: Actor, piece: contracts.ShelfPiece) -> MaterialRow:
    return _rows(context, reading, actor, [piece])[0]


def _rows(
    context: ApiContext, reading: Reading, actor: Actor, found: Sequence[contracts.ShelfPiece]
) -> list[MaterialRow]:
    piece_ids = [each.definition_id for each in found]
    users, elsewhere = definitions.users_of(reading, piece_ids), made_elsewhere(reading, actor, piece_ids)
    named = {each.definition_id: _files_of([each.piece, each.draft]) for each in found}
    files = file_rows(context, reading, set().union(*named.values()))
    return [
        MaterialRow(
            material_id=each.definition_id,
            name=each.name,
            status=_STATUS[each.status],
            version=each.version,
            revision=each.revision,
            definition=MaterialDefinition(_as_material(each.piece or each.latest)),
            draft_definition=MaterialDefinition(_as_material(each.draft)) if each.draft and each.piece else None,
            is_favourite=each.is_favourite,
            files=[files[file_id] for file_id in sorted(named[each.definition_id]) if file_id in files],
            updated_at=each.updated_at,
            is_made_elsewhere=each.definition_id in elsewhere,
            used_by=used_by(users.get(each.definition_id, [])),
        )
        for each in found
    ]


def _as_material(piece: contracts.Piece) -> contracts.Material:
    return cast(contracts.Material, piece)


_STATUS: Mapping[DefinitionStatus, Literal["draft", "live", "stopped"]] = {
    DefinitionStatus.DRAFT: "draft",
    DefinitionStatus.LIVE: "live",
    DefinitionStatus.STOPPED: "stopped",
}


def _files_of(pieces: Sequence[contracts.Piece | None]) -> set[int]:
    bodies = [_as_material(each).body for each in pieces if each is not None]
    ids = {getattr(body, name, None) for body in bodies for name in ("file_id", "picture_id")}
    return {each for each in ids if each is not None}
