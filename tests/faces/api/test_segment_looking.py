"""Looking at segments over HTTP: members, history, overlap, explanations, files, what there is to ask about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.assembly.installation import Installation
from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.company.service import create_key, create_unit, list_units
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, Identity
from siyu.engines.audience.exporting import export_members, exports_folder
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.events import NewEvent
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.driving import run_until_idle
from tests.faces.api.conftest import LogIn

SIYU = system_actor("test")
BOUGHT = {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 1}
IN_SHANGHAI = {"kind": "attribute", "name": "city", "operator": "is", "value": "上海"}


class Scene:
    """An installation whose loops run when told."""

    def __init__(self, context: ApiContext, columns: Columns) -> None:
        self.context = ApiContext(context.settings, context.database, columns, context.secret_key)
        self.installation = Installation(context.settings, context.database, columns, context.secret_key)
        self.client = TestClient(create_app(self.context), client=("203.0.113.9", 40000))

    def run(self) -> None:
        run_until_idle(self.installation)

    def segment(self, headers: dict[str, str], name: str, definition: dict[str, Any]) -> int:
        made = self.client.post("/api/segments", headers=headers, json={"name": name, "definition": definition}).json()
        answer = self.client.post(f"/api/segments/{made['segment_id']}/publish", headers=headers)
        assert answer.status_code == 200, answer.text
        return int(made["segment_id"])


@pytest.fixture
def scene(context: ApiContext, columns: Columns) -> Scene:
    return Scene(context, columns)


@pytest.fixture
def client(scene: Scene) -> TestClient:
    return scene.client


@pytest.fixture
def ids(database: Database) -> list[int]:
    """Four customers: the first two are in 上海, the second and third bought."""
    with database.begin() as work:
        at = work.clock.now()
        made = customers.resolve(work, SIYU, {(Identity("phone", f"1380000000{n}"),): at for n in range(4)})
        found = sorted(made.values())
        told = [
            AttributeChange(
                each, {"name": f"客{each}", "city": "上海" if n < 2 else "北京", "phone": "13811112222"}, at
            )
            for n, each in enumerate(found)
        ]
        customers.set_attributes(work, SIYU, told)
        work.record(
            NewEvent("order_paid", work.ids.new_id(), found[n], at, "orders", {"total_fen": 990, "pay": "微信"})
            for n in (1, 2)
        )
    return found


def test_members_their_history_and_since_when(
    scene: Scene, client: TestClient, log_in: LogIn, ids: list[int], database: Database, clock: ManualClock
) -> None:
    headers = log_in()
    segment_id = scene.segment(headers, "买过", BOUGHT)
    row = client.get(f"/api/segments/{segment_id}").json()
    assert (row["building"], row["size"], row["used_by"]) == (True, None, [])
    scene.run()
    entered_at = clock.now()
    row = client.get(f"/api/segments/{segment_id}").json()
    assert (row["building"], row["size"]) == (False, 2)
    clock.advance(timedelta(days=1))
    with database.begin() as work:
        work.record([NewEvent("order_paid", work.ids.new_id(), ids[3], clock.now(), "orders", {"total_fen": 5})])
    scene.run()
    log_in()  # a session does not last so long
    path = f"/api/segments/{segment_id}"
    assert [each["customer_id"] for each in client.get(f"{path}/members").json()["rows"]] == [ids[3], ids[2], ids[1]]
    page = client.get(f"{path}/members?size=2").json()
    assert (len(page["rows"]), page["total"]) == (2, 3)
    assert [
        each["customer_id"] for each in client.get(f"{path}/members?after={page['next_after']}").json()["rows"]
    ] == [ids[1]]
    before = client.get(f"{path}/members?on={entered_at.date()}").json()
    assert [each["customer_id"] for each in before["rows"]] == [ids[2], ids[1]]
    assert client.get(f"{path}/members?on=2020-01-01").json()["total"] == 0
    rows = client.get(f"{path}/history").json()["rows"]
    assert [(each["size"], each["entered"], each["exited"]) for each in rows] == [(2, 2, 0), (3, 1, 0)]
    hours = client.get(f"{path}/history?since_on=2026-06-02&until_on=2026-06-02").json()["rows"]
    assert [each["size"] for each in hours] == [2] * 12 + [3]
    assert client.get(f"{path}/history?since_on=2026-06-02&until_on=2026-06-01").status_code == 422
    (mine,) = client.get(f"/api/customers/{ids[1]}/segments").json()["rows"]
    assert mine == {"segment_id": segment_id, "name": "买过", "since": entered_at.isoformat().replace("+00:00", "Z")}
    assert client.get(f"/api/customers/{ids[0]}/segments").json()["rows"] == []


def test_an_overlap_counts_whom_one_may_see(
    scene: Scene, client: TestClient, log_in: LogIn, ids: list[int], database: Database
) -> None:
    headers = log_in()
    bought, shanghai = scene.segment(headers, "买过", BOUGHT), scene.segment(headers, "上海", IN_SHANGHAI)
    with database.begin() as work:
        unit = create_unit(work, SIYU, "门店", list_units(work, SIYU)[0].unit_id)
        customers.set_custody(work, SIYU, ids[1], unit_id=unit.unit_id, staff_id=None)
        key = create_key(work, SIYU, KeyKind.API, "店", Role.ANALYST, unit.unit_id).secret
    scene.run()
    body = {"segment_ids": [bought, shanghai]}
    found = client.post("/api/segments/overlap", headers=headers, json=body).json()
    assert found["segments"] == [
        {"segment_id": bought, "name": "买过", "size": 2},
        {"segment_id": shanghai, "name": "上海", "size": 2},
    ]
    assert found["parts"] == [
        {"in": [bought], "count": 1},
        {"in": [shanghai], "count": 1},
        {"in": [bought, shanghai], "count": 1},
    ]
    store = {"Authorization": f"Bearer {key}"}
    seen = client.post("/api/segments/overlap", headers=store, json=body).json()
    assert [part["count"] for part in seen["parts"]] == [0, 0, 1]
    members = client.get(f"/api/segments/{shanghai}/members", headers=store).json()
    assert ([row["customer_id"] for row in members["rows"]], members["total"]) == ([ids[1]], 1)
    sizes = {row["segment_id"]: row["size"] for row in client.get("/api/segments", headers=store).json()["rows"]}
    assert sizes == {bought: 1, shanghai: 1}
    assert client.get(f"/api/segments/{bought}", headers=store).json()["size"] == 1
    assert client.get(f"/api/segments/{bought}", headers=headers).json()["size"] == 2
    assert client.get(f"/api/segments/{bought}/history", headers=store).json()["rows"] == []
    listed = client.post("/api/lists", headers=headers, json={"name": "名单"}).json()["list_id"]
    members = {"mode": "add", "customer_ids": ids}
    assert client.post(f"/api/lists/{listed}/members", headers=headers, json=members).json()["size"] == 4
    assert client.get(f"/api/lists/{listed}", headers=store).json()["size"] == 1
    assert [row["size"] for row in client.get("/api/lists", headers=store).json()["rows"]] == [1]
    for bad in ([bought], [bought, bought], [bought, 10**9], list(range(1, 9))):
        refused = client.post("/api/segments/overlap", headers=headers, json={"segment_ids": bad})
        assert refused.status_code in (404, 422)


def test_why_somebody_is_in_or_not(scene: Scene, client: TestClient, log_in: LogIn, ids: list[int]) -> None:
    headers = log_in()
    bought = scene.segment(headers, "买过", BOUGHT)
    both = {"kind": "all", "of": [{"kind": "segment", "segment_id": bought}, {"kind": "not", "of": IN_SHANGHAI}]}
    segment_id = scene.segment(headers, "外地买过", both)
    scene.run()
    found = client.get(f"/api/segments/{segment_id}/explain?customer_id={ids[1]}").json()
    assert (found["matches"], found["is_member"]) == (False, False)
    node = found["node"]
    assert (node["kind"], node["holds"], node["observed_zh"]) == ("all", False, "")
    inner, other = node["of"]
    assert (inner["kind"], inner["holds"], "买过" in inner["sentence_zh"]) == ("segment", True, True)
    assert [(each["kind"], each["observed_zh"], each["observed_en"]) for each in inner["of"]] == [
        ("event", "1 次", "1 times")
    ]
    assert (other["kind"], other["holds"]) == ("not", False)
    assert (other["of"][0]["holds"], other["of"][0]["observed_zh"]) == (True, "上海")
    found = client.get(f"/api/segments/{segment_id}/explain?customer_id={ids[2]}").json()
    assert (found["matches"], found["is_member"]) == (True, True)
    assert client.get(f"/api/segments/{segment_id}/explain?customer_id=999").status_code == 404


def test_members_are_exported(
    scene: Scene, client: TestClient, log_in: LogIn, ids: list[int], context: ApiContext
) -> None:
    headers = log_in()
    segment_id = scene.segment(headers, "买过", BOUGHT)
    scene.run()
    body = {"format": "csv", "columns": ["customer_id", "contact", "attribute:city", "tags"]}
    asked = client.post(f"/api/segments/{segment_id}/exports", headers=headers, json=body)
    assert asked.status_code == 201, asked.text
    export_id = asked.json()["export_id"]
    path = f"/api/segment-exports/{export_id}/file"
    assert client.get(path).json()["error"]["code"] == "unknown_export"
    export_members(context.database, exports_folder(context.settings), export_id, context.settings.zone)
    (row,) = client.get("/api/segment-exports").json()["rows"]
    assert {key: row[key] for key in ("state", "rows_done", "rows_total", "has_file", "is_own", "segment_name")} == {
        "state": "done",
        "rows_done": 2,
        "rows_total": 2,
        "has_file": True,
        "is_own": True,
        "segment_name": "买过",
    }
    file = client.get(path)
    assert file.headers["content-disposition"].endswith(f'segment-{segment_id}-2026-06-01.csv"')
    assert file.content.decode("utf-8-sig").splitlines() == [
        "客户编号,联系方式,city,标签",
        f"{ids[1]},138****0001,上海,",
        f"{ids[2]},138****0002,北京,",
    ]
    refused = client.post(
        f"/api/segments/{segment_id}/exports", headers=headers, json={"format": "csv", "columns": ["attribute:phone"]}
    )
    assert refused.json()["error"]["code"] == "bad_export"


def test_what_there_is_to_ask_about(scene: Scene, client: TestClient, log_in: LogIn, ids: list[int]) -> None:
    log_in()
    scene.run()
    found = client.get("/api/segments/vocabulary").json()
    attributes = {each["name"]: each for each in found["attributes"]}
    assert attributes["city"] == {"name": "city", "types": ["text"], "examples": ["上海", "北京"]}
    assert (attributes["name"]["examples"], attributes["phone"]["examples"]) == ([], [])
    (event,) = [each for each in found["events"] if each["name"] == "order_paid"]
    assert event["count"] == 2
    assert event["properties"] == [
        {"name": "pay", "types": ["text"], "examples": ["微信"]},
        {"name": "total_fen", "types": ["number"], "examples": [990]},
    ]
    assert "phone" in found["identity_kinds"]
    assert {each["purpose"]: each["by_channel"] for each in found["purposes"]}["marketing"] is True
    assert "sms" in found["purposes"][0]["channels"]


def test_examples_tell_nothing_of_one_customer(
    scene: Scene, client: TestClient, log_in: LogIn, ids: list[int], database: Database
) -> None:
    log_in()
    sent = {"receiver_name": "王伟", "宝宝生日": "2024-01-02", "callback": 13811112222, "courier": "顺丰"}
    told = [{**sent, "note": "只有我这样写"}] * 3
    with database.begin() as work:
        work.record(
            NewEvent("parcel_sent", work.ids.new_id(), whose, work.clock.now(), "shop", properties)
            for whose, properties in [*((ids[0], each) for each in told), (ids[1], sent)]
        )
    scene.run()
    (event,) = [
        each for each in client.get("/api/segments/vocabulary").json()["events"] if each["name"] == "parcel_sent"
    ]
    assert {each["name"]: each["examples"] for each in event["properties"]} == {
        "callback": [],
        "courier": ["顺丰"],
        "note": [],
        "receiver_name": [],
        "宝宝生日": [],
    }
