"""What a phone makes of a page: a code to press on, a form, an article, stores to choose from."""

from __future__ import annotations

from html.parser import HTMLParser

from siyu.world.living.doors import Page

CODES_PATH = "/pictures/"
BUTTON_STORE = "store"


class _Reader(HTMLParser):
    """Finds what can be done on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = self.beacon = self.token = ""
        self.fields: dict[str, tuple[str, list[str], bool]] = {}
        self.stores: list[str] = []
        self.is_form = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "img" and CODES_PATH in told.get("src", "") and not self.picture:
            self.picture = told["src"]
        elif tag == "article" and "data-beacon" in told:
            self.beacon = told["data-beacon"]
        elif tag == "form" and told.get("id") == "form":
            self.is_form = True
        elif tag == "button" and told.get("name") == BUTTON_STORE:
            self.stores.append(told.get("value", ""))
        elif tag in ("input", "textarea") and told.get("name"):
            self._field(tag, told)

    def _field(self, tag: str, told: dict[str, str]) -> None:
        name = told["name"]
        if name == "token":
            self.token = told.get("value", "")
            return
        kind = "textarea" if tag == "textarea" else told.get("type", "text")
        _, values, is_required = self.fields.get(name, (kind, [], False))
        if kind in ("radio", "checkbox"):
            values = [*values, told.get("value", "on")]
        self.fields[name] = (kind, values, is_required or "required" in told)


def read_page(url: str, html: str) -> Page:
    """What stands on a page of Siyu's for customers."""
    found = _Reader()
    found.feed(html)
    if found.is_form and found.token:
        fields = tuple((name, kind, tuple(values), needed) for name, (kind, values, needed) in found.fields.items())
        return Page("form", url, token=found.token, fields=fields)
    if found.picture:
        return Page("code", url, picture=found.picture)
    if found.stores:
        return Page("stores", url, fields=((BUTTON_STORE, "button", tuple(found.stores), True),))
    if found.beacon:
        return Page("article", url, beacon=found.beacon)
    return Page("nothing", url)
