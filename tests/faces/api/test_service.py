"""Customer service and personas over HTTP: rights, refusals, what is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.company.service import create_key
from siyu.domain.customers.contracts import Identity
from siyu.domain.customers.service import resolve
from siyu.domain.service import service
from siyu.domain.service.contracts import AccountToRead, Origin, OutsideAccount, OutsideMessage, OutsideServicer
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from tests.engines.scenery import SIYU

CORP = "wwtest"
RULES = {
    "welcome": "您好",
    "faqs": [{"question": "几点开门？", "answer": "九点"}],
    "hand_over": {"words": ["人工"], "text": "请稍等"},
}


@dataclass(frozen=True)
class As:
    """A program with the rights of a role."""

    client: TestClient
    secret: str

    def get(self, path: str, **given: Any) -> Response:
        return self.client.get(path, headers=self._headers, **given)

    def post(self, path: str, **given: Any) -> Response:
        return self.client.post(path, headers=self._headers, **given)

    def put(self, path: str, **given: Any) -> Response:
        return self.client.put(path, headers=self._headers, **given)

    def delete(self, path: str) -> Response:
        return self.client.delete(path, headers=self._headers)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


@pytest.fixture
def log_in(client: TestClient, database: Database) -> Callable[[Role], As]:
    def do(role: Role) -> As:
        with database.begin() as work:
            return As(client, create_key(work, SIYU, KeyKind.API, role.value, role).secret)

    return do


def a_conversation(database: Database, clock: ManualClock) -> tuple[int, int]:
    """(account, conversation): a customer asked something a moment ago."""
    with database.begin() as work:
        (account,) = service.keep_accounts(work, SIYU, CORP, [OutsideAccount("wk1", "晨曦客服")])
        service.keep_servicers(work, SIYU, account.account_id, [OutsideServicer("xia", True)], {})
        there = AccountToRead(account.account_id, CORP, "wk1", "", "", None)
        (profile_id,) = resolve(work, SIYU, {(Identity("external_userid", "wm1"),): clock.now()}).values()
        talk = service.begin(work, SIYU, there, profile_id, clock.now())
        came = OutsideMessage("m1", "wm1", clock.now(), Origin.CUSTOMER, "text", "在吗")
        service.keep_message(work, SIYU, talk, came)
        talk = service.note_customer_wrote(work, SIYU, there, talk, came, "")
        return account.account_id, talk.conversation_id


def test_rules_are_made_tried_chosen_and_kept_while_in_use(
    database: Database, clock: ManualClock, log_in: Callable[[Role], As]
) -> None:
    client = log_in(Role.OPERATOR)
    account_id, _ = a_conversation(database, clock)
    wrong = client.post("/api/service-rules", json={"name": "客服", "definition": {**RULES, "welcome": " "}})
    assert (wrong.status_code, wrong.json()["error"]["fields"]["path"]) == (422, "welcome")
    made = client.post("/api/service-rules", json={"name": "客服", "definition": RULES}).json()
    trial: dict[str, Any] = {"definition": RULES, "text": "人工"}
    assert client.post("/api/service-rules/trial", json=trial).json() == {
        "greeting": "您好",
        "questions": ["几点开门？"],
        "text": "请稍等",
        "rule": "hand_over",
        "hand_over": "asked",
    }
    for at, status in (("2026-06-01T20:00:00+08:00", 200), ("9999-12-31T23:59:59Z", 422), ("2026-06-01T20:00:00", 422)):
        assert client.post("/api/service-rules/trial", json=trial | {"at": at}).status_code == status
    rules = f"/api/service-rules/{made['rules_id']}"
    assert client.post(f"{rules}/publish").json()["status"] == "live"
    chosen = client.put(f"/api/service/accounts/{account_id}/rules", json={"rules_id": made["rules_id"]})
    assert chosen.json()["rules_name"] == "客服"
    assert client.delete(rules).json()["error"]["code"] == "rules_in_use"
    client.put(f"/api/service/accounts/{account_id}/rules", json={"rules_id": None})
    assert client.post(f"{rules}/stop").json()["status"] == "stopped"
    assert client.delete(rules).status_code == 204
    assert client.put(f"/api/service/accounts/{account_id}/rules", json={"rules_id": 999}).status_code == 404


def test_conversations_are_read_answered_and_ended(
    database: Database, clock: ManualClock, log_in: Callable[[Role], As]
) -> None:
    analyst, client = log_in(Role.ANALYST), log_in(Role.OPERATOR)
    account_id, conversation_id = a_conversation(database, clock)
    (row,) = client.get("/api/service/conversations", params={"state": "new", "account_id": account_id}).json()["rows"]
    assert (row["conversation_id"], row["may_say"], row["received"]) == (conversation_id, None, 1)
    assert client.get("/api/service/conversations", params={"state": "waiting"}).json()["rows"] == []
    talk = f"/api/service/conversations/{conversation_id}"
    assert analyst.get(talk).status_code == 200
    assert analyst.post(f"{talk}/read").status_code == 403
    assert analyst.post(f"{talk}/reply", json={"text": "在的"}).status_code == 403
    assert client.post(f"{talk}/reply", json={"text": "在的"}).json()["answers"] == 1
    told = client.post(f"{talk}/read").json()["rows"]
    assert [(each["origin"], each["state"], each["text"]) for each in told] == [
        ("customer", "received", "在吗"),
        ("staff", "waiting", "在的"),
    ]
    assert told[1]["by_name"]
    assert client.post(f"{talk}/hand-over", json={"userid": "nobody"}).json()["error"]["code"] == "unknown_servicer"
    assert client.post(f"{talk}/hand-over", json={"userid": "xia"}).json()["state"] == "servicer"
    refused = client.post(f"{talk}/reply", json={"text": "还有"}).json()["error"]
    assert (refused["code"], refused["fields"]["reason"]) == ("cannot_say", "with_person")
    assert client.post(f"{talk}/end").json()["end_reason"] == "staff"
    numbers = client.get("/api/service/numbers").json()
    assert numbers["total"]["conversations"] == len(numbers["days"]) == 1
    for number in ("conversations", "received", "by_rules", "by_persons", "handed_over"):
        behind = client.get("/api/service/numbers/people", params={"number": number}).json()["rows"]
        assert [each["customer_id"] for each in behind] == [row["customer_id"]] * bool(numbers["total"][number]), number
    assert numbers["total"]["by_persons"] > numbers["total"]["by_rules"] == 0
    assert client.get("/api/service/conversations/999").status_code == 404


def test_personas_over_http(database: Database, clock: ManualClock, log_in: Callable[[Role], As]) -> None:
    client, frontline = log_in(Role.OPERATOR), log_in(Role.FRONTLINE)
    draft = {"name": "茶小晨", "role": "福利官", "dressing": ["头像"]}
    assert frontline.post("/api/personas", json=draft).status_code == 403
    assert client.post("/api/personas", json={**draft, "code_id": 999}).json()["error"]["fields"]["field"] == "code_id"
    made = client.post("/api/personas", json=draft).json()
    path = f"/api/personas/{made['persona_id']}"
    account = {"channel": "service", "account": "wk1", "name": "客服", "corp_id": CORP}
    (placed,) = client.post(f"{path}/accounts", json=account).json()["accounts"]
    assert client.post(f"{path}/accounts", json=account).json()["error"]["code"] == "account_taken"
    one = f"{path}/accounts/{placed['account_id']}"
    (dressed,) = client.put(f"{one}/dressing", json={"item": "头像", "is_done": True}).json()["accounts"][0]["dressed"]
    assert dressed["item"] == "头像"
    assert dressed["done_by"]
    later = (clock.now() + timedelta(days=2)).date().isoformat()
    assert client.post(f"{one}/complaints", json={"complained_on": later}).status_code == 422
    on = clock.now().date().isoformat()
    assert client.post(f"{one}/complaints", json={"complained_on": on}).json()["accounts"][0]["complaints_week"] == 1
    stale = client.put(path, json={**draft, "revision": made["revision"] + 1})
    assert stale.json()["error"]["code"] == "stale_persona"
    assert client.delete(one).json()["accounts"] == []
    assert client.post(f"{path}/archive").json()["is_archived"] is True
    assert frontline.get("/api/personas").json()["rows"] == []
    assert len(frontline.get("/api/personas", params={"archived": True}).json()["rows"]) == 1
    assert client.post(f"{path}/restore").json()["is_archived"] is False
