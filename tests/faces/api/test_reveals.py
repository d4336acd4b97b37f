"""Showing in plain: who may, why, how often, and what is written down of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from tests.engines.intake.test_draining import drained, identify, put
from tests.faces.api.conftest import PASSWORD, LogIn

SYSTEM = system_actor("test")
PHONE, EMAIL = "13800138000", "li.lei@example.cn"
WHY = "回访投诉"


@pytest.fixture
def client(context: ApiContext) -> Iterator[TestClient]:
    """With one customer, who told a phone and an e-mail; three reveals an hour."""
    put(context.database, identify(1, "u1", "a1", name="李雷", phone=PHONE, email=EMAIL, tel=13800138000))
    drained(context.database)
    limited = replace(context, settings=replace(context.settings, reveals_per_hour=3))
    with TestClient(create_app(limited), client=("203.0.113.9", 40000)) as client:
        yield client


def the_customer(database: Database) -> tuple[int, dict[str, int]]:
    with database.read() as reading:
        rows = reading.driver.execute("SELECT customer_id, kind, profile_id FROM customers.profiles").fetchall()
    return rows[0][0], {kind: profile_id for _, kind, profile_id in rows}


def test_an_identity_and_an_attribute_are_shown_for_a_reason_that_is_audited(
    client: TestClient, database: Database, log_in: LogIn
) -> None:
    headers = log_in()
    customer_id, profile_of = the_customer(database)
    path = f"/api/customers/{customer_id}"
    asked = {"profile_id": profile_of["phone"], "reason": f" {WHY} "}
    answer = client.post(f"{path}/reveal-identity", json=asked, headers=headers)
    assert answer.json() == {"value": PHONE}
    assert answer.headers["Cache-Control"] == "no-store"
    asked = {"attribute": "email", "reason": WHY}
    assert client.post(f"{path}/reveal-attribute", json=asked, headers=headers).json() == {"value": EMAIL}
    asked = {"attribute": "tel", "reason": WHY}
    assert client.post(f"{path}/reveal-attribute", json=asked, headers=headers).json() == {"value": 13800138000}
    found = client.get("/api/audit").json()["rows"]
    shown = [row["fields"] for row in found if row["verb"] == "customers.reveal"]
    assert shown == [
        {"what": "tel", "reason": WHY},
        {"what": "email", "reason": WHY},
        {"what": "phone", "profile_id": profile_of["phone"], "reason": WHY},
    ]
    assert PHONE not in str(found)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201, f"打给 {PHONE}"])
def test_without_a_good_reason_nothing_is_shown(
    client: TestClient, database: Database, log_in: LogIn, reason: str
) -> None:
    headers = log_in()
    customer_id, profile_of = the_customer(database)
    asked = {"profile_id": profile_of["phone"], "reason": reason}
    answer = client.post(f"/api/customers/{customer_id}/reveal-identity", json=asked, headers=headers)
    assert answer.status_code == 422
    assert PHONE not in answer.text


def test_what_is_not_there_or_not_theirs_is_not_shown(client: TestClient, database: Database, log_in: LogIn) -> None:
    headers = log_in()
    customer_id, profile_of = the_customer(database)
    put(database, identify(2, "u2", "a2", phone="13900139000"))
    drained(database)
    for asked in ({"profile_id": profile_of["phone"] + 100}, {"profile_id": max(profile_of.values()) + 3}):
        answer = client.post(
            f"/api/customers/{customer_id}/reveal-identity", json={**asked, "reason": WHY}, headers=headers
        )
        assert answer.json()["error"]["code"] == "nothing_to_reveal"
    for number in (customer_id + 10**6, 2**53 - 1):
        answer = client.post(
            f"/api/customers/{number}/reveal-attribute", json={"attribute": "x", "reason": WHY}, headers=headers
        )
        assert answer.status_code == 404


def test_an_hour_shows_so_many_to_one_and_the_next_hour_again(
    client: TestClient, database: Database, log_in: LogIn, clock: ManualClock
) -> None:
    headers = log_in()
    customer_id, profile_of = the_customer(database)
    asked = {"profile_id": profile_of["phone"], "reason": WHY}
    path = f"/api/customers/{customer_id}/reveal-identity"
    statuses = []
    for _ in range(4):
        statuses.append(client.post(path, json=asked, headers=headers).status_code)
        clock.advance(timedelta(minutes=10))
    assert statuses == [200, 200, 200, 429]
    refused = client.post(path, json=asked, headers=headers)
    assert (refused.json()["error"]["code"], refused.headers["Retry-After"]) == ("too_many_reveals", "1200")
    with database.begin() as work:
        root = company.list_units(work, SYSTEM)[0]
        company.create_staff(
            work,
            SYSTEM,
            name="小王",
            email="w@example.com",
            password=PASSWORD,
            role=Role.OPERATOR,
            unit_id=root.unit_id,
        )
    assert client.post(path, json=asked, headers=log_in("w@example.com")).status_code == 200
    headers = log_in()
    clock.advance(timedelta(minutes=20))
    assert client.post(path, json=asked, headers=headers).status_code == 200


def test_who_has_not_the_right_is_shown_nothing(client: TestClient, database: Database, log_in: LogIn) -> None:
    with database.begin() as work:
        root = company.list_units(work, SYSTEM)[0]
        company.create_staff(
            work, SYSTEM, name="小陈", email="c@example.com", password=PASSWORD, role=Role.ANALYST, unit_id=root.unit_id
        )
    customer_id, profile_of = the_customer(database)
    asked = {"profile_id": profile_of["phone"], "reason": WHY}
    answer = client.post(f"/api/customers/{customer_id}/reveal-identity", json=asked, headers=log_in("c@example.com"))
    assert answer.status_code == 403
    assert PHONE not in answer.text
