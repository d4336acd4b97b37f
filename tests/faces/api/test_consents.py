"""Consents over HTTP: the matrix, the ledger, a word written down."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.platform.postgres.database import Database
from tests.engines.scenery import some_customers
from tests.faces.api.conftest import LogIn


@pytest.fixture
def path(database: Database) -> str:
    (she,) = some_customers(database, 1)
    return f"/api/customers/{she}/consents"


def cells(answer: Any) -> dict[tuple[str, str], tuple[bool, str | None]]:
    return {(each["purpose"], each["channel"]): (each["is_allowed"], each["state"]) for each in answer.json()["cells"]}


def test_the_matrix_shows_every_purpose(client: TestClient, log_in: LogIn, path: str) -> None:
    log_in()
    answer = client.get(path)
    assert cells(answer) == {
        ("marketing", "*"): (True, None),
        ("marketing", "webhook"): (True, "granted"),
        ("service", "*"): (True, None),
        ("service", "webhook"): (True, None),
        ("profiling", "*"): (True, None),
        ("partner_sharing", "*"): (False, None),
    }
    assert all(each["zh"] and each["en"] for each in answer.json()["purposes"])
    assert client.get("/api/customers/999/consents").status_code == 404


def test_a_word_is_written_down_with_its_proof(client: TestClient, log_in: LogIn, path: str) -> None:
    headers = log_in()
    proof = {"notice": "电话里说不要再发短信", "reference": "录音 2026-06-01/17", "policy_version": "3"}
    told = {"purpose": "marketing", "channel": "*", "state": "withdrawn", **proof}
    answer = client.post(path, json=told, headers=headers)
    assert cells(answer)["marketing", "*"] == (False, "withdrawn")
    assert cells(answer)["marketing", "webhook"] == (False, "granted")
    page = client.get(f"{path}/records", params={"size": 1}).json()
    (row,) = page["rows"]
    assert {name: row[name] for name in told} == told
    assert (row["source"], row["actor_kind"], row["actor_name"]) == ("staff", "staff", "管理员")
    (earlier,) = client.get(f"{path}/records", params={"after": page["next_after"]}).json()["rows"]
    assert (earlier["state"], earlier["actor_kind"]) == ("granted", "system")
    only = client.get(f"{path}/records", params={"purpose": "marketing", "channel": "webhook"}).json()["rows"]
    assert [each["record_id"] for each in only] == [earlier["record_id"]]


@pytest.mark.parametrize(
    "change",
    [{"purpose": "anything"}, {"channel": "S M S"}, {"state": "perhaps"}, {"notice": "x" * 2_001}, {"notice": "\x00"},
     {"told_at": "2026-06-01T00:00:00"}, {"told_at": "0001-01-01T00:00:00+14:00"}, {"channel": "\x00"}],
)  # fmt: skip
def test_a_word_that_makes_no_sense_is_refused(
    client: TestClient, log_in: LogIn, path: str, change: dict[str, str]
) -> None:
    headers = log_in()
    told = {"purpose": "marketing", "channel": "sms", "state": "granted", **change}
    assert client.post(path, json=told, headers=headers).status_code == 422
    assert client.get(f"{path}/records", params={"channel": "\x00"}).status_code == 422
    assert len(client.get(f"{path}/records").json()["rows"]) == 1
