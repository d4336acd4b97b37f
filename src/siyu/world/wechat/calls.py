"""One call of an account's API as its handler sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from siyu.world.wechat.accounts import Account, AccountKind, Platform
from siyu.world.wechat.logins import Logins
from siyu.world.wecom.calls import Fields
from siyu.world.wecom.errors import RefusedError

OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
"""What those replies begin with that have nothing to tell; others have no errcode where all went well."""


@dataclass(frozen=True, slots=True)
class AccountCall:
    """One call: whose it is, and what it asks for."""

    platform: Platform
    account: Account
    now: datetime
    query: Fields
    body: Fields
    logins: Logins

    @property
    def now_seconds(self) -> int:
        return int(self.now.timestamp())

    def require(self, kind: AccountKind) -> None:
        """RefusedError 48001 where this kind of account has no such call."""
        if self.account.kind is not kind:
            raise RefusedError(48001)
