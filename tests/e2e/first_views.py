"""`python -m tests.e2e.first_views --url …`: how long each main page of a running demo takes to stand, opened by its address with
nothing kept from before, and how much script the first page loads (gzip)."""

from __future__ import annotations

import argparse
import time
from typing import Final

from playwright.sync_api import Browser

from tests.e2e.conftest import running_chromium
from tests.e2e.sweeping import DESK, SETTLED, logged_in
from tests.e2e.test_sweep import MAIN

_SCRIPT: Final = """() => performance.getEntriesByType('resource')
  .filter((one) => one.initiatorType === 'script' || new URL(one.name).pathname.endsWith('.js'))
  .reduce((sum, one) => sum + one.encodedBodySize, 0)"""


def measure(browser: Browser, url: str, path: str, account: tuple[str, str]) -> tuple[float, int]:
    """(seconds until the page stands with its data, bytes of script it loaded)."""
    context = logged_in(browser, url, DESK, *account)
    try:
        page = context.new_page()
        begun = time.perf_counter()
        page.goto(path, wait_until="load")
        page.wait_for_function(SETTLED)
        seconds = time.perf_counter() - begun
        page.wait_for_timeout(300)
        return seconds, int(page.evaluate(_SCRIPT))
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
    for path, (seconds, size) in sorted(found.items(), key=lambda one: -one[1][0]):
        print(f"{path:24} {seconds:5.2f} s {size / 1000:7.0f} KB")


if __name__ == "__main__":
    main()
