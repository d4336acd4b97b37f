"""Around every request: an id, a limit on its body, security headers, a line in the log, and an answer whatever happens."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from siyu.faces.api.bodies import LimitedBody
from siyu.faces.api.errors import HTTP_ERRORS, SERVER_ERROR, answer_of, answer_to_unknown, envelope
from siyu.kernel.ids import IdSource, SystemIds
from siyu.platform import tracing
from siyu.platform.logs import get_logger
from siyu.platform.metrics import REQUEST_SECONDS, REQUESTS
from siyu.platform.postgres.troubles import trouble_of

QUIET_ROUTES = frozenset({"/healthz", "/readyz", "/metrics", "unmatched"})
STREAMS = frozenset({"/api/live"})
"""What is open as long as a window: how long says nothing about how fast the answer came."""

WECOM_PICTURES = "https://wework.qpic.cn"
"""Where WeCom keeps the pictures of its codes."""

_CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # the console's components write their styles into the page
        f"img-src 'self' data: blob: {WECOM_PICTURES}",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
SIDE_BAR_PATH: Final = "/sidebar"
"""The one page that WeCom shows beside a chat: it loads WeCom's own scripts."""
WECOM_SCRIPTS: Final = "https://res.wx.qq.com https://open.work.weixin.qq.com"
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

log = get_logger(__name__)


class RequestFrame:
    """The outermost part of the application. `other_wecom` is the address of the demo's own WeCom, which is not where the real
    one is: pages show its pictures, and the side bar loads its script."""

    def __init__(self, app: ASGIApp, ids: IdSource | None = None, other_wecom: str = "") -> None:
        self._app = app
        self._ids = ids or SystemIds()
        policy = _CONTENT_SECURITY_POLICY.replace(WECOM_PICTURES, f"{WECOM_PICTURES} {other_wecom}".rstrip())
        self._headers = {**SECURITY_HEADERS, "Content-Security-Policy": policy}
        self._side_bar_headers = _side_bar_headers(self._headers, other_wecom)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._ids.new_id().hex
        started = time.perf_counter()
        body = LimitedBody(scope, receive)
        status = 0

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                own = self._side_bar_headers if scope["path"] == SIDE_BAR_PATH else self._headers
                _add_headers(scope, headers, request_id, own)
                if body.has_rest:
                    headers["Connection"] = "close"
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id), _span(scope) as span:
            try:
                await self._answer(body, scope, send_framed)
            except Exception as error:
                if status:
                    log.error("answer_broken_off", exc_info=error)
                    raise
                known = trouble_of(error)
                if known is not None:
                    log.warning("request_troubled", exc_info=error)
                answer = answer_of(known) if known is not None else answer_to_unknown(error)
                await answer(scope, receive, send_framed)
            finally:
                _note(scope, status, time.perf_counter() - started, span)

    async def _answer(self, body: LimitedBody, scope: Scope, send: Send) -> None:
        if body.is_announced_too_large:
            await envelope(413, *HTTP_ERRORS[413])(scope, body.receive, send)
        else:
            await self._app(scope, body.receive, send)


def _side_bar_headers(headers: Mapping[str, str], other_wecom: str) -> dict[str, str]:
    scripts = f"script-src 'self' {WECOM_SCRIPTS} {other_wecom}".rstrip()
    policy = headers["Content-Security-Policy"].replace("script-src 'self'", scripts)
    return {**headers, "Content-Security-Policy": policy}


def _add_headers(scope: Scope, headers: MutableHeaders, request_id: str, own: Mapping[str, str]) -> None:
    for name, value in own.items():
        headers.setdefault(name, value)
    headers["X-Request-Id"] = request_id
    if scope["scheme"] == "https":
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if scope["path"].startswith("/api/"):
        headers.setdefault("Cache-Control", "no-store")


def _span(scope: Scope) -> tracing.Span:
    if not tracing.is_tracing() or scope["path"] in QUIET_ROUTES:
        return tracing.NO_SPAN
    return tracing.span("request", kind="server", parent=Headers(scope=scope).get(tracing.TRACEPARENT, ""))


def _note(scope: Scope, status: int, seconds: float, span: tracing.Span) -> None:
    """By the route's pattern, not the path that was asked for: paths hold ids and codes."""
    route = getattr(scope.get("route"), "path", "unmatched")
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    span.rename(f"{method} {route}")
    span.tell(http__request__method=method, http__route=route, http__response__status_code=status)
    if status >= SERVER_ERROR:
        span.fail(str(status))
    REQUESTS.labels(method, route, str(status)).inc()
    if route not in STREAMS:
        REQUEST_SECONDS.labels(method, route).observe(seconds)
    if route not in QUIET_ROUTES:
        log.info("request_done", method=method, route=route, status=status, elapsed_ms=round(seconds * 1000, 1))


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
