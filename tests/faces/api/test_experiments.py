"""Experiments over HTTP: drafted, begun, arms given where they decide, counted, decided; and what is refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.company.service import create_key, create_staff, ensure_first_admin
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
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
DEFINITION: dict[str, Any] = {
    "hypothesis": "新文案带来更多购买",
    "arms": [{"key": "control", "name": "原样"}, {"key": "new", "name": "新文案"}],
    "primary": {"name": "购买", "of": {"event": "paid"}},
}


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """The API with columns."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    return ApiContext(settings=Settings(home=tmp_path), database=database, columns=columns, secret_key="a secret")


@pytest.fixture
def known(database: Database, context: ApiContext) -> list[int]:
    """Twelve customers, known as "u0" to "u11"."""
    now = database.clock.now()
    with database.begin() as work:
        made = customers.resolve(work, SIYU, {(Identity("user_id", f"u{n}"),): now for n in range(12)})
    return sorted(made.values())


def test_from_a_draft_to_a_decision(
    client: TestClient, log_in: LogIn, context: ApiContext, known: list[int], columns: Columns, clock: ManualClock
) -> None:
    headers = log_in()

    def post(path: str, body: Any = None) -> Any:
        answer = client.post(path, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    made = post("/api/experiments", {"name": "欢迎语", "definition": DEFINITION})
    path = f"/api/experiments/{made['experiment_id']}"
    assert (made["status"], made["version"]) == ("draft", None)
    assert post(f"{path}/arms", {"customer_ids": known}) == {"arms": {}, "arm": None}
    assert post(f"{path}/begin")["status"] == "live"
    changed = {"name": "欢迎语", "definition": {**DEFINITION, "days": 3}}
    refused = client.put(path, json=changed, headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "experiment_begun")

    arms = post(f"{path}/arms", {"customer_ids": known})["arms"]
    assert set(arms) == {str(each) for each in known}
    assert set(arms.values()) == {"control", "new"}
    assert post(f"{path}/arms", {"identity": ["user_id", "u3"]})["arm"] in {"control", "new"}
    assert post(f"{path}/arms", {"customer_ids": known})["arms"] == arms
    assert post(f"{path}/arms", {"identity": ["user_id", "nobody"]}) == {"arms": {}, "arm": None}

    clock.advance(timedelta(hours=1))
    buyers = [each for each in known if arms[str(each)] == "new"]
    with context.database.begin() as work:
        work.record(NewEvent("paid", work.ids.new_id(), who, work.clock.now(), "test", {}) for who in buyers)
    project(context.database, columns)
    results = client.get(f"{path}/results").json()
    assert results["units"] == {"control": len(known) - len(buyers), "new": len(buyers)}
    ((outcome),) = results["outcomes"]
    assert (outcome["control_mean"], outcome["variants"][0]["mean"]) == (0, 1)
    assert sum(sum(day["arms"].values()) for day in results["by_day"]) == len(known)
    assert outcome["did"] == {"control": 0, "new": len(buyers)}
    behind = {arm: client.get(f"{path}/people", params={"arm": arm, "size": 2}).json() for arm in outcome["did"]}
    assert {arm: page["total"] for arm, page in behind.items()} == outcome["did"]
    assert [row["customer_id"] for row in behind["new"]["rows"]] == sorted(buyers, reverse=True)[:2]
    assert client.get(f"{path}/people", params={"arm": "new", "outcome": 1}).status_code == 422

    assert post(f"{path}/end")["status"] == "stopped"
    assert post(f"{path}/decisions", {"arm": "new", "note": "都买了"})["arm"] == "new"
    (decision,) = client.get(f"{path}/decisions").json()["rows"]
    assert decision["decided_by"].startswith("staff:")
    assert (decision["decided_by_name"], decision["is_in_force"]) == (
        client.get("/api/session").json()["staff"]["name"],
        False,
    )
    assert post(f"{path}/decisions", {"arm": "new", "note": "都用它", "puts_in_force": True})["is_in_force"]
    assert set(post(f"{path}/arms", {"customer_ids": known})["arms"].values()) == {"new"}
    with context.database.begin() as work:
        key = create_key(work, SIYU, KeyKind.API, "投放系统", Role.OPERATOR)
    bearer = {"Authorization": f"Bearer {key.secret}"}
    by_key = TestClient(client.app).post(f"{path}/decisions", json={"note": "停了"}, headers=bearer).json()
    assert by_key["decided_by_name"] == "投放系统"
    unknown = client.post(f"{path}/decisions", json={"arm": "third", "note": "?"}, headers=headers)
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (422, "unknown_arm")


def test_who_sees_but_their_own_customers_is_told_of_those(
    client: TestClient, log_in: LogIn, context: ApiContext, known: list[int], columns: Columns
) -> None:
    headers = log_in()
    made = client.post("/api/experiments", json={"name": "一", "definition": DEFINITION}, headers=headers).json()
    path = f"/api/experiments/{made['experiment_id']}"
    client.post(f"{path}/begin", headers=headers)
    client.post(f"{path}/arms", json={"customer_ids": known}, headers=headers)
    with context.database.begin() as work:
        staff = create_staff(work, SIYU, "小王", "wang@example.com", PASSWORD, Role.MANAGER, unit_id=1, own_only=True)
        for each in known[:5]:
            customers.set_custody(work, SIYU, each, unit_id=1, staff_id=staff.staff_id)
        key = create_key(work, SIYU, KeyKind.API, "analyst", Role.ANALYST)
    project(context.database, columns)
    assert sum(client.get(f"{path}/results").json()["units"].values()) == len(known)
    client.cookies.clear()
    log_in("wang@example.com")
    assert sum(client.get(f"{path}/results").json()["units"].values()) == 5
    client.cookies.clear()
    bearer = {"Authorization": f"Bearer {key.secret}"}
    for verb in ("begin", "arms", "end", "resume", "decisions"):
        body = {"note": "x"} if verb == "decisions" else {}
        assert client.post(f"{path}/{verb}", json=body, headers=bearer).status_code == 403, verb


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ({"rate": 0.1, "effect": 0.1, "customers_a_day": 100}, 200),
        ({"mean": 100, "deviation": 300, "effect": 0.05}, 200),
        ({"mean": 1e-9, "deviation": 1e12, "effect": 0.001, "customers_a_day": 1e-300}, 200),
        ({"rate": 1e-9, "effect": 0.001, "alpha": 0.0001, "power": 0.9999, "share": 0.0001}, 200),
        ({"rate": 0.1, "effect": 1e-300}, 422),
        ({"rate": 1e-320, "effect": 0.1}, 422),
        ({"rate": 0.1, "effect": 0.1, "alpha": 1e-300}, 422),
        ({"rate": 0.1, "effect": 0.1, "share": 1e-320}, 422),
        ({"rate": 0.9, "effect": 0.2}, 422),
        ({"effect": 0.2}, 422),
    ],
)
def test_a_plan_is_a_number_or_refused(
    client: TestClient, log_in: LogIn, question: dict[str, Any], status: int
) -> None:
    answer = client.post("/api/experiments/plan", json=question, headers=log_in())
    assert answer.status_code == status
    if status == 200:
        assert 2 <= answer.json()["units"] <= 10**12
