"""A journey drawn with mouse and keys, published, and looked at, in a browser; one that runs: its people, versions, improvement."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.sweeping import Walk
from tests.e2e.test_console import log_in
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

RUNNING = "常客变冷挽回"
EXPERIMENT = "唤醒老客：先说券还是先说茶"


def test_a_journey_is_drawn_published_and_counted(page: Page) -> None:
    log_in(page)
    page.goto("/journeys/new")
    page.get_by_label("旅程名称").fill("画出来的旅程")
    side = page.get_by_role("complementary")
    side.get_by_role("button", name="加一种开始方式").click()
    page.get_by_role("menuitem", name="进入人群").click()
    side.get_by_label("人群", exact=True).click()
    page.get_by_title("沉睡老客", exact=True).click()
    palette = page.get_by_role("navigation", name="节点")
    canvas = page.get_by_role("region", name="旅程画布")
    palette.get_by_role("button", name="等一段时间").click()
    palette.get_by_role("button", name="分流").click()
    side.get_by_label("由谁来分").click()
    page.get_by_title(EXPERIMENT).click()
    # by mouse: a piece out of the palette dropped on the way between the two
    plus = canvas.get_by_role("button", name=re.compile("在「等一段时间」之后添加"))
    palette.get_by_role("button", name="打标签").drag_to(plus)
    expect(side.get_by_role("heading", name="打标签")).to_be_visible()
    # by keys: twice of it, one of them taken away again, and both steps undone
    page.keyboard.press("Control+d")
    expect(canvas.get_by_role("button", name=re.compile("^打标签"))).to_have_count(2)
    page.keyboard.press("Delete")
    expect(canvas.get_by_role("button", name=re.compile("^打标签"))).to_have_count(1)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(canvas.get_by_role("button", name=re.compile("^打标签"))).to_have_count(0)
    expect(page.get_by_text("没有发现问题")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name=re.compile("^发.?布$")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("马上进入")).to_be_visible()
    dialog.get_by_role("button", name=re.compile("^发.?布$")).click()
    expect(page.get_by_text("第 1 版")).to_be_visible()
    expect(canvas.get_by_role("button", name=re.compile("开始"))).to_contain_text(re.compile("[1-9][0-9]* 进入"))
    canvas.get_by_role("button", name=re.compile("^等一段时间")).click()
    people = page.get_by_role("region", name="等一段时间", exact=True)
    expect(people.get_by_role("link").first).to_be_visible()


@pytest.mark.both
def test_a_running_journey_tells_of_its_people_its_versions_and_what_a_change_would_do(walk: Walk, say: Words) -> None:
    page = walk.page
    rows = walk.ask("GET", "/api/journeys")["rows"]
    journey_id = next(row["journey_id"] for row in rows if row["name"] == RUNNING)
    _have_them_wait_longer(walk, journey_id)
    walk.go(f"/journeys/{journey_id}")
    tabs = page.get_by_role("navigation", name=say("journeys/page.views"))
    tabs.get_by_role("link", name=say("journeys/page.people")).click()
    people = page.get_by_role("table", name=say("journeys/page.people")).get_by_role("row")
    expect(people.filter(has_text=say("journeys/page.states.active")).first.get_by_role("link").first).to_be_visible()
    states = page.get_by_role("radiogroup", name=say("journeys/page.state"))
    states.get_by_text(say("journeys/page.states.paused"), exact=True).click()
    expect(page.get_by_text(say("journeys/page.nobody"), exact=True)).to_be_visible()
    assert walk.faults() == []

    tabs.get_by_role("link", name=say("journeys/page.versions")).click()
    versions = page.get_by_role("table", name=say("journeys/page.versions"))
    expect(versions.get_by_role("row").filter(has_text=say("journeys/page.inForce"))).to_have_count(1)
    expect(page.get_by_text(say("journeys/page.changed", 1), exact=True)).to_be_visible()
    expect(page.get_by_text(say("journeys/page.fields.timeout_minutes")).first).to_be_visible()
    assert walk.faults() == []

    tabs.get_by_role("link", name=say("journeys/page.adherence")).click()
    cycle = page.get_by_role("list", name=say("journeys/adherence.cycle"))
    expect(cycle.get_by_text(say("journeys/adherence.draftWaiting"))).to_be_visible()
    tried = page.get_by_role("button", name=say("journeys/adherence.tryAgain"))
    page.get_by_role("button", name=say.button("journeys/adherence.tryIt")).or_(tried).click()
    expect(page.get_by_role("table", name=say("journeys/adherence.measure"))).to_be_visible()
    expect(tried).to_be_visible()
    assert walk.faults() == []


def _have_them_wait_longer(walk: Walk, journey_id: int) -> None:
    """A draft beside the version that is in force."""
    journey = walk.ask("GET", f"/api/journeys/{journey_id}")
    definition = journey["definition"]
    next(node for node in definition["nodes"] if node["kind"] == "wait_event")["timeout_minutes"] += 60
    draft = {"name": journey["name"], "definition": definition, "revision": journey["revision"]}
    walk.ask("PUT", f"/api/journeys/{journey_id}", draft)
