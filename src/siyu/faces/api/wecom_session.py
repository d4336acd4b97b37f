"""Logging in by WeCom: staff scan a code, or are inside WeCom already, and come back with a code that says who they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from siyu.assembly import wecom_admin
from siyu.domain.company.contracts import RefusedLogIn
from siyu.domain.company.reading import connected_corps
from siyu.faces.api.access import COOKIE, Context
from siyu.faces.api.frame import SIDE_BAR_PATH
from siyu.faces.api.session import is_secure, keep_session
from siyu.kernel.errors import SiyuError
from siyu.platform.crypto import is_same
from siyu.platform.logs import get_logger

router = APIRouter(prefix="/api/session/wecom", tags=["session"])

STATE_COOKIE = "siyu_wecom_state"
STATE_SECONDS = 600
PATH = "/api/session/wecom"

CorpId = Annotated[str, Query(max_length=64, pattern="^[A-Za-z0-9_-]*$")]

log = get_logger(__name__)


class WecomLogInCorp(BaseModel):
    """A corp whose members can log in."""

    corp_id: str
    name: str


class WecomLogIn(BaseModel):
    """Whether one can log in by WeCom here; where there are several `corps`, which to choose from."""

    is_there: bool
    corps: list[WecomLogInCorp]


@router.get("/available", summary="Whether one can log in by WeCom")
def look_for_wecom(context: Context) -> WecomLogIn:
    """For everybody, so it tells nothing else: not even which corp it is, where there is just one."""
    with context.database.read() as reading:
        corps = connected_corps(reading)
    named = corps if len(corps) > 1 else {}
    return WecomLogIn(
        is_there=bool(corps), corps=[WecomLogInCorp(corp_id=corp_id, name=name) for corp_id, name in named.items()]
    )


@router.get("", summary="Log in by WeCom", response_class=RedirectResponse, status_code=302)
def ask_wecom(
    request: Request,
    context: Context,
    corp_id: CorpId = "",
    is_inside: Annotated[bool, Query()] = False,
    to: Annotated[Literal["console", "sidebar"], Query()] = "console",
) -> RedirectResponse:
    """Sends the browser to WeCom, which sends it back with a code. Without a corp it is the first that is connected. `to` is the
    page that it comes to then."""
    back_url = f"{context.settings.base_url}{PATH}/back"
    url, state, known_id = wecom_admin.log_in_address(context.database, corp_id, back_url, is_inside=is_inside)
    answer = RedirectResponse(url, status_code=302)
    answer.set_cookie(
        STATE_COOKIE,
        f"{state}.{known_id}.{to}",
        max_age=STATE_SECONDS,
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=is_secure(request, context),
    )
    return answer


@router.get("/back", summary="Back from WeCom", response_class=RedirectResponse, status_code=302)
def return_from_wecom(
    request: Request,
    context: Context,
    code: Annotated[str, Query(max_length=512)] = "",
    state: Annotated[str, Query(max_length=128)] = "",
) -> RedirectResponse:
    """Opens the session of who comes back, in the browser that was sent; everybody else is told why not on the log-in page."""
    known, _, rest = request.cookies.get(STATE_COOKIE, "").partition(".")
    corp_id, _, to = rest.partition(".")
    if not (state and code and is_same(known, state)):
        return _refused("state", to)
    address = request.client.host if request.client else "unknown"
    try:
        opened = wecom_admin.log_in_by_code(context.database, corp_id, code, address, request.cookies.get(COOKIE, ""))
    except SiyuError as error:
        log.warning("wecom_log_in_refused", code=error.code)
        return _refused(error.code, to)
    if isinstance(opened, RefusedLogIn):
        log.warning("wecom_log_in_refused", code=opened.error.code)
        return _refused(opened.error.code, to)
    answer = RedirectResponse(_PAGES.get(to, "/"), status_code=302)
    keep_session(opened, request, answer, context)
    answer.delete_cookie(STATE_COOKIE, path=PATH)
    return answer


_PAGES: Mapping[str, str] = {"console": "/", "sidebar": SIDE_BAR_PATH}


def _refused(code: str, to: str) -> RedirectResponse:
    page = SIDE_BAR_PATH if to == "sidebar" else "/login"
    answer = RedirectResponse(f"{page}?wecom={quote(code)}", status_code=302)
    answer.delete_cookie(STATE_COOKIE, path=PATH)
    return answer
