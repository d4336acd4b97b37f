"""RFM and ladders in a browser against the running demo."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.sweeping import Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

DRAFT = re.compile(r"/segments/\d+/edit")
DAYS = {"zh": "360", "en": "365"}
"""To how many days each of the two wants to hold what was bought."""
EVERYBODY = {"definition": {"kind": "sample", "name": "all", "to_percent": 100}}
"""How many can be on a ladder: who was erased is counted among the customers, and stands nowhere."""


def people_in(page: Page, say: Words, name: str) -> int:
    told = page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first.inner_text()
    found = say.pattern("value.people", r"(\d[\d,]*)").search(told)
    assert found, told
    return int(found[1].replace(",", ""))


def becomes_a_draft(page: Page, say: Words, count: str) -> None:
    """It opened as a segment, of as many as were told."""
    expect(page).to_have_url(DRAFT)
    found = page.get_by_role("region", name=say("segments/editor.preview"), exact=True).get_by_role("status")
    expect(found).to_contain_text(re.compile(rf"^{count} {say('segments/editor.people')}"))


def served(walk: Walk, kind: str) -> dict[str, Any]:
    """The one of them that the page shows: the newest that is in force."""
    rows = walk.ask("GET", f"/api/{kind}")["rows"]
    return dict([row for row in rows if row["status"] == "live"][-1])


def test_a_cell_shows_its_customers_and_becomes_a_segment(walk: Walk, say: Words) -> None:
    page = walk.page
    scheme = served(walk, "rfm")
    cells = {cell["zh"]: cell[say.language] for cell in scheme["definition"]["cells"]}
    walk.go("/value")
    expect(page.get_by_text(scheme["name"])).to_be_visible()
    expect(page.get_by_role("heading", name=say("value.cells"))).to_be_visible()
    name = cells["一般发展"]
    count = people_in(page, say, name)
    assert count > 0
    page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).click()
    table = page.get_by_role("table", name=say("value.members", name))
    expect(table.get_by_role("row")).to_have_count(min(count, 50) + 1)
    assert walk.faults() == []
    page.keyboard.press("Escape")
    expect(table).to_be_hidden()
    expect(page.get_by_role("heading", name=say("value.movements"))).to_be_visible()
    page.get_by_label(say("value.days"), exact=True).fill(DAYS[say.language])
    page.get_by_role("button", name=say.button("value.save")).click()
    expect(page.get_by_text(say("value.saved"), exact=True)).to_be_visible()
    expect(page.get_by_text(say("value.waits"), exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).click()
    page.get_by_role("button", name=say("value.makeSegment"), exact=True).click()
    becomes_a_draft(page, say, f"{count:,}")


def test_a_cohort_becomes_a_segment(walk: Walk, say: Words) -> None:
    page, again = walk.page, say("value/cohorts/cohort.shows.repeat")
    walk.go("/value/cohorts")
    walk.choose(page.get_by_label(say("value/cohorts/cohort.show"), exact=True), again)
    expect(page.get_by_role("heading", name=again)).to_be_visible()
    assert walk.faults() == []
    table = page.get_by_role("table", name=say("value/cohorts/cohort.title"))
    cohort = table.locator("tbody").get_by_role("row").filter(has=page.get_by_role("button")).first
    count = cohort.get_by_role("cell").first.inner_text()
    cohort.get_by_role("button").click()
    becomes_a_draft(page, say, count)


def test_a_ladder_parts_all_customers_and_its_rules_are_edited(walk: Walk, say: Words) -> None:
    page, goal = walk.page, f"一对一服务 {say.language}"
    ladder = served(walk, "ladders")
    stages = {stage["zh"]: stage[say.language] for stage in ladder["definition"]["stages"]}
    walk.go("/value/ladders")
    expect(page.get_by_text(ladder["name"])).to_be_visible()
    last = page.get_by_role("button", name=re.compile(f"^{re.escape(stages['流失'])}"))
    counted = say.pattern("value.people", r"\d")
    expect(last).to_contain_text(counted)
    for _ in range(60):  # who came just now is placed by the next tick
        customers = walk.ask("POST", "/api/segments/preview", EVERYBODY)["total"]
        if sum(people_in(page, say, stage) for stage in stages.values()) == customers:
            break
        page.wait_for_timeout(1_000)
        page.reload()
        expect(last).to_contain_text(counted)
    assert sum(people_in(page, say, stage) for stage in stages.values()) == customers
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("value.edit")).click()
    vip = page.get_by_role("group", name="会员 VIP")
    vip.get_by_label(say("value.goal"), exact=True).fill(goal)
    page.get_by_role("button", name=say.button("value.save")).click()
    expect(page.get_by_text(say("value.saved"), exact=True)).to_be_visible()
    expect(page.get_by_text(say("value.waits"), exact=True)).to_be_visible()
    page.get_by_role("button", name=say.button("value.publish")).click()
    expect(page.get_by_text(say("value.published"), exact=True)).to_be_visible()
    named = re.compile(f"^{re.escape(stages['会员 VIP'])}")
    expect(page.get_by_role("button", name=named)).to_contain_text(goal)


def test_what_customers_are_worth_and_a_cell_of_it_becomes_a_segment(walk: Walk, say: Words) -> None:
    page = walk.page
    walk.go("/value/ltv")
    matrix = page.get_by_role("region", name=say("value/ltv.matrix"))
    cells = matrix.locator("td").get_by_role("button")
    expect(cells.first).to_be_visible()
    cell = next(each for each in cells.all() if each.is_enabled())
    count = cell.inner_text()
    cell.click()
    expect(matrix.get_by_text(say("value/ltv.people", count))).to_be_visible()
    expect(page.get_by_role("heading", name=say("value/ltv.lookBack"))).to_be_visible()
    most = page.get_by_role("table", name=say("value/ltv.most")).get_by_role("link").first
    who = most.inner_text()
    assert walk.faults() == []
    matrix.get_by_role("button", name=say("value/ltv.makeSegment")).click()
    becomes_a_draft(page, say, count)
    expect(page.get_by_role("group", name=say("shared/conditions/catalogue.kinds.estimate")).first).to_be_visible()
    page.go_back()
    page.get_by_role("link", name=who).first.click()
    expect(page).to_have_url(re.compile(r"/customers/\d+$"))
    worth = page.get_by_role("region", name=say("customers/value.title"), exact=True)
    expect(worth).to_contain_text(say("customers/value.value"))
