"""What an installation of the emulated WeCom can be told, with the strict reading of what is doubtful as the default."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
"""Natural days and months of quotas are those of Beijing."""


class MassQuota(StrEnum):
    """How many mass messages a customer or a group may get; the administrator chooses one of three."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits and doubtful behaviour. Numbers that WeCom publishes stand beside those that it does not."""

    # Tokens. The older text says that a second call gives the same token while it is valid.
    token_seconds: int = 7200
    is_same_token_given: bool = True
    token_calls_per_minute: int = 60  # unpublished
    wrong_secrets_max: int = 5  # unpublished; the ban of an hour is published
    ticket_calls_per_hour: tuple[int, int] = (400, 100)  # of a corp, of one app

    # Rates of one interface: per corp and per address.
    corp_calls_per_minute: int = 10_000
    corp_calls_per_hour: int = 150_000
    ip_calls_per_minute: int = 20_000
    ip_calls_per_hour: int = 600_000
    concurrent_calls_max: int = 20  # unpublished
    debug_calls_per_minute: int = 5

    # Bodies. `\uXXXX` is said to be refused (40033), and evidently is not.
    refuses_escaped_json: bool = False
    body_bytes_max: int = 25 * 1024 * 1024

    # Callbacks. The page of 2026 sends again only where the connection failed or was too slow, that of 2023 on any other status.
    callback_timeout_seconds: float = 5.0
    callback_verify_seconds: float = 1.0
    callback_attempts: int = 3
    callback_retries_on_status: bool = False
    callback_retry_seconds: float = 1.0  # unpublished

    # Customers.
    customers_per_member_max: int = 5000
    tags_per_customer_max: int = 3000  # unpublished
    corp_tags_max: int = 10_000
    has_developer_id: bool = True  # without it no unionid is told
    converts_unionids: bool = False  # documented for providers alone
    refuses_empty_customer_list: bool = True  # 84061, from the field

    # Ways in.
    ways_max: int = 500_000
    temporary_ways_per_day: int = 100_000
    way_members_max: int = 100
    has_temporary_sessions: bool = True  # really for medical trades only
    acquisition_links_max: int = 100  # unpublished

    # Welcome.
    welcome_seconds: int = 20
    welcome_sending_seconds: float = 1.0  # unpublished: how long others are told 41096
    group_welcomes_max: int = 100

    # Mass messages and moments.
    mass_quota: MassQuota = MassQuota.DAILY
    mass_dispatch_seconds: int = 2  # unpublished: 41063 until then
    reminders_per_day: int = 3
    moments_per_minute: int = 10
    moments_per_month: int = 100_000
    moment_seconds: int = 2  # unpublished: how long a task of a moment is being made

    # Inheritance.
    transfer_hours: int = 24
    transfers_per_customer: int = 2
    transfers_days: int = 90
    chat_transfers_per_day: int = 300

    # Customer service.
    kf_hours: int = 48
    kf_messages_max: int = 5
    kf_calls_without_token_per_minute: int = 10  # unpublished: "strictly limited"

    # Media.
    media_days: int = 3
    images_per_day: int = 1000
    images_per_month: int = 3000

    # OAuth.
    code_seconds: int = 300
    user_ticket_seconds: int = 1800
