"""Customers: lists, details, pages, remarks, and what a relation goes through."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from siyu.world.wecom.rules import Rules
from tests.world.wecom.driving import SECRET, Api

BATCH = "externalcontact/batch/get_by_user"


def pages(api: Api, userids: list[str], limit: int) -> list[dict[str, dict[str, str]]]:
    found, cursor = [], ""
    while True:
        reply = api.post(BATCH, userid_list=userids, limit=limit, cursor=cursor)
        found += reply["external_contact_list"]
        cursor = reply["next_cursor"]
        if not cursor:
            return found


def test_all_customers_of_several_members_in_pages(api: Api) -> None:
    userids = [member.userid for member in api.corp.staff.members]
    expected = [(userid, customer) for userid in userids for customer in api.customers(userid)]
    found = pages(api, userids, 7)
    assert [(one["follow_info"]["userid"], one["external_contact"]["external_userid"]) for one in found] == expected
    assert len(expected) > 60  # some have two members


def test_somebody_who_comes_between_two_pages_moves_nobody_else(api: Api) -> None:
    before = api.customers("staff0001")
    first = api.post(BATCH, userid_list=["staff0001"], limit=4)
    api.door("staff/delete-customer", userid="staff0001", external_userid=before[0])
    newcomer = api.newcomer()
    api.door("customer/add", userid="staff0001", external_userid=newcomer)
    rest = api.post(BATCH, userid_list=["staff0001"], limit=100, cursor=first["next_cursor"])
    seen = [
        one["external_contact"]["external_userid"]
        for one in first["external_contact_list"] + rest["external_contact_list"]
    ]
    assert seen == [*before, newcomer]


def test_too_large_a_page_is_silently_made_smaller(make_api: Callable[..., Api]) -> None:
    api = make_api()
    for _ in range(120):
        api.door("customer/add", userid="staff0001", external_userid=api.newcomer())
    assert len(api.post(BATCH, userid_list=["staff0001"], limit=1000)["external_contact_list"]) == 100
    assert len(api.post(BATCH, userid_list=["staff0001"])["external_contact_list"]) == 50


def test_details_name_tags_where_pages_have_only_their_ids(api: Api) -> None:
    tag = api.post("externalcontact/add_corp_tag", group_name="组", tag=[{"name": "签"}])["tag_group"]["tag"][0]
    customer = api.customers("staff0001")[0]
    api.post("externalcontact/mark_tag", userid="staff0001", external_userid=customer, add_tag=[tag["id"]])
    details = api.get("externalcontact/get", external_userid=customer)
    relation = next(one for one in details["follow_user"] if one["userid"] == "staff0001")
    assert {"group_name": "组", "tag_name": "签", "tag_id": tag["id"], "type": 1} in relation["tags"]
    page = api.post(BATCH, userid_list=["staff0001"])["external_contact_list"]
    info = next(one["follow_info"] for one in page if one["external_contact"]["external_userid"] == customer)
    assert tag["id"] in info["tag_id"]


@pytest.mark.parametrize("has_developer_id", [True, False])
def test_the_unionid_needs_a_bound_developer_id(make_api: Callable[..., Api], has_developer_id: bool) -> None:
    api = make_api(Rules(has_developer_id=has_developer_id))
    details = api.get("externalcontact/get", external_userid=api.customers("staff0001")[0])
    assert ("unionid" in details["external_contact"]) is has_developer_id


@pytest.mark.parametrize(
    ("method", "path", "given", "errcode"),
    [
        ("GET", "externalcontact/list", {}, 41009),
        ("GET", "externalcontact/list", {"userid": "nobody"}, 40003),
        ("GET", "externalcontact/get", {}, 41035),
        ("GET", "externalcontact/get", {"external_userid": "wm" + "A" * 30}, 40096),
        ("GET", "externalcontact/get", {"external_userid": "short"}, 40096),
        ("POST", BATCH, {}, 41009),
        ("POST", BATCH, {"userid_list": ["nobody"]}, 40003),
        ("POST", BATCH, {"userid_list": [f"u{n}" for n in range(101)]}, 40032),
        ("POST", BATCH, {"userid_list": ["staff0001"], "cursor": "nonsense"}, 50100),
        ("POST", BATCH, {"userid_list": "staff0001"}, 40035),
        ("POST", "externalcontact/remark", {"userid": "staff0001"}, 41035),
    ],
)
def test_refusals(api: Api, method: str, path: str, given: dict[str, object], errcode: int) -> None:
    assert api.errcode(method, path, **given) == errcode


def test_the_former_name_of_the_field_is_understood(api: Api) -> None:
    assert api.post(BATCH, userid="staff0001")["external_contact_list"]


@pytest.mark.parametrize("is_refused", [True, False])
def test_a_member_without_customers(make_api: Callable[..., Api], is_refused: bool) -> None:
    api = make_api(Rules(refuses_empty_customer_list=is_refused))
    api.door("staff/add", userid="newbie", name="新人")
    reply = api.get("externalcontact/list", userid="newbie")
    assert reply["errcode"] == (84061 if is_refused else 0)
    assert api.errcode("POST", BATCH, userid_list=["newbie"]) == (84061 if is_refused else 0)


def test_a_member_without_the_right_to_customers(api: Api) -> None:
    api.door("staff/add", userid="cook", name="厨师", has_customers=False)
    assert api.errcode("GET", "externalcontact/list", userid="cook") == 84074
    assert "cook" not in api.get("externalcontact/get_follow_user_list")["follow_user"]
    assert api.refused_door("customer/add", userid="cook", external_userid=api.newcomer()) == 41054


def test_remarks_are_checked_and_kept(api: Api) -> None:
    customer = api.customers("staff0001")[0]
    pair = {"userid": "staff0001", "external_userid": customer}
    remark = "externalcontact/remark"
    assert api.errcode("POST", remark, **pair) == 40063
    assert api.errcode("POST", remark, **pair, remark="长" * 21) == 40058
    assert api.errcode("POST", remark, **pair, description="长" * 151) == 40058
    assert api.errcode("POST", remark, **pair, remark="常" * 20, remark_mobiles=["13800000000"]) == 0
    assert api.errcode("POST", remark, **pair, description="爱喝乌龙") == 0
    found = api.get("externalcontact/get", external_userid=customer)["follow_user"]
    relation = next(one for one in found if one["userid"] == "staff0001")
    assert (relation["remark"], relation["description"]) == ("常" * 20, "爱喝乌龙")
    assert relation["remark_mobiles"] == ["13800000000"]
    api.post(remark, **pair, remark_mobiles=[""])
    assert api.get("externalcontact/get", external_userid=customer)["follow_user"][0]["remark_mobiles"] == []


def test_who_deletes_whom_makes_a_difference(api: Api) -> None:
    one, other = api.customers("staff0001")[:2]
    api.door("customer/delete-member", userid="staff0001", external_userid=one)
    assert api.errcode("GET", "externalcontact/get", external_userid=one) == 0  # a one-way relation stays
    assert one in api.customers("staff0001")
    followers = [f["userid"] for f in api.door("person/get", external_userid=other)["followers"]]
    for userid in followers:
        api.door("staff/delete-customer", userid=userid, external_userid=other)
    assert api.errcode("GET", "externalcontact/get", external_userid=other) == 84061
    assert other not in api.customers("staff0001")


def test_half_a_friend_is_none_until_the_member_adds_back(api: Api) -> None:
    customer = api.newcomer()
    pair = {"userid": "staff0001", "external_userid": customer}
    api.door("customer/add", **pair, is_half=True)
    assert api.errcode("GET", "externalcontact/get", external_userid=customer) == 84061
    found = api.post(BATCH, userid_list=["staff0001"], limit=100)["external_contact_list"]
    assert customer not in {one["external_contact"]["external_userid"] for one in found}
    api.door("staff/add-back", **pair)
    assert api.errcode("GET", "externalcontact/get", external_userid=customer) == 0
    changes = [event["ChangeType"] for event in api.told()]
    assert changes == ["add_half_external_contact", "add_external_contact"]


def test_a_customer_whom_the_app_does_not_see(api: Api) -> None:
    customer = api.newcomer()
    api.door("customer/add", userid="staff0001", external_userid=customer)
    api.door("app/change", secret=SECRET, users=["staff0002"], departments=[])
    assert api.errcode("GET", "externalcontact/get", external_userid=customer) == 40096
    assert api.errcode("GET", "externalcontact/list", userid="staff0001") == 60011


def test_a_member_has_room_for_so_many(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(customers_per_member_max=1))
    assert api.refused_door("customer/add", userid="staff0001", external_userid=api.newcomer()) == 40099


def test_openids_belong_to_customers(api: Api) -> None:
    customer = api.customers("staff0001")[0]
    assert api.post("externalcontact/convert_to_openid", external_userid=customer)["openid"].startswith("oW")
    assert api.errcode("POST", "externalcontact/convert_to_openid", external_userid="wm-x") == 40096


def test_unionids_are_converted_only_where_a_rule_says_so(make_api: Callable[..., Api]) -> None:
    path = "externalcontact/unionid_to_external_userid"
    api = make_api()
    customer = api.customers("staff0001")[0]
    unionid = api.door("person/get", external_userid=customer)["unionid"]
    assert api.errcode("POST", path, unionid=unionid, openid="o") == 48002
    api = make_api(Rules(converts_unionids=True))
    assert api.post(path, unionid=unionid, openid="o")["external_userid"] == customer
    assert api.errcode("POST", path, unionid="nobody's", openid="o") == 610014
    assert api.errcode("POST", path, openid="o") == 610014
    stranger = api.door("person/add", name="路人")["unionid"]
    assert api.errcode("POST", path, unionid=stranger, openid="o") == 610004
    known = api.newcomer()
    api.door("customer/add", userid="staff0001", external_userid=known)
    unionid = api.door("person/get", external_userid=known)["unionid"]
    assert api.post(path, unionid=unionid, openid="o")["external_userid"] == known


def test_people_who_use_wecom_themselves_have_no_unionid_and_get_no_welcome(api: Api) -> None:
    person = api.door("person/add", name="供应商", corp_name="茶园")
    pair = {"userid": "staff0001", "external_userid": person["external_userid"]}
    assert api.door("customer/add", **pair) == {"welcome_code": ""}
    assert "WelcomeCode" not in api.told()[0]
    told = api.get("externalcontact/get", external_userid=pair["external_userid"])["external_contact"]
    assert (told["type"], told["corp_name"], "unionid" in told) == (2, "茶园", False)
    assert api.errcode("POST", "externalcontact/remark", **pair, remark_company="茶园") == 41056
