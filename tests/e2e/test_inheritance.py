"""The leaver, in a browser: whoever resigns leaves customers behind, and they go to two colleagues."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from siyu.assembly.demo.tea.company import DEMO_EMAIL, DEMO_PASSWORD
from siyu.world.wecom.brand import CORP_ID
from tests.e2e.conftest import Demo
from tests.e2e.test_console import log_in
from tests.e2e.test_wecom import ask

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

LEAVER, TAKERS = ("guoming", "郭铭"), ("梁嘉豪", "何乐怡")
"""Members whom no other story asks for."""


def test_who_resigns_leaves_customers_to_colleagues(page: Page, demo: Demo) -> None:
    log_in(page)
    ask(demo, "staff/resign", userid=LEAVER[0])
    opened = page.request.post("/api/session", data={"email": DEMO_EMAIL, "password": DEMO_PASSWORD}).json()
    headers = {"X-CSRF-Token": opened["csrf_token"]}
    for _ in range(200):  # a sync that is running may have looked at the staff before
        page.request.post(f"/api/wecom/corps/{CORP_ID}/syncs", headers=headers)
        left = page.request.get("/api/inheritances/members", params={"left": "only"}).json()["rows"]
        if LEAVER[0] in {each["userid"] for each in left}:
            break
        page.wait_for_timeout(200)
    page.goto("/inheritances")
    leavers = page.get_by_role("table", name="离职员工留下的客户")
    leavers.get_by_role("row", name=LEAVER[1]).get_by_role("link", name="分配").click()

    page.get_by_label("接手的员工").click()
    for name in TAKERS:
        page.locator(".ant-select-item-option", has_text=name).first.click()
    page.keyboard.press("Escape")
    preview = page.get_by_role("region", name="预览")
    for name in TAKERS:
        expect(preview.get_by_role("cell", name=name)).to_be_visible()
    page.get_by_role("button", name="开始交接").click()

    expect(page.get_by_role("heading", name=f"{LEAVER[1]} 的客户")).to_be_visible()
    rows = page.get_by_role("table", name="明细")
    expect(rows.get_by_text("等 24 小时").first).to_be_visible(timeout=60_000)
    expect(rows.get_by_text(TAKERS[0]).first).to_be_visible()
