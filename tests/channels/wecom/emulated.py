"""An emulated corp with an app in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from siyu.channels.wecom.tokens import WecomApp
from siyu.kernel.clock import Clock
from siyu.world.wecom.apps import App, Callback
from siyu.world.wecom.building import Size, build_corp
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.server import WecomServer

CORP_ID = "ww5174656d75736979"
SECRET = "secret-of-the-app-0000000000000000000000000"
TOKEN = "TokenOfCallbacks"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
AGENT_ID = 1000002


@dataclass(frozen=True)
class Emulated:
    """The corp and where it listens."""

    corp: Corp
    url: str

    @property
    def app(self) -> WecomApp:
        return WecomApp(CORP_ID, SECRET, self.url, AGENT_ID)

    def call_back(self, url: str) -> Callback:
        """Sends callbacks to an address from now on."""
        callback = Callback(url, TOKEN, AES_KEY)
        self.corp.apps[SECRET].callback = callback
        return callback


@contextmanager
def emulated_corp(clock: Clock) -> Iterator[Emulated]:
    """Four members, 230 customers, two groups, one app that pages of siyu.example may use."""
    corp = build_corp(CORP_ID, clock, Size(members=4, customers=230, chats=2))
    corp.add_app(App(AGENT_ID, SECRET, "私域", trusted_domains={"siyu.example"}))
    with WecomServer(corp) as server:
        yield Emulated(corp, server.url)
