"""An API over a fresh database, with one administrator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.service import ensure_first_admin
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings

EMAIL = "admin@example.com"
PASSWORD = "correct horse battery"

LogIn = Callable[..., dict[str, str]]


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
