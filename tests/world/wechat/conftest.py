"""A service account and a mini program at noon of a Monday in Shanghai."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from siyu.kernel.clock import ManualClock
from siyu.world.wechat.accounts import Limits, Platform
from siyu.world.wechat.dispatch import AccountService
from tests.world.wechat.driving import ADDRESS, MINI, OFFICIAL, SECRET, TEMPLATE, Accounts


@pytest.fixture
def make_accounts(clock: ManualClock) -> Callable[..., Accounts]:
    """Both accounts under limits of one's own."""

    def make(limits: Limits | None = None) -> Accounts:
        platform = Platform(clock, limits=limits)
        accounts = Accounts(platform, AccountService(platform))
        for app_id, kind in ((OFFICIAL, "official"), (MINI, "mini")):
            accounts.door("account/add", appid=app_id, kind=kind, secret=SECRET, template_ids=[TEMPLATE])
            platform.account(app_id).address = ADDRESS
        return accounts

    return make


@pytest.fixture
def accounts(make_accounts: Callable[..., Accounts]) -> Accounts:
    return make_accounts()
