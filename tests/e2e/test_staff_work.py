"""An adviser's morning in a browser: a lead from the pool, a follow-up, the next step, a task done or handed on, a message sent by
hand; what a manager sets for leads and gives to whom; and what a partner and an auditor meet, who may do less."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Demo, sought
from tests.e2e.sweeping import PHONE, Look, Walk, logged_in
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

PARTNER, AUDITOR = "guayi@chenxi.example", "fangzheng@chenxi.example"
OF_A_PARTNER = ("customers", "tags", "tasks", "leads", "handTasks", "codes", "stores", "content")
CHANGING = ("shared/staff.followUp", "shared/staff.task", "customers/tags.add", "customers/consent.record")
DECIDING = ("customers/identity.join", "customers/privacy.export", "customers/privacy.erase")
"""What can be done on the page of a customer, every day and seldom."""
LOOKED_AT = ("/customers", "/segments", "/journeys", "/sends", "/leads/pool", "/codes", "/privacy", "/settings/staff")
ALL_CUSTOMERS = {"filter": {"q": "", "segment_id": None, "condition": None}, "columns": []}


def test_an_advisers_morning(walk: Walk, say: Words) -> None:
    page = walk.page
    said, title, result = (f"{text} · {say.language}" for text in ("周末想来店里试饮", "带两款新品试饮", "很喜欢乌龙"))
    walk.go("/leads/pool")
    table = page.get_by_role("table", name=say("leads.title"))
    table.get_by_role("checkbox").first.check()
    page.get_by_role("button", name=say.button("leads.claim")).click()
    expect(page.get_by_text(say("leads.claimed", 1))).to_be_visible()
    walk.go("/leads")
    assert walk.faults() == []
    table.get_by_role("button").first.click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("button", name=say.button("shared/staff.followUp")).click()
    talk = page.get_by_role("dialog", name=say("shared/staff.followUp"))
    talk.get_by_label(say("shared/staff.said"), exact=True).fill(said)
    assert walk.faults() == []
    talk.get_by_role("button", name=say.button("shared/staff.save")).click()
    expect(drawer.get_by_text(said)).to_be_visible()

    drawer.get_by_role("heading").get_by_role("link").or_(drawer.locator(".ant-drawer-title a")).first.click()
    follow = page.get_by_role("region", name=say("customers/staff.follow"), exact=True).first
    follow.get_by_role("button", name=say.button("shared/staff.task")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(say("shared/staff.taskTitle"), exact=True).fill(title)
    dialog.get_by_role("button", name=say.button("shared/staff.task")).click()
    expect(follow.get_by_text(title)).to_be_visible()
    steps = page.get_by_role("region", name=say("customers/staff.next"))
    expect(steps.get_by_text(title)).to_be_visible()
    assert walk.faults() == []

    walk.go("/tasks")
    line = page.get_by_role("listitem", name=title, exact=True)
    line.get_by_role("button", name=say.button("shared/staff.done")).click()
    dialog = page.get_by_role("dialog", name=say("shared/staff.endTitle", title))
    dialog.get_by_label(say("shared/staff.note"), exact=True).fill(result)
    assert walk.faults() == []
    dialog.get_by_role("button", name=say.button("shared/staff.done")).click()
    done = page.get_by_role("region", name=say("tasks.groups.done"))
    expect(done.get_by_text(result)).to_be_visible()


def test_leads_follow_the_rules_and_are_given_to_colleagues(walk: Walk, say: Words) -> None:
    page, reason = walk.page, f"等下一季 {say.language}"
    walk.go("/leads/rules")
    assert walk.faults() == []
    page.get_by_label(say("leads.rules.claims")).fill("30")
    reasons = page.get_by_label(say("leads.rules.reasons"))
    reasons.fill(f"{reasons.input_value()}\n{reason}")
    page.get_by_role("button", name=say.button("leads.save")).click()
    expect(page.get_by_text(say("leads.rules.saved"))).to_be_visible()

    walk.go("/leads/team")
    table = page.get_by_role("table", name=say("leads.title"))
    for number in range(2):
        table.get_by_role("checkbox").nth(number).check()
    page.get_by_role("button", name=say.button("leads.assign")).click()
    dialog = page.get_by_role("dialog", name=say("leads.assign"))
    walk.choose(dialog.get_by_label(say("leads.assignTo")), "唐小满")
    dialog.get_by_text(say("leads.assign"), exact=True).first.click()  # the list closes
    dialog.get_by_role("button", name=say.button("leads.assign")).click()
    expect(page.get_by_text(say.like("leads.assigned"))).to_be_visible()
    table.get_by_role("row").filter(has_text="唐小满").first.get_by_role("button").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("button", name=say.button("leads.lose")).click()
    asked = page.get_by_role("tooltip")
    walk.choose(asked.get_by_label(say("leads.reason")), reason)
    asked.get_by_role("button", name=say.button("leads.lose")).click()
    expect(page.get_by_text(say("leads.lost"))).to_be_visible()

    walk.go("/leads/numbers")
    line = page.get_by_role("table", name=say("leads.numbersTitle")).get_by_role("row").filter(has_text="唐小满")
    expect(line).to_be_visible()
    assert walk.faults() == []


def listed_task(walk: Walk, title: str) -> dict[str, Any]:
    """A task about a customer of the pool, whom nobody keeps: it stands on a unit's list."""
    customer_id = walk.ask("GET", "/api/leads?view=pool")["rows"][-1]["customer_id"]
    due_at = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
    asked = {"task_key": str(uuid4()), "customer_id": customer_id, "title": title, "due_at": due_at}
    return dict(walk.ask("POST", "/api/tasks", asked))


def test_a_task_is_taken_from_the_list_and_handed_to_a_colleague(walk: Walk, say: Words) -> None:
    page, hand = walk.page, say.button("shared/staff.hand")
    title = listed_task(walk, f"首次联系 · {say.language}")["title"]
    walk.go("/tasks/unassigned")
    line = page.get_by_role("listitem", name=title, exact=True)
    line.get_by_role("button", name=say.button("tasks.claim")).click()
    expect(page.get_by_text(say("tasks.claimed"))).to_be_visible()

    walk.go("/tasks")
    assert walk.faults() == []
    line.get_by_role("button", name=hand).click()
    dialog = page.get_by_role("dialog", name=say("shared/staff.handTitle", title))
    walk.choose(dialog.get_by_label(say("shared/staff.handTo")), "周岚")
    dialog.get_by_label(say("shared/staff.handNote")).fill("我明天休息")
    dialog.get_by_role("button", name=hand).click()
    expect(page.get_by_text(say("shared/staff.handed", "周岚"))).to_be_visible()


def test_a_message_that_no_channel_carries_is_sent_by_hand(walk: Walk, say: Words) -> None:
    page, text = walk.page, f"新茶到了，给您留了一罐 · {say.language}"
    (kept, *_) = walk.ask("GET", "/api/leads?view=mine")["rows"]
    message = {"kind": "message", "key": "m", "channel": "hand", "title": "回访", "body": text, "purpose": "service"}
    document = {"triggers": [{"kind": "by_hand"}], "nodes": [{**message, "next": None}], "start": "m"}
    made = walk.ask("POST", "/api/journeys", {"name": f"新茶回访 · {say.language}", "definition": document})
    path = f"/api/journeys/{made['journey_id']}"
    walk.ask("POST", f"{path}/publish")
    walk.ask("POST", f"{path}/enter", {"key": "once", "customer_ids": [kept["customer_id"]]})

    walk.go("/by-hand")
    line = sought(page.get_by_role("listitem").filter(has_text=text), page.reload)
    assert walk.faults() == []
    line.get_by_role("button", name=say.button("reach.byHand.copy")).click()
    expect(page.get_by_text(say("reach.byHand.copied"))).to_be_visible()
    line.get_by_role("button", name=say.button("reach.byHand.sent")).click()
    expect(line).to_have_count(0)
    page.get_by_role("radiogroup", name=say("reach.byHand.tabs")).get_by_text(
        say("reach.byHand.done"), exact=True
    ).click()
    expect(page.get_by_role("listitem").filter(has_text=text)).to_be_visible()


@contextmanager
def window_of(browser: Browser, demo: Demo, look: Look, email: str) -> Iterator[Walk]:
    """The window of another of the staff."""
    context = logged_in(browser, demo.url, look, email)
    walk = Walk(context)
    yield walk
    context.close()
    assert walk.errors == []


def menu_of(walk: Walk, say: Words, look: Look) -> list[str]:
    """What stands in the menu, from its top."""
    if look is PHONE:
        walk.page.get_by_role("button", name=say("app.nav.open")).click()
    links = walk.page.get_by_role("navigation", name=say("app.nav.label")).get_by_role("link")
    expect(links.first).to_be_visible()
    found = [each.strip() for each in links.all_inner_texts()]
    walk.page.keyboard.press("Escape")
    return found


def offered(walk: Walk, say: Words, row: dict[str, Any]) -> set[str]:
    """What of all that can be done with a customer their page offers."""
    walk.go(f"/customers/{row['customer_id']}")
    main = walk.page.get_by_role("main")
    expect(main.get_by_role("heading", level=1, name=row["display_name"])).to_be_visible()
    expect(main.get_by_role("button", name=say.button("customers/tags.history"))).to_be_visible()
    return {each for each in (*CHANGING, *DECIDING) if main.get_by_role("button", name=say.button(each)).count()}


def test_a_partner_meets_their_own_customers_and_is_offered_no_more(
    browser: Browser, demo: Demo, look: Look, say: Words
) -> None:
    with window_of(browser, demo, look, PARTNER) as walk:
        walk.go("/")
        expect(walk.page).to_have_url(re.compile("/customers$"))
        assert menu_of(walk, say, look) == [say(f"app.nav.{each}") for each in OF_A_PARTNER]
        theirs = walk.ask("POST", "/api/customers/search", ALL_CUSTOMERS)
        with window_of(browser, demo, look, AUDITOR) as other:
            other.go("/customers")
            everybody = other.ask("POST", "/api/customers/search", ALL_CUSTOMERS)["total"]
        assert 0 < theirs["total"] < everybody
        expect(walk.page.get_by_text(say("customers.total", theirs["total"]), exact=True)).to_be_visible()
        assert walk.faults() == []
        assert offered(walk, say, theirs["rows"][0]) == set(CHANGING) - {"customers/consent.record"}
        assert walk.faults() == []
        for path in ("/sends/new", "/segments", "/settings/staff"):
            walk.go(path)
            expect(walk.page.get_by_role("heading", name=say("shared/ui/error.noRights"))).to_be_visible()


def test_an_auditor_sees_all_of_it_masked_and_changes_nothing(
    browser: Browser, demo: Demo, look: Look, say: Words
) -> None:
    with window_of(browser, demo, look, AUDITOR) as walk:
        page, main = walk.page, walk.page.get_by_role("main")
        for path in LOOKED_AT:
            walk.go(path)
            assert main.locator(".ant-btn-primary, .ant-btn-dangerous").all_inner_texts() == [], path
            assert main.get_by_role("checkbox").count() == 0, path
        walk.go("/segments/1")
        expect(main.get_by_role("button", name=say.button("segments.edit"))).to_have_count(0)
        rows = walk.ask("POST", "/api/customers/search", ALL_CUSTOMERS)["rows"]
        masked = next(row for row in rows if "***" in (row["contact_masked"] or ""))
        assert offered(walk, say, masked) == set()
        expect(main.get_by_text("***").first).to_be_visible()
        expect(main.get_by_role("button", name=re.compile(say("customers/reveal.show", "")))).to_have_count(0)
        assert walk.faults() == []
        walk.go("/settings/audit")
        log = page.get_by_role("table", name=say("settings.tabs.audit")).get_by_role("row")
        expect(log.filter(has_text=say("settings.audit.verbs.company.log_in")).first).to_be_visible()
        assert walk.faults() == []
