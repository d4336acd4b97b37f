"""How a page is made: its language, its words, its template."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from siyu.assembly.setting_up import brand_of
from siyu.faces.api.access import context_of
from siyu.faces.h5.words import WORDS, Language

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def language_of(request: Request) -> Language:
    """What the address asks for (`?lang=en`), else the first of our languages that the browser names, else Chinese."""
    wanted = [request.query_params.get("lang", "")]
    wanted += [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    for each in wanted:
        for language in LANGUAGES:
            if each.lower().split("-")[0] == language:
                return language
    return "zh"


def rendered(template: str, language: Language, brand: str, **values: Any) -> str:
    """The text of a page."""
    return _templates.get_template(template).render(
        language=language,
        other_language="en" if language == "zh" else "zh",
        words=WORDS[language],
        brand=brand,
        **values,
    )


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in the reader's language. Neither kept by anybody on the way nor found by searching."""
    context = context_of(request)
    html = rendered(template, language_of(request), brand_of(context.settings, context.database), **values)
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
    return HTMLResponse(html, status_code=status, headers=headers)


def not_found_page(request: Request) -> HTMLResponse:
    """For a link that leads nowhere."""
    return page(request, "not_found.html", status=404)
