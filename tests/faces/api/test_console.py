"""The console's files and its page, and the OpenAPI document."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from siyu.faces.api import console
from siyu.faces.api.app import openapi_document


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "console_files"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(console, "FOLDER", folder)
    return folder


def _build(folder: Path) -> None:
    (folder / "assets").mkdir()
    (folder / "index.html").write_text('<html lang="zh">the console</html>')
    (folder / "assets" / "app-1a2b.js").write_text("app()")
    (folder / "favicon.svg").write_text("<svg/>")


def test_before_the_build_a_page_says_so(client: TestClient, folder: Path) -> None:
    answer = client.get("/")
    assert answer.status_code == 503
    assert "./siyu setup" in answer.text


def test_it_is_served_as_soon_as_it_is_built(client: TestClient, folder: Path) -> None:
    assert client.get("/customers").status_code == 503
    _build(folder)
    page = '<html data-time-zone="Asia/Shanghai" lang="zh">the console</html>'
    for path in ("/", "/index.html", "/customers", "/segments/7"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (200, page)
        assert answer.headers["Cache-Control"] == "no-cache"
    asset = client.get("/assets/app-1a2b.js")
    assert "immutable" in asset.headers["Cache-Control"]
    assert asset.headers["Content-Type"].startswith("text/javascript")
    assert client.get("/favicon.svg").headers["Content-Type"] == "image/svg+xml"
    assert client.head("/customers").status_code == 200


def test_a_file_is_served_as_the_build_pressed_it_to_whoever_takes_that(client: TestClient, folder: Path) -> None:
    _build(folder)
    (folder / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(b"app() // pressed"))
    pressed = client.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip"})
    assert (pressed.text, pressed.headers["Content-Encoding"]) == ("app() // pressed", "gzip")
    assert pressed.headers["Content-Type"].startswith("text/javascript")
    plain = client.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert (plain.text, plain.headers.get("Content-Encoding")) == ("app()", None)
    assert pressed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/assets/gone.js", "/api/gone", "/l/gone", "/h5/gone", "/v1/gone"])
def test_what_is_no_page_is_not_found(client: TestClient, folder: Path, path: str) -> None:
    _build(folder)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["../secret.txt", "assets/../../secret.txt", "/etc/passwd", "assets/app-1a2b.js\x00.html", "a" * 5000, ""]
)
def test_nothing_outside_the_folder_is_found(folder: Path, path: str) -> None:
    _build(folder)
    assert console.find_file(folder, path) is None


def test_a_link_out_of_the_folder_is_not_followed(folder: Path) -> None:
    _build(folder)
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    assert console.find_file(folder, "link.txt") is None
    assert console.find_file(folder, "favicon.svg") == folder / "favicon.svg"


def test_the_document_describes_every_operation() -> None:
    document = openapi_document()
    operations = [
        (path, method, operation) for path, item in document["paths"].items() for method, operation in item.items()
    ]
    names = [operation["operationId"] for _, _, operation in operations]
    assert len(set(names)) == len(names)
    assert {"open_session", "get_session", "close_session", "list_staff", "create_key", "list_audit"} <= set(names)
    for path, method, operation in operations:
        assert path.startswith(("/api/", "/v1/", "/callbacks/")), path
        assert operation["summary"], (method, path)
        assert operation["tags"], (method, path)
        answer = operation["responses"]["default"]["content"]["application/json"]["schema"]
        assert answer == {"$ref": "#/components/schemas/ErrorAnswer"}
        assert "422" not in operation["responses"]
    assert {"Session", "Staff", "StaffPage", "Key", "CreatedKey", "UnitPage", "AuditPage", "ErrorAnswer"} <= set(
        document["components"]["schemas"]
    )


def test_no_page_of_the_console_stands_where_machines_read() -> None:
    router = (Path(__file__).parents[3] / "console" / "src" / "app" / "router.tsx").read_text()
    paths = re.findall(r'(?:page\("\w+", |path: )"([^"]+)"', router)
    assert "numbers" in paths
    assert [path for path in paths if path.split("/")[0] in console.RESERVED] == []
