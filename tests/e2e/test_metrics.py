"""Metrics, a question that opens to its people, and an experiment, in a browser against the running demo."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

BEGIN = re.compile("^开.?始$")


def test_the_board_leads_to_a_metric_that_says_why_it_changed(page: Page) -> None:
    log_in(page)
    page.get_by_role("link", name="指标", exact=True).click()
    page.get_by_role("link", name="增长看板").click()
    for board in ("获客", "运营", "交易"):
        expect(page.get_by_role("heading", name=board)).to_be_visible()
    page.get_by_role("link", name="成交额", exact=True).click()
    expect(page).to_have_url(re.compile(r"/numbers/\d+$"))
    page.reload()  # its address is a page's, not the machine's
    expect(page.get_by_role("heading", name="为什么变")).to_be_visible()
    expect(page.get_by_text("人均订单数")).to_be_visible()
    page.get_by_role("button", name="加一条规则").click()
    rules = page.get_by_role("spinbutton", name=re.compile("阈值|数值"))
    expect(rules).to_have_count(2)


def test_an_experiment_is_designed_begun_and_tells_its_results(page: Page) -> None:
    log_in(page)
    page.get_by_role("link", name="实验", exact=True).click()
    page.get_by_role("button", name="新建实验").first.click()
    page.get_by_label("名称", exact=True).fill("讲故事还是放折扣")
    page.get_by_label("假设").fill("讲茶园故事更能让人下单")
    page.get_by_label("现在的占比（%）").fill("20")
    expect(page.get_by_text(re.compile("对照组加一个实验组共 [0-9,]+ 位客户"))).to_be_visible()
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("heading", name="讲故事还是放折扣")).to_be_visible()
    page.get_by_role("button", name=BEGIN).click()
    page.get_by_role("dialog").get_by_role("button", name=BEGIN).click()
    expect(page.get_by_text("进行中").first).to_be_visible()
    came = page.evaluate(GIVE_ARMS, int(page.url.rsplit("/", 1)[1]))
    assert came > 20
    page.reload()
    units = page.get_by_role("main").locator("dl").first.locator("dd")
    expect(units).to_have_count(2)
    for _ in range(60):  # the columns learn of it a moment later
        if sum(int(each.replace(",", "")) for each in units.all_inner_texts()) == came:
            break
        page.wait_for_timeout(500)
        page.reload()
        expect(units).to_have_count(2)
    assert sum(int(each.replace(",", "")) for each in units.all_inner_texts()) == came
    expect(page.get_by_role("table", name="主要指标")).to_contain_text("新做法")
    page.get_by_label("为什么").fill("差别还看不出来")
    page.get_by_role("button", name="记下决定").click()
    expect(page.get_by_text("留下 · 都不留")).to_be_visible()


GIVE_ARMS = """async (experiment) => {
    const session = await (await fetch("/api/session")).json();
    const customers = await (await fetch("/api/customers?limit=100")).json();
    const answer = await fetch(`/api/experiments/${experiment}/arms`, {
        method: "POST",
        headers: {"Content-Type": "application/json", "X-CSRF-Token": session.csrf_token},
        body: JSON.stringify({customer_ids: customers.rows.map((row) => row.customer_id)}),
    });
    return Object.keys((await answer.json()).arms).length;
}"""
"""As a shop would ask, customer after customer, which of the ways is whose."""
