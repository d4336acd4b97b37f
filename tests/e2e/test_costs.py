"""What was spent comes in by a file and stands beside what came of it, in a browser."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import log_in
from tests.e2e.test_imports import upload

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def test_costs_are_imported_and_a_channel_has_its_return_and_its_target(page: Page, tmp_path: Path) -> None:
    log_in(page)
    file = tmp_path / "投放.csv"
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    last_week = today - timedelta(days=today.weekday() + 5)  # any day of last week will do, where the company is
    file.write_text(
        f"投放日期,渠道,推广计划,消耗\n{last_week},朋友推荐,老带新,120\n{last_week},朋友推荐,老带新,不多\n", "utf-8"
    )
    upload(page, file)
    expect(page.get_by_role("radio", name=re.compile("^花费"))).to_be_checked()
    page.get_by_role("button", name="先试读 1,000 行").click()
    expect(page.get_by_text("试读 2 行，其中 1 行会被拒收", exact=False)).to_be_visible()
    page.get_by_role("button", name="开始导入").click()
    expect(page.get_by_text("上传的文件已经删除", exact=False)).to_be_visible(timeout=60_000)

    page.get_by_role("link", name="指标", exact=True).click()
    page.get_by_role("navigation", name="指标页面").get_by_role("link", name="花费").click()
    expect(page.get_by_role("heading", name="花费合计")).to_be_visible()
    expect(page.get_by_role("table", name="计入的导入")).to_contain_text("投放.csv")

    page.get_by_role("link", name="团队与渠道").click()
    page.get_by_label("看谁").click()
    page.get_by_title("渠道", exact=True).click()
    board = page.get_by_role("table", name="团队与渠道")
    row = board.get_by_role("row", name=re.compile("^朋友推荐"))
    expect(row).to_contain_text("120.00")
    expect(board.get_by_role("columnheader", name=re.compile("投产比"))).to_be_visible()
    row.get_by_role("button", name="朋友推荐 的成交额目标").click()
    page.get_by_label("上周的目标").fill("5000")
    page.get_by_role("button", name=re.compile("^保.?存$")).click()
    expect(row).to_contain_text("达成")

    page.goto("/value/cohorts")
    expect(page.get_by_role("columnheader", name="回本")).to_be_visible()
