"""The application over a fresh database, as customers reach it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from siyu.domain.content.contracts import SignedAddresses
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings

SECRET = "a secret of the tests"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"


@pytest.fixture
def addresses() -> SignedAddresses:
    """Those of messages; paths only."""
    return SignedAddresses("", SECRET)


@pytest.fixture
def context(database: Database, tmp_path: Path) -> ApiContext:
    return ApiContext(Settings(home=tmp_path, brand_name="晨曦茶饮"), database, secret_key=SECRET)


@pytest.fixture
def client(context: ApiContext) -> Iterator[TestClient]:
    with TestClient(create_app(context), follow_redirects=False, headers={"User-Agent": PHONE}) as client:
        yield client
