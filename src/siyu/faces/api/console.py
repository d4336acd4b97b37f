"""Serves the built console: its files, and its page for every other address, where the console's own router takes over."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

FOLDER = Path(__file__).resolve().parents[1] / "console_files"
RESERVED = ("api", "v1", "h5", "l", "assets", "healthz", "readyz", "metrics")
"""First parts of addresses that are never a page of the console."""

_NOT_BUILT = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>Siyu 私域</title>
<p>控制台尚未构建，请运行 <code>./siyu setup</code>。<p>The console is not built yet; run <code>./siyu setup</code>."""

router = APIRouter(include_in_schema=False)


@router.api_route("/{path:path}", methods=["GET", "HEAD"])
def show_console(path: str) -> Response:
    """A file of the console, or its page. Looked up when asked for: a build may come while the process runs."""
    found = find_file(FOLDER, path)
    if found is not None:
        kept = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
        return FileResponse(found, headers={"Cache-Control": kept})
    if path.split("/", 1)[0] in RESERVED:
        raise HTTPException(404)
    page = FOLDER / "index.html"
    if not page.is_file():
        return HTMLResponse(_NOT_BUILT, status_code=503, headers={"Cache-Control": "no-store"})
    return FileResponse(page, headers={"Cache-Control": "no-cache"})


def find_file(folder: Path, path: str) -> Path | None:
    """The file at `path` inside the folder, if there is one; nothing outside of it is ever found."""
    if not path or "\x00" in path:
        return None
    try:
        found = (folder / path).resolve()
        return found if found.is_relative_to(folder.resolve()) and found.is_file() else None
    except OSError:
        return None
