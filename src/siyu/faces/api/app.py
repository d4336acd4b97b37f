"""The HTTP application: every router, in one list, inside the frame."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

import siyu
from siyu.assembly.demo.ports import wecom_url
from siyu.faces.api import (
    audit,
    channel_callbacks,
    channels,
    codes,
    cohort_values,
    consents,
    console,
    contacts,
    content_files,
    costs,
    customer_activity,
    customer_bulks,
    customer_search,
    customers,
    dashboards,
    doctor,
    enquiries,
    experiments,
    files,
    forms,
    forms_files,
    group_welcomes,
    groups,
    health,
    hold_out,
    hooks,
    imports,
    inheritances,
    insight,
    insight_questions,
    intake,
    journey_entries,
    journey_prices,
    journey_templates,
    journey_trainings,
    journeys,
    keys,
    ladders,
    lead_numbers,
    leads,
    links,
    lists,
    live,
    ltv,
    materials,
    merges,
    metric_alerts,
    metric_boards,
    metric_numbers,
    metrics,
    next_action,
    personas,
    plans,
    posts,
    privacy,
    promotions,
    quick_replies,
    reach,
    reports,
    reveals,
    reviews,
    rfm,
    scenes,
    scripts,
    second_steps,
    segment_explaining,
    segment_exports,
    segment_looking,
    segments,
    sends,
    sends_results,
    service,
    service_rules,
    session,
    setup,
    sidebar,
    sign_on,
    sql,
    staff,
    stores,
    summary,
    tag_bulks,
    tag_rules,
    tags,
    tasks,
    units,
    wecom,
    wecom_callbacks,
    wecom_session,
)
from siyu.faces.api.context import ApiContext
from siyu.faces.api.errors import ErrorAnswer, handle_errors
from siyu.faces.api.frame import RequestFrame
from siyu.faces.api.live_streams import LiveStreams
from siyu.faces.api.repeated import refuse_repeated
from siyu.faces.api.write_keys import WriteKeys
from siyu.faces.h5 import routers as h5

ROUTERS: Final[tuple[APIRouter, ...]] = (
    doctor.router,
    session.router,
    setup.router,
    sign_on.router,
    live.router,
    second_steps.router,
    keys.router,
    staff.router,
    units.router,
    audit.router,
    customers.router,
    customer_search.router,
    customer_bulks.router,
    customer_activity.router,
    reveals.router,
    merges.router,
    consents.router,
    segment_looking.router,
    segment_exports.router,
    segment_explaining.router,
    segments.router,
    lists.router,
    rfm.router,
    scenes.router,
    ltv.router,
    ladders.router,
    metrics.router,
    metric_numbers.router,
    metric_alerts.router,
    metric_boards.router,
    costs.router,
    cohort_values.router,
    experiments.router,
    plans.router,
    reviews.router,
    codes.router,
    sends_results.router,
    sends.router,
    posts.router,
    promotions.router,
    hooks.router,
    stores.router,
    materials.router,
    scripts.router,
    quick_replies.router,
    links.router,
    content_files.router,
    sidebar.router,
    forms_files.router,
    forms.router,
    journey_templates.router,
    journeys.router,
    journey_entries.router,
    journey_prices.router,
    journey_trainings.router,
    hold_out.router,
    reach.router,
    contacts.router,
    group_welcomes.router,
    groups.router,
    personas.router,
    service.router,
    service_rules.router,
    inheritances.router,
    tags.router,
    tag_bulks.router,
    tag_rules.router,
    tasks.router,
    enquiries.router,
    lead_numbers.router,
    leads.router,
    next_action.router,
    summary.router,
    insight.router,
    insight_questions.router,
    dashboards.router,
    reports.router,
    sql.router,
    files.router,
    imports.router,
    privacy.router,
    intake.router,
    channels.router,
    channel_callbacks.router,
    wecom.router,
    wecom_callbacks.router,
    wecom_session.router,
    health.router,
    *h5.ROUTERS,
)
"""What is served, in this order; the console's pages come after all of them."""

GZIP_BYTES_MIN = 1024
NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""The framework's own would tell messages of errors, which are personal; ours is `platform/tracing.py`."""


def create_app(context: ApiContext | None) -> FastAPI:
    """The application over `context`; without one it can be described but not used."""
    app = FastAPI(
        title="Siyu",
        version=siyu.__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
        separate_input_output_schemas=False,  # a definition is the same on its way in and out
    )
    app.state.siyu = context
    app.state.write_keys = WriteKeys(context.database) if context is not None else None
    app.state.inbox_lag = intake.InboxLag(context.database) if context is not None else None
    app.state.live = LiveStreams(context.database) if context is not None else None
    app.router.routes.extend(_routes())
    handle_errors(app)
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_BYTES_MIN, compresslevel=5)
    other_wecom = wecom_url(context.settings) if context is not None and context.settings.is_demo else ""
    app.add_middleware(RequestFrame, other_wecom=other_wecom)
    app.add_middleware(intake.IntakeOrigins, origins=context.settings.intake_origins if context is not None else "")
    return app


@cache
def _routes() -> list[BaseRoute]:
    """What every application serves: read from the functions' signatures once in a process, for that takes a fifth of a second."""
    described = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(refuse_repeated)],
        responses={"default": {"model": ErrorAnswer, "description": "Refused"}},
        generate_unique_id_function=_operation_id,
        telemetry=NO_TELEMETRY,
    )
    for router in (*ROUTERS, console.router):
        described.include_router(router)
    return described.routes


@cache
def openapi_document() -> dict[str, Any]:
    """The OpenAPI document of the API; needs no database. It takes a second to make, so whoever asks again has the same one."""
    return create_app(None).openapi()


def _operation_id(route: APIRoute) -> str:
    return route.name
