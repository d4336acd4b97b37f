"""Questions to the log in a browser against the running demo."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

KINDS = {
    "retention": "留存",
    "paths": "流向",
    "lifecycle": "生命周期",
    "stickiness": "粘性",
    "sends": "发送报告",
}


def test_a_funnel_opens_to_its_people_is_listed_saved_and_shared(page: Page) -> None:
    log_in(page)
    page.get_by_role("link", name="分析").click()
    first = page.get_by_role("button", name=re.compile("^做到「.*」的客户 [1-9]")).first
    expect(first).to_be_visible()
    count = int(re.sub(r"\D", "", first.get_attribute("aria-label") or ""))
    first.click()
    drawer = page.get_by_role("dialog")
    told = drawer.get_by_text(re.compile(r"^共 [\d,]+ 人$"))
    expect(told).to_be_visible()
    named = int(re.sub(r"\D", "", told.inner_text()))
    assert 0 < named <= count  # who was erased counts, and cannot be named
    expect(drawer.get_by_role("row")).to_have_count(min(named, 50) + 1)
    drawer.get_by_label("名单名称").fill("看过商品的人")
    drawer.get_by_role("button", name="存为名单").click()
    expect(page.get_by_text(f"已存为名单，共 {named:,} 人")).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.get_by_role("button", name="添加一步").click()
    expect(page.get_by_role("group", name="第 4 步")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q="))
    page.get_by_role("button", name="保存问题").click()
    page.get_by_label("给这个问题起个名字").fill("四步漏斗")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已保存", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("group", name="第 4 步")).to_be_visible()
    page.get_by_role("button", name="导出", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="CSV").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert (lines[0].split(",")[:3], len(lines)) == (["分组", "步骤", "到达人数"], 5)


def test_each_kind_of_question_has_an_answer(page: Page) -> None:
    log_in(page)
    for kind, table in KINDS.items():
        number = page.get_by_role("table", name=table, exact=True).get_by_role("button").first
        for _ in range(60):  # what the journey of the demo sends, it sends some time after the demo is ready
            page.goto(f"/insight/{kind}")
            expect(number.or_(page.get_by_text("这段时间没有数据"))).to_be_visible()
            if number.is_visible():
                break
            page.wait_for_timeout(1_000)
        expect(number).to_be_visible()
