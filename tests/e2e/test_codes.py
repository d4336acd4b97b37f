"""A channel code acted in a browser: made and published by an operator, opened by a visitor at the width of a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Demo
from tests.e2e.test_console import log_in
from tests.e2e.test_forms import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def visit_on_a_phone(browser: Browser, demo: Demo, url: str) -> None:
    """The page comes again by itself until the adviser's code is made in WeCom."""
    context = browser.new_context(
        base_url=demo.url, viewport={"width": 390, "height": 844}, locale="zh-CN", user_agent=PHONE
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(url)
    expect(page.get_by_text("唐小满", exact=True)).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="来喝新茶")).to_be_visible()
    picture = page.get_by_role("img", name="企业微信二维码")
    expect(picture).to_have_attribute("src", re.compile("/pictures/way/"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_a_code_is_made_and_shows_a_visitor_whom_to_add(page: Page, browser: Browser, demo: Demo) -> None:
    log_in(page)
    page.set_default_timeout(60_000)
    page.get_by_role("navigation").get_by_role("link", name="活码", exact=True).click()
    page.get_by_role("button", name="新建活码").click()
    page.get_by_label("名称（内部）").fill("春茶市集立牌")
    page.get_by_label("页面标题").fill("来喝新茶")
    page.get_by_role("combobox", name="一直在岗").fill("唐小满")
    page.locator(".ant-select-dropdown:visible").get_by_text("唐小满").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="加一条欢迎语").click()
    page.get_by_role("textbox", name="欢迎语 1", exact=True).fill("欢迎来喝新茶。")
    page.get_by_role("button", name="加一个链接").click()
    page.get_by_label("标题", exact=True).fill("新茶单")
    page.get_by_label("网址", exact=True).fill("https://chenxi.example/menu")
    page.get_by_role("main").get_by_text("欢迎语", exact=True).last.click()
    phone = page.get_by_role("region", name="页面预览")
    expect(phone.get_by_text("新茶单")).to_be_visible()
    page.get_by_role("button", name="发布", exact=True).click()
    url = page.get_by_label("链接", exact=True).input_value()

    visit_on_a_phone(browser, demo, url)

    page.reload()
    ways = page.get_by_role("table", name="企业微信里的码")
    expect(ways.get_by_text("可用")).to_be_visible()
    members = page.get_by_role("table", name="近 30 天，按员工")
    expect(members.get_by_text("唐小满")).to_be_visible()
