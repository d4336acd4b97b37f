"""Tags and scenes acted in a browser: a group is made, customers are tagged, a rule keeps a tag; an hour becomes a segment."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.sweeping import LOOKS, Look, Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

SLEEPERS = "沉睡老客"


def choose_tag(page: Page, say: Words, name: str) -> None:
    box = page.get_by_role("dialog").get_by_role("combobox", name=say("shared/tags/tag-words.tag"), exact=True)
    box.fill(name)
    expect(page.locator(".ant-select-dropdown:visible").get_by_text(name)).to_be_visible()
    box.press("Enter")


def make_group(walk: Walk, say: Words, name: str, tags: tuple[str, ...]) -> None:
    page = walk.page
    walk.go("/tags")
    page.get_by_role("button", name=say.button("tags.newGroup")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(say("tags.name"), exact=True).fill(name)
    dialog.get_by_label(say("tags.colours.purple")).check()
    dialog.get_by_label(say("tags.exclusive")).check()
    assert walk.faults() == []
    dialog.get_by_role("button", name=say.button("tags.save")).click()
    panel = page.get_by_role("region", name=name, exact=True)
    for tag in tags:
        panel.get_by_role("button", name=say.button("tags.addTag")).click()
        page.get_by_role("dialog").get_by_label(say("tags.tagName")).fill(tag)
        page.get_by_role("dialog").get_by_role("button", name=say.button("tags.save")).click()
        expect(panel.get_by_text(tag)).to_be_visible()


def test_tags_are_made_given_kept_and_told_of(walk: Walk, say: Words, look: Look) -> None:
    page = walk.page
    group, high, low, rule = (f"{name} {say.language}" for name in ("意向", "高意向", "低意向", "在人群里的都是高意向"))
    make_group(walk, say, group, (high, low))
    customer_id = 1 + LOOKS.index(look)
    walk.go(f"/customers/{customer_id}")
    tags = page.get_by_role("region", name=say("customers/tags.title"), exact=True)
    for name in (low, high):
        tags.get_by_role("button", name=say.button("customers/tags.add")).click()
        choose_tag(page, say, name)
        page.get_by_role("dialog").get_by_role("button", name=say.button("customers/tags.add")).click()
        expect(tags.get_by_text(name)).to_be_visible()
    expect(tags.get_by_text(low)).to_have_count(0)

    walk.go("/segments")
    page.get_by_role("table").get_by_role("link", name=SLEEPERS, exact=True).click()
    page.get_by_role("button", name=say.button("shared/tags/tag-words.bulk")).click()
    choose_tag(page, say, high)
    page.get_by_role("dialog").get_by_role("button", name=say.button("shared/tags/tag-words.start")).click()
    expect(page.get_by_role("status").get_by_text(say("shared/tags/tag-words.done"), exact=True)).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name=say.button("shared/tags/tag-words.close")).last.click()

    walk.go("/tags/rules")
    page.get_by_role("button", name=say.button("tags.rules.create")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(say("tags.rules.name")).fill(rule)
    choose_tag(page, say, high)
    box = dialog.get_by_role("combobox", name=say("tags.rules.segment"), exact=True)
    box.fill(SLEEPERS)
    expect(page.locator(".ant-select-dropdown:visible").get_by_text(SLEEPERS)).to_be_visible()
    box.press("Enter")
    dialog.get_by_role("button", name=say.button("tags.rules.savePublish")).click()
    expect(page.get_by_role("row", name=rule).get_by_text(say("tags.rules.states.live"), exact=True)).to_be_visible()
    assert walk.faults() == []

    walk.go("/tags")
    panel = page.get_by_role("region", name=group, exact=True)
    panel.get_by_role("button", name=say("tags.more", high)).click()
    page.get_by_role("menuitem", name=say("tags.archive")).click()
    question = page.get_by_role("dialog")
    expect(question.get_by_text(rule)).to_be_visible()
    question.get_by_role("button", name=say.button("tags.archive")).click()
    expect(page.get_by_text(say("shared/ui/error.givenBy", rule))).to_be_visible()

    walk.go("/tags/bulks")
    told = page.get_by_role("table", name=say("tags.tabs.bulks")).get_by_text(say("tags.bulks.add", high))
    expect(told).to_be_visible()
    assert walk.faults() == []

    walk.go(f"/customers/{customer_id}")
    tags.get_by_role("button", name=say.button("customers/tags.history")).click()
    deeds = page.get_by_role("dialog").get_by_role("listitem").filter(has_text=group)
    expect(deeds.filter(has_text=say("shared/tags/tag-words.hows.hand"))).to_have_count(2)
    expect(deeds.filter(has_text=say("shared/tags/tag-words.hows.replaced"))).to_have_count(1)


def test_scenes_are_estimated_and_an_hour_becomes_a_segment(walk: Walk, say: Words) -> None:
    page = walk.page
    walk.go("/scenes")
    expect(page.get_by_role("table", name=say("scenes.heat"))).to_be_visible()
    best = page.get_by_role("region", name=say("scenes.best"))
    assert walk.faults() == []
    best.get_by_role("button", name=say.button("scenes.compute")).click()
    expect(page.get_by_text(say("scenes.computing"))).to_be_visible()
    hour = best.get_by_role("list").get_by_role("button").first
    hours = say.like("scenes.hourCustomers").match(hour.inner_text())
    assert hours is not None
    hour.click()
    expect(page).to_have_url(re.compile(r"/segments/\d+/edit$"))
    expect(page.get_by_label(say("segments/editor.nameLabel"))).to_have_value(say("scenes.newHour", hours[1]))

    walk.go("/customers/300")
    scene = page.get_by_role("region", name=say("customers/scene.title"), exact=True)
    expect(scene.get_by_text(say("customers/scene.note", 90))).to_be_visible()
