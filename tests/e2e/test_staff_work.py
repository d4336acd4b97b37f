"""An adviser's morning in a browser: a lead from the pool, a follow-up, the next step, a task done."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def test_an_advisers_morning(page: Page) -> None:
    log_in(page)
    page.set_default_timeout(60_000)
    page.goto("/leads/pool")
    table = page.get_by_role("table", name="线索")
    table.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="领取", exact=True).click()
    expect(page.get_by_text("已领取 1 条线索")).to_be_visible()
    page.get_by_role("navigation", name="线索的页签").get_by_role("link", name="我的线索").click()
    # not the pool's table, which is about to go
    expect(table.get_by_role("columnheader", name="下次联系")).to_be_visible()
    table.get_by_role("button").first.click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("button", name="写跟进").click()
    talk = page.get_by_role("dialog", name="写跟进")
    talk.get_by_label("聊了什么").fill("周末想来店里试饮")
    talk.get_by_role("button", name="保存").click()
    expect(drawer.get_by_text("周末想来店里试饮")).to_be_visible()

    drawer.get_by_role("heading").get_by_role("link").or_(drawer.locator(".ant-drawer-title a")).first.click()
    follow = page.get_by_role("region", name="跟进", exact=True).first
    follow.get_by_role("button", name="设任务").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("要做什么").fill("带两款新品试饮")
    dialog.get_by_role("button", name="设任务").click()
    expect(follow.get_by_text("带两款新品试饮")).to_be_visible()
    steps = page.get_by_role("region", name="下一步建议")
    expect(steps.get_by_text("完成任务「带两款新品试饮」")).to_be_visible()

    page.goto("/tasks")
    line = page.get_by_role("listitem", name="带两款新品试饮")
    line.get_by_role("button", name="完成").click()
    page.get_by_role("dialog").get_by_label("备注").fill("很喜欢乌龙")
    page.get_by_role("dialog").get_by_role("button", name="完成").click()
    done = page.get_by_role("region", name="今天已办")
    expect(done.get_by_text("很喜欢乌龙")).to_be_visible()
