"""Every page of the console, on a desk in Chinese and on a phone in English: it stands, fits, and can be read by anybody.

In the suite some are looked at, in one way or the other; `SIYU_TEST_SWEEP=all` looks at every route there is, both ways.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import Demo
from tests.e2e.sweeping import (
    DESK,
    IS_WHOLE,
    LOOKS,
    OUTSIDE,
    ROUTER,
    Look,
    Walk,
    every_page,
    logged_in,
    missed,
    routes,
    window,
)

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

MAIN = (
    "/",
    "/customers",
    "/segments/new",
    "/journeys/new",
    "/sends/new",
    "/tasks",
    "/value",
    "/insight/funnel",
    "/dashboards",
    "/settings/wecom",
)
"""Those that most people open every day, and those with most on them."""


def make_what_the_demo_lacks(walk: Walk, look: Look) -> None:
    """What other stories make, and no demo has from its beginning."""
    walk.ask("POST", "/api/coupon-pools", {"name": f"春茶八折 · {look.language}"})
    walk.ask("POST", f"/api/imports?file_name={look.language}.csv", f"order,{look.language}\n1,2\n")


def faults_of_the_log_in(browser: Browser, demo: Demo, look: Look) -> list[str]:
    """Of what somebody sees who is not logged in; their other page stands only before the set-up, in `test_setting_up.py`."""
    context = window(browser, demo.url, look)
    try:
        walk = Walk(context)
        walk.go("/login")
        return walk.faults()
    finally:
        context.close()


def test_the_routes_are_those_of_the_router_and_none_is_missed_unseen() -> None:
    source = ROUTER.read_text("utf-8")
    assert len(routes()) + len(OUTSIDE) == source.count("page(") + source.count("index: true") + source.count(
        'path: "*"'
    )
    seen = {re.sub(r":\w+", ":id", route) for route in routes()}
    assert missed(seen) == []
    assert missed(seen - {"/plans/new", "/plans/:id/edit"}) == ["/plans/new", "/plans/:planId/edit"]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_pages_stand_fit_and_are_accessible(browser: Browser, demo: Demo, look: Look) -> None:
    faults = {"/login": faults_of_the_log_in(browser, demo, look)}
    context = logged_in(browser, demo.url, look)
    try:
        walk = Walk(context)
        if IS_WHOLE:
            make_what_the_demo_lacks(walk, look)
            seen = list(every_page(walk, lambda shape: faults.update({shape: walk.faults()})))
            faults |= {route: ["never come to"] for route in missed(seen)}
        else:
            for path in MAIN[0 if look is DESK else 1 :: 2]:
                walk.go(path)
                faults[path] = walk.faults()
        assert {path: found for path, found in faults.items() if found} == {}
    finally:
        context.close()
