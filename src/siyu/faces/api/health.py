"""For those who watch over the installation: is it alive, is it ready, and its numbers."""

from __future__ import annotations

import shutil
from ipaddress import ip_address
from typing import Final

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security.utils import get_authorization_scheme_param

from siyu.domain.company.contracts import UnauthenticatedError
from siyu.domain.company.service import actor_of_key
from siyu.faces.api.access import Context
from siyu.faces.api.context import ApiContext
from siyu.kernel.errors import ForbiddenError, SiyuError
from siyu.platform.inbox.quarantine import count_quarantined
from siyu.platform.metrics import CONTENT_TYPE, exposition
from siyu.platform.postgres.troubles import trouble_of
from siyu.platform.readiness import is_keeping_up, is_sequencing

METRICS_RIGHT = "company.read"

LOOK_SECONDS_MAX = 3.0
"""How long a store may take to say that it is there."""
FREE_BYTES_MIN = 64 * 1024 * 1024
"""With less room on the disk PostgreSQL may not be able to write its next piece of WAL."""
_ASKERS: Final = CapacityLimiter(2)

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def show_health() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def show_readiness(context: Context) -> JSONResponse:
    """Everything needed to do work is there; 503, what is missing and why, otherwise. It asks with a patience of its own and
    in a thread of its own, so that it answers just when everything else hangs."""
    found, quarantined = await to_thread.run_sync(_checks, context, limiter=_ASKERS)
    is_ready = all(reason is None for reason in found.values())
    return JSONResponse(
        {
            "status": "ready" if is_ready else "not_ready",
            "checks": {name: reason is None for name, reason in found.items()},
            "reasons": {name: reason for name, reason in found.items() if reason is not None},
            "quarantined": quarantined,
        },
        status_code=200 if is_ready else 503,
    )


@router.get("/metrics")
def show_metrics(request: Request, context: Context) -> Response:
    """The numbers for Prometheus, for this machine itself or whoever has an API key."""
    if not _is_from_here(request):
        _require_key(request, context)
    try:
        with context.database.read() as reading:
            text = exposition(reading.driver)
    except Exception as error:
        if trouble_of(error) is None:
            raise
        text = exposition(None)
    return Response(text, media_type=CONTENT_TYPE)


def _checks(context: ApiContext) -> tuple[dict[str, str | None], int | None]:
    """What was looked at, and what is wrong with it (None: nothing); and how many events are in quarantine (None: nobody knows).
    These stop nobody's work, but somebody has to look after them."""
    checks, quarantined = _check_database(context)
    return checks | {"columns": _check_columns(context), "space": _check_space(context)}, quarantined


def _check_database(context: ApiContext) -> tuple[dict[str, str | None], int | None]:
    try:
        with context.database.look(LOOK_SECONDS_MAX) as driver:
            checks = {
                "database": None,
                "consumers": None if is_keeping_up(driver) else "lagging",
                "sequencer": None if is_sequencing(driver) else "not_sequencing",
            }
            return checks, count_quarantined(driver)
    except Exception as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        return dict.fromkeys(("database", "consumers", "sequencer"), trouble.code), None


def _check_columns(context: ApiContext) -> str | None:
    if context.columns is None:
        return "columns_unavailable"
    try:
        context.columns.look(LOOK_SECONDS_MAX)
    except SiyuError as error:
        return error.code
    return None


def _check_space(context: ApiContext) -> str | None:
    """Room for what this installation keeps itself. Stores of others' say themselves when they are full."""
    try:
        free_bytes = shutil.disk_usage(context.settings.home).free
    except FileNotFoundError:
        return None
    return None if free_bytes >= FREE_BYTES_MIN else "disk_full"


def _is_from_here(request: Request) -> bool:
    """Not what a proxy on this machine passes on for others."""
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _require_key(request: Request, context: ApiContext) -> None:
    scheme, secret = get_authorization_scheme_param(request.headers.get("Authorization"))
    if scheme.lower() != "bearer":
        raise UnauthenticatedError()
    with context.database.begin() as work:
        actor = actor_of_key(work, secret)
    actor.require(METRICS_RIGHT)
    if not actor.scope.is_everything:
        raise ForbiddenError(
            "These numbers tell of the whole installation: they are for a key that sees the whole company."
        )
