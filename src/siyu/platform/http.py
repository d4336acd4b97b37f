"""Outgoing HTTP: one client with the limits that every call to a machine of somebody else's needs.

Only http and https; no redirects followed; a time limit on the whole call, not only on its parts; answers read up to a size
and no further. What went wrong comes out as one of two errors: the other side could not be reached in time, or the
call itself is not one we make.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from types import TracebackType
from urllib.parse import urlsplit

import httpx2

from siyu.kernel.errors import SiyuError
from siyu.platform import tracing

URL_LENGTH_MAX = 2000
ALLOWED_SCHEMES = ("http", "https")
RETRY_AFTER_SECONDS_MAX = 6 * 3600


class OutgoingHttpError(SiyuError):
    """A call to another machine failed."""

    code = "outgoing_http"


class RefusedUrlError(OutgoingHttpError):
    """Siyu does not call this address: it takes http:// or https:// and a host."""

    code = "refused_url"


class UnreachableError(OutgoingHttpError):
    """The other side did not answer in time, or not in HTTP. Whether it took the request in is unknown."""

    code = "unreachable"


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """How long a call may take and how much of the answer is read."""

    connect_seconds: float = 5
    read_seconds: float = 10
    total_seconds: float = 30
    answer_bytes_max: int = 256 * 1024


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back. `is_cut` where the answer was longer than is read; `body` is then its beginning."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool = False

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


def checked_url(url: str) -> str:
    """The address itself, if it is one that Siyu calls or sends people to; RefusedUrlError says why not."""
    if len(url) > URL_LENGTH_MAX:
        raise RefusedUrlError(f"It is longer than {URL_LENGTH_MAX} characters.")
    if not url.isprintable() or any(character.isspace() for character in url) or "\\" in url:
        raise RefusedUrlError("It holds a blank, a backslash or a control character.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise RefusedUrlError("It is not an address.") from error
    if parts.scheme not in ALLOWED_SCHEMES or not host:
        raise RefusedUrlError
    if parts.username is not None or parts.password is not None:
        raise RefusedUrlError("It holds a user name or a password.")
    return url


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """What a Retry-After header asks for (seconds or a date), bounded; None where there is none that can be read."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(min(int(value[:12]), RETRY_AFTER_SECONDS_MAX))
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max(0.0, (at - now).total_seconds()), RETRY_AFTER_SECONDS_MAX)


def _trace_headers() -> dict[str, str]:
    told = tracing.traceparent()
    return {tracing.TRACEPARENT: told} if told else {}


def _pinned(url: str, address: str) -> tuple[httpx2.URL, dict[str, str], dict[str, str]]:
    """(where to, headers, whose certificate is wanted) of a call to one address of a host. Its connection serves nothing else:
    another host at the same address would find it open under the first one's name."""
    parts = urlsplit(url)
    target = httpx2.URL(url).copy_with(host=address)
    return target, {"Host": parts.netloc, "Connection": "close"}, {"sni_hostname": parts.hostname or ""}


@cache
def _trusted() -> ssl.SSLContext:
    """Whom every client of this process believes: to read the list of authorities takes thirty milliseconds and a megabyte."""
    return httpx2.create_ssl_context(trust_env=False)


class OutgoingHttp:
    """A client with its connections; safe for many threads. Proxies and passwords of the environment are not used."""

    def __init__(self, limits: HttpLimits | None = None, *, transport: httpx2.BaseTransport | None = None) -> None:
        self.limits = limits or HttpLimits()
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(self.limits.read_seconds, connect=self.limits.connect_seconds),
            follow_redirects=False,
            trust_env=False,
            transport=transport,
            verify=_trusted(),
            headers={"User-Agent": "Siyu", "Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        """Closes the connections; the client is of no use afterwards."""
        self._client.close()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Posts once, without retrying. RefusedUrlError or UnreachableError; any HTTP answer is an answer."""
        return self._traced("POST", url, body, headers)

    def post_at(self, address: str, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """As `post`, to that address, whatever the host's name leads to by now; on a connection of its own."""
        return self._traced("POST", url, body, headers, address)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        """Asks once, without retrying; as `post`."""
        return self._traced("GET", url, None, headers or {})

    def _traced(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], address: str | None = None
    ) -> HttpAnswer:
        checked_url(url)
        host = urlsplit(url).hostname or ""
        with tracing.span(
            f"{method} {host}", kind="client", server__address=host, http__request__method=method
        ) as span:
            answer = self._called(method, url, body, {**headers, **_trace_headers()}, address)
            span.tell(http__response__status_code=answer.status)
            return answer

    def _called(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], address: str | None
    ) -> HttpAnswer:
        deadline = time.monotonic() + self.limits.total_seconds
        try:
            target, more, extensions = _pinned(url, address) if address is not None else (url, {}, {})
            with self._client.stream(
                method, target, content=body, headers={**headers, **more}, extensions=extensions
            ) as response:
                kept, is_cut = self._read(response, deadline)
                return HttpAnswer(response.status_code, dict(response.headers), kept, is_cut)
        except httpx2.InvalidURL as error:
            raise RefusedUrlError("It is not an address.") from error
        except httpx2.HTTPError as error:
            raise UnreachableError(f"({type(error).__name__})", kind=type(error).__name__) from error

    def _read(self, response: httpx2.Response, deadline: float) -> tuple[bytes, bool]:
        kept = bytearray()
        for piece in response.iter_raw():
            kept += piece
            if len(kept) > self.limits.answer_bytes_max:
                return bytes(kept[: self.limits.answer_bytes_max]), True
            if time.monotonic() > deadline:
                raise UnreachableError("(the answer came too slowly)", kind="SlowAnswer")
        return bytes(kept), False

    def __enter__(self) -> OutgoingHttp:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
