"""Files of materials: uploaded, and where customers get them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from siyu.domain.content import reading as content
from siyu.domain.content import service
from siyu.domain.content.contracts import StoredFile
from siyu.faces.api.access import Context, CurrentActor
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.addresses import addresses_of
from siyu.faces.h5.shares import files_folder
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/content-files", tags=["content"])

BINARY_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ContentFile(BaseModel):
    """A file. Whoever has `url` gets it; nobody can guess it."""

    file_id: int
    kind: Literal["image", "file", "video"]
    media_type: str
    name: str
    bytes: int
    url: str


@router.post("", summary="Upload a file for materials", openapi_extra=BINARY_BODY)
async def upload_content_file(
    request: Request,
    actor: CurrentActor,
    context: Context,
    name: Annotated[str, Query(min_length=1, max_length=255)],
) -> ContentFile:
    """A picture of at most 10 MB, another file of at most 20 MB; what it is, its first bytes say."""
    actor.require("materials.write")
    body = await request.body()
    return await run_in_threadpool(_kept, context, actor, name, body)


def _kept(context: ApiContext, actor: Actor, name: str, body: bytes) -> ContentFile:
    with context.database.begin() as work:
        return file_row(context, service.keep_file(work, actor, files_folder(context), name, body))


def file_row(context: ApiContext, file: StoredFile) -> ContentFile:
    """A file as answers tell it."""
    return ContentFile(
        file_id=file.file_id,
        kind=file.kind,
        media_type=file.media_type,
        name=file.name,
        bytes=file.bytes,
        url=addresses_of(context).file_url(file.file_id),
    )


def file_rows(context: ApiContext, reading: Reading, file_ids: Collection[int]) -> dict[int, ContentFile]:
    """Those of the files that there are, by id."""
    found = content.files_by_id(reading, file_ids) if file_ids else {}
    return {file_id: file_row(context, each) for file_id, each in found.items()}
