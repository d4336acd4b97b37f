"""Lists over HTTP: made, filled by a file or by ids, used, taken away."""

from __future__ import annotations

import io
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook

from siyu.domain.company.contracts import KeyKind, Role
from siyu.domain.company.service import create_key
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.faces.api import lists
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from tests.faces.api.conftest import LogIn

SIYU = system_actor("test")


@pytest.fixture
def ids(database: Database) -> list[int]:
    with database.begin() as work:
        at = work.clock.now()
        made = customers.resolve(work, SIYU, {(Identity("phone", f"1380000000{n}"),): at for n in range(4)})
    return sorted(made.values())


def a_list(client: TestClient, headers: dict[str, str], name: str = "老客户") -> int:
    answer = client.post("/api/lists", headers=headers, json={"name": name})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["list_id"])


def upload(
    client: TestClient, headers: dict[str, str], list_id: int, content: bytes, mode: str = "add", **more: str
) -> dict[str, object]:
    answer = client.post(
        f"/api/lists/{list_id}/members",
        headers=headers,
        files={"file": ("名单.csv", content)},
        data={"mode": mode, **more},
    )
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


def test_a_file_fills_a_list_and_is_not_kept(
    client: TestClient, log_in: LogIn, ids: list[int], context: ApiContext
) -> None:
    headers = log_in()
    list_id = a_list(client, headers)
    told = upload(
        client, headers, list_id, "手机号\n13800000000\n138 0000 0001\n13800000000\n13900000000\n".encode("gb18030")
    )
    assert told == {
        "added": 2,
        "removed": 0,
        "size": 2,
        "rows": 4,
        "found": 2,
        "unknown": 1,
        "doubled": 1,
        "column": "手机号",
        "identity_kind": "phone",
    }
    assert [path for path in (Path(context.settings.home) / "files").rglob("*") if path.is_file()] == []
    book = Workbook()
    assert book.active is not None
    for row in (["customer_id"], [ids[2]], [ids[3]]):
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    assert upload(client, headers, list_id, packed.getvalue(), "replace")["size"] == 2
    page = client.get(f"/api/lists/{list_id}/members?size=1").json()
    assert ([row["customer_id"] for row in page["rows"]], page["total"]) == ([ids[3]], 2)
    rest = client.get(f"/api/lists/{list_id}/members?size=1&after={page['next_after']}").json()
    assert ([row["customer_id"] for row in rest["rows"]], rest["next_after"]) == ([ids[2]], None)
    assert rest["rows"][0]["contact_masked"] == "138****0002"


def test_ids_fill_a_list_too(client: TestClient, log_in: LogIn, ids: list[int]) -> None:
    headers = log_in()
    list_id = a_list(client, headers)
    path = f"/api/lists/{list_id}/members"
    body = {"mode": "add", "customer_ids": [ids[0], ids[1], ids[0], 10**9]}
    told = client.post(path, headers=headers, json=body).json()
    assert {key: told[key] for key in ("added", "rows", "found", "unknown", "doubled", "size", "column")} == {
        "added": 2,
        "rows": 4,
        "found": 2,
        "unknown": 1,
        "doubled": 1,
        "size": 2,
        "column": None,
    }
    assert client.post(path, headers=headers, json={"mode": "remove", "customer_ids": [ids[0]]}).json()["size"] == 1


@pytest.mark.parametrize(
    ("content", "data", "code"),
    [
        (b"", {"mode": "add"}, "bad_table"),
        (b"phone\n1\n", {"mode": "mix"}, "invalid"),
        (b"phone\n1\n", {}, "invalid"),
        (b"phone\n1\n", {"mode": "add", "identity_kind": "iban"}, "invalid"),
        (b"phone\n1\n", {"mode": "add", "column": "tel"}, "bad_table"),
    ],
)
def test_what_cannot_be_used_is_refused(
    client: TestClient, log_in: LogIn, content: bytes, data: dict[str, str], code: str
) -> None:
    headers = log_in()
    path = f"/api/lists/{a_list(client, headers)}/members"
    answer = client.post(path, headers=headers, files={"file": ("x", content)}, data=data)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code), answer.text
    for body in (b"", b"{", b'{"mode": "add"}', b'{"mode": "add", "customer_ids": ["x"]}'):
        assert client.post(path, headers=headers, content=body).status_code == 422
    assert client.post(path, headers=headers, data={"mode": "add"}, files={"other": b"x"}).status_code == 422


def test_a_file_that_names_nobody_empties_no_list(
    client: TestClient, log_in: LogIn, ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = log_in()
    list_id = a_list(client, headers)
    upload(client, headers, list_id, b"phone\n13800000000\n")
    path, sent = f"/api/lists/{list_id}/members", {"file": ("other.csv", b"phone\n13900000000\n")}
    refused = client.post(path, headers=headers, files=sent, data={"mode": "replace"})
    assert (refused.status_code, refused.json()["error"]["fields"]["why"]) == (422, "nobody_found")
    assert client.get(f"/api/lists/{list_id}").json()["size"] == 1
    monkeypatch.setattr(lists, "_files_read", BoundedSemaphore(1))
    with lists._files_read:
        busy = client.post(path, headers=headers, files=sent, data={"mode": "add"})
    assert (busy.status_code, busy.json()["error"]["code"]) == (429, "busy")
    assert upload(client, headers, list_id, b"phone\n13800000001\n")["size"] == 2
    emptied = client.post(path, headers=headers, json={"mode": "replace", "customer_ids": []})
    assert emptied.json()["size"] == 0


def test_a_list_that_a_segment_asks_for_is_not_deleted(client: TestClient, log_in: LogIn) -> None:
    headers = log_in()
    list_id = a_list(client, headers)
    definition = {"kind": "list", "list_id": list_id}
    made = client.post("/api/segments", headers=headers, json={"name": "名单上的", "definition": definition}).json()
    assert made["sentence_zh"].find("老客户") >= 0
    row = client.get(f"/api/lists/{list_id}").json()
    assert row["used_by"] == [{"definition_id": made["segment_id"], "kind": "segment", "name": "名单上的"}]
    assert client.delete(f"/api/lists/{list_id}", headers=headers).json()["error"]["code"] == "definition_in_use"
    assert client.delete(f"/api/segments/{made['segment_id']}", headers=headers).status_code == 204
    renamed = client.put(f"/api/lists/{list_id}", headers=headers, json={"name": "新名字"}).json()
    assert (renamed["name"], renamed["used_by"]) == ("新名字", [])
    assert [each["list_id"] for each in client.get("/api/lists").json()["rows"]] == [list_id]
    assert client.delete(f"/api/lists/{list_id}", headers=headers).status_code == 204
    assert client.get(f"/api/lists/{list_id}").status_code == 404


def test_an_analyst_reads_lists_and_a_clerk_does_not(client: TestClient, database: Database, ids: list[int]) -> None:
    with database.begin() as work:
        keys = {
            role: {"Authorization": f"Bearer {create_key(work, SIYU, KeyKind.API, role.value, role).secret}"}
            for role in (Role.ADMIN, Role.ANALYST, Role.FRONTLINE)
        }
    list_id = a_list(client, keys[Role.ADMIN])
    assert client.get("/api/lists", headers=keys[Role.ANALYST]).status_code == 200
    body = {"mode": "add", "customer_ids": ids}
    assert client.post(f"/api/lists/{list_id}/members", headers=keys[Role.ANALYST], json=body).status_code == 403
    assert client.get("/api/lists", headers=keys[Role.FRONTLINE]).status_code == 403
