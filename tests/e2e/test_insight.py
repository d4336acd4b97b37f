"""Questions to the log in a browser against the running demo."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.sweeping import Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

TABLES = {
    "retention": "insight.kinds.retention",
    "paths": "insight.flows",
    "lifecycle": "insight.kinds.lifecycle",
    "stickiness": "insight.sticky",
    "completion": "insight.kinds.completion",
    "sends": "insight.kinds.sends",
    "attribution": "insight.kinds.attribution",
}
HEAD = {"zh": ["分组", "步骤", "到达人数"], "en": ["Group", "Step", "Customers"]}
"""How the file of a funnel begins."""


def test_a_funnel_opens_to_its_people_is_listed_saved_and_shared(walk: Walk, say: Words) -> None:
    page = walk.page
    walk.go("/insight")
    reached = say.pattern("insight.reachedTitle", ".*").pattern
    first = page.get_by_role("button", name=re.compile(f"^{reached} [1-9]")).first
    expect(first).to_be_visible()
    count = int(re.sub(r"\D", "", (first.get_attribute("aria-label") or "").rsplit(" ", 1)[1]))
    first.click()
    drawer = page.get_by_role("dialog")
    told = drawer.get_by_text(say.like("shared/customers/people.total"))
    expect(told).to_be_visible()
    named = int(re.sub(r"\D", "", told.inner_text()))
    assert 0 < named <= count  # who was erased counts, and cannot be named
    expect(drawer.get_by_role("row")).to_have_count(min(named, 50) + 1)
    assert walk.faults() == []
    drawer.get_by_label(say("insight.listName")).fill(f"看过商品的人 {say.language}")
    drawer.get_by_role("button", name=say.button("insight.makeList")).click()
    expect(page.get_by_text(say("insight.listMade", f"{named:,}"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.get_by_role("button", name=say.button("insight.addStep")).click()
    fourth = page.get_by_role("group", name=say("insight.step", 4))
    expect(fourth).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q="))
    page.get_by_role("button", name=say.button("insight.save")).click()
    page.get_by_label(say("insight.saveName")).fill(f"四步漏斗 {say.language}")
    page.keyboard.press("Enter")
    expect(page.get_by_text(say("insight.savedDone"), exact=True)).to_be_visible()
    page.reload()
    expect(fourth).to_be_visible()
    expect(page.get_by_role("button", name=say.button("insight.remove"))).to_be_visible()
    page.get_by_role("button", name=say("shared/files/file.take"), exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="CSV").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert (lines[0].split(",")[:3], len(lines)) == (HEAD[say.language], 5)


def test_each_kind_of_question_has_an_answer(walk: Walk, say: Words) -> None:
    page = walk.page
    for kind, table in TABLES.items():
        number = page.get_by_role("table", name=say(table), exact=True).locator("tbody").get_by_role("button").first
        walk.go(f"/insight/{kind}")
        for _ in range(60):  # what the journey of the demo sends, it sends some time after the demo is ready
            expect(number.or_(page.get_by_text(say("insight.nothing")))).to_be_visible()
            if number.is_visible():
                break
            page.wait_for_timeout(1_000)
            page.reload()
        expect(number).to_be_visible()
        assert walk.faults() == []
