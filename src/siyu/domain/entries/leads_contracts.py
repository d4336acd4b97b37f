"""Leads: customers to be won, with one member of the staff or in the pool; follow-ups; the rules. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictBool

from siyu.domain.definitions.contracts import Id
from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

LEAD_OPENED = "lead_opened"
"""Somebody is to be won: {lead_id, source}."""
LEAD_GIVEN = "lead_given"
"""A member of the staff has it from now on: {lead_id, staff_id, how}."""
LEAD_RETURNED = "lead_returned"
"""It is in the pool again: {lead_id, staff_id (who had it), reason}."""
LEAD_WON = "lead_won"
"""{lead_id, staff_id, source}."""
LEAD_LOST = "lead_lost"
"""{lead_id, staff_id, source, reason}."""
FOLLOW_UP_RECORDED = "follow_up_recorded"
"""A member of the staff wrote down what was said: {follow_up_id, lead_id, staff_id, way, intent, next_at}; the words stay in the
room."""

LEADS_AT_ONCE_MAX = 200
LEAD_NOTE_LENGTH_MAX = 1_000
FOLLOW_UP_LENGTH_MAX = 2_000
LEAD_SOURCE_LENGTH_MAX = 60
NEXT_WITHIN = timedelta(days=1096)

_STRICT = ConfigDict(extra="forbid")
_Days = Annotated[int, Field(strict=True, ge=1, le=366)]
_Count = Annotated[int, Field(strict=True, ge=1, le=100_000)]
_Words = Annotated[str, Field(strict=True, min_length=1, max_length=40)]


class LeadState(StrEnum):
    """`open` until somebody buys (`won`) or never will (`lost`). `joined`: its customer was merged with one who has another."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    JOINED = "joined"


class Intent(StrEnum):
    """How much somebody wants to buy, as whoever talked to them sees it."""

    UNKNOWN = ""
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Giving(StrEnum):
    """How a lead came to its owner; `kept`: the customer was given into their keeping elsewhere."""

    CLAIMED = "claimed"
    ASSIGNED = "assigned"
    SHARED = "shared"
    OWN = "own"
    JOURNEY = "journey"
    KEPT = "kept"


class FollowUpWay(StrEnum):
    """By what one talked."""

    CALL = "call"
    WECOM = "wecom"
    VISIT = "visit"
    OTHER = "other"


class LeadView(StrEnum):
    """`mine`: with whoever asks. `pool`: free to be taken by them. `team`: of everybody they answer for, the pool too."""

    MINE = "mine"
    POOL = "pool"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class LeadStage:
    """A stage on the way to buying."""

    __pydantic_config__ = _STRICT

    key: Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    name: _Words


@dataclass(frozen=True, slots=True)
class LeadRules:
    """The rules of leads. A lead that nobody followed up for `idle_days` returns to the pool, but not before its owner has had it
    for `protection_days`; its former owner may take it again after `cool_days`. `assigning` says what becomes of new leads that
    nobody has. Who enters `segment_id` becomes a lead; with `wins_on_order` who buys is won."""

    __pydantic_config__ = _STRICT

    stages: Annotated[tuple[LeadStage, ...], Field(min_length=1, max_length=12)] = (
        LeadStage("new", "新线索"),
        LeadStage("contacted", "已联系"),
        LeadStage("interested", "有意向"),
        LeadStage("offered", "已报价"),
    )
    loss_reasons: Annotated[tuple[_Words, ...], Field(min_length=1, max_length=20)] = (
        "联系不上",
        "没有需求",
        "嫌贵",
        "买了别家",
        "其他",
    )
    idle_days: _Days | None = 7
    protection_days: _Days = 3
    cool_days: _Days = 3
    claims_per_day: _Count | None = 20
    open_max: _Count | None = 200
    assigning: Literal["pool", "round_robin", "least_busy"] = "pool"
    segment_id: Id | None = None
    wins_on_order: StrictBool = True


@dataclass(frozen=True, slots=True)
class KeptLeadRules:
    """The rules in force; version 0 and None where nobody ever set any."""

    rules: LeadRules
    version: int
    set_at: datetime | None


@dataclass(frozen=True, slots=True)
class LeadDraft:
    """A lead that a person opens: for themselves, for somebody, or (None) for the pool of their unit."""

    customer_id: int
    source: str
    note: str = ""
    intent: Intent = Intent.UNKNOWN
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class LeadChange:
    """What is otherwise from now on; None stays as it is, but `next_at` is as said."""

    stage: str
    intent: Intent
    next_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead as it stands. `touched_at`: when somebody last did something about it; `recycled`: how often it came back."""

    lead_id: int
    profile_id: int
    customer_id: int
    unit_id: int | None
    staff_id: int | None
    state: LeadState
    stage: str
    intent: Intent
    source: str
    note: str
    loss_reason: str
    next_at: datetime | None
    opened_at: datetime
    given_at: datetime | None
    given_how: str
    touched_at: datetime
    former_staff_id: int | None
    released_at: datetime | None
    recycled: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads are meant; None and "" narrow nothing."""

    stage: str = ""
    intent: Intent | None = None
    source: str = ""
    staff_id: int | None = None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class LeadCounts:
    """Open leads of a view: all of them, whose date has come, who are nobody's yet, and by stage."""

    open: int
    due: int
    unowned: int
    by_stage: Sequence[tuple[str, int]]


class LeadNumber(StrEnum):
    """One of the numbers that are told of leads."""

    OPENED = "opened"
    OPEN = "open"
    WON = "won"
    LOST = "lost"
    RECYCLED = "recycled"
    FOLLOWED_UP = "followed_up"


@dataclass(frozen=True, slots=True)
class LeadNumbers:
    """What became of leads that were opened in a time, of one member of the staff or one source."""

    staff_id: int | None
    source: str
    opened: int
    open: int
    won: int
    lost: int
    recycled: int
    followed_up: int


@dataclass(frozen=True, slots=True)
class FollowUpDraft:
    """What was said with a customer, and when one is to talk again."""

    way: FollowUpWay
    text: str
    intent: Intent = Intent.UNKNOWN
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a member of the staff wrote down."""

    follow_up_id: int
    customer_id: int
    staff_id: int | None
    way: FollowUpWay
    text: str
    intent: Intent
    next_at: datetime | None
    is_latest: bool
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Recycled:
    """A lead that came back to the pool, and who had it."""

    lead_id: int
    profile_id: int
    staff_id: int


class UnknownLeadError(NotFoundError):
    """There is no such lead, or it is another's."""

    code = "unknown_lead"


class LeadOpenError(ConflictError):
    """This customer is a lead already."""

    code = "lead_open"


class LeadTakenError(ConflictError):
    """Somebody else has taken this lead."""

    code = "lead_taken"


class LeadEndedError(ConflictError):
    """This lead was won or lost already."""

    code = "lead_ended"


class ClaimLimitError(ConflictError):
    """You have taken as many leads as the company's rules allow; follow up on those that you have."""

    code = "claim_limit"


class LeadCoolingError(ConflictError):
    """This lead was yours a short time ago; others come first now."""

    code = "lead_cooling"


class BadLeadError(InvalidError):
    """This cannot be written down of a lead."""

    code = "bad_lead"


class UnknownOwnerError(NotFoundError):
    """There is nobody of that number at work in your part of the company."""

    code = "unknown_owner"
