"""When customers act, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.service import ensure_first_admin
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.engines.insight.estimating import compute_estimate
from siyu.engines.insight.scenes_estimating import estimator
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn
from tests.faces.api.test_rfm import project

SIYU = system_actor("test")


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """The API with columns."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    return ApiContext(settings=Settings(home=tmp_path), database=database, columns=columns, secret_key="a secret")


def test_a_customers_scene_and_everybodys(
    client: TestClient, log_in: LogIn, context: ApiContext, columns: Columns, database: Database
) -> None:
    now = database.clock.now()
    with database.begin() as work:
        made = customers.resolve(work, SIYU, {(Identity("user_id", each),): now for each in ("a", "b")})
        active, quiet = sorted(made.values())
        told = {"context": {"location": {"city": "上海"}, "device": {"type": "iOS"}}}
        for days in range(5):  # noon of Monday, and of the four days before
            work.record(
                [NewEvent("page_viewed", work.ids.new_id(), active, now - timedelta(days=days), "intake:web", told)]
            )
    project(database, columns)
    headers = log_in()

    one = client.get(f"/api/customers/{active}/scene").json()
    assert (one["acts"], one["acts_at_weekends"], one["best_hour"], one["days"]) == (5, 2, 12, 90)
    assert (one["cities"], one["devices"]) == ([{"name": "上海", "count": 5}], [{"name": "ios", "count": 5}])
    assert (one["hours"][12]["own"], one["hours"][12]["everybody"], one["hours"][12]["score"]) == (5, 8.0, 6.5)
    assert {"weekday": 1, "hour": 12, "acts": 1} in one["cells"]
    none = client.get(f"/api/customers/{quiet}/scene").json()
    assert (none["acts"], none["best_hour"], none["hours"]) == (0, None, [])
    assert client.get("/api/customers/999/scene").status_code == 404

    before = client.get("/api/scenes").json()
    assert (before["computed_at"], before["customers"], sum(each["acts"] for each in before["cells"])) == (None, 0, 5)
    assert client.post("/api/scenes/compute", headers=headers).status_code == 202
    compute_estimate(database, columns, SIYU, "scene", estimator(ZoneInfo("Asia/Shanghai")))
    after = client.get("/api/scenes").json()
    assert (after["customers"], after["best_hours"][12]) == (1, 1)
    assert (after["cities"], after["devices"]) == ([{"name": "上海", "count": 1}], [{"name": "ios", "count": 1}])
    assert client.get(f"/api/customers/{active}/scene").json()["hours"] == one["hours"]
