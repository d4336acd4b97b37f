"""An operator imports files in a browser: from dropping one to downloading what was refused."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Demo
from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

AT = datetime(2026, 5, 1, 9, 30)  # noqa: DTZ001 - a cell of Excel has no zone


def an_order_book(path: Path, rows: int = 60) -> Path:
    """Orders as a till exports them, two of which cannot be imported."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "五月订单"
    sheet.append(["订单号", "会员手机", "付款时间", "实付金额", "件数", "门店"])
    for number in range(rows):
        sheet.append([f"E{number:04d}", 13900000000 + number, AT, 19.9 + number, 1 + number % 3, "静安店"])
    sheet.append(["E9998", 13900000001, AT, "很多", 1, "静安店"])
    sheet.append(["E9999", None, AT, 5, 1, "静安店"])
    book.create_sheet("说明").append(["别的"])
    book.save(path / "五月订单.xlsx")
    return path / "五月订单.xlsx"


def upload(page: Page, file: Path) -> None:
    page.goto("/imports")
    expect(page.get_by_role("heading", name="导入")).to_be_visible()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("heading", name=file.name)).to_be_visible()


def figure(page: Page, label: str) -> int:
    text = page.locator("dt", has_text=label).locator("xpath=following-sibling::dd[1]").inner_text()
    return int(text.replace(",", ""))


def test_orders_of_excel_are_imported(page: Page, demo: Demo, tmp_path: Path) -> None:
    log_in(page)
    file = an_order_book(tmp_path)
    upload(page, file)
    expect(page.get_by_role("region", name="文件的前几行").get_by_text("13900000000", exact=True)).to_be_visible()
    expect(page.get_by_role("radio", name=re.compile("^订单"))).to_be_checked()
    expect(page.get_by_text("已按列名和内容猜好，请核对。")).to_be_visible()
    page.get_by_role("button", name="先试读 1,000 行").click()
    expect(page.get_by_text("试读 62 行，其中 2 行会被拒收", exact=False)).to_be_visible()
    expect(page.get_by_text("实付金额：很多 不是 CNY 金额")).to_be_visible()
    page.get_by_role("button", name="开始导入").click()
    expect(page.get_by_text("上传的文件已经删除", exact=False)).to_be_visible(timeout=60_000)
    assert [figure(page, label) for label in ("已读行数", "新增", "已有", "拒收")] == [62, 60, 0, 2]
    with page.expect_download() as downloading:
        page.get_by_role("link", name="下载拒收的行").click()
    assert "E9999" in downloading.value.path().read_text("utf-8-sig")
    assert not [path for path in (demo.home / "files" / "imports").iterdir() if path.suffix == ".source"]

    upload(page, file)
    expect(page.get_by_text("与之前导入过的文件列名相同")).to_be_visible()
    page.get_by_role("button", name="开始导入").click()
    expect(page.get_by_text("上传的文件已经删除", exact=False)).to_be_visible(timeout=60_000)
    assert [figure(page, label) for label in ("新增", "已有", "拒收")] == [0, 60, 2]
    page.get_by_role("link", name="全部导入").click()
    expect(page.get_by_role("row", name=re.compile("五月订单.xlsx")).first).to_contain_text("已完成")


def test_customers_of_a_gbk_table_are_imported_with_what_they_allow(page: Page, tmp_path: Path) -> None:
    log_in(page)
    file = tmp_path / "会员.csv"
    file.write_text("会员号,手机号,姓名,城市,短信授权,注册时间\nM9001,13700000001,韩梅梅梅,杭州,是,2026/1/5\n", "gbk")
    upload(page, file)
    expect(page.get_by_role("radio", name=re.compile("^客户"))).to_be_checked()
    page.get_by_role("button", name="开始导入").click()
    expect(page.get_by_text("上传的文件已经删除", exact=False)).to_be_visible(timeout=60_000)
    page.goto("/customers")
    page.get_by_placeholder(re.compile("搜索")).fill("韩梅梅梅")
    expect(page).to_have_url(re.compile("[?]q="))
    page.wait_for_load_state("networkidle")  # who clicks while the list is exchanged clicks on what is gone
    found = page.locator("tbody tr td a", has_text="韩梅梅梅")
    expect(found).to_be_visible(timeout=20_000)
    found.click()
    expect(page.get_by_role("heading", name="韩梅梅梅")).to_be_visible()
    expect(page.get_by_text("短信").first).to_be_visible()


def test_a_title_over_the_table_is_told_and_the_file_deleted(page: Page, tmp_path: Path) -> None:
    log_in(page)
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["五月订单汇总"])
    sheet.append(["订单号", "金额"])
    book.save(tmp_path / "汇总.xlsx")
    upload(page, tmp_path / "汇总.xlsx")
    expect(page.get_by_text("第一行是整张表的标题")).to_be_visible()
    page.get_by_role("button", name="删除文件").click()
    page.get_by_role("dialog").get_by_role("button", name="删除文件").click()
    expect(page.get_by_role("row", name=re.compile("汇总.xlsx"))).to_have_count(0)
