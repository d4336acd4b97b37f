"""What is posted to groups and in moments: what is asked for, its tasks, what became of it, the way out. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Protocol

from pydantic import Field

from siyu.domain.content.contracts import MessageContent
from siyu.domain.definitions.contracts import WITHOUT_KIND, Id
from siyu.kernel.errors import ConflictError

POST_KIND: Final = "post"
GROUPS_MAX: Final = 2_000
"""So many groups a task has, as WeCom takes them."""
SENDERS_MAX: Final = 10_000
ASKED_KEY_LENGTH_MAX: Final = 100


class PostKind(StrEnum):
    """Where something is posted: to a group chat, or in the moments that a member shows to customers."""

    GROUP = "group"
    MOMENT = "moment"


class PostOutcome(StrEnum):
    """What became of a post. `held`: many would see it, and it waits for somebody else's word. `gone`: the group was dissolved, or
    the member is none any more. `sent`: the owner confirmed, the member published. `unknown`: its corp was switched off before it
    told."""

    HELD = "held"
    WAITING = "waiting"
    SENT = "sent"
    GONE = "gone"
    OVER_QUOTA = "over_quota"
    NOT_CONFIRMED = "not_confirmed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class PostTaskState(StrEnum):
    """`new`: to be asked for. `asking`: somebody is at it, or died at it. `open`: members may confirm. `closing`: cancelled, read a
    last time. `heard`: a moment that is over, whose likes and comments are looked at for some days. `closed`. `refused`."""

    NEW = "new"
    ASKING = "asking"
    OPEN = "open"
    CLOSING = "closing"
    HEARD = "heard"
    CLOSED = "closed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class GroupPost:
    """Something to be posted to a group: what stands at `step` of a version of a definition. One for each key."""

    post_key: str
    group_id: int
    definition_id: int
    version: int
    step: int


@dataclass(frozen=True, slots=True)
class MomentPost:
    """Something to be posted in the moments of a member of the staff; as GroupPost."""

    post_key: str
    staff_id: int
    definition_id: int
    version: int
    step: int


@dataclass(frozen=True, slots=True)
class PostTargets:
    """Which groups, or whose moments: those named, those of owners, or all."""

    __pydantic_config__ = WITHOUT_KIND

    all: bool = False
    group_ids: Annotated[tuple[Id, ...], Field(max_length=GROUPS_MAX)] = ()
    staff_ids: Annotated[tuple[Id, ...], Field(max_length=GROUPS_MAX)] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """What is posted, and where."""

    __pydantic_config__ = WITHOUT_KIND

    kind: Literal["group", "moment"]
    targets: PostTargets
    content: MessageContent


@dataclass(frozen=True, slots=True)
class PostDesign:
    """A post that went out: what it says, and how many places it has by outcome."""

    post_id: int
    name: str
    post: Post
    asked_by: str
    asked_at: datetime
    outcomes: Mapping[PostOutcome, int]
    likes: int
    comments: int


@dataclass(frozen=True, slots=True)
class PostPlace:
    """One group, or one member, of a post, and what became of it there."""

    subject_id: int
    outcome: PostOutcome
    done_at: datetime | None
    likes: int
    comments: int


@dataclass(frozen=True, slots=True)
class WaitingPost:
    """A post that is in no task yet."""

    post_id: int
    kind: PostKind
    subject_id: int
    definition_id: int
    version: int
    step: int


@dataclass(frozen=True, slots=True)
class NewPostTask:
    """A task to be asked for: {post: the group's or the member's name outside}."""

    task_key: str
    kind: PostKind
    corp_id: str
    content_key: str
    body: Mapping[str, Any]
    sender: str
    ends_at: datetime
    subjects: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class PostTask:
    """A task as it stands. `outside_id` is WeCom's name for it, `job_id` that of its making where that takes a while."""

    task_id: int
    kind: PostKind
    corp_id: str
    content_key: str
    body: Mapping[str, Any]
    sender: str
    state: PostTaskState
    outside_id: str
    job_id: str
    attempts: int
    reminders: int
    reminded_at: datetime | None
    asked_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MadePost:
    """What WeCom said to a task: its name, or that of the job that makes it; `failed` are subjects it would not take."""

    outside_id: str = ""
    job_id: str = ""
    failed: Sequence[str] = ()


class PostTasks(Protocol):
    """The way to WeCom's tasks for one kind of post in one corp. Each call raises SourceRefusedError of room contacts."""

    def make(self, task: PostTask, subjects: Sequence[str]) -> MadePost:
        """Asks for it. Not to be called again where its answer was lost."""

    def find(self, task: PostTask, until: datetime, known: frozenset[str]) -> str | None:
        """The name of a task with this content that was made since it was asked for and that nobody here knows."""

    def made(self, job_id: str, /) -> MadePost | None:
        """What a job came to; None as long as it runs."""

    def outcomes(self, task: PostTask) -> Mapping[str, PostOutcome]:
        """What became of it for each subject of which something is known."""

    def remarks(self, task: PostTask, subject: str, /) -> tuple[int, int]:
        """(likes, comments) that it got there."""

    def remind(self, task: PostTask, /) -> bool:
        """Reminds members who have not confirmed; False where WeCom has no such thing."""

    def cancel(self, task: PostTask) -> None:
        """Takes back what is not posted yet."""


class PostNotHeldError(ConflictError):
    """This post waits for nobody's word."""

    code = "post_not_held"


class NowhereToPostError(ConflictError):
    """There is no group, or no member, that this could be posted for."""

    code = "nowhere_to_post"
