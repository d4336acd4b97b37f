"""Channel codes: designed, published, what each brought, their pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Final, Literal

import segno
from fastapi import APIRouter, Query
from pydantic import BaseModel, RootModel
from starlette.responses import Response

from siyu.assembly.setting_up import brand_of
from siyu.domain.company.reading import staff_names
from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.definitions.service import made_elsewhere
from siyu.domain.entries import contracts, service
from siyu.domain.entries.contracts import Turn
from siyu.domain.entries.reading import store_names
from siyu.domain.groups.reading import group_names, groups_in_scope, living_groups
from siyu.faces.api.access import Context, CurrentActor, Id, ReadOnly, Searching, Version, Work
from siyu.faces.api.context import ApiContext
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.forms_checks import check_named_tags
from siyu.faces.h5.addresses import addresses_of
from siyu.faces.h5.codes import values_of
from siyu.faces.h5.codes_stores import stores_shown
from siyu.faces.h5.pages import rendered
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/codes", tags=["codes"])

QR_TYPES: Final = {"svg": "image/svg+xml", "png": "image/png"}
QR_SCALE, QR_BORDER = 12, 2
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {each: {"schema": {"type": "string"}} for each in QR_TYPES.values()}}
}


class CodeDefinition(RootModel[contracts.Code]):
    """A channel code: who serves when, what it counts for, what who comes by it is given."""


class CodeTallies(BaseModel):
    """Customers who were added by it, to members and groups whom you may see."""

    today: int
    week: int
    month: int
    ever: int


class CodeRow(BaseModel):
    """A channel code. `definition` is what is in force, or the draft of one that never was; `draft_definition` is what waits to be
    published. `url` is its page, whose picture is printed. Hand `revision` back when saving."""

    code_id: int
    name: str
    status: Literal["draft", "live", "stopped"]
    version: int | None
    revision: int
    definition: CodeDefinition
    draft_definition: CodeDefinition | None
    adds: CodeTallies
    url: str
    updated_at: datetime
    is_made_elsewhere: bool


class CodePage(BaseModel):
    """Channel codes, the newest first."""

    rows: list[CodeRow]
    next_after: str | None


class CodeDraft(BaseModel):
    """What is to be saved."""

    name: str
    definition: Annotated[Document, DescribedAs(CodeDefinition)]
    revision: Version | None = None


class CodePreviewAsked(BaseModel):
    """A code to be looked at before it is saved."""

    definition: Annotated[Document, DescribedAs(CodeDefinition)]
    language: Literal["zh", "en"] = "zh"


class CodePreview(BaseModel):
    """The page as visitors would see it."""

    html: str


class CodeDay(BaseModel):
    """A business day of one member, group or store with a code: visitors who got them, customers who were added or joined.
    Target 0: nobody could serve, or WeCom chose."""

    day: date
    target_id: int
    target_name: str
    visitors: int
    adds: int


class CodeWay(BaseModel):
    """How far a way in WeCom is, of one member or group, or of all (`target_id` 0): a code to add members, to join a group, or an
    acquisition link. `address` is its picture, or the link itself. `refusal` is WeCom's code where it refused."""

    kind: Literal["contact", "group", "link"]
    target_id: int
    target_name: str
    address: str
    is_made: bool
    is_current: bool
    refusal: int


class LinkNumbers(BaseModel):
    """Of a code with an acquisition link: customers whom WeCom told, how many of them wrote, and how much of the corp's quota
    is left (None before that was read)."""

    customers: int
    wrote: int
    quota: int | None
    quota_left: int | None
    quota_read_at: datetime | None


class CodeNumbers(BaseModel):
    """What a code brought by day and member, group or store, and how far its ways in WeCom are."""

    days: list[CodeDay]
    ways: list[CodeWay]
    link: LinkNumbers | None


@router.get("", summary="Channel codes")
def list_codes(actor: CurrentActor, context: Context, reading: ReadOnly, page: Searching) -> CodePage:
    found = service.list_codes(
        reading, actor, page, context.settings.zone, groups_seen=partial(groups_in_scope, reading, actor)
    )
    return CodePage(rows=_rows(context, reading, actor, found.rows), next_after=found.next_after)


@router.post("", summary="A new channel code, as a draft")
def create_code(actor: CurrentActor, context: Context, work: Work, draft: CodeDraft) -> CodeRow:
    _check(work, actor, draft.definition)
    seen, zone = partial(groups_in_scope, work, actor), context.settings.zone
    return _row(
        context, work, actor, service.create_code(work, actor, draft.name, draft.definition, zone, groups_seen=seen)
    )


@router.post("/preview", summary="The page of a code that is not saved yet")
def preview_code(actor: CurrentActor, context: Context, reading: ReadOnly, asked: CodePreviewAsked) -> CodePreview:
    """The first fault of the document is told instead, where it has one."""
    actor.require("codes.read")
    code = service.parse_code(asked.definition)
    brand = brand_of(context.settings, context.database)
    if code.mode == "stores":
        shown = stores_shown(reading, code, asked.language, "", context.settings.zone)
        return CodePreview(html=rendered("stores.html", asked.language, brand, **shown))
    shown_id = (
        (code.groups[0].group_id if code.mode == "groups" else (*code.everybody, 0)[0]) if code.mode != "direct" else 0
    )
    name = _names(reading, code.mode, {shown_id}).get(shown_id, "")
    return CodePreview(
        html=rendered("code.html", asked.language, brand, **values_of(code, asked.language, name, Turn(shown_id)))
    )


@router.get("/{code_id}", summary="One channel code")
def get_code(actor: CurrentActor, context: Context, reading: ReadOnly, code_id: Id) -> CodeRow:
    seen = partial(groups_in_scope, reading, actor)
    return _row(
        context, reading, actor, service.get_code(reading, actor, code_id, context.settings.zone, groups_seen=seen)
    )


@router.put("/{code_id}", summary="Save a draft")
def save_code(actor: CurrentActor, context: Context, work: Work, code_id: Id, draft: CodeDraft) -> CodeRow:
    _check(work, actor, draft.definition)
    seen, zone = partial(groups_in_scope, work, actor), context.settings.zone
    saved = service.save_code(
        work, actor, code_id, draft.name, draft.definition, zone, revision=draft.revision, groups_seen=seen
    )
    return _row(context, work, actor, saved)


@router.delete("/{code_id}", summary="Take it away", status_code=204)
def delete_code(actor: CurrentActor, context: Context, work: Work, code_id: Id) -> None:
    """Only where nobody came by it yet."""
    service.delete_code(work, actor, code_id, context.settings.zone)


@router.post("/{code_id}/publish", summary="Put the draft in force")
def publish_code(actor: CurrentActor, context: Context, work: Work, code_id: Id) -> CodeRow:
    seen = partial(groups_in_scope, work, actor)
    return _row(
        context, work, actor, service.publish_code(work, actor, code_id, context.settings.zone, groups_seen=seen)
    )


@router.post("/{code_id}/stop", summary="Serve nobody any more")
def stop_code(actor: CurrentActor, context: Context, work: Work, code_id: Id) -> CodeRow:
    seen = partial(groups_in_scope, work, actor)
    return _row(context, work, actor, service.stop_code(work, actor, code_id, context.settings.zone, groups_seen=seen))


@router.post("/{code_id}/resume", summary="Serve again")
def resume_code(actor: CurrentActor, context: Context, work: Work, code_id: Id) -> CodeRow:
    seen = partial(groups_in_scope, work, actor)
    return _row(
        context, work, actor, service.resume_code(work, actor, code_id, context.settings.zone, groups_seen=seen)
    )


@router.get("/{code_id}/numbers", summary="What it brought, by day and member")
def get_code_numbers(
    actor: CurrentActor,
    context: Context,
    reading: ReadOnly,
    code_id: Id,
    days: Annotated[int, Query(ge=1, le=90)] = 30,
) -> CodeNumbers:
    seen = partial(groups_in_scope, reading, actor)
    found = service.code_days(reading, actor, code_id, days, context.settings.zone, groups_seen=seen)
    ways = service.code_ways(reading, actor, code_id, groups_seen=seen)
    code = service.get_code(reading, actor, code_id, context.settings.zone, groups_seen=seen).latest
    names = _names(reading, code.mode, {each.target_id for each in found} | {each.target_id for each in ways})
    return CodeNumbers(
        days=[CodeDay(**asdict(each), target_name=names.get(each.target_id, "")) for each in found],
        ways=[_way(each, names.get(each.target_id, "")) for each in ways],
        link=_link_numbers(reading, actor, code_id, code) if code.mode == "link" else None,
    )


@router.get("/{code_id}/qr", summary="Its page as a QR code", response_class=Response, responses=_FILES)
def get_code_qr(
    actor: CurrentActor, context: Context, reading: ReadOnly, code_id: Id, picture: Literal["svg", "png"] = "svg"
) -> Response:
    """To be printed: it never changes, whoever serves."""
    seen = partial(groups_in_scope, reading, actor)
    service.get_code(reading, actor, code_id, context.settings.zone, groups_seen=seen)
    code = segno.make(addresses_of(context).code_url(code_id), error="m", micro=False)
    out = io.BytesIO()
    code.save(out, kind=picture, scale=QR_SCALE, border=QR_BORDER)
    name = f'attachment; filename="code-{code_id}.{picture}"'
    return Response(out.getvalue(), media_type=QR_TYPES[picture], headers={"Content-Disposition": name})


def _check(reading: Reading, actor: Actor, document: object) -> None:
    """What the room cannot see: whether corp, staff and tags are there."""
    actor.require("codes.write")
    code = service.parse_code(document)
    check_named_tags(reading, actor, contracts.code_tags(code))
    if set(code.everybody) - set(staff_names(reading, code.everybody)):
        raise InvalidDefinitionError("staff_ids", "There is no such member of the staff.", "没有这位员工，请另选。")
    group_ids = {each.group_id for each in code.groups}
    if group_ids - set(living_groups(reading, code.corp_id, group_ids)):
        raise InvalidDefinitionError("groups", "There is no such group.", "没有这个群，请另选。")
    if set(code.store_ids) - set(store_names(reading, code.store_ids)):
        raise InvalidDefinitionError("store_ids", "There is no such store.", "没有这家门店，请另选。")


def _names(reading: Reading, mode: str, target_ids: set[int]) -> dict[int, str]:
    """What the members, groups or stores of a code are called."""
    match mode:
        case "groups":
            return group_names(reading, target_ids)
        case "stores":
            return store_names(reading, target_ids)
        case _:
            return staff_names(reading, target_ids)


def _way(way: contracts.CodeWay, name: str) -> CodeWay:
    return CodeWay(
        kind=way.kind.value,
        target_id=way.target_id,
        target_name=name,
        address=way.address,
        is_made=way.is_made,
        is_current=way.is_current,
        refusal=way.refusal,
    )


def _link_numbers(reading: Reading, actor: Actor, code_id: int, code: contracts.Code) -> LinkNumbers:
    chats = service.link_chats(reading, actor, code_id)
    quota = service.find_quota(reading, actor, code.corp_id)
    return LinkNumbers(
        customers=chats.customers,
        wrote=chats.wrote,
        quota=quota.total if quota else None,
        quota_left=quota.left if quota else None,
        quota_read_at=quota.read_at if quota else None,
    )


def _row(context: ApiContext, reading: Reading, actor: Actor, design: contracts.CodeDesign) -> CodeRow:
    return _rows(context, reading, actor, [design])[0]


def _rows(
    context: ApiContext, reading: Reading, actor: Actor, designs: Sequence[contracts.CodeDesign]
) -> list[CodeRow]:
    elsewhere = made_elsewhere(reading, actor, [each.code_id for each in designs])
    return [
        CodeRow(
            code_id=each.code_id,
            name=each.name,
            status=_STATUS[each.status.value],
            version=each.version,
            revision=each.revision,
            definition=CodeDefinition(each.code or each.latest),
            draft_definition=CodeDefinition(each.draft) if each.draft is not None else None,
            adds=CodeTallies(**asdict(each.tallies)),
            url=addresses_of(context).code_url(each.code_id),
            updated_at=each.updated_at,
            is_made_elsewhere=each.code_id in elsewhere,
        )
        for each in designs
    ]


_STATUS: dict[str, Literal["draft", "live", "stopped"]] = {"draft": "draft", "live": "live", "stopped": "stopped"}
