"""A plan from a template, its schedule, a review of it and the review's paper, in a browser against the running demo."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.sweeping import Walk
from tests.e2e.test_console import log_in
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def _two(words: str) -> re.Pattern[str]:
    """A button of two characters has a blank between them, and perhaps a picture before."""
    return re.compile(f"^[a-z]* ?{words[0]}.?{words[1]}$")


def test_a_plan_is_made_from_a_template_and_reviewed_on_paper(page: Page) -> None:
    log_in(page)
    page.get_by_role("link", name="方案", exact=True).click()
    page.get_by_role("button", name="新建方案").first.click()
    page.get_by_label("第一天").fill("2026-01-05")
    page.get_by_role("button", name="用这个 会员日").click()
    page.get_by_label("名称", exact=True).first.fill("一月会员日")
    page.get_by_role("button", name=_two("保存")).click()
    expect(page.get_by_role("heading", name="一月会员日")).to_be_visible()
    expect(page.get_by_text("member_day_20260105")).to_be_visible()

    bar = page.get_by_role("group", name="任务排期").get_by_role("button", name=re.compile("^圈定人群"))
    before = bar.bounding_box()
    bar.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="保存安排").click()
    expect(page.get_by_role("button", name="保存安排")).to_have_count(0)
    after = bar.bounding_box()
    assert before is not None
    assert after is not None
    assert after["x"] > before["x"]
    for act in ("批准", "开始"):
        page.get_by_role("main").get_by_role("button", name=_two(act)).click()
        if act == "批准":
            page.get_by_role("dialog").get_by_role("button", name=_two(act)).click()
    expect(page.get_by_text("进行中").first).to_be_visible()

    page.get_by_role("button", name="做复盘").click()
    page.get_by_label("做得好的").fill("预约的人都来了")
    page.get_by_role("button", name=_two("保存")).click()
    expect(page.get_by_role("heading", name="一月会员日 复盘")).to_be_visible()
    page.get_by_label("加一件事").fill("早一天发券")
    page.get_by_role("button", name=_two("加上")).click()
    expect(page.get_by_text("早一天发券", exact=True)).to_be_visible()
    page.get_by_role("main").get_by_role("button", name=_two("结案")).click()
    page.get_by_role("dialog").get_by_role("button", name=_two("结案")).click()
    expect(page.get_by_text("结案时的数字")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


@pytest.mark.both
def test_a_plan_stands_in_its_month(walk: Walk, say: Words) -> None:
    page, name = walk.page, f"这个月的会员日 · {say.language}"
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    templates = walk.ask("GET", f"/api/plans/templates?begins_on={today}&language={say.language}")["rows"]
    definition = {**templates[0]["definition"], "campaign": f"this_month_{say.language}"}
    walk.ask("POST", "/api/plans", {"name": name, "definition": definition})
    walk.go("/plans/calendar")
    month = page.get_by_role("main").get_by_role("heading", level=2)
    now = month.inner_text()
    expect(page.get_by_role("link", name=name).first).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name=say("plans.later")).click()
    page.get_by_role("button", name=say("plans.later")).click()
    expect(month).not_to_have_text(now)
    expect(page.get_by_role("link", name=name)).to_have_count(0)
    page.get_by_role("button", name=say("plans.thisMonth")).click()
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
