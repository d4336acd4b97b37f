"""What others may know of sends: the document, runs, who is left out and why, mass tasks and the way out to WeCom, the errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import AwareDatetime, Field

from siyu.domain.content.contracts import ChannelName, MessageContent
from siyu.domain.definitions.contracts import WITHOUT_KIND, DefinitionStatus, Id
from siyu.domain.sends.posts_contracts import (
    GROUPS_MAX,
    POST_KIND,
    SENDERS_MAX,
    GroupPost,
    MadePost,
    MomentPost,
    NewPostTask,
    NowhereToPostError,
    Post,
    PostDesign,
    PostKind,
    PostNotHeldError,
    PostOutcome,
    PostPlace,
    PostTask,
    PostTasks,
    PostTaskState,
    WaitingPost,
)
from siyu.kernel.actors import Scope
from siyu.kernel.errors import ConflictError, ForbiddenError, NotFoundError

__all__ = [
    "GROUPS_MAX",
    "POST_KIND",
    "SENDERS_MAX",
    "GroupPost",
    "MadePost",
    "MomentPost",
    "NewPostTask",
    "NowhereToPostError",
    "Post",
    "PostDesign",
    "PostKind",
    "PostNotHeldError",
    "PostOutcome",
    "PostPlace",
    "PostTask",
    "PostTaskState",
    "PostTasks",
    "WaitingPost",
]

SEND_KIND = "send"
SEND_ASKED = "send_asked"
SEND_APPROVED = "send_approved"
SEND_REFUSED = "send_refused"
SEND_STARTED = "send_started"
SEND_ENDED = "send_ended"

WECOM_CHANNEL = "wecom"
"""Messages of this channel go out in mass tasks."""
STEP = 0
"""A send has one message; it stands at this place of its version."""
CHANNELS_MAX = 6
EXCLUDED_MAX = 20
DAYS_MAX = 7
DAY_MINUTES = 24 * 60
PART_SIZE = 10_000
"""So many people are asked for in one transaction."""

Minute = Annotated[int, Field(strict=True, ge=0, le=DAY_MINUTES)]
Ids = NDArray[np.uint64]
Worths = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Worth:
    """What the message is worth for each customer, where several want the same quota. `expected`: the share `percent` of what the
    estimates expect of them; `attribute`: an amount in yuan that stands among their attributes."""

    __pydantic_config__ = WITHOUT_KIND

    by: Literal["none", "expected", "attribute"] = "none"
    percent: Annotated[int, Field(strict=True, ge=1, le=100)] = 10
    attribute: Annotated[str, Field(strict=True, max_length=100)] = ""


@dataclass(frozen=True, slots=True)
class Send:
    """A send as its document says it. It goes out from `starts_at` (None: as soon as it may) between the minutes `begins` and
    `ends` of `days` business days; what no member has confirmed then is cancelled."""

    __pydantic_config__ = WITHOUT_KIND

    segment_id: Id
    content: MessageContent
    channels: Annotated[tuple[ChannelName, ...], Field(min_length=1, max_length=CHANNELS_MAX)]
    excluded_segment_ids: Annotated[tuple[Id, ...], Field(max_length=EXCLUDED_MAX)] = ()
    purpose: Literal["marketing", "service"] = "marketing"
    persona_id: Id | None = None
    starts_at: AwareDatetime | None = None
    begins: Minute = 9 * 60
    ends: Minute = 21 * 60
    days: Annotated[int, Field(strict=True, ge=1, le=DAYS_MAX)] = 1
    worth: Worth = field(default_factory=Worth)


class RunState(StrEnum):
    """`waiting`: for approval. `planned`: for its time. `running`: messages are asked for and on their way. `paused`: nothing new
    is asked for. `done`: everything has an outcome. `cancelled`: refused, or taken back."""

    WAITING = "waiting"
    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN_STATES = (RunState.WAITING, RunState.PLANNED, RunState.RUNNING, RunState.PAUSED)


@dataclass(frozen=True, slots=True)
class Run:
    """One going out of a send to those in its asker's `scope`: `recipients` were expected, `people` taken down at its start."""

    run_id: int
    send_id: int
    version: int
    state: RunState
    recipients: int
    people: int | None
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    scope: Scope


@dataclass(frozen=True, slots=True)
class SendDesign:
    """A send as its makers see it: what was asked for last (None before), the draft if one waits, and the latest run."""

    send_id: int
    name: str
    status: DefinitionStatus
    version: int | None
    revision: int
    send: Send | None
    draft: Send | None
    run: Run | None
    updated_at: datetime

    @property
    def latest(self) -> Send:
        """What somebody who edits it should see."""
        found = self.draft or self.send
        if found is None:
            raise ValueError("a definition has a document")
        return found


@dataclass(frozen=True, slots=True)
class Approval:
    """A run that waits for somebody's word."""

    run: Run
    name: str
    send: Send


class LeftOutReason(StrEnum):
    """Why somebody of the segment is not among the people of a run. What the gate refuses later is told by messages."""

    EXCLUDED = "excluded"
    WORTH_MORE_ELSEWHERE = "worth_more_elsewhere"
    STAFF_FULL = "staff_full"
    QUOTA_USED = "quota_used"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a run's people, and what the message is worth for each of them."""

    number: int
    profile_ids: Ids
    worths: Worths


# --- mass tasks


class TaskState(StrEnum):
    """`new`: to be asked for. `asking`: somebody is at it, or died at it: whether it is there has to be looked up. `open`: members
    may confirm. `closing`: cancelled, and its results are read a last time. `closed`: every message has its outcome. `refused`:
    WeCom would not make it."""

    NEW = "new"
    ASKING = "asking"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    REFUSED = "refused"


class Outcome(StrEnum):
    """What became of one message in a task. `sent`: WeCom's 1; nobody tells who read it. `unknown`: the corp was switched off."""

    WAITING = "waiting"
    SENT = "sent"
    NOT_A_FRIEND = "not_a_friend"
    OVER_QUOTA = "over_quota"
    NOT_CONFIRMED = "not_confirmed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class MassQuota(StrEnum):
    """How many mass messages WeCom gives one customer: one a day, seven a week, or as many a month as it has days. The corp's
    administrator chooses; the strictest is taken for granted."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class SendRules:
    """What a company says of its sends: above which number somebody else has to approve (None: never), the customer's quota, how
    many contents a member confirms a day and how long each takes, after which time members are reminded of a task, and how often
    at most."""

    approve_above: int | None = 1_000
    mass_quota: MassQuota = MassQuota.DAILY
    confirmations_per_day: int = 10
    confirmation_seconds: int = 30
    remind_after: timedelta = timedelta(hours=3)
    reminders_max: int = 2


@dataclass(frozen=True, slots=True)
class TaskPart:
    """A message in a task: of which version it is, and under which profile its customer stands in the corp."""

    message_id: int
    profile_id: int
    definition_id: int
    version: int


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be asked for. With the same key it is the same."""

    task_key: str
    corp_id: str
    content_key: str
    body: Mapping[str, Any]
    sender: str
    worth_fen: int
    ends_at: datetime
    counted_on: date
    parts: Sequence[TaskPart]


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it stands; `msgid` is WeCom's name for it."""

    task_id: int
    task_key: str
    corp_id: str
    content_key: str
    body: Mapping[str, Any]
    sender: str
    state: TaskState
    msgid: str
    attempts: int
    reminders: int
    reminded_at: datetime | None
    asked_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MadeTask:
    """A task that WeCom made; `failed` are customers it would not take."""

    msgid: str
    failed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class MemberShare:
    """A member's share of a task as WeCom tells it."""

    userid: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class MassResult:
    """What became of a task for one customer; WAITING as long as the member has not confirmed."""

    external_userid: str
    outcome: Outcome


class MassTasks(Protocol):
    """The way to WeCom's mass messages of one corp. Each call raises SourceRefusedError of room contacts."""

    def make(self, task: Task, external_userids: Sequence[str]) -> MadeTask:
        """Asks for it. Not to be called again where its answer was lost."""

    def find(self, task: Task, until: datetime, known: frozenset[str]) -> str | None:
        """The name of a task with this content that was made since it was asked for and that nobody here knows."""

    def shares(self, msgid: str) -> Sequence[MemberShare]:
        """Which members have a share, and who confirmed."""

    def results(self, msgid: str, userid: str) -> Sequence[MassResult]:
        """What became of it for a member's customers."""

    def remind(self, msgid: str) -> None:
        """Reminds members who have not confirmed."""

    def cancel(self, msgid: str) -> None:
        """Takes back what is not sent yet."""


@dataclass(frozen=True, slots=True)
class PackItem:
    """What a member is asked to confirm: the same content is one thing, however many tasks it came in."""

    content_key: str
    text: str
    tasks: int
    customers: int
    worth_fen: int
    ends_at: datetime
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class RunNumbers:
    """Where the messages in tasks are, and by member: (corp, userid, customers, sent, is confirmed)."""

    by_outcome: Mapping[Outcome, int]
    members: Sequence[tuple[str, str, int, int, bool]]
    tasks: int


class OwnSendError(ForbiddenError):
    """You asked for this, or wrote it; somebody else has to approve it."""

    code = "own_send"


class SendRunsError(ConflictError):
    """This send is on its way already; wait for its end, or cancel it."""

    code = "send_runs"


class WrongRunStateError(ConflictError):
    """That cannot be done with this send as it stands."""

    code = "wrong_run_state"


class UnknownRunError(NotFoundError):
    """This send was never asked for."""

    code = "unknown_run"


class EmptySendError(ConflictError):
    """There is nobody in the segment, or everybody in it is excluded."""

    code = "empty_send"


class PastSendError(ConflictError):
    """Its time is over; choose another."""

    code = "past_send"
