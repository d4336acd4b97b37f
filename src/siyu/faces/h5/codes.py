"""The page of a channel code: the member whom a visitor may add, and the picture that leads to them.

A visitor keeps their member for the business day: a signed cookie says who it is. Who comes again writes nothing; nor do machines
that only look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from siyu.domain.content.contracts import CODE_PATH
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import Code, NobodyReason
from siyu.engines.acquisition.contracts import ACTOR, Served
from siyu.engines.acquisition.serving import look, serve, serve_again
from siyu.faces.api.access import Context
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.addresses import addresses_of
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
    """What the cookie says: who served a visitor of a code on which day."""

    code_id: int
    staff_id: int
    day: date


@router.get(f"{CODE_PATH}{{code}}")
def show_code(request: Request, context: Context, code: str) -> Response:
    """Whom to add, or why there is nobody now."""
    opened = addresses_of(context).open_code(code)
    if opened is None:
        return not_found_page(request)
    now = context.database.clock.now()
    today = now.astimezone(context.settings.zone).date()
    visit = opened_visit(context.secret_key, request.cookies.get(COOKIE, ""))
    if visit is not None and (visit.code_id, visit.day) == (opened[0], today):
        with context.database.read() as reading:
            known = serve_again(reading, visit.code_id, visit.staff_id)
        if known is not None:
            return _code_page(request, known)
    if not is_person(request):
        return _looked_at(request, context, opened[0])
    if not _throttle(request).allows(request.client.host if request.client else "unknown", now):
        busy = page(request, "code.html", status=429, **_nobody(language_of(request), None, "busy"))
        busy.headers["Retry-After"] = "60"
        return busy
    with context.database.begin() as work:
        served = serve(work, opened[0], context.settings.zone)
        if served is not None and opened[1] is not None:
            entries.record_view(work, ACTOR, served.published, opened[1], context.settings.zone)
    if served is None:
        return page(request, "code.html", **_nobody(language_of(request), None, NobodyReason.CLOSED.value))
    answer = _code_page(request, served)
    if served.turn.reason is None:
        answer.set_cookie(
            COOKIE,
            signed_visit(context.secret_key, Visit(opened[0], served.turn.staff_id, today)),
            max_age=COOKIE_SECONDS,
            path=f"{CODE_PATH}{code}",
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    return answer


def values_of(code: Code, language: Language, name: str, qr_code: str, reason: NobodyReason | None) -> dict[str, Any]:
    """What the template is filled with; the preview in the console is the same page."""
    if reason is not None:
        return _nobody(language, code, reason.value)
    return {
        **{"code": code, "code_words": CODE_WORDS[language], "name": name, "qr_code": qr_code},
        **{"title": code.title, "text": "", "refresh_seconds": 0},
    }


def signed_visit(secret_key: str, visit: Visit) -> str:
    payload = visit.code_id.to_bytes(8) + visit.staff_id.to_bytes(8) + visit.day.toordinal().to_bytes(4)
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
        return page(request, "code.html", **_nobody(language_of(request), None, NobodyReason.CLOSED.value))
    return _code_page(request, served)


def _code_page(request: Request, served: Served) -> Response:
    turn = served.turn
    values = values_of(served.published.code, language_of(request), served.name, turn.qr_code, turn.reason)
    return page(request, "code.html", **values)


def _nobody(language: Language, code: Code | None, reason: str) -> dict[str, Any]:
    words = CODE_WORDS[language]
    return {
        **{"code": code, "code_words": words, "name": "", "qr_code": "", "title": words[f"{reason}_title"]},
        "text": words[f"{reason}_text"],
        "refresh_seconds": REFRESH_SECONDS if reason == NobodyReason.PREPARING.value else 0,
    }


def _throttle(request: Request) -> Throttle:
    """One for each application."""
    state = request.app.state
    if not hasattr(state, "code_visits"):
        state.code_visits = Throttle(VISITS_PER_MINUTE_MAX)
    return cast(Throttle, state.code_visits)
