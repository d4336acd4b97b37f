"""A plan from a template, its schedule, a review of it and the review's paper, in a browser against the running demo."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.e2e.sweeping import Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


FIRST_DAYS = {"zh": "2026-01-05", "en": "2026-02-02"}
"""Each of the two has a day of its own: the campaign is called by it."""


def test_a_plan_is_made_from_a_template_and_reviewed_on_paper(walk: Walk, say: Words) -> None:
    page, main, first_day = walk.page, walk.page.get_by_role("main"), FIRST_DAYS[say.language]
    templates = walk.ask("GET", f"/api/plans/templates?begins_on={first_day}&language={say.language}")["rows"]
    template = next(each for each in templates if each["key"] == "member_day")
    name = f"{template['name']} {first_day}"
    walk.go("/plans")
    page.get_by_role("button", name=say.button("plans.create")).first.click()
    page.get_by_label(say("plans.firstDay"), exact=True).fill(first_day)
    page.get_by_role("button", name=f"{say('plans.useTemplate')} {template['name']}", exact=True).click()
    page.get_by_label(say("plans.name"), exact=True).first.fill(name)
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("plans.save")).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_text(f"member_day_{first_day.replace('-', '')}")).to_be_visible()

    schedule = page.get_by_role("group", name=say("plans.ganttLabel"), exact=True)
    task = next(each["name"] for each in template["definition"]["tasks"] if each["key"] == "segments")
    bar = schedule.get_by_role("button", name=re.compile(f"^{re.escape(task)}"))
    before = bar.bounding_box()
    bar.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name=say("plans.saveArranged")).click()
    expect(page.get_by_role("button", name=say("plans.saveArranged"))).to_have_count(0)
    after = bar.bounding_box()
    assert before is not None
    assert after is not None
    assert after["x"] > before["x"]
    main.get_by_role("button", name=say.button("plans.approve")).click()
    page.get_by_role("dialog").get_by_role("button", name=say.button("plans.approve")).click()
    main.get_by_role("button", name=say.button("plans.begin")).click()
    expect(main.get_by_text(say("plans.stages.running"), exact=True).first).to_be_visible()
    assert walk.faults() == []

    main.get_by_role("button", name=say.button("plans.review")).click()
    page.get_by_label(say("reviews.wentWell"), exact=True).fill("预约的人都来了")
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("reviews.save")).click()
    expect(page.get_by_role("heading", name=say("reviews.newName", name), exact=True)).to_be_visible()
    page.get_by_label(say("reviews.addAction"), exact=True).fill("早一天发券")
    page.get_by_role("button", name=say.button("reviews.add")).click()
    expect(page.get_by_text("早一天发券", exact=True)).to_be_visible()
    main.get_by_role("button", name=say.button("reviews.close")).click()
    page.get_by_role("dialog").get_by_role("button", name=say.button("reviews.close")).click()
    expect(page.get_by_text(say.pattern("reviews.frozen", ".+"))).to_be_visible()
    assert walk.faults() == []
    with page.expect_download() as download:
        page.get_by_role("link", name=say("reviews.paper")).click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


@pytest.mark.both
def test_a_plan_stands_in_its_month(walk: Walk, say: Words) -> None:
    page, name = walk.page, f"这个月的会员日 · {say.language}"
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    templates = walk.ask("GET", f"/api/plans/templates?begins_on={today}&language={say.language}")["rows"]
    definition = {**templates[0]["definition"], "campaign": f"this_month_{say.language}"}
    walk.ask("POST", "/api/plans", {"name": name, "definition": definition})
    walk.go("/plans/calendar")
    month = page.get_by_role("main").get_by_role("heading", level=2)
    now = month.inner_text()
    expect(page.get_by_role("link", name=name).first).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name=say("plans.later")).click()
    page.get_by_role("button", name=say("plans.later")).click()
    expect(month).not_to_have_text(now)
    expect(page.get_by_role("link", name=name)).to_have_count(0)
    page.get_by_role("button", name=say("plans.thisMonth")).click()
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
