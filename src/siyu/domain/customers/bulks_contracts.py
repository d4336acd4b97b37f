"""Work on many customers at once. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

WORK_BULK_JOB: Final = "work_customer_bulk"
BULK_MAX: Final = 2_000_000
BULK_PART_MAX: Final = 1_000
BULKS_RUNNING_MAX: Final = 20
PREPARED_KEPT: Final = timedelta(days=1)
"""How long it can be begun with whom it was prepared for."""


class BulkAction(StrEnum):
    """What is done with each of them."""

    TAG = "tag"
    UNTAG = "untag"
    CUSTODY = "custody"
    JOURNEY = "journey"
    TASK = "task"
    LEAD = "lead"


RIGHT_OF_ACTION: Final[Mapping[BulkAction, str]] = {
    BulkAction.TAG: "tags.apply",
    BulkAction.UNTAG: "tags.apply",
    BulkAction.CUSTODY: "customers.assign",
    BulkAction.JOURNEY: "journeys.enter",
    BulkAction.TASK: "tasks.assign",
    BulkAction.LEAD: "leads.assign",
}


class BulkState(StrEnum):
    """Prepared: who it is about is settled, and nothing is done yet."""

    PREPARED = "prepared"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Unchanged(StrEnum):
    """Why work on many left somebody as they were: they stood so already; bear as many tags as anybody can; were in the journey,
    or not let in by its rules; or were not there any more, or out of sight of who asked, when it was their turn."""

    SAME = "same"
    FULL = "full"
    INSIDE = "inside"
    RULES = "rules"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class PartDone:
    """What became of a part: how many are otherwise than before, and whom it left, for which reason."""

    changed: int
    unchanged: Mapping[Unchanged, Collection[int]]


@dataclass(frozen=True, slots=True)
class CustomerBulk:
    """Work on many customers as it stands: of `total` people `done` were looked at and `changed` are otherwise than before.
    `unchanged` is how many were left as they were, for which reason. `parameters` belong to the action; the work is done on behalf
    of `asker`, within what they could see when they asked."""

    bulk_id: int
    action: BulkAction
    parameters: Mapping[str, Any]
    actor_kind: ActorKind
    actor_id: str
    scope: Scope
    total: int
    done: int
    changed: int
    state: BulkState
    fault_code: str | None
    created_at: datetime
    finished_at: datetime | None
    unchanged: Mapping[Unchanged, int]

    @property
    def name(self) -> str:
        """What is kept of it stands under this."""
        return f"customer_bulk:{self.bulk_id}"

    def on_behalf(self, *rights: str) -> Actor:
        """Who asked, with nothing but these rights and the one of the action."""
        held = frozenset({RIGHT_OF_ACTION[self.action], "customers.read", *rights})
        return Actor(self.actor_kind, self.actor_id, held, self.scope)

    def is_asked_by(self, actor: Actor) -> bool:
        """Whether it is theirs. A member of staff and a key may have the same number."""
        return (self.actor_kind, self.actor_id) == (actor.kind, actor.actor_id)


@dataclass(frozen=True, slots=True)
class BulkPart:
    """Some of a bulk's customers, to be done in one transaction."""

    bulk_id: int
    part: int
    profile_ids: Sequence[int]


class UnknownBulkError(NotFoundError):
    """There is no such work in bulk."""

    code = "unknown_customer_bulk"


class BulkBegunError(ConflictError):
    """This work has begun, or was given up; prepare it again."""

    code = "customer_bulk_begun"


class BulksRunningError(ConflictError):
    """Too much work in bulk goes on; wait until some of it is done."""

    code = "customer_bulks_running"


class BadBulkError(InvalidError):
    """Nobody is chosen, or too many are."""

    code = "bad_customer_bulk"
