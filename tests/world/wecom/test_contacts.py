"""The address book: departments, members, and what of it an app sees."""

from __future__ import annotations

import pytest

from tests.world.wecom.driving import AGENT_ID, CONTACTS_SECRET, SECRET, Api


def narrow(api: Api) -> str:
    """Leaves an app nothing but one member's department; that member."""
    member = api.corp.staff.find("staff0002")
    assert member is not None
    api.door("app/change", secret=SECRET, departments=member.departments)
    return member.userid


def test_members_of_a_department_and_of_all_below(api: Api) -> None:
    assert api.get("user/simplelist", department_id=1)["userlist"] == []
    below = api.get("user/simplelist", department_id=1, fetch_child=1)["userlist"]
    assert len(below) == len(list(api.corp.staff.members))
    assert set(below[0]) == {"userid", "name", "department"}
    whole = api.get("user/list", department_id=below[0]["department"][0])["userlist"]
    assert whole[0]["status"] == 1


def test_details_that_newer_apps_are_not_told(api: Api) -> None:
    assert "mobile" not in api.get("user/get", userid="staff0001")
    api.door("app/change", secret=SECRET, is_made_before_2022=True)
    assert api.get("user/get", userid="STAFF0001")["mobile"] == "19900000001"


def test_the_visible_range(api: Api) -> None:
    seen = narrow(api)
    assert api.errcode("GET", "user/get", userid=seen) == 0
    assert api.errcode("GET", "user/get", userid="staff0001") == 60011
    assert api.errcode("GET", "user/list", department_id=1) == 60011
    assert api.errcode("GET", "department/get", id=1) == 60011
    assert len(api.get("department/list")["department"]) == 1
    assert api.errcode("POST", "user/getuserid", mobile="19900000001") == 46004
    api.door("app/change", secret=SECRET, users=["staff0001"])
    assert api.errcode("GET", "user/get", userid="staff0001") == 0
    assert api.get("externalcontact/get_follow_user_list")["follow_user"] == ["staff0001"]


@pytest.mark.parametrize(
    ("path", "query", "errcode"),
    [
        ("user/get", {}, 41009),
        ("user/get", {"userid": "nobody"}, 60111),
        ("user/list", {}, 40063),
        ("user/list", {"department_id": "x"}, 40035),
        ("user/list", {"department_id": 99}, 60003),
        ("department/get", {"id": 99}, 60003),
        ("department/list", {"id": 99}, 60003),
        ("agent/get", {"agentid": 5}, 301002),
    ],
)
def test_refusals(api: Api, path: str, query: dict[str, object], errcode: int) -> None:
    assert api.errcode("GET", path, **query) == errcode


def test_ids_of_all_come_in_pages_to_the_address_book_alone(api: Api) -> None:
    assert api.errcode("POST", "user/list_id", limit=4) == 48002
    book = api.of(CONTACTS_SECRET)
    first = book.post("user/list_id", limit=4)
    second = book.post("user/list_id", limit=4, cursor=first["next_cursor"])
    found = [one["userid"] for one in first["dept_user"] + second["dept_user"]]
    assert found == [member.userid for member in api.corp.staff.members]
    assert second["next_cursor"] == ""
    assert book.errcode("POST", "user/list_id", limit=10_001) == 40058
    assert book.errcode("POST", "user/list_id", limit=4, cursor="nonsense") == 50100


def test_members_by_phone_and_mail(api: Api) -> None:
    assert api.post("user/getuserid", mobile="19900000003")["userid"] == "staff0003"
    assert api.post("user/get_userid_by_email", email="staff0003@chenxi.example")["userid"] == "staff0003"


def test_departments(api: Api) -> None:
    rows = api.get("department/list")["department"]
    assert rows[0]["id"] == 1
    assert api.get("department/get", id=2)["department"]["name"] == "华东大区"
    below = api.get("department/simplelist", id=2)["department_id"]
    assert {row["parentid"] for row in below} == {1, 2}


def test_agents_and_addresses(api: Api) -> None:
    assert api.get("agent/get", agentid=AGENT_ID)["redirect_domain"] == "siyu.example"
    assert [one["agentid"] for one in api.get("agent/list")["agentlist"]] == [AGENT_ID]
    assert api.get("getcallbackip")["ip_list"] == api.get("get_api_domain_ip")["ip_list"] == ["127.0.0.1"]


def test_the_address_book_hears_of_who_comes_and_goes(api: Api) -> None:
    api.corp.apps[CONTACTS_SECRET].callback = api.app.callback
    api.door("staff/add", userid="newbie", name="新人", departments=[2])
    api.door("staff/resign", userid="newbie")
    told = [(event["Event"], event["ChangeType"], event["UserID"]) for event in api.told()]
    assert told == [("change_contact", "create_user", "newbie"), ("change_contact", "delete_user", "newbie")]
    assert api.refused_door("staff/resign", userid="newbie") == 60111
    assert api.errcode("GET", "externalcontact/list", userid="newbie") == 40003
