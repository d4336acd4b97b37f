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
    zh: str
    en: str


MARKETING = "marketing"
SERVICE = "service"
PROFILING = "profiling"
PARTNER_SHARING = "partner_sharing"
PURPOSES: Mapping[str, Purpose] = {
    each.name: each
    for each in (
        Purpose(
            MARKETING,
            needs_consent=True,
            by_channel=True,
            zh="活动、优惠与推荐。同意过才发，一个渠道一个渠道地同意。",
            en="News, offers, recommendations. Only to who agreed, channel by channel.",
        ),
        Purpose(
            SERVICE,
            needs_consent=False,
            by_channel=True,
            zh="与客户自己的订单、售后、账户有关的通知。为履行合同所需，不必先同意；可以拒收。",
            en="Notices on the customer's own orders and account. Needed for the contract, so not asked for; may be refused.",
        ),
        Purpose(
            PROFILING,
            needs_consent=False,
            by_channel=False,
            zh="按客户的特征与行为挑选消息（个人信息保护法第二十四条）。客户拒绝后，按人群与旅程挑选的消息不再发给 TA。",
            en="Messages picked by what is known of the customer (PIPL 24). Once refused, segments pick none for them.",
        ),
        Purpose(
            PARTNER_SHARING,
            needs_consent=True,
            by_channel=False,
            zh="把客户的信息提供给合作伙伴。须取得单独同意（个人信息保护法第二十三条）。",
            en="Handing the customer's data to a partner. Needs a separate consent (PIPL article 23).",
        ),
    )
}
"""All that consent is asked for, and what each means, in both languages. Of any other purpose no word is kept."""

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
