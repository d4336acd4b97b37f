"""What others may know of inheritances: customers and groups that go from one member to others, and how far each is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

CONTACT_HANDED_OVER = "contact_handed_over"
HANDOVER_REFUSED = "handover_refused"

AT_ONCE_MAX = 100
MESSAGE_LENGTH_MAX = 200
TAKERS_MAX = 50
TRANSFERS_MAX = 2
TRANSFERS_DAYS = 90
"""WeCom lets a customer be handed over twice in ninety days while the member stays."""
GROUPS_A_DAY_MAX = 300


class HandoverState(StrEnum):
    """How far a hand-over is. `asked`: WeCom was asked, and its answer is not known; `waiting`: it has begun and the customer may
    refuse; `limited`: this customer cannot be handed over for now."""

    PLANNED = "planned"
    ASKED = "asked"
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    LIMITED = "limited"
    TAKER_FULL = "taker_full"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDONE_STATES = (HandoverState.REFUSED, HandoverState.LIMITED, HandoverState.TAKER_FULL, HandoverState.FAILED)
"""What ended without the customer or the group being another's."""


class Sharing(StrEnum):
    """How customers are shared among several. `even`: as many to each; `least_busy`: so that all have as many in the end;
    `by_hand`: as was said of each."""

    EVEN = "even"
    LEAST_BUSY = "least_busy"
    BY_HAND = "by_hand"


class Obstacle(StrEnum):
    """Why somebody cannot be handed over now."""

    IN_PROGRESS = "in_progress"
    LIMITED = "limited"
    NO_TAKER = "no_taker"


# --- what is told from outside


class TransferState(StrEnum):
    """What WeCom says of a transfer."""

    DONE = "done"
    WAITING = "waiting"
    REFUSED = "refused"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class OutsideTransfer:
    """How the transfer of one customer stands there; `done_at` where it is done."""

    external_userid: str
    state: TransferState
    done_at: datetime | None = None


class InheritanceSource(Protocol):
    """Where customers and groups are handed over. SourceRefusedError where the whole of a call is refused."""

    def start_transfer(
        self, giver: str, taker: str, external_userids: Sequence[str], *, is_resigned: bool, message: str
    ) -> Mapping[str, int]:
        """{external_userid: error code}, 0 where it has begun."""

    def transfers(self, giver: str, taker: str, *, is_resigned: bool) -> Iterable[OutsideTransfer]: ...

    def transfer_groups(self, chat_ids: Sequence[str], new_owner: str, *, is_resigned: bool) -> Mapping[str, int]:
        """{chat: error code} of those that stay as they are."""


# --- what is known here


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer of a member. `holders`: members who have them too; `recent`: how often they were handed over while members stayed,
    as far back as WeCom counts."""

    profile_id: int
    customer_id: int
    holders: frozenset[int]
    is_under_way: bool
    recent: int


@dataclass(frozen=True, slots=True)
class OwnCustomer:
    """A customer of a member, with what the member calls them."""

    profile_id: int
    customer_id: int
    remark: str
    added_at: datetime
    is_under_way: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants handed over: {profile: taker}, {chat: taker}. The same key is the same wish."""

    asked_key: str
    giver_id: int
    message: str
    customers: Mapping[int, int]
    groups: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Inheritance:
    """Customers and groups that one member hands over. `counts` {state: how many} are of customers, `group_counts` of groups."""

    inheritance_id: int
    corp_id: str
    giver_id: int
    giver_staff_id: int
    giver_name: str
    has_left: bool
    takers: Sequence[str]
    message: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    is_cancelled: bool
    refusal: int
    counts: Mapping[str, int]
    group_counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Handover:
    """A customer, or a group, on the way; `name` as the giver called them. `errcode` is WeCom's where it refused."""

    handover_id: int
    customer_id: int | None
    chat_id: str | None
    name: str
    taker_id: int
    taker_name: str
    state: HandoverState
    errcode: int
    attempts: int
    asked_at: datetime | None
    ended_at: datetime | None


Who = Literal["all", "left", "givers", "takers"]
"""Which members: all; those who left and have something to hand over; those who have something; those whom WeCom lets take over."""


@dataclass(frozen=True, slots=True)
class Giver:
    """A member with customers. `under_way` of them are being handed over. `may_take`: WeCom lets them have customers."""

    member_id: int
    corp_id: str
    userid: str
    staff_id: int
    unit_id: int
    name: str
    is_active: bool
    may_take: bool
    left_at: datetime | None
    customers: int
    under_way: int


@dataclass(frozen=True, slots=True)
class Asking:
    """What WeCom is to be asked for at once: customers or groups, of one member to another. {handover: id outside}."""

    inheritance_id: int
    corp_id: str
    giver_userid: str
    taker_userid: str
    is_resigned: bool
    is_of_groups: bool
    message: str
    outside_ids: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two members between whom customers are on the way."""

    corp_id: str
    giver_id: int
    taker_id: int
    giver_userid: str
    taker_userid: str
    is_resigned: bool


class UnknownInheritanceError(NotFoundError):
    """There is no such inheritance, or it is outside your scope."""

    code = "unknown_inheritance"


class UnknownContactMemberError(NotFoundError):
    """There is no such member of WeCom, or they are outside your scope."""

    code = "unknown_contact_member"


class UnfitTakerError(InvalidError):
    """Who takes over is another member of the same corp, who is there and may have customers."""

    code = "unfit_taker"


class NothingToHandOverError(InvalidError):
    """Nothing of what was chosen can be handed over."""

    code = "nothing_to_hand_over"


class InheritanceEndedError(ConflictError):
    """This inheritance has ended already."""

    code = "inheritance_ended"
