"""One call of WeCom's API: with a living token, at a pace that is allowed, tried again where that helps, and else an error."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Self, TypeVar
from urllib.parse import urlencode

import msgspec

from siyu.channels.wecom.errors import (
    Remedy,
    WecomAnswerError,
    WecomThrottledError,
    WecomUnreachableError,
    error_of,
    remedy_of,
)
from siyu.channels.wecom.gates import Priority
from siyu.channels.wecom.governor import Governor
from siyu.channels.wecom.store import StoredRates, StoredTokens
from siyu.channels.wecom.tokens import TokenKind, Tokens, WecomApp
from siyu.platform.http import HttpAnswer, HttpLimits, OutgoingHttp, UnreachableError
from siyu.platform.postgres.database import Database

PREFIX = "/cgi-bin/"
LIMITS = HttpLimits(connect_seconds=3, read_seconds=10, total_seconds=60, answer_bytes_max=32 * 1024 * 1024)
PATIENCE_SECONDS = 30.0
"""How long a call waits for its turn, if not told otherwise."""

TRIES: Final[Mapping[Remedy, tuple[float, ...]]] = {
    Remedy.RETRY: (0.2, 0.5, 1.0),
    Remedy.SLOW_DOWN: (0.1, 0.2, 0.4, 0.8, 1.6),
    Remedy.SERIALISE: (0.1, 0.3, 0.9),
}
"""How often a call is tried again for which reason, and after how many seconds each time."""
SILENCE_TRIES: Final = (0.2, 1.0)

_DOES_ONCE = re.compile(r"/(add|create|send|trans|upload|remind|onjob)(?![^/]*_result)[^/]*$")
"""Paths whose second call does a second thing: where their answer was lost nobody knows what it said."""

Read = TypeVar("Read")


class Wecom:
    """Calls WeCom as one application. Safe for many threads; the governor and the tokens may be shared between several."""

    def __init__(
        self,
        app: WecomApp,
        tokens: Tokens,
        governor: Governor,
        http: OutgoingHttp,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.app = app
        self._tokens, self._governor, self._http, self._pause = tokens, governor, http, pause

    @classmethod
    def over(cls, database: Database, app: WecomApp) -> Self:
        """An application that shares its tokens and its pace with all processes of this database. Close it when done."""
        governor = Governor(StoredRates(database), database.clock)
        return cls(app, Tokens(StoredTokens(database), database.clock), governor, OutgoingHttp(LIMITS))

    def as_app(self, app: WecomApp) -> Self:
        """Another application over the same connections, tokens and pace."""
        return type(self)(app, self._tokens, self._governor, self._http, pause=self._pause)

    def close(self) -> None:
        self._http.close()

    def call(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str | int] | None = None,
        priority: Priority = Priority.NORMAL,
        method: str | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
        is_tried_again: bool = True,
    ) -> dict[str, Any]:
        """What WeCom answers to `externalcontact/get` and the like, a GET without a body and a POST with one. Raises what
        `errors` holds: busy (later again), refused (final), configuration, cursor. With `is_tried_again` False the first refusal
        is the answer, but for a token that had died."""
        content = None if body is None else msgspec.json.encode(body)
        headers = {} if content is None else {"Content-Type": "application/json"}
        verb = method or ("GET" if content is None else "POST")
        if verb == "POST" and content is None:
            content = b"{}"
        asked = (verb, path, query or {}, content, headers)
        return _document(self._called(*asked, priority, patience_seconds, is_tried_again), path)

    def upload(self, path: str, query: Mapping[str, str | int], body: bytes, content_type: str) -> dict[str, Any]:
        """What WeCom answers to a file in a form."""
        headers = {"Content-Type": content_type}
        return _document(self._called("POST", path, query, body, headers, Priority.NORMAL, PATIENCE_SECONDS), path)

    def download(self, path: str, query: Mapping[str, str | int]) -> HttpAnswer:
        """A file as WeCom hands it out."""
        return self._called("GET", path, query, None, {}, Priority.NORMAL, PATIENCE_SECONDS)

    def pages(
        self,
        path: str,
        body: Mapping[str, Any],
        read: Callable[[dict[str, Any]], Read],
        *,
        cursor: str = "",
        priority: Priority = Priority.NORMAL,
    ) -> Iterator[tuple[Read, str]]:
        """All pages from a cursor on, each with the cursor that leads on from it ("" on the last). WecomCursorError where
        that is not known any more."""
        while True:
            document = self.call(path, {**body, **({"cursor": cursor} if cursor else {})}, priority=priority)
            cursor = str(document.get("next_cursor") or "")
            yield read(document), cursor
            if not cursor:
                return

    def ticket(self, kind: TokenKind) -> str:
        """The ticket that pages are signed with, for the corp or for this application."""

        def fetch() -> tuple[str, int]:
            if kind is TokenKind.AGENT_TICKET:
                document = self.call("ticket/get", query={"type": "agent_config"})
            else:
                document = self.call("get_jsapi_ticket")
            return str(document["ticket"]), int(document["expires_in"])

        return self._tokens.current(self.app, kind, fetch)

    def check(self) -> None:
        """Asks for a token although the secret may have been refused a moment ago, and for something that only this machine's
        address is checked at; raises what is wrong."""
        self._fetch_token()
        self._tokens.forget_refusal(self.app)
        self.call("get_api_domain_ip")

    def _called(
        self,
        verb: str,
        path: str,
        query: Mapping[str, str | int],
        content: bytes | None,
        headers: Mapping[str, str],
        priority: Priority,
        patience_seconds: float,
        is_tried_again: bool = True,
    ) -> HttpAnswer:
        """An answer without an error; what WeCom may have done already is not tried again where that would do it twice."""
        token, is_renewed = self._token(), False
        tried: dict[Remedy, int] = {}
        silences = 0
        while True:
            with self._governor.admitted(self.app.corp_id, path, self.app.pace, priority, patience_seconds):
                try:
                    answer = self._sent(verb, path, {"access_token": token, **query}, content, headers)
                except WecomUnreachableError:
                    if not is_tried_again or _DOES_ONCE.search("/" + path) or silences >= len(SILENCE_TRIES):
                        raise
                    answer = None
            if answer is None:
                self._pause(SILENCE_TRIES[silences])
                silences += 1
                continue
            errcode = _errcode(answer)
            gate = self._governor.gate(self.app.corp_id, path, self.app.pace)
            if errcode == 0:
                gate.widen()
                return answer
            remedy = remedy_of(errcode)
            if remedy is Remedy.RENEW_TOKEN and not is_renewed:
                token, is_renewed = self._tokens.renewed(self.app, TokenKind.ACCESS, self._fetch_token, token), True
                continue
            if remedy is Remedy.SLOW_DOWN:
                gate.narrow()
            waits = TRIES.get(remedy, ()) if is_tried_again else ()
            if (number := tried.get(remedy, 0)) < len(waits) and waits[number] <= patience_seconds:
                tried[remedy] = number + 1
                self._pause(waits[number])
                continue
            seconds = self._governor.penalise(self.app.corp_id, path) if remedy is Remedy.WAIT else 0
            raise error_of(errcode, path, seconds)

    def _sent(
        self, verb: str, path: str, query: Mapping[str, str | int], content: bytes | None, headers: Mapping[str, str]
    ) -> HttpAnswer:
        """One request; whatever is no answer of WeCom is silence."""
        url = f"{self.app.base_url.rstrip('/')}{PREFIX}{path}?{urlencode(query)}"
        try:
            answer = self._http.get(url) if verb == "GET" else self._http.post(url, content or b"", headers)
        except UnreachableError as error:
            raise WecomUnreachableError(path=path) from error
        if not answer.is_success:
            raise WecomUnreachableError(answer.status, path)
        return answer

    def _token(self) -> str:
        return self._tokens.current(self.app, TokenKind.ACCESS, self._fetch_token)

    def _fetch_token(self) -> tuple[str, int]:
        asked = {"corpid": self.app.corp_id, "corpsecret": self.app.secret}
        with self._governor.admitted(self.app.corp_id, "gettoken", self.app.pace, Priority.WELCOME, PATIENCE_SECONDS):
            answer = self._sent("GET", "gettoken", asked, None, {})
        errcode = _errcode(answer)
        if remedy_of(errcode) is Remedy.WAIT:
            raise WecomThrottledError(
                errcode, "gettoken", retry_after_seconds=self._governor.penalise(self.app.corp_id, "gettoken")
            )
        if errcode:
            raise error_of(errcode, "gettoken")
        document = _document(answer, "gettoken")
        return str(document["access_token"]), int(document["expires_in"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Verdict(msgspec.Struct):
    """The part of every answer that says how it went."""

    errcode: int = 0


_verdicts = msgspec.json.Decoder(_Verdict)


def _errcode(answer: HttpAnswer) -> int:
    """How a call went; an answer that is a file went well."""
    if not answer.headers.get("content-type", "").startswith(("application/json", "text/")):
        return 0
    try:
        return _verdicts.decode(answer.body).errcode
    except (msgspec.DecodeError, UnicodeDecodeError):
        return 0


def _document(answer: HttpAnswer, path: str) -> dict[str, Any]:
    if answer.is_cut:
        raise WecomAnswerError("It is too long.", path=path)
    try:
        document = msgspec.json.decode(answer.body)
        if b"\\u0000" in answer.body:
            document = _storable(document)
    except (msgspec.DecodeError, UnicodeDecodeError):
        document = _leniently(answer.body, path)
    if not isinstance(document, dict):
        raise WecomAnswerError("It is no object.", path=path)
    return document


def _leniently(body: bytes, path: str) -> Any:
    """What people call themselves may hold control characters as they are, and halves of signs; no page fails for that."""
    try:
        return _storable(json.loads(body.decode(errors="ignore"), strict=False))
    except ValueError as error:
        raise WecomAnswerError("It is no JSON.", path=path) from error


def _storable(value: Any) -> Any:
    """The document without what no database takes: NUL, and halves of signs."""
    match value:
        case str():
            return value.encode(errors="ignore").decode().replace("\x00", "")
        case dict():
            return {name: _storable(each) for name, each in value.items()}
        case list():
            return [_storable(each) for each in value]
    return value
