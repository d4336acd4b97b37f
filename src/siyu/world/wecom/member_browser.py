"""The browser inside a member's WeCom: pages of Siyu's console, as the side bar beside a chat shows them.

A member's browser is a host of its own, `m<key>.localhost`, and keeps its cookies here: so a visitor's own session at the console
is another's. A page that asks who opens it is told the member at once, as inside WeCom. Siyu refuses to stand in anybody's frame; a
real WeCom's browser is no frame, so what is emulated here fetches the page itself.
"""

from __future__ import annotations

import http.client
from http.cookies import CookieError, SimpleCookie
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from siyu.world.wecom import oauth
from siyu.world.wecom.addresses import siyu_url
from siyu.world.wecom.dispatch import Answer, Request
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.hosts import SUFFIX, browser_host

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

TIMEOUT_SECONDS = 30
PAGE_BYTES_MAX = 16 << 20
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 wxwork/4.1.30 MicroMessenger/7.0.1 Language/zh"
TAKEN_ALONG = ("accept", "accept-language", "content-type", "x-csrf-token")
HANDED_ON = ("content-type", "cache-control", "x-content-type-options", "retry-after")
AUTHORIZE_PATH = "/connect/oauth2/authorize"


class MemberBrowsers:
    """The browsers of all members of a corp."""

    def __init__(self, corp: Corp) -> None:
        self._corp = corp
        self._cookies: dict[str, dict[str, str]] = {}
        self._lock = Lock()

    def member_at(self, host: str) -> str | None:
        """Whose browser a host is."""
        if not (host.startswith("m") and host.endswith(SUFFIX)):
            return None
        return next((one.userid for one in self._corp.staff.members if browser_host(one.userid) == host), None)

    def answer(self, userid: str, request: Request) -> Answer:
        """The page as the member gets it."""
        home = urlsplit(siyu_url(self._corp))
        if not home.hostname:
            return _plain(404, "没有连接的 Siyu · no Siyu is connected")
        try:
            return self._fetched(userid, request, home.hostname, home.port or 80)
        except (OSError, http.client.HTTPException):
            return _plain(502, "Siyu 没有回答 · Siyu did not answer")

    def _fetched(self, userid: str, request: Request, host: str, port: int) -> Answer:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        headers = {name: request.headers[name] for name in TAKEN_ALONG if name in request.headers}
        with self._lock:
            jar = dict(self._cookies.get(userid, {}))
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        try:
            body = request.body if request.method not in ("GET", "HEAD") else None
            connection.request(request.method, request.target, body, {**headers, "User-Agent": AGENT})
            answer = connection.getresponse()
            content = answer.read(PAGE_BYTES_MAX)
            self._keep(userid, [value for name, value in answer.getheaders() if name.lower() == "set-cookie"])
            told = [(name, value) for name, value in answer.getheaders() if name.lower() in HANDED_ON[1:]]
            if location := answer.getheader("Location"):
                return self._sent_on(userid, answer.status, location)
            kind = answer.getheader("Content-Type", "application/octet-stream")
            policy = answer.getheader("Content-Security-Policy", "default-src 'self'")
        finally:
            connection.close()
        told.append(("Content-Security-Policy", self._policy(policy)))
        return Answer(answer.status, content, kind, headers=tuple(told))

    def _keep(self, userid: str, set_cookies: list[str]) -> None:
        with self._lock:
            jar = self._cookies.setdefault(userid, {})
            for line in set_cookies:
                try:
                    told = SimpleCookie(line)
                except CookieError:
                    continue
                for name, morsel in told.items():
                    if morsel["max-age"] == "0" or not morsel.value:
                        jar.pop(name, None)
                    else:
                        jar[name] = morsel.coded_value

    def _sent_on(self, userid: str, status: int, location: str) -> Answer:
        parts, home = urlsplit(location), urlsplit(siyu_url(self._corp))
        if parts.path == AUTHORIZE_PATH:
            try:
                parts = urlsplit(self._authorized(userid, parse_qs(parts.query)))
            except RefusedError as refusal:
                return _plain(403, f"{refusal.errcode} {refusal.text}")
        if parts.netloc and (parts.hostname, parts.port) != (home.hostname, home.port):
            return _plain(200, f"去往站外 · leads to\n{location}")
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return Answer(status, b"", headers=(("Location", path), ("Cache-Control", "no-store")))

    def _authorized(self, userid: str, asked: dict[str, list[str]]) -> str:
        def one(name: str) -> str:
            return asked.get(name, [""])[0]

        with self._corp.lock:
            apps = [app for app in self._corp.apps.values() if str(app.agent_id) == one("agentid")]
            if not apps:
                raise RefusedError(40056)
            scope = one("scope") or oauth.BASE
            return oauth.authorize(self._corp, apps[0], userid, one("redirect_uri"), scope, one("state"))

    def _policy(self, policy: str) -> str:
        """What the page itself asks for, but that the member's client may show it."""
        own = self._corp.address
        kept = [part.strip() for part in policy.split(";") if not part.strip().startswith("frame-ancestors")]
        frames = " ".join(dict.fromkeys([own, own.replace("127.0.0.1", "localhost")]))
        return "; ".join([*(part for part in kept if part), f"frame-ancestors {frames}"])


def _plain(status: int, text: str) -> Answer:
    return Answer(status, text.encode(), "text/plain; charset=utf-8")
