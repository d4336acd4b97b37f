"""What others may know of customers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from siyu.domain.customers.bulks_contracts import (
    WORK_BULK_JOB,
    BulkAction,
    BulkState,
    CustomerBulk,
    PartDone,
    Unchanged,
    UnknownBulkError,
)
from siyu.domain.customers.consent_contracts import (
    ALL_CHANNELS,
    EVIDENCE_LENGTH_MAX,
    MARKETING,
    PARTNER_SHARING,
    PROFILING,
    PURPOSES,
    SERVICE,
    SOURCE_LENGTH_MAX,
    Allowance,
    BadConsentError,
    Consent,
    ConsentRecord,
    ConsentState,
    ConsentWord,
    Evidence,
    Purpose,
    is_channel,
)
from siyu.domain.customers.opting import is_opt_out
from siyu.kernel.errors import BusyError, InvalidError, NotFoundError

__all__ = [
    "ALL_CHANNELS",
    "EVIDENCE_LENGTH_MAX",
    "MARKETING",
    "PARTNER_SHARING",
    "PROFILING",
    "PURPOSES",
    "SERVICE",
    "SOURCE_LENGTH_MAX",
    "WORK_BULK_JOB",
    "Allowance",
    "BadConsentError",
    "BulkAction",
    "BulkState",
    "Consent",
    "ConsentRecord",
    "ConsentState",
    "ConsentWord",
    "CustomerBulk",
    "Evidence",
    "PartDone",
    "Purpose",
    "Unchanged",
    "UnknownBulkError",
    "is_channel",
    "is_opt_out",
]
"""What of this door is written in the files beside it."""

PROFILE_CREATED = "profile_created"
CUSTOMER_IDENTIFIED = "customer_identified"
CUSTOMERS_MERGED = "customers_merged"
CUSTOMERS_SPLIT = "customers_split"
CONSENT_CHANGED = "consent_changed"
CUSTODY_CHANGED = "custody_changed"
CUSTOMER_ERASED = "customer_erased"

TRAIT_EVENTS = (
    PROFILE_CREATED,
    CUSTOMER_IDENTIFIED,
    CUSTOMERS_MERGED,
    CUSTOMERS_SPLIT,
    CUSTODY_CHANGED,
    CONSENT_CHANGED,
    CUSTOMER_ERASED,
)
"""Events after which a customer's columns must be read anew."""

IDENTITY_KINDS = (
    "user_id",
    "anonymous_id",
    "member_id",
    "external_userid",
    "unionid",
    "openid",
    "phone",
    "email",
)
SEALED_KINDS = frozenset({"phone", "email"})
"""Kinds whose values are stored sealed, and looked up by a blind token."""

IDENTIFYING_NAMES = {
    **dict.fromkeys(("phone", "phonenumber", "phoneno", "cellphone", "mobilephone", "telephone", "tel"), "phone"),
    **dict.fromkeys(("mobile", "mobilenumber", "mobileno"), "phone"),
    **dict.fromkeys(("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话"), "phone"),
    **dict.fromkeys(("email", "emailaddress", "mail", "邮箱", "邮箱地址", "电子邮箱", "电子邮件"), "email"),
    "openid": "openid",
    "unionid": "unionid",
    "memberid": "member_id",
    "externaluserid": "external_userid",
}
"""Names of attributes and properties that hold an identity, as `identifying_kind` spells them, and of which kind."""

IDENTITY_LENGTH_MAX = 256
ERASED_PREFIX = "erased:"
"""What stands in place of an erased identity begins so; nobody's identity may."""
ATTRIBUTES_MAX = 200
ATTRIBUTE_NAME_LENGTH_MAX = 100

_NOT_OF_A_PHONE = re.compile(r"[\s().\-/]")
_PHONE = re.compile(r"\+?[0-9]{5,15}")
_MAINLAND = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
NOBODYS_VALUES = frozenset(
    {
        *("null", "undefined", "none", "nil", "nan", "n/a", "na", "unknown", "anonymous", "guest", "true", "false"),
        *("[object object]", "{}", "[]", "-", "-1", "0", "00000000-0000-0000-0000-000000000000"),
        *("无", "未知", "匿名", "游客"),
    }
)
"""What programs send where they know nobody. Taken for an identity, it would make one customer of all strangers."""


class Identity(NamedTuple):
    """One way a customer is known: `kind` is one of IDENTITY_KINDS, `value` is normalised (`normal_identity`)."""

    kind: str
    value: str


class MergeCause(StrEnum):
    """What led to a merge or a split: named together by one event; said to be one by an alias call; a person's word; a
    person's word that a merge was wrong."""

    LINK = "link"
    ALIAS = "alias"
    BY_HAND = "by_hand"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """A merge or a split as a customer's history tells it. `profile_ids` went from loser to winner, or by a split from winner
    to loser; `linked` are the profiles that were linked. `can_undo` where a merge's profiles are still in this customer."""

    merge_id: int
    is_split: bool
    winner_id: int
    loser_id: int
    profile_ids: Sequence[int]
    linked: Sequence[int]
    cause: MergeCause
    actor_kind: str
    actor_id: str
    actor_name: str | None
    reason: str
    at: datetime
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A customer with more accounts of a kind than one person has: perhaps several people who shared a device."""

    customer_id: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """Attributes of one profile as told at `set_at`; for each name the latest telling wins. None takes a value away."""

    profile_id: int
    attributes: Mapping[str, Any]
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Introduction:
    """Somebody as they were told of: by which identities (first the one their events are kept under), seen when, and what was
    told of them, as of `told_at`."""

    identities: Sequence[Identity]
    seen_at: datetime
    attributes: Mapping[str, Any]
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Introduced:
    """The profile of each identity, and which of those that were named first are customers who were not known before."""

    profile_of: Mapping[Identity, int]
    newborn: frozenset[int]


@dataclass(frozen=True, slots=True)
class ProfileIdentity:
    """An identity as it stands in a customer's profile."""

    profile_id: int
    identity: Identity
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer: all of their identities, attributes combined over them."""

    customer_id: int
    identities: Sequence[ProfileIdentity]
    attributes: Mapping[str, Any]
    consents: Sequence[Consent]
    first_seen_at: datetime
    last_seen_at: datetime
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CustomerSummary:
    """One line of a list; `contact_masked` shows no more than is needed to tell two apart."""

    customer_id: int
    display_name: str
    contact_masked: str
    city: str | None
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerTraits:
    """What of a customer is projected into columns; `is_merged` where the customer now belongs to another, `is_erased` where
    nothing is known of them any more.

    `unit_path` is that of the unit which keeps them, empty where nobody does, which only an unlimited scope sees; `staff_ids` who
    of the staff do; `consents` their last word for each purpose and channel; `identity_kinds` what they are known by;
    `entry_channel` the source of what told of them first, empty where nobody said.
    """

    customer_id: int
    attributes: Mapping[str, Any] = field(default_factory=dict)
    unit_path: str = ""
    staff_ids: Sequence[int] = ()
    consents: Sequence[Consent] = ()
    identity_kinds: Sequence[str] = ()
    entry_channel: str = ""
    first_seen_at: datetime | None = None
    is_merged: bool = False
    is_erased: bool = False


class UnknownCustomerError(NotFoundError):
    """There is no such customer, or they are outside your scope."""

    code = "unknown_customer"


class NothingToRevealError(NotFoundError):
    """This customer has no such identity or attribute."""

    code = "nothing_to_reveal"


class TooManyRevealsError(BusyError):
    """You have been shown as much as may be in an hour; wait before you go on."""

    code = "too_many_reveals"


class UnknownMergeError(NotFoundError):
    """There is no such merge in this customer's history."""

    code = "unknown_merge"


class BadSplitError(InvalidError):
    """A split takes some of a customer's profiles and leaves some."""

    code = "bad_split"


class BadReasonError(InvalidError):
    """A reason is needed, in at most 200 characters, without anybody's phone or e-mail."""

    code = "bad_reason"


class UnknownKeeperError(NotFoundError):
    """There is no such unit in your scope, or nobody of that number works in it."""

    code = "unknown_keeper"


class BadIdentityError(InvalidError):
    """This identity cannot be accepted."""

    code = "bad_identity"


def normal_identity(kind: str, value: str) -> Identity:
    """The identity in its one spelling: phones without spaces and +86, e-mail in lower case. BadIdentityError otherwise."""
    if kind not in IDENTITY_KINDS:
        raise BadIdentityError(f"{kind!r} is no kind of identity.")
    text = value.strip()
    if kind == "phone":
        text = _phone(text)
    elif kind == "email":
        text = _email(text)
    if text.lower() in NOBODYS_VALUES:
        raise BadIdentityError(f"This {kind} stands for nobody.")
    if text.startswith(ERASED_PREFIX):
        raise BadIdentityError(f"A {kind} does not begin with {ERASED_PREFIX}")
    if not text or len(text) > IDENTITY_LENGTH_MAX or not text.isprintable():
        raise BadIdentityError(f"A {kind} has 1 to {IDENTITY_LENGTH_MAX} printable characters.")
    return Identity(kind, text)


def _phone(text: str) -> str:
    """Digits alone; a number of mainland China in its eleven, others with their +."""
    digits = _NOT_OF_A_PHONE.sub("", unicodedata.normalize("NFKC", text))
    if mainland := _MAINLAND.fullmatch(digits):
        return mainland[1]
    if not _PHONE.fullmatch(digits) or len(set(digits.lstrip("+"))) == 1:
        raise BadIdentityError("A phone has 5 to 15 digits, not all the same.")
    return digits


def _email(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).lower()
    if not _EMAIL.fullmatch(text):
        raise BadIdentityError("An e-mail address looks like name@host.")
    return text


@lru_cache(maxsize=10_000)
def identifying_kind(name: str) -> str | None:
    """The kind of identity that an attribute or property of this name holds: `phoneNumber`, `phone_number` and `PHONE-NUMBER`
    are one name."""
    return IDENTIFYING_NAMES.get(name.lower().replace("_", "").replace("-", "").replace(" ", ""))


def masked(identity: Identity) -> str:
    """An identity as a list may show it: enough to tell two apart, too little to use."""
    value = identity.value
    if identity.kind == "phone" and len(value) >= 7:
        return f"{value[:3]}****{value[-4:]}"
    if identity.kind == "email" and "@" in value:
        name, _, host = value.partition("@")
        return f"{name[:1]}***@{host}"
    if len(value) <= 4:
        return value[:1] + "***"
    return f"{value[:2]}***{value[-2:]}"
