"""A page of another origin sends to a listening Siyu, from a real browser: with a preflight, and with a beacon."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from siyu.domain.company.contracts import KeyKind
from siyu.domain.company.service import create_key
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.e2e.conftest import running_chromium
from tests.engines.intake.test_draining import drained, named
from tests.faces.api.listening import listening

SYSTEM = system_actor("test")

SEND = """async ([address, key]) => {
  const event = (name) => ({ event: name, anonymousId: "a1", messageId: name, context: { locale: navigator.language } });
  const headers = { Authorization: "Basic " + btoa(key + ":"), "Content-Type": "application/json" };
  const answer = await fetch(address + "/v1/track", { method: "POST", headers, body: JSON.stringify(event("fetched")) });
  navigator.sendBeacon(address + "/v1/t", JSON.stringify({ ...event("beamed"), writeKey: key }));
  const plain = JSON.stringify({ batch: [{ ...event("kept"), type: "track" }], writeKey: key });
  const kept = await fetch(address + "/v1/b", { method: "POST", body: plain, keepalive: true });
  return [answer.status, (await answer.json()).success, kept.status];
}"""


class _Blank(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the library calls it so
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def shop() -> Iterator[str]:
    """The origin of a page that is not Siyu's."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Blank) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(locale="zh-CN")
    yield page
    page.close()


@pytest.fixture
def context(database: Database, tmp_path: Path) -> ApiContext:
    return ApiContext(settings=Settings(home=tmp_path), database=database, secret_key="a secret of the tests")


@pytest.fixture
def key(database: Database) -> str:
    with database.begin() as work:
        return create_key(work, SYSTEM, KeyKind.WRITE, "shop", None).secret


def sent(page: Page, address: str, key: str) -> object:
    """What the page was answered. A connection that broke off is tried again, as every client does; the ids stay the same. What
    is not allowed fails each time."""
    for _ in range(4):
        try:
            return page.evaluate(SEND, [address, key])
        except Error as error:
            if "Failed to fetch" not in error.message:
                raise
    return page.evaluate(SEND, [address, key])


def test_a_page_of_another_origin_may_send(page: Page, context: ApiContext, key: str, database: Database) -> None:
    with listening(context) as address, shop() as origin:
        page.goto(origin)
        with page.expect_request_finished(lambda request: request.url.endswith("/v1/t")):
            assert sent(page, address, key) == [200, True, 200]
    events = drained(database)
    for name in ("fetched", "beamed", "kept"):
        assert named(events, name)[0].properties == {"context": {"locale": "zh-CN"}}


def test_a_page_of_an_origin_that_is_not_named_may_not(
    page: Page, context: ApiContext, key: str, database: Database
) -> None:
    settings = replace(context.settings, intake_origins="https://shop.example")
    with listening(replace(context, settings=settings)) as address, shop() as origin:
        page.goto(origin)
        failed = page.evaluate(f"({SEND})([{address!r}, {key!r}]).catch((error) => error.name)")
    assert failed == "TypeError"
    assert drained(database) == []
