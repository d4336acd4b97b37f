"""The living in an emulated corp: they scan, are greeted, talk, come into groups, get what staff send, and are heard of."""

from __future__ import annotations

from datetime import UTC

from siyu.kernel.clock import ManualClock
from siyu.world.living.doors import Page
from siyu.world.living.wecom_doors import EmulatedWecom
from siyu.world.wecom.apps import App
from siyu.world.wecom.building import Size, build_corp
from siyu.world.wecom.dispatch import Service
from tests.world.living.doubles import CODE
from tests.world.living.worlds import BEGINS, World
from tests.world.wecom.driving import AGENT_ID, CALLBACK, CORP_ID, SECRET, Api


def test_newcomers_become_friends_are_sent_to_and_write() -> None:
    clock = ManualClock(BEGINS.astimezone(UTC))
    corp = build_corp(CORP_ID, clock, Size(members=6, customers=0, chats=6))
    corp.add_app(App(AGENT_ID, SECRET, trusted_domains={"siyu.example"}, callback=CALLBACK))
    api = Api(corp, Service(corp))
    userids = [one.userid for one in corp.staff.members]
    way = api.post("externalcontact/add_contact_way", type=2, scene=2, user=userids, state="一元营")
    world = World("tea", 3_000, clock=clock, wecom=EmulatedWecom(corp))
    world.siyu.page = Page("code", CODE, picture=way["qr_code"])
    shown: list[int] = []
    corp.phones.on_shown = shown.append

    def carry() -> None:
        while shown:
            number = shown.pop()
            unionid, external_userid = corp.people.person(number).unionid, corp.people.id_of(number)
            world.living.people.buzzed(unionid, external_userid, clock.now())

    world.run(40, carry)
    friends = {number for userid in userids for number in corp.people.numbers_of(userid)}
    assert len(friends) > 3
    assert {relation.state for number in friends for relation in corp.people.followers(number)} == {"一元营"}
    sender = next(userid for userid in userids if corp.people.numbers_of(userid))
    api.log_in()
    told = api.post("externalcontact/add_msg_template", chat_type="single", text={"content": "会员日"}, sender=sender)
    world.run(60, carry)
    task = corp.mass.messages[told["msgid"]].tasks[sender]
    assert task.status != 0, "sent or put aside, days later"
    written = [one for userid in userids for one in corp.phones.staff.get(userid, ()) if one.origin.value == "chat"]
    assert written
    answered = [
        one for number in friends for one in corp.phones.of(number) if one.origin.value == "chat" and not one.is_own
    ]
    assert answered
    in_groups = {key for chat in corp.chats.chats.values() for key in chat.members if isinstance(key, int)}
    assert in_groups & set(range(corp.people.count))
    assert all(corp.people.person(number).unionid.startswith("oU") for number in friends)
