"""Imports over HTTP: from the file to the counts."""

from __future__ import annotations

import codecs
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company import service as company
from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.customers.reading import count_customers
from siyu.engines.intake.importing_files import import_folder, source_path
from siyu.engines.intake.importing_uploads import run_uploaded
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.jobs import counts
from siyu.platform.settings import Settings
from tests.faces.api.conftest import LogIn

ORDERS = "订单号,会员号,付款时间,实付金额\nA1,7,2026/5/1 9:05,¥12.30\nA2,8,2026-05-02,1\nA3,,2026-05-02,1\nA4,8,2030-01-01,x\n"
OPERATOR = {"email": "op@example.com", "password": "long enough too"}


def upload(client: TestClient, headers: dict[str, str], content: bytes, name: str = "五月.csv") -> dict[str, Any]:
    answer = client.post("/api/imports", params={"file_name": name}, content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def plan_of(look: dict[str, Any], kind: str = "orders", **more: Any) -> dict[str, Any]:
    told = {name: value for name, value in look["guess"][kind].items() if value is not None}
    return {"source_name": "till", "reading": look["reading"], "mapping": {**told, "kind": kind, **more}}


def looked_at(client: TestClient, headers: dict[str, str], import_id: int, **options: str) -> dict[str, Any]:
    answer = client.post(f"/api/imports/{import_id}/look", json=options, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def as_operator(context: ApiContext, client: TestClient, log_in: LogIn) -> dict[str, str]:
    with context.database.begin() as work:
        unit = company.list_units(work, system_actor("test"))[0].unit_id
        company.create_staff(
            work, system_actor("test"), "运营", OPERATOR["email"], OPERATOR["password"], Role.OPERATOR, unit
        )
    return log_in(**OPERATOR)


def test_an_operator_imports_a_file_from_upload_to_rejects(
    context: ApiContext, client: TestClient, log_in: LogIn
) -> None:
    headers = as_operator(context, client, log_in)
    import_id = upload(client, headers, ORDERS.encode("gb18030"))["import_id"]
    folder = import_folder(context.settings)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert source_path(folder, import_id).stat().st_mode & 0o777 == 0o600
    look = looked_at(client, headers, import_id)
    assert (look["format"], look["reading"]["encoding"], look["guess"]["kind"]) == ("text", "gb18030", "orders")
    assert look["rows"][0] == {"line": 2, "cells": ["A1", "7", "2026/5/1 9:05", "¥12.30"], "fault": None}
    plan = plan_of(look)
    assert plan["mapping"] == {
        "kind": "orders",
        "customer": "会员号",
        "customer_kind": "member_id",
        "order_id": "订单号",
        "paid_at": "付款时间",
        "total": "实付金额",
    }
    tried = client.post(f"/api/imports/{import_id}/try", json=plan, headers=headers).json()
    assert (tried["rows"], tried["refused"], tried["is_whole"]) == (4, 2, True)
    assert {each["code"] for each in tried["reasons"]} == {"empty", "to_come"}
    assert client.post(f"/api/imports/{import_id}/start", json=plan, headers=headers).json()["state"] == "waiting"
    assert client.post(f"/api/imports/{import_id}/start", json=plan, headers=headers).status_code == 409
    with context.database.begin() as work:
        assert counts(work.driver).waiting == 1
    run_uploaded(context.database, folder, import_id)
    done = client.get(f"/api/imports/{import_id}").json()
    assert (done["state"], done["rows_done"], done["rows_new"], done["rows_refused"]) == ("done", 4, 2, 2)
    assert (done["has_file"], done["has_rejects"], done["bytes_read"]) == (False, True, done["bytes_total"])
    rejects = client.get(f"/api/imports/{import_id}/rejects")
    assert rejects.content.startswith(codecs.BOM_UTF8)
    assert "会员号：空着，这一列必填" in rejects.text
    with context.database.read() as reading:
        verbs = [row.verb for row in company.list_audit(reading, system_actor("test"), PageRequest()).rows]
    assert [verb for verb in verbs if verb.startswith("imports.")] == [
        "imports.download_rejects",
        "imports.start",
        "imports.upload",
    ]


def test_the_next_file_with_these_columns_is_understood_as_the_last(
    context: ApiContext, client: TestClient, log_in: LogIn
) -> None:
    headers = log_in()
    text = b"a,b,c\n7,2026-05-01,3\n"
    first = upload(client, headers, text)["import_id"]
    look = looked_at(client, headers, first)
    assert not look["guess"]["is_remembered"]
    plan = plan_of(look, customer="a", paid_at="b", total="c")
    assert client.post(f"/api/imports/{first}/start", json=plan, headers=headers).status_code == 200
    run_uploaded(context.database, import_folder(context.settings), first)
    second = upload(client, headers, text)["import_id"]
    guess = looked_at(client, headers, second)["guess"]
    assert guess["is_remembered"]
    assert (guess["orders"]["customer"], guess["orders"]["total"]) == ("a", "c")


def test_a_cancelled_import_can_be_started_again_and_forgotten(
    context: ApiContext, client: TestClient, log_in: LogIn
) -> None:
    headers = log_in()
    import_id = upload(client, headers, ORDERS.encode())["import_id"]
    plan = plan_of(looked_at(client, headers, import_id))
    path, folder = f"/api/imports/{import_id}", import_folder(context.settings)
    client.post(f"{path}/start", json=plan, headers=headers)
    assert client.delete(path, headers=headers).status_code == 409
    assert client.post(f"{path}/cancel", headers=headers).json()["state"] == "cancelled"
    run_uploaded(context.database, folder, import_id)
    with context.database.read() as reading:
        assert count_customers(reading, system_actor("test")) == 0
    assert client.post(f"{path}/start", json=plan, headers=headers).json()["state"] == "waiting"
    client.post(f"{path}/cancel", headers=headers)
    assert client.delete(path, headers=headers).status_code == 204
    assert list(folder.iterdir()) == []
    gone = client.post(f"{path}/start", json=plan, headers=headers)
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "unknown_import_file")


def test_an_upload_that_is_never_begun_leaves_nothing(client: TestClient, context: ApiContext, log_in: LogIn) -> None:
    headers = log_in()
    import_id = upload(client, headers, b"a\n1\n")["import_id"]
    assert [row["import_id"] for row in client.get("/api/imports").json()["rows"]] == [import_id]
    client.delete(f"/api/imports/{import_id}", headers=headers)
    assert client.get("/api/imports").json()["rows"] == []
    assert client.get(f"/api/imports/{import_id}").status_code == 404


def test_a_file_that_vanished_fails_the_import(client: TestClient, context: ApiContext, log_in: LogIn) -> None:
    headers = log_in()
    import_id = upload(client, headers, ORDERS.encode())["import_id"]
    plan = plan_of(looked_at(client, headers, import_id))
    client.post(f"/api/imports/{import_id}/start", json=plan, headers=headers)
    source_path(import_folder(context.settings), import_id).unlink()
    run_uploaded(context.database, import_folder(context.settings), import_id)
    failed = client.get(f"/api/imports/{import_id}").json()
    assert (failed["state"], failed["fault_code"]) == ("failed", "unknown_import_file")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"mapping": {"kind": "orders", "customer": "会员号", "paid_at": "付款时间", "total": "多少钱"}}, "bad_table"),
        ({"mapping": {"kind": "customers", "identities": []}}, "bad_mapping"),
        ({"mapping": {"kind": "customers", "identities": [{"column": "会员号", "kind": "shoe"}]}}, "bad_mapping"),
        ({"mapping": {"kind": "events", "customer": "会员号", "at": "付款时间"}}, "bad_mapping"),
        (
            {"mapping": {"kind": "events", "customer": "会员号", "at": "付款时间", "event_name": "order_paid"}},
            "bad_mapping",
        ),
        ({"mapping": {"kind": "events", "customer": "会员号", "at": "a\x00", "event_name": "x"}}, "bad_mapping"),
        ({"mapping": {"kind": "shoes"}}, "invalid_request"),
        ({"zone": "Mars/Olympus"}, "bad_import"),
        ({"at_format": "%Q"}, "bad_import"),
        ({"reading": {"sheet": "a\x00"}}, "bad_import"),
        ({"source_name": " "}, "bad_import"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_before_anything_is_done(
    client: TestClient, log_in: LogIn, change: dict[str, Any], code: str
) -> None:
    headers = log_in()
    import_id = upload(client, headers, ORDERS.encode())["import_id"]
    plan = {**plan_of(looked_at(client, headers, import_id)), **change}
    for verb in ("try", "start"):
        answer = client.post(f"/api/imports/{import_id}/{verb}", json=plan, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, code), verb
    assert client.get(f"/api/imports/{import_id}").json()["state"] == "uploaded"


def test_uploads_have_a_limit_and_something_in_them(context: ApiContext, client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    client.app.state.siyu = ApiContext(  # type: ignore[attr-defined]  # the application behind the client
        Settings(home=context.settings.home, import_file_mb_max=1), context.database, None, context.secret_key
    )
    for content, code in ((b"x" * 1024 * 1024 + b"y", "upload_too_large"), (b"", "invalid")):
        answer = client.post("/api/imports", params={"file_name": "a"}, content=content, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert list(import_folder(context.settings).iterdir()) == []


def test_what_is_no_table_is_told_as_such(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    import_id = upload(client, headers, b"PK\x03\x04 but not really")["import_id"]
    answer = client.post(f"/api/imports/{import_id}/look", json={}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["fields"]["why"]) == (422, "bad_excel")


def test_who_may_not_import_cannot(context: ApiContext, client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    import_id = upload(client, headers, ORDERS.encode())["import_id"]
    plan = plan_of(looked_at(client, headers, import_id))
    with context.database.begin() as work:
        key = company.create_key(work, system_actor("test"), KeyKind.API, "analysts", Role.ANALYST)
    client.cookies.clear()
    analyst = {"Authorization": f"Bearer {key.secret}"}
    path = f"/api/imports/{import_id}"
    assert client.get("/api/imports", headers=analyst).status_code == 403
    assert client.get(path, headers=analyst).status_code == 403
    assert client.get(f"{path}/rejects", headers=analyst).status_code == 403
    assert client.delete(path, headers=analyst).status_code == 403
    for verb, body in (("look", {}), ("try", plan), ("start", plan), ("cancel", {})):
        assert client.post(f"{path}/{verb}", json=body, headers=analyst).status_code == 403, verb
    refused = client.post("/api/imports", params={"file_name": "a"}, content=b"x", headers=analyst)
    assert refused.status_code == 403


def test_who_sees_a_part_of_the_customers_cannot_start_an_import(
    context: ApiContext, client: TestClient, log_in: LogIn
) -> None:
    from siyu.engines.intake import importing_uploads as uploads
    from siyu.engines.intake.importing_orders import OrderColumns
    from siyu.engines.intake.tables import TableOptions
    from siyu.kernel.errors import ForbiddenError

    import_id = upload(client, log_in(), ORDERS.encode())["import_id"]
    local = Actor(ActorKind.STAFF, "7", frozenset({"imports.write", "orders.write"}), Scope("1.2."))
    plan = uploads.Plan("till", "UTC", None, TableOptions(), OrderColumns("会员号", "付款时间", "实付金额"))
    with pytest.raises(ForbiddenError), context.database.begin() as work:
        uploads.start(work, local, import_folder(context.settings), import_id, plan)
