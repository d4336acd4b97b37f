"""A shopper scans the poster of a store with the emulated phone, is greeted by whoever is on duty, and the staff see it in Siyu."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Demo, sought
from tests.e2e.sweeping import DESK, Look, Walk, window
from tests.e2e.test_customers import look_at
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

STORE = "上海人民广场店"


def scan_the_poster(page: Page, demo: Demo, shopper: str) -> str:
    """Somebody adds whoever is on duty at the store; the adviser's name."""
    address, _, port = demo.url.rpartition(":")
    page.goto(f"{address}:{int(port) + 2}/phone")
    page.get_by_label("新来一位，叫……").fill(shopper)
    page.get_by_role("button", name="来", exact=True).click()
    page.get_by_role("button", name="发现").click()
    page.get_by_role("button", name="扫一扫").click()
    page.get_by_role("list", name="海报").get_by_role("button", name=STORE).click()
    inside = page.frame_locator("iframe")
    refresh = page.get_by_role("button", name="刷新")
    picture = sought(inside.get_by_role("img", name="二维码"), refresh.click)  # a worker makes its way in WeCom soon
    adviser = inside.locator(".name").inner_text()
    picture.click()
    page.get_by_role("button", name="识别图中的二维码").click()
    page.get_by_role("button", name="添加到通讯录").click()
    expect(page.get_by_role("heading", name=adviser)).to_be_visible()
    expect(page.get_by_text(re.compile("您好，我是晨曦茶饮|夜深啦"))).to_be_visible()
    return adviser


def test_a_shopper_scans_the_poster_and_is_greeted_and_tagged(
    browser: Browser, demo: Demo, look: Look, say: Words
) -> None:
    shopper = f"门口的林小雨{say.language}"
    with window(browser, demo.url, DESK) as context:
        phone = Walk(context)
        adviser = scan_the_poster(phone.page, demo, shopper)
    with window(browser, demo.url, look) as context:
        walk = Walk(context)
        page = walk.page
        page.goto("/login")
        page.get_by_role("link", name=say("session.byWecom")).click()
        page.get_by_role("button", name="体验账号").click()
        page.get_by_role("button", name=re.compile("在手机上确认登录|Confirm on the phone")).click()
        expect(page).to_have_url(f"{demo.url}/")
        walk.go(f"/customers?q={shopper}")
        sought(page.get_by_role("table").get_by_role("link", name=shopper), page.reload).click()
        relations = page.get_by_role("region", name=say("customers/contacts.title"))
        expect(relations.get_by_text(adviser)).to_be_visible()
        look_at(page, say, "timeline")
        expect(page.get_by_role("main").get_by_text("门店扫码").first).to_be_visible()
        assert walk.faults() == []
    assert phone.errors == []
