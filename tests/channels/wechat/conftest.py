"""Both kinds of account, emulated and connected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from siyu.channels.wechat.accounts import ConnectedAccount
from siyu.channels.wechat.client import LIMITS
from siyu.domain.connections.contracts import CONNECTION_RULES, ConnectionKind, LiveConnection
from siyu.kernel.clock import ManualClock
from siyu.platform.http import OutgoingHttp
from siyu.world.wechat.accounts import Platform
from siyu.world.wechat.dispatch import AccountService
from siyu.world.wecom.server import LoopbackServer
from tests.world.wechat.driving import MINI, OFFICIAL, SECRET, TEMPLATE, Accounts

KINDS = {OFFICIAL: ConnectionKind.OFFICIAL_ACCOUNT, MINI: ConnectionKind.MINIPROGRAM}


@dataclass
class Connected:
    """The emulator's own side, and ours."""

    accounts: Accounts
    url: str
    clock: ManualClock
    http: OutgoingHttp = field(repr=False)

    def account(self, app_id: str, secret: str = SECRET, url: str = "", **settings: Any) -> ConnectedAccount:
        kind = KINDS[app_id]
        (rule,) = [each for each in CONNECTION_RULES if each.kind is kind]
        known = {name: each.default for name, each in rule.settings.items()}
        connection = LiveConnection(
            kind=kind,
            account=app_id,
            vendor="wechat",
            name="晨曦茶饮",
            base_url=url or self.url,
            secrets={"app_secret": secret},
            settings=known | settings,
            is_enabled=True,
            changed_at=self.clock.now(),
        )
        return ConnectedAccount.of(connection, self.clock, self.http)


@pytest.fixture
def connected(clock: ManualClock) -> Iterator[Connected]:
    platform = Platform(clock)
    accounts = Accounts(platform, AccountService(platform))
    for app_id, kind in ((OFFICIAL, "official"), (MINI, "mini")):
        accounts.door("account/add", appid=app_id, kind=kind, secret=SECRET, template_ids=[TEMPLATE])
    with LoopbackServer(accounts.service, platform.postman) as server, OutgoingHttp(LIMITS) as http:
        yield Connected(accounts, server.url, clock, http)
