"""What no schema describes: bodies that are no JSON or too much of it, broken text in every place of a request, other methods.

Whatever the OpenAPI document holds is tried. Nothing of it is a server error, and nothing of it stops the next request.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from siyu.domain.company.contracts import KeyKind
from siyu.domain.company.service import create_key
from siyu.faces.api.app import create_app, openapi_document
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsUnavailableError
from tests.faces.api.conftest import EMAIL, PASSWORD

DOCUMENT = openapi_document()
OPERATIONS = [(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods]
METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace", "query", "SIYU")

BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "NUL": b'{"name": "a\\u0000b", "email": "\\u0000", "trigger": "\\u0000"}',
    "a lone surrogate": b'{"name": "\\ud800", "email": "\\udc00@x", "password": "\\ud800"}',
    "very deep": b"[" * 100_000,
    "very deep, closed": b'{"name":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "deep objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "a number without end": b'{"name": ' + b"9" * 100_000 + b"}",
    "a large exponent": b'{"name": 1e400, "unit_id": 1e308, "customers": 1e19}',
    "no number": b'{"name": NaN, "unit_id": Infinity, "parent_id": -Infinity}',
    "10,000 names": json.dumps({f"name {n}": n for n in range(10_000)}).encode(),
    "one name twice": b'{"name": "a", "name": ["b"], "unit_id": 1, "unit_id": "x"}',
    "a list": b"[]",
    "null": b"null",
    "a text": b'"name"',
    "true": b"true",
}
TYPES = ("text/plain", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded", "nonsense", "")
TEXTS = (b"%00", b"%FF%FE", b"%ED%A0%80", b"\xff\xfe", b"%", b"%zz", "私域".encode(), b"%F0%9F%8E%8F" * 200, b"'%22;--")


@pytest.fixture
def client(context: ApiContext, columns: Columns) -> Iterator[TestClient]:
    """Whoever may do everything."""
    app = create_app(ApiContext(context.settings, context.database, columns, context.secret_key))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def headers(client: TestClient) -> dict[str, str]:
    answer = client.post("/api/session", json={"email": EMAIL, "password": PASSWORD})
    return {"X-CSRF-Token": answer.json()["csrf_token"]}


@pytest.fixture
def write_key(context: ApiContext) -> dict[str, str]:
    with context.database.begin() as work:
        secret = create_key(work, system_actor("test"), KeyKind.WRITE, "site").secret
    return {"Authorization": "Basic " + b64encode(f"{secret}:".encode()).decode()}


def with_ids(path: str) -> str:
    """The path with numbers in it that stand for something, or may."""
    return "/".join("1" if part.startswith("{") else part for part in path.split("/"))


def refused_rightly(answer: Any, what: object) -> None:
    """No server error; what is refused is refused in the envelope (or as the intake door tells of events)."""
    assert answer.status_code < 500, (what, answer.status_code, answer.text[:500])
    if answer.status_code >= 400 and answer.request.method not in {"HEAD"}:
        told = answer.json()
        assert "error" in told or "refused" in told, (what, told)


def test_every_number_of_an_address_has_its_limits() -> None:
    """One that no column holds would be an error of the server."""
    loose = [
        (method, path, parameter["name"])
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
        for parameter in operation.get("parameters", [])
        for schema in (parameter["schema"], *parameter["schema"].get("anyOf", []), parameter["schema"].get("items", {}))
        if schema.get("type") == "integer" and not {"maximum", "exclusiveMaximum"} & set(schema)
    ]
    assert loose == []


def test_no_body_is_a_server_error(client: TestClient, headers: dict[str, str], write_key: dict[str, str]) -> None:
    tried = 0
    for method, path in OPERATIONS:
        if method in {"get", "delete"}:
            continue
        for fault, body in BODIES.items():
            for content_type in ("application/json", "text/plain") if fault == "nothing" else ("application/json",):
                answer = client.request(
                    method,
                    with_ids(path),
                    content=body,
                    headers={**headers, **(write_key if path.startswith("/v1/") else {}), "Content-Type": content_type},
                )
                refused_rightly(answer, (method, path, fault))
                tried += 1
    assert tried > 300
    assert client.get("/api/session").status_code == 200


def test_a_body_of_another_type_is_refused_and_not_guessed_at(
    client: TestClient, headers: dict[str, str], write_key: dict[str, str]
) -> None:
    for method, path in OPERATIONS:
        wants_json = "application/json" in (DOCUMENT["paths"][path][method].get("requestBody", {}).get("content", {}))
        for content_type in TYPES:
            answer = client.request(
                method,
                with_ids(path),
                content=b'{"name": "x"}',
                headers={**headers, **(write_key if path.startswith("/v1/") else {}), "Content-Type": content_type},
            )
            refused_rightly(answer, (method, path, content_type))
            if wants_json and not path.startswith("/v1/"):
                assert answer.status_code >= 400, (method, path, content_type)
            if path == "/api/session" and method == "delete":
                opened = client.post("/api/session", json={"email": EMAIL, "password": PASSWORD})
                headers = {"X-CSRF-Token": opened.json()["csrf_token"]}


def test_other_methods_are_refused_and_told_which_there_are(client: TestClient, headers: dict[str, str]) -> None:
    for path, known in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in known:
                continue
            answer = client.request(method.upper(), with_ids(path), headers=headers)
            refused_rightly(answer, (method, path))
            if answer.status_code == 405:
                assert answer.headers["Allow"], (method, path)
            else:  # it is one operation's path, and with "preview" for an id another's too
                assert method in {"options", "head", "get"} or any(
                    other != path and method in methods and _matches(other, path)
                    for other, methods in DOCUMENT["paths"].items()
                ), (method, path, answer.status_code)


def _matches(pattern: str, path: str) -> bool:
    ours, theirs = pattern.split("/"), path.split("/")
    return len(ours) == len(theirs) and all(a == b or a.startswith("{") for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("turn", range(len(TEXTS)))
def test_broken_text_in_every_place_of_a_request(client: TestClient, turn: int, headers: dict[str, str]) -> None:
    """Each text in each path and query. Who asks is found out by the same code for all: each path has one of the texts there."""
    text = TEXTS[turn]
    escaped = text.decode("latin-1") if text.isascii() else "".join(f"%{byte:02x}" for byte in text)
    for n, path in enumerate(path for method, path in OPERATIONS if method == "get"):
        inside = "/".join(escaped if part.startswith("{") else part for part in path.split("/"))
        names = [each["name"] for each in DOCUMENT["paths"][path]["get"].get("parameters", ()) if each["in"] == "query"]
        query = "&".join(f"{name}={escaped}" for name in [*names, "more", escaped])
        refused_rightly(client.get(f"{inside}?{query}"), (path, text))
        if n % len(TEXTS) != turn:
            continue
        given = {"Cookie": b"siyu_session=" + text, "Authorization": b"Bearer " + text, "X-CSRF-Token": text}
        for name, value in given.items():
            refused_rightly(client.get(with_ids(path), headers={name.encode(): value}), (path, name, text))
    for path in (f"/api/{escaped}", f"/l/{escaped}", f"/h5/{escaped}", f"/{escaped}", f"/assets/{escaped}"):
        assert client.get(path).status_code != 500, (path, text)  # 503 where the console was not built
    assert client.get("/api/session", headers=headers).status_code == 200


def test_columns_that_are_away_are_told_as_such(context: ApiContext) -> None:
    """Whatever needs them says 503 and when to come back; nothing waits for them longer than a moment."""

    class Away(Columns):
        def _attempt(self, work: Any, sql: str, *, may_repeat: bool) -> Any:
            raise ColumnsUnavailableError()

    away = ApiContext(context.settings, context.database, Away("http://127.0.0.1:1/siyu"), context.secret_key)
    with TestClient(create_app(away), raise_server_exceptions=False) as client:
        answer = client.post("/api/session", json={"email": EMAIL, "password": PASSWORD})
        assert answer.status_code == 200
        seen = set()
        for method, path in OPERATIONS:
            if method == "get":
                answer = client.get(with_ids(path))
                seen.add(answer.status_code)
                assert answer.status_code < 500 or answer.status_code == 503, path
                if answer.status_code == 503:
                    assert answer.json()["error"]["code"] == "columns_unavailable"
                    assert int(answer.headers["Retry-After"]) > 0
        assert 503 in seen
