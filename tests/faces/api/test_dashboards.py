"""Dashboards, files of answers, reports and SQL over HTTP."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyarrow import parquet  # type: ignore[import-untyped]  # it has no types

from siyu.domain.company.service import ensure_first_admin
from siyu.domain.metrics import service as metrics
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn

SIYU = system_actor("test")
PERIOD = {"kind": "last", "amount": 7, "unit": "day"}
FUNNEL = {
    "kind": "funnel",
    "steps": [{"events": [{"event": "viewed"}]}, {"events": [{"event": "paid"}]}],
    "window": {"amount": 1},
    "period": PERIOD,
    "breakdown": {"kind": "property", "property": "page"},
}


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """The API with columns, in which two customers looked at something that a spreadsheet would reckon with."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
        metrics.install_shipped(work, SIYU, "CNY")
    at = database.clock.now()
    for n in (1, 2):
        columns.insert("customers", ("customer_id", "unit_path", "first_seen_at", "position"), [(n, "1.", at, 1)])
        told = {"page": "=1+1", "total_fen": 1250, "currency": "CNY"}
        for place, name in enumerate(("viewed", "order_paid")[:n]):
            event = (n, place, name, f"00000000-0000-0000-{place:04d}-{n:012d}", n, at, "web", told)
            columns.insert(
                "events",
                ("position", "n", "name", "event_id", "profile_id", "occurred_at", "source", "properties"),
                [event],
            )
    settings = Settings(home=tmp_path, analysts_sql=True)
    return ApiContext(settings=settings, database=database, columns=columns, secret_key="a secret")


def made_of(client: TestClient, headers: dict[str, str]) -> dict[str, Any]:
    """A dashboard from a template, with a question and a card that shows nothing any more."""
    templates = client.get("/api/dashboards/templates", params={"language": "en"}).json()["rows"]
    assert [each["key"] for each in templates] == ["aarrr", "morning", "campaign"]
    dashboard: dict[str, Any] = templates[1]["dashboard"]
    question = client.post("/api/questions", headers=headers, json={"name": "看到付", "question": FUNNEL}).json()
    below = max(card["place"]["y"] + card["place"]["h"] for card in dashboard["cards"])
    dashboard["cards"].append(
        {
            "kind": "question",
            "key": "q",
            "question_id": question["question_id"],
            "place": {"x": 0, "y": below, "w": 6, "h": 4},
        }
    )
    answer = client.post("/api/dashboards", headers=headers, json={"name": "早会", "dashboard": dashboard})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_dashboard_is_asked_at_once_and_its_faults_are_its_cards(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    made = made_of(client, headers)
    assert client.get("/api/dashboards").json()["rows"][0]["is_own"]
    numbers = client.get(f"/api/dashboards/{made['dashboard_id']}/numbers").json()["cards"]
    by_key = {each["key"]: each for each in numbers}
    assert by_key["q"]["question"]["answer"]["funnel"]["reached"] == [2, 0]
    paid = next(each for each in numbers if each["series"] and each["series"]["values"][-1] == 1250)
    one = client.post(
        f"/api/metric-numbers/{paid['series']['metric_id']}/series",
        headers=headers,
        json={"since_on": paid["series"]["days"][0], "until_on": paid["series"]["days"][-1]},
    ).json()
    assert one == paid["series"]
    dashboard = made["dashboard"]
    dashboard["cards"][-1] = {
        "kind": "metric",
        "key": "gone",
        "metric_id": 2**40,
        "place": dashboard["cards"][-1]["place"],
    }
    asked = client.post("/api/dashboards/ask", headers=headers, json={"dashboard": dashboard}).json()["cards"]
    assert asked[-1]["fault"]["code"] == "metric_not_live"
    assert sum(each["series"] is not None for each in asked) == sum(each["series"] is not None for each in numbers)
    dashboard["cards"][-1]["place"] = dashboard["cards"][0]["place"]
    refused = client.post("/api/dashboards/ask", headers=headers, json={"dashboard": dashboard})
    assert refused.status_code == 422
    assert refused.json()["error"]["fields"]["path"].endswith("place")
    gone = client.delete(f"/api/dashboards/{made['dashboard_id']}", headers=headers)
    assert gone.status_code == 204


def test_answers_are_taken_away_as_files(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    dashboard = made_of(client, headers)["dashboard"]
    told = client.post("/api/files/question", headers=headers, json={"question": FUNNEL})
    assert told.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in told.headers["Content-Disposition"]
    lines = told.content.decode("utf-8-sig").splitlines()
    assert lines[:3] == ["分组,步骤,到达人数,中位耗时（秒）", "全部,1,2,", "全部,2,0,"]
    assert "'=1+1,1,2," in lines
    card = next(each for each in dashboard["cards"] if each["kind"] == "metric" and each["shows"] == "line")
    wish = {"dashboard": dashboard, "key": card["key"], "format": "parquet", "language": "en"}
    table = parquet.read_table(io.BytesIO(client.post("/api/files/card", headers=headers, json=wish).content))
    assert table.column_names == ["period", "value"]
    assert table.num_rows == 14
    assert float(table["value"][-1].as_py()) == 12.5
    wish = {"dashboard": dashboard, "key": "note"}
    assert client.post("/api/files/card", headers=headers, json=wish).status_code == 422
    excel = client.post("/api/files/sql", headers=headers, json={"text": "SELECT 1 AS n", "format": "xlsx"})
    assert excel.content.startswith(b"PK")
    audited = [row["verb"] for row in client.get("/api/audit").json()["rows"]]
    assert audited.count("insight.export") == 3


def test_sql_is_asked_kept_and_in_the_book(client: TestClient, log_in: LogIn, context: ApiContext) -> None:
    headers = log_in()
    schema = client.get("/api/sql/schema").json()
    assert (schema["is_on"], [each["name"] for each in schema["tables"]]) == (True, ["events", "customers"])
    text = "SELECT name, count() AS n, toUInt64(18446744073709551615) AS big FROM events GROUP BY name ORDER BY name"
    found = client.post("/api/sql/run", headers=headers, json={"text": text}).json()
    assert found["rows"] == [["order_paid", 1, "18446744073709551615"], ["viewed", 2, "18446744073709551615"]]
    refused = client.post("/api/sql/run", headers=headers, json={"text": "SELECT file('/etc/passwd')"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "bad_statement")
    assert [each["fault"] for each in client.get("/api/sql/runs").json()["rows"]] == ["bad_statement", ""]
    kept = client.post("/api/sql/statements", headers=headers, json={"name": "事件", "text": text}).json()
    kept["text"] = "SELECT 1"
    path = f"/api/sql/statements/{kept['statement_id']}"
    assert client.put(path, headers=headers, json=kept).json()["text"] == "SELECT 1"
    assert client.delete(path, headers=headers).status_code == 204
    assert client.get("/api/sql/statements").json()["rows"] == []
    object.__setattr__(context.settings, "analysts_sql", False)
    off = client.post("/api/sql/run", headers=headers, json={"text": text})
    assert (off.status_code, off.json()["error"]["code"]) == (403, "sql_off")


def test_a_report_is_kept_and_sent_to_who_asks(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    made = made_of(client, headers)
    me = client.get("/api/staff").json()["rows"][0]["staff_id"]
    report = {
        "of": {"kind": "dashboard", "dashboard_id": made["dashboard_id"]},
        "when": {"kind": "day", "at": "09:00"},
        "to": [me],
    }
    row = client.post("/api/reports", headers=headers, json={"name": "日报", "report": report}).json()
    assert client.post(f"/api/reports/{row['report_id']}/send", headers=headers).status_code == 202
    (delivery,) = client.get(f"/api/reports/{row['report_id']}/deliveries").json()["rows"]
    assert (delivery["staff_id"], delivery["state"]) == (me, "waiting")
    assert client.delete(f"/api/dashboards/{made['dashboard_id']}", headers=headers).status_code == 409
    assert client.get("/api/reports").json()["rows"][0]["last"]["states"] == {"waiting": 1}
    bad = {**report, "to": []}
    assert (
        client.put(
            f"/api/reports/{row['report_id']}", headers=headers, json={"name": "日报", "report": bad}
        ).status_code
        == 422
    )
    assert client.delete(f"/api/reports/{row['report_id']}", headers=headers).status_code == 204
