"""Customer groups: lists, members, events, and who owns them."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from siyu.world.wecom import chats
from siyu.world.wecom.rules import Rules
from tests.world.wecom.driving import SECRET, Api

LIST, GET = "externalcontact/groupchat/list", "externalcontact/groupchat/get"
TRANSFER, ON_JOB = "externalcontact/groupchat/transfer", "externalcontact/groupchat/onjob_transfer"


def make_chat(api: Api, owner: str = "staff0001") -> str:
    return str(api.door("chat/make", owner=owner, name="新群")["chat_id"])


def test_lists_come_in_pages_and_by_owner(api: Api) -> None:
    assert api.errcode("POST", LIST) == 40063
    assert api.errcode("POST", LIST, limit=1001) == 40058
    first = api.post(LIST, limit=2)
    rest = api.post(LIST, limit=2, cursor=first["next_cursor"])
    assert "next_cursor" not in rest
    assert len(first["group_chat_list"] + rest["group_chat_list"]) == 3
    own = api.post(LIST, limit=9, owner_filter={"userid_list": ["staff0002"]})["group_chat_list"]
    assert [api.post(GET, chat_id=one["chat_id"])["group_chat"]["owner"] for one in own] == ["staff0002"]


def test_too_many_owners_must_be_named(api: Api) -> None:
    for number in range(1001):
        api.door("staff/add", userid=f"owner{number}", name="群主")
        make_chat(api, f"owner{number}")
    assert api.errcode("POST", LIST, limit=9) == 81017
    assert api.errcode("POST", LIST, limit=9, owner_filter={"userid_list": ["owner7"]}) == 0


def test_details_with_and_without_names(api: Api) -> None:
    chat_id = api.post(LIST, limit=1)["group_chat_list"][0]["chat_id"]
    without = api.post(GET, chat_id=chat_id)["group_chat"]
    owner, customer = without["member_list"][:2]
    assert (owner["type"], owner["userid"], "name" in owner) == (1, without["owner"], False)
    assert customer["type"] == 2
    assert customer["unionid"]
    assert all(one["name"] for one in api.post(GET, chat_id=chat_id, need_name=1)["group_chat"]["member_list"])
    assert api.errcode("POST", GET, chat_id="wr-nobody") == 40050
    api.door("app/change", secret=SECRET, users=["staff0006"], departments=[])
    assert api.errcode("POST", GET, chat_id=chat_id) == 60011
    assert api.post(LIST, limit=9)["group_chat_list"] == []


def test_changes_of_members_carry_versions(api: Api) -> None:
    chat_id = make_chat(api)
    one, other = api.newcomer(), api.newcomer()
    api.door("customer/join-chat", chat_id=chat_id, external_userid=one, invited_by="staff0001")
    api.door("customer/join-chat", chat_id=chat_id, external_userid=other, join_scene=3)
    api.door("customer/leave-chat", chat_id=chat_id, external_userid=one)
    api.door("customer/leave-chat", chat_id=chat_id, external_userid=other, is_removed=True)
    created, *changes = api.told()
    assert (created["Event"], created["ChangeType"]) == ("change_external_chat", "create")
    told = [
        (event["UpdateDetail"], event["JoinScene"], event["QuitScene"], event["MemChangeList"]) for event in changes
    ]
    assert told == [
        ("add_member", "0", "0", one),
        ("add_member", "3", "0", other),
        ("del_member", "0", "0", one),
        ("del_member", "0", "1", other),
    ]
    versions = [(event["LastMemVer"], event["CurMemVer"]) for event in changes]
    assert all(before[1] == after[0] for before, after in itertools.pairwise(versions))
    assert api.post(GET, chat_id=chat_id)["group_chat"]["member_version"] == versions[-1][1]


def test_other_changes_and_the_end(api: Api) -> None:
    chat_id = make_chat(api)
    api.door("chat/change", chat_id=chat_id, name="新名", notice="公告", owner="staff0002")
    api.door("chat/dismiss", chat_id=chat_id)
    told = [(event["ChangeType"], event.get("UpdateDetail", "")) for event in api.told()]
    assert told == [
        ("create", ""),
        ("update", "change_name"),
        ("update", "change_notice"),
        ("update", "change_owner"),
        ("dismiss", ""),
    ]
    assert api.errcode("POST", GET, chat_id=chat_id) == 40050


def test_a_group_is_full_at_five_hundred(api: Api) -> None:
    chat_id = make_chat(api)
    chat = api.corp.chats.get(chat_id)
    chat.members |= {number + 10_000: chats.ChatMember(2, number + 10_000, 0) for number in range(499)}
    assert api.refused_door("customer/join-chat", chat_id=chat_id, external_userid=api.newcomer()) == 40058


def test_groups_of_who_left_go_to_another(api: Api) -> None:
    chat_id = make_chat(api)
    failed = api.post(TRANSFER, chat_id_list=[chat_id, "wr-nobody"], new_owner="staff0002")["failed_chat_list"]
    assert [one["errcode"] for one in failed] == [90500, 90501]
    api.door("staff/resign", userid="staff0001")
    assert chat_id not in {one["chat_id"] for one in api.post(LIST, limit=99)["group_chat_list"]}
    named = api.post(LIST, limit=99, owner_filter={"userid_list": ["staff0001"]}, status_filter=1)["group_chat_list"]
    assert {"chat_id": chat_id, "status": 1} in named
    assert api.post(ON_JOB, chat_id_list=[chat_id], new_owner="staff0002")["failed_chat_list"][0]["errcode"] == 90502
    assert api.post(TRANSFER, chat_id_list=[chat_id], new_owner="staff0002")["failed_chat_list"] == []
    assert api.post(GET, chat_id=chat_id)["group_chat"]["owner"] == "staff0002"
    assert {"chat_id": chat_id, "status": 3} in api.post(LIST, limit=99)["group_chat_list"]


def test_groups_of_who_stays_go_twice_in_ninety_days_and_so_many_a_day(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(chat_transfers_per_day=2))
    chat_id = make_chat(api)

    def hand(owner: str) -> int:
        failed = api.post(ON_JOB, chat_id_list=[chat_id], new_owner=owner)["failed_chat_list"]
        return failed[0]["errcode"] if failed else 0

    assert hand("staff0001") == 90504
    assert [hand("staff0002"), hand("staff0003"), hand("staff0004")] == [0, 0, 40128]
    others = [make_chat(api, "staff0005") for _ in range(2)]
    failed = api.post(ON_JOB, chat_id_list=others, new_owner="staff0002")["failed_chat_list"]
    assert [(one["chat_id"], one["errcode"]) for one in failed] == [(others[1], 45009)]
    api.pass_time(days=91)
    api.log_in()
    assert hand("staff0004") == 0
    api.door("staff/add", userid="cook", name="厨师", is_verified=False)
    assert api.errcode("POST", ON_JOB, chat_id_list=[chat_id], new_owner="cook") == 40098
