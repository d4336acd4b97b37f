"""The demo's WeCom in a browser: connected and synced, groups and relations are shown, who adds a member is greeted and there; what
is posted in moments is called back, customer service is answered and handed over, and stores stand where people are led to."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from siyu.world.wecom.brand import CORP_ID
from tests.e2e.conftest import Demo, sought
from tests.e2e.sweeping import Walk
from tests.e2e.test_console import CUSTOMERS
from tests.e2e.test_customers import look_at
from tests.e2e.words import Words

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def ask(demo: Demo, door: str, **given: object) -> dict[str, Any]:
    """Does something in the demo's WeCom."""
    address, _, port = demo.url.rpartition(":")
    request = Request(f"{address}:{int(port) + 2}/world/{door}", json.dumps(given).encode())  # noqa: S310 - loopback
    with urlopen(request, timeout=20) as answer:  # noqa: S310 - the demo of this test
        return dict(json.load(answer))


def test_the_corp_is_connected_synced_and_a_newcomer_is_greeted(walk: Walk, say: Words, demo: Demo) -> None:
    page, newcomer = walk.page, f"扫码来的茶友 {say.language}"
    walk.go("/settings/wecom")
    main = page.get_by_role("main")
    expect(main.get_by_text(CORP_ID, exact=True)).to_be_visible()
    sync = page.get_by_role("region", name=say("wecom.sync.title"), exact=True)
    expect(sync.get_by_text(say("wecom.sync.states.done"), exact=True)).to_be_visible(timeout=60_000)
    compared = say.pattern("wecom.sync.summary", r"[1-9][\d,]*", ".+", ".+", ".+")
    expect(sync.get_by_text(compared)).to_be_visible()
    assert walk.faults() == []
    in_wecom = ask(demo, "state")["customers"]
    assert 50 < in_wecom < CUSTOMERS

    walk.go("/groups")
    page.get_by_role("link", name="早八续命群1").click()
    members = page.get_by_role("table", name=say("groups.members"))
    members.get_by_role("link").first.click()
    relations = page.get_by_role("region", name=say("customers/contacts.title"))
    expect(relations.get_by_text(say("customers/contacts.since")).first).to_be_visible()

    who = ask(demo, "person/add", name=newcomer)["external_userid"]
    ask(demo, "customer/add", external_userid=who, userid="tangxiaoman", add_way=1, state="门店码")
    walk.go(f"/customers?q={newcomer}")
    sought(page.get_by_role("link", name=newcomer), page.reload).click()
    expect(relations.get_by_text("唐小满")).to_be_visible()
    look_at(page, say, "timeline")
    expect(main.get_by_text(say.named("events", "contact_added")).first).to_be_visible()
    assert walk.faults() == []
    greeting = [one["content"]["text"]["content"] for one in ask(demo, "person/phone", external_userid=who)["messages"]]
    assert [text[:2] for text in greeting] == ["您好"]

    walk.go("/settings/wecom")
    page.get_by_role("button", name=say.button("wecom.check")).click()
    expect(main.get_by_text(say("wecom.fine"))).to_be_visible()


def test_a_post_in_moments_waits_for_its_member_and_is_called_back(walk: Walk, say: Words) -> None:
    page, name = walk.page, f"桂花季第一波 · {say.language}"
    walk.go("/posts/new")
    page.get_by_role("radiogroup", name=say("sends/posts.kind")).get_by_text(
        say("sends/posts.kinds.moment"), exact=True
    ).click()
    page.get_by_text(say("sends/posts.targets.staff"), exact=True).click()
    walk.choose(page.get_by_label(say("sends/posts.chooseStaff")), "唐小满")
    page.get_by_label(say("sends/posts.name"), exact=True).fill(name)
    page.get_by_label(say("sends/posts.body"), exact=True).fill("桂花开了，来喝第一杯。")
    expect(page.get_by_text(say.like("sends/posts.reach.moment"))).to_be_visible()
    assert walk.faults() == []
    page.get_by_role("button", name=say.button("sends/posts.send")).click()

    expect(page.get_by_role("heading", name=name)).to_be_visible()
    members = page.get_by_role("table", name=say("sends/posts.places.moment"))
    expect(members.get_by_role("row").filter(has_text="唐小满")).to_be_visible()
    page.get_by_role("button", name=say("sends/posts.callBack")).click()
    page.get_by_role("tooltip").get_by_role("button", name=say("sends/posts.callBack")).click()
    expect(page.get_by_text(say("sends/posts.calledBack"))).to_be_visible()
    expect(page.get_by_role("button", name=say("sends/posts.callBack"))).to_have_count(0)


def test_customer_service_is_answered_handed_over_and_ended(walk: Walk, say: Words, demo: Demo) -> None:
    page, who = walk.page, f"来问杯子的茶友 {say.language}"
    (account, *_) = walk.ask("GET", "/api/service/accounts")["rows"]
    asker = {"external_userid": ask(demo, "person/add", name=who)["external_userid"]}
    ask(demo, "customer/enter-kf", open_kfid=account["open_kfid"], **asker)
    ask(demo, "customer/write-kf", open_kfid=account["open_kfid"], text="杯子漏水，能换一个吗", **asker)

    walk.go("/service")
    table = page.get_by_role("table", name=say("service.conversations"))
    sought(table.get_by_role("link", name=who), page.reload).click()
    said = page.get_by_role("main")
    expect(said.get_by_text("杯子漏水，能换一个吗")).to_be_visible()
    assert walk.faults() == []
    said.get_by_label(say("service.reply"), exact=True).fill("可以的，带到任何一家店都给您换。")
    said.get_by_role("button", name=say.button("service.send")).click()
    expect(page.get_by_text(say("service.sent"))).to_be_visible()
    page.get_by_role("button", name=say.button("service.handOver")).click()
    page.get_by_role("menuitem", name=re.compile("^许诺")).click()
    expect(page.get_by_text(say("service.handed"))).to_be_visible()
    expect(said.get_by_text(say("service.states.servicer"))).to_be_visible()
    assert ask(demo, "person/kf", open_kfid=account["open_kfid"], **asker)["servicer"] == "许诺"
    page.get_by_role("button", name=say.button("service.end")).click()
    page.get_by_role("dialog").get_by_role("button", name=say.button("service.end")).click()
    expect(said.get_by_text(say("service.states.ended")).first).to_be_visible()
    heard = [each["content"].get("text", {}).get("content") for each in ask(demo, "person/phone", **asker)["messages"]]
    assert "可以的，带到任何一家店都给您换。" in heard


def test_a_store_is_made_found_and_taken_away(walk: Walk, say: Words) -> None:
    page, name = walk.page, f"杭州湖滨店 {say.language}"
    walk.go("/stores")
    page.get_by_role("button", name=say("codes/stores.create")).click()
    dialog = page.get_by_role("dialog", name=say("codes/stores.create"))
    values = {
        "name": name,
        "number": f"HZ-{say.language}",
        "city": "杭州",
        "latitude": "30.2546",
        "longitude": "120.1622",
    }
    for field, value in values.items():
        dialog.get_by_label(say(f"codes/stores.{field}"), exact=True).fill(value)
    dialog.get_by_role("button", name=say("codes/stores.addHours")).click()
    assert walk.faults() == []
    dialog.get_by_role("button", name=say.button("codes/stores.save")).click()
    expect(page.get_by_text(say("codes/stores.saved"))).to_be_visible()
    page.get_by_label(say("codes/stores.search")).fill("湖滨")
    rows = page.get_by_role("table", name=say("codes/stores.title")).get_by_role("row")
    expect(rows.filter(has_text=name)).to_contain_text(say("codes/stores.withoutCode"))
    rows.get_by_role("button", name=name).click()
    page.get_by_role("dialog", name=name).get_by_role("button", name=say.button("codes/stores.remove")).click()
    page.get_by_role("dialog", name=say("codes/stores.removeSure", name)).get_by_role(
        "button", name=say.button("codes/stores.remove")
    ).click()
    expect(page.get_by_text(say("codes/stores.removed"))).to_be_visible()
