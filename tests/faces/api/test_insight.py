"""Questions to insight over HTTP: asked, opened to their people, made into lists, saved, refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.service import ensure_first_admin
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn
from tests.faces.api.test_rfm import project

SIYU = system_actor("test")
WEEK = {"kind": "last", "amount": 7, "unit": "day"}
FUNNEL: dict[str, Any] = {
    "kind": "funnel",
    "steps": [{"events": [{"event": "viewed"}]}, {"events": [{"event": "paid"}]}],
    "window": {"amount": 1, "unit": "day"},
    "period": WEEK,
}


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """The API with columns."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    return ApiContext(settings=Settings(home=tmp_path), database=database, columns=columns, secret_key="a secret")


@pytest.fixture
def two(database: Database, columns: Columns, context: ApiContext) -> list[int]:
    """Customers who looked yesterday, the first of whom paid an hour later; the second got a message, clicked, and left."""
    now = database.clock.now()
    at = now - timedelta(days=1)
    with database.begin() as work:
        made = customers.resolve(work, SIYU, {(Identity("user_id", each),): now for each in ("a", "b")})
        buyer, other = sorted(made.values())
        told: list[tuple[str, int, int, dict[str, Any]]] = [
            ("viewed", buyer, 0, {}),
            ("viewed", other, 0, {}),
            ("paid", buyer, 60, {}),
        ]
        message = {"message_key": "m1", "definition_id": 9, "step": 1, "channel": "webhook"}
        told += [(f"message_{each}", other, n, message) for n, each in enumerate(("requested", "sent", "clicked"))]
        told += [("message_requested", buyer, 0, {**message, "message_key": "m2"})]
        told += [("message_held", buyer, 1, {**message, "message_key": "m2", "reason": "no_consent"})]
        told += [("consent_changed", other, 90, {"purpose": "marketing", "channel": "*", "state": "withdrawn"})]
        work.record(
            NewEvent(name, work.ids.new_id(), who, at + timedelta(minutes=minutes), "test", properties)
            for name, who, minutes, properties in told
        )
    project(database, columns)
    return [buyer, other]


def test_a_number_leads_to_its_people_and_to_a_list(client: TestClient, log_in: LogIn, two: list[int]) -> None:
    headers = log_in()
    found = client.post("/api/insight/ask", json={"question": FUNNEL}, headers=headers).json()["funnel"]
    assert (found["reached"], found["whole"]["median_ms"]) == ([2, 1], 3_600_000)
    assert [each["reached"] for each in found["periods"]][-2:] == [[2, 1], [0, 0]]
    lost = {"question": FUNNEL, "spot": {"step": 1, "dropped": True}}
    people = client.post("/api/insight/people", json=lost, headers=headers).json()
    assert ([each["customer_id"] for each in people["rows"]], people["total"]) == ([two[1]], 1)
    made = client.post("/api/insight/lists", json={**lost, "name": "看了没买"}, headers=headers)
    assert (made.status_code, made.json()["size"]) == (201, 1)
    listed = client.get(f"/api/lists/{made.json()['list_id']}/members").json()
    assert [each["customer_id"] for each in listed["rows"]] == [two[1]]


def test_sends_say_what_became_of_messages(client: TestClient, log_in: LogIn, two: list[int]) -> None:
    headers = log_in()
    question = {"kind": "sends", "period": WEEK, "by": "step", "converted": [{"event": "paid"}]}
    whole, row = client.post("/api/insight/ask", json={"question": question}, headers=headers).json()["sends"]["rows"]
    assert (whole["key"], row["key"], row["label"], row["reasons"]) == ("", "9.0.1", "#9 · 2", {"no_consent": 1})
    wanted = {"requested": 2, "held": 1, "sent": 1, "clicked": 1, "unsubscribed": 1, "converted": 0, "waiting": 0}
    assert {name: row["counts"][name] for name in wanted} == wanted
    spot = {"outcome": "unsubscribed", "name": "9.0.1"}
    people = client.post("/api/insight/people", json={"question": question, "spot": spot}, headers=headers).json()
    assert [each["customer_id"] for each in people["rows"]] == [two[1]]


@pytest.mark.parametrize(
    ("question", "spot"),
    [
        ({"kind": "retention", "start": [{"event": "viewed"}], "period": WEEK, "grain": "day", "offsets": 2}, {}),
        ({"kind": "paths", "anchor": {"event": "viewed"}, "period": WEEK}, {"step": 0, "name": "viewed"}),
        ({"kind": "stickiness", "period": WEEK, "of_days": 7}, {"days": 1}),
        (
            {
                "kind": "completion",
                "opened": {"event": "viewed"},
                "finished": {"event": "paid"},
                "property": "lesson",
                "period": WEEK,
            },
            {"name": "1"},
        ),
        ({"kind": "lifecycle", "period": WEEK, "grain": "day"}, {"starts_on": "2026-05-31", "life": "new"}),
    ],
)
def test_each_kind_is_answered(
    client: TestClient, log_in: LogIn, two: list[int], question: dict[str, Any], spot: dict[str, Any]
) -> None:
    headers = log_in()
    answer = client.post("/api/insight/ask", json={"question": question}, headers=headers)
    assert answer.status_code == 200
    assert [kind for kind, found in answer.json().items() if found is not None] == ["as_of", question["kind"]]
    people = client.post("/api/insight/people", json={"question": question, "spot": spot}, headers=headers)
    assert people.json()["total"] == (0 if question["kind"] == "completion" else 2)


def test_questions_are_saved_and_opened_again(client: TestClient, log_in: LogIn, context: ApiContext) -> None:
    headers = log_in()
    made = client.post("/api/questions", json={"name": "下单漏斗", "question": FUNNEL}, headers=headers).json()
    row = client.get(f"/api/questions/{made['question_id']}").json()
    assert (row["name"], row["question"]["kind"]) == ("下单漏斗", "funnel")
    change = {"name": "两步", "question": {**FUNNEL, "order": "any"}, "revision": row["revision"]}
    path = f"/api/questions/{made['question_id']}"
    assert client.put(path, json=change, headers=headers).json()["question"]["order"] == "any"
    assert client.put(path, json=change, headers=headers).status_code == 409
    assert [each["name"] for each in client.get("/api/questions").json()["rows"]] == ["两步"]
    assert client.delete(path, headers=headers).status_code == 204
    assert client.get("/api/questions").json()["rows"] == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"steps": FUNNEL["steps"][:1]}, "steps"),
        ({"steps": [{"events": []}, *FUNNEL["steps"]]}, "steps.0.events"),
        ({"window": {"amount": 400, "unit": "day"}}, "window.amount"),
        ({"period": {"kind": "days", "since_on": "2026-05-31", "until_on": "2026-05-01"}}, "period.until_on"),
        ({"breakdown": {"kind": "attribute", "attribute": "phone"}}, "breakdown.attribute"),
        ({"order": "sideways"}, "order"),
        ({"kind": "funnels"}, "kind"),
    ],
)
def test_a_bad_question_is_refused_where_it_is_bad(
    client: TestClient, log_in: LogIn, context: ApiContext, change: dict[str, Any], path: str
) -> None:
    refused = client.post("/api/insight/ask", json={"question": {**FUNNEL, **change}}, headers=log_in())
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "invalid_definition")
    assert refused.json()["error"]["fields"]["path"] == path


def test_credits_for_conversions_add_up_and_lead_to_their_people(
    client: TestClient, log_in: LogIn, two: list[int]
) -> None:
    headers = log_in()
    question = {
        "kind": "attribution",
        "conversion": {"event": "paid"},
        "touches": [
            {"of": {"event": "viewed"}, "name": "看页面"},
            {"of": {"event": "message_clicked"}, "name": "消息", "property": "channel"},
        ],
        "period": WEEK,
    }
    found = client.post("/api/insight/ask", json={"question": question}, headers=headers).json()["attribution"]
    assert (found["conversions"], found["untouched"], found["lost"]) == (1, 0, 1)
    rows = {each["channel"]["key"]: each for each in found["channels"]}
    assert {key: (each["touches"], each["customers"]) for key, each in rows.items()} == {
        "看页面": (2, 2),
        "webhook": (1, 1),
    }
    for model, credit in rows["看页面"]["credits"].items():
        assert credit["conversions"] == pytest.approx(1), model
        assert rows["webhook"]["credits"][model]["conversions"] == pytest.approx(0), model
    for key, dropped, whom in (("看页面", False, two[:1]), ("看页面", True, two[1:]), ("webhook", True, two[1:])):
        spot = {"group": {"kind": "value", "key": key}, "dropped": dropped}
        people = client.post("/api/insight/people", json={"question": question, "spot": spot}, headers=headers).json()
        assert [each["customer_id"] for each in people["rows"]] == whom


def test_what_has_not_begun_is_empty_and_a_segment_that_is_not_there_is_told(
    client: TestClient, log_in: LogIn, two: list[int]
) -> None:
    headers = log_in()
    period = {"kind": "days", "since_on": "2150-01-01", "until_on": "2150-01-31"}
    asked = {"question": {"kind": "lifecycle", "period": period}}
    assert client.post("/api/insight/ask", json=asked, headers=headers).json()["lifecycle"] == {"periods": []}
    saved = client.post("/api/questions", json={"name": "漏斗", "question": FUNNEL}, headers=headers).json()
    for segment_id in (9999, saved["question_id"]):
        for change in ({"segment_id": segment_id}, {"breakdown": {"kind": "segments", "segment_ids": [segment_id]}}):
            answer = client.post("/api/insight/ask", json={"question": {**FUNNEL, **change}}, headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_number_without_people_is_refused(client: TestClient, log_in: LogIn, context: ApiContext) -> None:
    headers = log_in()
    for spot in ({}, {"step": 0}, {"step": 3}):
        answer = client.post("/api/insight/people", json={"question": FUNNEL, "spot": spot}, headers=headers)
        assert answer.json()["error"]["fields"]["field"] == "step"
