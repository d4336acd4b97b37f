"""LTV over HTTP: before there is any, when it is computed, and what it says of whom."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.company.service import create_key, ensure_first_admin
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.segments import reading, service
from siyu.engines.insight.estimating import compute_estimate
from siyu.engines.insight.ltv import estimator
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn
from tests.faces.api.test_rfm import project

SIYU = system_actor("test")
BUYERS = 120


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """The API with columns."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    return ApiContext(settings=Settings(home=tmp_path), database=database, columns=columns, secret_key="a secret")


@pytest.fixture
def buyers(database: Database, columns: Columns, clock: ManualClock) -> list[int]:
    """Every third bought once, the others up to nine times; some of these until lately, some not for long."""
    with database.begin() as work:
        now = work.clock.now()
        made = customers.resolve(work, SIYU, {(Identity("user_id", f"u{n}"),): now for n in range(BUYERS)})
        ids = sorted(made.values())
        for n, who in enumerate(ids):
            first, every = 200 - n % 60, 4 + n % 17
            times = 1 if n % 3 == 0 else 2 + n % 8
            work.record(
                NewEvent(
                    "order_paid",
                    work.ids.new_id(),
                    who,
                    now - timedelta(days=first - every * at),
                    "orders",
                    {"total_fen": 2_000 + 100 * (n % 30) + 50 * at, "currency": "CNY"},
                )
                for at in range(times)
            )
    project(database, columns)
    return ids


def good(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def between(name: str, cuts: list[float], place: int) -> list[dict[str, Any]]:
    asked = {"kind": "estimate", "model": "value", "name": name}
    at_least = [{**asked, "operator": "at_least", "value": cuts[place - 1] if place else 0}]
    return at_least + ([{**asked, "operator": "less_than", "value": cuts[place]}] if place < len(cuts) else [])


def test_what_customers_are_worth(
    client: TestClient, log_in: LogIn, buyers: list[int], database: Database, columns: Columns
) -> None:
    headers = log_in()
    before = good(client.get("/api/ltv"))
    assert (before["edition"], before["fit"], before["places"], before["trouble"]) == (0, None, [], None)
    assert good(client.get(f"/api/customers/{buyers[1]}/value"))["p_alive"] is None
    with database.begin() as work:
        scheme = service.create_scheme(
            work, SIYU, "RFM", reading.scheme_document(reading.eight_cells("order_paid", "total_fen", currency="CNY"))
        )
        service.publish_scheme(work, SIYU, scheme.scheme_id)
    assert client.post("/api/ltv/compute", headers=headers).status_code == 202
    zone = ZoneInfo("Asia/Shanghai")
    computed = compute_estimate(database, columns, SIYU, "value", estimator(zone, "CNY"))
    assert (computed.customers, computed.trouble) == (BUYERS, None)

    found = good(client.get("/api/ltv"))
    fit = found["fit"]
    assert (found["edition"], fit["buyers"], fit["currency"]) == (1, BUYERS, "CNY")
    assert fit["look_back"]["customers"] == BUYERS
    for parts in (found["places"], found["by_entry"], found["by_cell"]):
        assert sum(each["customers"] for each in parts) == BUYERS
        assert sum(each["value_fen"] for each in parts) == fit["expected_value_fen"]
    most = found["most_valued"]
    assert len(most) == 20
    assert [each["expected_value_fen"] for each in most] == sorted(
        (each["expected_value_fen"] for each in most), reverse=True
    )
    one = good(client.get(f"/api/customers/{most[0]['customer_id']}/value"))
    assert {name: one[name] for name in ("p_alive", "expected_orders", "expected_value_fen")} == {
        name: most[0][name] for name in ("p_alive", "expected_orders", "expected_value_fen")
    }

    cuts = fit["value_cuts_fen"]
    for place in found["places"]:  # a cell of the page is a segment
        asked = {
            "kind": "all",
            "of": [
                *between("p_alive", found["alive_cuts"], place["alive"]),
                *between("expected_value_fen", cuts, place["value"]),
            ],
        }
        preview = good(client.post("/api/segments/preview", headers=headers, json={"definition": asked}))
        assert preview["count"] == place["customers"] > 0
    asked = {"kind": "all", "of": between("expected_value_fen", cuts, len(cuts))}
    segment = good(client.post("/api/segments", headers=headers, json={"name": "值得留住", "definition": asked}))
    assert "未来 365 天预期价值不低于" in segment["sentence_zh"]
    explained = good(
        client.get(f"/api/segments/{segment['segment_id']}/explain", params={"customer_id": most[0]["customer_id"]})
    )
    told = explained["node"]["of"][0]["observed_zh"]
    assert told == f"¥{most[0]['expected_value_fen'] / 100:,.2f}"


def test_who_may_look_and_who_may_have_it_computed(client: TestClient, database: Database) -> None:
    with database.begin() as work:
        keys = {
            role: {"Authorization": f"Bearer {create_key(work, SIYU, KeyKind.API, role.value, role).secret}"}
            for role in (Role.OPERATOR, Role.ANALYST, Role.FRONTLINE)
        }
    assert [client.get("/api/ltv", headers=each).status_code for each in keys.values()] == [200, 200, 403]
    computed = [client.post("/api/ltv/compute", headers=each).status_code for each in keys.values()]
    assert computed == [202, 403, 403]
    assert client.get("/api/customers/999/value", headers=keys[Role.ANALYST]).status_code == 404
