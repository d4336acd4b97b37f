"""Materials, scripts, quick replies and tracked links through the API; the side bar's signature."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.service import ensure_first_admin
from siyu.faces.api.context import ApiContext
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.domain.offices import Office
from tests.engines.scenery import some_customers
from tests.faces.api.conftest import EMAIL, PASSWORD, LogIn

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.fixture
def context(database: Database, columns: Columns, tmp_path: Path) -> ApiContext:
    """The API with columns."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    return ApiContext(settings=Settings(home=tmp_path), database=database, columns=columns, secret_key="a secret")


def test_a_script_with_a_picture_is_written_found_filled_and_used(
    client: TestClient, context: ApiContext, log_in: LogIn
) -> None:
    headers = log_in()
    (she,) = some_customers(context.database, 1)
    uploaded = client.post("/api/content-files?name=海报.png", content=PNG, headers=headers)
    assert uploaded.status_code == 200, uploaded.text
    file = uploaded.json()
    shown = client.get(file["url"])
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert client.post("/api/content-files?name=x.html", content=b"<html>", headers=headers).status_code == 422

    body = {"kind": "image", "file_id": file["file_id"]}
    made = client.post("/api/materials", json={"name": "海报", "definition": {"body": body}}, headers=headers).json()
    material_id = made["material_id"]
    assert made["files"] == [file]
    published = client.post(f"/api/materials/{material_id}/publish", headers=headers).json()
    assert (published["status"], published["version"]) == ("live", 1)

    text = "你好 {{ name|同学 }}"
    document = {"stage": "ice_break", "text": text, "material_ids": [material_id]}
    script = client.post("/api/scripts", json={"name": "第一句", "definition": document}, headers=headers).json()
    path = f"/api/scripts/{script['script_id']}"
    client.post(f"{path}/publish", headers=headers)
    changed = client.put(path, json={"name": "第一句", "definition": document | {"text": "改"}}, headers=headers).json()
    assert (changed["definition"]["text"], changed["draft_definition"]["text"]) == (text, "改")
    client.post(f"{path}/publish", headers=headers)
    versions = client.get(f"{path}/versions").json()["rows"]
    assert [(each["version"], each["published_by"]) for each in versions] == [(2, "管理员"), (1, "管理员")]
    said = [client.get(f"{path}/versions/{each}").json()["definition"]["text"] for each in (1, 2)]
    assert said == [text, "改"]
    assert client.get(f"{path}/versions/3").status_code == 404
    first = client.get(f"/api/materials/{material_id}/versions/1").json()
    assert (first["definition"]["body"], first["files"]) == (body, [file])
    client.put(path, json={"name": "第一句", "definition": document}, headers=headers)
    client.post(f"{path}/publish", headers=headers)
    assert [each["name"] for each in client.get(f"/api/materials/{material_id}").json()["used_by"]] == ["第一句"]
    assert client.delete(f"/api/materials/{material_id}", headers=headers).status_code == 409
    found = client.get("/api/scripts", params={"q": "同学", "only_live": True, "form": ["ice_break"]}).json()["rows"]
    assert [each["name"] for each in found] == ["第一句"]

    filled = client.post("/api/scripts/preview", json={"text": text, "customer_id": she}, headers=headers).json()
    assert filled == {"text": "你好 同学", "missing": []}
    use = {"use_key": str(UUID(int=1)), "customer_id": she}
    for _ in range(2):
        assert client.post(f"{path}/uses", json=use, headers=headers).status_code == 204
    (number,) = client.get("/api/scripts/numbers").json()["rows"]
    assert (number["script"], number["uses"], number["customers"]) == ("第一句", 1, 1)
    marked = client.put(f"{path}/favourite", json={"is_favourite": True}, headers=headers).json()
    assert marked["is_favourite"]

    share = {"share_key": str(UUID(int=2)), "material_id": material_id, "customer_id": she}
    link = client.post("/api/links", json=share, headers=headers).json()
    assert link["is_ours"]
    phone = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"}
    short = "/l/" + link["url"].rsplit("/", 1)[1]
    assert "海报" in client.get(short, headers=phone).text
    (row,) = client.get("/api/links", params={"customer_id": she}).json()["rows"]
    assert (row["opens"], row["visitors"], row["forwards"]) == (1, 1, 0)
    numbers = client.get("/api/links/numbers").json()
    assert [(each["name"], each["opens"]) for each in numbers["targets"]] == [("海报", 1)]
    both = {"share_key": str(UUID(int=3)), "material_id": material_id, "url": "https://x.example"}
    assert client.post("/api/links", json=both, headers=headers).status_code == 422

    reply = client.post("/api/quick-replies", json={"title": "地址", "body": "一楼"}, headers=headers).json()
    assert client.get("/api/quick-replies").json()["rows"] == [reply]
    assert client.delete(f"/api/quick-replies/{reply['reply_id']}", headers=headers).status_code == 204


def test_a_link_tells_nothing_of_a_customer_out_of_scope(
    client: TestClient, context: ApiContext, log_in: LogIn
) -> None:
    office = Office(context.database)
    (she,) = some_customers(context.database, 1)
    office.keep(she, office.store, office.ann)
    headers = log_in("ann@example.com", "long enough")
    wish = {"share_key": str(UUID(int=7)), "url": "https://shop.example/a", "customer_id": she}
    assert client.post("/api/links", json=wish, headers=headers).json()["customer_id"] == she
    office.keep(she, office.other, office.tom)
    (row,) = client.get("/api/links").json()["rows"]
    assert (row["url"][:4], row["customer_id"], row["customer"]) == ("http", None, "")
    assert client.get("/api/links", params={"customer_id": she}).status_code == 404


def test_only_the_side_bars_own_address_is_signed_and_only_for_members(client: TestClient, log_in: LogIn) -> None:
    log_in()
    assert client.get("/api/sidebar/signature", params={"page": "/login"}).status_code == 422
    assert client.get("/api/sidebar/signature", params={"page": "/sidebar?x=1"}).status_code == 404
    assert client.get("/api/sidebar/customer", params={"external_userid": "wm-nobody"}).status_code == 404


def test_the_side_bar_alone_loads_scripts_of_wecom(client: TestClient) -> None:
    policies = [client.get(path).headers["content-security-policy"] for path in ("/sidebar", "/login")]
    assert ["https://res.wx.qq.com" in each for each in policies] == [True, False]
    assert all("frame-ancestors 'none'" in each for each in policies)
