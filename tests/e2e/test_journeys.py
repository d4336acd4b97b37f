"""A journey drawn with mouse and keys, published, and looked at, in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

EXPERIMENT = "唤醒老客：先说券还是先说茶"


def test_a_journey_is_drawn_published_and_counted(page: Page) -> None:
    log_in(page)
    page.goto("/journeys/new")
    page.get_by_label("旅程名称").fill("画出来的旅程")
    side = page.get_by_role("complementary")
    side.get_by_role("button", name="加一种开始方式").click()
    page.get_by_role("menuitem", name="进入人群").click()
    side.get_by_label("人群", exact=True).click()
    page.get_by_title("沉睡老客", exact=True).click()
    palette = page.get_by_role("navigation", name="节点")
    canvas = page.get_by_role("region", name="旅程画布")
    palette.get_by_role("button", name="等一段时间").click()
    palette.get_by_role("button", name="分流").click()
    side.get_by_label("由谁来分").click()
    page.get_by_title(EXPERIMENT).click()
    # by mouse: a piece out of the palette dropped on the way between the two
    plus = canvas.get_by_role("button", name=re.compile("在「等一段时间」之后添加"))
    palette.get_by_role("button", name="打标签").drag_to(plus)
    expect(side.get_by_role("heading", name="打标签")).to_be_visible()
    # by keys: twice of it, one of them taken away again, and both steps undone
    page.keyboard.press("Control+d")
    expect(canvas.get_by_role("button", name=re.compile("^打标签"))).to_have_count(2)
    page.keyboard.press("Delete")
    expect(canvas.get_by_role("button", name=re.compile("^打标签"))).to_have_count(1)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(canvas.get_by_role("button", name=re.compile("^打标签"))).to_have_count(0)
    expect(page.get_by_text("没有发现问题")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name=re.compile("^发.?布$")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("马上进入")).to_be_visible()
    dialog.get_by_role("button", name=re.compile("^发.?布$")).click()
    expect(page.get_by_text("第 1 版")).to_be_visible()
    expect(canvas.get_by_role("button", name=re.compile("开始"))).to_contain_text(re.compile("[1-9][0-9]* 进入"))
    canvas.get_by_role("button", name=re.compile("^等一段时间")).click()
    people = page.get_by_role("region", name="等一段时间", exact=True)
    expect(people.get_by_role("link").first).to_be_visible()
