"""An operator's first quarter of an hour, acted in a browser against the running demo."""

from __future__ import annotations

import re
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect

from siyu.assembly.demo.tea.company import DEMO_EMAIL, DEMO_PASSWORD
from siyu.assembly.installation import open_installation
from siyu.domain.customers.reading import get_customer
from siyu.faces.h5.words import WORDS
from siyu.kernel.actors import system_actor
from siyu.platform.settings import load_settings
from tests.e2e.conftest import Demo
from tests.e2e.sweeping import Look, Walk, window
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

CUSTOMERS = 300
AWAKENED = "唤醒沉睡老客"


def test_a_wrong_password_is_told_and_the_right_one_opens(browser: Browser, demo: Demo, look: Look, say: Words) -> None:
    context = window(browser, demo.url, look)
    page = context.new_page()
    page.goto("/customers")
    password, submit = page.get_by_label(say("session.password"), exact=True), say.button("session.submit")
    page.get_by_label(say("session.email"), exact=True).fill(DEMO_EMAIL)
    password.fill("not the password")
    page.get_by_role("button", name=submit).click()
    expect(page.get_by_text(say("session.wrong"))).to_be_visible()
    password.fill(DEMO_PASSWORD)
    page.get_by_role("button", name=submit).click()
    expect(page.get_by_role("heading", name=say("customers.title"), exact=True)).to_be_visible()
    context.close()


def test_home_shows_the_numbers_the_api_gives(walk: Walk, say: Words) -> None:
    page = walk.page
    walk.go("/")
    summary = walk.ask("GET", "/api/summary")
    assert summary["customers"] >= CUSTOMERS  # somebody new may come at any time
    assert summary["buyers"] > 50
    main = page.get_by_role("main")
    for number in (summary["customers"], summary["buyers"], summary["orders"]):
        expect(main.get_by_text(f"{number:,}", exact=True).first).to_be_visible()
    expect(main.get_by_text(f"{summary['repeat_rate']:.1%}", exact=True).first).to_be_visible()
    expect(main.get_by_text(say("home.cells.important_value"))).to_be_visible()
    other, button = (Words("en"), "English") if say.language == "zh" else (Words("zh"), "中文")
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name=other("home.title"), exact=True)).to_be_visible()
    assert walk.faults() == []


def test_a_customer_is_found_and_opened(walk: Walk, say: Words) -> None:
    page = walk.page
    walk.go("/customers")
    first = page.locator("tbody tr td a", has_text=re.compile("^[^#]")).first
    name = first.inner_text().strip()
    search = page.get_by_role("textbox", name=say("customers.searchLabel"))
    search.fill(name)
    # before the typing has rested: the search must not call back who has left
    page.locator("tbody tr td a", has_text=name).first.click()
    expect(page).to_have_url(re.compile("/customers/[0-9]+$"))
    page.wait_for_timeout(500)
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name=say("customers.title"), exact=True).click()
    search.fill(name)
    expect(page).to_have_url(re.compile("[?]q="))
    page.wait_for_load_state("networkidle")  # who clicks while the list is exchanged clicks on what is gone
    expect(page.locator("tbody tr td a").first).to_contain_text(name)
    page.locator("tbody tr td a").first.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    parts = page.get_by_role("radiogroup", name=say("customers.parts"))
    if parts.is_visible():  # where there is no room for both
        parts.get_by_text(say("customers.timeline"), exact=True).click()
    timeline = page.get_by_role("region", name=say("customers.timeline"), exact=True)
    expect(timeline.get_by_role("listitem").first).to_be_visible()
    assert walk.faults() == []
    assert not re.search(r"1\d{10}", page.get_by_role("main").inner_text()), "a phone number is shown unmasked"


def test_a_segment_is_previewed_published_and_kept_up_to_date(walk: Walk, say: Words) -> None:
    page, name = walk.page, f"浏览器里圈出的老客 · {say.language}"
    walk.go("/segments/new")
    page.get_by_role("button", name=say("segments/editor.templates.silentBuyers")).click()
    preview = page.get_by_role("region", name=say("segments/editor.preview"), exact=True)
    expect(preview.get_by_text(re.compile("购买至少 2 次|bought at least 2 times"))).to_be_visible()
    share = re.compile(say("segments/editor.share", r"[\d.]+%", r"([\d,]+)"))
    expect(preview.get_by_text(share)).to_be_visible()
    told = share.search(preview.get_by_text(share).inner_text())
    assert told is not None
    assert int(told[1].replace(",", "")) >= CUSTOMERS
    page.get_by_label(say("segments/editor.nameLabel"), exact=True).fill(name)
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("segments/editor.publish")).click()
    expect(page).to_have_url(re.compile(r"/segments/\d+$"))
    expect(page.get_by_text(say("segments.statuses.live"), exact=True)).to_be_visible()
    walk.go("/segments")
    row = page.get_by_role("row", name=re.compile(name))
    expect(row).to_be_visible()
    expect(row.get_by_text(re.compile(r"^\d+$"))).to_be_visible()


def test_the_journey_sends_and_clicks_come_back(walk: Walk, say: Words) -> None:
    """The demo's outside follows the links of about a third of the messages; the journey page counts them."""
    page = walk.page
    walk.go("/journeys")
    page.get_by_role("table").get_by_role("link", name=AWAKENED).click()
    expect(page.get_by_role("heading", name=AWAKENED)).to_be_visible()
    canvas = page.get_by_role("region", name=say("journeys/canvas.canvas"))
    expect(canvas.get_by_role("button", name=re.compile(say("journeys/node.groups.when")))).to_be_visible()
    for _ in range(40):
        rows = walk.ask("GET", "/api/journeys")["rows"]
        journey = next(row for row in rows if row["name"] == AWAKENED)
        if journey["clicked"] > 0:
            break
        page.wait_for_timeout(5_000)
    assert journey["sent"] > 0
    assert journey["clicked"] > 0
    page.reload()
    expect(page.get_by_text(say("journeys.numbers.clicked"), exact=True)).to_be_visible()


def test_a_customer_says_no_on_the_phone_page(browser: Browser, demo: Demo, look: Look) -> None:
    settings = load_settings({}, home=demo.home)
    with window(browser, demo.url, look) as context, open_installation(settings) as installation:
        with installation.database.read() as reading:
            row = reading.driver.execute(
                "SELECT p.customer_id FROM customers.consents c JOIN customers.profiles p USING (profile_id)"
                " WHERE c.channel = 'webhook' GROUP BY 1 HAVING bool_and(c.state = 'granted') ORDER BY 1 LIMIT 1"
            ).fetchone()
        assert row is not None
        hour = int(installation.database.clock.now().timestamp()) // 3600
        path = installation.addresses.preferences_url(row[0], hour).removeprefix(settings.base_url)
        walk = Walk(context)
        walk.page.goto(path)
        expect(walk.page.get_by_text("晨曦茶饮").first).to_be_visible()
        assert walk.faults() == []
        walk.page.locator("form:has(input[name=channel][value=webhook])").get_by_role("button").first.click()
        words = WORDS["zh" if look.language == "zh" else "en"]
        expect(walk.page.get_by_text(words["saved_off"])).to_be_visible()
        assert walk.faults() == []
        with installation.database.read() as reading:
            consents = get_customer(reading, system_actor("test"), row[0]).consents
    assert [consent.state.value for consent in consents if consent.channel == "webhook"] == ["withdrawn"]


def test_the_numbers_of_all_processes_are_shown_together(demo: Demo) -> None:
    with urlopen(f"{demo.url}/metrics", timeout=20) as answer:  # noqa: S310 - the demo of this test
        text = answer.read().decode()
    assert re.search(r'siyu_loop_steps_total\{loop="deliver:webhook"\} [1-9]', text)
    assert re.search(r'siyu_requests_total\{.*route="/healthz".*\} [1-9]', text)
    assert 'siyu_consumer_lag{consumer="columns"}' in text
