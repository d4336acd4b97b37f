"""Logging in by the company's identity provider: the way there and back, and how it is set up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from siyu.assembly import signing_on
from siyu.assembly.signing_on import SignOnGate
from siyu.domain.company import contracts, service
from siyu.domain.company.contracts import RefusedLogIn, Role
from siyu.faces.api.access import Context, CurrentActor, Id, ReadOnly, Work
from siyu.faces.api.context import ApiContext
from siyu.faces.api.session import is_secure, keep_session
from siyu.kernel.errors import SiyuError
from siyu.platform.http import OutgoingHttp
from siyu.platform.logs import get_logger

router = APIRouter(tags=["session"])

PATH = "/api/session/sign-on"
STATE_COOKIE = "siyu_sign_on"
Text = Annotated[str, Field(max_length=500)]

log = get_logger(__name__)


class SignOnWay(BaseModel):
    """Whether one can log in by the company's identity provider, and what it is called."""

    is_there: bool
    name: str


class SignOnBody(BaseModel):
    """How it is set up. A secret that is empty stays as it was; new staff are made only with role, unit and domains."""

    name: Text
    issuer: Annotated[str, Field(max_length=2000)]
    client_id: Text
    client_secret: Annotated[str, Field(max_length=500, repr=False)] = ""
    email_claim: Text = "email"
    trusts_email: bool = False
    new_role: Role | None = None
    new_unit_id: Id | None = None
    domains: Annotated[list[Text], Field(max_length=50)] = []
    is_enabled: bool = True


class SignOnState(BaseModel):
    """How it stands: nothing where it was never set up. `fault` is what the last check found, empty for nothing. The provider is
    told `back_url`."""

    setup: SignOnBody | None
    has_secret: bool
    changed_at: datetime | None
    checked_at: datetime | None
    fault: str | None
    back_url: str


@router.get(f"{PATH}/available", summary="Whether one can log in by the identity provider")
def look_for_sign_on(reading: ReadOnly) -> SignOnWay:
    """For everybody, so it tells no more than the button says."""
    draft = service.live_sign_on(reading, signing_on.ACTOR)
    return SignOnWay(is_there=draft is not None, name=draft.name if draft is not None else "")


@router.get(PATH, summary="Log in by the identity provider", response_class=RedirectResponse, status_code=302)
def ask_sign_on(
    request: Request, context: Context, to: Annotated[str, Query(max_length=400)] = "/"
) -> RedirectResponse:
    """Sends the browser there; it comes back to the page `to`, or to the log-in page with the reason."""
    try:
        with _gate(context) as gate:
            url, state = signing_on.begin(gate)
    except SiyuError as error:
        return _refused(error)
    answer = RedirectResponse(url, status_code=302)
    answer.set_cookie(
        STATE_COOKIE,
        f"{state}|{quote(signing_on.page_of(to), safe='/')}",
        max_age=signing_on.STATE_SECONDS,
        path=PATH,
        httponly=True,
        samesite="lax",
        secure=is_secure(request, context),
    )
    return answer


@router.get(f"{PATH}/back", summary="Back from it", response_class=RedirectResponse, status_code=302)
def return_from_sign_on(
    request: Request,
    context: Context,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=500)] = "",
    iss: Annotated[str, Query(max_length=2000)] = "",
) -> RedirectResponse:
    """Opens the session of who comes back, in the browser that was sent."""
    kept, _, page = request.cookies.get(STATE_COOKIE, "").partition("|")
    address = request.client.host if request.client else "unknown"
    try:
        with _gate(context) as gate:
            opened = signing_on.finish(gate, code, state, kept, iss, address)
    except SiyuError as error:
        return _refused(error)
    if isinstance(opened, RefusedLogIn):
        return _refused(opened.error)
    answer = RedirectResponse(signing_on.page_of(unquote(page)), status_code=302)
    keep_session(opened, request, answer, context)
    answer.delete_cookie(STATE_COOKIE, path=PATH)
    return answer


@router.get("/api/sign-on", summary="How one logs in by the identity provider")
def get_sign_on(actor: CurrentActor, context: Context, reading: ReadOnly) -> SignOnState:
    return _shown(context, service.find_sign_on(reading, actor))


@router.put("/api/sign-on", summary="Set up, or change, the identity provider")
def save_sign_on(actor: CurrentActor, context: Context, work: Work, body: SignOnBody) -> SignOnState:
    told = body.model_dump()
    return _shown(context, service.save_sign_on(work, actor, contracts.SignOnDraft(**told)))


@router.post("/api/sign-on/check", summary="Ask the identity provider who it is")
def check_sign_on(actor: CurrentActor, context: Context) -> SignOnState:
    with OutgoingHttp() as http:
        return _shown(context, signing_on.check(context.database, actor, http))


@router.delete("/api/staff/{staff_id}/sign-on", summary="Part somebody from the identity provider", status_code=204)
def unbind_sign_on(actor: CurrentActor, work: Work, staff_id: Id) -> None:
    """Their next log-in by it is by e-mail, as the first was."""
    service.unbind_sign_on(work, actor, staff_id)


@contextmanager
def _gate(context: ApiContext) -> Iterator[SignOnGate]:
    with OutgoingHttp() as http:
        yield SignOnGate(context.database, context.secret_key, _back_url(context), http)


def _back_url(context: ApiContext) -> str:
    return f"{context.settings.base_url}{PATH}/back"


def _refused(error: SiyuError) -> RedirectResponse:
    log.warning("sign_on_refused", code=error.code, reason=error.fields.get("reason"))
    answer = RedirectResponse(f"/login?sign-on={quote(error.code)}", status_code=302)
    answer.delete_cookie(STATE_COOKIE, path=PATH)
    return answer


def _shown(context: ApiContext, found: contracts.SignOn | None) -> SignOnState:
    back_url = _back_url(context)
    if found is None:
        return SignOnState(
            setup=None, has_secret=False, changed_at=None, checked_at=None, fault=None, back_url=back_url
        )
    return SignOnState(
        setup=SignOnBody.model_validate(found.draft, from_attributes=True),
        has_secret=found.has_secret,
        changed_at=found.changed_at,
        checked_at=found.checked_at,
        fault=found.fault,
        back_url=back_url,
    )
