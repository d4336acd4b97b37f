"""An operator's work with many customers and with one: a list narrowed, kept, done with in bulk and taken away as a file;
a timeline narrowed and a number looked at, which stands in the audit; a page that hears what others do."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.sweeping import Walk
from tests.e2e.test_segments import live_in
from tests.e2e.test_tags import choose_tag
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

CITY = "上海"
WHOLE = re.compile(r"^(\+86)?1\d{10}$")
"""A phone number that is not masked."""


def total(page: Page, say: Words) -> int:
    told = say.like("customers.total")
    found = told.match(page.get_by_text(told).inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def in_all(say: Words, customers: int) -> str:
    return say("customers.total", f"{customers:,}")


def narrow_to_the_city(page: Page, say: Words) -> int:
    """By a condition; how many are found."""
    everybody = total(page, say)
    page.get_by_role("button", name=say.button("customers/list.conditions")).click()
    drawer = page.get_by_role("dialog", name=say("customers/list.conditionsTitle"))
    group = drawer.get_by_role("group", name=say("shared/conditions.conditions"), exact=True).first
    live_in(page, say, group, CITY)
    drawer.get_by_role("button", name=say.button("customers/list.apply")).click()
    expect(page.get_by_role("button", name=say("customers/list.conditionsCount", 1))).to_be_visible()
    expect(page.get_by_text(in_all(say, everybody), exact=True)).to_have_count(0)
    found = total(page, say)
    assert 0 < found < everybody
    return found


def open_kept(walk: Walk, say: Words, name: str) -> None:
    walk.go("/customers")
    walk.choose(walk.page.get_by_role("combobox", name=say("customers/list.kept")), name)


def test_a_list_is_kept_done_with_in_bulk_and_taken_away(walk: Walk, say: Words) -> None:
    page, kept = walk.page, f"上海的大客户 {say.language}"
    walk.go("/customers")
    table = page.get_by_role("table", name=say("customers.title"), exact=True)
    found = narrow_to_the_city(page, say)
    spent = table.get_by_role("columnheader", name=say("customers/list.columns.revenue"))
    is_wide = spent.is_visible()
    if is_wide:  # a phone has no room for it
        spent.get_by_role("button").click()
        expect(spent).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name=say.button("customers/list.columnsButton")).click()
    columns = page.get_by_role("group", name=say("customers/list.columnsTitle"))
    columns.get_by_label(say("customers/list.columns.average_order")).check()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=say.button("customers/list.keep")).click()
    page.get_by_role("dialog").get_by_label(say("customers/list.filterName"), exact=True).fill(kept)
    assert walk.faults() == []
    page.get_by_role("dialog").get_by_role("button", name=say.button("customers/list.keep")).click()
    expect(page.get_by_role("button", name=say("customers/list.overwrite"))).to_be_visible()

    open_kept(walk, say, kept)
    if is_wide:
        expect(spent).to_have_attribute("aria-sort", "descending")
        average = table.get_by_role("columnheader", name=say("customers/list.columns.average_order"))
        expect(average).to_be_visible()
    expect(page.get_by_text(in_all(say, found), exact=True)).to_be_visible()

    table.get_by_role("checkbox", name=say("customers/list.selectPage")).check()
    bar = page.get_by_role("region", name=say("customers/list.bulks"))
    if (every := bar.get_by_role("button", name=say("customers/list.chooseAll", f"{found:,}"))).is_visible():
        every.click()
    assert walk.faults() == []
    _tag_them(walk, say, bar, found)
    _take_them_away(walk, say, kept, found)
    open_kept(walk, say, kept)
    drop = say.button("customers/list.drop")
    page.get_by_role("button", name=drop).click()
    page.get_by_role("dialog").get_by_role("button", name=drop).click()
    expect(page.get_by_text(say("customers/list.dropped"), exact=True)).to_be_visible()


def _tag_them(walk: Walk, say: Words, bar: Locator, found: int) -> None:
    """Looked at in numbers before it begins, watched until it is done, and listed."""
    page, many = walk.page, f"{found:,}"
    groups = walk.ask("GET", "/api/tag-groups")["rows"]
    tag = next(tag for group in groups if not group["is_archived"] for tag in group["tags"] if not tag["is_archived"])
    bar.get_by_role("button", name=say.button("customers/list.actions.tag")).click()
    choose_tag(page, say, tag["name"])
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=say.button("customers/list.next")).click()
    expect(dialog.get_by_text(say("customers/list.prepared", many))).to_be_visible()
    dialog.get_by_role("button", name=say("customers/list.start", many)).click()
    expect(dialog.get_by_text(say("customers/list.states.done"), exact=True)).to_be_visible()
    expect(dialog.get_by_text(say("customers/list.progress", many, many))).to_be_visible()
    dialog.get_by_role("button", name=say.button("customers/list.close")).last.click()
    walk.go("/customers/bulks")
    table = page.get_by_role("table", name=say("customers/list.bulks"))
    row = table.get_by_role("row", name=say("customers/list.actions.tag")).first
    expect(row).to_contain_text(say("customers/list.progress", many, many))
    assert walk.faults() == []


def _take_them_away(walk: Walk, say: Words, kept: str, found: int) -> None:
    """The file has those who were found, in the columns of the list, with no number in full."""
    page = walk.page
    open_kept(walk, say, kept)
    expect(page.get_by_text(in_all(say, found), exact=True)).to_be_visible()
    page.get_by_role("button", name=say.button("customers/list.actions.export")).first.click()
    dialog = page.get_by_role("dialog", name=say("customers/list.exportTitle"))
    expect(dialog.get_by_text(say("customers/list.exportText", f"{found:,}"))).to_be_visible()
    dialog.get_by_role("button", name=say.button("customers/list.exportStart")).click()
    expect(dialog).to_have_count(0)
    walk.go("/segments/exports")
    link = page.get_by_role("link", name=say.button("segments/page.download")).first
    expect(link).to_be_visible()
    with page.expect_download() as downloading:
        link.click()
    text = downloading.value.path().read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == found + 1
    assert not re.search(r"\b1\d{10}\b", text)


def look_at(page: Page, say: Words, part: str) -> None:
    """Turns to a part of a customer's page, where there is no room for both."""
    parts = page.get_by_role("radiogroup", name=say("customers.parts"))
    if parts.is_visible():
        parts.get_by_text(say(f"customers.{part}"), exact=True).click()


def test_a_number_is_looked_at_for_a_reason_and_a_timeline_is_narrowed(walk: Walk, say: Words) -> None:
    page = walk.page
    buyers = walk.ask("GET", "/api/customers?size=100")["rows"]
    who = next(row for row in buyers if row["orders"] > 1 and re.search(r"1\d\d\*+", str(row["contact_masked"])))
    walk.go(f"/customers/{who['customer_id']}")
    look_at(page, say, "timeline")
    timeline = page.get_by_role("main")
    named = (re.escape(say.named("events", name)) for name in ("order_paid", "order_completed", "checkout_started"))
    ordered = re.compile("|".join((say.pattern("customers.lines.paid", ".+").pattern, *named)))
    everything = timeline.get_by_role("button", expanded=False).filter(has_text=ordered)
    expect(everything.first).to_be_visible()
    timeline.get_by_role("button", name=say.button("customers/activity.narrow")).click()
    kind = timeline.get_by_role("combobox", name=say("customers/activity.kind"), exact=True)
    walk.choose(kind, say("customers/activity.kinds.messages"))
    expect(everything).to_have_count(0)
    walk.choose(kind, say("customers/activity.kinds.orders"))
    expect(everything.first).to_be_visible()
    assert walk.faults() == []
    timeline.get_by_label(say("customers/activity.search")).fill("没有人写过的字")
    expect(timeline.get_by_text(say("customers/activity.noMatch"), exact=True)).to_be_visible()

    look_at(page, say, "about")
    phone = say.named("identities", "phone")
    page.get_by_role("button", name=say("customers/reveal.show", phone)).first.click()
    dialog = page.get_by_role("dialog", name=say("customers/reveal.title", phone))
    dialog.get_by_label(say("customers/reveal.reason"), exact=True).fill("打给 13800000000")
    dialog.get_by_role("button", name=say.button("customers/reveal.ok")).click()
    expect(dialog.get_by_text(say("customers/reveal.reasonWrong"))).to_be_visible()
    reason = say("customers/reveal.reasons.complaint")
    dialog.get_by_role("button", name=reason).click()
    assert walk.faults() == []
    dialog.get_by_role("button", name=say.button("customers/reveal.ok")).click()
    whole = page.get_by_text(WHOLE)
    expect(whole).to_be_visible()
    page.get_by_role("button", name=say("customers/reveal.hide")).click()
    expect(whole).to_have_count(0)
    walk.go("/settings/audit")
    revealed = say("settings.audit.verbs.customers.reveal")
    row = page.get_by_role("table", name=say("settings.tabs.audit")).get_by_role("row", name=revealed).first
    expect(row).to_contain_text(f"{say('settings.audit.subjects.customer')} {who['customer_id']}")
    expect(row).to_contain_text(reason)


def test_a_page_hears_what_colleagues_do(walk: Walk, say: Words) -> None:
    """What another makes stands in the list that is open, without loading it again."""
    page, name = walk.page, f"Made by a colleague, {say.language}"
    with page.expect_response(re.compile("/api/live$")):
        page.goto("/segments")
    expect(page.get_by_role("table", name=say("segments.title")).get_by_role("link").first).to_be_visible()
    page.evaluate("window.isTheSame = true")
    condition = {"kind": "sample", "name": "all", "to_percent": 100}
    walk.ask("POST", "/api/segments", {"name": name, "definition": condition})
    expect(page.get_by_role("link", name=name)).to_be_visible()
    assert page.evaluate("window.isTheSame")
