"""Journeys over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import DefinitionInUseError
from siyu.engines.orchestration import CONSUMER_NAME, HANDLERS, advance_once
from siyu.engines.reach import deliver_once
from siyu.kernel.actors import system_actor
from siyu.platform.eventlog.consuming import Consumer
from siyu.platform.postgres.database import Database
from tests.engines.reach.fake_channel import FakeChannel
from tests.engines.reach.reaching import consumer_of, reach_by
from tests.engines.scenery import a_draft, a_segment, drain, enter, send, some_customers, wait
from tests.faces.api.conftest import LogIn


def journey_from(client: TestClient, headers: dict[str, str], document: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/api/journeys", headers=headers, json={"name": "唤回", "definition": document})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_from_a_draft_to_numbers(client: TestClient, database: Database, log_in: LogIn) -> None:
    headers = log_in()
    segment = a_segment(database)
    document = a_draft(segment, send(), wait(60), send(), exit_on_leave=False)
    made = journey_from(client, headers, document)
    assert (made["status"], made["version"], made["entered"]) == ("draft", None, 0)
    assert made["definition"] == made["draft_definition"] == document
    path = f"/api/journeys/{made['journey_id']}"
    published = client.post(f"{path}/publish", headers=headers).json()
    assert (published["status"], published["version"], published["draft_definition"]) == ("running", 1, None)

    channel = FakeChannel()
    reach = reach_by(channel)
    orchestration = Consumer(CONSUMER_NAME, {name: [handler] for name, handler in HANDLERS.items()})
    enter(database, segment, some_customers(database, 3))
    drain(database, orchestration)
    advance_once(database)
    drain(database, consumer_of(reach))
    assert deliver_once(database, reach) == 3

    (row,) = client.get("/api/journeys").json()["rows"]
    numbers = {name: row[name] for name in ("entered", "active", "completed", "sent", "delivered", "failed", "clicked")}
    assert numbers == {
        "entered": 3,
        "active": 3,
        "completed": 0,
        "sent": 3,
        "delivered": 0,
        "failed": 0,
        "clicked": 0,
    }
    assert client.get(path).json()["steps"] == [
        {"path": "steps.0", "kind": "send", "waiting": 0, "done": 3},
        {"path": "steps.1", "kind": "wait", "waiting": 3, "done": 0},
        {"path": "steps.2", "kind": "send", "waiting": 0, "done": 0},
    ]


def test_pausing_resuming_and_a_second_version(client: TestClient, database: Database, log_in: LogIn) -> None:
    headers = log_in()
    segment = a_segment(database)
    first = a_draft(segment, send())
    path = f"/api/journeys/{journey_from(client, headers, first)['journey_id']}"
    assert client.post(f"{path}/pause", headers=headers).status_code == 409
    client.post(f"{path}/publish", headers=headers)
    assert client.post(f"{path}/publish", headers=headers).status_code == 409
    assert client.post(f"{path}/pause", headers=headers).json()["status"] == "paused"
    assert client.post(f"{path}/resume", headers=headers).json()["status"] == "running"
    second = a_draft(segment, wait(5), send())
    saved = client.put(path, headers=headers, json={"name": "再次唤回", "definition": second}).json()
    assert (saved["name"], saved["version"]) == ("再次唤回", 1)
    assert (saved["definition"], saved["draft_definition"]) == (first, second)
    assert client.post(f"{path}/publish", headers=headers).json()["definition"] == second


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"steps": []}, "steps"),
        ({"steps": [{"kind": "wait", "minutes": 0}]}, "steps.0.minutes"),
        ({"trigger": {"kind": "segment_entered", "segment_id": 4711}}, "trigger.segment_id"),
    ],
)
def test_a_fault_is_told_with_its_place(
    client: TestClient, database: Database, log_in: LogIn, change: dict[str, Any], path: str
) -> None:
    document = {**a_draft(a_segment(database), send()), **change}
    answer = client.post("/api/journeys", headers=log_in(), json={"name": "唤回", "definition": document})
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert (error["code"], error["fields"]["path"]) == ("invalid_definition", path)
    assert error["fields"]["reason"]
    assert error["fields"]["reason_zh"]


@pytest.mark.parametrize("definition", [None, 7, "x", []])
def test_a_definition_that_is_none_is_refused(client: TestClient, log_in: LogIn, definition: object) -> None:
    answer = client.post("/api/journeys", headers=log_in(), json={"name": "唤回", "definition": definition})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_definition")


def test_a_segment_in_use_by_a_journey_stays(client: TestClient, database: Database, log_in: LogIn) -> None:
    segment = a_segment(database)
    journey_from(client, log_in(), a_draft(segment, send()))
    with pytest.raises(DefinitionInUseError), database.begin() as work:
        definitions.delete(work, system_actor("test"), segment)


def test_strangers_see_nothing(client: TestClient) -> None:
    assert client.get("/api/journeys").status_code == 401
    assert client.post("/api/journeys/1/publish").status_code == 401


def test_what_is_not_there_is_not_found(client: TestClient, database: Database, log_in: LogIn) -> None:
    headers = log_in()
    segment = a_segment(database)
    assert client.get(f"/api/journeys/{segment}").status_code == 404
    assert client.post(f"/api/journeys/{segment}/publish", headers=headers).status_code == 404
