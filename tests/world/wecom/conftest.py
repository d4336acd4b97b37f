"""A small corp at noon of a Monday in Shanghai, with three secrets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from siyu.kernel.clock import ManualClock
from siyu.world.wecom.apps import App, AppKind
from siyu.world.wecom.building import Size, build_corp
from siyu.world.wecom.dispatch import Service
from siyu.world.wecom.rules import Rules
from tests.world.wecom.driving import (
    AGENT_ID,
    CALLBACK,
    CONTACTS_SECRET,
    CORP_ID,
    OTHER_AGENT_ID,
    OTHER_SECRET,
    SECRET,
    Api,
)

SIZE = Size(members=6, customers=60, chats=3)


@pytest.fixture
def make_api(clock: ManualClock) -> Callable[..., Api]:
    """A corp under rules of one's own."""

    def make(rules: Rules | None = None) -> Api:
        corp = build_corp(CORP_ID, clock, SIZE, rules=rules)
        corp.add_app(App(AGENT_ID, SECRET, trusted_domains={"siyu.example"}, callback=CALLBACK))
        corp.add_app(App(OTHER_AGENT_ID, OTHER_SECRET))
        corp.add_app(App(0, CONTACTS_SECRET, kind=AppKind.CONTACTS))
        return Api(corp, Service(corp))

    return make


@pytest.fixture
def api(make_api: Callable[..., Api]) -> Api:
    """The corp under the strict rules, with a client of its first app."""
    return make_api()
