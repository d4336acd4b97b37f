"""What the company says of its sends, out of its rules of reaching customers."""

from __future__ import annotations

from siyu.domain.messages import reading as messages
from siyu.domain.sends.contracts import MassQuota, SendRules
from siyu.platform.postgres.database import Reading


def rules_of(reading: Reading) -> SendRules:
    """The rules in force: `strict` stands for one mass message a day to a customer, `loose` for as many a month as it has days."""
    rules = messages.reach_rules(reading).rules
    quota = MassQuota.DAILY if rules.wecom_quota == "strict" else MassQuota.MONTHLY
    return SendRules(approve_above=rules.approval_above, mass_quota=quota)
