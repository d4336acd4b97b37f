"""RFM and ladders in a browser against the running demo."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

PEOPLE = re.compile(r"(\d[\d,]*) 人")


EVERYBODY = """async () => {
    const session = await (await fetch("/api/session")).json();
    const answer = await fetch("/api/segments/preview", {
        method: "POST",
        headers: {"Content-Type": "application/json", "X-CSRF-Token": session.csrf_token},
        body: JSON.stringify({definition: {kind: "sample", name: "all", to_percent: 100}}),
    });
    return (await answer.json()).total;
}"""
"""How many can be on a ladder: who was erased is counted among the customers, and stands nowhere."""


def people_in(page: Page, name: str) -> int:
    found = PEOPLE.search(page.get_by_role("button", name=re.compile(f"^{name}")).first.inner_text())
    assert found, name
    return int(found[1].replace(",", ""))


def test_a_cell_shows_its_customers_and_becomes_a_segment(page: Page) -> None:
    log_in(page)
    page.get_by_role("link", name="价值", exact=True).click()
    expect(page.get_by_text("会员价值 · RFM 八格")).to_be_visible()
    expect(page.get_by_role("heading", name="各格客户")).to_be_visible()
    count = people_in(page, "一般发展")
    assert count > 0
    page.get_by_role("button", name=re.compile("^一般发展")).click()
    table = page.get_by_role("table", name="一般发展的客户")
    expect(table.get_by_role("row")).to_have_count(min(count, 50) + 1)
    expect(page.get_by_role("heading", name="流动")).to_be_visible()
    page.get_by_role("button", name="建成人群").click()
    expect(page).to_have_url(re.compile(r"/segments/\d+/edit"))
    expect(page.get_by_text(f"{count:,}").first).to_be_visible()


def test_a_ladder_parts_all_customers_and_its_rules_are_edited(page: Page) -> None:
    log_in(page)
    page.goto("/value/ladders")
    expect(page.get_by_text("茶友生命周期")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^流失"))).to_contain_text("人")
    stages = ("认知", "粉丝", "互动", "购买", "会员 VIP", "沉默", "流失")
    for _ in range(60):  # who came just now is placed by the next tick
        customers = page.evaluate(EVERYBODY)
        if sum(people_in(page, stage) for stage in stages) == customers:
            break
        page.wait_for_timeout(1_000)
        page.reload()
        expect(page.get_by_role("button", name=re.compile("^流失"))).to_contain_text("人")
    assert sum(people_in(page, stage) for stage in stages) == customers
    page.get_by_role("button", name=re.compile("^编.?辑")).click()
    vip = page.get_by_role("group", name="会员 VIP")
    vip.get_by_label("目标").fill("一对一服务")
    page.get_by_role("button", name=re.compile("^保.?存")).click()
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    expect(page.get_by_text("有未发布的修改")).to_be_visible()
    page.get_by_role("button", name=re.compile("^发.?布")).click()
    expect(page.get_by_text("已发布")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^会员 VIP"))).to_contain_text("一对一服务")


def test_what_customers_are_worth_and_a_cell_of_it_becomes_a_segment(page: Page) -> None:
    log_in(page)
    page.goto("/value/ltv")
    matrix = page.get_by_role("region", name="活跃概率 × 预期价值")
    cells = matrix.get_by_role("button")
    expect(cells.first).to_be_visible()
    cell = next(each for each in cells.all() if each.is_enabled())
    count = cell.inner_text()
    cell.click()
    expect(matrix.get_by_text(f"{count} 人")).to_be_visible()
    expect(page.get_by_role("heading", name="回看：信不信得过")).to_be_visible()
    most = page.get_by_role("table", name="预期价值最高的客户").get_by_role("link").first
    who = most.inner_text()
    matrix.get_by_role("button", name="建成人群").click()
    expect(page).to_have_url(re.compile(r"/segments/\d+/edit"))
    expect(page.get_by_role("group", name="估算").first).to_be_visible()
    expect(page.get_by_text(count, exact=False).first).to_be_visible()
    page.go_back()
    page.get_by_role("link", name=who).first.click()
    expect(page).to_have_url(re.compile(r"/customers/\d+$"))
    expect(page.get_by_role("region", name="预期价值", exact=True)).to_contain_text("未来 365 天价值")
