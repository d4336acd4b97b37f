"""Copies, erasures and retention over HTTP."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.assembly.installation import Installation
from siyu.assembly.privacy import erase_customers, export_customers
from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.customers import service as customers
from siyu.engines.privacy.certificates import is_genuine
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.privacy.persons import LEI, SECRET, VALUES_OF_LEI, a_history, a_shop, customer_of, settle
from tests.faces.api.conftest import EMAIL, PASSWORD

SIYU = system_actor("test")


@pytest.fixture
def shop(database: Database, columns: Columns, tmp_path: Path) -> Installation:
    with database.begin() as work:
        company.ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
        root = company.list_units(work, SIYU)[0]
        for role in (Role.OPERATOR, Role.ANALYST, Role.FRONTLINE, Role.MANAGER):
            company.create_staff(work, SIYU, role.value, f"{role.value}@example.com", PASSWORD, role, root.unit_id)
    installation = a_shop(database, columns, tmp_path)
    a_history(installation)
    return installation


@pytest.fixture
def client(shop: Installation) -> Iterator[TestClient]:
    context = ApiContext(shop.settings, shop.database, shop.columns, shop.secret_key)
    with TestClient(create_app(context)) as client:
        as_staff(client, EMAIL)
        yield client


def as_staff(client: TestClient, email: str) -> None:
    client.cookies.clear()
    answer = client.post("/api/session", json={"email": email, "password": PASSWORD})
    client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]


def asked(client: TestClient, shop: Installation, user: str = "user-lei-0001") -> dict[str, Any]:
    answer = client.post(f"/api/customers/{customer_of(shop, user)}/erasures", json={"reason": "asked_by_customer"})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_copy_is_made_and_downloaded_by_who_asked(client: TestClient, shop: Installation) -> None:
    lei = customer_of(shop, "user-lei-0001")
    made = client.post(f"/api/customers/{lei}/exports").json()
    assert (made["kind"], made["state"], made["has_file"]) == ("export", "queued", False)
    assert client.get(f"/api/privacy/requests/{made['request_id']}/file").json()["error"]["code"] == "export_gone"
    export_customers(shop)
    answer = client.get(f"/api/privacy/requests/{made['request_id']}/file")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert LEI["phone"] in archive.read("data.json").decode()
    verbs = [row["verb"] for row in client.get("/api/audit").json()["rows"]]
    assert {"customers.export", "customers.download_export"} <= set(verbs)
    as_staff(client, "operator@example.com")
    assert client.get(f"/api/privacy/requests/{made['request_id']}/file").status_code == 404


def test_an_erasure_takes_two_steps_and_a_word(client: TestClient, shop: Installation) -> None:
    lei = customer_of(shop, "user-lei-0001")
    known = client.get(f"/api/customers/{lei}/known").json()
    assert known["goes"]["identities"] == known["profiles"] == 4
    assert known["stays"]["orders"] == 2
    request = asked(client, shop)
    assert (request["state"], request["customer"]) == ("waiting", LEI["name"])
    erase_customers(shop)
    assert client.get(f"/api/customers/{lei}").json()["attributes"]["name"] == LEI["name"]
    wrong = client.post(
        "/api/privacy/erasures/approve", json={"request_ids": [request["request_id"]], "word": "delete"}
    )
    assert wrong.json()["error"]["code"] == "wrong_word"
    right = client.post("/api/privacy/erasures/approve", json={"request_ids": [request["request_id"]], "word": "删除"})
    assert right.json() == {"request_ids": [request["request_id"]]}
    erase_customers(shop)
    settle(shop)
    done = client.get(f"/api/privacy/requests/{request['request_id']}").json()
    assert (done["state"], done["traces"], done["has_certificate"]) == ("done", 0, True)
    assert done["customer"] == f"#{lei}"
    certificate = client.get(f"/api/privacy/requests/{request['request_id']}/certificate")
    assert is_genuine(SECRET, certificate.text, certificate.headers["X-Siyu-Signature"])
    assert json.loads(certificate.text)["approved_by"] == "staff:1"
    husk = client.get(f"/api/customers/{lei}")
    assert husk.status_code == 200
    assert husk.json()["erased_at"] is not None
    assert not any(value in husk.text for value in (*VALUES_OF_LEI, LEI["name"]))
    assert client.post(f"/api/customers/{lei}/exports").json()["error"]["code"] == "erased_customer"


def test_a_request_stays_with_who_made_it_without_the_name_of_whom_they_see_no_more(
    client: TestClient, shop: Installation
) -> None:
    lei = customer_of(shop, "user-lei-0001")
    with shop.database.begin() as work:
        root = company.list_units(work, SIYU)[0]
        unit = company.create_unit(work, SIYU, "静安店", root.unit_id)
        company.create_staff(work, SIYU, "shop", "shop@example.com", PASSWORD, Role.OPERATOR, unit.unit_id)
        customers.set_custody(work, SIYU, lei, unit_id=unit.unit_id, staff_id=None)
    as_staff(client, "shop@example.com")
    made = asked(client, shop)
    assert made["customer"] == LEI["name"]
    with shop.database.begin() as work:
        customers.set_custody(work, SIYU, lei, unit_id=root.unit_id, staff_id=None)
    (listed,) = client.get("/api/privacy/requests").json()["rows"]
    assert (listed["request_id"], listed["customer_id"], listed["customer"]) == (made["request_id"], lei, "")


def test_a_declined_erasure_erases_nobody(client: TestClient, shop: Installation) -> None:
    request = asked(client, shop)
    answer = client.post("/api/privacy/erasures/decline", json={"request_ids": [request["request_id"]]})
    assert answer.json() == {"request_ids": [request["request_id"]]}
    erase_customers(shop)
    again = client.post("/api/privacy/erasures/approve", json={"request_ids": [request["request_id"]], "word": "删除"})
    assert again.json()["error"]["code"] == "request_decided"
    assert client.get(f"/api/customers/{customer_of(shop, 'user-lei-0001')}").json()["erased_at"] is None


def test_many_are_asked_for_and_approved_at_once(client: TestClient, shop: Installation) -> None:
    both = [customer_of(shop, user) for user in ("user-lei-0001", "user-mei-0002")]
    rows = client.post("/api/privacy/erasures", json={"customer_ids": both, "reason": "no_longer_needed"}).json()
    ids = [row["request_id"] for row in rows]
    assert len(ids) == 2
    refused = client.post("/api/privacy/erasures", json={"customer_ids": both, "reason": "no_longer_needed"})
    assert refused.json()["error"]["code"] == "open_request"
    client.post("/api/privacy/erasures/approve", json={"request_ids": ids, "word": "ERASE"})
    erase_customers(shop)
    listed = client.get("/api/privacy/requests", params={"kind": "erasure"}).json()["rows"]
    assert [(row["request_id"], row["state"]) for row in listed] == [(ids[1], "done"), (ids[0], "done")]


@pytest.mark.parametrize("role", ["analyst", "frontline", "manager"])
def test_others_may_neither_copy_nor_erase(client: TestClient, shop: Installation, role: str) -> None:
    lei = customer_of(shop, "user-lei-0001")
    as_staff(client, f"{role}@example.com")
    for method, path, body in (
        ("POST", f"/api/customers/{lei}/exports", None),
        ("POST", f"/api/customers/{lei}/erasures", {"reason": "asked_by_customer"}),
        ("GET", f"/api/customers/{lei}/known", None),
        ("GET", "/api/privacy/requests", None),
        ("GET", "/api/privacy/retention", None),
        ("PUT", "/api/privacy/retention", {"days": {}}),
    ):
        assert client.request(method, path, json=body).status_code == 403, (role, path)


def test_retention_is_previewed_saved_and_refused(client: TestClient, shop: Installation) -> None:
    shown = client.get("/api/privacy/retention").json()
    assert {each["name"]: each["days"] for each in shown["classes"]}["audit"] == 1095
    preview = client.post("/api/privacy/retention/preview", json={"days": {"anonymous": 30, "exports": 7}}).json()
    assert preview == {"counts": {"anonymous": 0, "exports": 0}}
    saved = client.put("/api/privacy/retention", json={"days": {"anonymous": 90}}).json()
    assert {each["name"]: each["days"] for each in saved["classes"]}["anonymous"] == 90
    assert saved["changed_by"] == "staff:1"
    refused = client.put("/api/privacy/retention", json={"days": {"audit": 30}})
    assert refused.json()["error"]["code"] == "bad_retention"
    as_staff(client, "operator@example.com")
    assert client.get("/api/privacy/retention").status_code == 200
    assert client.put("/api/privacy/retention", json={"days": {}}).status_code == 403
