"""Messages by accounts: inside the windows that people open, by templates, by consents; never twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from siyu.channels.wechat import store
from siyu.channels.wechat.miniprogram import MiniprogramChannel
from siyu.channels.wechat.official_account import OfficialAccountChannel, content_of
from siyu.domain.content.contracts import Attachment, TemplateContent
from siyu.domain.customers.contracts import MARKETING, SERVICE, Identity
from siyu.domain.messages.contracts import OutgoingMessage, SendOutcome, SendResult
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from siyu.world.wecom.faults import Fault, FaultKind
from tests.channels.wechat.conftest import Connected
from tests.world.wechat.driving import MINI, OFFICIAL, TEMPLATE

NOTICE = TemplateContent(TEMPLATE, {"thing1": "一杯名字很长很长很长很长很长很长很长很长的茶", "number2": "3"})


def message(
    key: str, openid: str, purpose: str = MARKETING, *, template: TemplateContent | None = None
) -> OutgoingMessage:
    return OutgoingMessage(
        key, 1, [Identity("openid", openid)], "新品", "今天有新品", None, "https://x.example", purpose, template
    )


def outcomes(results: Sequence[SendResult]) -> list[tuple[str, str | None]]:
    return [(each.outcome.value, each.reason) for each in results]


def shown(connected: Connected, app_id: str = OFFICIAL) -> list[str]:
    phone = connected.accounts.of(app_id).door("fan/phone", unionid="o-person")["messages"]
    return [each["origin"] for each in phone if not each["is_own"]]


def test_an_official_account(database: Database, connected: Connected, clock: ManualClock) -> None:
    channel = OfficialAccountChannel(database, [connected.account(OFFICIAL)])
    openid = connected.accounts.follow()
    who = {7: [Identity("openid", openid)], 8: [Identity("openid", "o-nobody")]}

    def reachable(purpose: str) -> set[int]:
        with database.read() as reading:
            return set(channel.reachable(reading, who, purpose))

    assert outcomes(channel.send([message("a", "o-nobody")])) == [("rejected", "no_address")]
    with database.begin() as work:
        store.follow(work, OFFICIAL, [openid], [clock.now()])
    assert (reachable(MARKETING), reachable(SERVICE)) == (set(), {7})
    assert outcomes(channel.send([message("a", openid)])) == [("over_quota", "over_quota")]
    with database.begin() as work:
        store.allow_after_gesture(work, OFFICIAL, openid, 1, clock.now() + timedelta(minutes=1))
        store.allow_after_message(work, OFFICIAL, openid, 2, clock.now() + timedelta(hours=48))
    assert reachable(MARKETING) == {7}
    assert outcomes(channel.send([message(key, openid) for key in "abcd"])) == [
        ("accepted", None),
        ("accepted", None),
        ("accepted", None),
        ("over_quota", "over_quota"),
    ]
    assert shown(connected) == ["custom"] * 3
    # A template is for notices; one that is to advertise goes as free content, or not at all.
    assert outcomes(channel.send([message("e", openid, SERVICE, template=NOTICE)])) == [("accepted", None)]
    assert outcomes(channel.send([message("f", openid, template=NOTICE)])) == [("over_quota", "over_quota")]
    assert shown(connected)[3:] == ["template"]
    with database.begin() as work:
        rows = work.driver.execute("SELECT message_key FROM wechat.sent").fetchall()
        store.allow_after_message(work, OFFICIAL, openid, 5, clock.now() + timedelta(hours=48))
    assert rows == [("e",)]
    faults = connected.accounts.platform.faults
    faults.add(Fault(FaultKind.LOSE_ANSWER, "/cgi-bin/message"))
    connected.accounts.door("fan/write", unionid="o-person", text="在吗")
    found = channel.send([message("g", openid), message("h", openid)])
    assert [each.outcome for each in found] == [SendOutcome.UNREACHABLE, SendOutcome.DEFERRED]
    assert shown(connected)[4:] == ["custom"]
    for errcode, expected in ((45015, "over_quota"), (48002, "rejected"), (45011, "deferred"), (40164, "deferred")):
        with database.begin() as work:
            store.allow_after_message(work, OFFICIAL, openid, 5, clock.now() + timedelta(hours=48))
        faults.add(Fault(FaultKind.ERRCODE, "/cgi-bin/message", errcode=errcode))
        assert channel.send([message(f"k{errcode}", openid)])[0].outcome.value == expected
        with database.read() as reading:
            ((standing,),) = store.standings(reading, [openid], [OFFICIAL]).values()
        assert standing.left == {"over_quota": 0, "rejected": 4, "deferred": 5}[expected]
    connected.accounts.door("fan/unfollow", unionid="o-person")
    assert outcomes(channel.send([message("m", openid, SERVICE, template=NOTICE)])) == [("rejected", "unsubscribed")]
    assert reachable(SERVICE) == set()


def test_a_mini_program(database: Database, connected: Connected) -> None:
    """One yes is one message; what WeChat surely did not take leaves the yes there."""
    channel = MiniprogramChannel(database, [connected.account(MINI, page="pages/index")])
    mini = connected.accounts.of(MINI)
    openid = mini.follow()
    assert outcomes(channel.send([message("a", openid)])) == [("rejected", "bad_template")]
    assert outcomes(channel.send([message("a", openid, template=NOTICE)])) == [("over_quota", "over_quota")]
    mini.door("fan/consent", unionid="o-person", template_id=TEMPLATE)
    with database.begin() as work:
        store.grant(work, MINI, openid, TEMPLATE)
        store.grant(work, MINI, openid, TEMPLATE)
        who = {7: [Identity("openid", openid)], 8: [Identity("phone", "13800000001")]}
        assert channel.reachable(work, who, MARKETING) == {7}
    connected.accounts.platform.faults.add(Fault(FaultKind.ERRCODE, "/cgi-bin/message", errcode=45011))
    assert channel.send([message("b", openid, template=NOTICE)])[0].outcome is SendOutcome.DEFERRED
    assert outcomes(channel.send([message("b", openid, template=NOTICE)])) == [("accepted", None)]
    (phone,) = mini.door("fan/phone", unionid="o-person")["messages"]
    assert phone["content"]["data"]["thing1"]["value"] == "一杯名字很长很长很长很长很长很长很长很…"
    assert phone["content"]["page"] == "pages/index"
    # We believed in one more than WeChat knows of.
    assert outcomes(channel.send([message("c", openid, template=NOTICE)])) == [("over_quota", "over_quota")]
    with database.read() as reading:
        assert channel.reachable(reading, {7: [Identity("openid", openid)]}, MARKETING) == set()


def test_what_is_said() -> None:
    plain = message("a", "o")
    assert content_of(plain) == {"msgtype": "text", "text": {"content": "今天有新品"}}
    linked = OutgoingMessage(
        "b", 1, [], "新品", "看看", "https://x.example/l", "https://x.example/p", attachments=(Attachment("link"),)
    )
    assert content_of(linked)["news"]["articles"][0]["url"] == "https://x.example/l"
    long = OutgoingMessage("c", 1, [], "新品", "茶" * 2000, None, "https://x.example/p")
    assert len(content_of(long)["text"]["content"].encode()) == 2046


def test_what_a_message_looks_like() -> None:
    """A card where it leads somewhere or has a picture; a text else."""
    plain = replace(message("a", "o"), link_url=None)
    picture = Attachment("image", url="https://siyu.example/tea.png")
    link = Attachment("link", url="https://siyu.example/menu", title="茶单")
    assert content_of(plain) == {"msgtype": "text", "text": {"content": "今天有新品"}}
    assert len(content_of(replace(plain, body="好" * 1000))["text"]["content"]) == 682
    cards = [
        content_of(each)["news"]["articles"][0]
        for each in (
            replace(plain, link_url="https://x.example", attachments=(picture, link)),
            replace(plain, attachments=(link,)),
            replace(plain, attachments=(picture,)),
        )
    ]
    assert [(each["title"], each["url"], each["picurl"]) for each in cards] == [
        ("新品", "https://x.example", picture.url),
        ("茶单", link.url, ""),
        ("新品", picture.url, picture.url),
    ]
