"""Parting and joining customers over HTTP."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from tests.engines.intake.test_draining import drained, identify, put
from tests.faces.api.conftest import LogIn

SYSTEM = system_actor("test")
PHONE = "13800138000"


@pytest.fixture
def joined(database: Database) -> int:
    """Mother and son, joined by a tablet; gives their one id."""
    put(database, identify(1, "mum", "tablet", phone=PHONE))
    drained(database)
    put(database, identify(2, "son", "tablet"))
    drained(database)
    with database.read() as reading:
        ((customer_id,),) = reading.driver.execute("SELECT DISTINCT customer_id FROM customers.profiles").fetchall()
    return int(customer_id)


def test_a_merge_is_shown_undone_and_done_by_hand(client: TestClient, log_in: LogIn, joined: int) -> None:
    headers = log_in()
    history = client.get(f"/api/customers/{joined}/history").json()
    assert history["customer_id"] == joined
    last = history["rows"][0]
    assert (last["cause"], last["can_undo"], last["actor_kind"]) == ("link", True, "system")
    assert {each["kind"] for each in last["linked"]} == {"user_id", "anonymous_id"}
    assert PHONE not in client.get(f"/api/customers/{joined}/history").text
    path = f"/api/customers/{joined}/split"
    assert client.post(path, json={"merge_id": last["merge_id"], "reason": "x"}).status_code == 403
    parted = client.post(path, json={"merge_id": last["merge_id"], "reason": "母子共用平板"}, headers=headers)
    assert parted.status_code == 200, parted.text
    two = parted.json()
    assert two["customer_id"] == joined
    (row,) = [each for each in client.get(f"/api/customers/{joined}/history").json()["rows"] if each["is_split"]]
    assert (row["cause"], row["actor_kind"], row["actor_name"], row["reason"], row["loser_id"]) == (
        "undo", "staff", "管理员", "母子共用平板", two["new_customer_id"],
    )  # fmt: skip
    again = client.post(
        "/api/customers/merge",
        json={"customer_ids": [joined, two["new_customer_id"]], "reason": "还是一个人"},
        headers=headers,
    )
    assert again.json() == {"customer_id": joined}
    assert {each["verb"] for each in client.get("/api/audit").json()["rows"]} >= {"customers.split", "customers.merge"}


def test_what_makes_no_sense_is_refused(client: TestClient, log_in: LogIn, joined: int) -> None:
    headers = log_in()
    path = f"/api/customers/{joined}/split"
    for body, status, code in (
        ({"profile_ids": [], "reason": "x"}, 422, "bad_split"),
        ({"profile_ids": [10**15], "reason": "x"}, 422, "bad_split"),
        ({"merge_id": 10**15, "reason": "x"}, 404, "unknown_merge"),
        ({"profile_ids": [joined], "reason": f"{PHONE}"}, 422, "bad_reason"),
        ({"profile_ids": [2**63], "reason": "x"}, 422, "invalid_request"),
        ({"profile_ids": [joined]}, 422, "invalid_request"),
    ):
        answer = client.post(path, json=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), body
    assert client.post("/api/customers/999/split", json={"reason": "x"}, headers=headers).status_code == 404
    one = client.post("/api/customers/merge", json={"customer_ids": [joined, joined], "reason": "x"}, headers=headers)
    assert one.status_code == 422
    assert client.get("/api/customers/999/history").status_code == 404


def test_those_who_may_be_several_are_listed(
    client: TestClient, log_in: LogIn, database: Database, joined: int
) -> None:
    log_in()
    assert client.get("/api/suspicions").json()["rows"] == []
    put(database, identify(3, "dad", "tablet"))
    drained(database)
    (row,) = client.get("/api/suspicions").json()["rows"]
    assert (row["customer_id"], row["counts"], row["contact_masked"]) == (joined, {"user_id": 3}, "138****8000")


def test_who_only_reads_parts_nobody(client: TestClient, log_in: LogIn, database: Database, joined: int) -> None:
    with database.begin() as work:
        (root,) = company.list_units(work, SYSTEM)
        company.create_staff(
            work, SYSTEM, "小李", "li@example.com", "correct horse battery", Role.ANALYST, root.unit_id
        )
    headers = log_in("li@example.com")
    assert client.get(f"/api/customers/{joined}/history").status_code == 200
    answer = client.post(f"/api/customers/{joined}/split", json={"reason": "x"}, headers=headers)
    assert answer.status_code == 403
