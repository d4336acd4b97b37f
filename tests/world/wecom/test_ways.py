"""Contact ways, codes of groups, acquisition links: what leads customers in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from siyu.world.wecom.rules import Rules
from tests.world.wecom.driving import CONTACTS_SECRET, OTHER_SECRET, Api

ADD, GET, UPDATE = (
    "externalcontact/add_contact_way",
    "externalcontact/get_contact_way",
    "externalcontact/update_contact_way",
)
LIST, DELETE = "externalcontact/list_contact_way", "externalcontact/del_contact_way"
TWO = ["staff0001", "staff0002"]
JOIN = "externalcontact/groupchat/"
LINKS = "externalcontact/customer_acquisition/"


@pytest.mark.parametrize(
    ("given", "errcode"),
    [
        ({"type": None}, 41037),
        ({"scene": None}, 41038),
        ({"type": 3}, 41039),
        ({"scene": 3}, 41040),
        ({"type": 1}, 41041),
        ({"type": 1, "user": []}, 40063),
        ({"user": ["nobody"]}, 40003),
        ({"party": [99]}, 60123),
        ({"style": 9}, 41042),
        ({"remark": "长" * 31}, 40058),
        ({"state": "长" * 31}, 40058),
        ({"is_temp": True}, 41039),
        ({"conclusions": {"text": {"content": "长" * 1334}}}, 40058),
    ],
)
def test_refusals_of_a_new_way(api: Api, given: dict[str, object], errcode: int) -> None:
    assert api.errcode("POST", ADD, **({"type": 2, "scene": 2, "user": TWO} | given)) == errcode


def test_a_way_is_made_changed_and_removed_by_its_app(api: Api) -> None:
    made = api.post(ADD, type=2, scene=2, user=TWO, state="s", conclusions={"link": {"url": "u"}, "image": {"m": 1}})
    assert made["qr_code"].startswith("https://")
    config_id = made["config_id"]
    assert api.errcode("POST", UPDATE, config_id=config_id, remark="门店", user=["staff0003"]) == 0
    way = api.post(GET, config_id=config_id)["contact_way"]
    assert (way["remark"], way["user"], way["state"], way["type"]) == ("门店", ["staff0003"], "s", 2)
    assert way["conclusions"] == {"image": {"m": 1}}
    assert api.errcode("POST", UPDATE, config_id=config_id, remark="又", user=["nobody"]) == 40003
    assert api.post(GET, config_id=config_id)["contact_way"] == way  # all of it, or nothing
    assert api.of(OTHER_SECRET).errcode("POST", GET, config_id=config_id) == 41044
    assert api.errcode("POST", GET) == 41043
    assert "qr_code" not in api.post(ADD, type=2, scene=1, user=TWO)
    assert [one["config_id"] for one in api.post(LIST, limit=1)["contact_way"]] == [config_id]
    assert api.errcode("POST", DELETE, config_id=config_id) == 0
    assert api.errcode("POST", DELETE, config_id=config_id) == 41044


def test_ways_older_than_ninety_days_must_be_asked_for(api: Api) -> None:
    made = api.post(ADD, type=2, scene=2, user=TWO)["config_id"]
    long_ago = api.corp.now_seconds
    api.pass_time(days=91)
    api.log_in()
    assert api.post(LIST)["contact_way"] == []
    assert api.post(LIST, start_time=long_ago)["contact_way"] == [{"config_id": made}]


def test_the_corps_cap_counts_ways_and_codes_of_groups_together(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(ways_max=2, way_members_max=3))
    chat_id = next(iter(api.corp.chats.chats))
    assert api.errcode("POST", ADD, type=2, scene=2, user=TWO) == 0
    assert api.errcode("POST", JOIN + "add_join_way", scene=2, chat_id_list=[chat_id]) == 0
    assert api.errcode("POST", ADD, type=2, scene=2, user=TWO) == 41045
    assert api.errcode("POST", JOIN + "add_join_way", scene=2, chat_id_list=[chat_id]) == 41045
    assert api.errcode("POST", ADD, type=2, scene=2, party=[1]) == 41041
    temporary = {"type": 1, "scene": 2, "user": ["staff0001"], "is_temp": True}
    assert api.errcode("POST", ADD, **temporary) == 0  # stands outside the cap


def test_temporary_ways_have_a_daily_cap_one_use_and_an_end(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(temporary_ways_per_day=2))
    temporary = {"type": 1, "scene": 2, "user": ["staff0001"], "is_temp": True, "expires_in": 3600}
    used, old = api.post(ADD, **temporary)["config_id"], api.post(ADD, **temporary)["config_id"]
    assert api.errcode("POST", ADD, **temporary) == 41045
    api.door("customer/scan-way", config_id=used, external_userid=api.newcomer())
    assert api.errcode("POST", GET, config_id=used) == 41044
    assert api.errcode("POST", GET, config_id=old) == 0
    assert api.post(LIST)["contact_way"] == []
    api.pass_time(hours=1)
    assert api.errcode("POST", GET, config_id=old) == 41044
    pair = {"userid": "staff0001", "external_userid": api.customers("staff0001")[-1]}
    assert api.errcode("POST", "externalcontact/close_temp_chat", **pair) == 0


def test_wecom_itself_chooses_among_the_members(api: Api) -> None:
    config_id = api.post(ADD, type=2, scene=2, user=TWO, state="spring")["config_id"]
    chosen = [
        api.door("customer/scan-way", config_id=config_id, external_userid=api.newcomer())["userid"] for _ in range(4)
    ]
    assert chosen == TWO * 2
    event = api.told()[0]
    assert (event["ChangeType"], event["State"]) == ("add_external_contact", "spring")
    relation = api.get("externalcontact/get", external_userid=event["ExternalUserID"])["follow_user"][0]
    assert (relation["add_way"], relation["state"], relation["oper_userid"]) == (1, "spring", event["ExternalUserID"])


def test_an_exclusive_way_leads_back_and_an_unverified_one_only_half(api: Api) -> None:
    exclusive = api.post(ADD, type=2, scene=2, user=TWO, is_exclusive=True)["config_id"]
    customer = api.newcomer()
    first = api.door("customer/scan-way", config_id=exclusive, external_userid=customer)
    again = api.door("customer/scan-way", config_id=exclusive, external_userid=customer)
    assert first["welcome_code"]
    assert again == {"userid": first["userid"], "welcome_code": ""}  # friends already: no event, no code
    half = api.post(ADD, type=1, scene=2, user=["staff0003"], skip_verify=False)["config_id"]
    api.told()
    api.door("customer/scan-way", config_id=half, external_userid=customer)
    assert [event["ChangeType"] for event in api.told()] == ["add_half_external_contact"]


def test_codes_of_groups(api: Api) -> None:
    chat_ids = list(api.corp.chats.chats)
    add = JOIN + "add_join_way"
    assert api.errcode("POST", add, scene=2, chat_id_list=[f"wr{n}" for n in range(6)]) == 41091
    assert api.errcode("POST", add, scene=2, chat_id_list=["wr-nobody"]) == 40050
    config_id = api.post(add, scene=2, chat_id_list=chat_ids[:2], remark="长" * 40, state="door")["config_id"]
    way = api.post(JOIN + "get_join_way", config_id=config_id)["join_way"]
    assert (len(way["remark"]), way["state"], way["chat_id_list"]) == (30, "door", chat_ids[:2])
    customer = api.newcomer()
    api.door("customer/join-chat", config_id=config_id, external_userid=customer)
    members = api.post(JOIN + "get", chat_id=chat_ids[0])["group_chat"]["member_list"]
    assert [(one["state"], one["join_scene"]) for one in members if one["userid"] == customer] == [("door", 3)]
    assert api.errcode("POST", JOIN + "update_join_way", config_id=config_id, scene=2, chat_id_list=chat_ids[1:]) == 0
    assert api.post(JOIN + "get_join_way", config_id=config_id)["join_way"]["state"] == ""  # all is overwritten
    assert api.of(OTHER_SECRET).errcode("POST", JOIN + "get_join_way", config_id=config_id) == 41044
    assert api.errcode("POST", JOIN + "del_join_way", config_id=config_id) == 0
    assert api.errcode("POST", JOIN + "get_join_way", config_id=config_id) == 41044


def test_links_bring_customers_and_cost(api: Api) -> None:
    link = api.post(LINKS + "create_link", link_name="春日", range={"user_list": TWO})["link"]
    assert link["url"].startswith("https://work.weixin.qq.com/ca/")
    link_id = link["link_id"]
    api.door("quota/set", balance=20)
    customer = api.newcomer()
    api.door("customer/open-link", link_id=link_id, external_userid=customer, customer_channel="频" * 30)
    told = api.told()
    assert [event["ChangeType"] for event in told] == [
        "open_profile",
        "friend_request",
        "add_external_contact",
        "balance_low",
    ]
    assert len(told[0]["State"].encode()) <= 64
    row = api.post(LINKS + "customer", link_id=link_id)["customer_list"][0]
    assert (row["external_userid"], row["chat_status"], row["state"]) == (customer, 0, told[0]["State"])
    assert api.get("externalcontact/customer_acquisition_quota")["balance"] == 19
    assert api.get("externalcontact/get", external_userid=customer)["follow_user"][0]["add_way"] == 16
    for _ in range(3):
        api.door("customer/write", userid=row["userid"], external_userid=customer, text="在吗")
    started, third = api.told()
    assert (started["ChangeType"], started["UserID"]) == ("customer_start_chat", row["userid"])
    assert third["ChangeType"] == "message_from_customer"
    assert "UserID" not in third
    chat = api.post(LINKS + "get_chat_info", chat_key=third["ChatKey"])
    assert (chat["external_userid"], chat["chat_info"]["recv_msg_cnt"]) == (customer, 3)
    api.pass_time(minutes=31)
    assert api.errcode("POST", LINKS + "get_chat_info", chat_key=third["ChatKey"]) == 41201


def test_a_link_without_quota_and_what_links_are_refused(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(acquisition_links_max=1))
    create = LINKS + "create_link"
    assert api.errcode("POST", create, link_name="长" * 31, range={"user_list": TWO}) == 40058
    assert api.errcode("POST", create, link_name="春", range={}) == 40063
    assert api.errcode("POST", create, link_name="春", range={"user_list": ["nobody"]}) == 40003
    assert api.errcode("POST", create, link_name="春", range={"department_list": [99]}) == 60123
    link_id = api.post(create, link_name="春", range={"department_list": [1]})["link"]["link_id"]
    assert api.errcode("POST", create, link_name="春", range={"user_list": TWO}) == 41095
    assert api.of(CONTACTS_SECRET).errcode("POST", LINKS + "get", link_id=link_id) == 48002
    assert api.of(OTHER_SECRET).errcode("POST", LINKS + "get", link_id=link_id) == 40058
    api.door("quota/set", balance=0)
    assert api.refused_door("customer/open-link", link_id=link_id, external_userid=api.newcomer()) == 45009
    assert [event["ChangeType"] for event in api.told()] == ["open_profile", "link_unavailable"]
    api.door("quota/set", balance=5)
    assert [event["ChangeType"] for event in api.told()] == ["balance_increased"]


def test_links_are_listed_changed_counted_and_removed(api: Api) -> None:
    link_id = api.post(LINKS + "create_link", link_name="春", range={"user_list": TWO})["link"]["link_id"]
    assert api.post(LINKS + "list_link")["link_id_list"] == [link_id]
    given = {"link_name": "夏", "range": {"user_list": ["staff0003"]}, "priority_option": {"priority_type": 1}}
    assert api.errcode("POST", LINKS + "update_link", link_id=link_id, **given) == 0
    got = api.post(LINKS + "get", link_id=link_id)
    assert (got["link"]["link_name"], got["range"]["user_list"]) == ("夏", ["staff0003"])
    assert got["priority_option"] == {"priority_type": 1}
    api.door("customer/open-link", link_id=link_id, external_userid=api.newcomer())
    now = api.corp.now_seconds
    days = api.post(LINKS + "statistic", link_id=link_id, start_time=now - 86400, end_time=now)["statistic"]
    assert [day["new_customer_cnt"] for day in days] == [1]
    too_long = {"start_time": now - 31 * 86400, "end_time": now}
    assert api.errcode("POST", LINKS + "statistic", link_id=link_id, **too_long) == 40058
    api.told()
    assert api.errcode("POST", LINKS + "delete_link", link_id=link_id) == 0
    assert api.told() == []
    assert api.errcode("POST", LINKS + "get", link_id=link_id) == 40058
