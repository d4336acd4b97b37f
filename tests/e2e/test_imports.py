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
from tests.e2e.sweeping import Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

AT = datetime(2026, 5, 1, 9, 30)  # noqa: DTZ001 - a cell of Excel has no zone
COLUMNS = {
    "zh": ("订单号", "会员手机", "付款时间", "实付金额", "件数", "门店"),
    "en": ("Order number", "Phone number", "Payment time", "Amount paid", "Quantity", "Store"),
}
"""A till in each language: what was chosen for columns is known from then on, and not guessed again."""
MEMBERS = {"zh": ("M9001", "13700000001", "韩梅梅梅"), "en": ("M9002", "13700000002", "李雷雷雷")}


def an_order_book(path: Path, language: str, rows: int = 60) -> Path:
    """Orders as a till exports them, two of which cannot be imported."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "五月订单"
    sheet.append(COLUMNS[language])
    for number in range(rows):
        row = [f"{language}{number:04d}", 13900000000 + number, AT, 19.9 + number, 1 + number % 3, "静安店"]
        sheet.append(row)
    sheet.append([f"{language}9998", 13900000001, AT, "很多", 1, "静安店"])
    sheet.append([f"{language}9999", None, AT, 5, 1, "静安店"])
    book.create_sheet("说明").append(["别的"])
    book.save(path / "五月订单.xlsx")
    return path / "五月订单.xlsx"


def upload(page: Page, file: Path) -> None:
    page.goto("/imports")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("heading", name=file.name)).to_be_visible()


def figures(page: Page, say: Words) -> dict[str, int]:
    """What is told of an import: rows read, new, known, refused."""
    names = ("rows", "fresh", "known", "refused")
    told = (page.locator("dt", has_text=re.compile(f"^{say(f'imports.progress.{name}')}$")) for name in names)
    texts = [each.locator("xpath=following-sibling::dd[1]").inner_text() for each in told]
    return {name: int(text.replace(",", "")) for name, text in zip(names, texts, strict=True)}


def test_orders_of_excel_are_imported(walk: Walk, say: Words, demo: Demo, tmp_path: Path) -> None:
    page, done = walk.page, say.like("imports.progress.done")
    file = an_order_book(tmp_path, say.language)
    upload(page, file)
    first_rows = page.get_by_role("region", name=say("imports.file.preview"))
    expect(first_rows.get_by_text("13900000000", exact=True)).to_be_visible()
    orders = page.get_by_role("radio", name=re.compile(f"^{say('imports.kinds.orders')}"))
    expect(orders).to_be_checked()
    expect(page.get_by_text(say("imports.mapping.guessed"))).to_be_visible()
    page.get_by_role("button", name=say("imports.trial.run")).click()
    expect(page.get_by_text(say("imports.trial.some", 2, 62))).to_be_visible()
    expect(page.get_by_text(re.compile(f"{COLUMNS[say.language][3]}.*很多.*CNY"))).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name=say("imports.trial.start")).click()
    expect(page.get_by_text(done)).to_be_visible()
    assert figures(page, say) == {"rows": 62, "fresh": 60, "known": 0, "refused": 2}
    assert walk.faults() == []
    with page.expect_download() as downloading:
        page.get_by_role("link", name=say("imports.progress.download")).click()
    assert f"{say.language}9999" in downloading.value.path().read_text("utf-8-sig")
    assert not [path for path in (demo.home / "files" / "imports").iterdir() if path.suffix == ".source"]

    upload(page, file)
    expect(page.get_by_text(say("imports.mapping.remembered"))).to_be_visible()
    page.get_by_role("button", name=say("imports.trial.start")).click()
    expect(page.get_by_text(done)).to_be_visible()
    assert figures(page, say) == {"rows": 62, "fresh": 0, "known": 60, "refused": 2}
    page.get_by_role("main").get_by_role("link", name=say("imports.back"), exact=True).click()
    rows = page.get_by_role("row", name=re.compile("五月订单.xlsx"))
    expect(rows.first).to_contain_text(say("imports.states.done"))


def test_customers_of_a_gbk_table_are_imported_with_what_they_allow(walk: Walk, say: Words, tmp_path: Path) -> None:
    page, (member, phone, name) = walk.page, MEMBERS[say.language]
    file = tmp_path / "会员.csv"
    file.write_text(f"会员号,手机号,姓名,城市,短信授权,注册时间\n{member},{phone},{name},杭州,是,2026/1/5\n", "gbk")
    upload(page, file)
    expect(page.get_by_role("radio", name=re.compile(f"^{say('imports.kinds.customers')}"))).to_be_checked()
    assert walk.faults() == []
    page.get_by_role("button", name=say("imports.trial.start")).click()
    expect(page.get_by_text(say.like("imports.progress.done"))).to_be_visible()
    walk.go("/customers")
    page.get_by_role("textbox", name=say("customers.searchLabel")).fill(name)
    expect(page).to_have_url(re.compile("[?]q="))
    page.wait_for_load_state("networkidle")  # who clicks while the list is exchanged clicks on what is gone
    found = page.locator("tbody tr td a", has_text=name)
    expect(found).to_be_visible(timeout=20_000)
    found.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_text(re.compile("短信|SMS")).first).to_be_visible()


def test_a_title_over_the_table_is_told_and_the_file_deleted(walk: Walk, say: Words, tmp_path: Path) -> None:
    page, delete = walk.page, say("imports.trial.notNow")
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["五月订单汇总"])
    sheet.append(["订单号", "金额"])
    book.save(tmp_path / "汇总.xlsx")
    upload(page, tmp_path / "汇总.xlsx")
    expect(page.get_by_text(say("imports.faults.title_row"))).to_be_visible()
    page.get_by_role("button", name=delete).click()
    page.get_by_role("dialog").get_by_role("button", name=delete).click()
    expect(page.get_by_role("row", name=re.compile("汇总.xlsx"))).to_have_count(0)
