"""For those who watch over the installation: is it alive, is it ready, and its numbers."""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security.utils import get_authorization_scheme_param

from siyu.domain.company.contracts import UnauthenticatedError
from siyu.domain.company.service import actor_of_key
from siyu.faces.api.access import Context
from siyu.faces.api.context import ApiContext
from siyu.kernel.errors import SiyuError
from siyu.platform.metrics import CONTENT_TYPE, exposition
from siyu.platform.postgres.troubles import trouble_of
from siyu.platform.readiness import is_keeping_up, is_sequencing

METRICS_RIGHT = "company.read"

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def show_health() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def show_readiness(context: Context) -> JSONResponse:
    """Everything needed to do work is there; 503 and what is missing, otherwise."""
    checks = _check_database(context) | _check_columns(context)
    is_ready = all(checks.values())
    return JSONResponse(
        {"status": "ready" if is_ready else "not_ready", "checks": checks}, status_code=200 if is_ready else 503
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


def _check_database(context: ApiContext) -> dict[str, bool]:
    try:
        with context.database.read() as reading:
            return {
                "database": True,
                "consumers": is_keeping_up(reading.driver),
                "sequencer": is_sequencing(reading.driver),
            }
    except Exception as error:
        if trouble_of(error) is None:
            raise
        return {"database": False, "consumers": False, "sequencer": False}


def _check_columns(context: ApiContext) -> dict[str, bool]:
    if context.columns is None:
        return {"columns": False}
    try:
        context.columns.query("SELECT 1")
    except SiyuError:
        return {"columns": False}
    return {"columns": True}


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
        actor_of_key(work, secret).require(METRICS_RIGHT)
