"""What others may know of consents. Part of `contracts`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from siyu.kernel.errors import InvalidError


class ConsentState(StrEnum):
    """A customer's word: yes, or no longer."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What consent is asked for. `needs_consent`: who never spoke has not agreed; else who never spoke has not refused.
    A purpose that is not `by_channel` is agreed to or refused as a whole."""

    name: str
    needs_consent: bool
    by_channel: bool


MARKETING = "marketing"
SERVICE = "service"
PROFILING = "profiling"
PARTNER_SHARING = "partner_sharing"
PURPOSES: Mapping[str, Purpose] = {
    each.name: each
    for each in (
        Purpose(MARKETING, needs_consent=True, by_channel=True),
        Purpose(SERVICE, needs_consent=False, by_channel=True),
        Purpose(PROFILING, needs_consent=False, by_channel=False),
        Purpose(PARTNER_SHARING, needs_consent=True, by_channel=False),
    )
}
"""News and offers; what belongs to the customer's own orders; offers picked by what is known of them (PIPL 24: may be
refused); handing their data to a partner (PIPL 23: separate consent)."""

ALL_CHANNELS = "*"
"""A word on a purpose in all channels. No to all of them wins over a yes to one; yes to all takes that no back and says no
more, for consent is given channel by channel. For a purpose that is not by channel it is the word itself."""

SOURCE_LENGTH_MAX = 100
EVIDENCE_LENGTH_MAX = {"notice": 2_000, "reference": 500, "policy_version": 100}
_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,39}")


def is_channel(name: str) -> bool:
    """Whether this could be the name of a channel."""
    return _CHANNEL.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Consent:
    """What a customer allows for one purpose (`marketing`) in one channel (`webhook`)."""

    channel: str
    purpose: str
    state: ConsentState
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a word can be proved: where it came from (`h5`, `event:web`, `import`), the text that was agreed to, an address or
    the name of a file, the version of the policy that was in force."""

    source: str = ""
    notice: str = ""
    reference: str = ""
    policy_version: str = ""


@dataclass(frozen=True, slots=True)
class ConsentWord:
    """One word of somebody on one purpose in one channel, as of an instant."""

    profile_id: int
    purpose: str
    channel: str
    state: ConsentState
    told_at: datetime
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """A word as the ledger keeps it, with who wrote it down and when."""

    record_id: int
    purpose: str
    channel: str
    state: ConsentState
    told_at: datetime
    recorded_at: datetime
    actor_kind: str
    actor_id: str
    actor_name: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a purpose is allowed in a channel, and the customer's own word on just that, if there is one."""

    purpose: str
    channel: str
    is_allowed: bool
    state: ConsentState | None
    changed_at: datetime | None


class BadConsentError(InvalidError):
    """This word on consent cannot be kept."""

    code = "bad_consent"
