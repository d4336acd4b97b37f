"""A send in a browser: composed, looked at before it goes out, sent, called back; a colleague's approved, and answered by
staff on their phones."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Demo
from tests.e2e.test_console import log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def test_a_send_is_composed_looked_at_and_called_back_and_a_colleagues_goes_out(page: Page, demo: Demo) -> None:
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
    main.get_by_role("group", name="附件").get_by_role("button", name=re.compile("链\\s?接$")).click()
    main.get_by_label("附件 1 · 链接 · 网址").fill("https://chenxi.example/tea")
    outlook = page.get_by_role("region", name="发送预估")
    expect(outlook.get_by_text(re.compile(r"人群共 \d+ 人"))).to_be_visible(timeout=60_000)
    expect(outlook.get_by_text("占位符显示")).to_be_visible()
    expect(outlook.get_by_text(re.compile(r"^约 \d+ 分钟$"))).to_be_visible()  # what it takes of the staff
    reasons = outlook.get_by_role("list", name="谁收不到，为什么")
    reasons.get_by_role("button").first.click()
    expect(page.get_by_role("dialog").get_by_role("table", name="客户")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Close|关闭")).click()

    page.get_by_role("button", name="发送", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^发\\s?送$")).click()
    expect(main.get_by_role("heading", name="唤醒沉睡老客")).to_be_visible()
    expect(main.get_by_text("待审批", exact=True).first).to_be_visible()  # so many people need a second person's word
    page.get_by_role("button", name="取消发送", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="取消发送").click()
    expect(main.get_by_text("已取消", exact=True).first).to_be_visible()
    main.get_by_role("link", name="群发", exact=True).click()
    expect(page.get_by_role("table", name="群发").get_by_role("link", name="唤醒沉睡老客")).to_be_visible()
    _approve_and_confirm(page, demo)


def _approve_and_confirm(page: Page, demo: Demo) -> None:
    """What a colleague asked for goes out when another person has approved it and staff confirm, each their own: one of them does,
    on her phone, and one ignores it."""
    main = page.get_by_role("main")
    page.goto("/sends/approvals")
    page.get_by_role("table", name="待审批").get_by_role("link", name=re.compile("老友回归")).click()
    main.get_by_role("button", name=re.compile("^批\\s?准$")).click()
    members = page.get_by_role("table", name="按员工").get_by_role("row")
    expect(members.nth(1)).to_contain_text("未确认")
    send_id = int(page.url.rpartition("/")[2])
    keen, idle, *_ = page.request.get(f"/api/sends/{send_id}/progress").json()["members"]
    _answer_on_her_phone(page, demo, keen["userid"], "确认发送", "已发送")
    _answer_on_her_phone(page, demo, idle["userid"], "忽略", "已忽略")
    expect(members.filter(has_text=keen["name"])).to_contain_text("已确认", timeout=120_000)
    expect(members.filter(has_text=idle["name"])).to_contain_text("未确认")
    progress = page.get_by_role("region", name="进度")
    expect(progress.get_by_text("已发出", exact=True)).to_be_visible()


def _answer_on_her_phone(page: Page, demo: Demo, userid: str, says: str, becomes: str) -> None:
    """A member looks at the oldest of her tasks in WeCom, and says yes or no to it until none waits."""
    address, _, port = demo.url.rpartition(":")
    phone = page.context.new_page()
    phone.goto(f"{address}:{int(port) + 2}/staff?member={userid}#/tasks")
    tasks = phone.get_by_role("list", name="任务").get_by_role("listitem")
    answer = tasks.get_by_role("button", name=says)
    expect(answer.first).to_be_visible()
    waiting = answer.count()
    for left in range(waiting, 0, -1):
        answer.first.click()
        expect(answer).to_have_count(left - 1)
    expect(tasks.filter(has_text=becomes)).to_have_count(waiting)
    phone.close()
