"""Mass messages against the emulated WeCom, from the task to what each customer got."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from siyu.channels.wecom.carrying import Carrier
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.customers import list_customer_ids
from siyu.channels.wecom.mass import WecomMassTasks
from siyu.channels.wecom.moments import text_of
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.sends.contracts import MassResult, MemberShare, Outcome, Task, TaskState
from siyu.kernel.clock import ManualClock
from siyu.world.wecom import friends, mass
from tests.channels.wecom.emulated import CORP_ID, Emulated
from tests.world.wecom.driving import PNG

LINK = {"kind": "link", "url": "https://siyu.example/new", "title": "新品" * 40}


def mass_tasks(wecom: Wecom, clock: ManualClock) -> WecomMassTasks:
    """Pictures of tea are there; others are not."""
    return WecomMassTasks(wecom, Carrier(wecom, clock, lambda url: PNG if "tea" in url else None))


def task_at(clock: ManualClock, text: str = "周末半价") -> Task:
    now = clock.now()
    body = {"text": text, "attachments": [LINK]}
    until = now + timedelta(hours=9)
    return Task(1, "k", CORP_ID, "c", body, "", TaskState.ASKING, "", 1, 0, None, now, until)


def test_a_task_is_made_once_confirmed_and_read(wecom: Wecom, emulated: Emulated, clock: ManualClock) -> None:
    tasks, corp = mass_tasks(wecom, clock), emulated.corp
    first, second = (list_customer_ids(wecom, userid)[:3] for userid in ("staff0001", "staff0002"))
    asked = task_at(clock)
    made = tasks.make(asked, [*first, *second, "wm-nobody"])
    assert list(made.failed) == ["wm-nobody"]
    with pytest.raises(SourceRefusedError) as early:  # it is being handed out still
        tasks.shares(made.msgid)
    assert early.value.refusal is Refusal.RETRY
    assert tasks.find(asked, clock.now(), frozenset()) == made.msgid
    assert tasks.find(asked, clock.now(), frozenset({made.msgid})) is None
    assert tasks.find(task_at(clock, "另一条"), clock.now(), frozenset()) is None
    clock.advance(timedelta(seconds=5))
    tasks.remind(made.msgid)
    shares = {share.userid: share.is_confirmed for share in tasks.shares(made.msgid)}
    assert set(shares.values()) == {False}
    friends.delete_customer(corp, "staff0001", corp.people.number_of(first[0]))
    for userid in shares:
        if userid != "staff0002":
            mass.confirm(corp, made.msgid, userid)
    confirmed = MemberShare("staff0001", is_confirmed=True)
    assert confirmed in tasks.shares(made.msgid)
    results = {each.external_userid: each.outcome for userid in shares for each in tasks.results(made.msgid, userid)}
    assert results[first[0]] is Outcome.NOT_A_FRIEND
    assert results[first[1]] is Outcome.SENT
    assert results[second[0]] is Outcome.WAITING
    tasks.cancel(made.msgid)
    with pytest.raises(SourceRefusedError) as gone:
        tasks.results(made.msgid, "staff0002")
    assert gone.value.errcode == 41093
    second_made = tasks.make(task_at(clock, "再来一条"), first)
    clock.advance(timedelta(seconds=5))
    mass.confirm(corp, second_made.msgid, "staff0001")
    assert MassResult(first[1], Outcome.OVER_QUOTA) in tasks.results(second_made.msgid, "staff0001")


def test_a_file_that_lies_elsewhere_is_led_to(wecom: Wecom, clock: ManualClock) -> None:
    file = {"kind": "file", "url": "https://siyu.example/menu.pdf", "title": "茶单"}
    asked = replace(task_at(clock), body={"text": "茶单", "attachments": [file]})
    made = mass_tasks(wecom, clock).make(asked, list_customer_ids(wecom, "staff0001")[:1])
    assert mass_tasks(wecom, clock).find(asked, clock.now(), frozenset()) == made.msgid


def test_a_moment_leads_below_its_words_to_what_it_cannot_hold() -> None:
    attachments = [
        {"kind": "image", "url": "https://chenxi.example/tea.png"},
        {"kind": "link", "url": "https://chenxi.example/day"},
        {"kind": "file", "url": "https://chenxi.example/menu.pdf"},
        {"kind": "file", "media_id": "m1"},
    ]
    told = text_of({"text": "会员日", "attachments": attachments})
    assert told.split("\n") == ["会员日", "https://chenxi.example/day", "https://chenxi.example/menu.pdf"]


def test_pictures_are_put_there_first(wecom: Wecom, emulated: Emulated, clock: ManualClock) -> None:
    (customer,) = list_customer_ids(wecom, "staff0001")[:1]
    image = {"kind": "image", "url": "https://siyu.example/tea.png"}
    asked = replace(task_at(clock), body={"text": "新茶", "attachments": [image]})
    made = mass_tasks(wecom, clock).make(asked, [customer])
    assert mass_tasks(wecom, clock).find(asked, clock.now(), frozenset()) == made.msgid
    clock.advance(timedelta(seconds=5))
    mass.confirm(emulated.corp, made.msgid, "staff0001")
    shown = emulated.corp.phones.of(emulated.corp.people.number_of(customer))
    assert "media_id" in next(each.content for each in shown if each.content["msgtype"] == "image")["image"]
    gone = replace(asked, body={"text": "新茶", "attachments": [image | {"url": "https://siyu.example/gone.png"}]})
    with pytest.raises(SourceRefusedError) as refused:
        mass_tasks(wecom, clock).make(gone, [customer])
    assert (refused.value.refusal, refused.value.errcode) == (Refusal.FINAL, 40007)
