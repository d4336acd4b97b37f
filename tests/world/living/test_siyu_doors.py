"""Siyu over HTTP as the living use it: nothing lost for a restart, pages with cookies, forms that are mended."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs

import pytest

from siyu.kernel.clock import ManualClock
from siyu.world.living.doors import Happened, SoldOrder
from siyu.world.living.draws import Draw
from siyu.world.living.plan import LivingPlan
from siyu.world.living.running import _history_of
from siyu.world.living.siyu_doors import SiyuOverHttp
from siyu.world.living.somebody import Cast, Somebody
from siyu.world.population.playbook import load_playbook
from tests.world.living.worlds import BEGINS, PLAN

FORM = (
    b'<form method="post" id="form"><input type="hidden" name="token" value="t">'
    b'<input type="checkbox" name="q-goals" value="a"><input type="checkbox" name="q-goals" value="b">'
    b'<input type="checkbox" name="q-goals" value="c"><input type="tel" name="q-phone" required></form>'
)


class StandIn(BaseHTTPRequestHandler):
    """What answers in Siyu's place, and remembers what it was asked."""

    batches: ClassVar[list[list[str]]] = []
    asked: ClassVar[list[tuple[str, str, str]]] = []
    is_away: ClassVar[bool] = False

    def do_GET(self) -> None:
        self.asked.append(("GET", self.path, self.headers.get("Cookie", "")))
        if self.path == "/l/short":
            self._answer(302, location="/h5/c/1")
        elif self.path == "/l/out":
            self._answer(302, location="https://elsewhere.example/")
        elif self.path == "/h5/c/1":
            self._answer(
                200, b'<div><img src="http://wecom.example/pictures/way/9"></div>', cookie="siyu_code=x; Path=/"
            )
        elif self.path == "/l/article":
            self._answer(200, b'<article data-beacon="/l/article/read"></article>')
        else:
            self._answer(200, FORM)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append(("POST", self.path, body))
        if self.path == "/v1/batch":
            self.batches.append([each["messageId"] for each in json.loads(body)["batch"]])
            self._answer(503 if self.is_away else 200, b"{}")
        elif self.path.startswith("/api/imports?"):
            self._answer(200, b'{"import_id": 5}')
        elif self.path == "/h5/f/1":
            is_good = len(parse_qs(body).get("q-goals", [])) <= 1
            self._answer(303 if is_good else 422, b"" if is_good else FORM)
        else:
            self._answer(200, b"{}")

    def _answer(self, status: int, body: bytes = b"", *, location: str = "", cookie: str = "") -> None:
        self.send_response(status)
        for name, value in (("Location", location), ("Set-Cookie", cookie)):
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def plan() -> Iterator[LivingPlan]:
    StandIn.batches.clear()
    StandIn.asked.clear()
    StandIn.is_away = False
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    told = json.loads(PLAN.to_json()) | {
        "siyu_url": f"http://127.0.0.1:{server.server_address[1]}",
        "import_key": "key",
    }
    yield LivingPlan(**told)
    server.shutdown()
    server.server_close()


@pytest.fixture
def who(plan: LivingPlan) -> Somebody:
    return Cast(_history_of(plan), load_playbook(plan.brand).people).of(plan.customers + 17)


def test_events_wait_for_their_time_and_for_siyu_and_are_told_again_as_the_same(
    plan: LivingPlan, who: Somebody
) -> None:
    clock, seconds = ManualClock(BEGINS), [0.0]
    doors = SiyuOverHttp(plan, clock, lambda: seconds[0])
    for place in range(3):
        doors.tell(Happened(BEGINS + timedelta(minutes=place), who, "lesson_opened", {"day": place}, f"key{place}"))
    StandIn.is_away = True
    assert not doors.flush()
    assert not doors.flush(), "asked again only after a pause"
    clock.advance(timedelta(minutes=1))
    StandIn.is_away, seconds[0] = False, 2.0
    assert doors.flush()
    clock.advance(timedelta(minutes=5))
    assert doors.flush()
    assert [key for batch in StandIn.batches for key in batch].count("key0") == 2
    assert StandIn.batches[0] == ["key0"]
    assert {key for batch in StandIn.batches for key in batch} == {"key0", "key1", "key2"}
    assert doors.waiting == doors.lost == 0


def test_phones_follow_links_keep_cookies_and_know_what_a_page_is(plan: LivingPlan, who: Somebody) -> None:
    doors = SiyuOverHttp(plan, ManualClock(BEGINS))
    page = doors.open_page(who, f"{plan.siyu_url}/l/short")
    assert (page.kind, page.picture) == ("code", "http://wecom.example/pictures/way/9")
    article = doors.open_page(who, f"{plan.siyu_url}/l/article")
    assert article.kind == "article"
    assert StandIn.asked[-1] == ("GET", "/l/article", "siyu_code=x")
    doors.read_on(who, article, 61)
    assert StandIn.asked[-1] == ("POST", "/l/article/read", "seconds=61")
    assert doors.open_page(who, f"{plan.siyu_url}/l/out").kind == "elsewhere"
    assert doors.open_page(who, "http://wecom.example/ca/7").picture == "http://wecom.example/ca/7"


def test_a_form_is_filled_in_and_mended(plan: LivingPlan, who: Somebody) -> None:
    doors = SiyuOverHttp(plan, ManualClock(BEGINS))
    page = doors.open_page(who, f"{plan.siyu_url}/h5/f/1")
    assert all(doors.fill_in(who, page, Draw(1, place)) for place in range(8))
    sent = [parse_qs(body) for kind, path, body in StandIn.asked if (kind, path) == ("POST", "/h5/f/1")]
    assert {fields["q-phone"][0] for fields in sent} == {who.phone.value}
    assert len(sent) > 8, "some had ticked too much at first"


def test_the_file_of_the_day_is_handed_in_and_started(plan: LivingPlan) -> None:
    doors = SiyuOverHttp(plan, ManualClock(BEGINS))
    order = SoldOrder("L1", "ml1", BEGINS, 198_000, "K101", "实战课")
    assert doors.hand_in("订单.csv", [order])
    (_, _, file), (_, path, document) = StandIn.asked
    assert "L1,ml1,2026-06-01T01:00:00+00:00,1980.00,K101,实战课" in file
    assert path == "/api/imports/5/start"
    assert json.loads(document)["mapping"]["customer_kind"] == "user_id"


def test_siyu_being_away_ends_nothing(plan: LivingPlan, who: Somebody) -> None:
    told = json.loads(plan.to_json()) | {"siyu_url": "http://127.0.0.1:9"}
    doors = SiyuOverHttp(LivingPlan(**told), ManualClock(BEGINS))
    doors.tell(Happened(BEGINS, who, "lesson_opened", {}, "key"))
    assert not doors.flush()
    assert doors.waiting == 1
    assert doors.open_page(who, "http://127.0.0.1:9/h5/c/1").kind == "nothing"
    assert not doors.hand_in("订单.csv", [SoldOrder("L1", "ml1", BEGINS, 1, "K", "课")])
