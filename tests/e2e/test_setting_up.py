"""The first hour of an installation, on a phone in English: set up by the terminal's code, connected to WeCom, guarded by a second
step and by the company's identity provider; callbacks that failed are worked again, and calls to a shop are made again, on the
phone and at a desk in Chinese."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from siyu.assembly.setting_up import setup_code
from siyu.assembly.wecom_working import work_callbacks_once
from siyu.channels.webhook.calls import HookCaller
from siyu.domain.company.contracts import WecomCallback
from siyu.engines.calling.making import make_calls_once
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.faces.server import server_of, shared_socket
from siyu.kernel.clock import ManualClock
from siyu.platform.columns.client import Columns
from siyu.platform.http import OutgoingHttp
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from siyu.platform.signatures import is_signed
from tests.channels.wecom.emulated import AES_KEY, AGENT_ID, CORP_ID, SECRET, TOKEN, Emulated, emulated_corp
from tests.e2e.sweeping import DESK, LOOKS, Look, Walk, window
from tests.e2e.words import Words
from tests.faces.api.test_second_step import code_at
from tests.faces.api.test_sign_on import SECRET as PROVIDER_SECRET
from tests.faces.api.test_sign_on import Provider, provider

__all__ = ["provider"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

HOUSE_KEY = "a secret of this house"
EMAIL, PASSWORD = "lin@example.com", "correct horse battery"
PHONE = Look("en", 390, is_dark=False)


@contextmanager
def fresh_installation(database: Database, columns: Columns, home: Path) -> Iterator[str]:
    """Where an installation answers that nobody has set up; its workers are the test itself."""
    listener = shared_socket("127.0.0.1", 0)
    settings = Settings(home=home, port=listener.getsockname()[1], inner_addresses=True)
    server = server_of(create_app(ApiContext(settings, database, columns, HOUSE_KEY)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield settings.base_url
    finally:
        server.should_exit = True
        thread.join()


class Shop:
    """A program of the company's own that is told what happens; it is out of order at first."""

    def __init__(self) -> None:
        self.calls: list[tuple[bytes, str]] = []
        self.status = 400
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                shop.calls.append((body, self.headers["Siyu-Signature"]))
                self.send_response(shop.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/siyu"


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def log_in(page: Page, code: str = "") -> None:
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    if code:
        page.get_by_label("Code").fill("000000")
        page.get_by_role("button", name="Log in", exact=True).click()
        expect(page.get_by_text("The code is wrong", exact=False)).to_be_visible()
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def look_before_it_is_set_up(browser: Browser, url: str) -> None:
    """As everybody sees it who comes first."""
    for look in LOOKS:
        context = window(browser, url, look)
        try:
            walk = Walk(context)
            walk.go("/")
            expect(walk.page).to_have_url(re.compile("/setup$"))
            assert walk.faults() == [], look
        finally:
            context.close()


def set_up_and_connect(walk: Walk, emulated: Emulated, url: str) -> None:
    """From the address that the terminal shows to the overview, by way of the emulated WeCom."""
    page = walk.page
    page.goto(f"/setup#{setup_code(HOUSE_KEY)}")
    expect(page.get_by_label("Set-up code")).to_have_value(setup_code(HOUSE_KEY))
    assert walk.faults() == []
    page.get_by_role("button", name="Create and go on").click()
    expect(page.get_by_text("Fill this in").first).to_be_visible()
    for label, text in {"Company": "晨曦茶饮", "Your name": "林若溪", "E-mail": EMAIL, "Password": PASSWORD}.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Create and go on").click()
    expect(page.get_by_role("heading", name="Connect your customers")).to_be_visible()
    assert walk.faults() == []

    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_role("main").get_by_role("button", name="Connect WeCom").click()
    dialog = page.get_by_role("dialog", name="Connect WeCom")
    told = {
        "Corp id": CORP_ID,
        "Name": "晨曦茶饮",
        "Application AgentId": str(AGENT_ID),
        "Application secret": SECRET,
        "Callback token": TOKEN,
        "Callback EncodingAESKey": AES_KEY,
        "API address (usually empty)": emulated.url,
    }
    for label, text in told.items():
        dialog.get_by_label(label, exact=True).fill(text)
    dialog.get_by_role("button", name="Save").click()
    check = page.get_by_role("button", name="Check the connection")
    check.click()
    expect(page.get_by_role("main").get_by_role("listitem").filter(has_text="callback")).to_be_visible()
    callback = emulated.call_back(f"{url}/callbacks/wecom/{CORP_ID}")
    assert emulated.corp.postman.verify(callback)
    emulated.corp.tell_tag("shuffle", "et1", "tag_group")
    emulated.corp.postman.wait()
    check.click()
    expect(page.get_by_text("The connection works")).to_be_visible()

    page.goto("/setup?step=check")
    expect(page.get_by_text(re.compile(r"\d+ in order, \d+ to look at"))).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name="To the overview").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def turn_on_the_second_step(page: Page, clock: ManualClock) -> str:
    """The secret that the phone has from now on."""
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Two-step log-in").click()
    dialog = page.get_by_role("dialog", name="Two-step log-in")
    dialog.get_by_role("button", name="Turn on").click()
    expect(dialog.get_by_role("img", name="QR code for the authenticator")).to_be_visible()
    secret = dialog.locator("code").inner_text().replace(" ", "")
    dialog.get_by_label("6 digits of the authenticator").fill("12345")
    dialog.get_by_role("button", name="Turn it on").click()
    expect(dialog.get_by_text("These digits are wrong", exact=False)).to_be_visible()
    dialog.get_by_label("6 digits of the authenticator").fill(code_at(secret, clock))
    dialog.get_by_role("button", name="Turn it on").click()
    codes = dialog.get_by_role("list", name="Write these recovery codes down").get_by_role("listitem")
    expect(codes.first).to_be_visible()
    assert len(set(codes.all_inner_texts())) == 10
    dialog.get_by_role("button", name="I have them").click()
    expect(dialog).to_have_count(0)
    clock.advance(timedelta(seconds=90))
    return secret


def fail_callbacks(database: Database, clock: ManualClock) -> None:
    """What WeCom told is tried for two days, and cannot be worked."""

    def break_down(_told: WecomCallback) -> bool:
        raise ValueError

    for _ in range(11):
        work_callbacks_once(database, break_down)
        clock.advance(timedelta(days=0.2))


def work_callbacks_again(page: Page, say: Words, database: Database) -> None:
    """It was kept, and is worked again when somebody says so."""
    page.goto("/settings/wecom")
    rows = page.get_by_role("table", name=say("wecom.callbacks.title")).get_by_role("row")
    failed = rows.filter(has_text=say("wecom.callbacks.states.failed"))
    expect(failed).to_contain_text("ValueError")
    failed.get_by_role("button", name=say.button("wecom.callbacks.retry")).click()
    expect(page.get_by_text(say("wecom.callbacks.retried", 1))).to_be_visible()
    expect(rows.filter(has_text=say("wecom.callbacks.states.waiting"))).to_have_count(1)
    assert work_callbacks_once(database, lambda _told: True) == 1
    page.reload()
    expect(rows.filter(has_text=say("wecom.callbacks.states.done"))).to_have_count(1)


def call_the_shop_again(page: Page, say: Words, database: Database, shop: Shop) -> None:
    """An endpoint is named, tried while it is out of order, and called once more when it is not."""
    caller, shop.status = HookCaller(database.clock, OutgoingHttp(), takes_inner=True), 400
    page.goto("/settings/hooks")
    page.get_by_role("button", name=say("hooks.create")).click()
    form = page.get_by_role("dialog", name=say("hooks.create"))
    name = f"Shop ({say.language})"
    form.get_by_label(say("hooks.name")).fill(name)
    form.get_by_label(say("hooks.url")).fill(shop.url)
    form.get_by_role("button", name=say.button("hooks.save")).click()
    shown = page.get_by_role("dialog", name=say("hooks.secretTitle"))
    secret = shown.locator("code").inner_text()
    shown.get_by_role("button", name=say("hooks.close")).click()
    page.get_by_role("region", name=name).get_by_role("button", name=say("hooks.try")).click()
    calls = page.get_by_role("table", name=f"{say('hooks.calls')} · {name}").get_by_role("row")
    expect(calls.filter(has_text=say("hooks.states.waiting"))).to_have_count(1)
    assert make_calls_once(database, caller) == 1
    expect(calls.filter(has_text=say("hooks.states.failed"))).to_have_count(1)  # the server tells of it
    shop.status = 204
    calls.get_by_role("button", name=say("hooks.replay")).click()
    expect(calls.filter(has_text=say("hooks.states.waiting"))).to_have_count(1)
    assert make_calls_once(database, caller) == 1
    expect(calls.filter(has_text=say("hooks.states.taken"))).to_have_count(1)
    (_, first), (body, second) = shop.calls[-2:]
    assert is_signed(secret, body, second, database.clock.now())
    assert first == second


def work_at_a_desk(browser: Browser, phone: Walk, url: str, database: Database, shop: Shop) -> None:
    """The same person, at a desk in Chinese: what failed is made good there."""
    context = window(browser, url, DESK)
    try:
        kept = phone.page.context.cookies()
        context.add_cookies([{"name": each["name"], "value": each["value"], "url": url} for each in kept])
        walk, say = Walk(context), Words(DESK.language)
        work_callbacks_again(walk.page, say, database)
        call_the_shop_again(walk.page, say, database, shop)
        assert walk.faults() == []
    finally:
        context.close()


def come_by_the_provider(page: Page, provider: Provider) -> None:
    """The company's identity provider is set up, and lets in whom it knows."""
    page.goto("/settings/sign-on")
    main = page.get_by_role("main")
    told = {"Name on the button": "the company", "Client id": "siyu", "Client secret": PROVIDER_SECRET}
    for label, text in {**told, "Issuer": "http://127.0.0.1:9/nobody"}.items():
        main.get_by_label(label, exact=True).fill(text)
    main.get_by_role("button", name="Save").click()
    expect(main.get_by_role("status")).to_contain_text("cannot be reached")
    main.get_by_label("Issuer", exact=True).fill(provider.issuer)
    main.get_by_label("Client secret").fill(PROVIDER_SECRET)
    main.get_by_role("button", name="Save").click()
    expect(main.get_by_text("The identity provider answers as it should")).to_be_visible()
    log_out(page)
    by_provider = page.get_by_role("link", name="Log in by the company")
    provider.person["email"] = "nobody@example.com"
    by_provider.click()
    expect(page.get_by_text("your e-mail is not among the staff here", exact=False)).to_be_visible()
    provider.person["email"] = EMAIL
    by_provider.click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_the_first_hour_of_an_installation(
    browser: Browser,
    database: Database,
    columns: Columns,
    clock: ManualClock,
    provider: Provider,
    shop: Shop,
    tmp_path: Path,
) -> None:
    with emulated_corp(clock) as emulated, fresh_installation(database, columns, tmp_path) as url:
        look_before_it_is_set_up(browser, url)
        context = window(browser, url, PHONE)
        try:
            walk = Walk(context)
            page = walk.page
            set_up_and_connect(walk, emulated, url)
            call_the_shop_again(page, Words(PHONE.language), database, shop)
            secret = turn_on_the_second_step(page, clock)
            log_out(page)
            fail_callbacks(database, clock)
            log_in(page, code_at(secret, clock))
            work_at_a_desk(browser, walk, url, database, shop)
            come_by_the_provider(page, provider)

            page.goto("/settings/audit")
            log = page.get_by_role("table", name="Audit")
            for what in ("Logged in", "Set up single sign-on", "Had calls made once more"):
                expect(log.get_by_text(what, exact=True).first).to_be_visible()
            assert walk.faults() == []
        finally:
            context.close()
