"""`python -m tests.e2e.first_views --url …`: of each main page of a running demo, opened by its address with nothing kept from
before: when something of it is to be seen, when it stands with its data, and how much script it took (gzip)."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser

from tests.e2e.conftest import running_chromium
from tests.e2e.sweeping import DESK, SETTLED, logged_in
from tests.e2e.test_sweep import MAIN

_SCRIPT: Final = """() => performance.getEntriesByType('resource')
  .filter((one) => one.initiatorType === 'script' || new URL(one.name).pathname.endsWith('.js'))
  .reduce((sum, one) => sum + one.encodedBodySize, 0)"""
_PAINTED: Final = "() => performance.getEntriesByName('first-contentful-paint').at(0)?.startTime ?? 0"


@dataclass(frozen=True, slots=True)
class FirstView:
    """Seconds until something of the page is painted, seconds until it stands with its data, bytes of script until then. What is
    fetched ahead for other pages comes afterwards."""

    painted: float
    settled: float
    script: int


def measure(browser: Browser, url: str, path: str, account: tuple[str, str]) -> FirstView:
    """A page opened in a new window of somebody who is logged in."""
    context = logged_in(browser, url, DESK, *account)
    try:
        page = context.new_page()
        begun = time.perf_counter()
        page.goto(path, wait_until="load")
        page.wait_for_function(SETTLED)
        page.wait_for_function(_PAINTED)  # what stands may still be about to be painted
        settled = time.perf_counter() - begun
        return FirstView(page.evaluate(_PAINTED) / 1000, settled, int(page.evaluate(_SCRIPT)))
    finally:
        context.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.e2e.first_views")
    parser.add_argument("--url", required=True, help="the demo's address")
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    given = parser.parse_args()
    account = (given.email, given.password)
    with running_chromium() as browser:
        measure(browser, given.url, "/", account)  # the browser itself starts
        found = {path: measure(browser, given.url, path, account) for path in MAIN}
    for path, view in sorted(found.items(), key=lambda one: -one[1].settled):
        print(f"{path:24} painted {view.painted:5.2f} s  stands {view.settled:5.2f} s {view.script / 1000:7.0f} KB")


if __name__ == "__main__":
    main()
