"""The page of a channel code: the member or group whom a visitor may add, and the picture that leads to them; or the stores.

A visitor keeps who they got for the business day: a signed cookie says who it is. Who comes again writes nothing; nor do machines
that only look. An acquisition link is followed at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from siyu.domain.content.contracts import CODE_PATH
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import Code, NobodyReason, Turn
from siyu.engines.acquisition.contracts import ACTOR, Served
from siyu.engines.acquisition.serving import look, serve, serve_again
from siyu.faces.api.access import Context
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.addresses import addresses_of
from siyu.faces.h5.codes_stores import show_stores
from siyu.faces.h5.codes_words import CODE_WORDS
from siyu.faces.h5.links import is_person
from siyu.faces.h5.pages import language_of, not_found_page, page
from siyu.faces.h5.throttling import Throttle
from siyu.faces.h5.words import Language
from siyu.platform.crypto import derive_key, open_code, sign_code

router = APIRouter(include_in_schema=False)

COOKIE = "siyu_code"
COOKIE_SECONDS = 36 * 3600
VISITS_PER_MINUTE_MAX = 1_200
"""From one address, behind which a whole shop may sit; for each process."""
REFRESH_SECONDS = 3
_VISITOR = "channel code visitor"


@dataclass(frozen=True, slots=True)
class Visit:
    """What the cookie says: which member, group or store served a visitor of a code on which day."""

    code_id: int
    target_id: int
    day: date


@router.get(f"{CODE_PATH}{{code}}")
def show_code(
    request: Request, context: Context, code: str, q: Annotated[str | None, Query(max_length=80)] = None
) -> Response:
    """Whom to add, or why there is nobody now. `q` looks for stores, where the code is of stores."""
    opened = addresses_of(context).open_code(code)
    if opened is None:
        return not_found_page(request)
    visit = visit_today(request, context, opened[0])
    if visit is not None:
        with context.database.read() as reading:
            known = serve_again(reading, visit.code_id, visit.target_id)
        if known is not None:
            return _code_page(request, context, known)
    if is_throttled(request, context):
        return busy_page(request)
    if not is_person(request):
        return _looked_at(request, context, opened[0])
    with context.database.begin() as work:
        served = serve(work, opened[0], context.settings.zone, opened[1])
        is_seen = served is not None and q is None
        if served is not None and is_seen and opened[1] is not None:
            entries.record_view(work, ACTOR, served.published, opened[1], context.settings.zone)
    if served is None:
        return page(request, "code.html", **nobody(language_of(request), None, NobodyReason.CLOSED.value))
    answer = _code_page(request, context, served, q or "")
    if served.turn.reason is None and not served.turn.link and served.published.code.mode != "stores":
        remember(request, context, answer, code, Visit(opened[0], served.turn.target_id, today_of(context)))
    return answer


def today_of(context: ApiContext) -> date:
    """The business day."""
    return context.database.clock.now().astimezone(context.settings.zone).date()


def visit_today(request: Request, context: ApiContext, code_id: int) -> Visit | None:
    """What a visitor got of a code earlier today."""
    visit = opened_visit(context.secret_key, request.cookies.get(COOKIE, ""))
    return visit if visit is not None and (visit.code_id, visit.day) == (code_id, today_of(context)) else None


def remember(request: Request, context: ApiContext, answer: Response, code: str, visit: Visit) -> None:
    """Has the visitor's browser keep whom they got at the page of a code."""
    answer.set_cookie(
        COOKIE,
        signed_visit(context.secret_key, visit),
        max_age=COOKIE_SECONDS,
        path=f"{CODE_PATH}{code}",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def is_throttled(request: Request, context: ApiContext) -> bool:
    """Whether too many came from where this visitor does; they are counted."""
    address = request.client.host if request.client else "unknown"
    return not _throttle(request).allows(address, context.database.clock.now())


def busy_page(request: Request) -> Response:
    busy = page(request, "code.html", status=429, **nobody(language_of(request), None, "busy"))
    busy.headers["Retry-After"] = "60"
    return busy


def values_of(code: Code, language: Language, name: str, turn: Turn) -> dict[str, Any]:
    """What the template is filled with; the preview in the console is the same page."""
    if turn.reason is not None:
        return nobody(language, code, turn.reason.value)
    return {
        **{"code": code, "code_words": CODE_WORDS[language], "name": name, "qr_code": turn.qr_code},
        **{"title": code.title, "text": "", "refresh_seconds": 0, "is_group": code.mode == "groups"},
    }


def signed_visit(secret_key: str, visit: Visit) -> str:
    payload = visit.code_id.to_bytes(8) + visit.target_id.to_bytes(8) + visit.day.toordinal().to_bytes(4)
    return sign_code(derive_key(secret_key, _VISITOR), payload)


def opened_visit(secret_key: str, cookie: str) -> Visit | None:
    """What a cookie says; None for one that Siyu never made."""
    payload = open_code(derive_key(secret_key, _VISITOR), cookie)
    if payload is None or len(payload) != 20:
        return None
    day = date.fromordinal(int.from_bytes(payload[16:]))
    return Visit(int.from_bytes(payload[:8]), int.from_bytes(payload[8:16]), day)


def _looked_at(request: Request, context: ApiContext, code_id: int) -> Response:
    """For crawlers and previews: the page, without taking anybody's turn."""
    with context.database.read() as reading:
        published = entries.find_published_code(reading, code_id)
        served = look(reading, published) if published is not None else None
    if served is None:
        return page(request, "code.html", **nobody(language_of(request), None, NobodyReason.CLOSED.value))
    return _code_page(request, context, served)


def _code_page(request: Request, context: ApiContext, served: Served, search: str = "") -> Response:
    code, turn = served.published.code, served.turn
    if turn.link:
        return RedirectResponse(turn.link, status_code=302, headers={"Cache-Control": "no-store"})
    if code.mode == "stores":
        return show_stores(request, context, code, search)
    return page(request, "code.html", **values_of(code, language_of(request), served.name, turn))


def nobody(language: Language, code: Code | None, reason: str) -> dict[str, Any]:
    """What the page says where nobody serves."""
    words = CODE_WORDS[language]
    return {
        **{"code": code, "code_words": words, "name": "", "qr_code": "", "title": words[f"{reason}_title"]},
        **{"text": words[f"{reason}_text"], "is_group": False},
        "refresh_seconds": REFRESH_SECONDS if reason == NobodyReason.PREPARING.value else 0,
    }


def _throttle(request: Request) -> Throttle:
    """One for each application."""
    state = request.app.state
    if not hasattr(state, "code_visits"):
        state.code_visits = Throttle(VISITS_PER_MINUTE_MAX)
    return cast(Throttle, state.code_visits)
