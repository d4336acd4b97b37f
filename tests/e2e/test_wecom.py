"""The demo's WeCom in a browser: connected and synced, groups and relations are shown, who adds a member is greeted and there."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from siyu.world.wecom.brand import CORP_ID
from tests.e2e.conftest import Demo, sought
from tests.e2e.test_console import CUSTOMERS, log_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

NEWCOMER = "扫码来的茶友"


def ask(demo: Demo, door: str, **given: object) -> dict[str, Any]:
    """Does something in the demo's WeCom."""
    address, _, port = demo.url.rpartition(":")
    request = Request(f"{address}:{int(port) + 2}/world/{door}", json.dumps(given).encode())  # noqa: S310 - loopback
    with urlopen(request, timeout=20) as answer:  # noqa: S310 - the demo of this test
        return dict(json.load(answer))


def test_the_corp_is_connected_synced_and_a_newcomer_is_greeted(page: Page, demo: Demo) -> None:
    log_in(page)
    page.goto("/settings/wecom")
    main = page.get_by_role("main")
    expect(main.get_by_text(CORP_ID, exact=True)).to_be_visible()
    expect(main.get_by_text("已完成", exact=True)).to_be_visible(timeout=60_000)
    expect(main.get_by_text(re.compile(r"核对 [1-9]\d* 个客户关系"))).to_be_visible()
    in_wecom = ask(demo, "state")["customers"]
    assert 50 < in_wecom < CUSTOMERS

    page.get_by_role("link", name="社群", exact=True).click()
    page.get_by_role("link", name="早八续命群1").click()
    members = page.get_by_role("table", name="群成员")
    members.get_by_role("link").first.click()
    relations = page.get_by_role("region", name="添加了哪些员工")
    expect(relations.get_by_text("添加于").first).to_be_visible()

    who = ask(demo, "person/add", name=NEWCOMER)["external_userid"]
    ask(demo, "customer/add", external_userid=who, userid="tangxiaoman", add_way=1, state="门店码")
    page.goto(f"/customers?q={NEWCOMER}")
    sought(page.get_by_role("link", name=NEWCOMER), page.reload).click()
    expect(page.get_by_role("region", name="添加了哪些员工").get_by_text("唐小满")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("添加了员工").first).to_be_visible()
    greeting = [one["content"]["text"]["content"] for one in ask(demo, "person/phone", external_userid=who)["messages"]]
    assert [text[:2] for text in greeting] == ["您好"]

    page.goto("/settings/wecom")
    page.get_by_role("button", name="检查连接").click()
    expect(main.get_by_text("连接正常")).to_be_visible()
