"""Siyu over HTTP, as programs and phones reach it: the intake with a write key, pages with cookies, files of orders and what
members left behind with keys of their own.

Nothing is lost for a restart: events wait here, a bounded number of them, and are sent again under the same message ids.
"""

from __future__ import annotations

import base64
import csv
import heapq
import http.client
import io
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from siyu.kernel.clock import Clock
from siyu.platform.logs import get_logger
from siyu.world.living.doors import Happened, Leaver, Page, SoldOrder
from siyu.world.living.draws import Draw
from siyu.world.living.filling import filled_in
from siyu.world.living.pages import BUTTON_STORE, read_page
from siyu.world.living.plan import LivingPlan
from siyu.world.living.somebody import Somebody
from siyu.world.population.playbook import load_playbook

log = get_logger(__name__)

EVENTS_MAX, EVENTS_AT_ONCE = 10_000, 200
COOKIES_KEPT, REDIRECTS_MAX, PAGE_BYTES_MAX = 4_000, 4, 1 << 20
SECONDS_MAX, FIRST_PAUSE_SECONDS, PAUSE_SECONDS_MAX = 10.0, 1.0, 30.0
AGENTS = {
    "ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
    " MicroMessenger/8.0.58 NetType/WIFI Language/zh_CN",
    "android": "Mozilla/5.0 (Linux; Android 15; V2408A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
    " Chrome/130.0 Mobile Safari/537.36 XWEB/1300 MicroMessenger/8.0.57 NetType/5G Language/zh_CN",
}
ORDER_COLUMNS = ("订单号", "学员账号", "付款时间", "实付金额", "课程编号", "课程")
TAKERS_MAX = 50
HAND_OVER_WORDS = "您好，之前的老师离职了，接下来由我为您服务。"
_AWAY = (OSError, http.client.HTTPException)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    text: str = ""
    location: str = ""


@dataclass(slots=True)
class SiyuOverHttp:
    """The doors of one Siyu."""

    plan: LivingPlan
    clock: Clock
    monotonic: Callable[[], float] = time.monotonic
    _waiting: list[tuple[datetime, int, dict[str, Any]]] = field(default_factory=list)
    _sending: list[dict[str, Any]] = field(default_factory=list)
    _order: int = 0
    _cookies: OrderedDict[int, dict[str, str]] = field(default_factory=OrderedDict)
    _pause: float = 0.0
    _silent_until: float = 0.0
    lost: int = 0

    # --- what programs tell

    def tell(self, happened: Happened) -> None:
        """Takes an event along with the next batch after it has happened; where too many wait already it is lost."""
        if len(self._waiting) + len(self._sending) >= EVENTS_MAX:
            self.lost += 1
            return
        self._order += 1
        heapq.heappush(self._waiting, (happened.at, self._order, _event(happened)))

    @property
    def waiting(self) -> int:
        """How many events have not been taken yet."""
        return len(self._waiting) + len(self._sending)

    @property
    def is_due(self) -> bool:
        """Whether there is something to be sent by now."""
        return bool(self._sending) or (bool(self._waiting) and self._waiting[0][0] <= self.clock.now())

    def flush(self) -> bool:
        """Sends what waits, a batch of it; False where Siyu did not take it, which is then tried again in a while."""
        now = self.clock.now()
        while self._waiting and self._waiting[0][0] <= now and len(self._sending) < EVENTS_AT_ONCE:
            self._sending.append(heapq.heappop(self._waiting)[2])
        if not self._sending or self.monotonic() < self._silent_until:
            return not self._sending
        body = json.dumps({"batch": self._sending, "sentAt": now.isoformat()}, ensure_ascii=False).encode()
        key = base64.b64encode(f"{self.plan.write_key}:".encode()).decode()
        headers = {"Content-Type": "application/json", "Authorization": f"Basic {key}"}
        answer = self._call("POST", f"{self.plan.siyu_url}/v1/batch", body, headers)
        if answer.status == 200 or 400 <= answer.status < 429:  # what is refused would be refused again
            if answer.status != 200:
                log.warning("living_events_refused", status=answer.status, size=len(self._sending))
            self._sending.clear()
            self._pause = self._silent_until = 0.0
            return True
        self._pause = min(max(self._pause * 2, FIRST_PAUSE_SECONDS), PAUSE_SECONDS_MAX)
        self._silent_until = self.monotonic() + self._pause
        return False

    def hand_in(self, name: str, orders: Sequence[SoldOrder]) -> bool:
        """Uploads a file of orders and has it imported; the same file again changes nothing."""
        if self.plan.import_key is None or not orders:
            return True
        file = io.StringIO()
        rows = csv.writer(file)
        rows.writerow(ORDER_COLUMNS)
        for one in orders:
            total = f"{one.total_fen / 100:.2f}"
            rows.writerow([one.order_id, one.user, one.paid_at.isoformat(), total, one.product_id, one.product])
        headers = {"Authorization": f"Bearer {self.plan.import_key}", "Content-Type": "application/octet-stream"}
        address = f"{self.plan.siyu_url}/api/imports?file_name={quote(name)}"
        made = self._call("POST", address, file.getvalue().encode(), headers)
        if made.status != 200:
            log.warning("living_orders_not_taken", status=made.status, size=len(orders))
            return False
        import_id = json.loads(made.text)["import_id"]
        started = self._call(
            "POST",
            f"{self.plan.siyu_url}/api/imports/{import_id}/start",
            json.dumps(ORDER_PLAN).encode(),
            headers | {"Content-Type": "application/json"},
        )
        if started.status != 200:
            log.warning("living_orders_not_taken", status=started.status, size=len(orders))
        return started.status == 200

    def left_behind(self) -> tuple[Sequence[Leaver], Sequence[int]]:
        """Members who left and have still something that is not under way to others, and those here who have customers."""
        told = self._lead("GET", "/members")
        rows = told["rows"] if told is not None else ()
        leavers = [
            Leaver(row["member_id"], datetime.fromisoformat(row["left_at"]), left)
            for row in rows
            if row["left_at"] and (left := row["customers"] - row["under_way"] + row["groups"]) > 0
        ]
        return leavers, [row["member_id"] for row in rows if row["is_active"] and row["customers"]][:TAKERS_MAX]

    def hand_over(self, leaver: Leaver, takers: Sequence[int]) -> bool:
        """Gives all of it to the others, evenly; asked the same again it is done once."""
        wish = {
            "giver_id": leaver.member_id,
            "taker_ids": list(takers),
            "group_ids": None,
            "message": HAND_OVER_WORDS,
            "asked_key": f"living:{leaver.member_id}:{leaver.left}",
        }
        return self._lead("POST", "", wish) is not None

    def _lead(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any] | None:
        """What a leader asks about members and their customers; None where that is not answered."""
        if self.plan.leader_key is None:
            return None
        headers = {"Authorization": f"Bearer {self.plan.leader_key}", "Content-Type": "application/json"}
        sent = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        answer = self._call(method, f"{self.plan.siyu_url}/api/inheritances{path}", sent, headers)
        if answer.status not in (200, 201):
            log.warning("living_leader_refused", status=answer.status)
            return None
        told: Mapping[str, Any] = json.loads(answer.text)
        return told

    # --- what phones do

    def open_page(self, who: Somebody, url: str) -> Page:
        """Opens an address as the phone does, with the cookies it has kept, as far as pages of Siyu's lead."""
        for _ in range(REDIRECTS_MAX):
            if not self._is_siyu(url):
                return Page("code" if _is_door(url) else "elsewhere", url, picture=url if _is_door(url) else "")
            answer = self._browse(who, "GET", url)
            if not answer.location:
                return read_page(url, answer.text) if answer.status == 200 else Page("nothing", url)
            url = urljoin(url, answer.location)
        return Page("nothing", url)

    def choose_store(self, who: Somebody, page: Page, draw: Draw) -> Page:
        """Presses on one of the stores, and sees whom it leads to."""
        answer = self._browse(who, "POST", page.url, {BUTTON_STORE: draw.one_of("store", page.fields[0][2])})
        if answer.location:
            return self.open_page(who, urljoin(page.url, answer.location))
        return read_page(page.url, answer.text) if answer.status == 200 else Page("nothing", page.url)

    def fill_in(self, who: Somebody, page: Page, draw: Draw) -> bool:
        """Answers a form and sends it; whether it was taken. What the page finds fault with is mended, once or twice."""
        rules = load_playbook(self.plan.brand).telephone.forms
        for ticks_max in rules.ticks_most:
            answer = self._browse(who, "POST", page.url, filled_in(page, who, draw, ticks_max, rules))
            if answer.status != 422:
                break
            page = read_page(page.url, answer.text)
        return answer.status == 303

    def read_on(self, who: Somebody, page: Page, seconds: int) -> None:
        """Tells how long a page was looked at, as its script does."""
        self._browse(who, "POST", urljoin(page.url, page.beacon), {"seconds": str(min(seconds, 3600))})

    def _browse(
        self, who: Somebody, method: str, url: str, form: Mapping[str, str | Sequence[str]] | None = None
    ) -> _Answer:
        headers = {"User-Agent": AGENTS.get(who.device_type, AGENTS["android"]), "Accept-Language": "zh-CN"}
        known = self._cookies.get(who.number, {})
        if known:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in known.items())
        body = None
        if form is not None:
            body = urlencode(form, doseq=True).encode()
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        return self._call(method, url, body, headers, who.number)

    def _is_siyu(self, url: str) -> bool:
        one, other = urlsplit(url), urlsplit(self.plan.siyu_url)
        return one.hostname == other.hostname and one.port == other.port

    def _call(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], browser: int | None = None
    ) -> _Answer:
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=SECONDS_MAX)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            text = answer.read(PAGE_BYTES_MAX).decode("utf-8", "replace")
            if browser is not None:
                self._keep_cookies(browser, answer.headers.get_all("Set-Cookie") or [])
            return _Answer(answer.status, text, answer.getheader("Location") or "")
        except _AWAY:
            return _Answer(0)
        finally:
            connection.close()

    def _keep_cookies(self, browser: int, told: Sequence[str]) -> None:
        for one in told:
            name, _, value = one.partition(";")[0].partition("=")
            self._cookies.setdefault(browser, {})[name.strip()] = value.strip()
            self._cookies.move_to_end(browser)
        while len(self._cookies) > COOKIES_KEPT:
            self._cookies.popitem(last=False)


ORDER_PLAN: dict[str, Any] = {
    "source_name": "课程平台日报",
    "zone": None,
    "at_format": None,
    "reading": {"encoding": "utf-8", "delimiter": "comma", "sheet": None},
    "mapping": {
        "kind": "orders",
        "order_id": ORDER_COLUMNS[0],
        "customer": ORDER_COLUMNS[1],
        "customer_kind": "user_id",
        "paid_at": ORDER_COLUMNS[2],
        "total": ORDER_COLUMNS[3],
        "currency": "CNY",
    },
}


def _is_door(url: str) -> bool:
    """Whether an address outside of Siyu is one of WeCom's, which hands the phone over to a member."""
    return urlsplit(url).path.split("/")[1:2] in (["ca"], ["u"], ["gm"], ["kfid"])


def _event(happened: Happened) -> dict[str, Any]:
    who, context = happened.who, dict(happened.context or {})
    context |= {"device": {"type": who.device_type}}
    told: dict[str, Any] = {
        "messageId": happened.key,
        "timestamp": _text(happened.at),
        "context": context,
        "anonymousId": who.device.value,
    }
    if happened.is_known:
        told["userId"] = who.user.value
    if happened.name:
        return told | {"type": "track", "event": happened.name, "properties": dict(happened.properties)}
    return told | {"type": "identify", "traits": dict(happened.properties)}


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
