"""`python -m tests.e2e.pictures`: takes the pictures of README and guides anew, of a demo that runs.

The demo should have lived for some minutes at some speed, so that there is something to see.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from tests.e2e.conftest import running_chromium
from tests.e2e.sweeping import DESK, Look, Walk, logged_in, shape_of

PICTURES: Final = Path(__file__).parents[2] / "docs" / "pictures"
DARK: Final = Look("zh", 1440, is_dark=True)
PHONE: Final = Look("zh", 390, is_dark=False)
ENGLISH: Final = Look("en", 1440, is_dark=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page; `path` may be the shape of a page that `begin` leads to."""

    name: str
    path: str
    begin: str | None = None
    look: Look = DESK


CONSOLE: Final = (
    Picture("home", "/"),
    Picture("home-phone", "/", look=PHONE),
    Picture("customers", "/customers"),
    Picture("customer", "/customers/:id", "/customers"),
    Picture("segment", "/segments/:id", "/segments"),
    Picture("value", "/value"),
    Picture("journey", "/journeys/:id", "/journeys"),
    Picture("sop", "/journeys/:id/sop", "/journeys"),
    Picture("send", "/sends/:id", "/sends"),
    Picture("tasks", "/tasks"),
    Picture("content", "/content"),
    Picture("codes", "/codes/:id", "/codes"),
    Picture("funnel", "/insight/funnel", look=DARK),
    Picture("numbers", "/numbers/board"),
    Picture("wecom", "/settings/wecom", look=ENGLISH),
    Picture("doctor", "/settings/doctor"),
)
WORLD: Final = {"phone": ("/phone", PHONE), "staff-client": ("/staff", DESK)}


def names() -> set[str]:
    """All pictures that this makes."""
    return {one.name for one in CONSOLE} | set(WORLD)


def take(browser: Browser, url: str, world_url: str, account: tuple[str, str], tell: Callable[[str], None]) -> None:
    """Writes all pictures."""
    PICTURES.mkdir(exist_ok=True)
    for look in dict.fromkeys(one.look for one in CONSOLE):
        context = logged_in(browser, url, look, *account)
        walk = Walk(context)
        for one in CONSOLE:
            if one.look == look:
                walk.go(_path(walk, one))
                walk.page.screenshot(path=PICTURES / f"{one.name}.png")
                tell(one.name)
        context.close()
    for name, (path, look) in WORLD.items():
        page = browser.new_page(viewport={"width": look.width, "height": 900}, locale="zh-CN")
        page.goto(world_url + path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURES / f"{name}.png")
        tell(name)
        page.close()


def _path(walk: Walk, one: Picture) -> str:
    if one.begin is None:
        return one.path
    walk.go(one.begin)
    base = one.path.partition(":id")[0] + ":id"
    found = next(path for path in walk.links() if shape_of(path) == base)
    return one.path.replace(base, found)


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.e2e.pictures")
    parser.add_argument("--url", required=True, help="the demo's address")
    parser.add_argument("--world-url", required=True, help="its WeCom's, two ports above")
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    given = parser.parse_args()
    with running_chromium() as browser:
        account = (given.email, given.password)
        take(browser, given.url.rstrip("/"), given.world_url.rstrip("/"), account, print)


if __name__ == "__main__":
    main()
