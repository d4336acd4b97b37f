"""Who looks after the installation, at a desk and on a phone: what the check-up finds is mended, a program gets a
key and loses it, a colleague comes and goes, limits are set, a vendor is looked at; and what was done stands in the audit."""

from __future__ import annotations

from base64 import b64encode

import pytest
from playwright.sync_api import Page, expect

from siyu.assembly.demo.tea.company import DEMO_EMAIL
from tests.e2e.sweeping import Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400), pytest.mark.both]

EVENT = {"type": "track", "userId": "till-1", "event": "till_opened", "messageId": "till-opened-1"}


def sent_by(page: Page, secret: str) -> int:
    """The status of an event that a program sends."""
    basic = b64encode(f"{secret}:".encode()).decode()
    return page.request.post("/v1/track", data=EVENT, headers={"Authorization": f"Basic {basic}"}).status


def test_what_the_check_up_finds_leads_to_where_it_is_mended(walk: Walk, say: Words) -> None:
    walk.go("/settings/doctor")
    lines = walk.page.get_by_role("main").get_by_role("listitem")
    expect(lines.filter(has_text=say("doctor.findings.columns.title")).first).to_be_visible()
    expect(lines.filter(has_text=say("doctor.health.well")).first).to_be_visible()
    expect(lines.filter(has_text=say("doctor.findings.backup_none.title"))).to_contain_text("SIYU_BACKUP_FOLDER")
    assert walk.faults() == []
    mend = walk.page.get_by_role("link", name=say("doctor.go"))
    if mend.count():
        mend.first.click()
        expect(walk.page.get_by_role("heading", name=say("settings.title"))).to_be_visible()


def test_a_program_gets_a_key_and_a_colleague_an_account(walk: Walk, say: Words) -> None:
    page, key, colleague = walk.page, f"Till ({say.language})", f"robin.{say.language}"
    walk.go("/settings/keys")
    page.get_by_role("button", name=say("settings.keys.create")).first.click()
    form = page.get_by_role("dialog", name=say("settings.keys.create"))
    form.get_by_label(say("settings.keys.name")).fill(key)
    form.get_by_role("button", name=say("settings.keys.create")).click()
    shown = page.get_by_role("dialog", name=say("settings.keys.secretTitle"))
    secret = shown.locator("code").inner_text()
    assert walk.faults() == []
    assert sent_by(page, secret) == 200
    shown.get_by_role("button", name=say("settings.keys.close")).click()
    row = page.get_by_role("table", name=say("settings.tabs.keys")).get_by_role("row", name=key)
    row.get_by_role("button", name=say.button("settings.keys.revoke")).click()
    page.get_by_role("dialog").get_by_role("button", name=say.button("settings.keys.revoke")).click()
    expect(row).to_contain_text(say("settings.keys.revoked"))

    walk.go("/settings/staff")
    page.get_by_role("button", name=say("settings.staff.create")).click()
    form = page.get_by_role("dialog", name=say("settings.staff.create"))
    form.get_by_role("button", name=say("settings.staff.create")).click()
    expect(form.get_by_text(say("settings.staff.emailWrong"))).to_be_visible()
    told = {"name": colleague, "email": f"{colleague}@example.com", "password": "tea before noon"}
    for label, text in told.items():
        form.get_by_label(say(f"settings.staff.{label}"), exact=True).fill(text)
    form.get_by_role("button", name=say("settings.staff.create")).click()
    expect(form).to_have_count(0)
    row = page.get_by_role("table", name=say("settings.tabs.staff")).get_by_role("row", name=colleague)
    row.get_by_role("button", name=say("settings.staff.more", colleague)).click()
    page.get_by_role("menuitem", name=say.button("settings.staff.deactivate")).click()
    page.get_by_role("dialog").get_by_role("button", name=say.button("settings.staff.deactivate")).click()
    expect(row).to_contain_text(say("settings.staff.inactive"))

    walk.go("/settings/audit")
    log = page.get_by_role("table", name=say("settings.tabs.audit"))
    for what in ("create_key", "revoke_key"):
        expect(log.get_by_role("row", name=say(f"settings.audit.verbs.company.{what}")).first).to_be_visible()
    assert DEMO_EMAIL not in log.inner_text()
    # The lines of one thing alone, by an address that a colleague could have sent.
    walk.go("/settings/audit?verb=company.revoke_key&outcome=allowed")
    revoked = say("settings.audit.verbs.company.revoke_key")
    expect(log.get_by_role("row", name=revoked).first).to_be_visible()
    expect(log.get_by_role("row")).to_have_count(log.get_by_role("row", name=revoked).count() + 1)
    for _ in range(60):  # the door remembers for ten seconds which keys hold
        if sent_by(page, secret) == 401:
            break
        page.wait_for_timeout(250)
    assert sent_by(page, secret) == 401
    assert walk.faults() == []


def test_the_rules_of_reaching_people_hold_when_they_are_saved(walk: Walk, say: Words) -> None:
    page = walk.page
    walk.go("/settings/reach")
    month = page.get_by_role("spinbutton", name=say("reach.perMonth"), exact=True).first
    before = month.input_value()
    for value in ("28", before):
        month.fill(value)
        page.get_by_role("button", name=say("reach.save")).click()
        expect(page.get_by_role("button", name=say("reach.save"))).to_be_disabled()
        page.reload()
        expect(month).to_have_value(value)
    assert walk.faults() == []


def test_a_vendor_that_was_connected_is_checked(walk: Walk, say: Words) -> None:
    page = walk.page
    walk.go("/settings/channels")
    card = page.get_by_role("article", name="演示短信")
    card.get_by_role("button", name=say.button("channels.check"), exact=True).click()
    expect(card.get_by_text(say("channels.fine"))).to_be_visible()
    card.get_by_role("button", name=say.button("channels.edit")).click()
    form = page.get_by_role("dialog")
    expect(form.get_by_text(say("channels.kept")).first).to_be_visible()
    form.get_by_label(say("channels.name"), exact=True).fill("")
    form.get_by_role("button", name=say.button("channels.save")).click()
    expect(form.get_by_text(say("channels.needed")).first).to_be_visible()
    form.get_by_role("button", name=say.button("channels.cancel")).click()
    assert walk.faults() == []
