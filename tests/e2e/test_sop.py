"""A SOP of groups in a browser: from a template, a message more on its second day, and what it takes before it is published."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.sweeping import Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

TEMPLATE = "group_opening_week"


def test_a_group_sop_gets_a_day_and_tells_what_it_takes(walk: Walk, say: Words) -> None:
    page = walk.page
    templates = walk.ask("GET", f"/api/journey-templates?language={say.language}")["rows"]
    template = next(each for each in templates if each["key"] == TEMPLATE)
    walk.go("/journeys/templates")
    kinds = page.get_by_role("navigation", name=say("journeys/templates.kinds"), exact=True)
    kinds.get_by_role("button", name=template["name"]).click()
    page.get_by_label(say("journeys/templates.name"), exact=True).fill(f"老客群一周 · {say.language}")
    page.get_by_role("button", name=say("journeys/templates.make")).click()

    views = page.get_by_role("radiogroup", name=say("journeys/editor.views"))
    views.get_by_text(say("journeys/editor.sop"), exact=True).click()
    days = page.get_by_role("region", name=say("journeys/sop.label"), exact=True)
    posts = [node for node in template["definition"]["nodes"] if node["kind"] == "group_message"]
    expect(days.get_by_role("button", name=posts[2]["name"])).to_be_visible()
    assert walk.faults() == []
    days.get_by_role("button", name=say("journeys/sop.addDay")).click()
    asking = page.get_by_role("dialog", name=say("journeys/sop.newTime"))
    asking.get_by_label(say("journeys/sop.dayLabel")).fill("2")
    asking.get_by_label(say("journeys/sop.timeLabel"), exact=True).fill("20:30")
    asking.get_by_role("button", name=say.button("journeys/sop.ok")).click()
    drawer = page.get_by_role("dialog", name=say("journeys/node.kinds.group_message"))
    drawer.get_by_label(say("journeys/forms/form.messageTitle"), exact=True).fill("晚安一条")
    drawer.get_by_label(say("journeys/forms/form.body"), exact=True).fill("明天上午九点见。")
    drawer.get_by_role("button", name=say("journeys/sop.close"), exact=True).click()
    second = days.get_by_role("listitem").filter(has=page.get_by_role("heading", name=say("journeys/sop.day", 2)))
    expect(second.get_by_text("明天上午九点见。")).to_be_visible()
    assert walk.faults() == []

    page.get_by_role("button", name=say.button("journeys/editor.publish")).click()
    asking = page.get_by_role("dialog", name=say("journeys/editor.publishQuestion"))
    price = asking.get_by_role("region", name=say("journeys/price.title"))
    expect(price.get_by_text(say("journeys/price.minutes"), exact=True)).to_be_visible()
    assert walk.faults() == []
    asking.get_by_role("button", name=say.button("journeys/editor.cancel")).click()
