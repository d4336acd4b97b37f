"""A journey's cycle over HTTP: from a template, its price, last month with a change, who knows it, who keeps to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.assembly.foreseeing import AskedAudience
from siyu.domain.company.service import ensure_first_admin
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys.plan import MessagePlan, VariantPlan, dump_plan
from siyu.domain.tasks import service as tasks
from siyu.domain.tasks.contracts import TaskRequest
from siyu.engines.orchestration.replaying import replay_once
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.domain.journeys.documents import journey, message, task, wait, wait_event
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn
from tests.faces.api.test_rfm import project

SIYU = system_actor("test")
DAY = 1440
VISITED = {"kind": "event", "event": {"event": "visited"}}
BOUGHT = {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 1}
GOAL = {"key": "paid", "name": "下单", "event": {"event": "order_paid"}, "within_days": 9}


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """The API with columns."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    settings = Settings(home=tmp_path, brand_name="晨曦茶饮")
    return ApiContext(settings=settings, database=database, columns=columns, secret_key="a secret")


def record(database: Database, name: str, who: int, days_ago: float = 0.0, **properties: object) -> None:
    with database.begin() as work:
        at = work.clock.now() - timedelta(days=days_ago)
        work.record([NewEvent(name, work.ids.new_id(), who, at, "app", properties)])


DOCUMENT = journey(
    message("hello"),
    wait_event("paid", "order_paid", 3 * DAY, on_timeout="again", next=None),
    message("again"),
    task("call"),
    triggers=[VISITED],
    goals=[GOAL],
)
CALMER = journey(
    message("hello"),
    wait("a_day", DAY),
    {
        "kind": "branch",
        "key": "paid",
        "ways": [{"key": "yes", "name": "买了", "condition": BOUGHT, "next": None}],
        "otherwise": "call",
    },
    task("call"),
    triggers=[VISITED],
    goals=[GOAL],
)


Send = Callable[..., Any]


@pytest.fixture
def send(client: TestClient, log_in: LogIn) -> Send:
    """Asks the API, and looks at the status."""
    headers = log_in()

    def do(method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = client.request(method, f"/api/{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    return do


def visitors(database: Database, columns: Columns) -> list[int]:
    """Six who came, of whom two bought a day later."""
    now = database.clock.now()
    with database.begin() as work:
        made = customers.resolve(work, SIYU, {(Identity("user_id", f"u{n}"),): now for n in range(6)})
        who = sorted(made.values())
    for each in who:
        record(database, "visited", each, 20)
    for each in who[:2]:
        record(database, "order_paid", each, 19)
    project(database, columns)
    return who


def test_a_journey_is_priced_replayed_learned_and_kept_to(
    send: Send, context: ApiContext, columns: Columns, database: Database
) -> None:
    template = next(each for each in send("GET", "journey-templates?language=en")["rows"] if each["asks"] == [])
    taken = send("POST", f"journey-templates/{template['key']}", {"name": "A group's week", "language": "en"}, 201)
    assert send("GET", f"journeys/{taken['journey_id']}/price")["most"] == 5
    send("POST", "journey-templates/camp_7_days", {"name": "Camp"}, 422)

    who = visitors(database, columns)
    draft = {"name": "来访跟进", "definition": DOCUMENT}
    journey_id = send("POST", "journeys", draft)["journey_id"]
    path = f"journeys/{journey_id}"
    price = send("GET", f"{path}/price")
    assert (price["is_draft"], price["now"], price["per_day"], price["sources"]) == (True, 0, 6 / 30, ["log"])
    (ways,) = price["ways"]
    assert (ways["key"], ways["source"]) == ("paid", "past")
    assert ways["shares"][0] == pytest.approx(1 - (1 - 2 / 6) ** (3 / 30))
    assert (price["most"], price["most_in_30"], price["minutes_per_task"]) == (2, 2, 5)
    assert price["channels"][0]["channel"] == "webhook"
    assert price["caps"]["per_day"] == 2
    assert price["tasks"] * 5 == pytest.approx(price["staff_minutes"])
    send("PUT", path, draft | {"definition": DOCUMENT | {"triggers": []}})
    send("GET", f"{path}/price", status=422)  # unfinished, as it may be saved
    send("PUT", path, draft)

    send("GET", f"{path}/training", status=409)
    send("POST", f"{path}/publish")
    send("PUT", path, draft | {"definition": CALMER})
    _replayed(send, path, context, columns, database)
    me = _learned(send, path)
    _kept(send, journey_id, me, who, columns, database)
    send("POST", f"{path}/publish")  # a new version is learned anew
    again = send("POST", f"{path}/training", {})
    assert (again["version"], [each["trained_at"] for each in again["people"]]) == (2, [None])
    assert send("DELETE", f"{path}/training/{me}")["people"] == []


def _replayed(send: Send, path: str, context: ApiContext, columns: Columns, database: Database) -> None:
    assert send("GET", f"{path}/replays/latest")["state"] == "none"
    asked = send("POST", f"{path}/replays", {}, 202)
    assert (asked["state"], asked["against_version"]) == ("waiting", 1)
    audience = AskedAudience(database, columns, context.settings.zone, SIYU)
    replay_once(database, columns, audience, context.settings.zone, asked["replay_id"])
    result = send("GET", f"{path}/replays/latest")["result"]
    assert (result["candidates"], result["sampled"], result["error_percent"]) == (6, 6, 0)
    before, after = result["in_force"], result["draft"]
    assert (before["messages"], before["most"], before["spread"][:3]) == (10, 2, [0, 2, 4])
    assert before["passed"] == {"hello": 6, "paid": 6, "again": 4, "call": 4}
    assert (after["messages"], after["passed"]) == (6, {"hello": 6, "a_day": 6, "paid": 6, "call": 4})
    assert (before["goals"], after["goals"]) == ({"paid": 2}, {"paid": 2})
    assert (result["newly"], result["no_longer"]) == (0, 0)


def _learned(send: Send, path: str) -> int:
    (me,) = [each["staff_id"] for each in send("GET", "staff")["rows"]]
    assert send("POST", f"{path}/training", {"staff_ids": [me]})["people"][0]["trained_at"] is None
    marked = send("POST", f"{path}/training/mark", {"staff_ids": [me]})
    assert marked["people"][0]["trained_at"] is not None
    assert marked["versions"] == [{"version": 1, "asked": 1, "trained": 1}]
    send("POST", f"{path}/training", {"staff_ids": [me + 999]}, 422)
    return int(me)


def _kept(send: Send, journey_id: int, me: int, who: list[int], columns: Columns, database: Database) -> None:
    path = f"journeys/{journey_id}"
    now = database.clock.now()
    with database.begin() as work:  # as where the greeting has a text for an arm of an experiment
        plan = journeys_reading.plans(work, [(journey_id, 1)])[journey_id, 1]
        assert isinstance(plan.places[0], MessagePlan)
        hello = replace(plan.places[0], variants=(VariantPlan("b", 4),))
        places = (hello, *plan.places[1:])
        work.driver.execute(
            "UPDATE journeys.plans SET plan = %s WHERE journey_id = %s",
            (dump_plan(replace(plan, places=places)), journey_id),
        )
    told = {"definition_id": journey_id, "version": 1}
    for n, each in enumerate(who[:2]):
        entry = {"journey_id": journey_id, "version": 1, "entry_id": n + 1}
        record(database, "journey_entered", each, 3, **entry)
        key = f"journey:{n + 1}:0:0"
        record(database, "message_sent", each, 2, **told, step=(0, 4)[n], message_key=key, channel="webhook")
    record(database, "task_ended", who[0], 1, **told, step=3, task_key="journey:1:3:1", outcome="done", staff_id=me)
    record(database, "journey_goal_reached", who[0], 0, journey_id=journey_id, version=1, entry_id=1, key="paid")
    with database.begin() as work:
        request = TaskRequest("journey:2:3:1", who[1], me, None, "打个电话", "", None, now, journey_id, 1, 3)
        tasks.request_tasks(work, SIYU, [request])
    project(database, columns)
    kept = send("GET", f"{path}/adherence")
    assert (kept["version"], kept["entered"], kept["reached"], kept["sees_tasks"]) == (1, 2, 1, True)
    steps = {each["key"]: each for each in kept["steps"]}
    assert list(steps) == ["hello", "again", "call"]
    assert (steps["hello"]["sent"], steps["hello"]["after"]) == (2, {"done": 2, "reached": 1})
    (row,) = steps["call"]["staff"]
    assert (row["staff_id"], row["open"], row["after"]) == (me, 1, {"done": 1, "reached": 1})
