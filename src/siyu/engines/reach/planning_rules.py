"""What the company says of its sends, out of its rules of reaching customers."""

from __future__ import annotations

from datetime import timedelta

from siyu.domain.messages import reading as messages
from siyu.domain.sends.contracts import MassQuota, SendRules
from siyu.platform.postgres.database import Reading


def rules_of(reading: Reading) -> SendRules:
    """The rules in force."""
    rules = messages.reach_rules(reading).rules
    confirming = rules.confirming
    return SendRules(
        approve_above=rules.approval_above,
        mass_quota=MassQuota(rules.wecom_quota),
        confirmations_per_day=confirming.contents_per_day,
        confirmation_seconds=confirming.seconds,
        remind_after=timedelta(hours=confirming.remind_after_hours),
        reminders_max=confirming.reminders_max,
    )
