"""Welcomes of groups in WeCom: made once, changed and deleted as often as it takes, and what customers then read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from siyu.channels.wecom.carrying import Carrier
from siyu.channels.wecom.group_welcomes import PATH, WecomGroupWelcomes
from siyu.domain.company.contracts import WecomSecrets
from siyu.domain.company.service import save_wecom_corp
from siyu.domain.groups import service as groups
from siyu.domain.groups.contracts import (
    BadGroupWelcomeError,
    KeptWelcome,
    TooManyGroupWelcomesError,
    UnknownGroupWelcomeError,
)
from siyu.domain.groups.welcomes import parse_welcome
from siyu.engines.mirror.welcomes import look_at_welcomes, work_welcomes_once
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from siyu.world.wecom.faults import Fault, FaultKind
from siyu.world.wecom.rules import Rules
from tests.engines.mirror.conftest import Mirrored
from tests.engines.scenery import SIYU
from tests.world.wecom.driving import AGENT_ID, CORP_ID, PNG

HELLO = {"text": "%NICKNAME% 您好，周五有会员日。"}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "text"),
        ({"text": "好" * 1001}, "text"),
        ({"text": "x" * 3001}, "text"),
        ({"words": "hello"}, "words"),
        ({"attachment": {"kind": "link", "url": "https://a.example"}}, "attachment"),
        ({"attachment": {"kind": "link", "url": "javascript:x", "title": "t"}}, "attachment.url"),
        ({"attachment": {"kind": "miniprogram", "appid": "wx", "page": "p", "title": "t"}}, "attachment"),
    ],
)
def test_what_cannot_greet(document: dict[str, Any], field: str) -> None:
    with pytest.raises(BadGroupWelcomeError) as caught:
        parse_welcome(document)
    assert caught.value.fields["field"] == field


@dataclass
class Welcoming:
    """A corp that is connected, and what is said of its welcomes here."""

    mirrored: Mirrored
    source: WecomGroupWelcomes

    def work(self) -> bool:
        return work_welcomes_once(self.mirrored.database, {CORP_ID: self.source})

    def create(self, name: str = "会员日", document: Any = HELLO) -> KeptWelcome:
        with self.mirrored.database.begin() as work:
            return groups.create_welcome(work, SIYU, CORP_ID, name, document)

    def here(self) -> list[KeptWelcome]:
        with self.mirrored.database.read() as reading:
            return groups.list_welcomes(reading, SIYU, [CORP_ID])

    def there(self) -> list[dict[str, Any]]:
        return [one.content for one in self.mirrored.api.corp.welcomes.templates.values()]

    def fails(self, kind: FaultKind, **how: Any) -> None:
        self.mirrored.api.corp.faults.add(Fault(kind, f"/cgi-bin/{PATH}", **how))


@pytest.fixture
def welcoming(database: Database, mirror_of: Callable[[Database, Size], Mirrored]) -> Welcoming:
    mirrored = mirror_of(database, Size(members=1, customers=1, chats=0))
    wecom = mirrored.corp.source._wecom  # type: ignore[attr-defined]  # the same client speaks of groups
    with database.begin() as work:
        save_wecom_corp(work, SIYU, CORP_ID, "晨曦", agent_id=AGENT_ID, secrets=WecomSecrets("secret"))
    carrier = Carrier(wecom, database.clock, lambda url: PNG if "tea" in url else None)
    return Welcoming(mirrored, WecomGroupWelcomes(wecom, carrier))


def test_a_welcome_from_here_to_the_phone(welcoming: Welcoming) -> None:
    api, database = welcoming.mirrored.api, welcoming.mirrored.database
    made = welcoming.create(" 会员日 ")
    assert (made.name, made.state) == ("会员日", "waiting")
    assert welcoming.work()
    assert not welcoming.work()
    assert [each.state for each in welcoming.here()] == ["made"]
    ((template_id, _),) = api.corp.welcomes.templates.items()
    chat_id = api.door("chat/make", owner="staff0001", name="新群")["chat_id"]
    api.door("chat/choose-welcome", chat_id=chat_id, userid="staff0001", template_id=template_id)
    assert api.door("chat/welcomes")["welcomes"] == [{"template_id": template_id, "text": HELLO["text"]}]

    def read_on_joining() -> list[dict[str, Any]]:
        customer = api.door("person/add", name="小满")["external_userid"]
        api.door("customer/join-chat", chat_id=chat_id, external_userid=customer)
        return [each["content"] for each in api.door("person/phone", external_userid=customer)["messages"]]

    assert read_on_joining() == [{"msgtype": "text", "text": {"content": "小满 您好，周五有会员日。"}}]
    link = {"kind": "link", "url": "https://a.example/day", "title": "会员日"}
    with database.begin() as work:
        groups.save_welcome(work, SIYU, made.welcome_id, "会员日", {"text": "您好", "attachment": link})
    with database.begin() as work:
        picture = {"attachment": {"kind": "image", "url": "https://a.example/tea.png"}}
        other = groups.create_welcome(work, SIYU, CORP_ID, "图", picture)
    welcoming.fails(FaultKind.LOSE_ANSWER)  # saying it otherwise may be done twice
    while welcoming.work():
        pass
    told = [each.get("link", {}).get("url", each.get("text")) for each in read_on_joining()]
    assert told == [{"content": "您好"}, "https://a.example/day"]
    (picture,) = [each["image"] for each in welcoming.there() if "image" in each]
    assert picture["pic_url"].startswith("https://wework.qpic.cn/")  # for ever: a media id dies after three days
    with database.begin() as work:
        groups.delete_welcome(work, SIYU, other.welcome_id)
    assert welcoming.work()
    with database.begin() as work:
        groups.delete_welcome(work, SIYU, made.welcome_id)
        with pytest.raises(UnknownGroupWelcomeError):
            groups.delete_welcome(work, SIYU, made.welcome_id)
    api.corp.welcomes.templates.clear()  # somebody was faster, in WeCom's own console
    assert welcoming.work()
    assert (welcoming.here(), read_on_joining()) == ([], [])


def test_what_somebody_deleted_in_wecom_is_told_and_made_anew(welcoming: Welcoming) -> None:
    database, templates = welcoming.mirrored.database, welcoming.mirrored.api.corp.welcomes.templates
    first, second, third = (welcoming.create(name) for name in ("一", "二", "三"))
    while welcoming.work():
        pass
    names = list(templates)
    del templates[names[0]], templates[names[1]]
    look_at_welcomes(database, CORP_ID, welcoming.source)
    assert {each.name: (each.state, each.refusal) for each in welcoming.here()} == {
        "一": ("refused", 40035),
        "二": ("refused", 40035),
        "三": ("made", 0),
    }
    assert not welcoming.work()
    del templates[names[2]]
    with database.begin() as work:
        groups.try_welcome_again(work, SIYU, first.welcome_id)
        groups.save_welcome(work, SIYU, second.welcome_id, "二", {"text": "又见面了"})
        groups.save_welcome(work, SIYU, third.welcome_id, "三", {"text": "三"})  # deleted, and nobody has looked
    while welcoming.work():
        pass
    assert [(each.name, each.state) for each in welcoming.here()] == [("三", "refused"), ("二", "made"), ("一", "made")]
    assert sorted(each["text"]["content"] for each in welcoming.there()) == sorted([HELLO["text"], "又见面了"])


def test_a_lost_answer_makes_none_twice(welcoming: Welcoming) -> None:
    database = welcoming.mirrored.database
    kept = welcoming.create()
    welcoming.fails(FaultKind.LOSE_ANSWER)
    assert welcoming.work()
    welcoming.mirrored.pass_time(days=1)
    assert not welcoming.work()
    assert ([each.state for each in welcoming.here()], len(welcoming.there())) == (["unclear"], 1)
    with database.begin() as work:
        assert groups.try_welcome_again(work, SIYU, kept.welcome_id).state == "waiting"
    with database.begin() as work:
        assert groups.claim_welcome(work, SIYU, [CORP_ID]) is not None  # and whoever has it is killed
    assert not welcoming.work()
    welcoming.mirrored.pass_time(minutes=3)
    assert not welcoming.work()
    assert [each.state for each in welcoming.here()] == ["unclear"]
    with database.begin() as work:
        groups.delete_welcome(work, SIYU, kept.welcome_id)
    assert welcoming.here() == []


def test_what_wecom_refuses(welcoming: Welcoming) -> None:
    """What is wrong stays until somebody changes it; what is full, or not allowed for now, is tried again."""
    database = welcoming.mirrored.database
    image = {"text": "看图", "attachment": {"kind": "image", "url": "https://elsewhere.example/a.png"}}
    kept = welcoming.create(document=image)
    assert welcoming.work()
    assert [(each.state, each.refusal) for each in welcoming.here()] == [("refused", 40007)]
    with database.begin() as work:
        assert groups.save_welcome(work, SIYU, kept.welcome_id, "看图", HELLO).state == "waiting"
    welcoming.mirrored.api.corp.rules = Rules(group_welcomes_max=0)
    assert welcoming.work()
    assert [(each.state, each.refusal) for each in welcoming.here()] == [("waiting", 41055)]
    assert not welcoming.work()
    welcoming.mirrored.api.corp.rules = Rules()
    welcoming.mirrored.pass_time(minutes=11)
    assert welcoming.work()
    assert [each.state for each in welcoming.here()] == ["made"]
    with database.begin() as work:
        work.driver.execute(
            "INSERT INTO groups.welcomes (corp_id, name, content, changed_by, changed_at)"
            " SELECT corp_id, name, content, changed_by, changed_at FROM groups.welcomes, generate_series(1, 99)"
        )
    with pytest.raises(TooManyGroupWelcomesError):
        welcoming.create()
