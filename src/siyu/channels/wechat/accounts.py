"""An account that is connected: its settings, its client, and what a refusal of WeChat's means for a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from siyu.channels.wechat.client import (
    WechatAccount,
    WechatBusyError,
    WechatConfigurationError,
    WechatRefusedError,
    WechatUnreachableError,
)
from siyu.domain.connections.contracts import ConnectionFinding, LiveConnection
from siyu.domain.messages.contracts import FailedReason, Repeating, SendOutcome, SendResult
from siyu.kernel.clock import Clock
from siyu.platform.http import OutgoingHttp
from siyu.platform.postgres.database import Database

BATCH_MAX: Final = 20
"""Messages go one by one; so many take some seconds, much less than the lease of a batch."""
NO_MORE_ALLOWED: Final = frozenset({45015, 45047, 43101})
"""Out of time, too many, no consent left: of this customer, for now."""
_REASONS: Final[Mapping[int, str]] = {
    43004: FailedReason.UNSUBSCRIBED.value,
    48002: FailedReason.BLOCKED.value,
    43019: FailedReason.BLOCKED.value,
    40003: FailedReason.NO_ADDRESS.value,
    40007: FailedReason.EXPIRED_MEDIA.value,
    **dict.fromkeys((40037, 41028, 41029, 41030, 47003, 40165), FailedReason.BAD_TEMPLATE.value),
}
_FINDINGS: Final[Mapping[int, str]] = {
    40001: "wrong_secret",
    40125: "wrong_secret",
    41004: "wrong_secret",
    40013: "wrong_account",
    41002: "wrong_account",
    40164: "address_not_trusted",
    61024: "address_not_trusted",
    48001: "not_authorised",
    48004: "not_authorised",
    50002: "not_authorised",
}
CONFIGURATION_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class ConnectedAccount:
    """One account, ready to be talked by."""

    connection: LiveConnection
    client: WechatAccount

    @property
    def app_id(self) -> str:
        return self.connection.account

    @classmethod
    def of(cls, connection: LiveConnection, clock: Clock, http: OutgoingHttp) -> ConnectedAccount:
        secret = connection.secrets.get("app_secret", "")
        return cls(connection, WechatAccount(connection.account, secret, connection.base_url, clock, http))


class AccountsChannel:
    """What a channel is that speaks as whichever account of its kind knows the customer."""

    batch_max = BATCH_MAX
    repeating = Repeating.NEVER
    identity_kinds: frozenset[str] | None = frozenset({"openid"})

    def __init__(self, database: Database, accounts: Sequence[ConnectedAccount]) -> None:
        self._database = database
        self._accounts = {each.app_id: each for each in accounts}

    @property
    def cost_fen(self) -> int:
        """What a message costs where it costs most."""
        return max((each.connection.number("cost_fen") for each in self._accounts.values()), default=0)


WechatError = WechatBusyError | WechatConfigurationError | WechatRefusedError


def result_of(message_key: str, error: WechatError) -> SendResult:
    """What becomes of a message that WeChat did not take."""
    if isinstance(error, WechatUnreachableError):
        reason = f"unreachable:{error.errcode}"
        return SendResult(message_key, SendOutcome.UNREACHABLE, reason, is_unsent=error.surely_not_there)
    if isinstance(error, WechatBusyError):
        reason = f"errcode_{error.errcode}"
        return SendResult(message_key, SendOutcome.DEFERRED, reason, float(error.retry_after_seconds))
    if isinstance(error, WechatConfigurationError):
        return SendResult(message_key, SendOutcome.DEFERRED, f"errcode_{error.errcode}", CONFIGURATION_SECONDS)
    if error.errcode in NO_MORE_ALLOWED:
        return SendResult(message_key, SendOutcome.OVER_QUOTA, FailedReason.OVER_QUOTA.value)
    return SendResult(message_key, SendOutcome.REJECTED, _REASONS.get(error.errcode, f"errcode_{error.errcode}"))


def is_unsent(error: WechatError) -> bool:
    """Whether WeChat surely does not have the message and may be given it again."""
    result = result_of("", error)
    return result.outcome is SendOutcome.DEFERRED or result.is_unsent


def check_account(account: ConnectedAccount) -> Sequence[ConnectionFinding]:
    """What is wrong with a connection."""
    try:
        account.client.check()
        account.client.call("/cgi-bin/getcallbackip")
    except WechatUnreachableError:
        return [ConnectionFinding("unreachable")]
    except WechatBusyError as error:
        return [ConnectionFinding("throttled", str(error.errcode))]
    except (WechatConfigurationError, WechatRefusedError) as error:
        return [ConnectionFinding(_FINDINGS.get(error.errcode, "refused"), str(error.errcode))]
    return []
