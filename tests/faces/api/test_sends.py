"""Sends over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.service import ensure_first_admin
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentState
from siyu.faces.api.context import ApiContext
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
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
