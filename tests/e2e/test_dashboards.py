"""A dashboard from a template, a card moved by keys, an answer taken away, a report, and SQL, in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.sweeping import Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

RECIPIENT = "体验账号"


def test_a_dashboard_is_made_moved_and_taken_away(walk: Walk, say: Words) -> None:
    page = walk.page
    template = next(row for row in walk.ask("GET", "/api/dashboards/templates")["rows"] if row["key"] == "campaign")
    metrics = walk.ask("GET", "/api/metrics?size=200")["rows"]
    names = {row["definition"]["key"]: row["definition"][say.language] for row in metrics}
    paid, added = names["paid_fen"], f"{names['orders']} · {say.language}"
    walk.go("/dashboards")
    page.get_by_role("button", name=re.compile(f"^{template[say.language]}")).click()
    expect(page).to_have_url(re.compile(r"/dashboards/\d+$"))
    expect(page.get_by_role("heading", name=template[say.language])).to_be_visible()
    page.get_by_role("button", name=say.button("dashboards.edit")).click()
    expect(page.get_by_role("button", name=say("dashboards.discard"))).to_be_visible()
    handle = page.get_by_role("button", name=say("dashboards.handle", paid), exact=True)
    if handle.is_visible():  # cards that stand in one column have nowhere to go
        handle.press("Shift+ArrowDown")
        placed = say.pattern("dashboards.placed", re.escape(paid), ".+", ".+", ".+", "5")
        expect(page.get_by_text(placed)).to_be_attached()
        handle.press("ArrowUp")
    else:
        page.get_by_role("textbox", name=say("dashboards.name")).fill(f"{template[say.language]} 2")
    page.get_by_role("button", name=say.button("dashboards.addCard")).click()
    dialog = page.get_by_role("dialog", name=say("dashboards.addCard"))
    walk.find(dialog.get_by_role("combobox", name=say("dashboards.metric"), exact=True), names["orders"])
    walk.choose(dialog.get_by_label(say("dashboards.shows"), exact=True), say("dashboards.show.number"))
    dialog.get_by_label(say("dashboards.cardTitle"), exact=True).fill(added)
    assert walk.faults() == []
    dialog.get_by_role("button", name=say.button("dashboards.ok")).click()
    page.get_by_role("button", name=say.button("dashboards.save")).click()
    expect(page.get_by_text(say("dashboards.saved"))).to_be_visible()
    page.reload()
    expect(page.get_by_role("img", name=re.compile(re.escape(paid)))).to_be_visible()
    expect(page.get_by_role("region", name=added, exact=True)).to_contain_text(re.compile(r"\d"))
    page.wait_for_load_state("networkidle")  # a menu closes when the answers of other cards arrive
    assert walk.faults() == []
    page.get_by_role("button", name=f"{say('shared/files/file.take')} · {paid}", exact=True).click()
    with page.expect_download() as taken:
        page.get_by_role("menuitem", name="CSV").click()
    lines = Path(taken.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0] == {"zh": "周期,数值", "en": "Period,Value"}[say.language]
    assert len(lines) == 31


def test_sql_answers_and_refuses(walk: Walk, say: Words) -> None:
    page, run = walk.page, say.button("dashboards.sql.run")
    walk.go("/dashboards/sql")
    page.get_by_role("button", name=run).click()
    expect(page.get_by_role("cell", name="order_paid", exact=True)).to_be_visible()
    assert walk.faults() == []
    page.get_by_label(say("dashboards.sql.editor")).fill("SELECT file('/etc/passwd')")
    page.get_by_role("button", name=run).click()
    expect(page.get_by_role("alert")).to_contain_text("file")


@pytest.mark.both
def test_a_report_goes_out_every_monday_and_once_now(walk: Walk, say: Words) -> None:
    page, name = walk.page, f"周一看数 · {say.language}"
    template = walk.ask("GET", "/api/dashboards/templates")["rows"][0]
    walk.ask("POST", "/api/dashboards", {"name": name, "dashboard": template["dashboard"]})
    walk.go("/dashboards/reports")
    page.get_by_role("button", name=say("dashboards.reports.create")).click()
    form = page.get_by_role("dialog", name=say("dashboards.reports.create"))
    form.get_by_label(say("dashboards.name"), exact=True).fill(name)
    walk.choose(form.get_by_label(say("dashboards.reports.ofKinds.dashboard"), exact=True), name)
    walk.choose(form.get_by_label(say("dashboards.reports.when"), exact=True), say("dashboards.reports.whens.week"))
    walk.choose(form.get_by_label(say("dashboards.reports.to"), exact=True), RECIPIENT)
    form.get_by_label(
        say("dashboards.name"), exact=True
    ).click()  # a list of several stays open until one looks elsewhere
    assert walk.faults() == []
    form.get_by_role("button", name=say.button("dashboards.save")).click()
    row = page.get_by_role("table", name=say("dashboards.tabs.reports")).get_by_role("row", name=name)
    monday = say("dashboards.reports.weekdaySaid", say("dashboards.reports.weekdays.1"))
    expect(row).to_contain_text(say("dashboards.reports.whenSaid", monday, "09:00"))
    row.get_by_role("button", name=say("dashboards.reports.sendMe")).click()
    runs = page.get_by_role("dialog", name=f"{name} · {say('dashboards.reports.runs')}")
    expect(runs.get_by_role("row").filter(has_text=RECIPIENT)).to_have_count(1)
    assert walk.faults() == []
