"""Who may change what: every route by which somebody changes something, called with what fits it, by all who may not.

A route is refused to whoever has every right but its own, and to each role that does not hold it; nothing is changed then. With
those who hold a right (`test_rights.py`) that says of every route what each role gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from siyu.domain.company import rules
from siyu.domain.company import service as company
from siyu.domain.company.contracts import Outcome, Role
from siyu.domain.company.rules import RIGHTS
from siyu.domain.customers import service as customers
from siyu.domain.customers.bulks import prepare_bulk
from siyu.domain.customers.bulks_contracts import BulkAction
from siyu.domain.journeys.templates import templates
from siyu.domain.plans import reviews
from siyu.domain.plans import service as plans
from siyu.faces.api import access
from siyu.faces.api.app import ROUTERS
from siyu.faces.api.context import ApiContext
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.domain.company.holders import HOLDERS
from tests.domain.plans.test_plans import a_document
from tests.engines.scenery import SIYU, some_customers
from tests.faces.api.conftest import PASSWORD, LogIn, asks_of, is_write
from tests.faces.api.fitting import Fitting
from tests.faces.api.rights_of_routes import RIGHT_OF_ROUTE

ROUTES = {
    f"{method} {route.path}": route
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
    if is_write(route, method)
}


def test_every_write_has_its_right_or_is_of_ones_own() -> None:
    of_ones_own = {name for name, route in ROUTES.items() if access.touches_ones_own in asks_of(route.dependant)}
    assert len(ROUTES) > 250
    assert set(ROUTES) - of_ones_own == set(RIGHT_OF_ROUTE)
    assert not of_ones_own & set(RIGHT_OF_ROUTE)
    holders = {route: HOLDERS[right] for route, right in RIGHT_OF_ROUTE.items()}
    assert [route for route, roles in holders.items() if not roles or Role.AUDITOR in roles] == []


@pytest.fixture
def context(context: ApiContext, columns: Columns) -> ApiContext:
    """With columns, and with SQL switched on."""
    return replace(context, columns=columns, settings=replace(context.settings, analysts_sql=True))


@pytest.fixture
def fitting(database: Database) -> Fitting:
    """Calls of something that is there, where a right depends on what it is."""
    both = some_customers(database, 2)
    with database.begin() as work:
        bulk = prepare_bulk(work, SIYU, BulkAction.TAG, {}, both)
        plan = plans.create_plan(work, SIYU, "会员日", a_document())
        week = reviews.create_review(work, SIYU, "第一周", {"begins_on": "2026-03-01", "ends_on": "2026-03-07"})
        action = reviews.add_action(work, SIYU, week.review_id, "换海报")
    known = {
        "customer_id": both[0],
        "customer_ids": both,
        "bulk_id": bulk.bulk_id,
        "plan_id": plan.plan_id,
        "task": plan.shown.tasks[0].key,
        "action_id": action.action_id,
        "key": templates()[0].key,
        "url": "https://brand.example/",
    }
    return Fitting(known)


def test_a_write_is_refused_to_who_has_every_right_but_its_own(
    context: ApiContext, client: TestClient, log_in: LogIn, fitting: Fitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers, before = log_in(), rows_of(context.database)
    found: list[tuple[object, ...]] = []
    for route, right in RIGHT_OF_ROUTE.items():
        monkeypatch.setattr(rules, "rights_within", lambda _role, _scope, lacks=right: RIGHTS - {lacks})
        answer = call(client, fitting, route, headers)
        if (answer.status_code, answer.json().get("error", {}).get("fields")) != (403, {"right": right}):
            found.append((route, right, answer.status_code, answer.text[:160]))
    found += changed_between(before, rows_of(context.database))
    assert found == [], "\n".join(map(str, found))


def test_a_write_is_refused_to_the_roles_that_lack_its_right(
    context: ApiContext, client: TestClient, log_in: LogIn, fitting: Fitting
) -> None:
    roles = (Role.AUDITOR, Role.PARTNER, Role.FRONTLINE)
    with context.database.begin() as work:
        for role in roles:
            made = company.create_staff(work, SIYU, role, f"{role}@example.com", PASSWORD, role, 1)
            if role is Role.PARTNER:
                customers.give_custody(work, SIYU, {fitting.known["customer_id"]: (1, made.staff_id)})
    found: list[tuple[object, ...]] = []
    for role in roles:
        headers = log_in(f"{role}@example.com")
        before = rows_of(context.database)
        for route, right in RIGHT_OF_ROUTE.items():
            if role not in HOLDERS[right]:
                answer = call(client, fitting, route, headers)
                if (answer.status_code, answer.json()["error"]["code"]) != (403, "forbidden"):
                    found.append((role, route, answer.status_code, answer.text[:160]))
        found += changed_between(before, rows_of(context.database))
    assert found == [], "\n".join(map(str, found))


def call(client: TestClient, fitting: Fitting, route: str, headers: Mapping[str, str] | None = None) -> Any:
    """The least that the route can be asked."""
    method, path = route.split(" ")
    body = fitting.body(path, method)
    body["headers"] = {**(headers or {}), **body.get("headers", {})}
    return client.request(method, fitting.path(path, method), params=fitting.query(path, method), **body)


def rows_of(database: Database) -> dict[str, set[int]]:
    """{table: what each row says, as a number} of all that is kept, but for attempts that were denied, and sessions."""
    with database.begin() as work:
        tables = work.driver.execute("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND oid >= 16384")
        names = {str(name): "true" for (name,) in tables}
        names |= {"company.audit": f"outcome <> '{Outcome.DENIED}'", "company.sessions": "false"}
        said = (
            f"SELECT '{name}', array_agg(hashtextextended(t::text, 0)) FROM {name} t WHERE {which}"  # noqa: S608
            for name, which in names.items()
        )
        found = work.driver.execute(" UNION ALL ".join(said).encode()).fetchall()
    return {table: set(rows or ()) for table, rows in found}


def changed_between(before: Mapping[str, set[int]], after: Mapping[str, set[int]]) -> list[tuple[object, ...]]:
    return [("changed", table) for table, rows in after.items() if rows != before[table]]
