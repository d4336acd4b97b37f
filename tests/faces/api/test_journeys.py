"""Journeys over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.contracts import Role
from siyu.domain.company.service import create_staff
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import DefinitionInUseError
from siyu.engines.orchestration import advance_once, consumer
from siyu.engines.reach import deliver_once
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from tests.domain.journeys.documents import branch, entering, journey, message, tag, task, wait
from tests.engines.reach.fake_channel import FakeChannel
from tests.engines.reach.reaching import consumer_of, reach_by
from tests.engines.scenery import a_draft, a_segment, drain, enter, send, some_customers
from tests.engines.scenery import wait as staying
from tests.faces.api.conftest import PASSWORD, LogIn

GOLD_WITHOUT_NAME = {
    "key": "gold",
    "name": "金",
    "condition": {"kind": "attribute", "operator": "is_set"},
    "next": None,
}


def journey_from(client: TestClient, headers: dict[str, str], document: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/api/journeys", headers=headers, json={"name": "唤回", "definition": document})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_from_a_draft_to_numbers(client: TestClient, database: Database, log_in: LogIn) -> None:
    headers = log_in()
    segment = a_segment(database)
    document = a_draft(segment, send(), staying(60), send(), exit_on_leave=False)
    made = journey_from(client, headers, document)
    assert (made["status"], made["version"], made["entered"]) == ("draft", None, 0)
    assert made["definition"] == made["draft_definition"] == document
    path = f"/api/journeys/{made['journey_id']}"
    published = client.post(f"{path}/publish", headers=headers).json()
    assert (published["status"], published["version"], published["draft_definition"]) == ("running", 1, None)

    channel = FakeChannel()
    reach = reach_by(channel)
    ids = some_customers(database, 3)
    enter(database, segment, ids)
    drain(database, consumer())
    advance_once(database)
    drain(database, consumer_of(reach))
    assert deliver_once(database, reach) == 3

    (row,) = client.get("/api/journeys").json()["rows"]
    numbers = {name: row[name] for name in ("entered", "active", "completed", "goals", "paused", "sent", "delivered")}
    assert numbers == {
        "entered": 3,
        "active": 3,
        "completed": 0,
        "goals": 0,
        "paused": 0,
        "sent": 3,
        "delivered": 0,
    }
    now = client.get(f"{path}/numbers").json()
    assert now["version"] == 1
    told = {each["key"]: (each["resting"], each["paused"], each["edges"]) for each in now["nodes"]}
    assert told == {
        "n0": (0, 0, [{"port": "next", "passed": 3}]),
        "n1": (3, 0, [{"port": "next", "passed": 0}]),
        "n2": (0, 0, [{"port": "next", "passed": 0}]),
    }
    resting = client.get(f"{path}/entries", params={"node": "n1", "state": "active"}).json()["rows"]
    assert {each["customer_id"] for each in resting} == set(ids)
    assert client.get(f"{path}/entries", params={"node": "n2"}).json()["rows"] == []
    one = client.get(f"{path}/entries/{resting[0]['entry_id']}").json()
    assert [each["node"] for each in one["passages"]] == ["n0", "n1"]
    ended = client.post(f"{path}/entries/end", headers=headers, json={"entry_ids": [resting[0]["entry_id"]]})
    assert ended.json() == {"entries": 1}
    assert client.post(f"{path}/entries/retry", headers=headers, json={}).json() == {"entries": 0}
    (row,) = client.get("/api/journeys").json()["rows"]
    assert (row["active"], row["exited"]) == (2, 1)


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
    second = a_draft(segment, staying(5), send())
    saved = client.put(path, headers=headers, json={"name": "再次唤回", "definition": second}).json()
    assert (saved["name"], saved["version"]) == ("再次唤回", 1)
    assert (saved["definition"], saved["draft_definition"]) == (first, second)
    assert client.post(f"{path}/publish", headers=headers).json()["definition"] == second


@pytest.mark.parametrize(
    ("change", "path", "node"),
    [
        ({"nodes": [], "start": ""}, "start", None),
        ({"nodes": [{**staying(0), "key": "n0", "name": "歇一歇"}]}, "nodes.0.minutes", "歇一歇"),
        ({"nodes": [{"kind": "coupon", "key": "n0", "pool_id": 0}]}, "nodes.0.pool_id", "n0"),
        ({"nodes": [message("n0", title="", body="")]}, "nodes.0.title", "n0"),
        ({"triggers": [entering(0)]}, "triggers.0.segment_id", None),
        ({"triggers": [entering(4711)]}, "triggers.0.segment_id", None),
        (
            {"nodes": [branch("n0", {"gold": None}) | {"ways": [GOLD_WITHOUT_NAME]}]},
            "nodes.0.ways.0.condition.name",
            "n0",
        ),
    ],
)
def test_a_draft_is_saved_unfinished_and_not_published(
    client: TestClient, database: Database, log_in: LogIn, change: dict[str, Any], path: str, node: str | None
) -> None:
    headers = log_in()
    whole = a_draft(a_segment(database), send())
    made = journey_from(client, headers, {**whole, **change})
    told = made["draft_definition"]
    assert told["triggers"] == change.get("triggers", whole["triggers"])
    nodes = change.get("nodes", whole["nodes"])
    assert [kept | sent for kept, sent in zip(told["nodes"], nodes, strict=True)] == told["nodes"]
    where = f"/api/journeys/{made['journey_id']}"
    refused = client.post(f"{where}/publish", headers=headers)
    assert refused.status_code == 422
    error = refused.json()["error"]
    assert error["code"] == "invalid_definition"
    assert path in {each["path"] for each in error["fields"]["faults"]}
    assert node is None or f"“{node}”" in error["fields"]["reason_zh"]
    client.put(where, headers=headers, json={"name": "唤回", "definition": whole}).raise_for_status()
    assert client.post(f"{where}/publish", headers=headers).json()["version"] == 1


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"nodes": [{"kind": "nothing", "key": "n0"}]}, "nodes.0.kind"),
        ({"nodes": [{"kind": "wait", "key": "n0"}]}, "nodes.0.minutes"),
        ({"nodes": [{"kind": "wait", "key": "n0", "minutes": "soon"}]}, "nodes.0.minutes"),
        ({"more": 1}, "more"),
    ],
)
def test_what_is_no_journey_at_all_is_refused_with_its_place(
    client: TestClient, log_in: LogIn, change: dict[str, Any], path: str
) -> None:
    document = {**journey(wait("rest")), **change}
    answer = client.post("/api/journeys", headers=log_in(), json={"name": "唤回", "definition": document})
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert (error["code"], error["fields"]["path"]) == ("invalid_definition", path)
    assert error["fields"]["reason"]
    assert error["fields"]["reason_zh"]


def test_all_faults_are_told_at_once_and_keep_it_from_being_published(
    client: TestClient, database: Database, log_in: LogIn
) -> None:
    headers = log_in()
    segment = a_segment(database, is_live=False)
    nodes = [
        tag("mark", 4711, name="打标签"),
        {"kind": "coupon", "key": "give", "pool_id": 7},
        {"kind": "webhook", "key": "call", "endpoint_id": 7},
        task("ask", to={"staff_id": 4711}),
        message("say", persona_id=4711),
        {"kind": "group_invite", "key": "invite", "code_id": segment, "title": "进群", "body": "来坐坐"},
        tag("alone", 4711, next=None),
    ]
    nodes[-2]["next"] = None
    document = journey(*nodes, triggers=[entering(segment)])
    asked = {"definition": document}
    told = client.post("/api/journeys/check", headers=headers, json=asked).json()["faults"]
    expected = {
        (None, "triggers.0.segment_id"),
        ("mark", "nodes.0.add.0"),
        ("give", "nodes.1.pool_id"),
        ("call", "nodes.2.endpoint_id"),
        ("ask", "nodes.3.to.staff_id"),
        ("say", "nodes.4.persona_id"),
        ("invite", "nodes.5.code_id"),
        ("alone", "nodes.6"),
        ("alone", "nodes.6.add.0"),
    }
    assert {(each["node"], each["path"]) for each in told} == expected
    made = journey_from(client, headers, journey(*nodes, triggers=[entering(segment)]))
    refused = client.post(f"/api/journeys/{made['journey_id']}/publish", headers=headers)
    fields = refused.json()["error"]["fields"]
    assert refused.status_code == 422
    assert {(each["node"], each["path"]) for each in fields["faults"]} == expected
    assert client.get(f"/api/journeys/{made['journey_id']}").json()["version"] is None


def test_a_journey_does_not_enter_itself(client: TestClient, database: Database, log_in: LogIn) -> None:
    headers = log_in()
    there = journey_from(client, headers, journey(wait("rest")))["journey_id"]
    here = journey_from(client, headers, journey({"kind": "journey", "key": "on", "journey_id": there}))["journey_id"]
    early = client.post(f"/api/journeys/{here}/publish", headers=headers).json()["error"]["fields"]
    assert early["path"] == "nodes.0.journey_id"
    assert client.post(f"/api/journeys/{there}/publish", headers=headers).status_code == 200
    assert client.post(f"/api/journeys/{here}/publish", headers=headers).status_code == 200
    back = {"name": "唤回", "definition": journey({"kind": "journey", "key": "back", "journey_id": here})}
    client.put(f"/api/journeys/{there}", headers=headers, json=back)
    refused = client.post(f"/api/journeys/{there}/publish", headers=headers).json()["error"]["fields"]
    assert (refused["node"], refused["path"]) == ("back", "nodes.0.journey_id")
    assert "唤回 → 唤回 → 唤回" in refused["reason_zh"]


def test_versions_and_what_has_changed(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    first = journey(wait("rest"), branch("part", {"gold": "say"}), message("say"), goal_text="先试试")
    path = f"/api/journeys/{journey_from(client, headers, first)['journey_id']}"
    assert client.post(f"{path}/publish", headers=headers).status_code == 200
    second = journey(wait("rest", 90), message("say"), tag("mark", 1, name="记一笔", next=None), goal_text="再试试")
    second["layout"] = {"say": [1, 2]}
    saved = client.put(path, headers=headers, json={"name": "唤回", "definition": second, "revision": 2})
    assert saved.status_code == 200
    stale = client.put(path, headers=headers, json={"name": "唤回", "definition": second, "revision": 2})
    assert stale.json()["error"]["code"] == "stale_definition"
    (row,) = client.get(f"{path}/versions").json()["rows"]
    assert row["version"] == 1
    assert client.get(f"{path}/versions/1").json()["definition"] == first
    assert client.get(f"{path}/versions/2").status_code == 404
    changes = client.get(f"{path}/changes", params={"since": 1}).json()
    assert [(each["key"], each["change"]) for each in changes["nodes"]] == [
        ("rest", "changed"),
        ("say", "changed"),
        ("mark", "added"),
        ("part", "removed"),
    ]
    assert {"path": "minutes", "before": 60, "after": 90} in changes["nodes"][0]["fields"]
    assert [each["path"] for each in changes["rules"]] == ["goal_text"]


def test_people_are_let_in_by_hand_once_for_each_key(client: TestClient, database: Database, log_in: LogIn) -> None:
    headers = log_in()
    path = f"/api/journeys/{journey_from(client, headers, journey(wait('rest')))['journey_id']}"
    client.post(f"{path}/publish", headers=headers)
    ids = some_customers(database, 3)
    asked = {"key": "monday", "customer_ids": [*ids[:2], 999_999]}
    answer = client.post(f"{path}/enter", headers=headers, json=asked).json()
    assert answer == {"entered": 2, "unknown": [999_999], "is_repeated": False}
    again = client.post(f"{path}/enter", headers=headers, json=asked).json()
    assert (again["entered"], again["unknown"], again["is_repeated"]) == (2, [999_999], True)
    wrong = client.post(f"{path}/enter", headers=headers, json={"key": "x", "group_ids": [1]})
    assert wrong.status_code == 422
    assert client.get(f"{path}/entries").json()["rows"][0]["state"] == "active"


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


def test_who_sees_a_part_sees_its_groups_alone(client: TestClient, database: Database, log_in: LogIn) -> None:
    headers = log_in()
    document = journey(wait("rest"), subject="group", targets={"all": True})
    path = f"/api/journeys/{journey_from(client, headers, document)['journey_id']}"
    client.post(f"{path}/publish", headers=headers)
    me = system_actor("tests")
    with database.begin() as work:
        wang = create_staff(work, me, "小王", "wang@example.com", PASSWORD, Role.OPERATOR, unit_id=1, own_only=True)
        rows = work.driver.execute(
            "INSERT INTO groups.groups (corp_id, chat_id, name, notice, owner_userid, owner_id, status, version, digest,"
            " created_at) SELECT 'c', 'chat' || n, '群', '', 'u', CASE n WHEN 1 THEN %s::bigint END, 0, '1', '', now()"
            " FROM generate_series(1, 3) AS n RETURNING group_id",
            (wang.staff_id,),
        ).fetchall()
    mine, other, third = (row[0] for row in rows)
    client.post(f"{path}/enter", headers=headers, json={"key": "all", "group_ids": [mine, other]})
    (theirs,) = [each["entry_id"] for each in client.get(f"{path}/entries").json()["rows"] if each["group_id"] == other]
    headers = log_in("wang@example.com")
    assert [each["group_id"] for each in client.get(f"{path}/entries").json()["rows"]] == [mine]
    assert client.get(f"{path}/entries/{theirs}").status_code == 404
    ended = client.post(f"{path}/entries/end", headers=headers, json={"entry_ids": [theirs]})
    assert ended.status_code == 404
    answer = client.post(f"{path}/enter", headers=headers, json={"key": "mine", "group_ids": [third]}).json()
    assert (answer["entered"], answer["unknown"]) == (0, [third])
