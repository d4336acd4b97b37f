"""A shopper scans the poster of a store with the emulated phone, is greeted by whoever is on duty, and the staff see it in Siyu."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Demo, sought

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

SHOPPER, STORE = "门口的林小雨", "上海人民广场店"


def test_a_shopper_scans_the_poster_and_is_greeted_and_tagged(page: Page, demo: Demo) -> None:
    address, _, port = demo.url.rpartition(":")
    page.goto(f"{address}:{int(port) + 2}/phone")
    page.get_by_label("新来一位，叫……").fill(SHOPPER)
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

    page.goto(f"{demo.url}/login")
    page.get_by_role("link", name="用企业微信登录").click()
    page.get_by_role("button", name="体验账号").click()
    page.get_by_role("button", name="在手机上确认登录").click()
    expect(page.get_by_role("navigation")).to_be_visible()
    page.goto(f"{demo.url}/customers?q={SHOPPER}")
    sought(page.get_by_role("table").get_by_role("link", name=SHOPPER), page.reload).click()
    expect(page.get_by_role("region", name="添加了哪些员工").get_by_text(adviser)).to_be_visible()
    expect(page.get_by_role("main").get_by_text("门店扫码").first).to_be_visible()
