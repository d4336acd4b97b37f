"""Metrics, a rule that finds something, and an experiment, in a browser against the running demo."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from siyu.assembly.installation import open_installation
from siyu.assembly.jobs import watch
from siyu.kernel.clock import ManualClock
from siyu.platform.settings import load_settings
from tests.e2e.conftest import Demo
from tests.e2e.sweeping import Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

MORE_THAN_EVER = "9000000"


def metric(walk: Walk, say: Words, key: str) -> tuple[int, str]:
    """A metric's number, and what it is called."""
    rows = walk.ask("GET", "/api/metrics?size=200")["rows"]
    found = next(row for row in rows if row["definition"]["key"] == key)
    return found["metric_id"], found["definition"][say.language]


def test_the_board_leads_to_a_metric_that_says_why_it_changed_and_a_rate_to_what_it_is_made_of(
    walk: Walk, say: Words
) -> None:
    page = walk.page
    paid_id, paid = metric(walk, say, "paid_fen")
    walk.go("/numbers/board")
    for board in ("acquisition", "operation", "transaction"):
        expect(page.get_by_role("heading", name=say(f"metrics.boards.{board}"), exact=True)).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("link", name=paid, exact=True).click()
    expect(page).to_have_url(re.compile(rf"/numbers/{paid_id}$"))
    page.reload()  # its address is a page's, not the machine's
    tree = page.get_by_role("region", name=say("metrics.tree"), exact=True)
    expect(tree.get_by_text(metric(walk, say, "orders_per_buyer")[1])).to_be_visible()
    assert walk.faults() == []

    rate_id, rate = metric(walk, say, "repeat_rate")
    walk.go(f"/numbers/{rate_id}")
    parts = page.get_by_role("list", name=say("metrics.madeOf", rate)).get_by_role("listitem")
    expect(parts).to_have_count(2)
    repeated = parts.filter(has_text=metric(walk, say, "repeat_buyers")[1])
    expect(repeated.get_by_text(re.compile("^[0-9,]+$"))).to_be_visible()
    assert walk.faults() == []
    repeated.get_by_role("button", name=say.button("metrics.people")).click()
    expect(page).to_have_url(re.compile(r"/segments/\d+/edit$"))


def test_a_metric_is_made_leads_to_its_people_and_goes_again(walk: Walk, say: Words) -> None:
    page, key, viewed = walk.page, f"viewers_{say.language}", say.named("events", "product_viewed")
    names = {"zh": f"看商品的人 {say.language}", "en": f"Viewers {say.language}"}
    called = names[say.language]
    walk.go("/numbers")
    page.get_by_role("button", name=say.button("metrics.make")).click()
    for field, text in (*names.items(), ("key", key)):
        page.get_by_label(say(f"metrics.fields.{field}"), exact=True).fill(text)
    walk.find(page.get_by_role("combobox", name=say("shared/conditions.event"), exact=True), viewed)
    measure = page.get_by_label(say("metrics.fields.measure"), exact=True)
    walk.choose(measure, say("metrics.fields.measures.people"))
    expect(page.get_by_text(say.like("metrics.means"))).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("metrics.saveLive")).click()
    expect(page.get_by_role("heading", name=called)).to_be_visible()
    page.get_by_role("button", name=say.button("metrics.people")).click()
    expect(page).to_have_url(re.compile(r"/segments/\d+/edit$"))
    draft = say.pattern("metrics.segmentName", re.escape(called), ".+", ".+")
    expect(page.get_by_label(say("segments/editor.nameLabel"))).to_have_value(draft)

    walk.go("/numbers")
    page.get_by_label(say("metrics.search"), exact=True).fill(key)
    page.get_by_role("table", name=say("metrics.noBoardGroup")).get_by_role("link", name=called).click()
    page.get_by_role("button", name=say.button("metrics.remove")).click()
    page.get_by_role("dialog").get_by_role("button", name=say.button("metrics.remove")).click()
    expect(page).to_have_url(re.compile("/numbers$"))
    expect(page.get_by_role("link", name=called)).to_have_count(0)
    assert walk.faults() == []


def test_a_rule_finds_something_and_somebody_takes_note(walk: Walk, say: Words, demo: Demo) -> None:
    page = walk.page
    paid_id, _ = metric(walk, say, "paid_fen")
    walk.go(f"/numbers/{paid_id}")
    panel = page.get_by_role("region", name=say("metrics.rules"), exact=True)
    triggers = panel.get_by_role("combobox", name=say("metrics.trigger"))
    before = triggers.count()
    panel.get_by_role("button", name=say.button("metrics.addRule")).click()
    expect(triggers).to_have_count(before + 1)
    walk.choose(triggers.last, say("metrics.triggers.below"))
    threshold = panel.get_by_role("spinbutton", name=say("metrics.threshold")).last
    expect(panel.get_by_title(say("metrics.triggers.below"), exact=True).last).to_be_visible()
    threshold.fill(MORE_THAN_EVER)
    threshold.press("Tab")
    expect(threshold).to_have_attribute("aria-valuenow", MORE_THAN_EVER)
    _let_the_week_end(demo)
    walk.go("/numbers/alerts")
    alerts = page.get_by_role("table", name=say("metrics.alerts")).get_by_role("row")
    found = alerts.filter(has_text=say("metrics.triggers.below")).filter(
        has=page.get_by_role("button", name=say("metrics.acknowledge"))
    )
    expect(found.first).to_be_visible()
    assert walk.faults() == []
    waiting = found.count()
    found.first.get_by_role("button").click()
    expect(found).to_have_count(waiting - 1)
    page.get_by_role("switch", name=say("metrics.alertsOpen")).click()
    taken = alerts.filter(has_text=say("metrics.acknowledged")).filter(has_text=say("metrics.triggers.below"))
    taken.first.get_by_role("link").click()
    expect(page).to_have_url(re.compile(rf"/numbers/{paid_id}$"))


def _let_the_week_end(demo: Demo) -> None:
    """Rules are held against the week in which they were made, when it is over."""
    settings = load_settings({}, home=demo.home)
    later = ManualClock(settings.clock.now() + timedelta(days=7))
    with open_installation(settings, clock=later) as installation:
        watch(installation)


def test_an_experiment_is_designed_begun_and_tells_its_results(walk: Walk, say: Words) -> None:
    page, name = walk.page, f"讲故事还是放折扣 {say.language}"
    begin = say.button("experiments.begin")
    walk.go("/experiments")
    page.get_by_role("button", name=say.button("experiments.create")).first.click()
    page.get_by_label(say("experiments.name"), exact=True).first.fill(name)
    page.get_by_label(say("experiments.hypothesis"), exact=True).fill("讲茶园故事更能让人下单")
    page.get_by_label(say("experiments.rate"), exact=True).fill("20")
    expect(page.get_by_text(say.pattern("experiments.planned", "[0-9,]+"))).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("experiments.save")).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.get_by_role("button", name=begin).click()
    page.get_by_role("dialog").get_by_role("button", name=begin).click()
    expect(page.get_by_text(say("experiments.statuses.live"), exact=True).first).to_be_visible()
    experiment_id = int(page.url.rsplit("/", 1)[1])
    came = _give_arms(walk, experiment_id)
    for _ in range(60):  # the columns learn of it a moment later
        told = walk.ask("GET", f"/api/experiments/{experiment_id}/results")["units"].values()
        if sum(told) == came:
            break
        page.wait_for_timeout(500)
    page.reload()
    units = page.get_by_role("main").locator("dl").first.locator("dd")
    expect(units).to_have_count(2)
    assert sum(int(each.replace(",", "")) for each in units.all_inner_texts()) == came
    expect(page.get_by_role("table", name=say("experiments.primary"))).to_contain_text(say("experiments.variantName"))
    page.get_by_label(say("experiments.note"), exact=True).fill("差别还看不出来")
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("experiments.decide")).click()
    expect(page.get_by_text(f"{say('experiments.keep')} · {say('experiments.keepNone')}")).to_be_visible()


def _give_arms(walk: Walk, experiment_id: int) -> int:
    """As a shop would ask, customer after customer, which of the ways is whose; how many were given one."""
    asked = [row["customer_id"] for row in walk.ask("GET", "/api/customers?size=100")["rows"]]
    arms = walk.ask("POST", f"/api/experiments/{experiment_id}/arms", {"customer_ids": asked})["arms"]
    assert len(arms) > 20
    return len(arms)
