"""Merging two customers and parting them again, undoing a merge and writing down a customer's word, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from siyu.assembly.installation import open_installation
from siyu.domain.customers.reading import list_consent_records
from siyu.kernel.actors import system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.settings import load_settings
from tests.e2e.conftest import Demo
from tests.e2e.sweeping import DESK, LOOKS, Look, Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

JOINED = """
SELECT winner_id FROM customers.merges m JOIN customers.profiles p ON p.profile_id = m.winner_id AND p.customer_id = m.winner_id
WHERE NOT is_split GROUP BY winner_id ORDER BY winner_id OFFSET %s LIMIT 1
"""


def a_joined_customer(demo: Demo, look: Look) -> int:
    """Somebody who was merged and is not merged away; each of the two has one."""
    place = LOOKS.index(look)
    with open_installation(load_settings({}, home=demo.home)) as installation, installation.database.read() as reading:
        row = reading.driver.execute(JOINED, (place,)).fetchone()
    assert row is not None
    return int(row[0])


def test_a_word_is_written_down_and_its_proof_is_shown(walk: Walk, say: Words, look: Look, demo: Demo) -> None:
    page, customer_id = walk.page, a_joined_customer(demo, look)
    marketing = say.named("purposes", "marketing")
    walk.go(f"/customers/{customer_id}")
    page.get_by_role("button", name=say("customers/consent.record")).click()
    dialog = page.get_by_role("dialog", name=say("customers/consent.recordTitle"))
    dialog.get_by_role("textbox", name=say("customers/consent.notice"), exact=True).fill("电话里说不要再发")
    assert walk.faults() == []
    dialog.get_by_role("button", name=say.button("customers/consent.save")).click()
    everything = f"{marketing} · {say('customers/consent.all')}"
    refused = say("customers/consent.marked", everything, say("customers/consent.marks.withdrawn"))
    page.get_by_role("button", name=refused, exact=True).click()
    dialog = page.get_by_role("dialog", name=f"{marketing} · {say.named('channels', '*')}")
    expect(dialog.get_by_text("电话里说不要再发")).to_be_visible()
    expect(dialog.get_by_text(say("customers/consent.now.no"))).to_be_visible()
    assert walk.faults() == []
    with open_installation(load_settings({}, home=demo.home)) as installation, installation.database.read() as reading:
        first = list_consent_records(reading, system_actor("test"), customer_id, PageRequest(size=1)).rows[0]
    assert (first.actor_kind, first.evidence.notice) == ("staff", "电话里说不要再发")


def test_a_merge_is_undone_with_a_reason(walk: Walk, say: Words, look: Look, demo: Demo) -> None:
    page, customer_id = walk.page, a_joined_customer(demo, look)
    walk.go(f"/customers/{customer_id}")
    history = page.get_by_role("region", name=say("customers/identity.history"))
    history.get_by_role("button", name=say.button("customers/identity.undo")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name=say("customers/identity.reason")).fill("母子共用一台平板")
    assert walk.faults() == []
    dialog.get_by_role("button", name=say.button("customers/identity.undo")).click()
    expect(history.get_by_text("母子共用一台平板")).to_be_visible()
    history.get_by_role("link", name=say.like("customers/identity.splitOff")).click()
    expect(page.get_by_role("link", name=say("customers/identity.splitFrom", customer_id))).to_be_visible()
    expect(history.get_by_text("母子共用一台平板")).to_be_visible()
    assert walk.faults() == []


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
