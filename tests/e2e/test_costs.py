"""What was spent comes in by a file and stands beside what came of it, in a browser."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.e2e.sweeping import Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

CHANNELS = {"zh": "朋友推荐", "en": "小程序"}
"""Each of the two pays for another, for which nobody else pays: it shows what was imported."""


def test_costs_are_imported_and_a_channel_has_its_return_and_its_target(walk: Walk, say: Words, tmp_path: Path) -> None:
    page, channel = walk.page, CHANNELS[say.language]
    file = tmp_path / f"投放-{say.language}.csv"
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    last_week = today - timedelta(days=today.weekday() + 5)  # any day of last week will do, where the company is
    rows = (f"{last_week},{channel},老带新,{amount}" for amount in ("120", "不多"))
    file.write_text("\n".join(("投放日期,渠道,推广计划,消耗", *rows, "")), "utf-8")
    walk.go("/imports")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("heading", name=file.name)).to_be_visible()
    expect(page.get_by_role("radio", name=re.compile(f"^{say('imports.kinds.costs')}"))).to_be_checked()
    page.get_by_role("button", name=say("imports.trial.run")).click()
    expect(page.get_by_text(say("imports.trial.some", 1, 2))).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name=say("imports.trial.start")).click()
    expect(page.get_by_text(say.like("imports.progress.done"))).to_be_visible(timeout=60_000)

    walk.go("/numbers/costs")
    expect(page.get_by_role("heading", name=say("metrics/costs.total"))).to_be_visible()
    expect(page.get_by_role("table", name=say("metrics/costs.imports"))).to_contain_text(file.name)
    assert walk.faults() == []

    names = {row["definition"]["key"]: row["definition"] for row in walk.ask("GET", "/api/metrics?size=200")["rows"]}
    paid, returned = (names[key][say.language] for key in ("paid_fen", "roi"))
    walk.go("/numbers/members")
    by = page.get_by_label(say("metrics/boards.by"), exact=True)
    walk.choose(by, say("metrics/boards.dimensions.attribute:channel"))
    board = page.get_by_role("table", name=say("metrics.tabs.members"))
    row = board.get_by_role("row", name=re.compile(f"^{channel}"))
    expect(row).to_contain_text("120.00")
    expect(board.get_by_role("columnheader", name=re.compile(re.escape(returned)))).to_be_visible()
    row.get_by_role("button", name=say("metrics/boards.setTarget", channel, paid)).click()
    page.get_by_label(say("metrics/boards.targetOf.week")).fill("5000")
    page.get_by_role("button", name=say.button("metrics/boards.save")).click()
    expect(row).to_contain_text(say.pattern("metrics/boards.progress", ".+"))

    walk.go("/value/cohorts")
    expect(page.get_by_role("columnheader", name=say("value/cohorts/cohort.payback"))).to_be_visible()
    assert walk.faults() == []
