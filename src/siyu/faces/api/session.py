"""Log-in, log-out, and who is logged in."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from siyu.assembly.setting_up import brand_of
from siyu.domain.company import contracts, service
from siyu.domain.company.contracts import SESSION_AGE_MAX, CsrfError, RefusedLogIn
from siyu.faces.api.access import COOKIE, TOUCHES_ONES_OWN, Context, CurrentActor, CurrentSession, csrf_token_of
from siyu.faces.api.context import ApiContext
from siyu.faces.api.staff import Staff
from siyu.kernel.actors import Actor
from siyu.platform.crypto import derive_key, is_same

LOG_INS_AT_ONCE_MAX = 3
"""Checking a password takes 64 MB and a core for a moment, on purpose."""

DEVICE_COOKIE = "siyu_device"
DEVICE_BYTES = 12
DEVICE_AGE_MAX = timedelta(days=180)
"""So long after its last log-in a device is known: what strangers try for the same e-mail does not keep it out."""

router = APIRouter(prefix="/api/session", tags=["session"])


class Credentials(BaseModel):
    """E-mail and password, and the code of the second step where one is asked for."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=200, repr=False)
    code: str = Field(default="", max_length=40, repr=False)


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
    device = known_device(context, request.cookies.get(DEVICE_COOKIE, ""), credentials.email)
    with context.database.begin() as work:
        opened = service.log_in(
            work,
            credentials.email,
            credentials.password,
            address,
            device=device,
            code=credentials.code,
            key=second_step_key(context),
        )
        new_device = device or work.ids.new_secret(DEVICE_BYTES)
    if isinstance(opened, RefusedLogIn):
        raise opened.error
    response.set_cookie(
        DEVICE_COOKIE,
        device_cookie(context, new_device, credentials.email),
        max_age=int(DEVICE_AGE_MAX.total_seconds()),
        path="/api/session",
        httponly=True,
        samesite="strict",
        secure=is_secure(request, context),
    )
    keep_session(opened, request, response, context)
    return session_shown(context, opened.staff, opened.actor, opened.token)


def keep_session(opened: contracts.OpenedSession, request: Request, response: Response, context: ApiContext) -> None:
    """Gives the browser the session that was opened."""
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(SESSION_AGE_MAX.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure(request, context),
    )


@router.get("", summary="Who is logged in")
def get_session(request: Request, context: Context, session: CurrentSession) -> Session:
    return session_shown(context, session.staff, session.actor, request.cookies[COOKIE])


@router.delete("", summary="Log out", status_code=204, dependencies=[TOUCHES_ONES_OWN])
def close_session(request: Request, response: Response, context: Context, actor: CurrentActor) -> None:
    with context.database.begin() as work:
        service.log_out(work, actor, request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=is_secure(request, context))


def second_step_key(context: ApiContext) -> bytes:
    """What the secrets of second steps follow from."""
    return derive_key(context.secret_key, "second step")


def device_cookie(context: ApiContext, device: str, email: str) -> str:
    """Proof that this e-mail logged in from this device. It opens nothing; it only says whose failures are counted apart."""
    made_on = context.database.clock.now().toordinal()
    told = f"{device}.{made_on}"
    return f"{told}.{_device_signature(context, told, email)}"


def known_device(context: ApiContext, cookie: str, email: str) -> str | None:
    """The device that a cookie proves this e-mail to have logged in from; None for no cookie, another's, or an old one."""
    told, _, signature = cookie.rpartition(".")
    device, _, made_on = told.partition(".")
    if not is_same(signature, _device_signature(context, told, email)):
        return None
    age_days = context.database.clock.now().toordinal() - int(made_on)
    return device if age_days <= DEVICE_AGE_MAX.days else None


def _device_signature(context: ApiContext, told: str, email: str) -> str:
    key = derive_key(context.secret_key, "device")
    return hmac.new(key, f"{told}:{email.strip().lower()}".encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def is_secure(request: Request, context: ApiContext) -> bool:
    """Whether the browser came by https, so that its cookies can be kept to that."""
    return request.url.scheme == "https" or context.settings.public_url.startswith("https://")


def session_shown(context: ApiContext, staff: contracts.Staff, actor: Actor, token: str) -> Session:
    """A session as its browser is told of it."""
    return Session(
        staff=Staff.model_validate(staff, from_attributes=True),
        rights=sorted(actor.rights),
        csrf_token=csrf_token_of(token),
        brand=Brand(name=brand_of(context.settings, context.database)),
        is_demo=context.settings.is_demo,
    )
