"""Errors as answers: one envelope, and one table from codes to status numbers."""

from __future__ import annotations

import json
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from siyu.domain.company.contracts import Outcome
from siyu.domain.company.service import record_audit
from siyu.faces.api.access import SAFE_METHODS, context_of
from siyu.kernel.errors import BusyError, ForbiddenError, SiyuError
from siyu.platform.logs import get_logger

STATUS_OF: Final[dict[str, int]] = {
    "bad_request_body": 400,  # as Segment answers: its clients try again what is refused with any other number
    "too_large": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "invalid": 422,
    "busy": 429,
    "columns_unavailable": 503,
    "database_unavailable": 503,
    "siyu_error": 500,
}
"""Status of an error by its code. A code that is not here has the status of the class that its error derives from."""

HTTP_ERRORS: Final = {
    400: ("malformed", "The body cannot be read."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take this method."),
    408: ("too_slow", "The body did not arrive in time."),
    413: ("content_too_large", "The body is too large."),
}
"""What the framework refuses by itself."""

SERVER_ERROR = 500
UNAVAILABLE = 503
UNAVAILABLE_SECONDS = 5
"""When to come back where a store is away; most are back sooner."""
VALIDATION_ERRORS_MAX = 20

log = get_logger(__name__)


class ErrorDetail(BaseModel):
    """What went wrong: a stable code, a sentence for people, and what a program can use."""

    code: str
    message: str
    fields: dict[str, Any]


class ErrorAnswer(BaseModel):
    """Every refusal has this shape."""

    error: ErrorDetail


def status_of(error: SiyuError) -> int:
    """The HTTP status that an error is answered with."""
    for each in type(error).__mro__:
        code = getattr(each, "code", None)
        if code in STATUS_OF:
            return STATUS_OF[code]
    return SERVER_ERROR


def envelope(status: int, code: str, message: str, fields: dict[str, Any] | None = None) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message, "fields": fields or {}}}, status_code=status)


def answer_of(error: SiyuError) -> JSONResponse:
    """The answer to an error of Siyu's. What the server is to blame for is told without particulars."""
    status = status_of(error)
    if status >= SERVER_ERROR:
        answer = envelope(status, error.code, type(error)().message)
        if status == UNAVAILABLE:
            answer.headers["Retry-After"] = str(UNAVAILABLE_SECONDS)
        return answer
    answer = envelope(status, error.code, error.message, json.loads(json.dumps(error.fields, default=str)))
    if isinstance(error, BusyError):
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer


def answer_to_unknown(error: Exception) -> JSONResponse:
    """The answer to an error that nobody foresaw; all that is known of it goes to the log."""
    log.error("request_failed", exc_info=error)
    return envelope(SERVER_ERROR, "server_error", "Something went wrong on our side. Please try again later.")


def handle_errors(app: FastAPI) -> None:
    """Answers every error in the envelope."""

    @app.exception_handler(SiyuError)
    def on_siyu_error(request: Request, error: SiyuError) -> Response:
        if isinstance(error, ForbiddenError):
            _audit_refusal(request, error)
        if status_of(error) >= SERVER_ERROR:
            log.error("request_failed", exc_info=error)
        return answer_of(error)

    @app.exception_handler(RequestValidationError)
    def on_invalid_request(_request: Request, error: RequestValidationError) -> Response:
        return _answer_to_invalid(error)

    @app.exception_handler(HTTPException)
    def on_http_error(_request: Request, error: HTTPException) -> Response:
        code, message = HTTP_ERRORS.get(error.status_code, ("refused", "This request cannot be answered."))
        answer = envelope(error.status_code, code, message)
        answer.headers.update(error.headers or {})
        return answer


def _answer_to_invalid(error: RequestValidationError) -> JSONResponse:
    """The faults and where they are, never what was sent: that may be personal."""
    faults = [
        {"path": ".".join(str(part) for part in fault["loc"]), "reason": str(fault["msg"])}
        for fault in error.errors()[:VALIDATION_ERRORS_MAX]
    ]
    if any(fault["type"] == "json_invalid" for fault in error.errors()):
        return envelope(400, "malformed", "The body is not valid JSON.", {"errors": faults})
    first = faults[0] if faults else {}
    message = f"{first.get('path', '')}: {first.get('reason', '')}"
    return envelope(422, "invalid_request", f"This request cannot be accepted. {message}", {**first, "errors": faults})


def _audit_refusal(request: Request, error: ForbiddenError) -> None:
    """A refused change stands in the audit too; in a transaction of its own, as the handler's was rolled back."""
    actor = getattr(request.state, "actor", None)
    if actor is None or request.method in SAFE_METHODS:
        return
    operation = getattr(request.scope.get("route"), "name", "unknown")
    with context_of(request).database.begin() as work:
        record_audit(
            work,
            actor,
            f"api.{operation}",
            request.url.path,
            outcome=Outcome.DENIED,
            code=error.code,
            right=error.fields.get("right"),
        )
