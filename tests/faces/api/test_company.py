"""Staff, units, keys and the audit, over HTTP."""

from __future__ import annotations

from datetime import timedelta

from fastapi.testclient import TestClient

from siyu.faces.api.write_keys import REMEMBERED_FOR, REMEMBERED_MAX, WriteKeys
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn

ASSISTANT = {
    "name": "小林",
    "email": "Lin@Example.com",
    "password": "eight letters",
    "role": "operator",
    "unit_id": 1,
}


def test_somebody_is_added_and_logs_in(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    store = client.post("/api/units", json={"name": "徐汇店", "parent_id": 1}, headers=headers).json()
    assert store == {"unit_id": 2, "name": "徐汇店", "parent_id": 1, "path": "1.2."}
    added = client.post("/api/staff", json=ASSISTANT | {"unit_id": 2}, headers=headers)
    assert added.status_code == 200, added.text
    assert added.json() == {
        "staff_id": 2,
        "name": "小林",
        "email": "lin@example.com",
        "role": "operator",
        "unit_id": 2,
        "unit_name": "徐汇店",
        "is_active": True,
    }
    twice = client.post("/api/staff", json=ASSISTANT, headers=headers)
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "email_taken")
    assert [row["staff_id"] for row in client.get("/api/staff").json()["rows"]] == [1, 2]
    log_in("lin@example.com", "eight letters")
    assert client.get("/api/session").json()["staff"]["role"] == "operator"
    assert [row["unit_id"] for row in client.get("/api/units").json()["rows"]] == [2]


def test_who_may_not_add_staff_is_refused_and_noted(client: TestClient, log_in: LogIn) -> None:
    client.post("/api/staff", json=ASSISTANT, headers=log_in())
    headers = log_in("lin@example.com", "eight letters")
    refused = client.post("/api/staff", json=ASSISTANT | {"email": "x@example.com"}, headers=headers)
    assert (refused.status_code, refused.json()["error"]["fields"]) == (403, {"right": "company.write"})
    assert client.get("/api/audit").status_code == 403
    log_in()
    rows = client.get("/api/audit").json()["rows"]
    denied = [row for row in rows if row["outcome"] == "denied"]
    assert [(row["actor_name"], row["verb"]) for row in denied] == [("小林", "api.create_staff")]


def test_the_audit_tells_what_was_done_and_nothing_personal(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    client.post("/api/staff", json=ASSISTANT, headers=headers)
    client.post("/api/session", json={"email": EMAIL, "password": "wrong"})
    answer = client.get("/api/audit")
    told = [(row["verb"], row["subject"], row["outcome"]) for row in answer.json()["rows"]]
    assert told == [
        ("company.log_in", "staff:1", "denied"),
        ("company.create_staff", "staff:2", "allowed"),
        ("company.log_in", "staff:1", "allowed"),
        ("company.create_staff", "staff:1", "allowed"),
    ]
    assert "@" not in answer.text


def test_the_audit_is_searched(client: TestClient, log_in: LogIn, clock: ManualClock) -> None:
    client.post("/api/staff", json=ASSISTANT, headers=log_in())
    clock.advance(timedelta(days=1))
    client.post("/api/staff", json=ASSISTANT, headers=log_in("lin@example.com", "eight letters"))
    headers = log_in()
    made = client.post("/api/keys", json={"name": "erp", "kind": "api", "role": "admin"}, headers=headers).json()
    client.cookies.clear()
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    client.post("/api/units", json={"name": "徐汇店", "parent_id": 1}, headers=bearer)
    everything = client.get("/api/audit", headers=bearer).json()["rows"]

    def found(**wanted: str) -> list[int]:
        """The places of the lines that fit, in the whole of the audit; asked for two at a time."""
        rows, after = [], None
        while True:
            params = wanted | {"size": "2"} | ({"after": after} if after else {})
            answer = client.get("/api/audit", params=params, headers=bearer)
            assert answer.status_code == 200, answer.text
            rows += answer.json()["rows"]
            after = answer.json()["next_after"]
            if after is None:
                return [everything.index(row) for row in rows]

    assert [(row["actor_kind"], row["actor_name"], row["verb"], row["subject"]) for row in everything] == [
        ("key", "erp", "company.create_unit", "unit:2"),
        ("staff", "管理员", "company.create_key", "key:1"),
        ("staff", "管理员", "company.log_in", "staff:1"),
        ("staff", "小林", "api.create_staff", "/api/staff"),
        ("staff", "小林", "company.log_in", "staff:2"),
        ("staff", "管理员", "company.create_staff", "staff:2"),
        ("staff", "管理员", "company.log_in", "staff:1"),
        ("system", "setup", "company.create_staff", "staff:1"),
    ]
    assert found() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert found(staff_id="2") == [3, 4]
    assert found(actor_kind="key") == [0]
    assert found(verb="company.log_in") == [2, 4, 6]
    assert found(verb="api") == [3]
    assert found(subject="staff:2") == [4, 5]
    assert found(subject="staff") == [2, 4, 5, 6, 7]
    assert found(subject="/api/staff") == [3]
    assert found(outcome="denied") == [3]
    assert found(until="2026-06-02T04:00:00Z") == [5, 6, 7]
    assert found(since="2026-06-02T12:00:00+08:00", subject="staff") == [2, 4]
    assert found(staff_id="1", verb="company.create_staff") == [5]
    assert found(staff_id="1", actor_kind="key") == []
    assert found(verb="company.log_") == []
    for bad in ({"verb": "x' OR"}, {"subject": "\x00"}, {"actor_kind": "robot"}, {"since": "yesterday"}):
        assert client.get("/api/audit", params=bad, headers=bearer).status_code == 422


def test_lists_come_in_pages(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    for n in range(5):
        client.post("/api/keys", json={"name": f"key {n}", "kind": "write"}, headers=headers)
    names: list[str] = []
    after: str | None = None
    for _ in range(3):
        params = {"size": "2"} | ({"after": after} if after else {})
        page = client.get("/api/keys", params=params).json()
        names += [row["name"] for row in page["rows"]]
        after = page["next_after"]
    assert names == ["key 4", "key 3", "key 2", "key 1", "key 0"]
    assert after is None


def test_an_api_key_acts_with_its_role_until_it_is_revoked(
    client: TestClient, log_in: LogIn, clock: ManualClock
) -> None:
    headers = log_in()
    made = client.post("/api/keys", json={"name": "erp", "kind": "api", "role": "manager"}, headers=headers).json()
    secret, key = made["secret"], made["key"]
    assert secret.startswith(key["prefix"])
    assert len(key["prefix"]) < len(secret) / 2
    assert key["last_used_at"] is None
    assert secret not in client.get("/api/keys").text
    client.cookies.clear()
    bearer = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/staff", headers=bearer).status_code == 200
    assert client.get("/api/keys", headers=bearer).status_code == 403
    assert client.get("/api/session", headers=bearer).status_code == 401
    log_in()
    assert client.get("/api/keys").json()["rows"][0]["last_used_at"] == "2026-06-01T04:00:00Z"
    clock.advance(timedelta(seconds=59))
    client.get("/api/staff", headers=bearer)
    assert client.get("/api/keys").json()["rows"][0]["last_used_at"] == "2026-06-01T04:00:00Z"
    clock.advance(timedelta(seconds=1))
    client.get("/api/staff", headers=bearer)
    assert client.get("/api/keys").json()["rows"][0]["last_used_at"] == "2026-06-01T04:01:00Z"
    for _ in range(2):
        assert client.delete(f"/api/keys/{key['key_id']}", headers=headers | _csrf(client)).status_code == 204
    assert client.get("/api/staff", headers=bearer).status_code == 401


def test_a_write_key_may_write_events_and_nothing_else(client: TestClient, log_in: LogIn) -> None:
    made = client.post("/api/keys", json={"name": "site", "kind": "write"}, headers=log_in()).json()
    client.cookies.clear()
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    for path in ("/api/staff", "/api/keys", "/api/units", "/api/audit"):
        assert client.get(path, headers=bearer).status_code == 403


def test_the_intake_door_remembers_write_keys_for_a_moment(
    client: TestClient, log_in: LogIn, database: Database, clock: ManualClock
) -> None:
    headers = log_in()
    write = client.post("/api/keys", json={"name": "site", "kind": "write"}, headers=headers).json()
    api = client.post("/api/keys", json={"name": "erp", "kind": "api", "role": "admin"}, headers=headers).json()
    keys = WriteKeys(database)
    assert keys.source_of(write["secret"]) == "site"
    assert keys.source_of(api["secret"]) is None
    assert client.get("/api/keys").json()["rows"][1]["last_used_at"] is not None
    client.delete(f"/api/keys/{write['key']['key_id']}", headers=headers)
    assert keys.source_of(write["secret"]) == "site"
    clock.advance(REMEMBERED_FOR)
    assert keys.source_of(write["secret"]) is None
    assert len(keys._answers) <= REMEMBERED_MAX


def test_a_new_password_ends_all_sessions(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    wrong = {"new_password": "another password", "current_password": "wrong"}
    refused = client.post("/api/staff/1/password", json=wrong, headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "wrong_password")
    right = wrong | {"current_password": PASSWORD}
    assert client.post("/api/staff/1/password", json=right, headers=headers).status_code == 204
    assert client.get("/api/session").status_code == 401
    log_in(password="another password")


def test_somebody_who_left_is_out_at_once(client: TestClient, log_in: LogIn) -> None:
    client.post("/api/staff", json=ASSISTANT, headers=log_in())
    log_in("lin@example.com", "eight letters")
    token = client.cookies["siyu_session"]
    headers = log_in()
    assert client.delete("/api/staff/2", headers=headers).status_code == 204
    last = client.delete("/api/staff/1", headers=headers)
    assert (last.status_code, last.json()["error"]["code"]) == (409, "last_admin")
    client.cookies.clear()
    client.cookies.set("siyu_session", token)
    assert client.get("/api/session").status_code == 401
    again = client.post("/api/session", json={"email": "lin@example.com", "password": "eight letters"})
    assert again.json()["error"]["code"] == "wrong_credentials"


def test_a_unit_moves_with_all_below_it(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    for name, parent in (("华东", 1), ("华南", 1), ("上海", 2), ("徐汇", 4)):
        client.post("/api/units", json={"name": name, "parent_id": parent}, headers=headers)
    moved = client.put("/api/units/4/parent", json={"parent_id": 3}, headers=headers).json()
    assert moved["path"] == "1.3.4."
    paths = {row["name"]: row["path"] for row in client.get("/api/units").json()["rows"]}
    assert paths["徐汇"] == "1.3.4.5."
    cycle = client.put("/api/units/3/parent", json={"parent_id": 5}, headers=headers)
    assert (cycle.status_code, cycle.json()["error"]["code"]) == (409, "unit_cycle")


def _csrf(client: TestClient) -> dict[str, str]:
    return {"X-CSRF-Token": client.get("/api/session").json()["csrf_token"]}
