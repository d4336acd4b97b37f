"""Links that staff gave: pages of our own with how long they are read, and files by addresses that nobody can guess.

A device is known by a signed cookie that says nothing else. What merely looks (a crawler, a preview) is shown the page and not
counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final, cast
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from siyu.domain.content import reading as content
from siyu.domain.content import service
from siyu.domain.content.contracts import (
    FILE_PATH,
    LINK_PATH,
    ArticleBody,
    FileBody,
    ImageBody,
    OpenedShare,
    StoredFile,
)
from siyu.faces.api.access import Context
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.addresses import addresses_of, personal_address
from siyu.faces.h5.forms_tokens import COOKIE_SECONDS, FormTokens, new_id
from siyu.faces.h5.pages import language_of, not_found_page, page
from siyu.faces.h5.throttling import Throttle
from siyu.faces.h5.words import Language
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Reading

router = APIRouter(include_in_schema=False)

ACTOR = system_actor("links")
COOKIE = "siyu_reader"
SCRIPT_PATH: Final = "/h5/reader.js"
SCRIPT_SECONDS: Final = 3600
OPENINGS_PER_MINUTE_MAX, BEACONS_PER_MINUTE_MAX = 1_200, 3_000
"""From one address, behind which a whole camp may sit; for each process."""
READ_PATH = "/read"

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "zh": {"download": "打开文件", "busy_title": "请稍候再试", "busy_text": "打开的人有点多，一分钟后再试。"},
    "en": {
        "download": "Open the file",
        "busy_title": "Please try again",
        "busy_text": "Many people are here just now; try again in a minute.",
    },
}


def files_folder(context: ApiContext) -> Path:
    """Where the bytes of files of materials lie."""
    return context.settings.home / "files" / "materials"


@router.get(SCRIPT_PATH)
def reader_script() -> FileResponse:
    """What counts how long a page is looked at."""
    path = Path(__file__).with_name("templates") / "reader.js"
    return FileResponse(
        path, media_type="text/javascript", headers={"Cache-Control": f"public, max-age={SCRIPT_SECONDS}"}
    )


@router.api_route(f"{FILE_PATH}{{code}}", methods=["GET", "HEAD"])
def send_file(request: Request, context: Context, code: str) -> Response:
    """The file; a picture is shown, all else is saved."""
    file_id = addresses_of(context).open_file(code)
    with context.database.read() as reading:
        file = content.files_by_id(reading, [file_id]).get(file_id) if file_id is not None else None
    path = content.file_path(files_folder(context), file) if file is not None else None
    if file is None or path is None or not path.is_file():
        return not_found_page(request)
    return FileResponse(
        path,
        media_type=file.media_type,
        filename=file.name,
        content_disposition_type="inline" if file.kind == "image" else "attachment",
        headers={"Cache-Control": "private, max-age=86400", "Content-Security-Policy": "default-src 'none'; sandbox"},
    )


@router.post(f"{LINK_PATH}{{code}}{READ_PATH}")
def note_reading(
    request: Request, context: Context, code: str, seconds: Annotated[int, Form(ge=1, le=3600)]
) -> Response:
    """A page tells how long it was looked at since it last told."""
    share_id = addresses_of(context).open_share(code)
    device = _device_of(request, context)
    is_ours = request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    allowed = is_ours and _throttle(request, "beacons", BEACONS_PER_MINUTE_MAX).allows(_address(request), _now(context))
    if share_id is not None and device is not None and allowed:
        with context.database.begin() as work:
            service.record_reading(work, ACTOR, share_id, device, seconds)
    return PlainTextResponse("", status_code=204)


def show_share(request: Request, context: ApiContext, code: str, share_id: int, *, is_person: bool) -> Response:
    """A link that was given: on to where it leads, or a page of ours."""
    if not is_person:
        with context.database.read() as reading:
            looked_at = service.look_at_share(reading, ACTOR, share_id)
            return _answer(request, context, reading, code, looked_at)
    if not _throttle(request, "share_openings", OPENINGS_PER_MINUTE_MAX).allows(_address(request), _now(context)):
        words = _WORDS[language_of(request)]
        busy = page(request, "reader.html", status=429, **_values(words, words["busy_title"], words["busy_text"]))
        busy.headers["Retry-After"] = "60"
        return busy
    known = _device_of(request, context)
    device = known or UUID(hex=new_id(context.database.ids))
    with context.database.begin() as work:
        opened = service.open_share(work, ACTOR, share_id, device)
        answer = _answer(request, context, work, code, opened)
    if opened is not None and known is None:
        answer.set_cookie(
            COOKIE,
            FormTokens(context.secret_key).visitor_cookie(device.hex),
            max_age=COOKIE_SECONDS,
            path=LINK_PATH,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    return answer


def _answer(request: Request, context: ApiContext, reading: Reading, code: str, opened: OpenedShare | None) -> Response:
    if opened is None:
        return not_found_page(request)
    if opened.url is not None:
        profile_id = opened.share.profile_id
        is_personal = opened.is_own and profile_id is not None
        url = personal_address(context, opened.url, profile_id or 0) if is_personal else opened.url
        return RedirectResponse(url, status_code=302, headers={"Cache-Control": "no-store"})
    words, body, addresses = _WORDS[language_of(request)], opened.body, addresses_of(context)
    beacon = f"{LINK_PATH}{code}{READ_PATH}"
    if isinstance(body, ArticleBody):
        picture = addresses.file_url(body.picture_id) if body.picture_id is not None else ""
        values = _values(words, body.title, body.description, beacon, picture, _parts(body.text))
        return page(request, "reader.html", **values)
    file = _file(reading, body)
    if file is None:
        return not_found_page(request)
    url = addresses.file_url(file.file_id)
    if file.kind == "image":
        return page(request, "reader.html", **_values(words, opened.share.title, "", beacon, url))
    values = _values(words, opened.share.title, file.name, beacon) | {"download": url}
    return page(request, "reader.html", **values)


def _file(reading: Reading, body: ImageBody | FileBody | None) -> StoredFile | None:
    return content.files_by_id(reading, [body.file_id]).get(body.file_id) if body is not None else None


def _values(
    words: dict[str, str],
    title: str,
    lead: str,
    beacon: str = "",
    picture: str = "",
    parts: Sequence[tuple[bool, str]] = (),
) -> dict[str, Any]:
    told = {"title": title, "lead": lead, "picture": picture, "parts": parts, "download": ""}
    return {**told, "reader_words": words, "beacon": beacon, "script": SCRIPT_PATH if beacon else ""}


def _parts(text: str) -> list[tuple[bool, str]]:
    """(whether it is a heading, text) of each paragraph."""
    found = [each.strip() for each in text.replace("\r\n", "\n").split("\n\n") if each.strip()]
    return [(each.startswith("## "), each.removeprefix("## ")) for each in found]


def _device_of(request: Request, context: ApiContext) -> UUID | None:
    known = FormTokens(context.secret_key).open_visitor(request.cookies.get(COOKIE, ""))
    return UUID(hex=known) if known is not None else None


def _now(context: ApiContext) -> Any:
    return context.database.clock.now()


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _throttle(request: Request, what: str, most: int) -> Throttle:
    """One for each application."""
    state = request.app.state
    if not hasattr(state, what):
        setattr(state, what, Throttle(most))
    return cast(Throttle, getattr(state, what))
