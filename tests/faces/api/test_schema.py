"""Whatever is sent to the API: no server error, and every answer is of the shape that its OpenAPI document promises.

Each operation of the document is called with what fits its schema and with what does not, by every role and by a stranger.
Deterministic and short; `SIYU_TEST_EXAMPLES=500 pytest tests/faces/api/test_schema.py` looks longer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode
from schemathesis.python import asgi
from sqlalchemy import make_url

from siyu.domain.company.contracts import KeyKind, Role, SignOnDraft
from siyu.domain.company.service import create_key, create_staff, ensure_first_admin, save_sign_on
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange
from siyu.faces.api.access import CSRF_HEADER
from siyu.faces.api.app import create_app, openapi_document
from siyu.faces.api.context import ApiContext
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.conftest import cloned, emptied, opened
from tests.engines.scenery import SIYU, a_journey, a_segment, send, some_customers, wait
from tests.faces.api.conftest import EMAIL, PASSWORD

EXAMPLES = int(os.environ.get("SIYU_TEST_EXAMPLES", "4"))
"""For each operation. To make up what is sent takes longer than to send it, so that every second one of those who ask sends it."""

DOCUMENT = openapi_document()
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]
KNOWN_ID_MAX = 3

CONFIG = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
"""Those who ask show who they are by themselves; nothing made up is sent in place of it."""

SCHEMA = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)
"""Of all these tests: what it finds out about a schema it keeps. Whom it calls is up to each call's session."""
SCHEMA.app = create_app(None)

load_all_checks()
ALWAYS = [
    cast(schemathesis.CheckFunction, CHECKS.get_one(name))
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
    )
]


@dataclass
class Asker:
    """Somebody with a session, opened again when a call has ended it."""

    session: requests.Session
    email: str | None
    headers: dict[str, str] | None = None

    def like(self, other: Asker) -> Asker:
        """In the session that the other one has, of an installation that this one's is a copy of."""
        self.session.cookies.update(other.session.cookies)
        self.headers = other.headers
        return self

    def ready(self) -> dict[str, str]:
        """The headers that a change needs."""
        if self.headers is None and self.email is not None:
            credentials = {"email": self.email, "password": PASSWORD}
            opened = self.session.post("http://testserver/api/session", json=credentials)
            self.headers = {CSRF_HEADER: opened.json()["csrf_token"]} if opened.status_code == 200 else {}
        return self.headers or {}

    def heard(self, status: int) -> None:
        """A session may have been ended by this call, or by somebody else's before it."""
        if status == 401:
            self.headers = None


@dataclass(frozen=True)
class Furnished:
    """An installation with something of everything: staff of every role, customers, a segment, a journey. What reads shares
    one copy; what may change something has a copy of its own each time."""

    template: str
    write_key: str
    askers: list[Asker]


@pytest.fixture(autouse=True)
def every_write_is_audited() -> None:
    """Not asked here: much of what fits a schema asks for what is so already, and that leaves no line."""


@pytest.fixture(scope="module")
def furnished(
    postgres_url: str, template: str, columns_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Furnished]:
    with cloned(postgres_url, template) as url:
        with opened(url) as database, emptied(columns_url) as columns:
            key = furnish(database)
            askers = askers_of(database, columns, tmp_path_factory.mktemp("furnished"))
            for asker in askers:
                asker.ready()
        yield Furnished(str(make_url(url).database), key, askers)


def furnish(database: Database) -> str:
    """Puts something of everything there; its write key."""
    with database.begin() as work:
        ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
        for role in Role:
            create_staff(work, SIYU, f"Some {role}", email_of(role), PASSWORD, role, 1)
        key = create_key(work, SIYU, KeyKind.WRITE, "site")
        save_sign_on(work, SIYU, SignOnDraft("账号", "https://id.invalid", "siyu", "a secret"))
    segment_id = a_segment(database)
    a_journey(database, segment_id, send(), wait(60), send(link_url="https://brand.example/"))
    ids = some_customers(database, KNOWN_ID_MAX)
    with database.begin() as work:
        told = {"name": "李雷", "city": "上海", "phone": "13800138000"}
        customers.set_attributes(work, SIYU, [AttributeChange(each, told, work.clock.now()) for each in ids])
    return key.secret


@contextmanager
def calling(furnished: Furnished, postgres_url: str, columns_url: str, home: Path) -> Iterator[list[Asker]]:
    """Those who ask the API over a copy of that installation."""
    with (
        cloned(postgres_url, furnished.template) as url,
        opened(url, seed=2) as database,
        emptied(columns_url) as columns,
    ):
        askers = askers_of(database, columns, home)
        yield [asker.like(known) for asker, known in zip(askers, furnished.askers, strict=True)]


def askers_of(database: Database, columns: Columns, home: Path) -> list[Asker]:
    """One of each role, the first administrator, and a stranger."""
    app = create_app(ApiContext(Settings(home=home, brand_name="晨曦茶饮"), database, columns, "a secret of the tests"))
    return [*(Asker(client_of(app), email) for email in [*map(email_of, Role), EMAIL]), Asker(client_of(app), None)]


@pytest.fixture(scope="module")
def readers(
    furnished: Furnished, postgres_url: str, columns_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Asker]]:
    """Those who only read: they may share."""
    with calling(furnished, postgres_url, columns_url, tmp_path_factory.mktemp("readers")) as askers:
        yield askers


@pytest.fixture
def askers(
    request: pytest.FixtureRequest,
    furnished: Furnished,
    postgres_url: str,
    columns_url: str,
    tmp_path: Path,
    method: str,
) -> Iterator[list[Asker]]:
    """Those who ask in this test."""
    if method == "get":
        yield request.getfixturevalue("readers")
        return
    with calling(furnished, postgres_url, columns_url, tmp_path) as askers:
        yield askers


def email_of(role: Role) -> str:
    return f"some.{role.value}@example.com"


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[f"{m.upper()} {p}" for p, m in OPERATIONS])
def test_every_operation_answers_as_promised(askers: list[Asker], furnished: Furnished, path: str, method: str) -> None:
    operation = SCHEMA[path][method]
    known_id = st.none() | st.integers(1, KNOWN_ID_MAX)
    calls = st.tuples(operation.as_strategy(GenerationMode.POSITIVE), known_id)
    takes_anything = bool(operation.body or operation.query or operation.path_parameters)
    if takes_anything:
        calls |= st.tuples(operation.as_strategy(GenerationMode.NEGATIVE), st.none())
    statuses = set()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(call=calls, turn=st.integers(0, 1))
    def ask(call: tuple[schemathesis.Case[Any], int | None], turn: int) -> None:
        case, known_id = call
        if known_id is not None:
            case.path_parameters = {
                name: value if isinstance(value, str) else known_id for name, value in case.path_parameters.items()
            }
        for asker in askers[turn::2]:
            if path.startswith("/v1/"):
                asker.session.auth = (furnished.write_key, "")
            answer = case.call(session=asker.session, headers=asker.ready())
            statuses.add(answer.status_code)
            asker.heard(answer.status_code)
            case.validate_response(answer, checks=ALWAYS)

    ask()
    assert takes_anything or path.startswith("/v1/") or min(statuses) < 300, "nobody was ever let in"


def client_of(app: Any) -> requests.Session:
    return asgi.get_client(app)
