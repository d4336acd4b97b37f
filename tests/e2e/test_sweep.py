"""Every page of the console, on a desk in Chinese and on a phone in English: it stands, fits, and can be read by anybody.

In the suite some are looked at, in one way or the other; `SIYU_TEST_SWEEP=all` looks at every one that can be come to, both ways.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import Demo
from tests.e2e.sweeping import DESK, IS_WHOLE, LOOKS, Look, Walk, every_page, logged_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

BLANK = (
    "/segments/new",
    "/journeys/new",
    "/journeys/templates",
    "/numbers/new",
    "/plans/new",
    "/reviews/new",
    "/experiments/new",
    "/sends/new",
    "/posts/new",
    "/inheritances/new",
    "/codes/new",
    "/service/rules/new",
    "/personas/new",
    "/forms/new",
)
"""Pages that buttons lead to, not links."""
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


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_pages_stand_fit_and_are_accessible(browser: Browser, demo: Demo, look: Look) -> None:
    context = logged_in(browser, demo.url, look)
    try:
        walk = Walk(context)
        faults: dict[str, list[str]] = {}
        if IS_WHOLE:
            seen = list(every_page(walk, ["/", *BLANK], lambda shape: faults.update({shape: walk.faults()})))
            assert len(seen) > 100
        else:
            for path in MAIN[0 if look is DESK else 1 :: 2]:
                walk.go(path)
                faults[path] = walk.faults()
        assert {path: found for path, found in faults.items() if found} == {}
    finally:
        context.close()
