"""Serves the built console: its files, and its page for every other address, where the console's own router takes over."""

from __future__ import annotations

import html
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from siyu.faces.api.access import Context
from siyu.faces.api.context import ApiContext
from siyu.kernel.clock import ScaledClock, milliseconds_of

FOLDER = Path(__file__).resolve().parents[1] / "console_files"
PAGE = "index.html"
PAGES: Final[Mapping[str, str]] = {"sidebar": "sidebar.html"}
"""Pages of their own, without what the console's pages are made of."""
RESERVED = ("api", "v1", "h5", "l", "assets", "healthz", "readyz", "metrics")
"""First parts of addresses that are never a page of the console."""

_NOT_BUILT = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>Siyu 私域</title>
<p>控制台尚未构建，请运行 <code>./siyu setup</code>。<p>The console is not built yet; run <code>./siyu setup</code>."""

router = APIRouter(include_in_schema=False)


@router.api_route("/{path:path}", methods=["GET", "HEAD"])
def show_console(context: Context, request: Request, path: str) -> Response:
    """A file of the console, or its page, which says by which clock the business lives. Looked up when asked for: a build may come
    while the process runs."""
    found = find_file(FOLDER, path) if path not in (PAGE, *PAGES.values()) else None
    if found is not None:
        return _file(found, request, is_for_ever=path.startswith("assets/"))
    if path.split("/", 1)[0] in RESERVED:
        raise HTTPException(404)
    page = FOLDER / PAGES.get(path, PAGE)
    if not page.is_file():
        return HTMLResponse(_NOT_BUILT, status_code=503, headers={"Cache-Control": "no-store"})
    marked = page.read_text(encoding="utf-8").replace("<html ", f"<html {_time_marks(context)} ", 1)
    return HTMLResponse(marked, headers={"Cache-Control": "no-cache"})


def _file(found: Path, request: Request, *, is_for_ever: bool) -> Response:
    """The file at once, for all of them are small and a page asks for many; pressed where the build has pressed it."""
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if is_for_ever else "no-cache",
        "Vary": "Accept-Encoding",
    }
    pressed = found.with_name(f"{found.name}.gz")
    if "gzip" in request.headers.get("Accept-Encoding", "") and pressed.is_file():
        headers["Content-Encoding"] = "gzip"
        content = pressed.read_bytes()
    else:
        content = found.read_bytes()
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    return Response(content, media_type=kind, headers=headers)


def _time_marks(context: ApiContext) -> str:
    """By which clock the business lives: its zone and, where its time is its own, what it is now and how fast it goes."""
    marks, clock = f'data-time-zone="{html.escape(context.settings.zone.key)}"', context.database.clock
    if isinstance(clock, ScaledClock):
        marks += f' data-now="{milliseconds_of(clock.now())}" data-clock-speed="{clock.speed}"'
    return marks


def find_file(folder: Path, path: str) -> Path | None:
    """The file at `path` inside the folder, if there is one; nothing outside of it is ever found."""
    if not path or "\x00" in path:
        return None
    try:
        found = (folder / path).resolve()
        return found if found.is_relative_to(folder.resolve()) and found.is_file() else None
    except OSError:
        return None
