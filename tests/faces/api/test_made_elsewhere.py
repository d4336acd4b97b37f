"""What another unit made says so to who may only look at it, in lists and alone, and is refused to them in the same words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.definitions.rules import KEPT_BY_MAKERS
from siyu.domain.segments.rfm_rules import as_document
from siyu.domain.sends import service as sends
from siyu.platform.postgres.database import Database
from tests.domain.entries.forms import LEVEL, form_of
from tests.domain.journeys.documents import journey, wait
from tests.domain.segments.test_rfm import EIGHT
from tests.engines.reach.sending import a_send
from tests.engines.scenery import SIYU
from tests.faces.api.conftest import PASSWORD, LogIn
from tests.faces.api.test_experiments import DEFINITION as EXPERIMENT
from tests.faces.api.test_service import RULES
from tests.faces.api.test_tags import a_group

UNIT_OPERATOR = "operator@example.com"
METRIC = {"key": "adds", "zh": "添加", "en": "Adds", "unit": "count"}
CONDITION = {"kind": "attribute", "name": "city", "operator": "is", "value": "上海"}
MOMENT = {"kind": "moment", "targets": {"all": True}, "content": {"title": "秋茶", "body": "秋茶到店"}}

Made = tuple[str, str, Mapping[str, Any]]


class HeadOffice:
    """What the administrator designs, by its kind: (path, name of its id, body)."""

    def __init__(self, client: TestClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers
        self.segment_id = self.make(("segments", "segment_id", {"definition": CONDITION}))["segment_id"]
        client.post(f"/api/segments/{self.segment_id}/publish", headers=headers)
        self.tag_id = a_group(client, headers, "绿茶")["tags"][0]["tag_id"]
        self.me = client.get("/api/staff").json()["rows"][0]["staff_id"]
        self.board = self._post("dashboards", {"name": "早会", "dashboard": {"cards": []}})["dashboard_id"]

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        answer = self.client.post(f"/api/{path}", json=body, headers=self.headers)
        assert answer.status_code in (200, 201), (path, answer.text)
        made: dict[str, Any] = answer.json()
        return made

    def make(self, made: Made) -> dict[str, Any]:
        return self._post(made[0], {"name": "总部的", **made[2]})


def _ladder(of: HeadOffice) -> Made:
    template = of.client.get("/api/ladders/templates").json()["rows"][0]
    return "ladders", "ladder_id", {"definition": template["definition"]}


BY_KIND: dict[str, Callable[[HeadOffice], Made]] = {
    "code": lambda of: (
        "codes",
        "code_id",
        {"definition": {"title": "加我领券", "corp_id": "ww1", "staff_ids": [of.me]}},
    ),
    "experiment": lambda of: ("experiments", "experiment_id", {"definition": EXPERIMENT}),
    "form": lambda of: (
        "forms",
        "form_id",
        {"definition": form_of(LEVEL | {"choices": [{"key": "a", "label": "甲"}]})},
    ),
    "journey": lambda of: ("journeys", "journey_id", {"definition": journey(wait("rest"))}),
    "ladder": _ladder,
    "list": lambda of: ("lists", "list_id", {}),
    "material": lambda of: ("materials", "material_id", {"definition": {"body": {"kind": "text", "text": "你好"}}}),
    "metric": lambda of: (
        "metrics",
        "metric_id",
        {"definition": METRIC | {"of": {"kind": "events", "events": [{"event": "friend_added"}]}}},
    ),
    "report": lambda of: (
        "reports",
        "report_id",
        {
            "report": {
                "of": {"kind": "dashboard", "dashboard_id": of.board},
                "when": {"kind": "day", "at": "09:00"},
                "to": [of.me],
            }
        },
    ),
    "rfm": lambda of: ("rfm", "scheme_id", {"definition": as_document(EIGHT)}),
    "script": lambda of: ("scripts", "script_id", {"definition": {"stage": "ice_break", "text": "你好"}}),
    "segment": lambda of: ("segments", "segment_id", {"definition": CONDITION}),
    "send": lambda of: ("sends", "send_id", {"definition": a_send(of.segment_id)}),
    "service_rule": lambda of: ("service-rules", "rules_id", {"definition": RULES}),
    "store": lambda of: (
        "stores",
        "store_id",
        {"number": "S1", "name": "外滩店", "city": "上海", "latitude": 31.2, "longitude": 121.5},
    ),
    "tag_rule": lambda of: (
        "tag-rules",
        "rule_id",
        {"rule": {"kind": "event", "tag_id": of.tag_id, "event": "product_viewed"}},
    ),
}


def test_what_another_unit_made_says_so(client: TestClient, log_in: LogIn, database: Database) -> None:
    """One company for all kinds: what is told and refused is the same of each."""
    assert {*BY_KIND, "post"} == {*KEPT_BY_MAKERS, "store"}
    with database.begin() as work:
        root = company.list_units(work, SIYU)[0].unit_id
        unit_id = company.create_unit(work, SIYU, "东区", root).unit_id
        company.create_staff(work, SIYU, "东区运营", UNIT_OPERATOR, PASSWORD, Role.OPERATOR, unit_id)
    head_office = HeadOffice(client, log_in())
    made = {}
    for kind, of in BY_KIND.items():
        path, key, body = asked = of(head_office)
        made[kind] = (f"/api/{path}", key, head_office.make(asked)[key], body)
    with database.begin() as work:
        post_id = sends.post_now(work, SIYU, "秋茶", MOMENT, [head_office.me], asked_key="autumn").post_id
    made["post"] = ("/api/posts", "post_id", post_id, {})

    def told(wanted: bool) -> None:
        for kind, (path, key, made_id, _) in made.items():
            (row,) = (each for each in client.get(path).json()["rows"] if each[key] == made_id)
            assert row["is_made_elsewhere"] is wanted, kind
            if kind != "report":  # reports stand in their list alone
                assert client.get(f"{path}/{made_id}").json()["is_made_elsewhere"] is wanted, kind

    told(wanted=False)
    headers = log_in(UNIT_OPERATOR)
    told(wanted=True)
    for kind, (path, _, made_id, body) in made.items():
        method, rest = {"post": ("POST", "/cancel"), "report": ("DELETE", "")}.get(kind, ("PUT", ""))
        changed = {"name": "我们的", **body} if method == "PUT" else None
        refused = client.request(method, f"{path}/{made_id}{rest}", json=changed, headers=headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "made_elsewhere"), kind
