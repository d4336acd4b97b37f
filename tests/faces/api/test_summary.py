"""The summary over HTTP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.company.service import create_key, ensure_first_admin
from siyu.engines.insight.summary import RFM_CELLS
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.engines.audience.histories import Happening, History, Person, put
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn

# as the overview asks for them
MONTH = {"kind": "rolling", "most": {"amount": 30, "unit": "day"}}
BEHIND: dict[str, dict[str, object]] = {
    "active_30d": {"kind": "acted", "window": MONTH},
    "new_customers_30d": {"kind": "moment", "event": "profile_created", "which": "first", "window": MONTH},
    "buyers": {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 1},
    "repeat_buyers": {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 2},
}
FIRST_SEEN = [(1, 40), (2, 50), (3, 60), (6, 0), (4, 0), (5, 0)]
"""6 is 3 now, who is not new for that."""


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """The API with columns."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    return ApiContext(settings=Settings(home=tmp_path), database=database, columns=columns, secret_key="a secret")


def test_the_numbers_of_the_home_page(client: TestClient, columns: Columns, log_in: LogIn, clock: ManualClock) -> None:
    head = log_in()
    at = clock.now() - timedelta(days=1)
    orders = [
        Happening("order_paid", who, at, {"total_fen": fen, "currency": "CNY"}, "orders")
        for who, fen in [(1, 900), (1, 100), (2, 5)]
    ]
    done = [
        *orders,
        *(Happening("profile_created", who, at - timedelta(days=back), {}, "customers") for who, back in FIRST_SEEN),
        Happening("page_viewed", 4, at, {}, "web"),  # nobody can be led to who was erased
        Happening("page_viewed", 3, at - timedelta(days=30), {}, "web"),
        Happening("message_sent", 3, at, {}, "messages"),
    ]
    people = [Person(1), Person(2), Person(3), Person(4, is_erased=True), Person(5)]
    put(columns, History(people, done, {6: 3}))
    found = client.get("/api/summary").json()
    for figure, condition in BEHIND.items():
        listed = client.post("/api/customers/search", json={"condition": condition}, headers=head).json()
        assert listed["total"] == found[figure], figure
    definitions = found.pop("definitions")
    cells = {cell["cell"]: (cell["customers"], cell["revenue_fen"]) for cell in found.pop("rfm")}
    assert found == {
        "as_of": clock.now().isoformat().replace("+00:00", "Z"),
        "customers": 5,
        "new_customers_30d": 1,
        "active_30d": 2,
        "buyers": 2,
        "repeat_buyers": 1,
        "repeat_rate": 0.5,
        "orders": 3,
        "revenue_fen": 1005,
        "currency": "CNY",
        "scheme_id": None,
        "revenue_by_month": [{"month": "2026-05", "orders": 3, "buyers": 2, "revenue_fen": 1005}],
    }
    assert list(cells) == list(RFM_CELLS)
    assert {name: cell for name, cell in cells.items() if cell[0]} == {
        "important_value": (1, 1000),
        "general_develop": (1, 5),
    }
    assert {*found, *cells, "rfm"} - set(definitions) == {"as_of", "currency", "scheme_id"}
    assert definitions["important_keep"]["zh"].startswith("重要保持客户")


def test_it_needs_the_right_to_insight(client: TestClient, database: Database) -> None:
    with database.begin() as work:
        secret = create_key(work, system_actor("test"), KeyKind.API, "店员", Role.FRONTLINE).secret
    assert client.get("/api/summary", headers={"Authorization": f"Bearer {secret}"}).status_code == 403
    assert client.get("/api/summary").status_code == 401
