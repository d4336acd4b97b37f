"""An operator's work with many customers and with one: a list narrowed, kept, done with in bulk and taken away as a file;
a timeline narrowed and a number looked at, which stands in the audit; a page that hears what others do."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Demo
from tests.e2e.sweeping import PHONE, logged_in
from tests.e2e.test_console import log_in
from tests.e2e.test_segments import add_condition, answer
from tests.e2e.test_tags import choose_tag

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

CITY = "上海"
TOTAL = re.compile(r"^共 ([\d,]+) 位$")


def total(page: Page) -> int:
    found = TOTAL.match(page.get_by_text(TOTAL).inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def narrow_to_the_city(page: Page) -> int:
    """Conditions, an order and a column of choice; how many are found."""
    everybody = total(page)
    page.get_by_role("button", name="条件").click()
    drawer = page.get_by_role("dialog", name="按条件筛选")
    group = drawer.get_by_role("group", name="条件", exact=True).first
    add_condition(page, group, "客户属性")
    group.get_by_role("group", name="属性").get_by_role("combobox", name="值").fill(CITY)
    drawer.get_by_role("button", name=re.compile("^应.?用$")).click()
    expect(page.get_by_role("button", name="条件（1）")).to_be_visible()
    expect(page.get_by_text(f"共 {everybody:,} 位", exact=True)).to_have_count(0)
    found = total(page)
    assert 0 < found < everybody
    return found


def test_a_list_is_kept_done_with_in_bulk_and_taken_away(page: Page) -> None:
    log_in(page)
    page.goto("/customers")
    table = page.get_by_role("table", name="客户", exact=True)
    found = narrow_to_the_city(page)
    spent = table.get_by_role("columnheader", name="累计消费")
    spent.get_by_role("button").click()
    expect(spent).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name=re.compile("列$")).click()
    page.get_by_role("group", name="显示哪些列").get_by_label("客单价").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="保存筛选").click()
    page.get_by_role("dialog").get_by_label("名称").fill("上海的大客户")
    page.get_by_role("dialog").get_by_role("button", name="保存筛选").click()
    expect(page.get_by_role("button", name="更新当前筛选")).to_be_visible()

    page.goto("/customers")
    page.get_by_role("combobox", name="常用筛选").click()
    page.get_by_title("上海的大客户", exact=True).click()
    expect(spent).to_have_attribute("aria-sort", "descending")
    expect(table.get_by_role("columnheader", name="客单价")).to_be_visible()
    expect(page.get_by_text(f"共 {found:,} 位", exact=True)).to_be_visible()

    table.get_by_role("checkbox", name="选择本页").check()
    bar = page.get_by_role("region", name="批量操作")
    if (every := bar.get_by_role("button", name=f"选择全部 {found:,} 位")).is_visible():
        every.click()
    _tag_them(page, bar, found)
    _take_them_away(page, found)
    page.goto("/customers")
    page.get_by_role("combobox", name="常用筛选").click()
    page.get_by_title("上海的大客户", exact=True).click()
    page.get_by_role("button", name="删除这个筛选").click()
    page.get_by_role("dialog").get_by_role("button", name="删除这个筛选").click()
    expect(page.get_by_text("已删除", exact=True)).to_be_visible()


def _tag_them(page: Page, bar: Locator, found: int) -> None:
    """Looked at in numbers before it begins, watched until it is done, and listed."""
    groups = answer(page, "/api/tag-groups")["rows"]
    tag = next(tag for group in groups if not group["is_archived"] for tag in group["tags"] if not tag["is_archived"])
    bar.get_by_role("button", name="打标签").click()
    choose_tag(page, tag["name"])
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="下一步").click()
    expect(dialog.get_by_text(f"将涉及 {found:,} 位客户")).to_be_visible()
    dialog.get_by_role("button", name=f"确认，对 {found:,} 位客户执行").click()
    expect(dialog.get_by_text("已完成")).to_be_visible()
    expect(dialog.get_by_text(f"{found:,} / {found:,}")).to_be_visible()
    dialog.get_by_role("button", name="关闭").last.click()
    page.get_by_role("link", name="批量操作").click()
    row = page.get_by_role("table", name="批量操作").get_by_role("row", name="打标签").first
    expect(row).to_contain_text(f"{found:,} / {found:,}")
    page.go_back()


def _take_them_away(page: Page, found: int) -> None:
    """The file has those who were found, in the columns of the list, with no number in full."""
    page.get_by_role("button", name=re.compile("^(download )?导.?出$")).first.click()
    dialog = page.get_by_role("dialog", name="导出当前列表")
    expect(dialog.get_by_text(f"把 {found:,} 位客户写成文件", exact=False)).to_be_visible()
    dialog.get_by_role("button", name="开始导出").click()
    expect(dialog).to_have_count(0)
    page.goto("/segments/exports")
    link = page.get_by_role("link", name=re.compile("下载$")).first
    expect(link).to_be_visible()
    with page.expect_download() as downloading:
        link.click()
    text = downloading.value.path().read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == found + 1
    assert not re.search(r"\b1\d{10}\b", text)


def test_a_number_is_looked_at_for_a_reason_and_a_timeline_is_narrowed(page: Page) -> None:
    log_in(page)
    buyers = answer(page, "/api/customers?size=100")["rows"]
    who = next(row for row in buyers if row["orders"] > 1 and re.search(r"1\d\d\*+", str(row["contact_masked"])))
    page.goto(f"/customers/{who['customer_id']}")
    timeline = page.get_by_role("main")
    everything = timeline.get_by_role("button", expanded=False).filter(has_text=re.compile("支付|下单|订单"))
    expect(everything.first).to_be_visible()
    timeline.get_by_role("button", name="筛选").click()
    timeline.get_by_role("combobox", name="类型").click()
    page.get_by_title("消息", exact=True).click()
    expect(everything).to_have_count(0)
    timeline.get_by_role("combobox", name="类型").click()
    page.get_by_title("订单与购物车", exact=True).click()
    expect(everything.first).to_be_visible()
    timeline.get_by_label("搜索动态内容").fill("没有人写过的字")
    expect(timeline.get_by_text("没有符合的动态")).to_be_visible()

    page.get_by_role("button", name="查看完整手机").first.click()
    dialog = page.get_by_role("dialog", name="查看完整手机")
    dialog.get_by_label("查看原因").fill("打给 13800000000")
    dialog.get_by_role("button", name=re.compile("^查.?看$")).click()
    expect(dialog.get_by_text("请写明原因", exact=False)).to_be_visible()
    dialog.get_by_role("button", name="处理投诉").click()
    dialog.get_by_role("button", name=re.compile("^查.?看$")).click()
    whole = page.get_by_text(re.compile(r"^(\+86)?1\d{10}$"))
    expect(whole).to_be_visible()
    page.get_by_role("button", name="重新遮住").click()
    expect(whole).to_have_count(0)
    page.goto("/settings/audit")
    row = page.get_by_role("table", name="审计").get_by_role("row", name="查看完整联系方式").first
    expect(row).to_contain_text(f"客户 {who['customer_id']}")
    expect(row).to_contain_text("处理投诉")


def test_a_page_hears_what_colleagues_do(browser: Browser, demo: Demo) -> None:
    """On a phone, in English: what another makes stands in the list that is open, without loading it again."""
    context = logged_in(browser, demo.url, PHONE)
    try:
        page = context.new_page()
        with page.expect_response(re.compile("/api/live$")):
            page.goto("/segments")
        expect(page.get_by_role("table", name="Segments").get_by_role("link").first).to_be_visible()
        page.evaluate("window.isTheSame = true")
        session: dict[str, Any] = context.request.get("/api/session").json()
        condition = {"kind": "sample", "name": "all", "to_percent": 100}
        made = context.request.post(
            "/api/segments",
            data={"name": "Made by a colleague", "definition": condition},
            headers={"X-CSRF-Token": session["csrf_token"]},
        )
        assert made.ok, made.text()
        expect(page.get_by_role("link", name="Made by a colleague")).to_be_visible()
        assert page.evaluate("window.isTheSame")
    finally:
        context.close()
