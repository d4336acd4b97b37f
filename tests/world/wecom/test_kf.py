"""Customer service: what customers write is fetched, answers have an end, sessions have states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from siyu.world.wecom.rules import Rules
from tests.world.wecom.driving import PNG, Api

SYNC, SEND, ON_EVENT = "kf/sync_msg", "kf/send_msg", "kf/send_msg_on_event"
GET_STATE, CHANGE = "kf/service_state/get", "kf/service_state/trans"
TEXT = {"msgtype": "text", "text": {"content": "您好"}}


@pytest.fixture
def kf_api(make_api: Callable[..., Api]) -> Api:
    return make_api(Rules(token_seconds=10**7))


def open_account(api: Api) -> str:
    media_id = api.upload("media/upload", PNG, type="image")["media_id"]
    return str(api.post("kf/account/add", name="晨曦客服", media_id=media_id)["open_kfid"])


def fetch(api: Api, account: str, cursor: str = "") -> list[dict[str, Any]]:
    return list(api.post(SYNC, open_kfid=account, cursor=cursor, token=api.told()[-1]["Token"])["msg_list"])


def test_accounts_and_servicers(kf_api: Api) -> None:
    api, account = kf_api, open_account(kf_api)
    assert api.errcode("POST", "kf/account/add", name="无头像", media_id="nobody's") == 40007
    assert api.errcode("POST", "kf/account/add", name="名" * 17, media_id="x") == 40058
    assert [one["open_kfid"] for one in api.post("kf/account/list")["account_list"]] == [account]
    assert api.get("kf/account/list")["account_list"] == api.post("kf/account/list", offset=0)["account_list"]
    assert api.post("kf/account/list", offset=1)["account_list"] == []
    results = api.post("kf/servicer/add", open_kfid=account, userid_list=["staff0001", "nobody"])["result_list"]
    assert [one["errcode"] for one in results] == [0, 40003]
    assert api.get("kf/servicer/list", open_kfid=account)["servicer_list"] == [{"userid": "staff0001", "status": 0}]
    removed = api.post("kf/servicer/del", open_kfid=account, userid_list=["staff0001", "staff0002"])["result_list"]
    assert [one["errcode"] for one in removed] == [0, 60253]
    assert api.post("kf/add_contact_way", open_kfid=account, scene="door_1")["url"].endswith("enc_scene=door_1")
    assert api.errcode("POST", "kf/add_contact_way", open_kfid=account, scene="门") == 40058
    assert api.errcode("POST", "kf/account/update", open_kfid=account, name="新名") == 0
    assert api.errcode("POST", "kf/account/del", open_kfid=account) == 0
    assert api.errcode("POST", SYNC, open_kfid=account) == 95000
    assert api.errcode("POST", SYNC) == 60251
    assert api.errcode("GET", "kf/servicer/list", open_kfid=account) == 95000


def test_what_is_written_is_told_and_fetched_with_a_cursor(kf_api: Api) -> None:
    api, account, customer = kf_api, open_account(kf_api), kf_api.newcomer()
    api.door("customer/enter-kf", open_kfid=account, external_userid=customer, scene="door")
    for text in ("在吗", "人呢"):
        api.door("customer/write-kf", open_kfid=account, external_userid=customer, text=text)
    told = api.told()
    assert {(event["Event"], event["OpenKfId"]) for event in told} == {("kf_msg_or_event", account)}
    token = told[-1]["Token"]
    first = api.post(SYNC, open_kfid=account, token=token, limit=2)
    assert (first["has_more"], [one["origin"] for one in first["msg_list"]]) == (1, [4, 3])
    assert first["msg_list"][0]["event"]["event_type"] == "enter_session"
    rest = api.post(SYNC, open_kfid=account, token=token, cursor=first["next_cursor"])
    assert (rest["has_more"], [one["text"]["content"] for one in rest["msg_list"]]) == (0, ["人呢"])
    assert api.post(SYNC, open_kfid=account, token=token, cursor=rest["next_cursor"])["msg_list"] == []
    other = open_account(api)
    assert api.errcode("POST", SYNC, open_kfid=other, cursor=first["next_cursor"]) == 50100
    assert api.errcode("POST", SYNC, open_kfid=other, token=token) == 95007
    api.pass_time(minutes=11)
    assert api.errcode("POST", SYNC, open_kfid=account, token=token) == 95007
    api.pass_time(days=3)
    old = api.post(SYNC, open_kfid=account)
    assert (old["msg_list"], old["has_more"]) == ([], 0)


def test_fetching_without_a_token_is_strictly_limited(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(kf_calls_without_token_per_minute=2))
    account = open_account(api)
    assert [api.errcode("POST", SYNC, open_kfid=account) for _ in range(3)] == [0, 0, 45009]


def test_five_answers_within_two_days(kf_api: Api) -> None:
    api, account, customer = kf_api, open_account(kf_api), kf_api.newcomer()
    given = {"touser": customer, "open_kfid": account} | TEXT
    assert api.errcode("POST", SEND, **given) == 95002  # nothing was written yet
    api.door("customer/write-kf", open_kfid=account, external_userid=customer, text="在吗")
    assert [api.errcode("POST", SEND, **given) for _ in range(6)] == [0] * 5 + [95001]
    api.door("customer/write-kf", open_kfid=account, external_userid=customer, text="在吗")
    assert api.post(SEND, **given, msgid="mine")["msgid"] == "mine"
    assert api.errcode("POST", SEND, **given, msgid="mine") == 95033
    api.pass_time(hours=48, seconds=1)
    assert api.errcode("POST", SEND, **given) == 95002
    assert len(api.post(SYNC, open_kfid=account)["msg_list"]) == 2  # what the API sent does not come back
    messages = api.door("person/phone", external_userid=customer)["messages"]
    assert sum(one["is_own"] for one in messages) == 2
    assert len(messages) == 8


def test_welcome_on_entering_is_for_who_wrote_nothing(kf_api: Api) -> None:
    api, account, customer = kf_api, open_account(kf_api), kf_api.newcomer()

    def enter() -> str:
        api.door("customer/enter-kf", open_kfid=account, external_userid=customer)
        return str(fetch(api, account)[-1]["event"].get("welcome_code", ""))

    code = enter()
    assert api.errcode("POST", ON_EVENT, code=code, msgtype="image", image={}) == 40008
    assert api.errcode("POST", ON_EVENT, code=code, **TEXT) == 0
    assert api.errcode("POST", ON_EVENT, code=code, **TEXT) == 41050
    late = enter()
    api.pass_time(seconds=21)
    assert api.errcode("POST", ON_EVENT, code=late, **TEXT) == 41050
    too_late = enter()
    api.door("customer/write-kf", open_kfid=account, external_userid=customer, text="在吗")
    assert api.errcode("POST", ON_EVENT, code=too_late, **TEXT) == 41050
    assert enter() == ""


def test_what_is_taken_and_not_delivered(kf_api: Api) -> None:
    api, account, customer = kf_api, open_account(kf_api), kf_api.newcomer()
    whose = {"open_kfid": account, "external_userid": customer}
    api.door("customer/write-kf", **whose, text="在吗")
    given = {"touser": customer, "open_kfid": account} | TEXT
    api.door("kf/fail-next", **whose, fail_type=13)
    failed = str(api.post(SEND, **given)["msgid"])
    api.door("customer/reject-kf", **whose)
    rejected = str(api.post(SEND, **given)["msgid"])
    api.door("customer/reject-kf", **whose, is_rejecting=False)
    assert api.errcode("POST", SEND, **given) == 0
    told = [one["event"] for one in fetch(api, account) if one["msgtype"] == "event"]
    assert [(one["event_type"], one.get("fail_msgid"), one.get("fail_type")) for one in told] == [
        ("msg_send_fail", failed, 13),
        ("reject_customer_msg_switch_change", None, None),
        ("msg_send_fail", rejected, 10),
        ("reject_customer_msg_switch_change", None, None),
    ]
    shown = api.door("person/phone", external_userid=customer)["messages"]
    assert [one["is_own"] for one in shown] == [True, False]


def test_who_rests_takes_nothing(kf_api: Api) -> None:
    api, account = kf_api, open_account(kf_api)
    assert api.door("staff/kf", userid="staff0001")["duty"] == "none"
    api.post("kf/servicer/add", open_kfid=account, userid_list=["staff0001"])

    def duty() -> tuple[str, int]:
        (row,) = api.get("kf/servicer/list", open_kfid=account)["servicer_list"]
        return str(api.door("staff/kf", userid="staff0001")["duty"]), row["status"]

    assert duty() == ("on", 0)
    for _ in range(2):  # the second changes nothing
        api.door("staff/kf-duty", userid="staff0001", is_on_duty=False)
    assert duty() == ("resting", 1)
    api.door("staff/kf-duty", userid="staff0001")
    assert duty() == ("on", 0)
    told = [one["event"] for one in fetch(api, account)]
    assert [(one["event_type"], one["servicer_userid"], one["status"]) for one in told] == [
        ("servicer_status_change", "staff0001", 2),
        ("servicer_status_change", "staff0001", 1),
    ]


def test_sessions_go_only_allowed_ways(kf_api: Api) -> None:
    api, account, customer = kf_api, open_account(kf_api), kf_api.newcomer()
    api.post("kf/servicer/add", open_kfid=account, userid_list=["staff0001"])
    pair = {"open_kfid": account, "external_userid": customer}
    api.door("customer/write-kf", **pair, text="要人工")
    assert api.post(GET_STATE, **pair)["service_state"] == 0
    pool = api.post(CHANGE, **pair, service_state=2)
    assert api.errcode("POST", SEND, touser=customer, open_kfid=account, **TEXT) == 95018
    api.pass_time(hours=1)
    assert api.errcode("POST", ON_EVENT, code=pool["msg_code"], **TEXT) == 0
    assert api.errcode("POST", CHANGE, **pair, service_state=3, servicer_userid="staff0002") == 95014
    assert api.errcode("POST", CHANGE, **pair, service_state=3, servicer_userid="staff0001") == 0
    assert api.post(GET_STATE, **pair)["servicer_userid"] == "staff0001"
    assert api.errcode("POST", CHANGE, **pair, service_state=1) == 95016
    assert "msg_code" in api.post(CHANGE, **pair, service_state=4)
    assert api.errcode("POST", SEND, touser=customer, open_kfid=account, **TEXT) == 95013
    assert api.errcode("POST", CHANGE, **pair, service_state=1) == 95016
    api.door("customer/write-kf", **pair, text="又来了")
    assert api.post(GET_STATE, **pair)["service_state"] == 0


def test_customers_by_id(kf_api: Api) -> None:
    customer = kf_api.newcomer("阿茶")
    reply = kf_api.post("kf/customer/batchget", external_userid_list=[customer, "wm-nobody"])
    assert [(one["nickname"], bool(one["unionid"])) for one in reply["customer_list"]] == [("阿茶", True)]
    assert reply["invalid_external_userid"] == ["wm-nobody"]
    assert kf_api.refused_door("customer/write-kf", open_kfid="wk-nobody", external_userid=customer, text="?") == 95004


def test_who_serves_takes_answers_and_ends(api: Api) -> None:
    media = api.upload("media/upload", PNG, type="image")["media_id"]
    open_kfid = api.post("kf/account/add", name="客服", media_id=media)["open_kfid"]
    api.post("kf/servicer/add", open_kfid=open_kfid, userid_list=["staff0001"])
    who = api.newcomer("林小雨")
    pair = {"open_kfid": open_kfid, "external_userid": who}
    api.door("customer/write-kf", **pair, text="人工")
    api.post("kf/service_state/trans", **pair, service_state=2)
    (waiting,) = api.door("staff/kf", userid="staff0001")["sessions"]
    assert (waiting["name"], waiting["is_waiting"], waiting["messages"][0]["is_own"]) == ("林小雨", True, False)
    assert api.door("staff/kf", userid="staff0002")["sessions"] == []
    assert api.refused_door("staff/kf-take", **pair, userid="staff0002") == 95014
    assert api.refused_door("staff/kf-write", **pair, userid="staff0001", text="在的") == 95016
    api.door("staff/kf-take", **pair, userid="staff0001")
    assert api.post("kf/service_state/get", **pair)["servicer_userid"] == "staff0001"
    api.door("staff/kf-write", **pair, userid="staff0001", text="在的")
    assert api.door("person/phone", external_userid=who)["messages"][-1]["content"]["text"]["content"] == "在的"
    api.door("staff/kf-end", **pair, userid="staff0001")
    told = api.post("kf/sync_msg", open_kfid=open_kfid)["msg_list"]
    assert [one["origin"] for one in told] == [3, 4, 5, 4]
    assert [one["event"]["change_type"] for one in told if one["msgtype"] == "event"] == [1, 3]
    code = told[-1]["event"]["msg_code"]
    api.post("kf/send_msg_on_event", code=code, msgtype="text", text={"content": "再见"})
    assert api.door("person/kf", **pair) == {"state": 4, "servicer": "", "is_rejecting": False}
