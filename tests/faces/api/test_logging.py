"""A day at the API leaves nothing personal and no secret in the log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from siyu.kernel.clock import SystemClock
from siyu.platform import logs
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn

PHONE = "13800138000"


@pytest.fixture
def printed() -> Iterator[io.StringIO]:
    """What Siyu's own code logs, at the lowest level."""
    stream = io.StringIO()
    logs._configure_entries(logging.DEBUG, stream, SystemClock(), None)
    yield stream
    logs._configure_entries(logging.INFO, None, SystemClock(), None)


def test_nothing_personal_and_no_secret_is_logged(client: TestClient, log_in: LogIn, printed: io.StringIO) -> None:
    client.post("/api/session", json={"email": EMAIL, "password": "a wrong guess"})
    client.post("/api/session", json={"email": {"a": PHONE}})
    headers = log_in()
    made = client.post(f"/api/keys?phone={PHONE}", json={"name": PHONE, "kind": "write"}, headers=headers).json()
    client.get("/api/keys", headers={"Authorization": f"Bearer {made['secret']}"})
    client.get(f"/api/keys?after={PHONE}x")
    client.get(f"/api/nothing/{PHONE}")
    client.get(f"/l/{PHONE}")
    client.post("/api/staff", json={"name": PHONE, "email": PHONE, "password": PHONE, "role": "x", "unit_id": 1})
    text = printed.getvalue()
    secrets = {PHONE, EMAIL, PASSWORD, "a wrong guess", made["secret"], headers["X-CSRF-Token"]}
    assert not [secret for secret in secrets | {client.cookies["siyu_session"]} if secret in text]
    entries = [json.loads(line) for line in text.splitlines()]
    done = [(entry["method"], entry["route"], entry["status"]) for entry in entries if entry["event"] == "request_done"]
    assert done[:4] == [
        ("POST", "/api/session", 401),
        ("POST", "/api/session", 422),
        ("POST", "/api/session", 200),
        ("POST", "/api/keys", 200),
    ]
    assert all("dropped_fields" not in entry for entry in entries)
    assert len({entry["request_id"] for entry in entries}) == len(done)
