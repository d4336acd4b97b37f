"""Metrics over HTTP: from installing what comes along to the people behind a number."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.company.service import create_key, ensure_first_admin
from siyu.domain.metrics.reading import shipped_metrics
from siyu.engines.insight.metric_alerts import watch_metrics
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.engines.audience.histories import Happening, History, Person, put
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn

SIYU = system_actor("test")


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """The API with columns, and three customers who bought in the two weeks before."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    now = database.clock.now()
    orders = [
        Happening("order_paid", who, now - timedelta(days=days), {"total_fen": fen, "currency": "CNY"}, "orders")
        for who, days, fen in [(1, 4, 900), (1, 5, 100), (2, 4, 500), (3, 10, 700)]
    ]
    put(columns, History([Person(n, entry_channel="wecom" if n < 3 else "h5") for n in (1, 2, 3)], orders))
    return ApiContext(settings=Settings(home=tmp_path), database=database, columns=columns, secret_key="a secret")


def test_from_what_comes_along_to_the_people_behind_a_number(
    client: TestClient, context: ApiContext, columns: Columns, log_in: LogIn, clock: ManualClock
) -> None:
    headers = log_in()

    def post(path: str, body: Any = None) -> Any:
        answer = client.post(path, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert client.get("/api/metric-numbers/home").json() == {"north_star": None}
    assert post("/api/metrics/shipped")["keys"] == [each.key for each in shipped_metrics("CNY")]
    rows = {each["definition"]["key"]: each for each in client.get("/api/metrics?size=200").json()["rows"]}
    for sought in ("repeat rate", "复购率", "repeat_rate"):
        found = client.get("/api/metrics", params={"search": sought}).json()["rows"]
        assert [each["definition"]["key"] for each in found] == ["repeat_rate"], sought
    first = client.get("/api/metrics", params={"search": "客户", "size": 1}).json()
    second = client.get("/api/metrics", params={"search": "客户", "size": 1, "after": first["next_after"]}).json()
    assert first["rows"][0]["metric_id"] > second["rows"][0]["metric_id"]
    paid = rows["paid_fen"]["metric_id"]
    assert rows["repeat_rate"]["sentence_zh"].startswith("累计复购客户 / 累计购买客户".replace("/", "÷"))
    assert [each["name"] for each in rows["buyers"]["used_by"]]
    made_of = {"buyers_ever", "repeat_buyers"}  # a number that nobody is behind leads to those that it is made of
    assert rows["repeat_rate"]["parts"] == {key: rows[key]["metric_id"] for key in made_of}
    assert rows["buyers"]["parts"] == {}
    assert client.put("/api/metrics/north-star", json={"metric_id": paid}, headers=headers).status_code == 204
    targets = {"grain": "week", "targets": [{"starts_on": "2026-05-25", "value": 2000}]}
    told = client.put(f"/api/metrics/{paid}/targets", json=targets, headers=headers).json()
    assert told["week"] == [{"starts_on": "2026-05-25", "value": 2000.0}]

    star = client.get("/api/metric-numbers/home").json()["north_star"]
    assert (star["glance"]["values"][-3:], star["targets"][-3:]) == ([700, 1500, 0], [None, 2000, None])
    assert star["tree"]["contribution"] == 800
    assert sum(each["contribution"] for each in star["tree"]["parts"]) == pytest.approx(800)
    glances = client.get("/api/metric-numbers/glances?grain=week&count=3&is_board=true").json()
    assert next(each for each in glances["rows"] if each["key"] == "ticket")["values"] == [None, 700, 500, None]
    named = client.get("/api/metric-numbers/glances?grain=week&count=3&key=ticket&key=gone").json()["rows"]
    assert [each["key"] for each in named] == ["ticket"]

    weeks = {"grain": "week", "since_on": "2026-05-18", "until_on": "2026-06-01"}
    series = post(f"/api/metric-numbers/{paid}/series", {**weeks, "breakdown": {"kind": "entry"}, "compares": True})
    assert (series["values"], series["before"], series["is_partial"]) == ([700, 1500, 0], [0, 0, 0], True)
    assert {each["group"]["label"]: each["values"] for each in series["lines"]} == {
        "wecom": [0, 1500, 0],
        "h5": [700, 0, 0],
    }
    before, after = (
        {"since_on": a, "until_on": b} for a, b in (("2026-05-18", "2026-05-24"), ("2026-05-25", "2026-05-31"))
    )
    tree = post(f"/api/metric-numbers/{paid}/tree", {"before": before, "after": after, "breakdown": {"kind": "entry"}})[
        "root"
    ]
    assert {each["group"]["key"]: each["contribution"] for each in tree["parts"]} == {"wecom": 1500, "h5": -700}
    people = post(f"/api/metric-numbers/{rows['buyers']['metric_id']}/people", {**after, "breakdown": None})
    found = post("/api/segments/preview", {"definition": people["definition"]})
    assert found["count"] == 2

    rule = post("/api/metric-alerts/rules", {"metric_id": paid, "grain": "day", "trigger": "below", "threshold": 1})
    clock.advance(timedelta(days=1))
    headers.update(log_in())
    watch_metrics(context.database, columns, context.settings.zone, SIYU)
    (alert,) = client.get("/api/metric-alerts?is_open=true").json()["rows"]
    assert (alert["rule_id"], alert["value"], alert["key"]) == (rule["rule_id"], 0, "paid_fen")
    assert post(f"/api/metric-alerts/{alert['alert_id']}/acknowledge")["acknowledged_by"].startswith("staff:")
    assert client.get("/api/metric-alerts?is_open=true").json()["rows"] == []
    changed = {"trigger": "fell", "threshold": 5, "is_active": False}
    saved = client.put(f"/api/metric-alerts/rules/{rule['rule_id']}", json=changed, headers=headers).json()
    assert saved["trigger"] == "fell"
    assert client.delete(f"/api/metric-alerts/rules/{rule['rule_id']}", headers=headers).status_code == 204


def test_what_cannot_be_is_refused_in_words(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    definition = {
        "key": "orders",
        "zh": "订单",
        "en": "Orders",
        "unit": "count",
        "of": {"kind": "events", "events": [{"event": "order_paid"}]},
    }
    made = client.post("/api/metrics", json={"definition": definition}, headers=headers).json()
    again = client.post("/api/metrics", json={"definition": definition}, headers=headers)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "metric_key_taken")
    path = f"/api/metric-numbers/{made['metric_id']}"
    days = {"since_on": "2026-05-01", "until_on": "2026-05-02"}
    asked = [
        (f"{path}/series", days, 409, "metric_not_live"),
        (f"{path}/people", {**days, "until_on": "2026-04-02"}, 422, "invalid"),
    ]
    client.post(f"/api/metrics/{made['metric_id']}/publish", headers=headers)
    assert client.post(asked[0][0], json=days, headers=headers).status_code == 200
    for body in (
        {"since_on": "2026-07-01", "until_on": "2026-07-02"},
        {"since_on": "2020-01-01", "until_on": "2026-07-02"},
        {**days, "breakdown": {"kind": "property", "property": "a.:`b"}},
        {**days, "breakdown": {"kind": "attribute", "attribute": "phone"}},
    ):
        assert client.post(f"{path}/series", json=body, headers=headers).status_code == 422, body
    nowhere = {**days, "breakdown": {"kind": "segments", "segment_ids": [made["metric_id"]]}}
    assert client.post(f"{path}/series", json=nowhere, headers=headers).status_code == 404
    for address, body, status, _ in asked[1:]:
        assert client.post(address, json=body, headers=headers).status_code == status
    formula = {**definition, "key": "x", "of": {"kind": "formula", "text": "orders / nobody"}}
    refused = client.post("/api/metrics/understand", json={"definition": formula}, headers=headers)
    assert (refused.status_code, refused.json()["error"]["fields"]["path"]) == (422, "of.text")


def test_an_analyst_sees_numbers_and_puts_nothing_in_force(
    client: TestClient, context: ApiContext, log_in: LogIn
) -> None:
    headers = log_in()
    client.post("/api/metrics/shipped", headers=headers)
    rows = client.get("/api/metrics?size=200").json()["rows"]
    with context.database.begin() as work:
        key = create_key(work, SIYU, KeyKind.API, "analyst", Role.ANALYST)
    client.cookies.clear()
    bearer = {"Authorization": f"Bearer {key.secret}"}
    paid = next(each["metric_id"] for each in rows if each["definition"]["key"] == "paid_fen")
    assert client.get("/api/metric-numbers/glances", headers=bearer).status_code == 200
    assert client.put("/api/metrics/north-star", json={"metric_id": paid}, headers=bearer).status_code == 403
    assert client.post(f"/api/metrics/{paid}/publish", headers=bearer).status_code == 403
