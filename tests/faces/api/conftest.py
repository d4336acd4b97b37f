"""An API over a fresh database, with one administrator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import get_args

import pytest
import sqlalchemy as sa
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from siyu.domain.company import store
from siyu.domain.company.service import ensure_first_admin
from siyu.faces.api import access, frame
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.platform import tracing
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings

EMAIL = "admin@example.com"
PASSWORD = "correct horse battery"

LogIn = Callable[..., dict[str, str]]


_lines: ContextVar[list[object]] = ContextVar("lines")


def asks_of(dependant: Dependant) -> Iterator[object]:
    """All that is called before the function of a route."""
    yield dependant.call
    for each in dependant.dependencies:
        yield from asks_of(each)


def is_write(route: object, method: str) -> bool:
    """Whether somebody changes something by this: what reads is read-only, or says in its route that it only asks."""
    if method in access.SAFE_METHODS or not isinstance(route, APIRoute):
        return False
    asks = set(asks_of(route.dependant))
    return access.find_actor in asks and not asks & {get_args(access.ReadOnly)[1].dependency, access.only_reads}


@pytest.fixture(autouse=True)
def every_write_is_audited(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test in which a write succeeds and never leaves a line in the audit: the same that is asked for again leaves none."""
    insert_audit, answer, note = store.insert_audit, frame.RequestFrame.__call__, frame._note
    told: dict[str, bool] = {}

    def inserted(connection: sa.Connection, **values: object) -> None:
        insert_audit(connection, **values)
        _lines.get([]).append(values["verb"])

    async def answered(self: frame.RequestFrame, scope: Scope, receive: Receive, send: Send) -> None:
        _lines.set([])
        await answer(self, scope, receive, send)

    def noted(scope: Scope, status: int, seconds: float, span: tracing.Span) -> None:
        note(scope, status, seconds, span)
        if 200 <= status < 300 and is_write(scope.get("route"), scope["method"]):
            route = f"{scope['method']} {scope['route'].path}"
            told[route] = told.get(route, False) or bool(_lines.get())

    monkeypatch.setattr(store, "insert_audit", inserted)
    monkeypatch.setattr(frame.RequestFrame, "__call__", answered)
    monkeypatch.setattr(frame, "_note", noted)
    yield
    assert [route for route, is_audited in told.items() if not is_audited] == []


@pytest.fixture
def context(database: Database, tmp_path: Path) -> ApiContext:
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    settings = Settings(home=tmp_path, brand_name="晨曦茶饮")
    return ApiContext(settings=settings, database=database, secret_key="a secret of the tests")


@pytest.fixture
def client(context: ApiContext) -> Iterator[TestClient]:
    with TestClient(create_app(context), client=("203.0.113.9", 40000)) as client:
        yield client


@pytest.fixture
def log_in(client: TestClient) -> LogIn:
    """Logs in and gives the headers that changes need."""

    def do(email: str = EMAIL, password: str = PASSWORD) -> dict[str, str]:
        answer = client.post("/api/session", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        return {"X-CSRF-Token": answer.json()["csrf_token"]}

    return do
