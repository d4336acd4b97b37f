"""Log-in, log-out, and who is logged in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from siyu.domain.company import contracts, service
from siyu.domain.company.contracts import SESSION_AGE_MAX, CsrfError, RefusedLogIn
from siyu.faces.api.access import COOKIE, Context, CurrentActor, CurrentSession, csrf_token_of
from siyu.faces.api.context import ApiContext
from siyu.faces.api.staff import Staff
from siyu.kernel.actors import Actor

LOG_INS_AT_ONCE_MAX = 3
"""Checking a password takes 64 MB and a core for a moment, on purpose."""

router = APIRouter(prefix="/api/session", tags=["session"])


class Credentials(BaseModel):
    """E-mail and password."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=200, repr=False)


class Brand(BaseModel):
    """The company whose installation this is."""

    name: str


class Session(BaseModel):
    """Who is logged in, with which rights. `csrf_token` goes back with every change, as header X-CSRF-Token."""

    staff: Staff
    rights: list[str]
    csrf_token: str
    brand: Brand
    is_demo: bool


def _one_of_few() -> Iterator[None]:
    yield


LogInSlot = Annotated[None, Depends(_one_of_few, scope="function", max_concurrency=LOG_INS_AT_ONCE_MAX)]


@router.post("", summary="Log in")
def open_session(
    credentials: Credentials, request: Request, response: Response, context: Context, _slot: LogInSlot
) -> Session:
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise CsrfError()
    address = request.client.host if request.client else "unknown"
    with context.database.begin() as work:
        opened = service.log_in(work, credentials.email, credentials.password, address)
    if isinstance(opened, RefusedLogIn):
        raise opened.error
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(SESSION_AGE_MAX.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=_is_secure(request, context),
    )
    return _session(context, opened.staff, opened.actor, opened.token)


@router.get("", summary="Who is logged in")
def get_session(request: Request, context: Context, session: CurrentSession) -> Session:
    return _session(context, session.staff, session.actor, request.cookies[COOKIE])


@router.delete("", summary="Log out", status_code=204)
def close_session(request: Request, response: Response, context: Context, actor: CurrentActor) -> None:
    with context.database.begin() as work:
        service.log_out(work, actor, request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=_is_secure(request, context))


def _is_secure(request: Request, context: ApiContext) -> bool:
    return request.url.scheme == "https" or context.settings.public_url.startswith("https://")


def _session(context: ApiContext, staff: contracts.Staff, actor: Actor, token: str) -> Session:
    return Session(
        staff=Staff.model_validate(staff, from_attributes=True),
        rights=sorted(actor.rights),
        csrf_token=csrf_token_of(token),
        brand=Brand(name=context.settings.brand_name),
        is_demo=context.settings.is_demo,
    )
