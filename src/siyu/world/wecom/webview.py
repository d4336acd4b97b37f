"""The browser inside a phone: pages of Siyu, opened as WeChat opens them, each person with cookies of their own.

A person's browser is a host of its own, `c12.localhost`, so nothing that one page keeps is another person's, and no page can
reach the doors of the world. Siyu refuses to stand in anybody's frame, as it should; a real phone's browser is no frame, so what
is emulated here fetches the page itself. Only pages that are for customers open, and only those of the Siyu that is called back.
"""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from siyu.world.wecom.addresses import OPENED, inside_path, siyu_url
from siyu.world.wecom.dispatch import Answer, Request

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

SCRIPT_PATH = "/phone-inside.js"
TIMEOUT_SECONDS = 20
PAGE_BYTES_MAX = 8 << 20
AGENT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 MicroMessenger/8.0.50 NetType/WIFI"
)
TAKEN_ALONG = ("accept", "accept-language", "content-type", "cookie")
HANDED_ON = ("content-type", "cache-control", "set-cookie", "x-content-type-options", "retry-after")


class Webview:
    """Fetches pages for phones."""

    def __init__(self, corp: Corp) -> None:
        self._corp = corp

    def answer(self, request: Request) -> Answer:
        """The page as the phone gets it."""
        home = urlsplit(siyu_url(self._corp))
        if not home.hostname or not request.path.startswith(OPENED):
            return _plain(404, "这个页面不在手机里打开 · not a page for phones")
        try:
            return self._fetched(request, home.hostname, home.port or 80)
        except (OSError, http.client.HTTPException):
            return _plain(502, "Siyu 没有回答 · Siyu did not answer")

    def _fetched(self, request: Request, host: str, port: int) -> Answer:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        headers = {name: request.headers[name] for name in TAKEN_ALONG if name in request.headers}
        try:
            body = request.body if request.method == "POST" else None
            connection.request(request.method, request.target, body, {**headers, "User-Agent": AGENT})
            answer = connection.getresponse()
            content = answer.read(PAGE_BYTES_MAX)
            told = [(name, value) for name, value in answer.getheaders() if name.lower() in HANDED_ON[1:]]
            location = answer.getheader("Location")
            if location:
                return self._sent_on(answer.status, location, told)
            kind = answer.getheader("Content-Type", "application/octet-stream")
            policy = answer.getheader("Content-Security-Policy", "default-src 'self'")
        finally:
            connection.close()
        if kind.startswith("text/html"):
            content = content.replace(b"</head>", f'<script src="{SCRIPT_PATH}" defer></script></head>'.encode(), 1)
        told.append(("Content-Security-Policy", self._policy(policy)))
        return Answer(answer.status, content, kind, headers=tuple(told))

    def _sent_on(self, status: int, location: str, told: list[tuple[str, str]]) -> Answer:
        path = location if location.startswith("/") else inside_path(self._corp, location)
        if path is None or not path.startswith(OPENED):
            out = f"去往站外 · leads to\n{location}"
            return _plain(200, out, headers=((OUTSIDE_HEADER, "1"),))
        return Answer(status, b"", headers=(*told, ("Location", path)))

    def _policy(self, policy: str) -> str:
        """What the page itself asks for, but that the phone may show it, and the pictures of this corp in it."""
        own = self._corp.address
        frames = " ".join({own, own.replace("127.0.0.1", "localhost")})
        kept = [part.strip() for part in policy.split(";") if not part.strip().startswith("frame-ancestors")]
        shown = [f"{part} {own}" if part.startswith("img-src") and own not in part else part for part in kept if part]
        return "; ".join([*shown, f"frame-ancestors {frames}"])


OUTSIDE_HEADER = "X-World-Outside"


def _plain(status: int, text: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    return Answer(status, text.encode(), "text/plain; charset=utf-8", headers=headers)
