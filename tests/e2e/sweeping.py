"""Goes through the pages of the console and says what is wrong with each, for who cannot see well or has a phone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from siyu.assembly.demo.tea.company import DEMO_EMAIL, DEMO_PASSWORD

AXE: Final = Path(__file__).parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"
ROUTER: Final = Path(__file__).parents[2] / "console" / "src" / "app" / "router.tsx"
OUTSIDE: Final = ("/login", "/setup", "/*")
"""Pages for who is not logged in, and the one for what is not there."""
_ROUTE_PARTS: Final = re.compile(r'[{}]|\bpath: "(?P<folder>[^"]*)"|\bpage\("\w+", "(?P<page>[^"]*)"\)|\bindex: true')
LIVE: Final = "/api/live"
QUIET_MS: Final = 100
SETTLING_MOST: Final = 600
STILL: Final = """() => {
  const busy = document.querySelector('[aria-busy="true"], [class*="_bone_"], .ant-skeleton, .ant-spin-spinning, .ant-btn-loading');
  return !busy && document.getAnimations().every((one) =>
    one.playState !== 'running' || one.effect?.getComputedTiming().iterations === Infinity);
}"""
"""Nothing is awaited and nothing moves."""
SETTLED: Final = f"() => ({STILL})() && document.querySelector('h1') !== null"
"""A page that was gone to stands: it has its title, and is still."""
_GO: Final = (
    "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate', { state: null })); }"
)
_FAULTS: Final = """async () => {
  const result = await axe.run(document, { resultTypes: ['violations'] });
  return result.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.length} × ${nodes[0].html.slice(0, 160)} (${nodes[0].any[0]?.message ?? ''})`);
}"""
_WIDER: Final = "() => document.documentElement.scrollWidth - innerWidth"
_LINKS: Final = "() => [...document.querySelectorAll('a[href^=\"/\"]')].map((one) => new URL(one.href).pathname)"


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at the console."""

    language: str
    width: int
    is_dark: bool

    def __str__(self) -> str:
        return f"{self.language} {self.width} {'dark' if self.is_dark else 'light'}"


DESK: Final = Look("zh", 1440, is_dark=False)
PHONE: Final = Look("en", 390, is_dark=True)
LOOKS: Final = (DESK, PHONE)
IS_WHOLE: Final = os.environ.get("SIYU_TEST_SWEEP") == "all"
"""Whether every page and every story is looked at both ways, which takes long."""


def window(browser: Browser, url: str, look: Look) -> BrowserContext:
    """A window of somebody who has not logged in."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": look.width, "height": 900},
        locale="zh-CN" if look.language == "zh" else "en-US",
        color_scheme="dark" if look.is_dark else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    theme = "dark" if look.is_dark else "light"
    kept = f"localStorage.setItem('siyu.theme', '{theme}'); localStorage.setItem('siyu.language', '{look.language}')"
    context.add_init_script(f"if (window === top) {{ {kept} }}")  # a framed page has no storage
    context.add_init_script(path=AXE)
    return context


def logged_in(
    browser: Browser, url: str, look: Look, email: str = DEMO_EMAIL, password: str = DEMO_PASSWORD
) -> BrowserContext:
    """A window of a demo's administrator."""
    context = window(browser, url, look)
    answer = context.request.post("/api/session", data={"email": email, "password": password})
    assert answer.ok, answer.text()
    return context


class Walk:
    """One window in which pages are gone to without loading the console anew."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self._open: set[Request] = set()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda one: None if LIVE in one.url else self._open.add(one))
        self.page.on("requestfinished", self._ended)
        self.page.on("requestfailed", self._ended)

    def _ended(self, request: Request) -> None:
        self._open.discard(request)

    def go(self, path: str) -> None:
        """Opens a page and waits until it stands; the first also loads the console."""
        if self.page.url == "about:blank":
            self.page.goto(path)
        else:
            self.page.evaluate(_GO, path)
        self._settle()

    def _settle(self) -> None:
        """Waits until nothing is asked for and nothing is awaited, twice in a row: between a page's own file and what it asks for
        there is a moment of quiet."""
        quiet = 0
        for _ in range(SETTLING_MOST):
            self.page.wait_for_timeout(QUIET_MS)
            quiet = quiet + 1 if not self._open and self.page.evaluate(SETTLED) else 0
            if quiet == 2:
                return
        raise AssertionError(f"{self.page.url} does not come to rest")

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """What the API answers whoever is logged in here."""
        request = self.page.request
        token = request.get("/api/session").json()["csrf_token"]
        answer = request.fetch(path, method=method, data=body, headers={"X-CSRF-Token": token})
        assert answer.ok, answer.text()
        return answer.json()

    def choose(self, field: Locator, option: str) -> None:
        """Takes one of the list that opens below a field."""
        field.click()
        self.page.locator(".ant-select-dropdown:visible").get_by_title(option, exact=True).first.click()

    def find(self, field: Locator, option: str) -> None:
        """Takes one of a list that is too long to be looked through, by its name."""
        field.fill(option)
        self.choose(field, option)

    def faults(self) -> list[str]:
        """What is wrong with the page that is open, once nothing on it moves."""
        self.page.wait_for_function(STILL)  # a side bar has no title
        found: list[str] = [*self.page.evaluate(_FAULTS), *self.errors]
        self.errors.clear()
        wider = int(self.page.evaluate(_WIDER))
        if wider > 0:
            found.append(f"wider than the window by {wider} px")
        return found

    def links(self) -> list[str]:
        """Where the page leads."""
        led: list[Any] = self.page.evaluate(_LINKS)
        return [str(one) for one in led]


def routes() -> tuple[str, ...]:
    """The addresses of all pages for who is logged in, as the console's router has them: `/plans/:planId/edit`."""
    found: list[str] = []
    within: list[str] = []
    for one in _ROUTE_PARTS.finditer(ROUTER.read_text("utf-8")):
        if one[0] == "{":
            within.append("")
        elif one[0] == "}":
            within.pop()
        elif one["folder"]:
            within[-1] = one["folder"]
        else:  # a page with a path of its own, or the one that stands at its folder
            found.append("/" + "/".join(filter(None, (*within, one["page"]))))
    return tuple(path for path in found if path not in OUTSIDE)


def shape_of(path: str) -> str:
    """The page's address without whose it is."""
    return re.sub(r"/\d+", "/:id", path)


def beside(path: str) -> Iterator[str]:
    """The other pages of the one thing whose page this is, also those that buttons lead to."""
    for route in routes():
        before, of_one, after = route.partition("/:")
        found = re.match(rf"{before}/\d+(?=/|$)", path)
        if of_one and found:
            yield found[0] + "".join(after.partition("/")[1:])


def missed(seen: Collection[str]) -> list[str]:
    """The routes of which no page was seen."""
    fixed = {route for route in routes() if "/:" not in route}
    others = [shape for shape in seen if shape not in fixed]

    def is_seen(route: str) -> bool:
        pattern = re.compile(re.sub(r"/:\w+", r"/(:id|[a-z]+)", route))
        return route in seen or any(map(pattern.fullmatch, others))

    return [route for route in routes() if not is_seen(route)]


def every_page(walk: Walk, on_page: Callable[[str], None]) -> Iterator[str]:
    """Goes to every page of the router, of things to one of each that can be come to by links, and calls `on_page` there; gives
    the shapes of their addresses."""
    waiting, seen = [route for route in routes() if "/:" not in route], set[str]()
    while waiting:
        path = waiting.pop(0)
        shape = shape_of(path)
        if shape in seen or shape.startswith(("/api", "/h5", "/l/", "/docs")):
            continue
        seen.add(shape)
        walk.go(path)
        on_page(shape)
        waiting += [*walk.links(), *beside(path)]
        yield shape
