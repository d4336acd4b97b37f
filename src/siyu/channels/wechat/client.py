"""One call of the WeChat platform as one account: with a living token, renewed once where it had died, and else an error.

Tokens come from `stable_token`, which gives the same one to all who ask until it is nearly over: so processes need not share what
they hold, and none takes another's away.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

import msgspec

from siyu.kernel.clock import Clock
from siyu.kernel.errors import BusyError, ConflictError, InvalidError
from siyu.platform.http import HttpAnswer, HttpLimits, OutgoingHttp, UnreachableError
from siyu.platform.signed_json import surely_not_there

LIMITS: Final = HttpLimits(connect_seconds=3, read_seconds=8, total_seconds=30, answer_bytes_max=8 * 1024 * 1024)
MARGIN: Final = timedelta(seconds=60)
REFUSED_LASTS: Final = timedelta(minutes=5)
"""For so long a secret that was refused is not tried again."""
RENEW: Final = frozenset({40001, 40014, 42001})
CONFIGURE: Final = frozenset({40013, 40125, 40164, 40243, 41002, 41004, 48001, 48004, 48008, 50002, 61024, 89503})
BUSY: Final = frozenset({-1, 45011, 45009, 45035, 45065})
WAITS: Final[Mapping[int, int]] = {45009: 3600, 45011: 60}
"""A quota of the day is used up; of the minute."""


class WechatBusyError(BusyError):
    """WeChat did not do it now; the same call can be made again later."""

    code: ClassVar[str] = "wechat_busy"

    def __init__(self, errcode: int = 0, path: str = "") -> None:
        self.errcode, self.path = errcode, path
        super().__init__(f"({path}: {errcode})", retry_after_seconds=WAITS.get(errcode, 5), errcode=errcode, path=path)


class WechatUnreachableError(WechatBusyError):
    """WeChat did not answer; whether it did what was asked is unknown."""

    code: ClassVar[str] = "wechat_unreachable"

    def __init__(self, status: int = 0, path: str = "", *, surely_not_there: bool = False) -> None:
        self.surely_not_there = surely_not_there
        super().__init__(status, path)


class WechatRefusedError(InvalidError):
    """WeChat refuses this for what was asked; asked again it refuses again."""

    code: ClassVar[str] = "wechat_refused"

    def __init__(self, errcode: int = 0, path: str = "") -> None:
        self.errcode, self.path = errcode, path
        super().__init__(f"({path}: {errcode})", errcode=errcode, path=path)


class WechatConfigurationError(ConflictError):
    """WeChat refuses every such call until something is set right, in its console or in the connection."""

    code: ClassVar[str] = "wechat_configuration"

    def __init__(self, errcode: int = 0, path: str = "") -> None:
        self.errcode, self.path = errcode, path
        super().__init__(f"({path}: {errcode})", errcode=errcode, path=path)


@dataclass(slots=True)
class _Held:
    """A token, or why there is none."""

    text: str = field(repr=False)
    until: datetime
    refused: int = 0


class WechatAccount:
    """Calls as one account; safe for many threads."""

    def __init__(self, app_id: str, secret: str, base_url: str, clock: Clock, http: OutgoingHttp) -> None:
        self.app_id, self._secret, self._base_url = app_id, secret, base_url.rstrip("/")
        self._clock, self._http = clock, http
        self._held: _Held | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"WechatAccount({self.app_id})"

    def call(
        self, path: str, body: Mapping[str, Any] | None = None, *, query: Mapping[str, str | int] | None = None
    ) -> dict[str, Any]:
        """What WeChat answers to `/cgi-bin/user/info` and the like: a GET without a body, a POST with one. Tried once; again
        only with a new token, for then nothing was done."""
        token = self._token("")
        document = self._sent(path, {"access_token": token, **(query or {})}, body)
        errcode = _errcode(document)
        if errcode in RENEW:
            document = self._sent(path, {"access_token": self._token(token), **(query or {})}, body)
            errcode = _errcode(document)
        if errcode:
            raise error_of(errcode, path)
        return document

    def check(self) -> None:
        """Asks for a token although the secret may have been refused a moment ago; raises what is wrong."""
        with self._lock:
            self._held = None
        self._token("")

    def _token(self, dead: str) -> str:
        """A token that is good for a while; another than the dead one. One thread asks, the others wait for what it brings."""
        with self._lock:
            held, now = self._held, self._clock.now()
            if held is None or now >= held.until or (dead and held.text == dead):
                held = self._fetched(now)
                if dead and held.text == dead:  # taken back before its time
                    held = self._fetched(now, is_forced=True)
                self._held = held
            if held.refused:
                raise WechatConfigurationError(held.refused, "stable_token")
            return held.text

    def _fetched(self, now: datetime, *, is_forced: bool = False) -> _Held:
        asked = {"grant_type": "client_credential", "appid": self.app_id, "secret": self._secret}
        document = self._sent("/cgi-bin/stable_token", {}, asked | ({"force_refresh": True} if is_forced else {}))
        errcode = _errcode(document)
        if errcode in RENEW or errcode in CONFIGURE:  # here 40001 is the secret's fault
            return _Held("", now + REFUSED_LASTS, errcode)
        if errcode:
            raise error_of(errcode, "stable_token")
        return _Held(str(document["access_token"]), now + timedelta(seconds=int(document["expires_in"])) - MARGIN)

    def _sent(self, path: str, query: Mapping[str, str | int], body: Mapping[str, Any] | None) -> dict[str, Any]:
        url = f"{self._base_url}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Content-Type": "application/json"}
        try:
            answer = self._http.get(url) if body is None else self._http.post(url, msgspec.json.encode(body), headers)
        except UnreachableError as error:
            raise WechatUnreachableError(0, path, surely_not_there=surely_not_there(error)) from error
        return _document(answer, path)


def error_of(errcode: int, path: str) -> BusyError | InvalidError | ConflictError:
    """The error that tells who called what to do. WeChat's own words are not handed on: they name addresses."""
    if errcode in BUSY:
        return WechatBusyError(errcode, path)
    if errcode in CONFIGURE or errcode in RENEW:
        return WechatConfigurationError(errcode, path)
    return WechatRefusedError(errcode, path)


def _errcode(document: Mapping[str, Any]) -> int:
    errcode = document.get("errcode", 0)
    return errcode if isinstance(errcode, int) else 0


def _document(answer: HttpAnswer, path: str) -> dict[str, Any]:
    """Whatever is no answer of WeChat is silence."""
    if not answer.is_success or answer.is_cut:
        raise WechatUnreachableError(answer.status, path)
    try:
        document = msgspec.json.decode(answer.body)
    except msgspec.DecodeError as error:
        raise WechatUnreachableError(answer.status, path) from error
    if not isinstance(document, dict):
        raise WechatUnreachableError(answer.status, path)
    return document
