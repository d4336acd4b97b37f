"""An adviser's chat: the side bar beside it knows the customer; a script and an article go into the chat."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Demo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

ADVISER, ARTICLE = "zhoulan", "三分钟看懂茶底"
FIRST_CUSTOMER = """async (userid) => {
  const asked = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ userid, limit: 1 }) };
  return (await (await fetch("/world/staff/customers", asked)).json()).customers[0].external_userid;
}"""


def test_an_adviser_says_a_script_and_gives_an_article(page: Page, demo: Demo) -> None:
    address, _, port = demo.url.rpartition(":")
    world = f"{address}:{int(port) + 2}"
    page.goto(f"{world}/staff?member={ADVISER}")
    she = page.evaluate(FIRST_CUSTOMER, ADVISER)
    page.goto(f"{world}/staff?member={ADVISER}#/customer/{she}")
    bar = page.frame_locator("iframe.bar-frame")
    tabs = bar.get_by_role("tablist", name="侧边栏内容")
    expect(bar.get_by_role("heading", level=1)).to_be_visible()

    chat = page.get_by_role("main")
    tabs.get_by_role("tab", name="话术").click()
    bar.get_by_label("搜索话术").fill("太贵")
    script = bar.get_by_role("listitem", name="太贵了", exact=True)
    script.get_by_role("button", name="发送", exact=True).click()
    expect(chat.get_by_text("按会员价一杯比便利店贵三块")).to_be_visible()
    expect(script.get_by_text("用过 1 次")).to_be_visible()

    tabs.get_by_role("tab", name="素材").click()
    bar.get_by_label("搜索素材").fill("茶底")
    bar.get_by_role("listitem", name=ARTICLE).get_by_role("button", name="发送", exact=True).click()
    expect(chat.get_by_role("button", name=ARTICLE)).to_be_visible()
    tabs.get_by_role("tab", name="客户").click()
    given = bar.get_by_role("region", name="发过的链接")
    expect(given.get_by_text("还没打开")).to_be_visible()
