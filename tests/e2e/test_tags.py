"""Tags and scenes acted in a browser: a group is made, customers are tagged, a rule keeps a tag; an hour becomes a segment."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def choose_tag(page: Page, name: str) -> None:
    box = page.get_by_role("dialog").get_by_role("combobox", name="标签", exact=True)
    box.fill(name)
    expect(page.locator(".ant-select-dropdown:visible").get_by_text(name)).to_be_visible()
    box.press("Enter")


def test_tags_are_made_given_kept_and_told_of(page: Page) -> None:
    log_in(page)
    page.set_default_timeout(60_000)
    page.get_by_role("link", name="标签").click()
    page.get_by_role("button", name="新建标签组").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("名称").fill("意向")
    dialog.get_by_label("紫").check()
    dialog.get_by_label("组内只能有一个").check()
    dialog.get_by_role("button", name="保存").click()
    panel = page.get_by_role("region", name="意向", exact=True)
    for name in ("高意向", "低意向"):
        panel.get_by_role("button", name="添加标签").click()
        page.get_by_role("dialog").get_by_label("标签名称").fill(name)
        page.get_by_role("dialog").get_by_role("button", name="保存").click()
        expect(panel.get_by_text(name)).to_be_visible()

    page.goto("/customers/1")
    tags = page.get_by_role("region", name="标签", exact=True)
    for name in ("低意向", "高意向"):
        tags.get_by_role("button", name="打标签").click()
        choose_tag(page, name)
        page.get_by_role("dialog").get_by_role("button", name="打标签").click()
        expect(tags.get_by_text(name)).to_be_visible()
    expect(tags.get_by_text("低意向")).to_have_count(0)

    page.goto("/segments")
    page.get_by_role("table").get_by_role("link", name="沉睡老客", exact=True).click()
    page.get_by_role("button", name="批量打标签").click()
    choose_tag(page, "高意向")
    page.get_by_role("dialog").get_by_role("button", name="开始", exact=True).click()
    expect(page.get_by_role("status").get_by_text("已完成")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="关闭").last.click()

    page.goto("/tags/rules")
    page.get_by_role("button", name="新建规则").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("规则名称").fill("在人群里的都是高意向")
    choose_tag(page, "高意向")
    box = dialog.get_by_role("combobox", name="人群", exact=True)
    box.fill("沉睡老客")
    expect(page.locator(".ant-select-dropdown:visible").get_by_text("沉睡老客")).to_be_visible()
    box.press("Enter")
    dialog.get_by_role("button", name="保存并启用").click()
    expect(page.get_by_role("row", name="在人群里的都是高意向").get_by_text("生效中")).to_be_visible()

    page.goto("/tags")
    panel.get_by_role("button", name="高意向 的更多操作").click()
    page.get_by_role("menuitem", name="停用").click()
    question = page.get_by_role("dialog")
    expect(question.get_by_text("在人群里的都是高意向")).to_be_visible()
    question.get_by_role("button", name="停用").click()
    expect(page.get_by_text("「在人群里的都是高意向」还在打这个标签")).to_be_visible()

    page.goto("/tags/bulks")
    expect(page.get_by_role("table", name="批量").get_by_text("打上「高意向」")).to_be_visible()

    page.goto("/customers/1")
    tags.get_by_role("button", name="记录").click()
    history = page.get_by_role("dialog")
    expect(history.get_by_text("手工")).to_have_count(2)
    expect(history.get_by_text("被替换")).to_have_count(1)


def test_scenes_are_estimated_and_an_hour_becomes_a_segment(page: Page) -> None:
    log_in(page)
    page.set_default_timeout(60_000)
    page.goto("/scenes")
    expect(page.get_by_role("table", name="什么时候活跃")).to_be_visible()
    best = page.get_by_role("region", name="最佳联系时间")
    best.get_by_role("button", name="现在估算").click()
    expect(page.get_by_text("已经排上")).to_be_visible()
    hour = best.get_by_role("list").get_by_role("button").first
    said = hour.inner_text()
    hour.click()
    expect(page).to_have_url(re.compile(r"/segments/\d+/edit$"))
    expect(page.get_by_label("名称").first).to_have_value(f"最佳联系时间 {said.split('，')[0]}")

    page.goto("/customers/300")
    scene = page.get_by_role("region", name="场景")
    expect(scene.get_by_text(re.compile("最近 90 天|最近没有行为")).first).to_be_visible()
