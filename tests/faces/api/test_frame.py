"""What every request meets: errors in one envelope, commits before answers, limits, headers, and no deadlock when many come."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from siyu.domain.company.contracts import TooManyAttemptsError
from siyu.domain.company.service import record_audit
from siyu.faces.api import access, bodies, frame
from siyu.faces.api.access import COOKIE, CurrentActor, ReadOnly, Work
from siyu.faces.api.app import GZIP_BYTES_MIN, create_app
from siyu.faces.api.context import ApiContext
from siyu.faces.api.errors import STATUS_OF, status_of
from siyu.kernel.errors import BusyError, ConflictError, ForbiddenError, InvalidError, NotFoundError, SiyuError
from siyu.platform.columns.errors import ColumnsError
from siyu.platform.postgres.database import Database
from tests.faces.api.conftest import LogIn

SECRET = "13800138000 is somebody's number"

trial = APIRouter()


class TrialError(ConflictError):
    """A trial failed."""

    code = "trial"


@trial.get("/api/trial/raise/{name}")
def raise_error(work: Work, name: str) -> None:
    work.driver.execute("CREATE TABLE public.left_behind ()")
    errors: dict[str, Exception] = {
        "not_found": NotFoundError("That one.", trial_id=7),
        "conflict": TrialError("So."),
        "invalid": InvalidError(path="of.1.count"),
        "busy": BusyError(retry_after_seconds=9),
        "throttled": TooManyAttemptsError(retry_after_seconds=3),
        "columns": ColumnsError(SECRET),
        "unknown": RuntimeError(SECRET),
        "deadlock": psycopg.errors.DeadlockDetected(SECRET),
        "down": psycopg.OperationalError(SECRET),
        "data": psycopg.errors.NumericValueOutOfRange(SECRET),
    }
    raise errors[name]


@trial.post("/api/trial/make")
def make_table(actor: CurrentActor, work: Work) -> dict[str, str]:
    work.driver.execute("CREATE TABLE public.made ()")
    record_audit(work, actor, "trial.make", "trial")
    return {"actor": actor.actor_id}


@trial.post("/api/trial/forbidden")
def do_forbidden(actor: CurrentActor, work: Work) -> None:
    work.driver.execute("CREATE TABLE public.left_behind ()")
    raise ForbiddenError(right="trials.write")


@trial.post("/api/trial/late")
def fail_at_commit(work: Work) -> dict[str, str]:
    work.driver.execute("CREATE TABLE public.once (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    work.driver.execute("INSERT INTO public.once VALUES (1), (1)")
    return {"status": "made"}


@trial.get("/api/trial/both")
def read_slowly(actor: CurrentActor, reading: ReadOnly) -> dict[str, str]:
    reading.driver.execute("SELECT pg_sleep(0.02)")
    return {"actor": actor.actor_id}


@trial.get("/api/trial/long")
def answer_at_length() -> list[str]:
    return ["晨曦茶饮"] * GZIP_BYTES_MIN


@trial.post("/api/trial/echo")
def count_letters(given: dict[str, str]) -> dict[str, int]:
    return {name: len(value) for name, value in given.items()}


@pytest.fixture
def app(context: ApiContext) -> FastAPI:
    app = create_app(context)
    app.router.routes[:0] = trial.routes
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def _exists(database: Database, table: str) -> bool:
    with database.read() as reading:
        row = reading.driver.execute("SELECT to_regclass(%s) IS NOT NULL", (f"public.{table}",)).fetchone()
    return bool(row and row[0])


ANSWERS = {
    "not_found": (404, "not_found"),
    "conflict": (409, "trial"),
    "invalid": (422, "invalid"),
    "busy": (429, "busy"),
    "throttled": (429, "too_many_attempts"),
    "columns": (500, "columns_error"),
    "unknown": (500, "server_error"),
    "deadlock": (409, "conflict"),
    "down": (503, "database_unavailable"),
    "data": (422, "invalid"),
}


def test_an_error_is_answered_by_its_code_and_nothing_stays(client: TestClient, database: Database) -> None:
    for name, (status, code) in ANSWERS.items():
        answer = client.get(f"/api/trial/raise/{name}")
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (status, code), name
        assert set(error) == {"code", "message", "fields"}
        assert error["message"]
        assert SECRET[:11] not in answer.text
        assert not _exists(database, "left_behind")


def test_fields_and_detail_of_an_error_reach_the_client(client: TestClient) -> None:
    error = client.get("/api/trial/raise/not_found").json()["error"]
    assert error["message"].endswith("That one.")
    assert error["fields"] == {"trial_id": 7}
    assert client.get("/api/trial/raise/busy").headers["Retry-After"] == "9"


def test_every_code_of_the_table_is_some_errors() -> None:
    known: set[str] = set()
    waiting: list[type[SiyuError]] = [SiyuError]
    while waiting:
        each = waiting.pop()
        known.add(each.code)
        waiting += each.__subclasses__()
    assert set(STATUS_OF) <= known
    assert status_of(SiyuError()) == 500


def test_the_commit_comes_before_the_answer(client: TestClient, log_in: LogIn, database: Database) -> None:
    assert client.post("/api/trial/make", headers=log_in()).json() == {"actor": "1"}
    assert _exists(database, "made")
    late = client.post("/api/trial/late")
    assert late.status_code == 500
    assert "made" not in late.text
    assert not _exists(database, "once")


def test_a_refused_change_is_in_the_audit_and_changes_nothing(
    client: TestClient, log_in: LogIn, database: Database
) -> None:
    headers = log_in()
    assert client.post("/api/trial/forbidden", headers=headers).status_code == 403
    assert not _exists(database, "left_behind")
    newest = client.get("/api/audit", headers=headers).json()["rows"][0]
    assert newest == newest | {
        "actor_kind": "staff",
        "actor_name": "管理员",
        "verb": "api.do_forbidden",
        "subject": "/api/trial/forbidden",
        "outcome": "denied",
        "fields": {"code": "forbidden", "right": "trials.write"},
    }


def test_more_requests_than_connections_all_get_their_answer(client: TestClient, log_in: LogIn) -> None:
    log_in()
    cookies = {COOKIE: client.cookies[COOKIE]}
    count = 120
    start = threading.Barrier(count, timeout=60)

    def ask(_n: int) -> int:
        start.wait()
        return client.get("/api/trial/both", headers={"Cookie": f"{COOKIE}={cookies[COOKIE]}"}).status_code

    with ThreadPoolExecutor(count) as pool:
        assert list(pool.map(ask, range(count))) == [200] * count


def test_those_who_hold_connections_are_fewer_than_the_pool_has(database: Database) -> None:
    pool = database.engine.pool
    capacity = pool.size() + pool._max_overflow  # type: ignore[attr-defined]  # the only place where it is told
    held = access.WORKS_MAX + access.READINGS_MAX + access.LOOKUPS_MAX
    assert held < capacity


def test_a_bad_body_is_refused_without_being_repeated(client: TestClient) -> None:
    malformed = client.post(
        "/api/session", content=b'{"email": "13800138000', headers={"Content-Type": "application/json"}
    )
    assert (malformed.status_code, malformed.json()["error"]["code"]) == (400, "malformed")
    wrong = client.post("/api/session", json={"email": {"a": "13800138000"}})
    error = wrong.json()["error"]
    assert (wrong.status_code, error["code"]) == (422, "invalid_request")
    assert error["fields"]["path"] == "body.email"
    assert {fault["path"] for fault in error["fields"]["errors"]} == {"body.email", "body.password"}
    assert "13800138000" not in malformed.text + wrong.text


def test_a_body_beyond_the_limit_is_refused(client: TestClient) -> None:
    limit = bodies.BODY_BYTES_MAX["/"]
    fits = json.dumps({"a": "x" * (limit - 100)}).encode()
    json_type = {"Content-Type": "application/json"}
    assert client.post("/api/trial/echo", content=fits, headers=json_type).json() == {"a": limit - 100}
    declared = client.post("/api/trial/echo", content=fits + b" " * 200, headers=json_type)
    undeclared = client.post("/api/trial/echo", content=iter([fits, b" " * 200]), headers=json_type)
    for answer in (declared, undeclared):
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "content_too_large")


def test_unknown_addresses_and_methods_are_errors_like_others(client: TestClient) -> None:
    for path in ("/api/nothing", "/v1/nothing", "/assets/nothing.js"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    answer = client.patch("/api/session")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")


def test_ids_beyond_the_databases_numbers_are_refused(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    for number in (0, -1, 2**63, 10**30):
        assert client.delete(f"/api/keys/{number}", headers=headers).status_code == 422
    for after in ("x", "-1", "9" * 30, "１", ""):
        assert client.get("/api/keys", params={"after": after}).status_code == 422
    assert client.get("/api/keys", params={"size": 501}).status_code == 422


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/", "/api/session", "/healthz", "/api/trial/raise/unknown"):
        headers = client.get(path).headers
        for name, value in frame.SECURITY_HEADERS.items():
            assert headers[name] == value
        assert headers["X-Request-Id"]
    assert "script-src 'self';" in frame.SECURITY_HEADERS["Content-Security-Policy"]
    assert client.get("/api/session").headers["Cache-Control"] == "no-store"


def test_long_answers_are_packed(client: TestClient) -> None:
    answer = client.get("/api/trial/long", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) < 1000
    assert answer.json() == ["晨曦茶饮"] * GZIP_BYTES_MIN


def test_a_parameter_with_one_value_is_given_once(client: TestClient, log_in: LogIn) -> None:
    log_in()
    assert client.get("/api/metric-alerts/rules?dimension=staff").status_code == 200
    twice = client.get("/api/metric-alerts/rules?dimension=staff&dimension=group")
    assert twice.status_code == 422
    assert twice.json()["error"]["fields"]["path"] == "query.dimension"
    assert client.get("/api/wecom/corps/ww1/callbacks?state=done&state=failed").status_code != 422, (
        "a list may have several"
    )
    assert client.get("/api/metric-alerts/rules?unknown=1&unknown=2").status_code == 200, (
        "what nobody reads is nobody's guess"
    )
