"""Accounts, the people who follow or use them, and all that goes on between them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree

from siyu.kernel.clock import Clock
from siyu.kernel.ids import IdSource, SeededIds, derived_hex
from siyu.world.wechat.posting import AccountPostman, Address
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.faults import Faults
from siyu.world.wecom.limits import Meter
from siyu.world.wecom.moving import MovingClock


@dataclass(frozen=True, slots=True)
class Limits:
    """Quotas of a day and what is nowhere published."""

    token_seconds: int = 7200
    overlap_seconds: int = 300  # unpublished: how long the token before still works
    tokens_per_day: int = 2000
    forced_tokens_per_day: int = 20
    forced_token_seconds: int = 30
    calls_per_minute: int = 10_000  # unpublished
    custom_per_day: int = 500_000
    templates_per_day: int = 100_000
    codes_per_day: int = 100_000
    lists_per_day: int = 500
    menus_per_day: int = 1000
    logins_per_minute: int = 100
    tags_max: int = 100
    tags_per_fan_max: int = 20
    body_bytes_max: int = 10 * 1024 * 1024


class AccountKind(StrEnum):
    """A service account, with followers; a mini program, with users."""

    OFFICIAL = "official"
    MINI = "mini"


@dataclass(slots=True)
class Allowance:
    """So many messages until an instant, by what somebody did last."""

    left: int
    until: datetime


@dataclass(slots=True)
class Fan:
    """Somebody as one account knows him."""

    openid: str
    unionid: str
    subscribed_at: int | None = None
    scene: str = "ADD_SCENE_SEARCH"
    qr_scene: str = ""
    remark: str = ""
    tag_ids: list[int] = field(default_factory=list)
    allowances: dict[str, Allowance] = field(default_factory=dict)
    consents: dict[str, int] = field(default_factory=dict)
    refuses_templates: bool = False
    shown: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def is_subscribed(self) -> bool:
        return self.subscribed_at is not None


@dataclass(slots=True)
class Account:
    """One account with its secret."""

    app_id: str
    secret: str
    kind: AccountKind
    original_id: str
    trusted_ips: set[str] | None = None
    address: Address | None = None
    template_ids: set[str] = field(default_factory=set)
    fans: dict[str, Fan] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)
    menu: list[dict[str, Any]] = field(default_factory=list)
    name: str = ""

    def fan(self, openid: str, unknown: int = 40003) -> Fan:
        """Somebody whom the account knows; RefusedError where it knows nobody of this openid."""
        fan = self.fans.get(openid)
        if fan is None:
            raise RefusedError(unknown)
        return fan

    def know(self, unionid: str) -> Fan:
        """Somebody, who is known from now on."""
        openid = openid_of(self.app_id, unionid)
        return self.fans.setdefault(openid, Fan(openid, unionid))


def openid_of(app_id: str, unionid: str) -> str:
    """The openid of a person is another for each account, and always the same for one."""
    return "o" + derived_hex("openid", app_id, unionid)[:27]


class Platform:
    """All accounts of one company. Everything is done under its lock."""

    def __init__(
        self, clock: Clock, *, limits: Limits | None = None, ids: IdSource | None = None, seed: int = 1
    ) -> None:
        self.limits = limits or Limits()
        self.clock = MovingClock(clock)
        self.ids = ids or SeededIds(seed)
        self.lock = threading.RLock()
        self.faults = Faults()
        self.meter = Meter()
        self.accounts: dict[str, Account] = {}
        self.on_change: Callable[[], None] = lambda: None
        self.on_shown: Callable[[str], object] = lambda _unionid: None
        """Told whose phone has just shown something of an account; has to be quick."""
        self.postman = AccountPostman(self.clock, self.ids, self.faults)
        self.postman.on_answer = self._show_answer
        self._seed, self.keys = seed, 0

    def _show_answer(self, app_id: str, openid: str, said: ElementTree.Element) -> None:
        """What an account answers to a callback at once is shown without costing anything; texts alone are."""
        text = said.findtext("Content", "")
        with self.lock:
            account = self.accounts.get(app_id)
            fan = account.fans.get(openid) if account is not None else None
            if fan is not None and text and said.findtext("MsgType") == "text":
                content = {"msgtype": "text", "text": {"content": text}}
                at = int(self.now().timestamp())
                fan.shown.append({"at": at, "sender": app_id, "is_own": False, "origin": "answer", "content": content})
                self.on_shown(fan.unionid)
        self.on_change()

    def now(self) -> datetime:
        return self.clock.now()

    def account(self, app_id: str) -> Account:
        """An account; RefusedError 40013 where there is none."""
        account = self.accounts.get(app_id)
        if account is None:
            raise RefusedError(40013)
        return account

    def new_key(self, prefix: str, length: int = 32) -> str:
        """An id that nothing else here has."""
        self.keys += 1
        digits = derived_hex(str(self._seed), prefix, str(self.keys)) + derived_hex(
            str(self._seed), "m", str(self.keys)
        )
        return (prefix + digits)[:length]

    def new_number(self) -> int:
        """A number for a message, larger than those before."""
        self.keys += 1
        return 24_000_000_000_000_000 + self.keys

    def tell(self, account: Account, fan: Fan, fields: Mapping[str, str | int]) -> None:
        """Something happened to a fan; the account's address hears of it."""
        if account.address is not None:
            whole = {"ToUserName": account.original_id, "FromUserName": fan.openid, **fields}
            self.postman.post_to(account.address, account.app_id, fan.openid, whole)
