"""Somebody says at the page of a code of stores where they are: they are sent on to the page of the store's own code."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from siyu.domain.content.contracts import CODE_PATH
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import NobodyReason
from siyu.engines.acquisition.placing import Placed, Visitor, place_by
from siyu.faces.api.access import Context
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.addresses import addresses_of
from siyu.faces.h5.codes import Visit, busy_page, is_throttled, nobody, remember, today_of, visit_today
from siyu.faces.h5.codes_stores import show_stores, wanted_of
from siyu.faces.h5.forms import Fields
from siyu.faces.h5.pages import language_of, not_found_page, page

router = APIRouter(include_in_schema=False)


@router.post(f"{CODE_PATH}{{code}}")
def choose_store(request: Request, context: Context, code: str, fields: Fields) -> Response:
    """Leads to the nearest open store's code, or says why there is none."""
    opened = addresses_of(context).open_code(code)
    if opened is None:
        return not_found_page(request)
    if is_throttled(request, context):
        return busy_page(request)
    wanted = wanted_of(fields)
    if wanted is None:
        return _again(request, context, opened[0], "no_place")
    before = visit_today(request, context, opened[0])
    visitor = Visitor(opened[1], before.target_id if before is not None else 0)
    placed = place_by(context.database, opened[0], wanted, visitor, context.settings.zone)
    if isinstance(placed, NobodyReason):
        return _again(request, context, opened[0], f"no_store_{placed.value}")
    return _led(request, context, code, Visit(opened[0], placed.store.store_id, today_of(context)), placed, opened[1])


def _led(
    request: Request, context: ApiContext, code: str, visit: Visit, placed: Placed, profile_id: int | None
) -> Response:
    """On to the store's code, where whom they got is remembered."""
    addresses = addresses_of(context)
    url = (
        addresses.personal_code_url(placed.code_id, profile_id)
        if profile_id is not None
        else addresses.code_url(placed.code_id)
    )
    lead = url.rpartition("/")[2]
    served = placed.served
    answer = RedirectResponse(f"{CODE_PATH}{lead}", status_code=303, headers={"Cache-Control": "no-store"})
    remember(request, context, answer, code, visit)
    if served is not None and served.turn.reason is None:
        remember(request, context, answer, lead, Visit(placed.code_id, served.turn.target_id, visit.day))
    return answer


def _again(request: Request, context: ApiContext, code_id: int, notice: str) -> Response:
    with context.database.read() as reading:
        published = entries.find_published_code(reading, code_id)
    if published is None or published.code.mode != "stores":
        return page(request, "code.html", **nobody(language_of(request), None, NobodyReason.CLOSED.value))
    return show_stores(request, context, published.code, "", notice)
