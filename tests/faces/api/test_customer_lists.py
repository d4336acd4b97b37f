"""The list of customers: found, ordered, kept as filters, worked on in bulk, exported, made segments of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import numpy as np
import pytest
from fastapi.testclient import TestClient

from siyu.assembly.customer_bulks import work_customer_bulk
from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.customers import order_reading
from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.orders import service as orders
from siyu.domain.orders.contracts import PaidOrder
from siyu.domain.segments.contracts import Ids
from siyu.domain.segments.filters import checked_filter
from siyu.domain.segments.filters_contracts import BadFilterError, FilterDraft
from siyu.engines.audience import ordering
from siyu.engines.audience.exporting import export_members, exports_folder
from siyu.engines.projection.projecting import columns_projector
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database
from tests.faces.api.conftest import PASSWORD, LogIn

SYSTEM = system_actor("test")


@pytest.fixture
def people(database: Database, columns: Columns, clock: ManualClock) -> list[int]:
    """Four: one bought twice for little, one once for much, one nothing; the last is two profiles, seen first of all."""
    with database.begin() as work:
        at = work.clock.now()
        known: dict[Sequence[Identity], datetime] = {
            (Identity("user_id", f"u{n}"),): at + timedelta(minutes=n) for n in (1, 2, 3)
        }
        made = customers.resolve(work, SYSTEM, known)
        both = customers.resolve(work, SYSTEM, {(Identity("user_id", "u9"), Identity("anonymous_id", "a9")): at})
        ids = [*made.values(), min(both.values())]
        bought = [(ids[0], "A", 100), (ids[0], "B", 200), (ids[1], "C", 900)]
        orders.record_paid(work, SYSTEM, [PaidOrder("shop", each, who, at, fen, "CNY") for who, each, fen in bought])
    with database.autocommit() as driver:
        while sequence_once(driver):
            pass
    while project_once(database, columns_projector(columns)):
        pass
    return ids


@pytest.fixture
def client(context: ApiContext, columns: Columns) -> Iterator[TestClient]:
    with TestClient(create_app(replace(context, columns=columns)), client=("203.0.113.9", 40000)) as client:
        yield client


def found(client: TestClient, head: dict[str, str], **asked: Any) -> tuple[list[int], int | None]:
    """All pages, one customer at a time."""
    ids, after, total = [], None, None
    while True:
        answer = client.post("/api/customers/search", json={"size": 1, "after": after, **asked}, headers=head)
        assert answer.status_code == 200, answer.text
        ids += [row["customer_id"] for row in answer.json()["rows"]]
        after, total = answer.json()["next_after"], answer.json()["total"]
        if after is None:
            return ids, total


def test_the_list_is_ordered_and_paged_on_the_server(client: TestClient, log_in: LogIn, people: list[int]) -> None:
    head, (a, b, c, d) = log_in(), people
    orders_of = {"newest": [d, c, b, a], "last_seen": [c, b, a, d], "revenue": [b, a, d, c], "orders": [a, b, d, c]}
    for sort, ids in orders_of.items():
        assert found(client, head, sort=sort) == (ids, 4), sort
    assert found(client, head, sort="last_seen", is_rising=True)[0] == [d, a, b, c]
    assert found(client, head, sort="revenue", is_rising=True)[0] == [c, d, a, b]
    bought = {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 1}
    assert found(client, head, condition=bought, sort="last_seen") == ([b, a], 2)
    assert found(client, head, condition=bought, sort="revenue", q="u2") == ([b], 1)
    assert found(client, head, condition=bought) == ([b, a], 2)
    for wrong in ({"sort": "revenue", "after": "x"}, {"sort": "last_seen", "after": "1"}, {"columns": ["phone"]}):
        assert client.post("/api/customers/search", json=wrong, headers=head).status_code == 422
    asked = {"columns": ["tags", "keeper", "stages", "attribute:level"]}
    (row, *_) = client.post("/api/customers/search", json=asked, headers=head).json()["rows"]
    assert (row["keeper"], row["tags"], row["stages"], row["attributes"]) == (None, [], [], {})


def test_many_are_met_along_the_index_and_need_no_sorting(
    database: Database, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, _, d = people
    some = np.asarray(sorted((a, b, d)), np.uint64)
    with database.read() as reading:
        sorted_first = customers_reading.by_last_seen(reading, PageRequest(size=1), some)
        monkeypatch.setattr(order_reading, "WALKED_MOST", 3)
        assert customers_reading.by_last_seen(reading, PageRequest(size=2), some).rows == [
            b,
            a,
        ]  # by sorting, after a walk
        monkeypatch.setattr(order_reading, "_SORT", "nothing is sorted")
        met = customers_reading.by_last_seen(reading, PageRequest(size=1), some)
        assert (met, met.rows) == (sorted_first, [b])
        assert customers_reading.by_last_seen(reading, PageRequest(size=1), some, is_rising=True).rows == [d]


@pytest.mark.parametrize("is_rising", [False, True])
@pytest.mark.parametrize("measure", get_args(ordering.Measure))
def test_some_are_ordered_as_they_are_among_everybody(
    columns: Columns, people: list[int], measure: ordering.Measure, is_rising: bool
) -> None:
    def walked(among: Ids | None, size: int) -> list[int]:
        rows: list[int] = []
        after = None
        while True:
            page = PageRequest(size=size, after=after)
            found = ordering.by_orders(columns, measure, page, among, is_rising=is_rising)
            rows, after = [*rows, *found.rows], found.next_after
            if after is None:
                return rows

    everybody = walked(None, 10)
    assert sorted(everybody) == sorted(people)
    for some in (people, people[:3], people[2:], people[:1], []):
        among = np.asarray(sorted(some), np.uint64)
        for size in (1, 2, 4):
            assert walked(among, size) == [each for each in everybody if each in some]


def test_a_timeline_is_filtered_and_orders_are_listed(client: TestClient, log_in: LogIn, people: list[int]) -> None:
    log_in()
    path = f"/api/customers/{people[0]}"

    def names(**asked: str) -> list[str]:
        answer = client.get(f"{path}/timeline", params=asked)
        assert answer.status_code == 200, answer.text
        return [row["name"] for row in answer.json()["rows"]]

    assert names(kind="orders") == ["order_paid", "order_paid"]
    assert names(kind="orders", q='"b"') == ["order_paid"]
    assert "order_paid" not in names(kind="identity") != []
    assert names(until="2000-01-01T00:00:00Z") == names(source="nowhere") == names(kind="messages") == []
    first = client.get(f"{path}/orders", params={"size": 1}).json()
    rest = client.get(f"{path}/orders", params={"size": 1, "after": first["next_after"]}).json()
    assert [row["total_fen"] for row in (*first["rows"], *rest["rows"])] == [100, 200]
    assert client.get(f"{path}/messages").json() == {"rows": [], "next_after": None}


def test_filters_are_ones_own_or_shared(client: TestClient, context: ApiContext, log_in: LogIn) -> None:
    head = log_in()
    condition = {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 1}
    body = {"name": "买过的", "filter": {"condition": condition}, "columns": ["tags"], "sort": "revenue"}
    own = client.post("/api/customer-filters", json=body, headers=head).json()
    shared = client.post("/api/customer-filters", json=body | {"name": "全员", "is_shared": True}, headers=head).json()
    assert (own["is_own"], own["filter"]["condition"]["event"], own["columns"]) == (True, "order_paid", ["tags"])
    assert client.get("/api/customer-columns").json()["columns"][0] == "city"
    client.put("/api/customer-columns", json={"columns": ["tags", "keeper"]}, headers=head)
    assert client.get("/api/customer-columns").json() == {"columns": ["tags", "keeper"]}
    with context.database.begin() as work:
        admin = system_actor("test")
        unit = company.list_units(work, admin)[0]
        company.create_staff(work, admin, "小王", "wang@example.com", "correct horse 2", Role.FRONTLINE, unit.unit_id)
    other = log_in("wang@example.com", "correct horse 2")
    assert [each["name"] for each in client.get("/api/customer-filters").json()["rows"]] == ["全员"]
    assert client.delete(f"/api/customer-filters/{own['filter_id']}", headers=other).status_code == 404
    assert client.delete(f"/api/customer-filters/{shared['filter_id']}", headers=other).status_code == 403
    shares = client.post("/api/customer-filters", json=body | {"is_shared": True}, headers=other)
    assert shares.status_code == 403
    assert client.get("/api/customer-columns").json()["columns"][0] == "city"


@pytest.mark.parametrize("search", ["13800138000", "138 0013", "li@example.com"])
def test_a_search_for_one_person_is_not_kept(search: str) -> None:
    with pytest.raises(BadFilterError):
        checked_filter(FilterDraft("x", False, search, None, None, [], "newest", False))
    assert checked_filter(FilterDraft(" x ", False, " 王 ", None, None, ["tags", "tags"], "newest", False)).columns == [
        "tags"
    ]


def test_a_bulk_says_what_it_touches_and_does_that(
    client: TestClient, context: ApiContext, log_in: LogIn, people: list[int]
) -> None:
    head, (a, b, c, d) = log_in(), people
    database = context.database
    with database.begin() as work:
        unit = company.list_units(work, SYSTEM)[0]
        customers.give_custody(work, SYSTEM, {a: (unit.unit_id, None)})
    deed = {"kind": "custody", "unit_id": unit.unit_id}
    asked = {"meant": {"customer_ids": [a, b]}, "deed": deed}
    prepared = client.post("/api/customer-bulks", json=asked, headers=head).json()
    assert (prepared["state"], prepared["total"]) == ("prepared", 2)
    assert prepared["touched"] == [{"what": "kept_by_others", "count": 0}, {"what": "same", "count": 1}]
    path = f"/api/customer-bulks/{prepared['bulk_id']}"
    work_customer_bulk(database, prepared["bulk_id"])
    with database.read() as reading:
        assert customers_reading.kept_among(reading, people, unit.unit_id, None) == (0, 1), "nothing before its start"
    assert client.post(f"{path}/start", headers=head).json()["state"] == "running"
    assert client.post(f"{path}/start", headers=head).status_code == 409
    work_customer_bulk(database, prepared["bulk_id"])
    done = client.get(path).json()
    assert (done["state"], done["done"], done["changed"], done["unchanged"]) == ("done", 2, 1, {"same": 1})
    assert [each["customer_id"] for each in client.get(f"{path}/unchanged?why=same").json()["rows"]] == [a]
    assert client.get(f"{path}/unchanged?why=gone").json() == {"rows": [], "next_after": None}

    everybody = {"meant": {}, "deed": {"kind": "lead"}}
    lead = client.post("/api/customer-bulks", json=everybody, headers=head).json()
    assert (lead["total"], lead["touched"]) == (4, [{"what": "open", "count": 0}])
    client.post(f"/api/customer-bulks/{lead['bulk_id']}/start", headers=head)
    work_customer_bulk(database, lead["bulk_id"])
    again = client.post("/api/customer-bulks", json=everybody, headers=head).json()
    assert again["touched"] == [{"what": "open", "count": 4}]
    with database.begin() as work:
        company.create_staff(work, SYSTEM, "审计", "audit@example.com", PASSWORD, Role.AUDITOR, unit.unit_id)
    auditor = log_in("audit@example.com")
    assert client.get(f"/api/customer-bulks/{again['bulk_id']}").status_code == 200
    assert client.post(f"/api/customer-bulks/{again['bulk_id']}/stop", headers=auditor).status_code == 403
    head = log_in()
    assert client.post(f"/api/customer-bulks/{again['bulk_id']}/stop", headers=head).json()["state"] == "stopped"
    assert client.post(f"/api/customer-bulks/{again['bulk_id']}/start", headers=head).status_code == 409

    due = (context.database.clock.now() + timedelta(days=1)).isoformat()
    call = {"kind": "task", "title": "回访", "due_at": due}
    task = {"meant": {"customer_ids": [c, d]}, "deed": call}
    unfillable = {**task, "deed": {**call, "title": "{{ 回访"}}
    assert client.post("/api/customer-bulks", json=unfillable, headers=head).status_code == 422
    made = client.post("/api/customer-bulks", json=task, headers=head).json()
    assert made["touched"] == [{"what": "unkept", "count": 2}]
    client.post(f"/api/customer-bulks/{made['bulk_id']}/start", headers=head)
    work_customer_bulk(database, made["bulk_id"])
    assert client.get(f"/api/customer-bulks/{made['bulk_id']}").json()["changed"] == 2
    assert len(client.get(f"/api/customers/{c}/tasks").json()["rows"]) == 1
    rows = client.get("/api/customer-bulks").json()["rows"]
    assert [each["action"] for each in rows] == ["task", "lead", "lead", "custody"]
    unknown = {"meant": {"customer_ids": [a]}, "deed": {"kind": "tag", "tag_id": 77}}
    assert client.post("/api/customer-bulks", json=unknown, headers=head).status_code == 422


def test_tags_in_bulk_files_and_segments_are_of_those_who_are_meant(
    client: TestClient, context: ApiContext, log_in: LogIn, people: list[int]
) -> None:
    head, (a, b, c, _) = log_in(), people
    group = client.post("/api/tag-groups", json={"name": "组", "colour": "red"}, headers=head).json()
    tags = client.post(f"/api/tag-groups/{group['group_id']}/tags", json={"name": "甲"}, headers=head).json()
    tag_id = tags["tags"][0]["tag_id"]
    bought = {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 1}
    meant = {"filter": {"condition": bought}}
    for kind, changed in (("tag", 2), ("tag", 0), ("untag", 2)):
        deed = {"kind": kind, "tag_id": tag_id}
        made = client.post("/api/customer-bulks", json={"meant": meant, "deed": deed}, headers=head).json()
        client.post(f"/api/customer-bulks/{made['bulk_id']}/start", headers=head)
        work_customer_bulk(context.database, made["bulk_id"])
        assert made["total"] - made["touched"][0]["count"] == changed
        done = client.get(f"/api/customer-bulks/{made['bulk_id']}").json()
        assert (done["changed"], done["unchanged"].get("same", 0)) == (changed, 2 - changed)
    columns = ["customer_id", "revenue", "keeper", "stages", "average_order"]
    asked = {"meant": meant, "format": "csv", "columns": columns}
    export = client.post("/api/customers/exports", json=asked, headers=head).json()
    settings = context.settings
    export_members(context.database, exports_folder(settings), export["export_id"], settings.zone)
    file = client.get(f"/api/segment-exports/{export['export_id']}/file").text.splitlines()
    assert [line.partition(",")[0] for line in file[1:]] == [str(a), str(b)]
    made = client.post("/api/customers/segments", json={"meant": meant, "name": "买过"}, headers=head).json()
    segment = client.get(f"/api/segments/{made['segment_id']}").json()
    assert (segment["definition"]["kind"], made["size"], made["list_id"]) == ("event", 2, None)
    chosen = {"meant": {"customer_ids": [a, c]}, "name": "挑的", "is_published": True}
    made = client.post("/api/customers/segments", json=chosen, headers=head).json()
    assert segment["status"] == "draft"
    assert client.get(f"/api/segments/{made['segment_id']}").json()["status"] == "live"
    draft = client.get(f"/api/segments/{made['segment_id']}").json()["definition"]
    counted = client.post("/api/segments/preview", json={"definition": draft}, headers=head).json()
    assert (draft["kind"], made["size"], counted["count"]) == ("list", 2, 2)
