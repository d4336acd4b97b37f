"""Costs over HTTP: told, corrected, withdrawn; they stand in boards, beside channels, and against the value of cohorts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.service import ensure_first_admin
from siyu.domain.metrics import service as metrics
from siyu.domain.metrics.reading import as_document, shipped_metrics
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.engines.audience.histories import Happening, History, Person, put
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn

SIYU = system_actor("test")


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """Two customers who came by `a` and bought last week."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
        for metric in shipped_metrics("CNY"):
            if metric.key in {"paid_fen", "cost_fen", "roi", "orders"}:
                made = metrics.create_metric(work, SIYU, as_document(metric) | {"split": None})
                metrics.publish_metric(work, SIYU, made.metric_id)
    last_week = database.clock.now() - timedelta(days=4)
    paid = {"total_fen": 900, "currency": "CNY"}
    done = [Happening("page_viewed", n, last_week - timedelta(hours=1), {"channel": "a"}) for n in (1, 2)]
    done += [Happening("order_paid", n, last_week, paid, "orders") for n in (1, 2)]
    put(columns, History([Person(n, entry_channel="a") for n in (1, 2)], done))
    settings = Settings(home=tmp_path, webhook_secret="signed")
    return ApiContext(settings=settings, database=database, columns=columns, secret_key="a secret")


def test_costs_stand_in_boards_beside_channels_and_against_cohorts(
    client: TestClient, context: ApiContext, log_in: LogIn
) -> None:
    headers = log_in()

    def ask(method: str, path: str, body: Any = None) -> Any:
        answer = client.request(method, path, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    lines = [
        {"key": "1", "spent_on": "2026-05-26", "amount_fen": 500, "channel": "a"},
        {"key": "2", "spent_on": "2026-05-27", "amount_fen": 100, "channel": "b", "campaign": "五月"},
    ]
    assert ask("POST", "/api/costs", {"source": "投放", "lines": lines}) == {"new": 2, "corrected": 0, "known": 0}
    rows = ask("GET", "/api/costs?channel=a")["rows"]
    assert [(each["amount_fen"], each["recorded_by"][:6]) for each in rows] == [(500, "staff:")]
    changed = {"spent_on": "2026-05-26", "amount_fen": 600, "channel": "a"}
    assert ask("PUT", f"/api/costs/{rows[0]['cost_id']}", changed)["corrects_id"] == rows[0]["cost_id"]
    totals = ask("GET", "/api/costs/totals?since_on=2026-05-01")
    assert (totals["amount_fen"], [each["word"] for each in totals["channels"]]) == (700, ["a", "b"])

    board = ask("GET", "/api/metric-boards?dimension=entry")
    assert [each["key"] for each in board["columns"]] == ["cost_fen", "paid_fen", "roi"]
    shown = {each["group"]["label"]: [cell["values"][-2] for cell in each["cells"]] for each in board["rows"]}
    assert shown == {"a": [600, 1800, 3], "b": [100, 0, 0]}
    metric_id = board["columns"][1]["metric_id"]
    target = {"metric_id": metric_id, "grain": "week", "dimension": "entry", "member": "a", "starts_on": "2026-05-25"}
    ask("PUT", "/api/metric-boards/target", {**target, "value": 2000})
    again = ask("GET", "/api/metric-boards?dimension=entry&keys=paid_fen&keys=orders")
    assert [each["group"]["key"] for each in again["rows"]] == ["a"]
    assert again["rows"][0]["cells"][0]["targets"][-2] == 2000
    rule = {"metric_id": metric_id, "grain": "week", "trigger": "fell", "threshold": 30, "dimension": "entry"}
    made = ask("POST", "/api/metric-alerts/rules", {**rule, "post_url": "https://robot.example/a"})
    assert [each["rule_id"] for each in ask("GET", "/api/metric-alerts/rules?dimension=entry")["rows"]] == [
        made["rule_id"]
    ]
    assert ask("GET", "/api/metric-alerts/rules?dimension=")["rows"] == []

    question = {
        "kind": "attribution",
        "conversion": {"event": "order_paid", "where": []},
        "value": "total_fen",
        "touches": [{"of": {"event": "page_viewed", "where": []}, "name": "page", "property": "channel"}],
        "period": {"kind": "last", "amount": 30, "unit": "day"},
        "costs_by": "channel",
    }
    told = ask("POST", "/api/insight/ask", {"question": question})["attribution"]
    assert told["spent_fen"] == 700
    assert {
        each["channel"]["key"]: (each["spent_fen"], each["credits"]["last"]["value"]) for each in told["channels"]
    } == {
        "a": (600, 1800),
        "b": (100, 0),
    }

    cohort = ask("GET", "/api/cohort-values?months=2")["rows"][0]
    assert (cohort["customers"], cohort["cost_fen"], cohort["payback_month"]) == (2, 350, 0)
    people = ask("GET", "/api/cohort-values/people?starts_on=2026-05-01")
    assert ask("POST", "/api/segments/preview", {"definition": people["definition"]})["count"] == 2
    ask("DELETE", f"/api/costs/{ask('GET', '/api/costs?channel=b')['rows'][0]['cost_id']}")
    assert ask("GET", "/api/costs/totals")["lines"] == 1

    _refuses(client, headers, target, rule)


def _refuses(client: TestClient, headers: dict[str, str], target: dict[str, Any], rule: dict[str, Any]) -> None:
    refused = [
        ("GET", "/api/metric-boards?dimension=nothing", None, "bad_dimension"),
        ("GET", "/api/metric-boards?dimension=staff&keys=nobody", None, "not_found"),
        ("PUT", "/api/metric-boards/target", {**target, "value": 1, "starts_on": "2026-05-26"}, "bad_target"),
        ("GET", "/api/cohort-values/people?starts_on=2026-05-02", None, "invalid"),
        ("POST", "/api/costs/imports/9/withdraw", None, "unknown_cost"),
        ("POST", "/api/metric-alerts/rules", {**rule, "post_url": "file:///etc"}, "bad_target"),
    ]
    for method, path, body, code in refused:
        answer = client.request(method, path, json=body, headers=headers)
        assert answer.json()["error"]["code"] == code, path
