"""Fixed lists of customers: made, filled by a file or by ids, asked for by segments."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeVar, get_args

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from siyu.domain.customers import reading as customers
from siyu.domain.definitions.service import made_elsewhere
from siyu.domain.segments import reading as segments
from siyu.domain.segments import service
from siyu.domain.segments.contracts import CustomerList, ListMode
from siyu.engines.intake.importing_files import BLOCK_BYTES, import_folder
from siyu.engines.intake.listing import ListedKind, read_listed
from siyu.engines.intake.tables import BadTableError
from siyu.faces.api.access import Context, CurrentActor, Id, Paging, ReadOnly, Searching, Work
from siyu.faces.api.asking import SeenSizes
from siyu.faces.api.context import ApiContext
from siyu.faces.api.customers import CustomerPage, page_of_customers
from siyu.faces.api.used_by import UsedBy, used_by
from siyu.kernel.actors import Actor
from siyu.kernel.errors import BusyError, InvalidError
from siyu.platform.postgres.database import Reading
from siyu.platform.private_files import new_private_file

router = APIRouter(prefix="/api/lists", tags=["lists"])

IDS_MAX = 10_000
FILE_TYPES = ("multipart/form-data",)
Told = TypeVar("Told", bound=BaseModel)
Mode = Literal["add", "replace", "remove"]


class ListRow(BaseModel):
    """A list of customers. `size` counts whom you may see; `changed_at`: when somebody last changed who stands on it."""

    list_id: int
    name: str
    size: int
    used_by: list[UsedBy]
    created_at: datetime
    changed_at: datetime
    is_made_elsewhere: bool


class ListPage(BaseModel):
    """Lists, the newest first."""

    rows: list[ListRow]
    next_after: str | None


class ListDraft(BaseModel):
    """What a list is called."""

    name: str


class ListedIds(BaseModel):
    """Customers by their ids, and what becomes of them."""

    mode: Mode
    customer_ids: Annotated[list[Id], Field(max_length=IDS_MAX)]


class ListedFile(BaseModel):
    """A file of customers. `column` and `identity_kind` are found out where they are not told."""

    mode: Mode
    column: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    identity_kind: ListedKind | None = None


class ListChanged(BaseModel):
    """What became of the list. Of `rows` named, `found` are customers, `doubled` were named before, `unknown` are nobody that
    you may see. `column` and `identity_kind`: what in the file was taken to name them; null for ids."""

    added: int
    removed: int
    size: int
    rows: int
    found: int
    unknown: int
    doubled: int
    column: str | None
    identity_kind: str | None


FILES_AT_ONCE = 3
"""Each of them holds a thread and a connection for as long as a million rows take."""
_files_read = threading.BoundedSemaphore(FILES_AT_ONCE)

_FILE_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["file", "mode"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "mode": {"type": "string", "enum": ["add", "replace", "remove"]},
        "column": {"type": "string", "minLength": 1, "maxLength": 200},
        "identity_kind": {"type": "string", "enum": list(get_args(ListedKind))},
    },
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": ListedIds.model_json_schema()},
            "multipart/form-data": {"schema": _FILE_SCHEMA},
        },
    }
}


@router.get("", summary="Lists of customers")
def list_lists(actor: CurrentActor, reading: ReadOnly, page: Searching) -> ListPage:
    found = service.list_lists(reading, actor, page)
    return ListPage(rows=_rows(reading, actor, found.rows), next_after=found.next_after)


@router.post("", summary="A new list", status_code=201)
def create_list(actor: CurrentActor, work: Work, draft: ListDraft) -> ListRow:
    """With nobody on it."""
    return _row(work, actor, service.create_list(work, actor, draft.name))


@router.get("/{list_id}", summary="One list")
def get_list(actor: CurrentActor, reading: ReadOnly, list_id: Id) -> ListRow:
    return _row(reading, actor, service.get_list(reading, actor, list_id))


@router.put("/{list_id}", summary="Rename it")
def rename_list(actor: CurrentActor, work: Work, list_id: Id, draft: ListDraft) -> ListRow:
    return _row(work, actor, service.rename_list(work, actor, list_id, draft.name))


@router.delete("/{list_id}", summary="Take it away", status_code=204)
def delete_list(actor: CurrentActor, work: Work, list_id: Id) -> None:
    """Refused while a segment uses it."""
    service.delete_list(work, actor, list_id)


@router.get("/{list_id}/members", summary="Who stands on it")
def list_listed(actor: CurrentActor, reading: ReadOnly, list_id: Id, page: Paging) -> CustomerPage:
    """The newest customers first, as far as you may see them."""
    service.get_list(reading, actor, list_id)
    return page_of_customers(reading, actor, segments.list_members_of(reading, list_id), page)


@router.post("/{list_id}/members", summary="Change who stands on it", openapi_extra=_BODY)
async def change_listed(request: Request, actor: CurrentActor, context: Context, list_id: Id) -> ListChanged:
    """By a file (CSV in UTF-8 or GBK, .xlsx, up to a million rows; it is not kept), or by ids."""
    actor.require("lists.write")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in FILE_TYPES:
        asked = _checked(ListedIds, await request.body())
        return await run_in_threadpool(_change_by_ids, context, actor, list_id, asked)
    try:
        async with request.form(max_files=1, max_fields=len(_FILE_SCHEMA["properties"])) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise InvalidError("A file is missing.", field="file")
            told = _checked(ListedFile, {key: value for key, value in form.items() if key != "file"})
            return await run_in_threadpool(_change_by_file, context, actor, list_id, file, told)
    except MultiPartException as error:
        raise InvalidError("The form cannot be read.", field="body") from error


def _checked(model: type[Told], told: object) -> Told:
    try:
        return model.model_validate_json(told) if isinstance(told, bytes) else model.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise InvalidError(first["msg"], field=".".join(map(str, first["loc"])) or "body") from None


def _change_by_ids(context: ApiContext, actor: Actor, list_id: int, asked: ListedIds) -> ListChanged:
    with context.database.begin() as work:
        now_of = customers.customers_now(work, set(asked.customer_ids))
        seen = set(customers.living_customers(work, actor, sorted(now_of.values())).tolist())
        changed = service.change_list(work, actor, list_id, ListMode(asked.mode), sorted(seen))
        size = SeenSizes(work, actor).of_list(list_id, changed.size)
    unknown = sum(now_of.get(each) not in seen for each in asked.customer_ids)
    return ListChanged(
        added=changed.added,
        removed=changed.removed,
        size=size,
        rows=len(asked.customer_ids),
        found=len(seen),
        unknown=unknown,
        doubled=len(asked.customer_ids) - unknown - len(seen),
        column=None,
        identity_kind=None,
    )


def _change_by_file(context: ApiContext, actor: Actor, list_id: int, file: UploadFile, told: ListedFile) -> ListChanged:
    path = import_folder(context.settings) / f"{context.database.ids.new_id().hex}.upload"
    if not _files_read.acquire(blocking=False):
        raise BusyError("Other files are being read.", retry_after_seconds=5)
    try:
        with new_private_file(path) as copy:
            shutil.copyfileobj(file.file, copy, BLOCK_BYTES)
        with context.database.read() as reading:
            service.get_list(reading, actor, list_id)
            listed = read_listed(reading, actor, path, column=told.column, kind=told.identity_kind)
    finally:
        path.unlink(missing_ok=True)
        _files_read.release()
    if told.mode == "replace" and not listed.found:
        # the wrong file, or the wrong column of it, would empty the list; who means that says so by ids
        raise BadTableError("It names no customer; the list stays as it is.", why="nobody_found")
    with context.database.begin() as work:
        changed = service.change_list(work, actor, list_id, ListMode(told.mode), listed.customer_ids)
        size = SeenSizes(work, actor).of_list(list_id, changed.size)
    return ListChanged(
        added=changed.added,
        removed=changed.removed,
        size=size,
        rows=listed.rows,
        found=listed.found,
        unknown=listed.unknown,
        doubled=listed.doubled,
        column=listed.column,
        identity_kind=listed.kind,
    )


def _row(reading: Reading, actor: Actor, found: CustomerList) -> ListRow:
    return _rows(reading, actor, [found])[0]


def _rows(reading: Reading, actor: Actor, found: Sequence[CustomerList]) -> list[ListRow]:
    sizes, elsewhere = SeenSizes(reading, actor), made_elsewhere(reading, actor, [each.list_id for each in found])
    return [
        ListRow(
            list_id=each.list_id,
            name=each.name,
            size=sizes.of_list(each.list_id, each.size),
            used_by=used_by(each.used_by),
            created_at=each.created_at,
            changed_at=each.changed_at,
            is_made_elsewhere=each.list_id in elsewhere,
        )
        for each in found
    ]
