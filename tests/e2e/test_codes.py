"""A channel code acted in a browser: made and published by an operator, opened by a visitor at the width of a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Demo
from tests.e2e.sweeping import Walk
from tests.e2e.test_forms import PHONE
from tests.e2e.words import Words

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


def test_a_code_is_made_and_shows_a_visitor_whom_to_add(walk: Walk, say: Words, browser: Browser, demo: Demo) -> None:
    page = walk.page
    walk.go("/codes")
    page.get_by_role("button", name=say("codes.create")).first.click()
    page.get_by_label(say("codes.name")).fill(f"春茶市集立牌 · {say.language}")
    page.get_by_label(say("codes.pageTitle")).fill("来喝新茶")
    page.get_by_role("combobox", name=say("codes.always")).fill("唐小满")
    page.locator(".ant-select-dropdown:visible").get_by_text("唐小满").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=say("codes.addWelcome")).click()
    page.get_by_role("textbox", name=say("codes.welcomeText", 1), exact=True).fill("欢迎来喝新茶。")
    page.get_by_role("button", name=say("codes.addLink")).click()
    page.get_by_label(say("codes.linkTitle"), exact=True).fill("新茶单")
    page.get_by_label(say("codes.linkUrl"), exact=True).fill("https://chenxi.example/menu")
    page.get_by_role("main").get_by_text(say("codes.previewChat"), exact=True).last.click()
    phone = page.get_by_role("region", name=say("codes.preview"))
    expect(phone.get_by_text("新茶单")).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("shared/ui/definition.publish")).click()
    share = page.get_by_role("region", name=say("codes.share"), exact=True)  # in English a link has an "address", too
    url = share.get_by_label(say("codes.url"), exact=True).input_value()
    assert walk.faults() == []

    visit_on_a_phone(browser, demo, url)

    page.reload()
    ways = page.get_by_role("table", name=say("codes.ways"))
    expect(ways.get_by_text(say("codes.ready"))).to_be_visible()
    members = page.get_by_role("table", name=say("codes.byTargets.landing"))
    expect(members.get_by_text("唐小满")).to_be_visible()
