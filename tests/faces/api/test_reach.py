"""The rules of reaching customers over the API, and what is to be sent by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, ConsentState
from siyu.engines.reach.by_hand import ByHand
from siyu.engines.reach.ending import hand_out_once
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.reach.reaching import ask, reach_by
from tests.engines.scenery import SIYU, send, some_customers
from tests.faces.api.conftest import PASSWORD, LogIn

PICTURE = "https://shop.example/tea.png"
WITH_PICTURE = {"attachments": [{"kind": "image", "url": PICTURE}]}


@pytest.fixture
def client(context: ApiContext) -> Iterator[TestClient]:
    """Nothing here asks the columns anything."""
    columns = Columns("http://127.0.0.1:9")
    with TestClient(create_app(replace(context, columns=columns)), client=("203.0.113.9", 40000)) as client:
        yield client
    columns.close()


def test_rules_are_set_as_a_whole_and_by_one_at_a_time(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    found = client.get("/api/reach/rules").json()
    assert (found["version"], found["set_at"]) == (0, None)
    rules = found["rules"]
    assert rules["limits"] == {"per_day": 2, "per_week": None, "per_month": None}
    assert rules["quiet"] == {"start": "21:00", "end": "09:00"}
    assert {"wecom", "hand"} <= {each["name"] for each in found["channels"]}
    wanted = {
        **rules,
        "quiet": None,
        "choosing": "cheapest",
        "channels": {"sms": {"quota_per_day": 500, "cost_fen": 5}},
    }
    saved = client.put("/api/reach/rules", headers=headers, json={"rules": wanted, "version": 0})
    assert saved.status_code == 200, saved.text
    assert saved.json()["version"] == 1
    found = client.get("/api/reach/rules").json()
    assert found["rules"]["channels"]["sms"]["limits"] == {"per_day": None, "per_week": None, "per_month": None}
    again = client.put("/api/reach/rules", headers=headers, json={"rules": wanted, "version": 0})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")
    wrongs: list[dict[str, Any]] = [
        {"limits": {"per_day": -1}},
        {"quiet": {"start": "25:00", "end": "09:00"}},
        {"channels": {"SMS!": {}}},
        {"nobody": "knows this"},
    ]
    for wrong in wrongs:
        refused = client.put("/api/reach/rules", headers=headers, json={"rules": {**rules, **wrong}, "version": 1})
        assert refused.status_code == 422, wrong
    (line, *_) = client.get("/api/audit").json()["rows"]
    assert (line["verb"], line["subject"]) == ("messages.set_rules", "reach_rules")


def test_what_is_to_go_by_hand_is_for_its_staff_member_alone(
    client: TestClient, log_in: LogIn, database: Database
) -> None:
    log_in()
    hers, his = some_customers(database, 2)
    with database.begin() as work:
        unit = company.list_units(work, SIYU)[0].unit_id
        staff = [
            company.create_staff(work, SIYU, f"店员{n}", f"s{n}@example.com", PASSWORD, Role.FRONTLINE, unit).staff_id
            for n in range(2)
        ]
        customers.set_attributes(work, SIYU, [AttributeChange(hers, {"name": "小林"}, work.clock.now())])
        for customer, keeper in zip((hers, his), staff, strict=True):
            customers.set_custody(work, SIYU, customer, unit_id=unit, staff_id=keeper)
            customers.set_consent(
                work, SIYU, customer, channel="wecom", purpose="marketing", state=ConsentState.GRANTED
            )
        assert len(company.list_staff(work, SIYU, PageRequest()).rows) == 3
    reach = reach_by(ByHand())
    ask(database, reach, [hers, his], {**send(link_url="https://shop.example/"), "channel": "hand", **WITH_PICTURE})
    assert hand_out_once(database, reach) == 2
    assert len(client.get("/api/reach/hand-tasks").json()["rows"]) == 2  # the administrator sees all
    headers = log_in("s0@example.com")
    (row,) = client.get("/api/reach/hand-tasks").json()["rows"]
    assert (row["customer"], row["title"], row["body"], row["staff"]) == ("小林", "你好", "小林，看看这个", "店员0")
    assert "/l/" in row["link_url"]
    assert [(each["kind"], each["url"]) for each in row["attachments"]] == [("image", PICTURE)]
    path = f"/api/reach/hand-tasks/{row['message_id']}"
    assert client.post(f"/api/reach/hand-tasks/{row['message_id'] + 1}/sent", headers=headers).status_code == 404
    done = client.post(f"{path}/sent", headers=headers)
    assert (done.status_code, done.json()["state"]) == (200, "done")
    assert client.post(f"{path}/skip", headers=headers).json()["error"]["code"] == "unknown_hand_task"
    assert client.get("/api/reach/hand-tasks").json()["rows"] == []
    assert len(client.get("/api/reach/hand-tasks", params={"state": "done"}).json()["rows"]) == 1
    assert client.put("/api/reach/rules", headers=headers, json={"rules": {}, "version": 0}).status_code == 403
