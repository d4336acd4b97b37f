"""The corp's tags: groups, names, owners, and tags on customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from siyu.world.wecom.rules import Rules
from tests.world.wecom.driving import OTHER_SECRET, Api

ADD, EDIT, DELETE = "externalcontact/add_corp_tag", "externalcontact/edit_corp_tag", "externalcontact/del_corp_tag"
LIST, MARK = "externalcontact/get_corp_tag_list", "externalcontact/mark_tag"


def make(api: Api, name: str = "组", *tags: str) -> dict[str, Any]:
    made = api.post(ADD, group_name=name, tag=[{"name": tag} for tag in tags or ("甲", "乙")])
    assert made["errcode"] == 0
    return dict(made["tag_group"])


def test_groups_come_in_their_order(api: Api) -> None:
    made = api.post(ADD, group_name="先", order=99, tag=[{"name": "后", "order": 1}, {"name": "前", "order": 2}])
    first = api.post(LIST)["tag_group"][0]
    assert first["group_id"] == made["tag_group"]["group_id"]
    assert [tag["name"] for tag in first["tag"]] == ["前", "后"]


def test_a_group_of_this_name_takes_the_tags(api: Api) -> None:
    first = make(api, "组", "甲")
    again = make(api, "组", "乙")
    assert again["group_id"] == first["group_id"]
    assert [tag["name"] for tag in again["tag"]] == ["乙"]  # only what is new is told
    by_id = api.post(ADD, group_id=first["group_id"], group_name="not looked at", tag=[{"name": "丙"}, {"name": "丙"}])
    assert [tag["name"] for tag in by_id["tag_group"]["tag"]] == ["丙"]
    found = api.post(LIST, group_id=[first["group_id"]])["tag_group"][0]["tag"]
    assert len(found) == 3


def test_refusals_of_new_tags(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(corp_tags_max=14))
    make(api, "组", "甲")
    assert api.errcode("POST", ADD, group_name="组", tag=[{"name": "甲"}]) == 40071
    assert api.errcode("POST", ADD, group_name="组", tag=[]) == 40063
    assert api.errcode("POST", ADD, group_name="名" * 31, tag=[{"name": "甲"}]) == 40058
    assert api.errcode("POST", ADD, group_name="组", tag=[{"name": "名" * 31}]) == 40058
    assert api.errcode("POST", ADD, group_id="et-nobody", tag=[{"name": "甲"}]) == 40068
    assert api.errcode("POST", ADD, tag=[{"name": "甲"}]) == 40063
    assert api.errcode("POST", ADD, group_name="组", tag=[{"name": "乙", "order": 2**32}]) == 40058
    assert api.errcode("POST", ADD, group_name="又", tag=[{"name": "乙"}, {"name": "丙"}]) == 40126


def test_only_the_app_that_made_a_tag_changes_it(api: Api) -> None:
    group = make(api)
    tag_id = group["tag"][0]["id"]
    other = api.of(OTHER_SECRET)
    assert other.errcode("POST", EDIT, id=tag_id, name="丁") == 60011
    assert other.errcode("POST", DELETE, tag_id=[tag_id]) == 60011
    added = other.post(ADD, group_id=group["group_id"], tag=[{"name": "别家"}])["tag_group"]["tag"][0]["id"]
    assert api.errcode("POST", EDIT, id=added, name="我的") == 60011
    assert other.errcode("POST", EDIT, id=added, name="他的") == 0
    of_console = next(one for one in api.post(LIST)["tag_group"] if one["group_name"] == "口味偏好")
    assert api.errcode("POST", DELETE, group_id=[of_console["group_id"]]) == 60011
    assert api.errcode("POST", EDIT, id=tag_id, name="乙") == 40071
    assert api.errcode("POST", EDIT, id=group["group_id"], name="口味偏好") == 40071
    assert api.errcode("POST", EDIT, id="et-nobody", name="丁") == 40068
    assert api.errcode("POST", EDIT, id=tag_id, name="丁", order=7) == 0
    assert api.errcode("POST", EDIT, id=group["group_id"], name="新组") == 0
    found = api.post(LIST, tag_id=[tag_id])["tag_group"]
    assert [(one["group_name"], [(tag["name"], tag["order"]) for tag in one["tag"]]) for one in found] == [
        ("新组", [("丁", 7)])
    ]


def test_a_group_goes_with_its_last_tag_and_is_told_only_by_id(api: Api) -> None:
    group = make(api)
    ids = [tag["id"] for tag in group["tag"]]
    assert api.errcode("POST", DELETE) == 41017
    assert api.errcode("POST", DELETE, tag_id=["et-nobody"]) == 40068
    assert api.errcode("POST", DELETE, tag_id=ids) == 0
    assert group["group_id"] not in {one["group_id"] for one in api.post(LIST)["tag_group"]}
    known = api.post(LIST, group_id=[group["group_id"]])["tag_group"][0]
    assert known["deleted"] is True
    assert all(tag["deleted"] for tag in known["tag"])


@pytest.mark.parametrize(
    ("given", "errcode"),
    [
        ({}, 40063),
        ({"userid": "", "add_tag": ["x"]}, 41009),
        ({"external_userid": "", "add_tag": ["x"]}, 41035),
        ({"external_userid": "wm-nobody", "add_tag": ["x"]}, 40096),
        ({"add_tag": ["et-nobody"]}, 40068),
    ],
)
def test_refusals_of_marking(api: Api, given: dict[str, object], errcode: int) -> None:
    pair = {"userid": "staff0001", "external_userid": api.customers("staff0001")[0]}
    assert api.errcode("POST", MARK, **(pair | given)) == errcode


def test_marking_needs_a_friend_and_has_an_end(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(tags_per_customer_max=3))
    tag_ids = [tag["id"] for tag in make(api, "组", "甲", "乙", "丙", "丁")["tag"]]
    stranger = api.newcomer()
    assert api.errcode("POST", MARK, userid="staff0001", external_userid=stranger, add_tag=tag_ids[:1]) == 84061
    pair = {"userid": "staff0001", "external_userid": api.customers("staff0001")[0]}
    assert api.errcode("POST", MARK, **pair, add_tag=tag_ids) == 40144
    assert api.errcode("POST", MARK, **pair, remove_tag=tag_ids) == 0


def test_two_cannot_mark_the_same_pair_at_once(api: Api) -> None:
    customers = api.customers("staff0001")
    tag_id = make(api)["tag"][0]["id"]
    api.service._begin(("staff0001", customers[0]))  # somebody else is writing
    given = {"userid": "staff0001", "add_tag": [tag_id]}
    assert api.errcode("POST", MARK, **given, external_userid=customers[0]) == 45035
    assert api.errcode("POST", MARK, **given, external_userid=customers[1]) == 0
    api.service._end(("staff0001", customers[0]))
    assert api.errcode("POST", MARK, **given, external_userid=customers[0]) == 0
