"""An emulated corp, an app in it, and Siyu's client aimed at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from siyu.channels.wecom.client import LIMITS, Wecom
from siyu.channels.wecom.governor import Governor
from siyu.channels.wecom.store import StoredRates, StoredTokens
from siyu.channels.wecom.tokens import Tokens, WecomApp
from siyu.kernel.clock import SystemClock
from siyu.platform.http import OutgoingHttp
from siyu.platform.postgres.database import Database
from siyu.world.wecom.apps import App
from siyu.world.wecom.building import Size, build_corp
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.server import WecomServer

CORP_ID = "ww5174656d75736979"
SECRET = "secret-of-the-app-0000000000000000000000000"  # of an emulated app


@dataclass(frozen=True)
class Emulated:
    """The corp and where it listens."""

    corp: Corp
    url: str

    @property
    def app(self) -> WecomApp:
        return WecomApp(CORP_ID, SECRET, self.url, 1000002)


@pytest.fixture
def emulated() -> Iterator[Emulated]:
    corp = build_corp(CORP_ID, SystemClock(), Size(members=4, customers=230, chats=2))
    corp.apps[SECRET] = App(1000002, SECRET, "私域")
    with WecomServer(corp) as server:
        yield Emulated(corp, server.url)


class Pauses(list[float]):
    """Notes how long was waited, without waiting."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def wecom(database: Database, emulated: Emulated, pauses: Pauses) -> Iterator[Wecom]:
    """A client that waits for nothing; its clock stands still."""
    governor = Governor(StoredRates(database), database.clock, pause=pauses)
    tokens = Tokens(StoredTokens(database), database.clock)
    with Wecom(emulated.app, tokens, governor, OutgoingHttp(LIMITS), pause=pauses) as client:
        yield client
