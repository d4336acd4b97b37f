"""Customers over HTTP: what is shown, what is masked, what a scope hides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.customers import service as customers
from siyu.engines.projection.projecting import columns_projector
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.postgres.database import Database
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, identify, put
from tests.faces.api.conftest import LogIn

SYSTEM = system_actor("test")


@pytest.fixture
def client(context: ApiContext, columns: Columns) -> Iterator[TestClient]:
    """With columns: a customer who came by two devices, and one who is a stranger."""
    database = context.database
    put(
        database,
        identify(1, "u1", "a1", name="李雷", phone="13800138000", city="上海"),
        track(2, userId="u1", event="Order Completed", properties={"order_id": "A1", "total": 12.5, "email": "x@y.cn"}),
        track(3, userId=..., anonymousId="a2"),
    )
    drained(database)
    while project_once(database, columns_projector(columns)):
        pass
    with TestClient(create_app(replace(context, columns=columns)), client=("203.0.113.9", 40000)) as client:
        yield client


def test_a_list_is_masked_and_counts(client: TestClient, log_in: LogIn) -> None:
    log_in()
    page = client.get("/api/customers").json()
    assert page["total"] == 2
    found = {row["display_name"]: row["contact_masked"] for row in page["rows"]}
    assert found["李雷"] == "138****8000"
    assert client.get("/api/customers", params={"q": "+86 138 0013 8000"}).json()["rows"][0]["display_name"] == "李雷"
    assert client.get("/api/customers", params={"q": "1380013"}).json()["rows"] == []
    assert client.get("/api/customers", params={"q": "李"}).json()["rows"][0]["display_name"] == "李雷"
    assert client.get("/api/customers", params={"q": "nobody"}).json()["rows"] == []
    assert client.get("/api/customers", params={"after": "x"}).status_code == 422


def test_one_customer_is_whole_and_masked(client: TestClient, log_in: LogIn) -> None:
    log_in()
    (row,) = client.get("/api/customers", params={"q": "李雷"}).json()["rows"]
    customer = client.get(f"/api/customers/{row['customer_id']}").json()
    assert {each["kind"] for each in customer["identities"]} == {"user_id", "anonymous_id", "phone"}
    assert customer["attributes"] == {"city": "上海", "name": "李雷", "phone": "138****8000"}
    assert "13800138000" not in client.get(f"/api/customers/{row['customer_id']}").text
    assert client.get("/api/customers/999999").status_code == 404


def test_the_timeline_tells_what_was_told_and_pages(client: TestClient, log_in: LogIn) -> None:
    log_in()
    (row,) = client.get("/api/customers", params={"q": "李雷"}).json()["rows"]
    path = f"/api/customers/{row['customer_id']}/timeline"
    rows, after = [], None
    while True:
        page = client.get(path, params={"size": 2, **({"after": after} if after else {})}).json()
        rows += page["rows"]
        after = page["next_after"]
        if after is None:
            break
    order = next(each for each in rows if each["name"] == "order_completed")
    assert order["properties"] == {"order_id": "A1", "total": 12.5, "email": "x***@y.cn"}
    assert len({each["event_id"] for each in rows}) == len(rows)
    assert [each["occurred_at"] for each in rows] == sorted((each["occurred_at"] for each in rows), reverse=True)
    assert client.get(path, params={"after": "1.2"}).status_code == 422


def test_the_vocabulary_knows_names_and_kinds(client: TestClient, log_in: LogIn) -> None:
    log_in()
    found = client.get("/api/attributes").json()
    assert {"name": "city", "kind": "text"} in found["attributes"]
    (order,) = [each for each in found["events"] if each["name"] == "order_completed"]
    assert {"name": "total", "kind": "number"} in order["properties"]
    (seen,) = [each for each in found["events"] if each["name"] == "page_seen"]
    assert seen["properties"] == [{"name": "number", "kind": "number"}]


def test_a_clerk_sees_the_customers_of_her_unit_alone(client: TestClient, database: Database, log_in: LogIn) -> None:
    with database.begin() as work:
        root = company.list_units(work, SYSTEM)[0]
        store = company.create_unit(work, SYSTEM, "南京西路店", root.unit_id)
        company.create_staff(
            work,
            SYSTEM,
            name="小王",
            email="wang@example.com",
            password="correct horse battery",
            role=Role.FRONTLINE,
            unit_id=store.unit_id,
            own_only=False,
        )
    log_in("wang@example.com")
    assert client.get("/api/customers").json()["rows"] == []
    with database.begin() as work:
        rows = work.driver.execute("SELECT customer_id FROM customers.profiles WHERE kind = 'user_id'").fetchall()
        customers.set_custody(work, SYSTEM, rows[0][0], unit_id=store.unit_id, staff_id=None)
    page = client.get("/api/customers").json()
    assert [row["display_name"] for row in page["rows"]] == ["李雷"]
    assert page["total"] == 1
    stranger = client.get("/api/customers/999999")
    assert stranger.status_code == 404
