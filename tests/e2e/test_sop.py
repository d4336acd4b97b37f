"""A SOP of groups in a browser: from a template, a message more on its second day, and what it takes before it is published."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def test_a_group_sop_gets_a_day_and_tells_what_it_takes(page: Page) -> None:
    log_in(page)
    page.set_default_timeout(60_000)
    page.goto("/journeys/templates")
    page.get_by_role("navigation", name="模板").get_by_role("button", name="社群开群一周").click()
    page.get_by_label("旅程名称").fill("老客群一周")
    page.get_by_role("button", name="用这个模板").click()

    page.get_by_role("radiogroup", name="看法").get_by_text("SOP", exact=True).click()
    days = page.get_by_role("region", name="SOP 日程")
    expect(days.get_by_role("button", name="打开「今日话题」")).to_be_visible()
    days.get_by_role("button", name="加一天").click()
    asking = page.get_by_role("dialog", name="新的时间")
    asking.get_by_label("第几天").fill("2")
    asking.get_by_label("时间", exact=True).fill("20:30")
    asking.get_by_role("button", name="加上").click()
    drawer = page.get_by_role("dialog", name="群里发消息")
    drawer.get_by_label("标题").fill("晚安一条")
    drawer.get_by_label("正文").fill("明天上午九点见。")
    drawer.get_by_role("button", name="关闭").click()
    second = days.get_by_role("listitem").filter(has=page.get_by_role("heading", name="第 2 天"))
    expect(second.get_by_text("明天上午九点见。")).to_be_visible()

    page.get_by_role("button", name="发布", exact=True).click()
    price = page.get_by_role("dialog", name="发布这段旅程？").get_by_role("region", name="代价")
    expect(price.get_by_text("员工时间")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
