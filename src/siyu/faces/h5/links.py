"""Short links: sends people on, and writes down who followed which link in which message."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from siyu.domain.content.contracts import LINK_PATH
from siyu.domain.content.reading import find_link
from siyu.domain.messages.reading import find_message
from siyu.domain.messages.service import record_click
from siyu.faces.api.access import Context
from siyu.faces.api.context import ApiContext
from siyu.faces.h5.addresses import addresses_of, is_for_persons, personal_address
from siyu.faces.h5.pages import not_found_page
from siyu.faces.h5.shares import show_share
from siyu.kernel.actors import system_actor
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Reading

router = APIRouter(include_in_schema=False)
log = get_logger(__name__)

ACTOR = system_actor("links")
PREFETCH_HEADERS = ("purpose", "sec-purpose", "x-purpose", "x-moz")
_PREFETCH = re.compile("prefetch|preview|prerender", re.IGNORECASE)
_MACHINE = re.compile(
    r"(?<!cu)bot\b|crawler|spider|slurp|linkpreview|curl/|wget/|python-|okhttp|go-http|java/"
    r"|facebookexternalhit|whatsapp/|skypeuri",
    re.IGNORECASE,
)


@router.api_route(f"{LINK_PATH}{{code}}", methods=["GET", "HEAD"])
def follow_link(request: Request, context: Context, code: str) -> Response:
    """To where the link leads. A machine that only looks (HEAD, a prefetch, a crawler) is sent on and not counted."""
    share_id = addresses_of(context).open_share(code)
    if share_id is not None:
        return show_share(request, context, code, share_id, is_person=is_person(request))
    opened = addresses_of(context).open_link(code)
    url = _url_of(context, *opened, is_click=is_person(request)) if opened else None
    if url is None:
        return not_found_page(request)
    return RedirectResponse(url, status_code=302, headers={"Cache-Control": "no-store"})


def _url_of(context: ApiContext, link_id: int, message_id: int, *, is_click: bool) -> str | None:
    """Where the link leads. That a click could not be written down is our trouble and not the customer's."""
    url: str | None = None
    try:
        with context.database.begin() as work:
            link = find_link(work, link_id)
            url = link.url if link else None
            if url is not None and is_click:
                record_click(work, ACTOR, message_id, link_id)
            if url is not None:
                url = _personal(context, work, url, message_id)
    except Exception as error:
        if url is None:
            raise
        log.error("click_lost", exc_info=error)
    return url


def _personal(context: ApiContext, reading: Reading, url: str, message_id: int) -> str:
    """Where a message leads to one of our forms or codes, whoever received it comes to it as themselves."""
    received = find_message(reading, message_id) if is_for_persons(context, url) else None
    return personal_address(context, url, received.customer_id) if received is not None else url


def is_person(request: Request) -> bool:
    """Whether this looks like somebody who pressed the link."""
    if request.method != "GET":
        return False
    if any(_PREFETCH.search(request.headers.get(name, "")) for name in PREFETCH_HEADERS):
        return False
    return not _MACHINE.search(request.headers.get("user-agent", ""))
