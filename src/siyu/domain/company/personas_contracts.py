"""Personas: the characters in which a company speaks, and the accounts that wear them. Part of `contracts`.

A persona (founder, assistant, expert, adviser) serves some stages of the customer's life with accounts of its own, in a tone of its
own. An account belongs to one persona at most. Each has a list of what has to be dressed (nick, avatar, signature …), and numbers
by which it can be told whether WeCom may soon hold it for a spammer: then codes and referral campaigns bring it nobody for a while.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from siyu.kernel.errors import ConflictError

WECOM, SERVICE_DESK, OFFICIAL = "wecom", "service", "official_account"
PERSONA_CHANNELS: Final = (WECOM, SERVICE_DESK, OFFICIAL)
"""Through what a persona may speak: a member of WeCom (a userid), an account of customer service (an open_kfid), an official
account (an appid)."""


class ThrottleReason(StrEnum):
    """Why an account is brought nobody: too many adds today, too many customers who deleted it, too many complaints."""

    ADDS = "adds"
    DELETIONS = "deletions"
    COMPLAINTS = "complaints"


@dataclass(frozen=True, slots=True)
class PersonaLimits:
    """From when on an account is brought nobody; 0 is no limit. An account younger than `new_days` has the lower limit of adds.
    Deletions count from `deletions_least` adds in seven days on: of few, one is many."""

    new_days: int = 30
    new_daily_adds: int = 30
    daily_adds: int = 100
    deletions_percent: int = 20
    deletions_least: int = 20
    weekly_complaints: int = 3


@dataclass(frozen=True, slots=True)
class PersonaDraft:
    """What is said of a persona. `stages` are the stages of life that it serves; `dressing` is what every account of it has to be
    dressed with; `code_id` the channel code by which customers add it, which is how a customer changes to another persona."""

    name: str
    role: str = ""
    tone: str = ""
    welcome: str = ""
    stages: Sequence[str] = ()
    dressing: Sequence[str] = ()
    code_id: int | None = None
    limits: PersonaLimits = PersonaLimits()


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """An account that is to speak for a persona. `staff_id` for a member of WeCom, `corp_id` where the channel is WeCom's."""

    channel: str
    account: str
    name: str
    corp_id: str = ""
    staff_id: int | None = None
    opened_on: date | None = None


@dataclass(frozen=True, slots=True)
class Dressed:
    """Something on the list that was done, by whom and when."""

    item: str
    done_on: date
    done_by: str


@dataclass(frozen=True, slots=True)
class AccountNumbers:
    """How an account stands: adds since midnight and in seven days, customers of those seven days who deleted it, complaints in
    seven days. `opened_on` is the day of its first customer, where nobody said better."""

    adds_today: int = 0
    adds_week: int = 0
    deletions_week: int = 0
    complaints_week: int = 0
    opened_on: date | None = None


@dataclass(frozen=True, slots=True)
class PersonaAccount:
    """An account of a persona, what of the list is done, how it stands. `looked_at` None: nobody has looked yet."""

    account_id: int
    persona_id: int
    channel: str
    corp_id: str
    account: str
    name: str
    staff_id: int | None
    opened_on: date | None
    dressed: Sequence[Dressed]
    numbers: AccountNumbers
    throttled: Sequence[ThrottleReason]
    throttled_at: datetime | None
    looked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Persona:
    """A persona with its accounts. Hand `revision` back when saving."""

    persona_id: int
    name: str
    role: str
    tone: str
    welcome: str
    stages: Sequence[str]
    dressing: Sequence[str]
    code_id: int | None
    limits: PersonaLimits
    is_archived: bool
    revision: int
    changed_at: datetime
    accounts: Sequence[PersonaAccount]

    @property
    def is_throttled(self) -> bool:
        """Whether every account of it is held back, so that nobody can be brought to it."""
        return bool(self.accounts) and all(each.throttled for each in self.accounts)


@dataclass(frozen=True, slots=True)
class WatchedAccount:
    """An account that is looked at, and by which limits."""

    account_id: int
    channel: str
    corp_id: str
    account: str
    opened_on: date | None
    complaints_week: int
    limits: PersonaLimits


AccountsByChannel = Mapping[str, tuple[str, ...]]
"""{channel: accounts}: userids, open_kfids, appids."""


class AccountTakenError(ConflictError):
    """This account speaks for another persona."""

    code = "account_taken"


class StalePersonaError(ConflictError):
    """Somebody else changed this persona meanwhile."""

    code = "stale_persona"
