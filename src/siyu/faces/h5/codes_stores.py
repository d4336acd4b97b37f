"""The page of a code of stores: it asks where somebody is, or they look for a store themselves.

The place comes in the body of a form, so that it stands in no address and in no log of one, and is used and forgotten.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from siyu.domain.entries import reading as entries
from siyu.domain.entries.contracts import Code, NearStore, Place
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.codes_words import STORE_WORDS
from siyu.faces.h5.pages import language_of, page
from siyu.faces.h5.words import Language
from siyu.platform.postgres.database import Reading

router = APIRouter(include_in_schema=False)

SCRIPT_PATH: Final = "/h5/codes.js"
SCRIPT_SECONDS: Final = 3600
MAY_ASK_FOR_PLACE: Final = "camera=(), geolocation=(self), microphone=()"


@dataclass(frozen=True, slots=True)
class ShownStore:
    """A store as the page shows it."""

    store_id: int
    name: str
    about: str
    hours: str
    is_open: bool


@router.get(SCRIPT_PATH)
def code_script() -> Response:
    path = Path(__file__).with_name("templates") / "codes.js"
    return FileResponse(
        path, media_type="text/javascript", headers={"Cache-Control": f"public, max-age={SCRIPT_SECONDS}"}
    )


def show_stores(request: Request, context: ApiContext, code: Code, search: str, notice: str = "") -> Response:
    """The page that asks, with the stores that somebody looked for; `notice` says why none could serve."""
    with context.database.read() as reading:
        values = stores_shown(reading, code, language_of(request), search, context.settings.zone, notice)
    values["script"] = SCRIPT_PATH
    answer = page(request, "stores.html", **values)
    answer.headers["Permissions-Policy"] = MAY_ASK_FOR_PLACE
    return answer


def stores_shown(
    reading: Reading, code: Code, language: Language, search: str, zone: ZoneInfo, notice: str = ""
) -> dict[str, Any]:
    """What the template is filled with; without the script, which a preview may not run."""
    words = STORE_WORDS[language]
    local = reading.clock.now().astimezone(zone)
    found = entries.stores_like(reading, code, search)
    cities = entries.cities_of(reading, code)
    return {
        "code": code,
        "store_words": words,
        "search": search,
        "notice": words.get(notice, ""),
        "cities": cities if len(cities) > 1 else [],
        "stores": [_shown(each, entries.is_store_open(each, local), language) for each in found],
        "script": "",
    }


def _shown(store: NearStore, is_open: bool, language: Language) -> ShownStore:
    about = " · ".join(filter(None, (store.city, store.address)))
    return ShownStore(store.store_id, store.name, about, _hours(store, language), is_open)


def _hours(store: NearStore, language: Language) -> str:
    weekdays = STORE_WORDS[language]["weekdays"].split()
    shown = []
    for part in filter(None, entries.shown_hours(store).split("; ")):
        days, _, times = part.rpartition(" ")
        shown.append(f"{'–'.join(weekdays[int(day) - 1] for day in days.split('-'))} {times}" if days else times)
    return ", ".join(shown)


def wanted_of(fields: Mapping[str, Sequence[str]]) -> Place | int | None:
    """What a visitor sent: where they are, or which store they chose; None for what is neither."""
    store = fields.get("store", [""])[0]
    if store.isascii() and store.isdigit() and 0 < len(store) <= 12:
        return int(store)
    try:
        latitude, longitude = (float(each) for each in fields.get("place", [""])[0][:64].split(","))
    except ValueError:
        return None
    is_place = math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    return Place(latitude, longitude) if is_place else None
