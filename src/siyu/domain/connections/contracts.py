"""What others may know of the outside that channels are connected to: accounts of WeChat, vendors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

Setting = str | int | bool


class ConnectionKind(StrEnum):
    """Which channel a connection is of; as journeys and consents name it."""

    OFFICIAL_ACCOUNT = "official_account"
    MINIPROGRAM = "miniprogram"
    SMS = "sms"
    AICALL = "aicall"


@dataclass(frozen=True, slots=True)
class SettingRule:
    """One setting of a connection: what it is at first and what it may be; a text is one of `choices` where there are any."""

    default: Setting
    least: int = 0
    most: int = 1_000_000
    length_max: int = 600
    choices: Sequence[str] = ()
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionRule:
    """What a connection of one kind and vendor is made of. An empty `base_url` has to be told; of secrets it says whether they
    are needed."""

    kind: ConnectionKind
    vendor: str
    base_url: str
    secrets: Mapping[str, bool]
    settings: Mapping[str, SettingRule]


_SMS_SHARE: Final = {
    "serves": SettingRule("all", choices=("all", "marketing", "service")),
    "turn": SettingRule(1, least=1, most=9),
}
"""Of several vendors: what each sends, and which comes first."""
_COST: Final = SettingRule(0, most=100_000)
_WECHAT_SECRETS: Final = {"app_secret": True, "callback_token": False, "encoding_aes_key": False}
_SIGN: Final = SettingRule("", length_max=20, is_needed=True)
WECHAT_URL: Final = "https://api.weixin.qq.com"
ALIYUN_SMS_URL: Final = "https://dysmsapi.aliyuncs.com"

CONNECTION_RULES: Final[Sequence[ConnectionRule]] = (
    ConnectionRule(
        ConnectionKind.OFFICIAL_ACCOUNT,
        "wechat",
        WECHAT_URL,
        _WECHAT_SECRETS,
        {
            "follow_reply": SettingRule(""),
            "follow_code_id": SettingRule(0, most=2**53),
            "opt_out_reply": SettingRule("好的，以后不再给您发送推广消息。需要时再找我们。"),
            "has_templates": SettingRule(True),
            "messages_after_message": SettingRule(5, most=20),
            "hours_after_message": SettingRule(48, least=1, most=48),
            "messages_after_gesture": SettingRule(3, most=20),
            "seconds_after_gesture": SettingRule(60, least=10, most=3600),
            "cost_fen": _COST,
        },
    ),
    ConnectionRule(
        ConnectionKind.MINIPROGRAM,
        "wechat",
        WECHAT_URL,
        _WECHAT_SECRETS,
        {
            "page": SettingRule("", length_max=500),
            "release": SettingRule("formal", choices=("formal", "trial", "developer")),
            "cost_fen": _COST,
        },
    ),
    ConnectionRule(
        ConnectionKind.SMS,
        "generic",
        "",
        {"secret": True},
        {
            "sign_name": _SIGN,
            "template_id": SettingRule("", length_max=100),
            "opt_out_hint": SettingRule("拒收请回复R", length_max=30),
            "cost_fen": SettingRule(5, most=100_000),
            **_SMS_SHARE,
        },
    ),
    ConnectionRule(
        ConnectionKind.SMS,
        "aliyun",
        ALIYUN_SMS_URL,
        {"access_key_secret": True},
        {
            "access_key_id": SettingRule("", length_max=100, is_needed=True),
            "sign_name": _SIGN,
            "template_id": SettingRule("", length_max=100),
            "cost_fen": SettingRule(5, most=100_000),
            **_SMS_SHARE,
        },
    ),
    ConnectionRule(
        ConnectionKind.AICALL,
        "generic",
        "",
        {"secret": True},
        {
            "script_id": SettingRule("", length_max=100, is_needed=True),
            "hour_from": SettingRule(9, most=23),
            "hour_to": SettingRule(20, least=1, most=24),
            "cost_fen": SettingRule(30, most=100_000),
        },
    ),
)
"""All that can be connected. Where documents leave something open the default is the strict reading."""


@dataclass(frozen=True, slots=True)
class ConnectionFinding:
    """What a check found: a stable code, and what the other side called it."""

    code: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection as a page shows it; of secrets only whether there are any. `findings` is None before the first check."""

    kind: ConnectionKind
    account: str
    vendor: str
    name: str
    base_url: str
    has: Mapping[str, bool]
    settings: Mapping[str, Setting]
    is_enabled: bool
    changed_at: datetime
    checked_at: datetime | None
    findings: Sequence[ConnectionFinding] | None


@dataclass(frozen=True, slots=True)
class LiveConnection:
    """A connection with all that is needed to talk. Never leaves the process."""

    kind: ConnectionKind
    account: str
    vendor: str
    name: str
    base_url: str
    secrets: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, Setting]
    is_enabled: bool
    changed_at: datetime

    def text(self, name: str) -> str:
        """A setting that is a text."""
        return str(self.settings[name])

    def number(self, name: str) -> int:
        """A setting that is a number."""
        return int(self.settings[name])


ACCOUNT_FOLLOWED: Final = "account_followed"
"""Somebody follows an Official Account: {app_id, scene, by}; by `callback`, or `sync` where a listing told it first."""
ACCOUNT_UNFOLLOWED: Final = "account_unfollowed"
"""Somebody follows it no more: {app_id}."""
ACCOUNT_SCANNED: Final = "account_scanned"
"""A follower scanned one of its codes: {app_id, scene}."""
ACCOUNT_MENU_CLICKED: Final = "account_menu_clicked"
"""A follower chose in its menu: {app_id, key}."""
ACCOUNT_MESSAGE_RECEIVED: Final = "account_message_received"
"""Somebody wrote to an account: {app_id, kind}; what was written is not kept."""
SUBSCRIPTION_ANSWERED: Final = "subscription_answered"
"""Somebody was asked by an account or a mini program whether a template may be sent: {app_id, template_id, is_granted}."""
CALL_ENDED: Final = "call_ended"
"""A call of the AI has ended: {message_key, account, is_answered, seconds, intent}."""
CHANNEL_SOURCE: Final = "channels"
"""Where these events come from."""
