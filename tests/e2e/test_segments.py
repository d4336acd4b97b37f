"""An operator builds segments in a browser: from conditions to members, reasons, files and lists."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

A_SEGMENT = re.compile(r"/segments/\d+$")


def add_condition(page: Page, group: Locator, name: str) -> None:
    """Adds a condition to a group, from the dialog of all kinds."""
    group.get_by_role("button", name=re.compile("添加条件$")).last.click()
    dialog = page.get_by_role("dialog", name="添加条件")
    dialog.get_by_role("textbox").fill(name)
    dialog.get_by_role("button", name=name, exact=True).click()
    expect(dialog).to_have_count(0)


def choose(page: Page, field: Locator, option: str) -> None:
    """Chooses from a list that opens below its field."""
    field.click()
    field.fill(option)
    page.locator(".ant-select-dropdown:visible").get_by_title(option, exact=True).click()


def counted(page: Page) -> int:
    """How many match what is on the screen, once the server has said so of just that."""
    result = page.get_by_role("region", name="预览")
    expect(result.locator("[aria-busy=false]")).to_be_visible()
    found = re.match(r"([\d,]+) 人符合", result.get_by_role("status").inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def publish(page: Page, name: str) -> int:
    """Names it, publishes it, and waits until it serves; its number."""
    page.get_by_label("人群名称").fill(name)
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page).to_have_url(A_SEGMENT)
    expect(page.get_by_text("运行中", exact=True)).to_be_visible(timeout=60_000)
    return int(page.url.rsplit("/", 1)[1])


def answer(page: Page, path: str) -> Any:
    return page.evaluate("path => fetch(path).then(answer => answer.json())", path)


def test_a_nested_segment_with_a_sequence_is_built_kept_explained_and_exported(page: Page) -> None:
    log_in(page)
    page.goto("/segments/new")
    outer = page.get_by_role("group", name="条件", exact=True).first
    add_condition(page, outer, "先做 A，再做 B")
    sequence = page.get_by_role("group", name="先后顺序")
    choose(page, sequence.get_by_role("group", name="第 1 步").get_by_role("combobox", name="行为"), "浏览商品")
    choose(page, sequence.get_by_role("group", name="第 2 步").get_by_role("combobox", name="行为"), "支付订单")
    sequence.get_by_role("spinbutton", name="时长").fill("365")
    page.get_by_role("button", name=re.compile("添加条件组$")).click()
    inner = page.get_by_role("group", name="条件", exact=True).nth(1)
    inner.get_by_role("spinbutton", name="值").fill("2")
    add_condition(page, inner, "客户属性")
    inner.get_by_role("group", name="属性").get_by_role("combobox", name="值").fill("上海")
    expect(page.get_by_text("上海", exact=False).first).to_be_visible()
    expected = counted(page)
    assert expected > 0
    segment_id = publish(page, "浏览后一年内购买")

    segment = answer(page, f"/api/segments/{segment_id}")
    joined = segment["definition"]
    assert [part["kind"] for part in joined["of"]] == ["sequence", "any"]
    assert [step["event"] for step in joined["of"][0]["steps"]] == ["product_viewed", "order_paid"]
    assert joined["of"][0]["steps"][1]["within"] == {"amount": 365, "unit": "day"}
    assert segment["size"] == expected
    expect(page.get_by_text(segment["sentence_zh"])).to_be_visible()

    page.get_by_role("link", name="成员", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(min(expected, 50))
    member = page.locator("tbody tr a").first
    customer_id, name = str(member.get_attribute("href")).rsplit("/", 1)[1], member.inner_text()
    page.goto(f"/segments/{segment_id}/explain?customer={customer_id}")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text(f"{name} 在这个人群里")
    expect(page.get_by_text("以下任一满足")).to_be_visible()
    page.goto(f"/customers/{customer_id}")
    expect(page.get_by_role("link", name="浏览后一年内购买")).to_be_visible()

    page.goto(f"/segments/{segment_id}/exports")
    page.get_by_role("button", name=re.compile("导出成员$")).click()
    page.get_by_role("dialog").get_by_role("button", name="开始导出").click()
    download = page.get_by_role("link", name=re.compile("下载$"))
    expect(download).to_be_visible(timeout=60_000)
    with page.expect_download() as downloading:
        download.click()
    rows = list(csv.reader(io.StringIO(downloading.value.path().read_text("utf-8-sig"))))
    assert len(rows) == expected + 1
    assert customer_id in {row[0] for row in rows}


def test_a_list_is_uploaded_and_a_segment_asks_for_it(page: Page, tmp_path: Path) -> None:
    log_in(page)
    customers = answer(page, "/api/customers?size=12")["rows"]
    phones = [1_3900_000_000 + number for number in range(3)]
    file = tmp_path / "报名.csv"
    ids = [row["customer_id"] for row in customers]
    file.write_text("客户编号\n" + "\n".join(map(str, [*ids, ids[0], *phones])) + "\n", "utf-8")

    page.goto("/segments/lists")
    page.get_by_role("button", name=re.compile("新建名单$")).click()
    page.get_by_label("名单名称").fill("浏览器里的名单")
    page.get_by_role("button", name="保存").click()
    expect(page).to_have_url(re.compile(r"/segments/lists/\d+$"))
    expect(page.get_by_text("名单上还没有人")).to_be_visible()
    page.locator("input[type=file]").set_input_files(file)
    result = page.get_by_role("main").get_by_role("status")
    expect(result).to_be_visible()
    figures = dict(zip(result.locator("dt").all_inner_texts(), result.locator("dd").all_inner_texts(), strict=True))
    assert figures == {"读到行数": "16", "找到客户": "12", "没有找到": "3", "重复": "1", "加进": "12", "移出": "0"}
    expect(page.locator("tbody tr")).to_have_count(12)

    page.goto("/segments/new")
    add_condition(page, page.get_by_role("group", name="条件", exact=True).first, "名单")
    choose(page, page.get_by_role("combobox", name="名单"), "浏览器里的名单")
    assert counted(page) == 12
    segment_id = publish(page, "名单上的人")
    assert answer(page, f"/api/segments/{segment_id}")["size"] == 12

    page.goto("/segments/lists")
    page.get_by_role("link", name="浏览器里的名单").click()
    expect(page.get_by_role("link", name="名单上的人")).to_be_visible()
    page.get_by_role("button", name=re.compile("删除名单$")).click()
    page.get_by_role("dialog").get_by_role("button", name="删除名单").click()
    expect(page.get_by_text("「名单上的人」还在使用它，所以不能删除。")).to_be_visible()
