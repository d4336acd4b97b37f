"""Tasks, leads and the next step over the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.conftest import START
from tests.engines.scenery import SIYU, some_customers
from tests.faces.api.conftest import LogIn


@pytest.fixture
def client(context: ApiContext, columns: Columns) -> Iterator[TestClient]:
    with TestClient(create_app(replace(context, columns=columns)), client=("203.0.113.9", 40000)) as client:
        yield client


def test_a_morning_of_staff_work(client: TestClient, log_in: LogIn, database: Database) -> None:
    headers = log_in()
    ann, ben = some_customers(database, 2)
    with database.begin() as work:
        customers.set_attributes(work, SIYU, [AttributeChange(ann, {"name": "安", "birthday": "1990-06-03"}, START)])
    soon, late = ((START + timedelta(hours=hours)).isoformat() for hours in (2, 50))
    me = client.get("/api/session").json()["staff"]["staff_id"]
    text = {"title": "给{{ name }}回电", "body": ""}
    task = {"task_key": str(uuid4()), "customer_id": ann, **text, "due_at": soon, "staff_id": me}
    made = client.post("/api/tasks", headers=headers, json=task)
    assert made.status_code == 200, made.text
    assert (made.json()["title"], made.json()["staff_id"], made.json()["source"]) == ("给安回电", me, "hand")
    assert client.post("/api/tasks", headers=headers, json=task).json() == made.json()
    on_list = {**task, "task_key": str(uuid4()), "staff_id": None, "due_at": late}
    free = client.post("/api/tasks", headers=headers, json=on_list).json()
    assert free["staff_id"] is None
    assert client.get("/api/tasks", params={"view": "unassigned"}).json()["rows"][0]["task_id"] == free["task_id"]
    follow_up = {
        "follow_up_key": str(uuid4()),
        "way": "call",
        "text": "想周末来店里",
        "intent": "high",
        "next_at": soon,
    }
    told = [client.post(f"/api/customers/{ben}/follow-ups", headers=headers, json=follow_up).json() for _ in range(2)]
    assert told[0]["follow_up_id"] == told[1]["follow_up_id"]
    inbox = client.get("/api/tasks/inbox").json()
    assert [(each["kind"], each["group"], each["customer_id"]) for each in inbox["rows"]] == [
        ("task", "today", ann),
        ("follow_up", "today", ben),
    ]
    assert inbox["unassigned"] == 1
    steps = client.get(f"/api/customers/{ann}/next-action").json()["rows"]
    assert [each["kind"] for each in steps] == ["task_today", "new_friend", "birthday"]
    assert (steps[0]["ref"], steps[0]["act"]) == (made.json()["task_id"], "open_task")
    claimed = client.post(f"/api/tasks/{free['task_id']}/claim", headers=headers)
    assert claimed.json()["staff_id"] == me
    ended = client.post(
        f"/api/tasks/{free['task_id']}/end", headers=headers, json={"is_done": True, "result": "reached", "note": "好"}
    )
    assert (ended.json()["state"], ended.json()["is_late"]) == ("done", False)
    again = client.post(f"/api/tasks/{free['task_id']}/end", headers=headers, json={"is_done": True})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "ended_task")
    (row,) = client.get("/api/tasks/team").json()["rows"]
    assert (row["staff_id"], row["open"], row["in_time"]) == (me, 1, 1)
    assert client.get("/api/tasks/colleagues").json()["rows"][0]["staff_id"] == me
    assert [each["state"] for each in client.get(f"/api/customers/{ann}/tasks").json()["rows"]] == ["open", "done"]
    assert client.get("/api/tasks/counts").json() == {"overdue": 0, "today": 1, "later": 0, "ended_today": 1}
    assert client.get("/api/tasks/999").status_code == 404


def test_leads_from_opening_to_the_end(client: TestClient, log_in: LogIn, database: Database) -> None:
    headers = log_in()
    ids = some_customers(database, 2)
    kept = client.get("/api/leads/rules").json()
    assert (kept["version"], kept["rules"]["idle_days"]) == (0, 7)
    rules = {**kept["rules"], "claims_per_day": 1, "wins_on_order": False}
    assert client.put("/api/leads/rules", headers=headers, json={"rules": rules, "version": 0}).json()["version"] == 1
    stale = client.put("/api/leads/rules", headers=headers, json={"rules": rules, "version": 0})
    assert stale.status_code == 409
    wrong = client.put("/api/leads/rules", headers=headers, json={"rules": {**rules, "idle_days": 0}, "version": 1})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "bad_lead")
    leads = [
        client.post("/api/leads", headers=headers, json={"customer_id": each, "source": "展会"}).json()["lead_id"]
        for each in ids
    ]
    twice = client.post("/api/leads", headers=headers, json={"customer_id": ids[0], "source": "展会"})
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "lead_open")
    assert [each["lead_id"] for each in client.get("/api/leads?view=pool").json()["rows"]] == leads[::-1]
    (mine,) = client.post("/api/leads/claim", headers=headers, json={"lead_ids": leads[:1]}).json()["rows"]
    assert (mine["staff"], mine["returns_at"] is not None) == ("管理员", True)
    full = client.post("/api/leads/claim", headers=headers, json={"lead_ids": leads[1:]})
    assert (full.status_code, full.json()["error"]["code"]) == (409, "claim_limit")
    edit = {"stage": "offered", "intent": "high", "next_at": None, "note": "要发票"}
    assert client.put(f"/api/leads/{leads[0]}", headers=headers, json=edit).json()["stage"] == "offered"
    assert client.get("/api/leads?stage=offered&intent=high").json()["rows"][0]["lead_id"] == leads[0]
    counts = client.get("/api/leads/counts?view=team").json()
    assert (counts["open"], counts["unowned"], counts["stages"][3]) == (2, 1, {"stage": "offered", "count": 1})
    staff_id = mine["staff_id"]
    given = client.post("/api/leads/assign", headers=headers, json={"lead_ids": leads, "staff_ids": [staff_id]})
    assert [each["lead_id"] for each in given.json()["rows"]] == leads[1:]
    returned = client.post("/api/leads/return", headers=headers, json={"lead_ids": leads[1:]})
    assert returned.json() == {"returned": 1}
    assert client.post(f"/api/leads/{leads[0]}/win", headers=headers).json()["state"] == "won"
    lost = client.post(f"/api/leads/{leads[1]}/lose", headers=headers, json={"reason": "嫌贵"})
    assert lost.json()["loss_reason"] == "嫌贵"
    (line,) = client.get("/api/leads/numbers?by=source").json()["rows"]
    assert (line["source"], line["opened"], line["won"], line["lost"]) == ("展会", 2, 1, 1)
    path = "/api/leads/numbers/people?number"
    for number, count in (("opened", 2), ("won", 1), ("lost", 1), ("recycled", line["recycled"])):
        of_source = client.get(f"{path}={number}&source=展会").json()["rows"]
        of_staff = client.get(f"{path}={number}&staff_id={staff_id}").json()["rows"]
        assert (len(of_source), len(of_staff)) == (count, count)
    assert client.get(f"{path}=won&source=展会").json()["rows"][0]["customer_id"] == ids[0]
    assert client.get(f"{path}=opened").json() == {"rows": [], "next_after": None}, "of nobody"
    assert client.get("/api/leads/sources").json()["rows"] == ["展会"]
    assert client.get(f"/api/customers/{ids[0]}/leads").json()["rows"][0]["state"] == "won"
    assert client.get(f"/api/leads/{leads[0]}").json()["state"] == "won"
    assert client.get(f"/api/customers/{ids[0]}/follow-ups").json() == {"rows": [], "next_after": None}


def test_a_question_its_answer_and_what_becomes_of_it(client: TestClient, log_in: LogIn, database: Database) -> None:
    headers = log_in()
    (ann,) = some_customers(database, 1)
    asked = client.post("/api/enquiries", headers=headers, json={"text": "杯子漏水能换吗", "customer_id": ann}).json()
    assert (asked["state"], asked["customer_id"], asked["is_mine"]) == ("open", ann, True)
    assert client.get("/api/enquiries/counts").json() == {"to_answer": 1, "unread": 0}
    place = f"/api/enquiries/{asked['enquiry_id']}"
    script = {"name": "漏水", "definition": {"stage": "service", "text": "30 天内换新"}, "is_published": True}
    assert client.post(f"{place}/script", headers=headers, json=script).json()["error"]["code"] == "enquiry_unanswered"
    answer = {"subject": "漏水怎么办", "text": "30 天内换新", "is_shared": True}
    assert client.post(f"{place}/answer", headers=headers, json=answer).json()["state"] == "answered"
    inbox = client.get("/api/tasks/inbox").json()
    assert [(each["kind"], each["enquiry_id"], each["text"]) for each in inbox["rows"]] == [
        ("answer", asked["enquiry_id"], "30 天内换新")
    ]
    assert client.post(f"{place}/read", headers=headers).json()["read_at"] is not None
    assert client.get("/api/tasks/inbox").json()["rows"] == []
    (found,) = client.get("/api/enquiries/answers", params={"q": "客户说漏水怎么办"}).json()["rows"]
    assert (found["subject"], found["answer"]) == ("漏水怎么办", "30 天内换新")
    made = client.post(f"{place}/script", headers=headers, json=script).json()
    assert made["made_script"] == "漏水"
    (number,) = client.get("/api/scripts", params={"q": "漏水"}).json()["rows"]
    assert (number["script_id"], number["status"]) == (made["made_script_id"], "live")
    journey = client.get("/api/enquiries/wishes", params={"journey_id": made["made_script_id"]}).json()
    assert journey == {"rows": [], "next_after": None}
    wish = client.post(f"{place}/wish", headers=headers, json={"journey_id": made["made_script_id"], "text": "x"})
    assert wish.json()["error"]["code"] == "bad_enquiry"
    assert [each["text"] for each in client.get("/api/enquiries").json()["rows"]] == ["杯子漏水能换吗"]
