"""What a browser sees of the world: a customer's phone, the staff's client, the log-in by WeCom, and pictures of codes.

Nothing but what lies in `pages` is served, nothing from elsewhere is loaded, and no page of another origin opens a door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlsplit

from siyu.world.wecom.dispatch import Answer, Request, Service, as_json
from siyu.world.wecom.doors import DOORS_PREFIX
from siyu.world.wecom.hosts import SUFFIX
from siyu.world.wecom.member_browser import MemberBrowsers
from siyu.world.wecom.pictures import PICTURES_PATH, is_door, picture
from siyu.world.wecom.webview import SCRIPT_PATH, Webview

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

FOLDER = Path(__file__).with_name("pages")
FILES_PATH = "/pages/"
PAGES = {
    "/": "index.html",
    "/phone": "phone.html",
    "/staff": "staff.html",
    "/wwlogin/sso/login": "log-in.html",
    "/connect/oauth2/authorize": "log-in.html",
}
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
LOOKING_BESIDE = {f"{DOORS_PREFIX}fan/accounts", f"{DOORS_PREFIX}fan/phone"}
"""Doors of other services behind which nothing changes."""
OWN_HOSTS = ("127.0.0.1", "localhost")
OWN_SITES = ("none", "same-origin")


class Answering(Protocol):
    """Whatever turns requests into answers."""

    def answer(self, request: Request) -> Answer: ...


class Site:
    """The pages of a corp in front of its API. `beside` are other services of the same world, each below a path of its own."""

    def __init__(self, corp: Corp, beside: Mapping[str, Answering] | None = None) -> None:
        self._corp, self._service, self._webview = corp, Service(corp), Webview(corp)
        self._browsers = MemberBrowsers(corp)
        self._beside = beside or {}

    def answer(self, request: Request) -> Answer:
        """The answer to one request, whoever asks: a client of the API, a door, a page, a phone's browser."""
        if _is_inside(request):
            return _file("inside.js") if request.path == SCRIPT_PATH else self._webview.answer(request)
        userid = self._browsers.member_at(request.headers.get("host", "").partition(":")[0])
        if userid is not None:
            return self._browsers.answer(userid, request)
        if request.method not in ("GET", "POST"):
            return Answer(405, b"", "text/plain")
        head = next((one for one in self._beside if request.path.startswith(f"{one}/")), "")
        path = request.path.removeprefix(head)
        if path.startswith(DOORS_PREFIX) and not self._is_own(request.headers):
            return as_json(403, {"error": "the doors of the world open for its own pages alone"})
        if head:
            answer = self._beside[head].answer(replace(request, path=path))
            if request.method == "POST" and path not in LOOKING_BESIDE:
                self._corp.changes.tell()
            return answer
        if not path.startswith(DOORS_PREFIX) and request.method == "GET":
            found = self._found(request)
            if found is not None:
                return found
        return self._service.answer(request)

    def _found(self, request: Request) -> Answer | None:
        if request.path in PAGES:
            return _file(PAGES[request.path], self._policy())
        if request.path.startswith(FILES_PATH):
            return _file(request.path.removeprefix(FILES_PATH))
        if is_door(request.path):
            opened = quote(f"{self._corp.address}{request.target}", safe="")
            return Answer(302, b"", headers=(("Location", f"/phone?open={opened}"), NO_SNIFFING))
        if not request.path.startswith(PICTURES_PATH):
            return None
        with self._corp.lock:
            drawn = picture(self._corp, request.path.removeprefix(PICTURES_PATH))
        return Answer(404, b"", "text/plain") if drawn is None else Answer(200, *drawn, headers=(NO_SNIFFING,))

    def _is_own(self, headers: Mapping[str, str]) -> bool:
        """Whether a door may open for who asks: a page of this origin, or what is no page and tells of none. A picture in
        somebody's page tells no origin either, but from where it is loaded; a name that leads here is not ours."""
        origin, host = headers.get("origin", ""), headers.get("host", "")
        own, asking = urlsplit(self._corp.address), urlsplit(origin)
        if headers.get("sec-fetch-site", "none") not in OWN_SITES:
            return False
        if host and urlsplit(f"//{host}").hostname not in OWN_HOSTS:
            return False
        return not origin or (asking.hostname in OWN_HOSTS and asking.port == own.port)

    def _policy(self) -> str:
        port = urlsplit(self._corp.address).port or 80
        return "; ".join(
            [
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self'",
                "connect-src 'self'",
                f"frame-src http://*{SUFFIX}:{port}",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            ]
        )


NO_SNIFFING = ("X-Content-Type-Options", "nosniff")


def _is_inside(request: Request) -> bool:
    host = request.headers.get("host", "").partition(":")[0]
    return host.startswith("c") and host.endswith(SUFFIX) and host[1 : -len(SUFFIX)].isdecimal()


def _file(name: str, policy: str = "default-src 'none'") -> Answer:
    path = FOLDER / name
    if path.parent != FOLDER or path.suffix not in TYPES or not path.is_file():
        return Answer(404, b"", "text/plain")
    headers = (
        NO_SNIFFING,
        ("Content-Security-Policy", policy),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-cache"),
    )
    return Answer(200, path.read_bytes(), TYPES[path.suffix], headers=headers)
