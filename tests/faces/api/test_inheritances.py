"""Inheritances over HTTP: who may hand over whom to whom, what would come of it, and that it is asked for once."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role, WecomSecrets
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import (
    OutsideContact,
    OutsideDepartment,
    OutsideMember,
    OutsideRelation,
    ToldBy,
)
from siyu.domain.customers.contracts import Identity
from siyu.domain.customers.reading import customers_known_as
from siyu.domain.groups import service as groups
from siyu.domain.groups.contracts import OutsideGroup
from siyu.domain.tags import service as tags
from siyu.domain.tags.contracts import How, Way
from siyu.kernel.actors import system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.faces.api.conftest import LogIn

SYSTEM = system_actor("test")
CORP = "ww1"
AT = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)


def a_world(database: Database) -> tuple[dict[str, int], list[int], int]:
    """Two shops: li and mei in one, wu in the other; li has five customers, of whom mei has one too and one bears a tag. A manager
    of the first shop. Gives {userid: member}, li's customers, the tag."""
    with database.begin() as work:
        shops = [OutsideDepartment(1, "晨曦", None), OutsideDepartment(2, "一店", 1), OutsideDepartment(3, "二店", 1)]
        contacts.keep_departments(work, SYSTEM, CORP, shops)
        staff = [OutsideMember("li", "李娜", 2), OutsideMember("mei", "梅", 2), OutsideMember("wu", "吴", 3)]
        contacts.keep_members(work, SYSTEM, CORP, staff, ["li", "mei", "wu"])
        told = [(OutsideContact(f"wm{n}", f"客{n}"), OutsideRelation("li", AT, f"备注{n}")) for n in range(5)]
        told.append((OutsideContact("wm4", "客4"), OutsideRelation("mei", AT)))
        contacts.tell_relations(work, SYSTEM, CORP, told, ToldBy.SYNC, asked_at=AT)
        known = customers_known_as(work, [Identity("external_userid", f"wm{n}") for n in range(5)])
        ids = [known[Identity("external_userid", f"wm{n}")] for n in range(5)]
        group = tags.create_group(work, SYSTEM, "等级", "teal", is_exclusive=False)
        tag_id = tags.create_tag(work, SYSTEM, group.group_id, "金卡").tags[0].tag_id
        tags.keep_tagged(work, SYSTEM, tag_id, {ids[0]: None}, Way(How.SYNC))
        owner = contacts.ensure_members(work, SYSTEM, CORP, ["li"])["li"][1]
        groups.tell_group(work, SYSTEM, CORP, OutsideGroup("wr1", "茶友群", "li", AT), owner, told_by="sync")
        company.save_wecom_corp(work, SYSTEM, CORP, "晨曦", agent_id=1, secrets=WecomSecrets("secret"))
        units = {each.name: each.unit_id for each in company.list_units(work, SYSTEM)}
        for name, role in (("manager", Role.MANAGER), ("front", Role.FRONTLINE)):
            company.create_staff(work, SYSTEM, name, f"{name}@siyu.example", "a long password", role, units["一店"])
        members = {each.userid: each.member_id for each in contacts.list_givers(work, SYSTEM, PageRequest()).rows}
    return members, ids, tag_id


def test_a_manager_hands_over_within_her_shop(client: TestClient, log_in: LogIn, database: Database) -> None:
    members, ids, tag_id = a_world(database)
    headers = log_in("manager@siyu.example", "a long password")
    rows = client.get("/api/inheritances/members").json()["rows"]
    assert {each["userid"]: (each["customers"], each["groups"]) for each in rows} == {"li": (5, 1), "mei": (1, 0)}
    first = client.get("/api/inheritances/members", params={"size": 1}).json()
    rest = client.get("/api/inheritances/members", params={"size": 1, "after": first["next_after"]}).json()
    assert ([*first["rows"], *rest["rows"]], rest["next_after"]) == (rows, None)

    def found_by(**asked: str | list[int]) -> list[str]:
        return [each["userid"] for each in client.get("/api/inheritances/members", params=asked).json()["rows"]]

    assert (found_by(who="givers"), found_by(who="takers"), found_by(who="left")) == (["li", "mei"], ["li", "mei"], [])
    assert (found_by(ids=[members["mei"]]), found_by(search="梅"), found_by(corp_id="ww9")) == (["mei"], ["mei"], [])
    own = client.get(f"/api/inheritances/members/{members['li']}/customers", params={"size": 3}).json()
    assert ([each["name"] for each in own["rows"]], bool(own["next_after"])) == (["客0", "客1", "客2"], True)
    assert client.get(f"/api/inheritances/members/{members['wu']}/customers").status_code == 404
    wish = {"giver_id": members["li"], "taker_ids": [members["mei"]], "group_ids": None}
    found = client.post("/api/inheritances/outline", json=wish, headers=headers).json()
    assert (found["chosen"], found["customers"], found["groups"], found["days"]) == (5, 5, 1, 1)
    tagged = {**wish, "of": "tag", "of_id": tag_id, "group_ids": []}
    assert client.post("/api/inheritances/outline", json=tagged, headers=headers).json()["customers"] == 1
    outside = {**wish, "taker_ids": [members["wu"]]}
    for path, more in (("outline", {}), ("", {"asked_key": "k0"})):
        refused = client.post(f"/api/inheritances/{path}".rstrip("/"), json={**outside, **more}, headers=headers)
        assert refused.json()["error"]["code"] == "unfit_taker"
    stranger = {**wish, "giver_id": members["wu"]}
    assert client.post("/api/inheritances/outline", json=stranger, headers=headers).status_code == 404
    two = [{"customer_id": each, "taker_id": members["mei"]} for each in ids[:2]]
    by_hand = {**wish, "sharing": "by_hand", "by_hand": two, "asked_key": "k1"}
    found = client.post(
        "/api/inheritances/outline", json={k: v for k, v in by_hand.items() if k != "asked_key"}, headers=headers
    ).json()
    assert (found["customers"], found["obstacles"]) == (2, {"no_taker": 3})
    begun = client.post("/api/inheritances", json=by_hand, headers=headers)
    assert (begun.status_code, begun.json()["counts"], begun.json()["group_counts"]) == (
        201,
        {"planned": 2},
        {"planned": 1},
    )
    assert client.post("/api/inheritances", json=by_hand, headers=headers).json() == begun.json()
    found = client.post("/api/inheritances/outline", json=wish, headers=headers).json()
    assert (found["customers"], found["obstacles"], found["groups_under_way"]) == (3, {"in_progress": 2}, 1)
    path = f"/api/inheritances/{begun.json()['inheritance_id']}"
    handovers = client.get(f"{path}/handovers").json()["rows"]
    assert {each["name"] for each in handovers} == {"客0", "客1", "茶友群"}
    assert client.get(f"{path}/handovers", params={"states": ["done"]}).json()["rows"] == []
    ended = client.post(f"{path}/cancel", headers=headers).json()
    assert (ended["counts"], ended["is_cancelled"], ended["asked_by"]) == ({"cancelled": 2}, True, "manager")
    assert client.post(f"{path}/cancel", headers=headers).json()["error"]["code"] == "inheritance_ended"
    nothing = {**wish, "of": "nobody", "group_ids": [], "asked_key": "k2"}
    refused = client.post("/api/inheritances", json=nothing, headers=headers)
    assert refused.json()["error"]["code"] == "nothing_to_hand_over"
    with database.begin() as work:  # WeCom does not let her have customers any more
        staff = [OutsideMember("li", "李娜", 2), OutsideMember("mei", "梅", 2), OutsideMember("wu", "吴", 3)]
        contacts.keep_members(work, SYSTEM, CORP, staff, ["li", "wu"])
    found = client.get("/api/inheritances/members").json()["rows"]
    assert {each["userid"]: each["may_take"] for each in found} == {"li": True, "mei": False}
    assert found_by(who="takers") == ["li"]
    refused = client.post("/api/inheritances/outline", json=wish, headers=headers)
    assert refused.json()["error"]["code"] == "unfit_taker"
    log_in()
    verbs = {each["verb"] for each in client.get("/api/audit").json()["rows"]}
    assert {"contacts.begin_inheritance", "contacts.cancel_inheritance"} <= verbs
    assert len(client.get("/api/inheritances").json()["rows"]) == 1
    log_in("front@siyu.example", "a long password")
    assert client.get("/api/inheritances").status_code == 403
