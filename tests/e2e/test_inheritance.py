"""The leaver, in a browser: whoever resigns leaves customers behind, and they go to two colleagues."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from siyu.world.wecom.brand import CORP_ID
from tests.e2e.conftest import Demo
from tests.e2e.sweeping import Walk
from tests.e2e.test_wecom import ask
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

LEAVERS = {"zh": ("guoming", "郭铭"), "en": ("songyiming", "宋一鸣")}
TAKERS = ("梁嘉豪", "何乐怡")
"""Members whom no other story asks for."""


def test_who_resigns_leaves_customers_to_colleagues(walk: Walk, say: Words, demo: Demo) -> None:
    page = walk.page
    userid, leaver = LEAVERS[say.language]
    ask(demo, "staff/resign", userid=userid)
    token = page.request.get("/api/session").json()["csrf_token"]
    for _ in range(200):  # a sync that is running may have looked at the staff before, and lets no other begin
        page.request.post(f"/api/wecom/corps/{CORP_ID}/syncs", headers={"X-CSRF-Token": token})
        left = walk.ask("GET", "/api/inheritances/members?left=only")["rows"]
        if userid in {each["userid"] for each in left}:
            break
        page.wait_for_timeout(200)
    walk.go("/inheritances")
    leavers = page.get_by_role("table", name=say("inheritance.leavers"))
    assert walk.faults() == []
    leavers.get_by_role("row", name=leaver).get_by_role("link", name=say.button("inheritance.assign")).click()

    page.get_by_label(say("inheritance.takers"), exact=True).click()
    for name in TAKERS:
        page.locator(".ant-select-item-option", has_text=name).first.click()
    page.keyboard.press("Escape")
    preview = page.get_by_role("region", name=say("inheritance.preview"))
    for name in TAKERS:
        expect(preview.get_by_role("cell", name=name)).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("inheritance.begin")).click()

    expect(page.get_by_role("heading", name=say("inheritance.from", leaver))).to_be_visible()
    rows = page.get_by_role("table", name=say("inheritance.rows"))
    expect(rows.get_by_text(say("inheritance.states.waiting")).first).to_be_visible(timeout=60_000)
    expect(rows.get_by_text(TAKERS[0]).first).to_be_visible()
    assert walk.faults() == []
