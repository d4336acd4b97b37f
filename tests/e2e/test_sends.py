"""A send in a browser: composed, looked at before it goes out, sent, called back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def test_a_send_is_composed_looked_at_and_called_back(page: Page) -> None:
    log_in(page)
    page.goto("/sends/new")
    main = page.get_by_role("main")
    main.get_by_label("名称（内部）").fill("唤醒沉睡老客")
    main.get_by_label("标题").fill("好久不见")
    main.get_by_label("正文").fill("{{ name|朋友 }}，周末第二杯半价")
    expect(main.get_by_role("figure", name="手机预览")).to_contain_text("朋友，周末第二杯半价")
    main.get_by_label("人群", exact=True).click()
    page.get_by_role("option", name=re.compile("沉睡老客")).or_(
        page.locator(".ant-select-item-option", has_text="沉睡老客")
    ).first.click()
    outlook = page.get_by_role("region", name="发送预估")
    expect(outlook.get_by_text(re.compile(r"人群共 \d+ 人"))).to_be_visible(timeout=60_000)
    expect(outlook.get_by_text("占位符显示")).to_be_visible()
    reasons = outlook.get_by_role("list", name="谁收不到，为什么")
    reasons.get_by_role("button").first.click()
    expect(page.get_by_role("dialog").get_by_role("table", name="客户")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Close|关闭")).click()

    page.get_by_role("button", name="发送", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^发\\s?送$")).click()
    expect(main.get_by_role("heading", name="唤醒沉睡老客")).to_be_visible()
    page.get_by_role("button", name="取消发送", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="取消发送").click()
    expect(main.get_by_text("已取消", exact=True).first).to_be_visible()
    main.get_by_role("link", name="群发", exact=True).click()
    expect(page.get_by_role("table", name="群发").get_by_role("link", name="唤醒沉睡老客")).to_be_visible()
