"""A send in a browser: composed, looked at before it goes out, sent, called back; a colleague's approved, and answered by
staff on their phones."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Demo
from tests.e2e.sweeping import PHONE, Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

SLEEPING = "沉睡老客"
OFFERED = "老友回归 · 周末第二杯半价"


def compose(walk: Walk, say: Words, name: str) -> None:
    """A message with a card, to those who have not come for long."""
    main = walk.page.get_by_role("main")
    main.get_by_label(say("sends.name"), exact=True).fill(name)
    main.get_by_label(say("sends.messageTitle"), exact=True).fill("好久不见")
    main.get_by_label(say("sends.body"), exact=True).fill("{{ name|朋友 }}，周末第二杯半价")
    expect(main.get_by_role("figure", name=say("sends.preview"))).to_contain_text("朋友，周末第二杯半价")
    main.get_by_label(say("sends.segment"), exact=True).click()
    walk.page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text=SLEEPING).first.click()
    link = say("shared/materials/attachments.kinds.link")
    attachments = main.get_by_role("group", name=say("shared/materials/attachments.title"))
    attachments.get_by_role("button", name=say.button("shared/materials/attachments.kinds.link")).click()
    first, address = say("shared/materials/attachments.one", 1), say("shared/materials/attachments.fields.url")
    main.get_by_label(f"{first} · {link} · {address}").fill("https://chenxi.example/tea")


def test_a_send_is_composed_looked_at_and_called_back(walk: Walk, say: Words) -> None:
    page, name = walk.page, f"唤醒沉睡老客 · {say.language}"
    main = page.get_by_role("main")
    walk.go("/sends/new")
    compose(walk, say, name)
    outlook = page.get_by_role("region", name=say("sends.outlook"), exact=True)
    expect(outlook.get_by_text(re.compile(say("sends.ofSegment", r"\d+")))).to_be_visible()
    expect(outlook.get_by_text(say("sends.personalNote"))).to_be_visible()
    minutes = re.compile("^" + say("sends.minutesOf", r"\d+") + "$")
    expect(outlook.get_by_text(minutes)).to_be_visible()  # what it takes of the staff
    assert walk.faults() == []
    reasons = outlook.get_by_role("list", name=say("sends.notReached"))
    reasons.get_by_role("button").first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("table")).to_be_visible()
    assert walk.faults() == []
    drawer.get_by_role("button", name=re.compile("Close|关闭")).click()

    page.get_by_role("button", name=say.button("sends.ask")).click()
    page.get_by_role("dialog").get_by_role("button", name=say.button("sends.ask")).click()
    expect(main.get_by_role("heading", name=name)).to_be_visible()
    # so many people need a second person's word
    expect(main.get_by_text(say("sends.states.waiting"), exact=True).first).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name=say("sends.callBack"), exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=say("sends.callBack")).click()
    expect(main.get_by_text(say("sends.states.cancelled"), exact=True).first).to_be_visible()
    main.get_by_role("link", name=say("sends.title"), exact=True).click()
    table = page.get_by_role("table", name=say("sends.title"))
    expect(table.get_by_role("link", name=name)).to_be_visible()


@pytest.mark.parametrize("look", [PHONE], ids=str)  # another person would find nothing left to approve
def test_a_colleagues_send_goes_out_when_it_is_approved_and_confirmed(walk: Walk, say: Words, demo: Demo) -> None:
    """Staff confirm, each their own: one of them does, on her phone, and one ignores it."""
    page = walk.page
    walk.go("/sends/approvals")
    page.get_by_role("table", name=say("sends.tabs.approvals")).get_by_role("link", name=OFFERED).click()
    page.get_by_role("main").get_by_role("button", name=say.button("sends.approve")).click()
    members = page.get_by_role("table", name=say("sends.byMember")).get_by_role("row")
    expect(members.nth(1)).to_contain_text(say("sends.unconfirmed"))
    send_id = int(page.url.rpartition("/")[2])
    keen, idle, *_ = walk.ask("GET", f"/api/sends/{send_id}/progress")["members"]
    _answer_on_her_phone(page, demo, keen["userid"], "确认发送", "已发送")
    _answer_on_her_phone(page, demo, idle["userid"], "忽略", "已忽略")
    expect(members.filter(has_text=keen["name"])).to_contain_text(say("sends.confirmed"), timeout=120_000)
    expect(members.filter(has_text=idle["name"])).to_contain_text(say("sends.unconfirmed"))
    progress = page.get_by_role("region", name=say("sends.progress"), exact=True)
    expect(progress.get_by_text(say("sends.messageStates.delivered"), exact=True)).to_be_visible()
    assert walk.faults() == []


def _answer_on_her_phone(page: Page, demo: Demo, userid: str, says: str, becomes: str) -> None:
    """A member looks at the oldest of her tasks in WeCom, and says yes or no to it until none waits."""
    address, _, port = demo.url.rpartition(":")
    phone = page.context.new_page()
    phone.goto(f"{address}:{int(port) + 2}/staff?member={userid}&lang=zh#/tasks")
    tasks = phone.get_by_role("list", name="任务").get_by_role("listitem")
    answer = tasks.get_by_role("button", name=says)
    expect(answer.first).to_be_visible()
    waiting = answer.count()
    for left in range(waiting, 0, -1):
        answer.first.click()
        expect(answer).to_have_count(left - 1)
    expect(tasks.filter(has_text=becomes)).to_have_count(waiting)
    phone.close()
