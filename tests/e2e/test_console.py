"""An operator's first quarter of an hour, acted in a browser against the running demo."""

from __future__ import annotations

import re
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from siyu.assembly.demo.tea.company import DEMO_EMAIL, DEMO_PASSWORD
from siyu.assembly.installation import open_installation
from siyu.domain.customers.reading import get_customer
from siyu.kernel.actors import system_actor
from siyu.platform.settings import load_settings
from tests.e2e.conftest import Demo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

CUSTOMERS = 300


def log_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("邮箱").fill(DEMO_EMAIL)
    page.get_by_label("密码", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name=re.compile("登.?录")).click()
    expect(page.get_by_role("heading", name="概览")).to_be_visible()


def test_a_wrong_password_is_told_and_the_right_one_opens(page: Page) -> None:
    page.goto("/customers")
    page.get_by_label("邮箱").fill(DEMO_EMAIL)
    page.get_by_label("密码", exact=True).fill("not the password")
    page.get_by_role("button", name=re.compile("登.?录")).click()
    expect(page.get_by_text("邮箱或密码不对")).to_be_visible()
    page.get_by_label("密码", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name=re.compile("登.?录")).click()
    expect(page.get_by_role("heading", name="客户")).to_be_visible()


def test_home_shows_the_numbers_the_api_gives(page: Page) -> None:
    log_in(page)
    summary = page.evaluate("fetch('/api/summary').then(answer => answer.json())")
    assert summary["customers"] >= CUSTOMERS  # somebody new may come at any time
    assert summary["buyers"] > 50
    main = page.get_by_role("main")
    for number in (summary["customers"], summary["buyers"], summary["orders"]):
        expect(main.get_by_text(f"{number:,}", exact=True).first).to_be_visible()
    expect(main.get_by_text(f"{summary['repeat_rate']:.1%}", exact=True)).to_be_visible()
    expect(main.get_by_text("重要价值")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_a_customer_is_found_and_opened(page: Page) -> None:
    log_in(page)
    page.get_by_role("link", name="客户").click()
    first = page.locator("tbody tr td a", has_text=re.compile("^[^#]")).first
    name = first.inner_text().strip()
    page.get_by_role("textbox", name="搜索客户").fill(name)
    # before the typing has rested: the search must not call back who has left
    page.locator("tbody tr td a", has_text=name).first.click()
    expect(page).to_have_url(re.compile("/customers/[0-9]+$"))
    page.wait_for_timeout(500)
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.get_by_role("link", name="客户").first.click()
    page.get_by_role("textbox", name="搜索客户").fill(name)
    expect(page).to_have_url(re.compile("[?]q="))
    page.wait_for_load_state("networkidle")  # who clicks while the list is exchanged clicks on what is gone
    expect(page.locator("tbody tr td a").first).to_contain_text(name)
    page.locator("tbody tr td a").first.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_role("heading", name="时间线")).to_be_visible()
    expect(page.get_by_text("更新资料").first).to_be_visible()
    assert not re.search(r"1\d{10}", page.get_by_role("main").inner_text()), "a phone number is shown unmasked"


def test_a_segment_is_previewed_published_and_kept_up_to_date(page: Page) -> None:
    log_in(page)
    page.goto("/segments/new")
    page.get_by_role("button", name="沉默老客").click()
    expect(page.get_by_role("region", name="预览").get_by_text("购买至少 2 次")).to_be_visible()
    share = re.compile(r"占全部 (\d+) 位客户的")
    expect(page.get_by_text(share)).to_be_visible()
    told = share.search(page.get_by_text(share).inner_text())
    assert told is not None
    assert int(told[1]) >= CUSTOMERS
    page.get_by_label("人群名称").fill("浏览器里圈出的老客")
    page.get_by_role("button", name="发布", exact=False).click()
    expect(page).to_have_url(re.compile(r"/segments/\d+$"))
    expect(page.get_by_text("运行中", exact=True)).to_be_visible(timeout=60_000)
    page.goto("/segments")
    row = page.get_by_role("row", name=re.compile("浏览器里圈出的老客"))
    expect(row).to_be_visible()
    expect(row.get_by_text(re.compile(r"^\d+$"))).to_be_visible(timeout=60_000)


def test_the_journey_sends_and_clicks_come_back(page: Page) -> None:
    """The demo's outside follows the links of about a third of the messages; the journey page counts them."""
    log_in(page)
    page.get_by_role("link", name="旅程", exact=True).click()
    page.get_by_role("table").get_by_role("link", name="唤醒沉睡老客").click()
    expect(page.get_by_role("heading", name="唤醒沉睡老客")).to_be_visible()
    expect(page.get_by_role("region", name="旅程画布").get_by_role("button", name=re.compile("开始"))).to_be_visible()
    for _ in range(40):
        rows = page.evaluate("fetch('/api/journeys').then(answer => answer.json())")["rows"]
        journey = next(row for row in rows if row["name"] == "唤醒沉睡老客")
        if journey["clicked"] > 0:
            break
        page.wait_for_timeout(5_000)
    assert journey["sent"] > 0
    assert journey["clicked"] > 0
    page.reload()
    expect(page.get_by_text("点击", exact=True)).to_be_visible()


def test_a_customer_says_no_on_the_phone_page(page: Page, demo: Demo) -> None:
    settings = load_settings({}, home=demo.home)
    with open_installation(settings) as installation:
        with installation.database.read() as reading:
            row = reading.driver.execute(
                "SELECT p.customer_id FROM customers.consents c JOIN customers.profiles p USING (profile_id)"
                " WHERE c.state = 'granted' AND c.channel = 'webhook' ORDER BY 1 LIMIT 1"
            ).fetchone()
        assert row is not None
        hour = int(installation.database.clock.now().timestamp()) // 3600
        path = installation.addresses.preferences_url(row[0], hour).removeprefix(settings.base_url)
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(path)
        expect(page.get_by_text("晨曦茶饮").first).to_be_visible()
        page.locator("form:has(input[name=channel][value=webhook])").get_by_role("button").first.click()
        page.wait_for_load_state()
        with installation.database.read() as reading:
            consents = get_customer(reading, system_actor("test"), row[0]).consents
    assert [consent.state.value for consent in consents if consent.channel == "webhook"] == ["withdrawn"]


def test_the_numbers_of_all_processes_are_shown_together(demo: Demo) -> None:
    with urlopen(f"{demo.url}/metrics", timeout=20) as answer:  # noqa: S310 - the demo of this test
        text = answer.read().decode()
    assert re.search(r'siyu_loop_steps_total\{loop="deliver:webhook"\} [1-9]', text)
    assert re.search(r'siyu_requests_total\{.*route="/healthz".*\} [1-9]', text)
    assert 'siyu_consumer_lag{consumer="columns"}' in text
