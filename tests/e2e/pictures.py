"""`python -m tests.e2e.pictures`: takes the pictures of README and guides anew, of a demo that runs.

The demo should have lived for some minutes at some speed, so that there is something to see.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import running_chromium
from tests.e2e.sweeping import DESK, SETTLED, Look, Walk, logged_in, shape_of

PICTURES: Final = Path(__file__).parents[2] / "docs" / "pictures"
DARK: Final = Look("zh", 1440, is_dark=True)
PHONE: Final = Look("zh", 390, is_dark=False)
ENGLISH: Final = Look("en", 1440, is_dark=False)
COLOURS: Final = 256
"""As many as a picture of a page needs; it takes a third of the room then."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page; `path` may be the shape of a page that `begin` leads to, by the link `name_of_it` if there is one."""

    name: str
    path: str
    begin: str | None = None
    name_of_it: str = ""
    look: Look = DESK


CONSOLE: Final = (
    Picture("home", "/"),
    Picture("home-phone", "/", look=PHONE),
    Picture("customers", "/customers?sort=revenue"),
    Picture("customer", "/customers/:id", "/customers?sort=revenue"),
    Picture("segment", "/segments/:id/edit", "/segments", "学完未买"),
    Picture("value", "/value"),
    Picture("journey", "/journeys/:id", "/journeys", "7 天营 · 按天 SOP"),
    Picture("sop", "/journeys/:id/sop", "/journeys", "7 天营 · 按天 SOP"),
    Picture("send", "/sends"),
    Picture("tasks", "/tasks"),
    Picture("content", "/content"),
    Picture("codes", "/codes/:id", "/codes", "抖音 · 一元小白营"),
    Picture("funnel", "/insight/funnel", look=DARK),
    Picture("numbers", "/numbers/board", look=ENGLISH),
    Picture("wecom", "/settings/wecom", look=ENGLISH),
    Picture("doctor", "/settings/doctor"),
)
WORLD: Final = {"staff-client": ("/staff", DESK)}
STANDING_MS: Final = 1500
"""How long a page is let stand before its picture: those of the emulated WeCom never stop asking, and a machine that does much else
may still show the page before."""


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
                walk.page.wait_for_timeout(STANDING_MS)
                walk.page.wait_for_function(SETTLED)
                _keep(walk.page, one.name)
                tell(one.name)
        context.close()
    for name, (path, look) in WORLD.items():
        page = browser.new_page(viewport={"width": look.width, "height": 900}, locale="zh-CN")
        page.goto(world_url + path)
        page.get_by_role("button").first.wait_for()
        _keep(page, name)
        tell(name)
        page.close()


def _keep(page: Page, name: str) -> None:
    page.wait_for_timeout(STANDING_MS)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(PICTURES / f"{name}.png", optimize=True)


def _path(walk: Walk, one: Picture) -> str:
    if one.begin is None:
        return one.path
    walk.go(one.begin)
    base = one.path.partition(":id")[0]
    links = walk.page.get_by_role("main").locator(f'a[href^="{base}"]').filter(has_text=one.name_of_it)
    links.first.wait_for()
    found = next(path for each in links.all() if shape_of(path := each.get_attribute("href") or "") == f"{base}:id")
    return one.path.replace(f"{base}:id", found)


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
