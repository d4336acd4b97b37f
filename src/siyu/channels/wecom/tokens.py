"""Access tokens and tickets: one of each kind for each secret, shared by all processes, fetched by one of them at a time."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from siyu.channels.wecom.errors import Remedy, WecomConfigurationError, remedy_of
from siyu.channels.wecom.rates import Pace
from siyu.kernel.clock import Clock

MARGIN = timedelta(minutes=5)
MARGIN_SHARE = 0.1
REFUSED_LASTS = timedelta(minutes=5)
"""For so long a secret that was refused is not tried again: whoever goes on is banned for an hour."""
LOOKED_UP_EVERY = timedelta(seconds=30)
"""How long a process believes what it holds; another may have had to fetch a new one."""


class TokenKind(StrEnum):
    """What is kept: the token of all calls, and the tickets that pages are signed with."""

    ACCESS = "access"
    PAGE_TICKET = "page_ticket"
    AGENT_TICKET = "agent_ticket"


@dataclass(frozen=True, slots=True)
class WecomApp:
    """One application of a corp: who calls. The secret names it; a corp's own app and its address book have different ones."""

    corp_id: str
    secret: str = field(repr=False)
    base_url: str = "https://qyapi.weixin.qq.com"
    agent_id: int = 0
    pace: Pace = Pace()

    @property
    def holder(self) -> bytes:
        """What the app's tokens are kept under; the secret cannot be told from it."""
        return hashlib.sha256(f"{self.base_url}\x1f{self.corp_id}\x1f{self.secret}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Token:
    """A token, or why there is none."""

    text: str = field(repr=False)
    usable_until: datetime
    refused_errcode: int = 0


class TokenStore(Protocol):
    """Where all processes keep their tokens."""

    def find(self, holder: bytes, kind: TokenKind) -> Token | None: ...

    def save(self, corp_id: str, holder: bytes, kind: TokenKind, token: Token) -> None: ...

    def alone(self, holder: bytes, kind: TokenKind) -> AbstractContextManager[None]:
        """Nobody else is in such a block, in any process."""


Fetch = Callable[[], tuple[str, int]]
"""Asks WeCom for a token; gives it and how many seconds it lasts."""


class Tokens:
    """The tokens as one process knows them; safe for many threads."""

    def __init__(self, store: TokenStore, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._held: dict[tuple[bytes, TokenKind], tuple[Token, datetime]] = {}
        self._locks: dict[tuple[bytes, TokenKind], threading.Lock] = {}
        self._lock = threading.Lock()

    def current(self, app: WecomApp, kind: TokenKind, fetch: Fetch) -> str:
        """A token that is good for some minutes more; WecomConfigurationError while the secret is refused."""
        key, now = (app.holder, kind), self._clock.now()
        held = self._held.get(key)
        if held is not None and now < held[0].usable_until and now - held[1] < LOOKED_UP_EVERY:
            return _text(held[0])
        return self._shared(app, kind, fetch, dead="")

    def renewed(self, app: WecomApp, kind: TokenKind, fetch: Fetch, dead: str) -> str:
        """Another token than one that was refused: what somebody else has fetched meanwhile, or a new one."""
        return self._shared(app, kind, fetch, dead)

    def forget_refusal(self, app: WecomApp) -> None:
        """The next call tries the secret again, though it was refused a moment ago."""
        found = self._store.find(app.holder, TokenKind.ACCESS)
        if found is not None and found.refused_errcode:
            self._keep(app, TokenKind.ACCESS, Token("", self._clock.now()))

    def _shared(self, app: WecomApp, kind: TokenKind, fetch: Fetch, dead: str) -> str:
        key = (app.holder, kind)
        with self._lock:
            own = self._locks.setdefault(key, threading.Lock())
        with own:
            found = self._usable(key, dead)
            if found is None:
                with self._store.alone(app.holder, kind):
                    found = self._usable(key, dead) or self._fetched(app, kind, fetch)
            self._held[key] = (found, self._clock.now())
            return _text(found)

    def _usable(self, key: tuple[bytes, TokenKind], dead: str) -> Token | None:
        found = self._store.find(*key)
        if found is None or self._clock.now() >= found.usable_until or (dead and found.text == dead):
            return None
        return found

    def _fetched(self, app: WecomApp, kind: TokenKind, fetch: Fetch) -> Token:
        try:
            text, seconds = fetch()
        except WecomConfigurationError as error:
            if remedy_of(error.errcode) is Remedy.CONFIGURE:
                self._keep(app, kind, Token("", self._clock.now() + REFUSED_LASTS, error.errcode))
            raise
        margin = min(MARGIN, timedelta(seconds=seconds) * MARGIN_SHARE)
        return self._keep(app, kind, Token(text, self._clock.now() + timedelta(seconds=seconds) - margin))

    def _keep(self, app: WecomApp, kind: TokenKind, token: Token) -> Token:
        self._store.save(app.corp_id, app.holder, kind, token)
        self._held.pop((app.holder, kind), None)
        return token


def _text(token: Token) -> str:
    if token.refused_errcode:
        raise WecomConfigurationError(token.refused_errcode, "gettoken")
    return token.text
