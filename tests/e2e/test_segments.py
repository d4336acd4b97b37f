"""An operator builds segments in a browser: from conditions to members, reasons, files and lists."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.sweeping import Walk
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

A_SEGMENT = re.compile(r"/segments/\d+$")


def add_condition(page: Page, say: Words, group: Locator, name: str) -> None:
    """Adds a condition to a group, from the dialog of all kinds."""
    group.get_by_role("button", name=say.button("shared/conditions.addCondition")).last.click()
    dialog = page.get_by_role("dialog", name=say("shared/conditions.addCondition"))
    dialog.get_by_role("textbox").fill(name)
    dialog.get_by_role("button", name=name, exact=True).click()
    expect(dialog).to_have_count(0)


def live_in(page: Page, say: Words, group: Locator, city: str) -> None:
    """Adds the condition that a customer's city is this."""
    add_condition(page, say, group, say("shared/conditions/catalogue.entries.attribute.name"))
    attribute = group.get_by_role("group", name=say("shared/conditions/catalogue.kinds.attribute"), exact=True)
    attribute.get_by_role("combobox", name=say("shared/conditions.value"), exact=True).fill(city)


def counted(page: Page, say: Words) -> int:
    """How many match what is on the screen, once the server has said so of just that."""
    result = page.get_by_role("region", name=say("segments/editor.preview"), exact=True)
    expect(result.locator("[aria-busy=false]")).to_be_visible()
    found = re.match(rf"([\d,]+) {say('segments/editor.people')}", result.get_by_role("status").inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def publish(page: Page, say: Words, name: str) -> int:
    """Names it, publishes it, and waits until it serves; its number."""
    page.get_by_label(say("segments/editor.nameLabel")).fill(name)
    page.get_by_role("button", name=say.button("segments/editor.publish")).click()
    expect(page).to_have_url(A_SEGMENT)
    expect(page.get_by_text(say("segments.statuses.live"), exact=True)).to_be_visible(timeout=60_000)
    return int(page.url.rsplit("/", 1)[1])


def build_a_sequence(walk: Walk, say: Words) -> None:
    """Who looked at a product and paid within a year, and either bought twice or lives in Shanghai."""
    page = walk.page
    groups = page.get_by_role("group", name=say("shared/conditions.conditions"), exact=True)
    add_condition(page, say, groups.first, say("shared/conditions/catalogue.entries.sequence.name"))
    sequence = page.get_by_role("group", name=say("shared/conditions/catalogue.kinds.sequence"), exact=True)
    for number, event in enumerate(("product_viewed", "order_paid"), 1):
        step = sequence.get_by_role("group", name=say("shared/conditions.step", number))
        field = step.get_by_role("combobox", name=say("shared/conditions.event"), exact=True)
        walk.find(field, say.named("events", event))
    sequence.get_by_role("spinbutton", name=say("shared/conditions.amount"), exact=True).fill("365")
    page.get_by_role("button", name=say.button("shared/conditions.addGroup")).click()
    inner = groups.nth(1)
    inner.get_by_role("spinbutton", name=say("shared/conditions.value"), exact=True).fill("2")
    live_in(page, say, inner, "上海")
    expect(page.get_by_text("上海", exact=False).first).to_be_visible()


def test_a_nested_segment_with_a_sequence_is_built_kept_explained_and_exported(walk: Walk, say: Words) -> None:
    page, called = walk.page, f"浏览后一年内购买 {say.language}"
    walk.go("/segments/new")
    build_a_sequence(walk, say)
    expected = counted(page, say)
    assert expected > 0
    assert walk.faults() == []
    segment_id = publish(page, say, called)

    segment = walk.ask("GET", f"/api/segments/{segment_id}")
    joined = segment["definition"]
    assert [part["kind"] for part in joined["of"]] == ["sequence", "any"]
    assert [step["event"] for step in joined["of"][0]["steps"]] == ["product_viewed", "order_paid"]
    assert joined["of"][0]["steps"][1]["within"] == {"amount": 365, "unit": "day"}
    assert segment["size"] == expected
    expect(page.get_by_text(segment[f"sentence_{say.language}"])).to_be_visible()

    page.get_by_role("link", name=say("segments/page.tabs.members"), exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(min(expected, 50))
    member = page.locator("tbody tr a").first
    customer_id, name = str(member.get_attribute("href")).rsplit("/", 1)[1], member.inner_text()
    walk.go(f"/segments/{segment_id}/explain?customer={customer_id}")
    verdict = page.get_by_role("main").get_by_role("status")
    expect(verdict).to_contain_text(f"{name} {say('segments/page.isIn')}")
    expect(page.get_by_text(say("segments/page.joiners.any"))).to_be_visible()
    assert walk.faults() == []
    walk.go(f"/customers/{customer_id}")
    expect(page.get_by_role("link", name=called)).to_be_visible()

    walk.go(f"/segments/{segment_id}/exports")
    page.get_by_role("button", name=say.button("segments/page.export")).click()
    page.get_by_role("dialog").get_by_role("button", name=say.button("segments/page.startExport")).click()
    download = page.get_by_role("link", name=say.button("segments/page.download"))
    expect(download).to_be_visible(timeout=60_000)
    with page.expect_download() as downloading:
        download.click()
    rows = list(csv.reader(io.StringIO(downloading.value.path().read_text("utf-8-sig"))))
    assert len(rows) == expected + 1
    assert customer_id in {row[0] for row in rows}


def upload_a_list(walk: Walk, say: Words, name: str, file: Path) -> None:
    """Makes a list of the customers in a file, and looks at what became of its rows."""
    page = walk.page
    walk.go("/segments/lists")
    page.get_by_role("button", name=say.button("segments/lists.create")).click()
    page.get_by_label(say("segments/lists.nameLabel")).fill(name)
    page.get_by_role("button", name=say.button("segments/lists.save")).click()
    expect(page).to_have_url(re.compile(r"/segments/lists/\d+$"))
    expect(page.get_by_text(say("segments/lists.nobody"))).to_be_visible()
    page.locator("input[type=file]").set_input_files(file)
    result = page.get_by_role("main").get_by_role("status")
    expect(result).to_be_visible()
    figures = dict(zip(result.locator("dt").all_inner_texts(), result.locator("dd").all_inner_texts(), strict=True))
    wanted = {"rows": "16", "found": "12", "unknown": "3", "doubled": "1", "added": "12", "removed": "0"}
    assert figures == {say(f"segments/lists.figures.{figure}"): number for figure, number in wanted.items()}
    expect(page.locator("tbody tr")).to_have_count(12)
    assert walk.faults() == []


def test_a_list_is_uploaded_and_a_segment_asks_for_it(walk: Walk, say: Words, tmp_path: Path) -> None:
    page, listed, called = walk.page, f"浏览器里的名单 {say.language}", f"名单上的人 {say.language}"
    ids = [row["customer_id"] for row in walk.ask("GET", "/api/customers?size=12")["rows"]]
    phones = [1_3900_000_000 + number for number in range(3)]
    file = tmp_path / "报名.csv"
    file.write_text("客户编号\n" + "\n".join(map(str, [*ids, ids[0], *phones])) + "\n", "utf-8")
    upload_a_list(walk, say, listed, file)

    walk.go("/segments/new")
    group = page.get_by_role("group", name=say("shared/conditions.conditions"), exact=True).first
    add_condition(page, say, group, say("shared/conditions/catalogue.entries.list.name"))
    walk.find(page.get_by_role("combobox", name=say("shared/conditions.list"), exact=True), listed)
    assert counted(page, say) == 12
    segment_id = publish(page, say, called)
    assert walk.ask("GET", f"/api/segments/{segment_id}")["size"] == 12

    walk.go("/segments/lists")
    page.get_by_role("link", name=listed).click()
    expect(page.get_by_role("link", name=called)).to_be_visible()
    remove = say.button("segments/lists.remove")
    page.get_by_role("button", name=remove).click()
    page.get_by_role("dialog").get_by_role("button", name=remove).click()
    expect(page.get_by_text(say("shared/ui/error.usedBy", called))).to_be_visible()
