"""Merging two customers and parting them again, undoing a merge and writing down a customer's word, in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from siyu.assembly.installation import open_installation
from siyu.domain.customers.reading import list_consent_records
from siyu.kernel.actors import system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.settings import load_settings
from tests.e2e.conftest import Demo
from tests.e2e.sweeping import DESK, Walk
from tests.e2e.test_console import log_in
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

JOINED = """
SELECT winner_id FROM customers.merges m JOIN customers.profiles p ON p.profile_id = m.winner_id AND p.customer_id = m.winner_id
WHERE NOT is_split ORDER BY merge_id LIMIT 1
"""


def a_joined_customer(demo: Demo) -> int:
    """Somebody who was merged and is not merged away."""
    with open_installation(load_settings({}, home=demo.home)) as installation, installation.database.read() as reading:
        row = reading.driver.execute(JOINED).fetchone()
    assert row is not None
    return int(row[0])


def test_a_word_is_written_down_and_its_proof_is_shown(page: Page, demo: Demo) -> None:
    customer_id = a_joined_customer(demo)
    log_in(page)
    page.goto(f"/customers/{customer_id}")
    page.get_by_role("button", name="记录意愿").click()
    page.get_by_role("textbox", name="看到或听到的内容").fill("电话里说不要再发")
    page.get_by_role("button", name="记下").click()
    page.get_by_role("button", name="营销 · 全部：已拒绝").click()
    dialog = page.get_by_role("dialog", name="营销 · 全部渠道")
    expect(dialog.get_by_text("电话里说不要再发")).to_be_visible()
    expect(dialog.get_by_text("现在不可以")).to_be_visible()
    with open_installation(load_settings({}, home=demo.home)) as installation, installation.database.read() as reading:
        first = list_consent_records(reading, system_actor("test"), customer_id, PageRequest(size=1)).rows[0]
    assert (first.actor_kind, first.evidence.notice) == ("staff", "电话里说不要再发")


def test_a_merge_is_undone_with_a_reason(page: Page, demo: Demo) -> None:
    customer_id = a_joined_customer(demo)
    log_in(page)
    page.goto(f"/customers/{customer_id}")
    history = page.get_by_role("region", name="合并记录")
    history.get_by_role("button", name="撤销合并").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="原因").fill("母子共用一台平板")
    dialog.get_by_role("button", name="撤销合并").click()
    expect(history.get_by_text("母子共用一台平板")).to_be_visible()
    history.get_by_role("link", name=re.compile("拆出为客户")).click()
    expect(page.get_by_role("link", name=f"从客户 #{customer_id} 拆出")).to_be_visible()
    expect(page.get_by_role("region", name="合并记录").get_by_text("母子共用一台平板")).to_be_visible()


@pytest.mark.both
def test_two_customers_become_one_and_two_again(walk: Walk, say: Words) -> None:
    page = walk.page
    named = [
        row for row in walk.ask("GET", "/api/customers?size=100")["rows"] if not row["display_name"].startswith("#")
    ]
    one, other = named[20:22] if say.language == DESK.language else named[30:32]
    walk.go(f"/customers/{one['customer_id']}")
    panel = page.get_by_role("region", name=say("customers/identity.title"), exact=True)
    identities = panel.locator("dl > div")
    before = identities.count()
    panel.get_by_role("button", name=say.button("customers/identity.join")).click()
    dialog = page.get_by_role("dialog", name=say("customers/identity.joinTitle"))
    box = dialog.get_by_role("combobox", name=say("customers/identity.joinWith"))
    box.fill(other["display_name"])
    found = page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text=other["contact_masked"])
    found.filter(has_text=other["display_name"]).first.click()
    dialog.get_by_role("textbox", name=say("customers/identity.reason")).fill("同一部手机")
    assert walk.faults() == []
    dialog.get_by_role("button", name=say.button("customers/identity.join")).click()
    history = panel.get_by_role("region", name=say("customers/identity.history"))
    expect(history.get_by_text("同一部手机")).to_be_visible()
    expect(identities).not_to_have_count(before)

    panel.get_by_role("button", name=say.button("customers/identity.part")).click()
    dialog = page.get_by_role("dialog", name=say("customers/identity.partTitle"))
    dialog.get_by_role("checkbox").last.check()
    dialog.get_by_role("textbox", name=say("customers/identity.reason")).fill("其实是两个人")
    assert walk.faults() == []
    dialog.get_by_role("button", name=say.button("customers/identity.part")).click()
    expect(history.get_by_text("其实是两个人")).to_be_visible()
    history.get_by_role("link", name=say.like("customers/identity.splitOff")).first.click()
    expect(page.get_by_role("link", name=say.like("customers/identity.splitFrom"))).to_be_visible()
    assert walk.faults() == []
