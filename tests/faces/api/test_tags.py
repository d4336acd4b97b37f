"""Tags over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.customers import service as customers
from siyu.domain.tags import service as tags
from siyu.domain.tags.contracts import How, Way
from siyu.engines.projection.projecting import columns_projector
from siyu.engines.tagging.working import work_bulk
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database
from tests.engines.scenery import some_customers
from tests.faces.api.conftest import LogIn

SYSTEM = system_actor("test")


@pytest.fixture
def client(context: ApiContext, columns: Columns) -> Iterator[TestClient]:
    with TestClient(create_app(replace(context, columns=columns)), client=("203.0.113.9", 40000)) as client:
        yield client


def project(database: Database, columns: Columns) -> None:
    with database.autocommit() as driver:
        while sequence_once(driver):
            pass
    while project_once(database, columns_projector(columns)):
        pass


def a_group(client: TestClient, headers: dict[str, str], *tags: str, is_exclusive: bool = False) -> dict[str, Any]:
    draft = {"name": "等级" if is_exclusive else "喜好", "colour": "teal", "is_exclusive": is_exclusive}
    group: dict[str, Any] = client.post("/api/tag-groups", json=draft, headers=headers).json()
    for tag in tags:
        answer = client.post(f"/api/tag-groups/{group['group_id']}/tags", json={"name": tag}, headers=headers)
        assert answer.status_code == 200, answer.text
        group = answer.json()
    return group


def test_groups_and_tags_are_made_renamed_and_archived(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    group = a_group(client, headers, "茶", "酒")
    assert [tag["name"] for tag in group["tags"]] == ["茶", "酒"]
    path = f"/api/tag-groups/{group['group_id']}"
    again = client.post(f"{path}/tags", json={"name": " 茶 "}, headers=headers)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "tag_name_taken")
    tag_id = group["tags"][0]["tag_id"]
    assert (
        client.put(f"/api/tags/{tag_id}", json={"name": "绿茶"}, headers=headers).json()["tags"][0]["name"] in "绿茶酒"
    )
    assert client.post(f"/api/tags/{tag_id}/archive", headers=headers).json()["tags"][-1]["is_archived"]
    draft = {"name": "口味", "colour": "pink", "is_exclusive": True, "place": 0, "owner_id": 1}
    saved = client.put(path, json=draft, headers=headers).json()
    assert (saved["name"], saved["colour"], saved["is_exclusive"], saved["owner_name"]) == (
        "口味",
        "pink",
        True,
        "管理员",
    )
    assert client.post(f"{path}/archive", headers=headers).json()["is_archived"]
    a_group(client, headers)
    assert [row["name"] for row in client.get("/api/tag-groups").json()["rows"]] == ["喜好", "口味"]
    assert not client.post(f"{path}/restore", headers=headers).json()["is_archived"]
    assert client.put(path, json={**draft, "owner_id": 77}, headers=headers).json()["error"]["code"] == "bad_tag"
    assert client.put("/api/tags/99", json={"name": "x"}, headers=headers).json()["error"]["code"] == "unknown_tag"


def test_a_customer_is_tagged_counted_and_told_of(
    client: TestClient, log_in: LogIn, database: Database, columns: Columns
) -> None:
    headers = log_in()
    low, high = (tag["tag_id"] for tag in a_group(client, headers, "低", "高", is_exclusive=True)["tags"])
    one, other = some_customers(database, 2)
    path = f"/api/customers/{one}/tags"
    for add in (low, high):
        answer = client.post(path, json={"add": [add], "reason": "到店说的"}, headers=headers)
        assert answer.status_code == 200, answer.text
    (row,) = answer.json()["rows"]
    assert (row["tag"], row["how"], row["by_name"], row["colour"]) == ("高", "hand", "管理员", "teal")
    assert client.get(path).json() == answer.json()
    group = client.get("/api/tag-groups").json()["rows"][0]
    free = client.put(f"/api/tag-groups/{group['group_id']}", json={**group, "is_exclusive": False}, headers=headers)
    assert (free.status_code, free.json()["error"]["code"]) == (409, "group_in_use")
    project(database, columns)
    assert client.get("/api/tags/counts").json() == {"rows": [{"tag_id": high, "count": 1}]}
    deeds = client.get(f"{path}/history").json()["rows"]
    assert [(each["tag"], each["is_given"], each["how"], each["by_name"], each["reason"]) for each in deeds] == [
        ("高", True, "hand", "管理员", "到店说的"),
        ("低", False, "replaced", "管理员", "到店说的"),
        ("低", True, "hand", "管理员", "到店说的"),
    ]
    bulk = client.post(f"/api/tags/{high}/bulks", json={"customer_ids": [one, other]}, headers=headers)
    assert (bulk.status_code, bulk.json()["state"]) == (202, "running")
    work_bulk(database, bulk.json()["bulk_id"])
    done = client.get(f"/api/tag-bulks/{bulk.json()['bulk_id']}").json()
    assert (done["state"], done["done"], done["changed"], done["actor_name"]) == ("done", 2, 1, "管理员")
    assert client.get("/api/tag-bulks").json()["rows"] == [done]
    left = client.get(f"/api/tag-bulks/{done['bulk_id']}/unchanged?why=same").json()["rows"]
    assert (done["unchanged"], [each["customer_id"] for each in left]) == ({"same": 1}, [one])
    assert client.post(f"/api/tag-bulks/{done['bulk_id']}/stop", headers=headers).json() == done
    again = client.post(f"/api/tags/{high}/bulks", json={"customer_ids": [one, other]}, headers=headers).json()
    assert client.post(f"/api/tag-bulks/{again['bulk_id']}/stop", headers=headers).json()["state"] == "stopped"
    project(database, columns)
    assert client.get("/api/tags/counts").json() == {"rows": [{"tag_id": high, "count": 2}]}
    verbs = {each["verb"] for each in client.get("/api/audit").json()["rows"]}
    assert verbs >= {"tags.create_group", "tags.create_tag", "tags.tag", "tags.start_bulk"}
    assert client.post(path, json={"remove": [high]}, headers=headers).json() == {"rows": []}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reason": "13800138000"}, "bad_tagging"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "bad_tagging"),
        ({"add": [99]}, "unknown_tag"),
        ({"expires_at": "2001-01-01T00:00:00"}, "invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(
    client: TestClient, log_in: LogIn, database: Database, body: dict[str, Any], code: str
) -> None:
    headers = log_in()
    (tag_id,) = (tag["tag_id"] for tag in a_group(client, headers, "茶")["tags"])
    (one,) = some_customers(database, 1)
    answer = client.post(f"/api/customers/{one}/tags", json={"add": [tag_id], **body}, headers=headers)
    assert answer.status_code in (404, 422), answer.text
    assert code == "invalid" or answer.json()["error"]["code"] == code
    both = client.post(f"/api/tags/{tag_id}/bulks", json={"customer_ids": [1], "segment_id": 1}, headers=headers)
    assert both.json()["error"]["code"] == "bad_tagging"


def test_the_frontline_tags_their_own_alone(client: TestClient, log_in: LogIn, database: Database) -> None:
    headers = log_in()
    (tag_id,) = (tag["tag_id"] for tag in a_group(client, headers, "茶")["tags"])
    mine, theirs = some_customers(database, 2)
    with database.begin() as work:
        (root,) = company.list_units(work, SYSTEM)
        clerk = company.create_staff(
            work, SYSTEM, "小店员", "clerk@example.com", "correct horse", Role.FRONTLINE, root.unit_id
        )
        customers.set_custody(work, SYSTEM, mine, unit_id=root.unit_id, staff_id=clerk.staff_id)
    headers = log_in("clerk@example.com", "correct horse")
    assert client.post(f"/api/customers/{mine}/tags", json={"add": [tag_id]}, headers=headers).status_code == 200
    refused = client.post(f"/api/customers/{theirs}/tags", json={"add": [tag_id]}, headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "unknown_customer")
    assert client.get(f"/api/customers/{theirs}/tags").status_code == 404
    assert client.post("/api/tag-groups", json={"name": "x", "colour": "red"}, headers=headers).status_code == 403


def test_a_rule_is_drafted_published_held_and_deleted(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    (tag_id,) = (tag["tag_id"] for tag in a_group(client, headers, "茶")["tags"])
    condition = {"kind": "attribute", "name": "city", "operator": "is", "value": "上海"}
    segment = client.post("/api/segments", json={"name": "上海的", "definition": condition}, headers=headers).json()
    rule = {"kind": "segment", "tag_id": tag_id, "segment_id": segment["segment_id"], "on_exit": "remove"}
    made = client.post("/api/tag-rules", json={"name": "上海", "rule": rule}, headers=headers)
    assert made.status_code == 200, made.text
    path = f"/api/tag-rules/{made.json()['rule_id']}"
    assert (made.json()["status"], made.json()["segment_name"], made.json()["rule"]) == ("draft", "上海的", rule)
    assert client.post(f"{path}/publish", headers=headers).json()["status"] == "live"
    event = {"kind": "event", "tag_id": tag_id, "event": "page_seen", "expires_after": {"amount": 3, "unit": "day"}}
    saved = client.put(path, json={"name": "看过", "rule": event}, headers=headers).json()
    assert (saved["rule"], saved["draft_rule"]["event"]) == (rule, "page_seen")
    assert client.get("/api/tag-rules").json()["rows"] == [client.get(path).json()]
    assert client.post(f"{path}/stop", headers=headers).json()["status"] == "stopped"
    assert client.post(f"{path}/resume", headers=headers).json()["status"] == "live"
    bad = client.post("/api/tag-rules", json={"name": "x", "rule": {**rule, "on_exit": "?"}}, headers=headers)
    assert (bad.status_code, bad.json()["error"]["code"]) == (422, "bad_tag_rule")
    assert client.delete(path, headers=headers).status_code == 204
    assert client.get("/api/tag-rules").json()["rows"] == []


def test_what_uses_a_tag_is_told_and_keeps_it_from_being_archived(
    client: TestClient, log_in: LogIn, database: Database, columns: Columns
) -> None:
    headers = log_in()
    group = a_group(client, headers, "茶")
    tag_id = group["tags"][0]["tag_id"]
    rule = {"kind": "event", "tag_id": tag_id, "event": "product_viewed"}
    made = client.post("/api/tag-rules", json={"name": "看过的", "rule": rule}, headers=headers).json()
    uses = [{"definition_id": made["rule_id"], "kind": "tag_rule", "name": "看过的"}]
    for path in (f"/api/tags/{tag_id}", f"/api/tag-groups/{group['group_id']}"):
        assert client.get(f"{path}/used-by").json()["rows"] == uses
        refused = client.post(f"{path}/archive", headers=headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "tag_in_use")
    other = client.post("/api/tag-rules", json={"name": "又看的", "rule": rule}, headers=headers).json()["rule_id"]
    first = client.get(f"/api/tags/{tag_id}/used-by", params={"size": 1}).json()
    rest = client.get(f"/api/tags/{tag_id}/used-by", params={"size": 1, "after": first["next_after"]}).json()
    assert (first["rows"], [each["definition_id"] for each in rest["rows"]], rest["next_after"]) == (
        uses,
        [other],
        None,
    )
    assert client.get("/api/tag-groups/999/used-by").status_code == 404
    (person,) = some_customers(database, 1)
    with database.begin() as work:
        tags.keep_tagged(work, SYSTEM, tag_id, {person: None}, Way(How.FORM, by=f"form:{made['rule_id']}"))
    project(database, columns)
    (deed,) = client.get(f"/api/customers/{person}/tags/history").json()["rows"]
    assert (deed["how"], deed["by_name"]) == ("form", "看过的")
