"""Whoever asks whatever: no answer of the API holds a phone or an e-mail in plain. Every GET of the OpenAPI document is asked,
as an operator, so that a route that is added is asked too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.assembly.installation import Installation
from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, Identity
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.platform.columns.client import Columns
from tests.conftest import START
from tests.driving import run_until_idle
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, identify, put
from tests.faces.api.conftest import PASSWORD, LogIn

SYSTEM = system_actor("test")
PHONE, EMAIL = "13955512347", "zhao@example.cn"
PERSONAL = (PHONE, EMAIL, "139-5551", "sealed:")
HAS_EMAIL = {"kind": "attribute", "name": "email", "operator": "is_set"}


@pytest.fixture
def client(context: ApiContext, columns: Columns) -> Iterator[TestClient]:
    """With a customer whose phone and e-mail stand wherever one can tell them, in a segment and merged by hand."""
    database = context.database
    put(
        database,
        identify(1, "u1", "a1", name="赵小妹", phone="+86 139-5551-2347", email=EMAIL, home={"手机号": PHONE}),
        track(2, userId="u1", event="Order Completed", properties={"order_id": "A1", "total": 12.5, "email": EMAIL}),
        track(3, userId="u1", event="Form Sent", properties={"rows": [{"mobile": PHONE}, {"mail": EMAIL}]}),
    )
    drained(database)
    with database.begin() as work:
        other = Identity("phone", PHONE[:-1] + "9")
        made = customers.resolve(work, SYSTEM, {(other,): START})
        customers.set_attributes(work, SYSTEM, [AttributeChange(made[other], {"phone": int(PHONE)}, START)])
        customers.merge(work, SYSTEM, [1, made[other]], "同一人")
        root = company.list_units(work, SYSTEM)[0]
        company.create_staff(
            work,
            SYSTEM,
            name="小王",
            email="w@example.com",
            password=PASSWORD,
            role=Role.OPERATOR,
            unit_id=root.unit_id,
        )
    _drive(context, columns)
    with TestClient(create_app(replace(context, columns=columns)), client=("203.0.113.9", 40000)) as client:
        yield client


def _drive(context: ApiContext, columns: Columns) -> None:
    run_until_idle(Installation(context.settings, context.database, columns, context.secret_key))


def _paths(client: TestClient, ids: dict[str, Any]) -> list[str]:
    paths = []
    for path, verbs in client.get("/api/openapi.json").json()["paths"].items():
        if "get" in verbs:
            paths.append(re.sub(r"\{(\w+)\}", lambda found: str(ids.get(found[1], 1)), path))
    return paths


def test_no_get_answers_with_a_phone_or_an_e_mail(
    client: TestClient, context: ApiContext, columns: Columns, log_in: LogIn
) -> None:
    headers = log_in("w@example.com")
    segment = client.post("/api/segments", json={"name": "有邮箱", "definition": HAS_EMAIL}, headers=headers).json()
    published = client.post(f"/api/segments/{segment['segment_id']}/publish", headers=headers)
    assert published.status_code == 200, published.text
    _drive(context, columns)
    preview = client.post("/api/segments/preview", json={"definition": HAS_EMAIL}, headers=headers)
    assert preview.json()["sample"][0]["contact_masked"] == "139****2347"
    shown = {"preview": preview.text}
    for path in _paths(client, {"customer_id": 1, "segment_id": segment["segment_id"]}):
        for query in ("", f"?q={PHONE}&segment_id={segment['segment_id']}"):
            answer = client.get(path + query, headers=headers)
            assert answer.status_code < 500, (path, answer.text)
            shown[path + query] = answer.text
    found = {path: value for path, text in shown.items() for value in PERSONAL if value in text}
    assert found == {}
    for path in ("/api/customers", "/api/customers/1", f"/api/customers?q={PHONE}&segment_id={segment['segment_id']}"):
        assert "139****2347" in shown[path], path
    assert "z***@example.cn" in shown["/api/customers/1/timeline"]


def test_an_administrator_s_audit_and_lists_have_none_either(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    customer = client.get("/api/customers/1").json()
    profile_id = next(each["profile_id"] for each in customer["identities"] if each["kind"] == "phone")
    asked = {"profile_id": profile_id, "reason": "回访"}
    answer = client.post("/api/customers/1/reveal-identity", json=asked, headers=headers)
    assert answer.json() == {"value": PHONE}
    for path in _paths(client, {"customer_id": 1}):
        answer = client.get(path)
        assert answer.status_code < 500, (path, answer.text)
        assert not any(value in answer.text for value in PERSONAL), path
