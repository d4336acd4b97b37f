"""WeCom joined to the rest: a client for each corp that is connected, and the door that callbacks come in by."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Self

from siyu.assembly.installation import Installation
from siyu.channels.wecom import callbacks_store, welcomes_store
from siyu.channels.wecom.callbacks import Signed, open_callback, open_challenge
from siyu.channels.wecom.client import LIMITS, Wecom
from siyu.channels.wecom.governor import Governor
from siyu.channels.wecom.rates import Pace
from siyu.channels.wecom.store import StoredRates, StoredTokens
from siyu.channels.wecom.tokens import Tokens, WecomApp
from siyu.channels.wecom.welcome import message_for
from siyu.channels.wecom.welcomes_store import Greeted
from siyu.domain.company.contracts import WecomConnection, WelcomePlan
from siyu.domain.company.service import find_wecom_connection, list_wecom_connections
from siyu.domain.service.service import note_call
from siyu.engines.acquisition.greeting import has_welcome
from siyu.engines.service.contracts import KF_EVENT
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import real_span
from siyu.platform.callbacks.envelope import CallbackKeys
from siyu.platform.callbacks.xml import BODY_BYTES_MAX, CallbackForbiddenError
from siyu.platform.http import HttpLimits, OutgoingHttp
from siyu.platform.postgres.database import Database, Reading, UnitOfWork

ACTOR = system_actor("wecom")
CALLBACK_BYTES_MAX = BODY_BYTES_MAX
KNOWN_SECONDS = 5.0
"""How long a process goes by what it knows of a connection."""


def app_of(connection: WecomConnection, *, is_contacts: bool = False) -> WecomApp:
    """Who calls for a corp: its own app, or its address book."""
    secrets, rules = connection.secrets, connection.rules
    return WecomApp(
        connection.corp_id,
        secrets.contacts_secret if is_contacts else secrets.app_secret,
        connection.base_url,
        0 if is_contacts else connection.agent_id,
        Pace(rules.calls_per_minute, rules.calls_per_hour, rules.concurrency_max),
    )


class WecomClients:
    """The clients of one process, one for each corp, all at one pace. Safe for many threads."""

    def __init__(
        self,
        database: Database,
        limits: HttpLimits = LIMITS,
        *,
        outside: OutgoingHttp | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database, self._pause = database, pause
        self._http = outside or OutgoingHttp(limits)
        self._tokens = Tokens(StoredTokens(database), database.clock)
        self._governor = Governor(StoredRates(database), database.clock, pause=pause)
        self._known: dict[str, tuple[WecomConnection | None, float]] = {}
        self._lock = threading.Lock()
        self._has_any, self._looked_until = False, 0.0

    @classmethod
    def of_installation(cls, installation: Installation, limits: HttpLimits = LIMITS) -> Self:
        """The clients of the processes of an installation."""
        return cls(installation.database, limits, outside=installation.outside, pause=installation.pause)

    def of(self, connection: WecomConnection, *, is_contacts: bool = False) -> Wecom:
        """The client of a connection."""
        app = app_of(connection, is_contacts=is_contacts)
        return Wecom(app, self._tokens, self._governor, self._http, pause=self._pause)

    def find(self, corp_id: str) -> Wecom | None:
        """The client of a corp that is connected and switched on."""
        connection = self.connection(corp_id)
        return self.of(connection) if connection is not None else None

    def greeting(self, corp_id: str) -> tuple[Wecom, WelcomePlan] | None:
        """The client of a corp, and what it greets with."""
        connection = self.connection(corp_id)
        return (self.of(connection), connection.welcome) if connection is not None else None

    def connection(self, corp_id: str) -> WecomConnection | None:
        """A corp that is connected and switched on, as it was a moment ago."""
        with self._lock:
            known = self._known.get(corp_id)
        if known is not None and time.monotonic() < known[1]:
            return known[0]
        with self._database.read() as reading:
            found = find_wecom_connection(reading, ACTOR, corp_id)
        found = found if found is not None and found.is_enabled else None
        with self._lock:
            self._known[corp_id] = (found, time.monotonic() + KNOWN_SECONDS)
        return found

    def has_any(self) -> bool:
        """Whether any corp was connected and switched on a moment ago."""
        if time.monotonic() >= self._looked_until:
            with self._database.read() as reading:
                self._has_any = bool(list_wecom_connections(reading, ACTOR))
            self._looked_until = time.monotonic() + KNOWN_SECONDS
        return self._has_any

    def close(self) -> None:
        self._http.close()


def answer_challenge(reading: Reading, corp_id: str, signature: str, timestamp: str, nonce: str, sealed: str) -> bytes:
    """What shows WeCom that a corp's callbacks are at home here."""
    keys = _keys(find_wecom_connection(reading, ACTOR, corp_id))
    return open_challenge(keys, Signed(signature, timestamp, nonce), sealed)


def take_callback(work: UnitOfWork, corp_id: str, signature: str, timestamp: str, nonce: str, body: bytes) -> bool:
    """Keeps a callback, and what is to be greeted with it; durable when the unit of work is. False for one that came before."""
    connection = find_wecom_connection(work, ACTOR, corp_id)
    now = work.clock.now()
    opened = open_callback(_keys(connection), Signed(signature, timestamp, nonce), body, now)
    is_new = callbacks_store.put_callback(work, corp_id, opened)
    code, state = opened.text("WelcomeCode"), opened.text("State")
    if is_new and code and connection is not None and _is_greeted(work, connection, state):
        greeted = Greeted(code, opened.text("UserID"), opened.text("ExternalUserID"))
        lasting = real_span(work.clock, timedelta(seconds=connection.rules.welcome_seconds))
        dies_at = min(opened.happened_at, now) + lasting
        welcomes_store.put_welcome(work, corp_id, greeted, state, dies_at)
    if is_new and opened.event == KF_EVENT and opened.text("OpenKfId"):
        # Noted here and not by who works on callbacks, behind whatever else came: who entered has to be greeted in 20 seconds.
        note_call(work, ACTOR, corp_id, opened.text("OpenKfId"), opened.text("Token"))
    return is_new


def _is_greeted(work: UnitOfWork, connection: WecomConnection, state: str) -> bool:
    return message_for(connection.welcome, state) is not None or has_welcome(work, state)


def _keys(connection: WecomConnection | None) -> CallbackKeys:
    """CallbackForbiddenError for a corp that is not connected, so that nobody learns which are."""
    if connection is None or not connection.is_enabled or not connection.secrets.callback_token:
        raise CallbackForbiddenError
    return CallbackKeys(connection.corp_id, connection.secrets.callback_token, connection.secrets.encoding_aes_key)
