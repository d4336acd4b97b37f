"""Who looks after the installation, on a phone in English and in the dark: what the check-up finds is mended, a program gets a
key and loses it, a colleague comes and goes, limits are set, a vendor is looked at; and what was done stands in the audit."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from siyu.assembly.demo.tea.company import DEMO_EMAIL
from tests.e2e.conftest import Demo
from tests.e2e.sweeping import PHONE, Walk, logged_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

KEY, COLLEAGUE = "Till of the shop", "Robin"
EVENT = {"type": "track", "userId": "till-1", "event": "till_opened", "messageId": "till-opened-1"}


@pytest.fixture
def walk(browser: Browser, demo: Demo) -> Iterator[Walk]:
    context = logged_in(browser, demo.url, PHONE)
    walk = Walk(context)
    yield walk
    context.close()
    assert walk.errors == []


def sent_by(page: Page, secret: str) -> int:
    """The status of an event that a program sends."""
    basic = b64encode(f"{secret}:".encode()).decode()
    return page.request.post("/v1/track", data=EVENT, headers={"Authorization": f"Basic {basic}"}).status


def test_what_the_check_up_finds_leads_to_where_it_is_mended(walk: Walk) -> None:
    walk.go("/settings/doctor")
    lines = walk.page.get_by_role("main").get_by_role("listitem")
    expect(lines.filter(has_text="Database").filter(has_text="Well")).to_be_visible()
    expect(lines.filter(has_text="WeCom").first).to_be_visible()
    expect(lines.filter(has_text="No backups are made")).to_contain_text("SIYU_BACKUP_FOLDER")
    assert walk.faults() == []
    mend = walk.page.get_by_role("link", name="Mend it")
    if mend.count():
        mend.first.click()
        expect(walk.page.get_by_role("heading", name="Settings")).to_be_visible()


def test_a_program_gets_a_key_and_a_colleague_an_account(walk: Walk) -> None:
    page = walk.page
    walk.go("/settings/keys")
    page.get_by_role("button", name="New key").first.click()
    form = page.get_by_role("dialog", name="New key")
    form.get_by_label("Name").fill(KEY)
    form.get_by_role("button", name="New key").click()
    shown = page.get_by_role("dialog", name="Save the key now")
    secret = shown.locator("code").inner_text()
    assert walk.faults() == []
    assert sent_by(page, secret) == 200
    shown.get_by_role("button", name="I have saved it").click()
    row = page.get_by_role("table", name="Keys").get_by_role("row", name=KEY)
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("Revoked")

    walk.go("/settings/staff")
    page.get_by_role("button", name="Add somebody").click()
    form = page.get_by_role("dialog", name="Add somebody")
    form.get_by_role("button", name="Add somebody").click()
    expect(form.get_by_text("This is no e-mail address")).to_be_visible()
    for label, text in {"Name": COLLEAGUE, "E-mail": "robin@example.com", "First password": "tea before noon"}.items():
        form.get_by_label(label, exact=True).fill(text)
    form.get_by_role("button", name="Add somebody").click()
    expect(form).to_have_count(0)
    row = page.get_by_role("table", name="Staff").get_by_role("row", name=COLLEAGUE)
    row.get_by_role("button", name=f"More for {COLLEAGUE}").click()
    page.get_by_role("menuitem", name="Deactivate").click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(row).to_contain_text("Inactive")

    walk.go("/settings/audit")
    log = page.get_by_role("table", name="Audit")
    for what in ("Created a key", "Revoked a key"):
        expect(log.get_by_role("row", name=what).first).to_be_visible()
    assert DEMO_EMAIL not in log.inner_text()
    for _ in range(60):  # the door remembers for ten seconds which keys hold
        if sent_by(page, secret) == 401:
            break
        page.wait_for_timeout(250)
    assert sent_by(page, secret) == 401
    assert walk.faults() == []


def test_the_rules_of_reaching_people_hold_when_they_are_saved(walk: Walk) -> None:
    page = walk.page
    walk.go("/settings/reach")
    month = page.get_by_role("spinbutton", name="30 days", exact=True).first
    before = month.input_value()
    for value in ("28", before):
        month.fill(value)
        page.get_by_role("button", name="Save the rules").click()
        expect(page.get_by_role("button", name="Save the rules")).to_be_disabled()
        page.reload()
        expect(month).to_have_value(value)
    assert walk.faults() == []


def test_a_vendor_that_was_connected_is_checked(walk: Walk) -> None:
    page = walk.page
    walk.go("/settings/channels")
    card = page.get_by_role("article", name="演示短信")
    card.get_by_role("button", name="Check", exact=True).click()
    expect(card.get_by_text("The connection works")).to_be_visible()
    card.get_by_role("button", name="Change").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_text("Saved; empty keeps it").first).to_be_visible()
    form.get_by_label("Name", exact=True).fill("")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Needed").first).to_be_visible()
    form.get_by_role("button", name="Cancel").click()
    assert walk.faults() == []
