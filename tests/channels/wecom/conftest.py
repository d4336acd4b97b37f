"""Siyu's client, aimed at an emulated corp."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from siyu.channels.wecom.client import LIMITS, Wecom
from siyu.channels.wecom.governor import Governor
from siyu.channels.wecom.store import StoredRates, StoredTokens
from siyu.channels.wecom.tokens import Tokens
from siyu.kernel.clock import ManualClock
from siyu.platform.http import OutgoingHttp
from siyu.platform.postgres.database import Database
from tests.channels.wecom.emulated import Emulated, emulated_corp


class Pauses(list[float]):
    """Notes how long was waited, without waiting."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def emulated(clock: ManualClock) -> Iterator[Emulated]:
    with emulated_corp(clock) as emulated:
        yield emulated


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
