"""What others may know of privacy: requests, their proof, rules of retention."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from siyu.domain.customers.contracts import Identity
from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

EXPORT_JOB: Final = "export_customers"
ERASURE_JOB: Final = "erase_customers"
RETENTION_JOB: Final = "apply_retention"
ERASURE_WORDS: Final = ("删除", "ERASE")
"""One of these is typed by whoever approves an erasure."""
REQUESTS_AT_ONCE_MAX: Final = 1_000

SEALED_AS = "erased"
"""The purpose under which a request keeps sealed what was erased."""


class RequestKind(StrEnum):
    """`export`: a copy of all that is known. `erasure`: nothing is known any more."""

    EXPORT = "export"
    ERASURE = "erasure"


class RequestState(StrEnum):
    """`waiting`: for somebody's approval. `queued`: will be done. `running`: is being done. `done`, `declined`: over."""

    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DECLINED = "declined"


class Reason(StrEnum):
    """Why something is asked for: a code and no text, for a text would be one more place with personal data."""

    ASKED_BY_CUSTOMER = "asked_by_customer"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    NO_LONGER_NEEDED = "no_longer_needed"
    REQUIRED_BY_LAW = "required_by_law"
    RETENTION = "retention"


class ErasureStep(StrEnum):
    """How far an erasure has come; each step can be done again from its beginning."""

    ROWS = "rows"
    LOG = "log"
    COLUMNS = "columns"
    FILES = "files"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands. `counts`: what was told or erased, by place. `traces`: where erased values were still found."""

    request_id: int
    kind: RequestKind
    customer_id: int
    profile_ids: Sequence[int]
    state: RequestState
    step: ErasureStep | None
    reason: Reason
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    ended_at: datetime | None
    counts: Mapping[str, int]
    traces: int | None
    certificate: str | None
    signature: str | None
    file_name: str | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """A class of data and how many days it may be kept; 0 days, where allowed, is for ever."""

    name: str
    default_days: int
    least_days: int
    most_days: int
    may_be_kept: bool
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """How many days each class is kept, and who last said so."""

    days: Mapping[str, int]
    changed_at: datetime | None
    changed_by: str | None


@dataclass(frozen=True, slots=True)
class Removal:
    """What the daily removal took away of one class."""

    name: str
    removed: int
    removed_at: datetime


Told = Mapping[str, Sequence[Mapping[str, Any]]]
"""What rooms know of a person: section → rows."""


def journal_hash(key: bytes, identity: Identity) -> bytes:
    """What the journal of erasures keeps of an identity: a keyed hash, worth nothing without the installation's key."""
    return hmac.digest(key, f"{identity.kind}\x1f{identity.value}".encode("utf-8", "surrogatepass"), "sha256")[:16]


class UnknownRequestError(NotFoundError):
    """There is no such request."""

    code = "unknown_request"


class OpenRequestError(ConflictError):
    """There is an open request for this customer already."""

    code = "open_request"


class ErasedCustomerError(ConflictError):
    """This customer was erased; nothing is known of them."""

    code = "erased_customer"


class RequestDecidedError(ConflictError):
    """This request was decided already."""

    code = "request_decided"


class WrongWordError(InvalidError):
    """Type the word to confirm: 删除 or ERASE."""

    code = "wrong_word"


class BadRetentionError(InvalidError):
    """These rules of retention cannot be kept."""

    code = "bad_retention"


class ExportGoneError(NotFoundError):
    """This file is not there: it is not made yet, is another person's to download, or its days are over."""

    code = "export_gone"
