"""The browser of a member: Siyu's side bar with cookies of its own, told who opens it; and what the client checks and sends."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlencode, urlsplit

import pytest

from siyu.world.wecom.hosts import browser_host
from siyu.world.wecom.server import WecomServer
from siyu.world.wecom.tickets import AGENT, CORP, Ticket, page_signature
from tests.world.wecom.driving import AGENT_ID, PNG, SECRET, Api

POLICY = "script-src 'self'; frame-ancestors 'none'"


class _Siyu(BaseHTTPRequestHandler):
    """A Siyu that asks WeCom who comes, and lets in who comes back with a code."""

    def do_GET(self) -> None:
        home = f"http://{self.headers['Host']}"
        asked = {"agentid": AGENT_ID, "redirect_uri": f"{home}/back", "state": "s"}
        if self.path.startswith("/back?code=CODE"):
            self._answer(302, b"", {"Location": "/sidebar", "Set-Cookie": "session=abc; Path=/; HttpOnly"})
        elif "session=abc" not in self.headers.get("Cookie", ""):
            self._answer(302, b"", {"Location": f"http://127.0.0.1:1/connect/oauth2/authorize?{urlencode(asked)}"})
        else:
            self._answer(200, b"<p>welcome</p>", {"Content-Security-Policy": POLICY})

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, body + self.headers.get("X-CSRF-Token", "").encode(), {})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body)), "Content-Type": "text/html"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def siyu() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Siyu)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_member_comes_to_the_side_bar_as_themselves(api: Api, siyu: str) -> None:
    member, other = (one.userid for one in list(api.corp.staff.members)[:2])
    api.corp.siyu_url = siyu
    api.app.trusted_domains.add(urlsplit(siyu).netloc)

    def ask(userid: str, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(server.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        headers = {"Host": f"{browser_host(userid)}:{parts.port}", "X-CSRF-Token": "token", "Cookie": "session=mine"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        told = answer.status, dict(answer.getheaders()), answer.read()
        connection.close()
        return told

    with WecomServer(api.corp) as server:
        status, headers, _ = ask(member, "GET", "/sidebar")
        assert status == 302
        assert headers["Location"].startswith("/back?code=CODE")
        status, headers, _ = ask(member, "GET", headers["Location"])
        assert (status, headers["Location"]) == (302, "/sidebar")
        assert "Set-Cookie" not in headers
        status, headers, content = ask(member, "GET", "/sidebar")
        assert (status, content) == (200, b"<p>welcome</p>")
        assert f"frame-ancestors {server.url}" in headers["Content-Security-Policy"]
        assert ask(member, "PUT", "/api/x", b"body")[2] == b"bodytoken"
        assert ask(other, "GET", "/sidebar")[0] == 302  # a browser of their own
        assert ask("nobody", "PUT", "/world/state", b"")[0] == 405


def test_a_page_is_trusted_that_signed_its_own_address(api: Api) -> None:
    api.corp.siyu_url = "https://siyu.example"
    until = api.corp.now() + timedelta(hours=2)
    api.corp.tickets.given[(AGENT, SECRET)] = Ticket("agent-ticket", until)
    api.corp.tickets.given[(CORP, "")] = Ticket("corp-ticket", until)
    page = "/sidebar?wecom=1"

    def is_signed(kind: str, ticket: str, **changed: object) -> object:
        signature = page_signature(ticket, "n", 7, f"https://siyu.example{page}")
        asked = {"kind": kind, "agentid": AGENT_ID, "nonce": "n", "timestamp": 7, "page": page, "signature": signature}
        return api.door("staff/page-signed", **(asked | changed))["is_signed"]

    assert is_signed("agentConfig", "agent-ticket") is True
    assert is_signed("config", "corp-ticket") is True
    assert is_signed("agentConfig", "corp-ticket") is False
    assert is_signed("agentConfig", "agent-ticket", page="/sidebar") is False
    assert is_signed("agentConfig", "agent-ticket", agentid=1) is False


def test_a_side_bar_sends_into_the_chat(api: Api) -> None:
    member = next(iter(api.corp.staff.members)).userid
    she = api.customers(member)[0]
    media_id = api.upload("media/upload", PNG, type="image")["media_id"]
    who = {"userid": member, "external_userid": she}
    api.door("staff/write", **who, content={"msgtype": "image", "image": {"mediaid": media_id}})
    api.door("staff/write", **who, content={"msgtype": "link", "link": {"title": "t", "url": "https://x.example"}})
    last = api.door("person/phone", external_userid=she)["messages"][-2:]
    assert [one["content"]["msgtype"] for one in last] == ["image", "link"]
    assert last[0]["content"]["image"]["media_id"] == media_id
    assert api.refused_door("staff/write", **who, content={"msgtype": "file", "file": {"mediaid": "gone"}}) == 40007
