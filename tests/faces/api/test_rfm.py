"""RFM schemes and ladders over HTTP, with the home page saying the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.company.service import create_key, ensure_first_admin
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.segments import service as segments
from siyu.domain.segments.contracts import StageFlip
from siyu.engines.insight.rfm import recut_schemes
from siyu.engines.projection.projecting import columns_projector
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.platform.settings import Settings
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn

SIYU = system_actor("test")


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """The API with columns."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    return ApiContext(settings=Settings(home=tmp_path), database=database, columns=columns, secret_key="a secret")


def project(database: Database, columns: Columns) -> None:
    with database.autocommit() as driver:
        while sequence_once(driver):
            pass
    while project_once(database, columns_projector(columns)):
        pass


def buy(database: Database, customer_id: int, *amounts: int) -> None:
    with database.begin() as work:
        work.record(
            NewEvent(
                "order_paid",
                work.ids.new_id(),
                customer_id,
                work.clock.now(),
                "orders",
                {"total_fen": fen, "currency": "CNY"},
            )
            for fen in amounts
        )


@pytest.fixture
def shoppers(database: Database, columns: Columns, clock: ManualClock) -> list[int]:
    """One bought three times for much just now, one once for little long ago, one never."""
    with database.begin() as work:
        at = work.clock.now()
        made = customers.resolve(work, SIYU, {(Identity("phone", f"1380000000{n}"),): at for n in range(3)})
    ids = sorted(made.values())
    buy(database, ids[1], 500)
    clock.advance(timedelta(days=100))
    buy(database, ids[0], 10_000, 20_000, 30_000)
    project(database, columns)
    return ids


def good(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_scheme_from_its_template_to_its_cells(
    client: TestClient, log_in: LogIn, shoppers: list[int], database: Database, columns: Columns, clock: ManualClock
) -> None:
    headers = log_in()
    templates = {row["template"]: row["definition"] for row in good(client.get("/api/rfm/templates"))["rows"]}
    eight = templates["eight"]
    assert [scale["cuts"] for scale in eight["scales"]] == [[51], [3], [30_251]]
    assert good(client.post("/api/rfm/cuts", headers=headers, json={"definition": eight})) == eight
    made = good(client.post("/api/rfm", headers=headers, json={"name": "RFM", "definition": eight}))
    path = f"/api/rfm/{made['scheme_id']}"
    assert (made["status"], made["segments"], made["definition"]) == ("draft", {}, eight)
    live = good(client.post(f"{path}/publish", headers=headers))
    assert (live["status"], live["version"], len(live["segments"])) == ("live", 1, 8)

    matrix = good(client.get(f"{path}/matrix"))
    cells = {cell["key"]: cell for cell in matrix["cells"]}
    assert cells["important_value"] == {
        "key": "important_value",
        "zh": "重要价值",
        "en": "Champions to keep",
        "segment_id": live["segments"]["important_value"],
        "customers": 1,
        "orders": 3,
        "revenue_fen": 60_000,
        "arpu_fen": 60_000,
    }
    assert cells["general_retain"]["customers"] == 1
    trial = good(client.post("/api/rfm/preview", headers=headers, json={"definition": eight}))
    assert [cell["customers"] for cell in trial["cells"]] == [cell["customers"] for cell in matrix["cells"]]
    home = good(client.get("/api/summary"))["rfm"]
    assert [(each["cell"], each["customers"], each["revenue_fen"]) for each in home] == [
        (cell["key"], cell["customers"], cell["revenue_fen"]) for cell in matrix["cells"]
    ]

    clock.advance(timedelta(days=10))
    assert recut_schemes(database, columns, SIYU) == [made["scheme_id"]]
    assert recut_schemes(database, columns, SIYU) == []
    headers = log_in()
    recut = good(client.get(path))
    assert (recut["version"], recut["definition"]["scales"][0]["cuts"]) == (2, [61])
    home = good(client.get("/api/summary"))["rfm"]
    assert [each["customers"] for each in home] == [c["customers"] for c in good(client.get(f"{path}/matrix"))["cells"]]

    bad = {**eight, "cells": eight["cells"][1:]}
    refused = client.put(path, headers=headers, json={"name": "RFM", "definition": bad})
    assert (refused.status_code, refused.json()["error"]["fields"]["path"]) == (422, "cells")
    assert good(client.post(f"{path}/stop", headers=headers))["status"] == "stopped"
    assert good(client.post(f"{path}/resume", headers=headers))["status"] == "live"
    assert client.delete(path, headers=headers).status_code == 204
    assert good(client.get("/api/rfm"))["rows"] == []


def check_values(client: TestClient, path: str) -> None:
    values = good(client.get(f"{path}/values"))
    assert values["currency"] == "CNY"
    assert {row.pop("stage"): row for row in values["rows"]} == {
        "vip": {
            "customers": 1,
            "orders": 3,
            "revenue_fen": 60_000,
            "arpu_fen": 60_000,
            "expected_value_fen": 0,
        },
        "aware": {"customers": 1, "orders": 0, "revenue_fen": 0, "arpu_fen": 0, "expected_value_fen": 0},
    }


def a_move(work: UnitOfWork, name: str, customer_id: int, segment_id: int) -> NewEvent:
    """Into a stage's segment, or out of it."""
    told = {"segment_id": segment_id, "version": 1, "reason": "event"}
    return NewEvent(name, work.ids.new_id(), customer_id, work.clock.now(), "segments", told)


def check_segments_of_who_moved(
    client: TestClient,
    path: str,
    headers: dict[str, str],
    span: dict[str, str],
    flows: set[tuple[str | None, str | None, int]],
) -> None:
    """A segment of each flow has as many members as have moved."""
    for before, after, count in flows:
        flow = {"before": before, "after": after, "name": f"{before} {after}", **span}
        made_of = client.post(path, headers=headers, json=flow)
        assert (made_of.status_code, made_of.json()["size"]) == (201, count)
    nobody = {"before": "vip", "after": "lost", "name": "nobody", **span}
    assert client.post(path, headers=headers, json=nobody).status_code == 422


def test_members_and_movements_of_stages(
    client: TestClient, log_in: LogIn, shoppers: list[int], database: Database, columns: Columns, clock: ManualClock
) -> None:
    headers = log_in()
    templates = good(client.get("/api/ladders/templates"))["rows"]
    assert [row["template"] for row in templates] == ["lifecycle", "layers"]
    draft = {"name": "客户阶梯", "definition": templates[0]["definition"]}
    made = good(client.post("/api/ladders", headers=headers, json=draft))
    path = f"/api/ladders/{made['ladder_id']}"
    live = good(client.post(f"{path}/publish", headers=headers))
    assert [stage["key"] for stage in live["stages"]] == ["aware", "follower", "fan", "buyer", "vip", "silent", "lost"]
    assert live["stages"][0]["sentence_zh"] == "其余所有客户。"
    assert "购买" in live["stages"][3]["sentence_zh"]
    assert {stage["size"] for stage in live["stages"]} == {None}
    segment_of = {stage["key"]: stage["segment_id"] for stage in live["stages"]}

    def tell(*told: tuple[str, str, int]) -> None:
        with database.begin() as work:
            work.record(a_move(work, name, customer_id, segment_of[stage]) for name, stage, customer_id in told)
        project(database, columns)

    tell(("segment_entered", "buyer", shoppers[0]), ("segment_entered", "aware", shoppers[1]))
    clock.advance(timedelta(days=2))
    tell(
        ("segment_exited", "buyer", shoppers[0]),
        ("segment_entered", "vip", shoppers[0]),
        ("segment_entered", "aware", shoppers[2]),
    )
    clock.advance(timedelta(days=1))
    tell(("segment_exited", "aware", shoppers[1]))
    headers = log_in()
    told = good(client.get(f"/api/customers/{shoppers[0]}/timeline"))["rows"]
    assert not [row["name"] for row in told if row["name"].startswith("segment_")]
    today = (clock.now() + timedelta(hours=8)).date()

    def moved(days_before: int, days_after: int) -> set[tuple[str | None, str | None, int]]:
        span = {"since_on": str(today - timedelta(days_before)), "until_on": str(today - timedelta(days_after))}
        rows = good(client.get(f"{path}/movements", params=span))["rows"]
        return {(row["before"], row["after"], row["customers"]) for row in rows}

    assert moved(10, 0) == {(None, "vip", 1), (None, "aware", 1)}
    assert moved(3, 0) == {("buyer", "vip", 1), ("aware", None, 1), (None, "aware", 1)}
    assert moved(1, 1) == {("vip", "vip", 1), ("aware", "aware", 2)}
    assert moved(3, 3) == {("buyer", "buyer", 1), ("aware", "aware", 1)}
    span = {"since_on": str(today - timedelta(3)), "until_on": str(today)}
    check_segments_of_who_moved(client, f"{path}/movements/segment", headers, span, moved(3, 0))
    assert (
        client.get(f"{path}/movements", params={"since_on": "2026-07-02", "until_on": "2026-07-01"}).status_code == 422
    )
    check_values(client, path)
    with database.begin() as work:
        flip = StageFlip(segment_of["vip"], shoppers[0], True, work.clock.now(), "event", "a cause")
        segments.follow_stages(work, SIYU, [flip])
    rows = good(client.get(f"/api/customers/{shoppers[0]}/stages"))["rows"]
    assert [(row["ladder"], row["key"], row["zh"]) for row in rows] == [("客户阶梯", "vip", "会员 VIP")]
    assert good(client.get(f"{path}/stages/vip/members"))["rows"] == []
    assert client.get(f"{path}/stages/nobody/members").status_code == 404
    changed = {**draft, "revision": live["revision"]}
    assert good(client.put(path, headers=headers, json=changed))["draft_definition"] == draft["definition"]
    assert client.put(path, headers=headers, json=changed).status_code == 409
    assert good(client.get("/api/ladders"))["rows"][0]["ladder_id"] == made["ladder_id"]


def test_schemes_and_ladders_have_rights_of_their_own(client: TestClient, database: Database) -> None:
    with database.begin() as work:
        secret = create_key(work, SIYU, KeyKind.API, "店员", Role.FRONTLINE).secret
    for path in ("/api/rfm", "/api/rfm/templates", "/api/ladders", "/api/ladders/templates"):
        assert client.get(path).status_code == 401
        assert client.get(path, headers={"Authorization": f"Bearer {secret}"}).status_code == 403
