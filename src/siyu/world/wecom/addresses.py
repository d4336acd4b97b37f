"""Which addresses are pages of Siyu's that a phone opens."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

OPENED = ("/h5/", "/l/")
"""How the paths of pages for customers begin."""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def siyu_url(corp: Corp) -> str:
    """Where the Siyu is whose pages open here; "" where none is called back."""
    if corp.siyu_url:
        return corp.siyu_url
    for app in corp.apps.values():
        if app.callback is not None:
            parts = urlsplit(app.callback.url)
            return f"{parts.scheme}://{parts.netloc}"
    return ""


def inside_path(corp: Corp, url: str) -> str | None:
    """The path under which a phone opens an address; None for what is no page of Siyu's for customers."""
    parts, home = urlsplit(url), urlsplit(siyu_url(corp))
    if not parts.path.startswith(OPENED) or not home.netloc:
        return None
    if not (_is_same_host(parts.hostname or "", home.hostname or "") and parts.port == home.port):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _is_same_host(one: str, other: str) -> bool:
    return one == other or {one, other} <= LOOPBACK
