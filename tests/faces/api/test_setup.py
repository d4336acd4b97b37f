"""First-run set-up: open until there is somebody, and only for who has the terminal's code."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from siyu.assembly.setting_up import setup_code
from siyu.domain.company.rules import FREE_FAILURES
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings

SECRET = "a secret of the tests"
DRAFT = {"company_name": "晨曦茶饮", "name": "林若溪", "email": "lin@example.com", "password": "correct horse battery"}


def test_an_empty_installation_is_set_up_once_by_who_has_the_code(database: Database, tmp_path: Path) -> None:
    context = ApiContext(Settings(home=tmp_path), database, secret_key=SECRET)
    code = setup_code(SECRET)
    assert code == setup_code(SECRET) != setup_code("another secret")
    with TestClient(create_app(context), client=("203.0.113.9", 40000)) as client:
        assert client.get("/api/setup").json() == {"is_open": True}
        foreign = client.post("/api/setup", json={**DRAFT, "code": code}, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.json()["error"]["code"] == "csrf"
        weak = client.post("/api/setup", json={**DRAFT, "code": code, "password": "12345678"})
        assert (weak.status_code, weak.json()["error"]["code"]) == (422, "weak_password")
        wrong = client.post("/api/setup", json={**DRAFT, "code": "AAAA-BBBB-CCCC-DDDD"})
        assert (wrong.status_code, wrong.json()["error"]["code"]) == (403, "wrong_setup_code")
        assert client.get("/api/setup").json() == {"is_open": True}
        assert client.get("/api/setup/steps").status_code == 401

        done = client.post("/api/setup", json={**DRAFT, "code": f" {code.lower().replace('-', ' ')} "})
        assert done.status_code == 200, done.text
        session = done.json()
        assert (session["staff"]["role"], session["staff"]["unit_name"]) == ("admin", "晨曦茶饮")
        assert session["brand"] == {"name": "晨曦茶饮"}
        assert client.get("/api/session").json() == session
        steps = client.get("/api/setup/steps").json()["rows"]
        assert [(each["key"], each["is_done"]) for each in steps] == [
            ("data", False),
            ("wecom", False),
            ("segment", False),
            ("journey", False),
        ]
        assert client.get("/api/setup").json() == {"is_open": False}
        again = client.post("/api/setup", json={**DRAFT, "email": "eve@example.com", "code": code})
        assert (again.status_code, again.json()["error"]["code"]) == (409, "already_set_up")
    with database.read() as reading:
        verbs = reading.driver.execute("SELECT verb, outcome FROM company.audit ORDER BY audit_id").fetchall()
    assert verbs[0] == ("company.set_up", "denied")
    assert ("company.log_in", "allowed") in verbs


def test_the_code_is_not_to_be_guessed(database: Database, tmp_path: Path) -> None:
    context = ApiContext(Settings(home=tmp_path), database, secret_key=SECRET)
    with TestClient(create_app(context), client=("203.0.113.9", 40000)) as client:
        told = [
            client.post("/api/setup", json={**DRAFT, "code": f"AAAA-{each}"}).status_code
            for each in range(FREE_FAILURES + 1)
        ]
        assert told == [403] * FREE_FAILURES + [429]
        right = client.post("/api/setup", json={**DRAFT, "code": setup_code(SECRET)})
        assert (right.status_code, right.json()["error"]["code"]) == (429, "too_many_attempts")
