"""Segments over HTTP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.company.service import create_key, create_unit, ensure_first_admin
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, Identity
from siyu.engines.projection.projecting import columns_projector
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn

SIYU = system_actor("test")
TWICE = {
    "kind": "event",
    "event": "order_paid",
    "operator": "at_least",
    "value": 2,
    "measure": "count",
    "property": None,
    "where": [],
    "window": None,
}
SILENT = {
    "kind": "moment",
    "event": "order_paid",
    "which": "last",
    "window": {"kind": "rolling", "most": None, "least": {"amount": 90, "unit": "day"}},
    "where": [],
}
SLEEPERS = {"kind": "all", "of": [TWICE, SILENT]}


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """The API with columns."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    return ApiContext(settings=Settings(home=tmp_path), database=database, columns=columns, secret_key="a secret")


@pytest.fixture
def shoppers(database: Database, columns: Columns, clock: ManualClock) -> list[int]:
    """Three customers: one bought twice, one once, one never; all of it 100 days ago."""
    with database.begin() as work:
        at = work.clock.now()
        made = customers.resolve(work, SIYU, {(Identity("phone", f"1380000000{n}"),): at for n in range(3)})
        ids = sorted(made.values())
        customers.set_attributes(
            work, SIYU, [AttributeChange(each, {"name": f"客{each}", "city": "上海"}, at) for each in ids]
        )
        work.record(
            NewEvent("order_paid", work.ids.new_id(), ids[who], at, "orders", {"total_fen": 990, "currency": "CNY"})
            for who in (0, 0, 1)
        )
    with database.autocommit() as driver:
        while sequence_once(driver):
            pass
    while project_once(database, columns_projector(columns)):
        pass
    clock.advance(timedelta(days=100))
    return ids


def made_by(client: TestClient, headers: dict[str, str], definition: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/api/segments", headers=headers, json={"name": "沉睡回头客", "definition": definition})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_from_a_draft_to_members(client: TestClient, log_in: LogIn, shoppers: list[int], clock: ManualClock) -> None:
    headers = log_in()
    made = made_by(client, headers, SLEEPERS)
    assert {name: made[name] for name in ("name", "status", "version", "size", "refreshed_at")} == {
        "name": "沉睡回头客",
        "status": "draft",
        "version": None,
        "size": None,
        "refreshed_at": None,
    }
    assert made["definition"] == made["draft_definition"] == SLEEPERS
    assert made["sentence_zh"] == "购买至少 2 次，且最近一次购买是在 90 天以前"
    assert made["sentence_en"].startswith("Customers who bought at least 2 times")
    path = f"/api/segments/{made['segment_id']}"
    assert client.post(f"{path}/refresh", headers=headers).json()["error"]["code"] == "segment_not_live"
    published = client.post(f"{path}/publish", headers=headers).json()
    assert (published["status"], published["version"], published["draft_definition"]) == ("live", 1, None)
    refreshed = client.post(f"{path}/refresh", headers=headers).json()
    assert (refreshed["size"], refreshed["refreshed_at"]) == (1, clock.now().isoformat().replace("+00:00", "Z"))
    (row,) = client.get("/api/segments").json()["rows"]
    assert row == {name: refreshed[name] for name in row}
    (member,) = client.get(f"/api/customers?segment_id={made['segment_id']}").json()["rows"]
    assert member["customer_id"] == shoppers[0]


def test_a_second_version_stopping_and_deleting(client: TestClient, log_in: LogIn, shoppers: list[int]) -> None:
    headers = log_in()
    made = made_by(client, headers, TWICE)
    path = f"/api/segments/{made['segment_id']}"
    client.post(f"{path}/publish", headers=headers)
    body = {"name": "睡着的", "definition": SILENT, "revision": made["revision"]}
    assert client.put(path, headers=headers, json=body).json()["error"]["code"] == "stale_definition"
    saved = client.put(path, headers=headers, json={**body, "revision": None}).json()
    assert (saved["name"], saved["definition"], saved["draft_definition"]) == ("睡着的", TWICE, SILENT)
    assert saved["sentence_zh"] == "购买至少 2 次"
    assert client.post(f"{path}/publish", headers=headers).json()["version"] == 2
    assert client.post(f"{path}/refresh", headers=headers).json()["size"] == 2
    assert client.post(f"{path}/stop", headers=headers).json()["status"] == "stopped"
    listed = {each: client.get("/api/segments", params={"status": each}).json()["rows"] for each in ("live", "stopped")}
    assert {each: len(rows) for each, rows in listed.items()} == {"live": 0, "stopped": 1}
    assert client.post(f"{path}/resume", headers=headers).json()["status"] == "live"
    assert client.delete(path, headers=headers).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get("/api/segments").json() == {"rows": [], "next_after": None}


def test_a_preview_counts_and_shows_a_few(
    client: TestClient, log_in: LogIn, shoppers: list[int], clock: ManualClock
) -> None:
    headers = log_in()
    found = client.post("/api/segments/preview", headers=headers, json={"definition": SILENT}).json()
    assert (found["count"], found["total"], found["sentence_zh"]) == (2, 3, "最近一次购买是在 90 天以前")
    assert [each["customer_id"] for each in found["sample"]] == [shoppers[1], shoppers[0]]
    assert found["sample"][0]["display_name"] == f"客{shoppers[1]}"
    assert "13800000001" not in str(found)
    assert found["elapsed_ms"] >= 0
    then = (clock.now() - timedelta(days=20)).isoformat()
    before = client.post("/api/segments/preview", headers=headers, json={"definition": SILENT, "as_of": then}).json()
    assert (before["count"], before["total"], before["sample"]) == (0, 3, [])
    naive = client.post(
        "/api/segments/preview", headers=headers, json={"definition": SILENT, "as_of": "2026-01-01T00:00"}
    )
    assert naive.status_code == 422


@pytest.mark.parametrize("path", ["/api/segments", "/api/segments/preview"])
def test_a_bad_definition_is_told_with_its_path(client: TestClient, log_in: LogIn, path: str) -> None:
    bad = {"kind": "all", "of": [SILENT, {**TWICE, "value": -1}]}
    answer = client.post(path, headers=log_in(), json={"name": "坏的", "definition": bad})
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert (error["code"], error["fields"]["path"]) == ("invalid_definition", "of.1.value")
    assert error["fields"]["reason"] == "Give a number of at least 0."
    assert error["fields"]["reason_zh"] == "请填不小于 0 的数。"


@pytest.mark.parametrize("definition", [None, 5, "x", [], {}, {"kind": "all"}, {"kind": {"a": 1}, "of": []}])
def test_whatever_is_sent_as_a_definition_is_refused_kindly(
    client: TestClient, log_in: LogIn, definition: object
) -> None:
    answer = client.post("/api/segments/preview", headers=log_in(), json={"definition": definition})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid_definition"


def test_programs_see_what_their_role_and_scope_allow(
    client: TestClient, database: Database, shoppers: list[int]
) -> None:
    with database.begin() as work:
        ensured = work.driver.execute("SELECT min(unit_id) FROM company.units").fetchone()
        assert ensured is not None
        store = create_unit(work, SIYU, "门店", ensured[0])
        keys = {
            role: create_key(work, SIYU, KeyKind.API, role.value, role, store.unit_id).secret
            for role in (Role.ANALYST, Role.FRONTLINE)
        }
    analyst, frontline = ({"Authorization": f"Bearer {keys[role]}"} for role in (Role.ANALYST, Role.FRONTLINE))
    found = client.post("/api/segments/preview", headers=analyst, json={"definition": SILENT}).json()
    assert (found["count"], found["total"]) == (0, 0)
    made = made_by(client, analyst, SILENT)
    assert client.post(f"/api/segments/{made['segment_id']}/publish", headers=analyst).status_code == 403
    assert client.post(f"/api/segments/{made['segment_id']}/refresh", headers=analyst).status_code == 403
    assert client.post("/api/segments/preview", headers=frontline, json={"definition": SILENT}).status_code == 403
    assert client.get("/api/segments", headers=frontline).status_code == 403
    assert client.get("/api/segments").status_code == 401
