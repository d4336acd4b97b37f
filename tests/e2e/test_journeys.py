"""A journey drawn with mouse and keys, or made as a list on a phone, published, and looked at, in a browser; one that runs: its
people, versions, improvement."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.sweeping import DESK, Look, Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

RUNNING = "常客变冷挽回"
EXPERIMENT = "唤醒老客：先说券还是先说茶"


def test_a_journey_is_made_published_and_counted(walk: Walk, say: Words, look: Look) -> None:
    page, publish = walk.page, say.button("journeys/editor.publish")
    walk.go("/journeys/new")
    page.get_by_label(say("journeys/editor.nameLabel"), exact=True).fill(f"画出来的旅程 · {say.language}")
    (_draw if look == DESK else _list)(walk, say)
    expect(page.get_by_text(say("journeys/editor.sound"))).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("main").get_by_role("button", name=publish).click()
    dialog = page.get_by_role("dialog", name=say("journeys/editor.publishQuestion"))
    expect(dialog.get_by_text(say("journeys/price.now"))).to_be_visible()
    assert walk.faults() == []
    dialog.get_by_role("button", name=publish).click()
    expect(page.get_by_text(say("journeys.version", 1))).to_be_visible()
    canvas = page.get_by_role("region", name=say("journeys/canvas.canvas"), exact=True)
    begin = canvas.get_by_role("button", name=re.compile(f"^{say('journeys/node.groups.when')} ·"))
    expect(begin).to_contain_text(re.compile(say("journeys/canvas.entered", "[1-9][0-9]*")))
    wait = say("journeys/node.kinds.wait")
    canvas.get_by_role("button", name=re.compile(f"^{wait}")).click()
    people = page.get_by_role("region", name=wait, exact=True)
    expect(people.get_by_role("link").first).to_be_visible()


def _begin(walk: Walk, say: Words) -> None:
    """It begins for those who have not come for long."""
    side = walk.page.get_by_role("complementary")
    side.get_by_role("button", name=say("journeys/editor.addTrigger")).click()
    walk.page.get_by_role("menuitem", name=say("journeys/node.triggers.segment_entered")).click()
    walk.choose(side.get_by_label(say("journeys/editor.segment"), exact=True), "沉睡老客")


def _draw(walk: Walk, say: Words) -> None:
    """By mouse and by keys, on a canvas."""
    page, tag = walk.page, say("journeys/node.kinds.tag")
    _begin(walk, say)
    palette = page.get_by_role("navigation", name=say("journeys/editor.palette"), exact=True)
    canvas = page.get_by_role("region", name=say("journeys/canvas.canvas"), exact=True)
    side = page.get_by_role("complementary")
    palette.get_by_role("button", name=say("journeys/node.kinds.wait"), exact=True).click()
    palette.get_by_role("button", name=say("journeys/node.kinds.split"), exact=True).click()
    walk.choose(side.get_by_label(say("journeys/forms/form.splitBy")), EXPERIMENT)
    # by mouse: a piece out of the palette dropped on the way between the two
    plus = canvas.get_by_role("button", name=say("journeys/canvas.addHere", say("journeys/node.kinds.wait")))
    palette.get_by_role("button", name=tag, exact=True).drag_to(plus)
    expect(side.get_by_role("heading", name=tag)).to_be_visible()
    # by keys: twice of it, one of them taken away again, and both steps undone
    tags = canvas.get_by_role("button", name=re.compile(f"^{tag}"))
    page.keyboard.press("Control+d")
    expect(tags).to_have_count(2)
    page.keyboard.press("Delete")
    expect(tags).to_have_count(1)
    for _ in range(3):
        page.keyboard.press("Control+z")
    expect(tags).to_have_count(0)


def _list(walk: Walk, say: Words) -> None:
    """By buttons, as a list: a canvas needs more room than a phone has."""
    page, tag, wait = walk.page, say("journeys/node.kinds.tag"), say("journeys/node.kinds.wait")
    side = page.get_by_role("complementary")
    close = side.get_by_role("button", name=say("journeys/editor.close"), exact=True)
    after = say("journeys/editor.addAfter")
    nodes = page.get_by_role("list", name=say("journeys/editor.list"), exact=True)
    nodes.get_by_role("button", name=re.compile(f"^{say('journeys/editor.settings')}")).click()
    _begin(walk, say)
    close.click()
    page.get_by_role("button", name=say("journeys/editor.addFirst")).click()
    page.get_by_role("menuitem", name=wait, exact=True).click()
    close.click()
    page.get_by_role("button", name=after).click()
    page.get_by_role("menuitem", name=say("journeys/node.kinds.split"), exact=True).click()
    walk.choose(side.get_by_label(say("journeys/forms/form.splitBy")), EXPERIMENT)
    close.click()
    # between the two
    nodes.get_by_role("button", name=re.compile(f"^{wait}")).click()
    side.get_by_role("button", name=after).click()
    page.get_by_role("menuitem", name=tag, exact=True).click()
    expect(side.get_by_role("heading", name=tag)).to_be_visible()
    assert walk.faults() == []
    # twice of it, one of them taken away again, and both steps undone
    tags = nodes.get_by_role("button", name=re.compile(f"^{tag}"))
    side.get_by_role("button", name=say("journeys/editor.duplicate")).click()
    expect(tags).to_have_count(2)
    side.get_by_role("button", name=say.button("journeys/editor.remove")).click()
    expect(tags).to_have_count(1)
    for _ in range(3):
        page.get_by_role("button", name=say("journeys/editor.undo")).click()
    expect(tags).to_have_count(0)


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
