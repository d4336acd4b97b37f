"""Log-in, the session's cookie and token, throttling, log-out."""

from __future__ import annotations

from datetime import timedelta

from fastapi.testclient import TestClient

from siyu.domain.company.rules import FREE_FAILURES, SESSION_IDLE_MAX
from siyu.faces.api.session import DEVICE_AGE_MAX
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn


def test_a_log_in_tells_who_one_is_and_sets_a_cookie_no_script_can_read(client: TestClient) -> None:
    answer = client.post("/api/session", json={"email": f" {EMAIL.upper()} ", "password": PASSWORD})
    assert answer.status_code == 200
    session = answer.json()
    assert session["staff"] == {
        "staff_id": 1,
        "name": "管理员",
        "email": EMAIL,
        "role": "admin",
        "unit_id": 1,
        "unit_name": "晨曦茶饮",
        "is_active": True,
    }
    assert "company.write" in session["rights"]
    assert session["brand"] == {"name": "晨曦茶饮"}
    assert session["is_demo"] is False
    device, cookie = answer.headers.get_list("set-cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert device.startswith("siyu_device=")
    assert "HttpOnly" in device
    assert "SameSite=strict" in device
    assert client.get("/api/session").json() == session


def test_over_https_the_cookie_is_for_https_only(client: TestClient) -> None:
    client.base_url = "https://testserver"
    answer = client.post("/api/session", json={"email": EMAIL, "password": PASSWORD})
    assert all("Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))
    assert "Strict-Transport-Security" in answer.headers


def test_nobody_is_nobody(client: TestClient) -> None:
    answer = client.get("/api/session")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthenticated")
    client.cookies.set("siyu_session", "forged")
    assert client.get("/api/session").status_code == 401


def test_an_unknown_email_and_a_wrong_password_are_answered_alike(client: TestClient) -> None:
    wrong = client.post("/api/session", json={"email": EMAIL, "password": "not the password"})
    unknown = client.post("/api/session", json={"email": "nobody@example.com", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["error"]["code"] == "wrong_credentials"


def test_after_some_failures_one_waits_even_with_the_right_password(client: TestClient, clock: ManualClock) -> None:
    for _ in range(FREE_FAILURES):
        assert client.post("/api/session", json={"email": EMAIL, "password": "wrong"}).status_code == 401
    refused = client.post("/api/session", json={"email": EMAIL, "password": PASSWORD})
    assert refused.status_code == 429
    error = refused.json()["error"]
    assert error["code"] == "too_many_attempts"
    assert refused.headers["Retry-After"] == str(error["fields"]["retry_after_seconds"])
    clock.advance(timedelta(seconds=error["fields"]["retry_after_seconds"]))
    assert client.post("/api/session", json={"email": EMAIL, "password": PASSWORD}).status_code == 200


def test_who_was_here_before_is_not_locked_out_by_strangers(client: TestClient, clock: ManualClock) -> None:
    def attempt(password: str, device: str = "") -> int:
        client.cookies.clear()
        headers = {b"Cookie": b"siyu_device=" + device.encode()} if device else {}
        given = {"email": EMAIL, "password": password}
        return client.post("/api/session", json=given, headers=headers).status_code

    assert attempt(PASSWORD) == 200
    device = client.cookies["siyu_device"]
    for _ in range(FREE_FAILURES):
        assert attempt("wrong") == 401
    assert attempt(PASSWORD) == 429
    assert attempt(PASSWORD, device) == 200
    name, made_on, signature = device.split(".")
    for forged in (
        f"{name}x.{made_on}.{signature}",
        f"{name}.{int(made_on) + 1}.{signature}",
        f"{name}.{made_on}",
        "...",
        "x" * 5000,
        "é.é.é",
    ):
        assert attempt(PASSWORD, forged) == 429
    clock.advance(DEVICE_AGE_MAX + timedelta(days=1))
    for _ in range(FREE_FAILURES):
        assert attempt("wrong") == 401
    assert attempt(PASSWORD, device) == 429


def test_a_device_is_known_for_one_email_only(client: TestClient, log_in: LogIn, database: Database) -> None:
    headers = log_in()
    other = {"name": "林", "email": "lin@example.com", "password": PASSWORD, "role": "operator", "unit_id": 1}
    assert client.post("/api/staff", json=other, headers=headers).status_code == 200
    statuses = []
    for _ in range(FREE_FAILURES + 1):
        answer = client.post("/api/session", json={"email": "lin@example.com", "password": "wrong"})
        statuses.append(answer.status_code)
    assert statuses == [401] * FREE_FAILURES + [429]


def test_a_change_needs_the_sessions_token(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    new = {"name": "site", "kind": "write"}
    for bad in ({}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": ""}):
        answer = client.post("/api/keys", json=new, headers=bad)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf")
    assert client.post("/api/keys", json=new, headers=headers).status_code == 200
    assert client.get("/api/keys").status_code == 200


def test_a_log_in_from_another_site_is_refused(client: TestClient) -> None:
    answer = client.post(
        "/api/session", json={"email": EMAIL, "password": PASSWORD}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.json()["error"]["code"] == "csrf"


def test_after_the_log_out_the_token_is_worth_nothing(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    token = client.cookies["siyu_session"]
    assert client.delete("/api/session", headers=headers).status_code == 204
    assert "siyu_session" not in client.cookies
    client.cookies.set("siyu_session", token)
    assert client.get("/api/session").status_code == 401


def test_a_session_ends_when_it_is_not_used(client: TestClient, log_in: LogIn, clock: ManualClock) -> None:
    log_in()
    for _ in range(3):
        clock.advance(SESSION_IDLE_MAX - timedelta(minutes=1))
        assert client.get("/api/session").status_code == 200
    clock.advance(SESSION_IDLE_MAX)
    assert client.get("/api/session").status_code == 401


def test_what_is_kept_does_not_open_a_session(client: TestClient, log_in: LogIn, database: Database) -> None:
    log_in()
    token = client.cookies["siyu_session"]
    with database.read() as reading:
        kept = reading.driver.execute("SELECT s::text FROM company.sessions s").fetchall()
        passwords = reading.driver.execute("SELECT password_hash FROM company.staff").fetchall()
    assert len(kept) == 1
    assert token not in kept[0][0]
    assert passwords[0][0].startswith("$argon2id$")
