"""A dashboard from a template, a card moved by keys, an answer taken away, and SQL, in a browser against the running demo."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

SAVE = re.compile("^保.?存$")


def test_a_dashboard_is_made_moved_and_taken_away(page: Page) -> None:
    log_in(page)
    page.get_by_role("link", name="仪表盘", exact=True).click()
    page.get_by_role("button", name=re.compile("活动仪表盘")).click()
    expect(page).to_have_url(re.compile(r"/dashboards/\d+$"))
    expect(page.get_by_role("heading", name="活动仪表盘")).to_be_visible()
    page.get_by_role("button", name="编辑").click()
    handle = page.get_by_role("button", name="移动「成交额」")
    handle.press("Shift+ArrowDown")
    expect(page.get_by_text(re.compile("「成交额」在第 .+高 5"))).to_be_attached()
    handle.press("ArrowUp")
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_text("仪表盘已保存")).to_be_visible()
    page.reload()
    expect(page.get_by_role("img", name=re.compile("成交额"))).to_be_visible()
    page.wait_for_load_state("networkidle")  # a menu closes when the answers of other cards arrive
    page.get_by_role("button", name="导出 · 成交额").click()
    with page.expect_download() as taken:
        page.get_by_role("menuitem", name="CSV").click()
    lines = Path(taken.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0] == "周期,数值"
    assert len(lines) == 31


def test_sql_answers_and_refuses(page: Page) -> None:
    log_in(page)
    page.get_by_role("link", name="仪表盘", exact=True).click()
    page.get_by_role("link", name="SQL", exact=True).click()
    page.get_by_role("button", name="运行").click()
    expect(page.get_by_role("cell", name="order_paid", exact=True)).to_be_visible()
    page.get_by_label("SQL 语句").fill("SELECT file('/etc/passwd')")
    page.get_by_role("button", name="运行").click()
    expect(page.get_by_role("alert")).to_contain_text("file")
