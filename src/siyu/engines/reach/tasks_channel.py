"""The channel `wecom` as the gate sees it: who can be reached by a mass task. Nothing is sent here; see `tasks_planning`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from siyu.domain.contacts import reading as contacts
from siyu.domain.customers.contracts import Identity
from siyu.domain.sends.contracts import WECOM_CHANNEL
from siyu.platform.postgres.database import Reading

IDENTITY_KIND = "external_userid"


@dataclass(frozen=True)
class TaskChannel:
    """Messages that members of the staff confirm in WeCom. `cost_fen`: about what a member's time for one of them costs."""

    cost_fen: int = 0

    name = WECOM_CHANNEL
    identity_kinds = frozenset({IDENTITY_KIND})

    def reachable(
        self, reading: Reading, customers: Mapping[int, Sequence[Identity]], _purpose: str, /
    ) -> Collection[int]:
        """Those who are some member's contact now."""
        return contacts.addresses_of(reading, customers.keys()).keys()
