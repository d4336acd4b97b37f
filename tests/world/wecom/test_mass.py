"""Mass messages: who is asked to send, who confirms, who gets it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from siyu.world.wecom.rules import MassQuota, Rules
from tests.world.wecom.driving import OTHER_SECRET, Api

ADD, TASKS = "externalcontact/add_msg_template", "externalcontact/get_groupmsg_task"
RESULT, LIST = "externalcontact/get_groupmsg_send_result", "externalcontact/get_groupmsg_list_v2"
REMIND, CANCEL = "externalcontact/remind_groupmsg_send", "externalcontact/cancel_groupmsg_send"
TEXT = {"text": {"content": "上新"}}


def prepare(api: Api, customers: list[str], **more: object) -> str:
    made = api.post(ADD, external_userid=customers, **TEXT, **more)
    assert made["errcode"] == 0, made
    api.pass_time(seconds=2)
    return str(made["msgid"])


def results(api: Api, msgid: str, userid: str) -> dict[str, int]:
    rows = api.post(RESULT, msgid=msgid, userid=userid)["send_list"]
    return {row.get("external_userid") or row["chat_id"]: row["status"] for row in rows}


@pytest.mark.parametrize(
    ("given", "errcode"),
    [
        (TEXT, 40063),
        ({"sender": "nobody"} | TEXT, 40003),
        ({"external_userid": ["wm-nobody"]} | TEXT, 41048),
        ({"sender": "staff0001"}, 41090),
        ({"chat_type": "broadcast"} | TEXT, 40058),
        ({"chat_type": "group"} | TEXT, 40063),
        ({"chat_type": "group", "sender": ""} | TEXT, 40058),
        ({"external_userid": [f"wm{n}" for n in range(10_001)]} | TEXT, 40058),
        ({"chat_type": "group", "chat_id_list": [f"wr{n}" for n in range(2_001)]} | TEXT, 40058),
    ],
)
def test_refusals(api: Api, given: dict[str, Any], errcode: int) -> None:
    assert api.errcode("POST", ADD, **given) == errcode


def test_nothing_is_sent_until_the_member_confirms(api: Api) -> None:
    customers = api.customers("staff0001")[:3]
    msgid = prepare(api, customers, sender="staff0001")
    assert api.post(TASKS, msgid=msgid)["task_list"] == [{"userid": "staff0001", "status": 0}]
    assert results(api, msgid, "staff0001") == dict.fromkeys(customers, 0)
    assert api.door("person/phone", external_userid=customers[0])["messages"] == []
    assert api.door("staff/tasks", userid="staff0001")["messages"][0]["msgid"] == msgid
    api.door("staff/confirm", userid="staff0001", msgid=msgid)
    task = api.post(TASKS, msgid=msgid)["task_list"][0]
    assert (task["status"], task["send_time"]) == (2, api.corp.now_seconds)
    assert results(api, msgid, "staff0001") == dict.fromkeys(customers, 1)
    message = api.door("person/phone", external_userid=customers[0])["messages"][0]
    assert (message["origin"], message["content"]["text"]) == ("mass", {"content": "上新"})
    assert api.refused_door("staff/confirm", userid="staff0001", msgid=msgid) == 40035


def test_an_ignored_task_looks_like_one_that_waits(api: Api) -> None:
    msgid = prepare(api, api.customers("staff0001")[:1], sender="staff0001")
    api.door("staff/ignore", userid="staff0001", msgid=msgid)
    assert api.post(TASKS, msgid=msgid)["task_list"][0]["status"] == 0


def test_results_are_not_there_at_once(api: Api) -> None:
    msgid = api.post(ADD, external_userid=api.customers("staff0001")[:1], **TEXT)["msgid"]
    assert api.errcode("POST", TASKS, msgid=msgid) == 41063
    assert api.errcode("POST", RESULT, msgid=msgid, userid="staff0001") == 41063
    api.pass_time(seconds=2)
    assert api.errcode("POST", TASKS, msgid=msgid) == 0
    assert api.errcode("POST", RESULT, msgid=msgid, userid="nobody") == 40003
    assert api.of(OTHER_SECRET).errcode("POST", TASKS, msgid=msgid) == 41047
    assert api.errcode("POST", TASKS) == 41046


def test_without_a_sender_it_falls_to_who_talked_last(api: Api) -> None:
    customer = api.newcomer()
    for userid in ("staff0001", "staff0002"):
        api.door("customer/add", userid=userid, external_userid=customer)
    api.pass_time(seconds=5)
    api.door("staff/write", userid="staff0001", external_userid=customer, text="在")
    msgid = prepare(api, [customer])
    assert [one["userid"] for one in api.post(TASKS, msgid=msgid)["task_list"]] == ["staff0001"]


def test_a_sender_alone_means_all_his_customers_and_tags_narrow_them(api: Api) -> None:
    made = api.post("externalcontact/add_corp_tag", group_name="组", tag=[{"name": "甲"}, {"name": "乙"}])
    one, two = (tag["id"] for tag in made["tag_group"]["tag"])
    customers = api.customers("staff0001")
    for customer, tag_ids in ((customers[0], [one, two]), (customers[1], [one])):
        api.post("externalcontact/mark_tag", userid="staff0001", external_userid=customer, add_tag=tag_ids)
    sent = {"sender": "staff0001"} | TEXT
    assert len(results_of(api, sent)) == len(customers)
    either = {"tag_filter": {"group_list": [{"tag_list": [one, two]}]}}
    assert results_of(api, sent | either) == set(customers[:2])
    both = {"tag_filter": {"group_list": [{"tag_list": [one]}, {"tag_list": [two]}]}}
    assert results_of(api, sent | both) == {customers[0]}


def results_of(api: Api, given: dict[str, Any]) -> set[str]:
    msgid = api.post(ADD, **given)["msgid"]
    api.pass_time(seconds=2)
    return set(results(api, msgid, "staff0001"))


def test_who_deleted_the_member_and_who_has_had_one_today_get_nothing(api: Api) -> None:
    gone, fed, hungry = api.customers("staff0001")[:3]
    api.door("staff/send-personal", userid="staff0001", external_userid=[fed], text="早")  # counts into the same quota
    api.door("customer/delete-member", userid="staff0001", external_userid=gone)
    msgid = prepare(api, [gone, fed, hungry], sender="staff0001")
    api.door("staff/confirm", userid="staff0001", msgid=msgid)
    assert results(api, msgid, "staff0001") == {gone: 2, fed: 3, hungry: 1}


@pytest.mark.parametrize(
    ("quota", "taken"), [(MassQuota.DAILY, 1), (MassQuota.WEEKLY, 7), (MassQuota.MONTHLY, 30)], ids=str
)
def test_each_rule_has_its_own_most(make_api: Callable[..., Api], quota: MassQuota, taken: int) -> None:
    api = make_api(Rules(mass_quota=quota))
    customer = api.customers("staff0001")[0]
    statuses = []
    for _ in range(taken + 1):
        sent = api.door("staff/send-personal", userid="staff0001", external_userid=[customer], text="早")
        statuses.append(sent["outcomes"][0]["status"])
    assert statuses == [1] * taken + [3]
    api.pass_time(days={1: 1, 7: 7, 30: 30}[taken])
    sent = api.door("staff/send-personal", userid="staff0001", external_userid=[customer], text="早")
    assert sent["outcomes"][0]["status"] == 1


def test_group_messages_go_to_groups_and_tell_only_what_was_sent(api: Api) -> None:
    chat = next(iter(api.corp.chats.chats.values()))
    made = api.post(ADD, chat_type="group", chat_id_list=[chat.chat_id, "wr-nobody"], sender=chat.owner, **TEXT)
    assert made["fail_list"] == ["wr-nobody"]
    api.pass_time(seconds=2)
    assert results(api, made["msgid"], chat.owner) == {}
    api.door("staff/confirm", userid=chat.owner, msgid=made["msgid"])
    assert results(api, made["msgid"], chat.owner) == {chat.chat_id: 1}
    number = next(key for key in chat.members if isinstance(key, int))
    phone = api.door("person/phone", external_userid=api.corp.people.id_of(number))["messages"]
    assert phone[-1]["chat_id"] == chat.chat_id
    again = api.post(ADD, chat_type="group", sender=chat.owner, **TEXT)["msgid"]
    api.pass_time(seconds=2)
    api.door("staff/confirm", userid=chat.owner, msgid=again)
    assert results(api, again, chat.owner) == {
        chat.chat_id: 3
    }  # the day's one is gone; the member picked all his groups


def test_reminders_have_a_limit_and_a_cancelled_message_is_final(api: Api) -> None:
    msgid = prepare(api, api.customers("staff0001")[:1], sender="staff0001")
    assert [api.errcode("POST", REMIND, msgid=msgid) for _ in range(4)] == [0, 0, 0, 41094]
    api.pass_time(days=1)
    api.log_in()
    assert api.errcode("POST", REMIND, msgid=msgid) == 0
    assert api.errcode("POST", CANCEL, msgid=msgid) == 0
    assert api.errcode("POST", TASKS, msgid=msgid) == 41093
    assert api.refused_door("staff/confirm", userid="staff0001", msgid=msgid) == 41093


def test_lists_and_pages(api: Api) -> None:
    customers = api.customers("staff0001")
    msgid = prepare(api, customers, sender="staff0001")
    api.door("staff/send-personal", userid="staff0001", external_userid=customers[:1], text="早")
    now = api.corp.now_seconds
    span = {"chat_type": "single", "start_time": now - 100, "end_time": now}
    both = api.post(LIST, **span)["group_msg_list"]
    assert [one["create_type"] for one in both] == [0, 1]
    assert [one["msgid"] for one in api.post(LIST, **span, filter_type=0)["group_msg_list"]] == [msgid]
    assert api.post(LIST, **span, filter_type=1)["group_msg_list"][0]["creator"] == "staff0001"
    assert api.errcode("POST", LIST, **(span | {"start_time": now - 32 * 86400})) == 40058
    first = api.post(RESULT, msgid=msgid, userid="staff0001", limit=4)
    rest = api.post(RESULT, msgid=msgid, userid="staff0001", cursor=first["next_cursor"])
    assert [one["external_userid"] for one in first["send_list"] + rest["send_list"]] == customers
    assert api.errcode("POST", RESULT, msgid=msgid, userid="staff0001", cursor="nonsense") == 50100
