"""Contacts and groups over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role, WecomSecrets
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import (
    OutsideContact,
    OutsideMember,
    OutsideRelation,
    OutsideTag,
    OutsideTagGroup,
    ToldBy,
)
from siyu.domain.customers.contracts import Identity
from siyu.domain.customers.reading import customers_known_as
from siyu.domain.groups import service as groups
from siyu.domain.groups.contracts import OutsideGroup, OutsideGroupMember
from siyu.domain.tags import service as tags
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from tests.faces.api.conftest import LogIn

SYSTEM = system_actor("test")
CORP = "ww1"
AT = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)


def a_world(database: Database) -> int:
    """Two members, a customer whom the first has, a group of the first's with her in it; gives the customer."""
    with database.begin() as work:
        contacts.keep_departments(work, SYSTEM, CORP, [])
        contacts.keep_members(
            work, SYSTEM, CORP, [OutsideMember("li", "李娜", None), OutsideMember("wu", "吴", None)], ["li"]
        )
        told = (
            OutsideContact("wm1", "林小满", "o1"),
            OutsideRelation("li", AT, "老客", add_way=1, state="门店", tag_ids=("et1",)),
        )
        contacts.tell_relations(work, SYSTEM, CORP, [told], ToldBy.SYNC, asked_at=AT)
        group = tags.create_group(work, SYSTEM, "等级", "teal", is_exclusive=False)
        tag = tags.create_tag(work, SYSTEM, group.group_id, "金卡").tags[0]
        outside = [OutsideTagGroup("eg1", "等级", [OutsideTag("et1", "金卡")])]
        contacts.keep_tag_map(work, SYSTEM, CORP, outside, {"eg1": group.group_id}, {"et1": tag.tag_id})
        owner = contacts.ensure_members(work, SYSTEM, CORP, ["li"])["li"][1]
        chat = OutsideGroup(
            "wr1", "茶友100%群", "li", AT, staff=1, members=[OutsideGroupMember("wm1", AT, name="小满", join_scene=3)]
        )
        groups.tell_group(work, SYSTEM, CORP, chat, owner, told_by="sync")
        known = customers_known_as(work, [Identity("external_userid", "wm1")])
        root = company.list_units(work, SYSTEM)[0]
        company.create_staff(
            work, SYSTEM, "外人", "other@siyu.example", "a long password", Role.FRONTLINE, root.unit_id
        )
    return known[Identity("external_userid", "wm1")]


def test_contacts_are_seen_by_those_who_may(client: TestClient, log_in: LogIn, database: Database) -> None:
    customer_id = a_world(database)
    headers = log_in()
    (row,) = client.get(f"/api/customers/{customer_id}/contacts").json()["rows"]
    assert (row["staff_name"], row["remark"], row["tags"], row["lost_at"]) == ("李娜", "老客", ["金卡"], None)
    path = f"/api/customers/{customer_id}/contacts/{row['member_id']}/remark"
    assert client.put(path, json={"remark": "新备注"}, headers=headers).status_code == 204
    assert client.put(path, json={}, headers=headers).json()["error"]["code"] == "bad_remark"
    (row,) = client.get(f"/api/customers/{customer_id}/contacts").json()["rows"]
    assert (row["remark"], row["is_write_waiting"]) == ("老客", True)
    members = client.get(f"/api/wecom/corps/{CORP}/members").json()["rows"]
    assert {each["userid"]: each["customers"] for each in members} == {"li": 1, "wu": 0}
    path = f"/api/wecom/corps/{CORP}/members"
    first = client.get(path, params={"size": 1}).json()
    rest = client.get(path, params={"size": 1, "after": first["next_after"]}).json()
    assert ([*first["rows"], *rest["rows"]], rest["next_after"]) == (members, None)
    for narrowed in ({"search": "娜"}, {"search": "LI"}, {"ids": [row["staff_id"]]}):
        assert [each["userid"] for each in client.get(path, params=narrowed).json()["rows"]] == ["li"]
    (group,) = client.get(f"/api/wecom/corps/{CORP}/tag-groups").json()["rows"]
    rules = {"is_synced": True, "write_back": "all", "removal": "either"}
    saved = client.put(f"/api/wecom/corps/{CORP}/tag-groups/eg1", json=rules, headers=headers)
    assert (group["write_back"], group["tags"], saved.status_code) == ("none", 1, 204)
    unknown = client.put(f"/api/wecom/corps/{CORP}/tag-groups/eg9", json=rules, headers=headers)
    assert unknown.status_code == 404
    path = f"/api/wecom/corps/{CORP}/syncs"
    assert client.post(path, headers=headers).json()["error"]["code"] == "not_connected"
    with database.begin() as work:
        company.save_wecom_corp(work, SYSTEM, CORP, "晨曦", agent_id=1, secrets=WecomSecrets("secret"))
    asked = client.post(path, headers=headers)
    assert (asked.status_code, asked.json()["state"]) == (201, "running")
    assert client.post(path, headers=headers).status_code == 409
    with database.begin() as work:
        work.driver.execute("UPDATE procrastinate_jobs SET status = 'failed'")  # given up
    again = client.post(path, headers=headers)
    assert (again.status_code, again.json()["sync_id"]) == (201, asked.json()["sync_id"])
    syncs = client.get(f"/api/wecom/corps/{CORP}/syncs").json()
    assert (len(syncs["rows"]), syncs["writes_waiting"]) == (1, 1)


def test_groups_are_listed_found_and_opened(client: TestClient, log_in: LogIn, database: Database) -> None:
    customer_id = a_world(database)
    log_in()
    (group,) = client.get("/api/groups", params={"search": "100%"}).json()["rows"]
    assert (group["owner_name"], group["members"], group["customers"]) == ("李娜", 2, 1)
    assert client.get("/api/groups", params={"search": "%%"}).json()["rows"] == []
    path = f"/api/groups/{group['group_id']}"
    assert client.get(path).json()["repeated"] == 0
    (member,) = client.get(f"{path}/members").json()["rows"]
    assert (member["customer_id"], member["join_scene"], member["groups"]) == (customer_id, "code", 1)
    assert client.get(f"{path}/members", params={"after": "1"}).json()["rows"] == []
    log_in("other@siyu.example", "a long password")
    assert client.get(path).status_code == 404
    assert client.get("/api/groups").json()["rows"] == []
    assert client.get(f"/api/customers/{customer_id}/contacts").status_code == 404
    assert client.get(f"/api/wecom/corps/{CORP}/syncs").status_code == 403


def test_nothing_is_seen_of_colleagues_and_of_customers_outside_the_scope(
    client: TestClient, log_in: LogIn, database: Database
) -> None:
    """A group of somebody in the scope holds customers of others: they have no name there. Who sees their own customers alone sees
    no colleague's number."""
    mine = a_world(database)
    with database.begin() as work:
        told = (OutsideContact("wm2", "陈默"), OutsideRelation("wu", AT))
        contacts.tell_relations(work, SYSTEM, CORP, [told], ToldBy.SYNC, asked_at=AT)
        owners = contacts.ensure_members(work, SYSTEM, CORP, ["li", "wu"])
        both = [OutsideGroupMember("wm1", AT, name="小满"), OutsideGroupMember("wm2", AT, name="默", invited_by="wu")]
        for chat_id, name, owner in (("wr1", "茶友群", "li"), ("wr2", "内部群", "wu")):
            chat = OutsideGroup(chat_id, name, owner, AT, staff=1, members=both)
            groups.tell_group(work, SYSTEM, CORP, chat, owners[owner][1], told_by="sync")
        work.driver.execute(
            "UPDATE company.staff SET email = 'li@siyu.example', password_hash = o.password_hash FROM company.staff o"
            " WHERE company.staff.staff_id = %s AND o.email = 'other@siyu.example'",
            (owners["li"][1],),
        )
    log_in("li@siyu.example", "a long password")
    (group,) = client.get("/api/groups").json()["rows"]
    path = f"/api/groups/{group['group_id']}"
    rows = client.get(f"{path}/members").json()["rows"]
    assert {(row["customer_id"], row["name"], row["invited_by"], row["groups"]) for row in rows} == {
        (mine, "小满", "", 1),
        (None, "", "", 0),
    }
    assert client.get(path).json()["repeated"] == 0
    assert [row["userid"] for row in client.get(f"/api/wecom/corps/{CORP}/members").json()["rows"]] == ["li"]
    log_in()
    assert {row["groups"] for row in client.get(f"{path}/members").json()["rows"]} == {2}
    assert client.get(path).json()["repeated"] == 2
