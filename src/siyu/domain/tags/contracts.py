"""What others may know of tags."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from siyu.domain.customers.contracts import Unchanged
from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

CUSTOMER_TAGGED = "customer_tagged"
CUSTOMER_UNTAGGED = "customer_untagged"

TRAIT_EVENTS = (CUSTOMER_TAGGED, CUSTOMER_UNTAGGED)
"""Events after which a customer's columns must be read anew."""

BULK_JOB = "tag_in_bulk"

COLOURS = ("grey", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink")
NAME_LENGTH_MAX = 40
GROUPS_MAX = 200
TAGS_PER_GROUP_MAX = 500
TAGS_PER_CUSTOMER_MAX = 200
AT_ONCE_MAX = 20_000
"""Customers that one call tags; more are a bulk."""
BULK_MAX = 5_000_000
BULKS_RUNNING_MAX = 20


class How(StrEnum):
    """The way in which a tag came to a customer, or left them. The last two only take away: its time was over; another of the
    same exclusive group took its place."""

    HAND = "hand"
    BULK = "bulk"
    RULE = "rule"
    EVENT = "event"
    FORM = "form"
    CODE = "code"
    JOURNEY = "journey"
    SYNC = "sync"
    EXPIRED = "expired"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Tag:
    """A word that customers can be marked with."""

    tag_id: int
    group_id: int
    name: str
    is_archived: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Tags that belong together, in the order of their names; of an exclusive group a customer bears at most one. Groups are shown
    in the order of `place`."""

    group_id: int
    name: str
    colour: str
    owner_id: int | None
    owner_name: str | None
    is_exclusive: bool
    place: int
    is_archived: bool
    tags: Sequence[Tag]


@dataclass(frozen=True, slots=True)
class Way:
    """How and why somebody is tagged or untagged; `rule_id` where a rule does it, `by` (`form:7`) where it is not the actor. What a
    sync takes it takes only where a sync gave it, unless `is_whole`."""

    how: How
    reason: str = ""
    rule_id: int | None = None
    by: str | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Borne:
    """A tag that a customer bears, and how they came to it; `by` is `staff:7` or `form:3`, `by_name` who that is."""

    tag_id: int
    tag: str
    group_id: int
    group: str
    colour: str
    is_exclusive: bool
    how: How
    by: str
    by_name: str | None
    rule_id: int | None
    given_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Applied:
    """What a call came to: how many customers it changed, and whom it left as they were, for which reason."""

    changed: int
    unchanged: Mapping[Unchanged, Collection[int]]

    @property
    def skipped(self) -> int:
        """How many could not be changed: unknown, outside the scope or full of tags."""
        return sum(len(who) for why, who in self.unchanged.items() if why is not Unchanged.SAME)


class BulkState(StrEnum):
    """How far a bulk is."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Bulk:
    """Tagging, or untagging, many customers at once. `of` says who they are: `segment:7`, `list:3`, `customers`; `unchanged` how
    many were left as they were, for which reason."""

    bulk_id: int
    tag_id: int
    tag: str
    is_removal: bool
    actor_kind: str
    actor_id: str
    actor_name: str | None
    of: str
    reason: str
    expires_at: datetime | None
    total: int
    done: int
    changed: int
    skipped: int
    state: BulkState
    created_at: datetime
    finished_at: datetime | None
    unchanged: Mapping[Unchanged, int]

    @property
    def name(self) -> str:
        """What is kept of it stands under this."""
        return f"tag_bulk:{self.bulk_id}"


class UnknownTagError(NotFoundError):
    """There is no such tag or group."""

    code = "unknown_tag"


class UnknownBulkError(NotFoundError):
    """There is no such work in bulk."""

    code = "unknown_bulk"


class BadTagError(InvalidError):
    """This is no good name, colour or owner of a tag or group."""

    code = "bad_tag"


class BadTaggingError(InvalidError):
    """Nobody can be tagged like that."""

    code = "bad_tagging"


class TagNameTakenError(ConflictError):
    """There is one of that name already."""

    code = "tag_name_taken"


class ArchivedTagError(ConflictError):
    """The tag, or its group, is archived: nobody new can bear it."""

    code = "archived_tag"


class GroupInUseError(ConflictError):
    """Whether a group is exclusive cannot change once somebody bears one of its tags."""

    code = "group_in_use"


class TooManyTagsError(ConflictError):
    """There are as many as there can be."""

    code = "too_many_tags"
