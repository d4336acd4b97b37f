"""A form acted in a browser: made, published, answered on a phone, and what came of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Demo
from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"


def answer_on_a_phone(browser: Browser, demo: Demo, url: str) -> None:
    context = browser.new_context(
        base_url=demo.url, viewport={"width": 390, "height": 844}, locale="zh-CN", user_agent=PHONE
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(url)
    expect(page.get_by_label("您的城市")).to_be_hidden()
    page.get_by_text("想学", exact=True).click()
    page.get_by_label("您的城市").fill("苏州")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="提交成功")).to_be_visible()
    page.goto(url)
    expect(page.get_by_role("heading", name="您已经填写过了")).to_be_visible()
    context.close()


def test_a_form_is_made_answered_on_a_phone_and_told_of(page: Page, browser: Browser, demo: Demo) -> None:
    log_in(page)
    page.set_default_timeout(60_000)
    page.get_by_role("link", name="表单").click()
    expect(page.get_by_role("link", name="报名调查 · 零基础茶艺训练营")).to_be_visible()
    page.get_by_role("button", name="新建表单").click()
    page.get_by_label("名称（内部）").fill("开春班意向")
    page.get_by_label("选项 1", exact=True).fill("想学")
    page.get_by_label("选项 2", exact=True).fill("再看看")
    page.get_by_label("题目", exact=True).fill("您想学吗？")
    page.get_by_role("button", name="更多设置").click()
    page.get_by_label("写入属性", exact=True).fill("camp_wish")
    page.get_by_role("button", name="加题目").click()
    page.get_by_role("menuitem", name="城市").click()
    second = page.get_by_role("listitem", name="2. 城市")
    second.get_by_label("题目", exact=True).fill("您的城市")
    second.get_by_role("button", name="更多设置").click()
    box = second.get_by_role("combobox", name="何时出现")
    box.click()
    page.locator(".ant-select-dropdown:visible").get_by_text("您想学吗？").click()
    phone = page.frame_locator("iframe")
    expect(phone.get_by_text("如果上面选了「想学」")).to_be_visible()
    page.get_by_role("button", name="发布", exact=True).click()
    url = page.get_by_label("链接", exact=True).input_value()

    answer_on_a_phone(browser, demo, url)

    page.reload()
    expect(page.get_by_role("list", name="您想学吗？").get_by_text("1 · 100%")).to_be_visible()
    page.get_by_role("button", name="逐份答案").click()
    page.get_by_role("list", name="逐份答案").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/customers/"))
    expect(page.get_by_text("苏州").first).to_be_visible()
    expect(page.get_by_text("填写表单").first).to_be_visible()
