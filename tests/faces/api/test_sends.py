"""Sends over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.company.service import ensure_first_admin
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentState
from siyu.faces.api.context import ApiContext
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.engines.reach.reaching import set_rules
from tests.engines.scenery import SIYU, a_segment, some_customers
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn

CONTENT = {"title": "周末半价", "body": "第二杯半价，{{ name|朋友 }}"}


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """The API with columns."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    return ApiContext(settings=Settings(home=tmp_path), database=database, columns=columns, secret_key="a secret")


def put_members(database: Database, segment_id: int, members: list[int]) -> None:
    bits = bytearray(512)
    for member in members:
        bits[member // 8] |= 128 >> (member % 8)
    with database.begin() as work:
        work.driver.execute(
            "INSERT INTO segments.membership (chunk, segment_id, members) VALUES (0, %s, %s::bit(4096))",
            (segment_id, "".join(f"{byte:08b}" for byte in bits)),
        )


def test_a_send_is_looked_at_asked_for_and_called_back(client: TestClient, log_in: LogIn, database: Database) -> None:
    client.headers.update(log_in())
    segment_id = a_segment(database)
    people = some_customers(database, 6, consenting=False)
    put_members(database, segment_id, people)
    with database.begin() as work:
        at = work.clock.now()
        customers.set_consents(
            work, SIYU, dict.fromkeys(people[:2], at), channel="wecom", purpose="marketing", state=ConsentState.GRANTED
        )
    definition: dict[str, Any] = {"segment_id": segment_id, "content": CONTENT, "channels": ["wecom"]}
    fault = client.post("/api/sends/preview", json={"definition": {**definition, "ends": 60}})
    assert (fault.status_code, fault.json()["error"]["fields"]["path"]) == (422, "ends")

    looked = client.post("/api/sends/preview", json={"definition": definition}).json()
    assert (looked["segment"], looked["reached"], looked["is_personal"]) == (6, 0, True)
    assert looked["reasons"] == [{"key": "no_consent", "count": 4}, {"key": "no_address", "count": 2}]
    behind = client.post("/api/sends/preview/people", json={"definition": definition, "reason": "no_address"}).json()
    assert sorted(row["customer_id"] for row in behind["rows"]) == people[:2]

    made = client.post("/api/sends", json={"name": "周末半价", "definition": definition}).json()
    path = f"/api/sends/{made['send_id']}"
    assert (made["is_draft"], made["run"]) == (True, None)
    assert client.get(f"{path}/progress").status_code == 404
    asked = client.post(f"{path}/ask").json()
    assert (asked["is_draft"], asked["run"]["state"], asked["run"]["recipients"]) == (False, "planned", 6)
    assert client.post(f"{path}/approve", json={"version": 1}).status_code == 409
    assert client.delete(path).status_code == 409
    assert client.post(f"{path}/pause").json()["run"]["state"] == "paused"
    assert client.post(f"{path}/resume").json()["run"]["state"] == "planned"
    assert client.post(f"{path}/cancel").json()["run"]["state"] == "cancelled"
    assert client.get(f"{path}/progress").json()["messages"] == []
    assert client.get(f"{path}/left-out/excluded").json()["rows"] == []
    assert client.get("/api/sends/approvals").json() == {"rows": []}
    assert client.get("/api/sends/packs/today").json() == {"rows": [], "members": []}
    assert [row["send_id"] for row in client.get("/api/sends").json()["rows"]] == [made["send_id"]]
    assert client.delete(path).status_code == 204


def test_a_post_that_many_would_see_waits_for_another_person(
    client: TestClient, log_in: LogIn, database: Database
) -> None:
    headers = log_in()
    client.headers.update(headers)
    with database.begin() as work:
        (she,) = some_customers(database, 1)
        unit = company.list_units(work, SIYU)[0].unit_id
        admin = company.list_staff(work, SIYU, PageRequest()).rows[0].staff_id
        company.create_staff(work, SIYU, "店长", "boss@example.com", PASSWORD, Role.ADMIN, unit)
        work.driver.execute(
            "WITH m AS (INSERT INTO contacts.members (corp_id, userid, told_userid, staff_id, is_ours, name)"
            " VALUES ('ww1', 'xia', 'Xia', %s, true, '小夏') RETURNING member_id)"
            " INSERT INTO contacts.relations (member_id, profile_id, added_at, told_at, fingerprint, remark, description,"
            " company, add_way, state, is_by_member, tag_ids) SELECT m.member_id, %s, now(), now(), '', '', '', '', 1, '', false,"
            " '{}' FROM m",
            (admin, she),
        )
    set_rules(database, approval_above=0)
    content: dict[str, Any] = {"title": "上新", "body": "明前茶到了"}
    definition: dict[str, Any] = {"kind": "moment", "targets": {"all": True}, "content": content}
    draft = {"name": "上新", "definition": definition}
    asked = {**draft, "asked_key": "上新"}
    carried = {**content, "attachments": [{"kind": "link", "url": "https://chenxi.example/"}]}
    wrong = client.post("/api/posts", json={**asked, "definition": {**definition, "content": carried}})
    assert (wrong.status_code, wrong.json()["error"]["fields"]["path"]) == (422, "content.attachments.0")
    nobody = {**definition, "targets": {"staff_ids": [admin + 999]}}
    assert client.post("/api/posts", json={**asked, "definition": nobody}).json()["error"]["code"] == (
        "nowhere_to_post"
    )
    reach = client.post("/api/posts/reach", json=draft).json()
    assert reach == {"count": 1, "people": 1, "needs_approval": True}
    assert client.post("/api/posts", json=draft).status_code == 422
    made = client.post("/api/posts", json=asked).json()
    assert client.post("/api/posts", json=asked).json() == made
    path = f"/api/posts/{made['post_id']}"
    assert made["outcomes"] == [{"outcome": "held", "count": 1}]
    assert client.post(f"{path}/approve").json()["error"]["code"] == "own_send"
    client.headers.update(log_in("boss@example.com"))
    (waiting,) = client.get("/api/posts/approvals").json()["rows"]
    assert (waiting["post"]["post_id"], waiting["people"]) == (made["post_id"], 1)
    assert client.post(f"{path}/approve").json()["outcomes"] == [{"outcome": "waiting", "count": 1}]
    assert client.post(f"{path}/refuse").json()["error"]["code"] == "post_not_held"
    (place,) = client.get(f"{path}/places").json()["rows"]
    assert (place["subject_id"], place["outcome"]) == (admin, "waiting")
    assert client.post(f"{path}/cancel").json()["outcomes"] == [{"outcome": "cancelled", "count": 1}]
    assert [row["post_id"] for row in client.get("/api/posts").json()["rows"]] == [made["post_id"]]
