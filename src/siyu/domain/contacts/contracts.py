"""What others may know of contacts: the shapes of what is told from outside, where it comes from, the events and the errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from siyu.domain.contacts.inheriting_contracts import (
    CONTACT_HANDED_OVER,
    GROUPS_A_DAY_MAX,
    HANDOVER_REFUSED,
    TRANSFERS_MAX,
    UNDONE_STATES,
    Asking,
    Candidate,
    Giver,
    Handover,
    HandoverState,
    Inheritance,
    InheritanceEndedError,
    InheritanceSource,
    NothingToHandOverError,
    Obstacle,
    OutsideTransfer,
    OwnCustomer,
    Pair,
    Sharing,
    TransferState,
    UnfitTakerError,
    UnknownContactMemberError,
    UnknownInheritanceError,
    Wanted,
    Who,
)
from siyu.domain.contacts.tagging_contracts import (
    OutsideTag,
    OutsideTagGroup,
    Removal,
    SyncedGroup,
    TagSource,
    UnknownSyncedGroupError,
    Write,
    WriteBack,
)
from siyu.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, SiyuError

__all__ = [
    "CONTACT_HANDED_OVER",
    "GROUPS_A_DAY_MAX",
    "HANDOVER_REFUSED",
    "TRANSFERS_MAX",
    "UNDONE_STATES",
    "Asking",
    "Candidate",
    "Giver",
    "Handover",
    "HandoverState",
    "Inheritance",
    "InheritanceEndedError",
    "InheritanceSource",
    "NothingToHandOverError",
    "Obstacle",
    "OutsideTag",
    "OutsideTagGroup",
    "OutsideTransfer",
    "OwnCustomer",
    "Pair",
    "Removal",
    "Sharing",
    "SyncedGroup",
    "TagSource",
    "TransferState",
    "UnfitTakerError",
    "UnknownContactMemberError",
    "UnknownInheritanceError",
    "UnknownSyncedGroupError",
    "Wanted",
    "Who",
    "Write",
    "WriteBack",
]
"""What is written in the files beside; all that is written here crosses the door too."""

CONTACT_ADDED = "contact_added"
CONTACT_DELETED_BY_STAFF = "contact_deleted_by_staff"
CONTACT_DELETED_STAFF = "contact_deleted_staff"
CONTACT_LOST = "contact_lost"
CONTACT_REGAINED = "contact_regained"
CONTACT_SYNC_JOB = "sync_contacts"
CONTACT_RECONCILE_JOB = "reconcile_contacts"

TRAIT_EVENTS = (CONTACT_ADDED, CONTACT_DELETED_BY_STAFF, CONTACT_DELETED_STAFF, CONTACT_LOST, CONTACT_REGAINED)
"""Events after which a customer's columns must be read anew."""

REMARK_LENGTH_MAX = 20
DESCRIPTION_LENGTH_MAX = 150


class LostBy(StrEnum):
    """Who ended a relation. `unknown` where it was found gone and nobody said."""

    CUSTOMER = "customer"
    STAFF = "staff"
    TRANSFER = "transfer"
    UNKNOWN = "unknown"


class ToldBy(StrEnum):
    """What told of a change: a callback, a sync that somebody asked for, the nightly comparison, an inheritance."""

    CALLBACK = "callback"
    SYNC = "sync"
    RECONCILE = "reconcile"
    HANDOVER = "handover"


# --- what is told from outside


@dataclass(frozen=True, slots=True)
class OutsideDepartment:
    """A department as it is there; `parent_id` None for the root."""

    department_id: int
    name: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class OutsideMember:
    """A member of the staff as they are there. `department_id` is the main one."""

    userid: str
    name: str
    department_id: int | None
    email: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class OutsideContact:
    """Who a customer is there."""

    external_userid: str
    name: str
    unionid: str = ""
    gender: int = 0
    avatar: str = ""
    kind: int = 1
    company: str = ""


@dataclass(frozen=True, slots=True)
class OutsideRelation:
    """A member who has a customer, as it is there."""

    userid: str
    created_at: datetime
    remark: str = ""
    description: str = ""
    company: str = ""
    mobiles: tuple[str, ...] = ()
    tag_ids: tuple[str, ...] = ()
    add_way: int = 0
    state: str = ""
    oper_userid: str = ""


Told = tuple[OutsideContact, OutsideRelation]
"""A customer, and one member who has them."""


@dataclass(frozen=True, slots=True)
class ContactPage:
    """Some customers of a member; an empty `next_cursor` is the end."""

    rows: Sequence[Told]
    next_cursor: str


class StaffSource(Protocol):
    """Where departments and members come from."""

    def departments(self) -> Sequence[OutsideDepartment]: ...

    def members(self) -> Sequence[OutsideMember]: ...

    def followers(self) -> Sequence[str]: ...


class ContactSource(Protocol):
    """Where relations come from, and where remarks and tags are written to. SourceRefusedError where it refuses."""

    def page(self, userid: str, cursor: str) -> ContactPage: ...

    def external_ids(self, userid: str) -> Sequence[str]: ...

    def unassigned(self) -> Iterator[Sequence[tuple[str, str]]]:
        """(member who left, customer whom nobody took over), a page at a time."""

    def contact(self, external_userid: str) -> Sequence[Told]: ...

    def mark_tags(self, userid: str, external_userid: str, add: Sequence[str], remove: Sequence[str]) -> None: ...

    def save_remark(self, userid: str, external_userid: str, remark: str | None, description: str | None) -> None: ...


# --- what is known here


@dataclass(frozen=True, slots=True)
class Member:
    """A member there and who they are here."""

    member_id: int
    corp_id: str
    userid: str
    staff_id: int
    unit_id: int
    name: str
    is_active: bool
    has_customers: bool
    left_at: datetime | None
    customers: int = 0


@dataclass(frozen=True, slots=True)
class KnownVisitor:
    """A member who comes to log in. `is_proven`: the staff was made for them, or they have shown that it is them."""

    member_id: int
    staff_id: int
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """A member who has a customer, or had, as a page shows it; `tag_ids` are WeCom's."""

    member_id: int
    staff_id: int
    staff_name: str
    userid: str
    remark: str
    description: str
    company: str
    add_way: int
    state: str
    is_by_member: bool
    tags: Sequence[str]
    added_at: datetime
    lost_at: datetime | None
    lost_by: LostBy | None
    is_write_waiting: bool
    refusal: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What telling came to: relations that are new, or began again; whose details changed; that ended."""

    added: int = 0
    changed: int = 0
    lost: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(self.added + other.added, self.changed + other.changed, self.lost + other.lost)


@dataclass(frozen=True, slots=True)
class LostRelation:
    """A relation that ended, as it was told."""

    userid: str
    external_userid: str
    by: LostBy
    at: datetime


@dataclass(frozen=True, slots=True)
class Sync:
    """One sync of a corp, and how far it is. `counts`: {members, members_done, customers, added, changed, lost, …}."""

    sync_id: int
    corp_id: str
    state: str
    asked_by: str
    started_at: datetime
    finished_at: datetime | None
    counts: Mapping[str, int]
    failure: str


@dataclass(frozen=True, slots=True)
class SyncMember:
    """How far a sync is with one member."""

    member_id: int
    name: str
    customers: int
    added: int
    changed: int
    lost: int
    is_done: bool
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a sync came with a member: where to go on, what was told and what it came to since the last place, and why nothing
    is told."""

    member_id: int
    cursor: str
    customers: int
    changes: Changes
    is_done: bool
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class MemberNumbers:
    """How a member stands with customers: since when they have any, added today and this week, deleted by them this week."""

    first_added_at: datetime | None
    added_today: int
    added_week: int
    deleted_week: int


class Refusal(StrEnum):
    """What a refusal asks for: try again soon, wait for long, never try this again, somebody has to set something right; the thing
    is not there; begin the pages anew."""

    RETRY = "retry"
    WAIT = "wait"
    FINAL = "final"
    CONFIGURATION = "configuration"
    GONE = "gone"
    RESTART = "restart"


class SourceRefusedError(SiyuError):
    """WeCom refused."""

    code = "source_refused"

    def __init__(
        self, refusal: Refusal, errcode: int, detail: str = "", *, wait_seconds: int = 0, is_of_one: bool = False
    ) -> None:
        """`is_of_one`: it is about the member or the group that was asked for; another one may be answered."""
        self.refusal, self.errcode, self.wait_seconds, self.is_of_one = refusal, errcode, wait_seconds, is_of_one
        super().__init__(detail or f"({errcode})", errcode=errcode)


class SyncRunsError(ConflictError):
    """A sync of this corp is running already."""

    code = "sync_runs"


class NotConnectedError(NotFoundError):
    """This corp is not connected, or switched off."""

    code = "not_connected"


class UnprovenMemberError(ForbiddenError):
    """Nobody has shown yet that this member is you: log in by your password, then once more by WeCom."""

    code = "unproven_member"


class UnknownSyncError(NotFoundError):
    """There is no such sync."""

    code = "unknown_sync"


class UnknownRelationError(NotFoundError):
    """This member does not have this customer."""

    code = "unknown_relation"


class BadRemarkError(InvalidError):
    """A remark has at most 20 characters, a description at most 150; one of them is needed."""

    code = "bad_remark"
