"""Inheritance: on the job and after leaving, refusals, limits, what the apps hear."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from siyu.world.wecom.rules import Rules
from tests.world.wecom.driving import SECRET, Api

TRANSFER, RESULT = "externalcontact/transfer_customer", "externalcontact/transfer_result"
RESIGNED, RESIGNED_RESULT = "externalcontact/resigned/transfer_customer", "externalcontact/resigned/transfer_result"
UNASSIGNED = "externalcontact/get_unassigned_list"


@pytest.fixture
def long_api(make_api: Callable[..., Api]) -> Api:
    return make_api(Rules(token_seconds=10**8))


def hand(
    api: Api, customers: list[str], giver: str = "staff0001", taker: str = "staff0002", path: str = TRANSFER
) -> list[int]:
    reply = api.post(path, handover_userid=giver, takeover_userid=taker, external_userid=customers)
    assert reply["errcode"] == 0, reply
    return [one["errcode"] for one in reply["customer"]]


def status(api: Api, customer: str, path: str = RESULT, giver: str = "staff0001", taker: str = "staff0002") -> int:
    rows = api.post(path, handover_userid=giver, takeover_userid=taker)["customer"]
    return next(int(row["status"]) for row in rows if row["external_userid"] == customer)


def lonely(api: Api, userid: str = "staff0001") -> str:
    """A customer of this member alone."""
    customer = api.newcomer()
    api.door("customer/add", userid=userid, external_userid=customer)
    api.told()
    return customer


def test_a_day_later_the_customer_is_the_others(long_api: Api) -> None:
    api, customer = long_api, lonely(long_api)
    api.post("externalcontact/remark", userid="staff0001", external_userid=customer, remark="老茶客")
    assert hand(api, [customer]) == [0]
    assert status(api, customer) == 2
    assert hand(api, [customer]) == [40129]
    api.pass_time(hours=23)
    assert status(api, customer) == 2
    assert api.told() == []
    api.pass_time(hours=1)
    assert status(api, customer) == 1
    told = api.told()
    assert [(event["ChangeType"], event["UserID"], event.get("Source", "")) for event in told] == [
        ("del_external_contact", "staff0001", "DELETE_BY_TRANSFER"),
        ("add_external_contact", "staff0002", ""),
    ]
    relation = api.get("externalcontact/get", external_userid=customer)["follow_user"]
    assert [(one["userid"], one["remark"], one["add_way"]) for one in relation] == [("staff0002", "老茶客", 202)]


def test_who_is_a_friend_already_makes_no_event(long_api: Api) -> None:
    api, customer = long_api, lonely(long_api)
    api.door("customer/add", userid="staff0002", external_userid=customer)
    api.told()
    hand(api, [customer])
    api.pass_time(days=1)
    assert [event["ChangeType"] for event in api.told()] == ["del_external_contact"]


def test_customers_may_refuse_and_members_may_be_full(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(token_seconds=10**8, customers_per_member_max=20))
    refusing, late = lonely(api), lonely(api)
    assert hand(api, [refusing, late]) == [0, 0]
    api.door("customer/refuse-transfer", external_userid=refusing)
    assert api.refused_door("customer/refuse-transfer", external_userid=refusing) == 40100
    while len(api.customers("staff0002")) < 20:
        lonely(api, "staff0002")
    api.pass_time(days=1)
    assert (status(api, refusing), status(api, late)) == (3, 4)
    assert [event["FailReason"] for event in api.told()] == ["customer_limit_exceed"]
    assert hand(api, [refusing]) == [40099]
    assert refusing in api.customers("staff0001")


def test_twice_in_ninety_days(long_api: Api) -> None:
    api, customer = long_api, lonely(long_api)
    givers = ["staff0001", "staff0002", "staff0003"]
    for giver, taker in itertools.pairwise(givers):
        assert hand(api, [customer], giver, taker) == [0]
        api.pass_time(days=1)
    assert hand(api, [customer], "staff0003", "staff0004") == [40128]
    api.pass_time(days=90)
    assert hand(api, [customer], "staff0003", "staff0004") == [0]


def test_refusals(long_api: Api) -> None:
    api, customer = long_api, lonely(long_api)
    given: dict[str, Any] = {
        "handover_userid": "staff0001",
        "takeover_userid": "staff0002",
        "external_userid": [customer],
    }
    assert api.errcode("POST", TRANSFER, **(given | {"takeover_userid": "staff0001"})) == 40130
    assert api.errcode("POST", TRANSFER, **(given | {"takeover_userid": "nobody"})) == 40003
    assert api.errcode("POST", TRANSFER, **(given | {"external_userid": []})) == 41035
    assert api.errcode("POST", TRANSFER, **(given | {"external_userid": [f"wm{n}" for n in range(101)]})) == 40058
    assert api.errcode("POST", TRANSFER, **given, transfer_success_msg="长" * 201) == 40058
    assert hand(api, ["wm-nobody", lonely(api, "staff0003")]) == [40096, 40131]
    assert api.errcode("POST", RESIGNED, **given) == 40097
    api.door("app/change", secret=SECRET, users=["staff0001"], departments=[])
    assert api.errcode("POST", TRANSFER, **given) == 60011


def test_customers_of_who_left(long_api: Api) -> None:
    api, customer = long_api, lonely(long_api)
    waiting = api.customers("staff0001")
    api.door("staff/resign", userid="staff0001")
    listed = api.post(UNASSIGNED, page_size=5)
    assert (len(listed["info"]), listed["is_last"]) == (5, False)
    rest = api.post(UNASSIGNED, page_size=100, cursor=listed["next_cursor"])
    found = [one["external_userid"] for one in listed["info"] + rest["info"]]
    assert (found, rest["is_last"]) == (waiting, True)
    assert api.post(UNASSIGNED, page_size=5, page_id=1)["info"] == rest["info"][:5]  # the older way of paging
    assert hand(api, [customer], path=RESIGNED) == [0]
    api.pass_time(days=1)
    assert status(api, customer, RESIGNED_RESULT) == 1
    assert [event["ChangeType"] for event in api.told()] == ["add_external_contact"]
    assert customer in api.customers("staff0002")
    api.pass_time(days=366)
    late = {"handover_userid": "staff0001", "takeover_userid": "staff0002", "external_userid": waiting[:1]}
    assert api.errcode("POST", RESIGNED, **late) == 40097


def test_two_cannot_hand_on_from_the_same_member_at_once(long_api: Api) -> None:
    api = long_api
    waiting = api.customers("staff0001")
    api.door("staff/resign", userid="staff0001")
    api.service._begin("staff0001")
    given = {"handover_userid": "staff0001", "takeover_userid": "staff0002", "external_userid": waiting[:1]}
    assert api.errcode("POST", RESIGNED, **given) == 45035
    api.service._end("staff0001")
    assert api.errcode("POST", RESIGNED, **given) == 0
