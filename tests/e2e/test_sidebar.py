"""What staff say and send. An adviser's chat: the side bar beside it knows the customer; a script, an article and any address go
into the chat. Materials have versions; a long link is made short and tells who opened it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Demo
from tests.e2e.sweeping import PHONE, Look, Walk, window
from tests.e2e.test_staff_work import listed_task
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

ADVISER, ARTICLE = "zhoulan", "三分钟看懂茶底"
FIRST_CUSTOMER = """async (userid) => {
  const asked = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ userid, limit: 1 }) };
  return (await (await fetch("/world/staff/customers", asked)).json()).customers[0].external_userid;
}"""


def test_an_adviser_says_a_script_and_gives_an_article(browser: Browser, demo: Demo, look: Look, say: Words) -> None:
    """The bar stands beside the chat at a desk, and below it on a phone; in WeCom it begins in Chinese."""
    with window(browser, demo.url, look) as context:
        walk = Walk(context)
        page = walk.page
        address, _, port = demo.url.rpartition(":")
        world = f"{address}:{int(port) + 2}"
        page.goto(f"{world}/staff?member={ADVISER}")
        she = page.evaluate(FIRST_CUSTOMER, ADVISER)
        page.goto(f"{world}/staff?member={ADVISER}#/customer/{she}")
        bar = page.frame_locator("iframe.bar-frame")
        if look is PHONE:
            bar.get_by_role("button", name="English", exact=True).click()
        tabs = bar.get_by_role("tablist", name=say("sidebar.tabsLabel"))
        expect(bar.get_by_role("heading", level=1)).to_be_visible()

        chat = page.get_by_role("main")
        tabs.get_by_role("tab", name=say("sidebar.tabs.scripts")).click()
        bar.get_by_label(say("sidebar.search.scripts")).fill("太贵")
        script = bar.get_by_role("listitem", name="太贵了", exact=True)
        script.get_by_role("button", name=say("sidebar.send"), exact=True).click()
        expect(chat.get_by_text("按会员价一杯比便利店贵三块").first).to_be_visible()
        expect(script.get_by_text(say.pattern("sidebar.used", r"\d+"))).to_be_visible()

        tabs.get_by_role("tab", name=say("sidebar.tabs.materials")).click()
        bar.get_by_label(say("sidebar.search.materials")).fill("茶底")
        article = bar.get_by_role("listitem", name=ARTICLE)
        article.get_by_role("button", name=say("sidebar.send"), exact=True).click()
        expect(chat.get_by_role("button", name=ARTICLE).last).to_be_visible()
        tabs.get_by_role("tab", name=say("sidebar.tabs.customer")).click()
        given = bar.get_by_role("region", name=say("sidebar.links"))
        expect(given.get_by_text(say("sidebar.unopened")).first).to_be_visible()
        tabs.get_by_role("tab", name=say("sidebar.tabs.materials")).click()
        bar.get_by_label(say("sidebar.address")).fill("https://chenxi.example/spring?from=chat")
        bar.get_by_role("button", name=say("sidebar.sendAddress")).click()
        expect(chat.get_by_role("button", name="chenxi.example").last).to_be_visible()
    assert walk.errors == []


@pytest.mark.parametrize("look", [PHONE], ids=str)
def test_the_side_bar_alone_takes_a_task_and_makes_links(walk: Walk, say: Words, look: Look) -> None:
    page = walk.page
    task = listed_task(walk, "问问喝得惯吗")
    page.goto(f"/sidebar?customer={task['customer_id']}")
    page.get_by_role("button", name="中文", exact=True).click()
    expect(page.get_by_role("tab", name=Words("zh")("sidebar.tabs.customer"))).to_be_visible()
    page.get_by_role("button", name="English", exact=True).click()
    line = page.get_by_role("region", name=say("sidebar.tasks")).get_by_role("listitem").filter(has_text=task["title"])
    line.get_by_role("button", name=say.button("sidebar.taskClaim")).click()
    line.get_by_role("button", name=say.button("sidebar.taskDone")).click()
    expect(line).to_have_count(0)
    assert walk.faults() == []
    page.get_by_role("tab", name=say("sidebar.tabs.materials")).click()
    page.get_by_label(say("sidebar.address")).fill("https://chenxi.example/a/long/way")
    page.get_by_role("button", name=say("sidebar.copyAddress")).click()
    expect(page.get_by_text(say("sidebar.copied"), exact=True)).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("tab", name=say("sidebar.tabs.customer")).click()
    given = page.get_by_role("region", name=say("sidebar.links"))
    expect(given.get_by_text(say("sidebar.unopened")).first).to_be_visible()


def test_a_material_has_versions_and_an_old_one_is_taken_up(walk: Walk, say: Words) -> None:
    page, name = walk.page, f"新茶一句话 · {say.language}"
    walk.go("/content/materials")
    page.get_by_role("button", name=say("content.newMaterial")).first.click()
    drawer = page.get_by_role("dialog", name=say("content.newMaterial"))
    drawer.get_by_label(say("content.name"), exact=True).fill(name)
    walk.choose(drawer.get_by_label(say("content.kind")), say("content.kinds.text"))
    drawer.get_by_label(say("content.text"), exact=True).fill("{{ name|朋友 }}，新茶到了")
    drawer.get_by_label(say("content.preview")).click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option").first.click()
    expect(drawer.get_by_text(re.compile("^[^{]+，新茶到了$"))).to_be_visible()
    assert walk.faults() == []
    drawer.get_by_role("button", name=say.button("content.publish")).click()

    card = page.get_by_role("listitem", name=name, exact=True)
    drawer = page.get_by_role("dialog", name=say("content.editMaterial"))
    text = drawer.get_by_label(say("content.text"), exact=True)
    versions = drawer.get_by_role("list", name=say("content.versions")).get_by_role("listitem")
    for number, said in enumerate(("新茶卖完了", None), start=1):
        card.get_by_role("button", name=name).click()
        expect(versions).to_have_count(number)
        expect(versions.first).to_contain_text(say("content.inForce"))
        if said is None:
            drawer.get_by_role("button", name=say("content.takeVersion") + " " + say("content.version", 1)).click()
            expect(text).to_have_value("{{ name|朋友 }}，新茶到了")
        else:
            text.fill(said)
        drawer.get_by_role("button", name=say.button("content.publish")).click()
        expect(card).to_contain_text(said or "，新茶到了")
        expect(drawer).to_have_count(0)


def test_a_long_link_is_made_short_and_tells_who_opened_it(walk: Walk, say: Words, browser: Browser) -> None:
    page, title, long = walk.page, f"春茶单 · {say.language}", "https://chenxi.example/spring?from=radar"
    customers = walk.ask("GET", "/api/customers?size=50")["rows"]
    who = next(each["display_name"] for each in customers if not each["display_name"].startswith("#"))
    walk.go("/content/links")
    page.get_by_role("button", name=say("content.newLink")).click()
    dialog = page.get_by_role("dialog", name=say("content.newLink"))
    dialog.get_by_label(say("content.url"), exact=True).fill(long)
    dialog.get_by_label(say("content.cardTitle"), exact=True).fill(title)
    customer = dialog.get_by_label(say("content.columns.customer"))
    customer.fill(who)
    page.locator(".ant-select-dropdown:visible").get_by_title(who, exact=True).first.click()
    assert walk.faults() == []
    dialog.get_by_role("button", name=say("content.newLink")).click()
    short = dialog.get_by_label(say("content.shortLink")).input_value()
    assert len(short) < len(long) + 10
    for _ in range(2):  # hers, and the phone of somebody to whom she forwards it
        phone = browser.new_context()
        answer = phone.request.get(short, max_redirects=0)
        assert (answer.status, answer.headers["location"]) == (302, long)
        phone.close()

    walk.page.reload()
    line = page.get_by_role("table", name=say("content.recent")).get_by_role("row").filter(has_text=title)
    numbers = line.get_by_role("cell").filter(has_text=re.compile(r"^\d+$"))
    expect(numbers).to_have_text(["2", "1"])
    expect(line.get_by_role("link", name=who)).to_be_visible()
