"""What others may know of journeys: the language of definitions, entries, numbers, events and errors.

A journey begins when a customer enters the segment of its trigger; with `include_members`, those who are in the segment when
it is first published come in as well. Then the steps are done one after the other:

- `wait`: the customer stays for so many minutes, counted from when they reached the step.
- `send`: a message is asked for, and the customer goes on at once; whether it may go out is the gate's to say.

`re_entry` says whether somebody who has been through may come in again. With `exit_on_leave`, who leaves the segment leaves
the journey, wherever they are. `title` and `body` may have places like `{{ name|朋友 }}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool

from siyu.domain.definitions.contracts import DefinitionStatus

JOURNEY_KIND = "journey"
JOURNEY_ENTERED = "journey_entered"
JOURNEY_COMPLETED = "journey_completed"
JOURNEY_EXITED = "journey_exited"

STEPS_MAX = 50
WAIT_MINUTES_MAX = 366 * 24 * 60
TITLE_LENGTH_MAX = 200
BODY_LENGTH_MAX = 2000
NOT_BEGUN = -1
"""Where an entry is before its first step."""


def _with_kind(schema: dict[str, Any]) -> None:
    """A document always says its `kind`, though code that builds steps need not."""
    schema["required"] = ["kind", *schema.get("required", [])]
    schema["properties"]["kind"].pop("default", None)


_STRICT = ConfigDict(extra="forbid", json_schema_extra=_with_kind)


@dataclass(frozen=True, slots=True)
class SegmentEnteredTrigger:
    """Entering a segment."""

    __pydantic_config__ = _STRICT

    segment_id: Annotated[int, Field(strict=True, ge=1, lt=2**63)]
    include_members: StrictBool = True
    kind: Literal["segment_entered"] = "segment_entered"


@dataclass(frozen=True, slots=True)
class WaitStep:
    """Stay for a while."""

    __pydantic_config__ = _STRICT

    minutes: Annotated[int, Field(strict=True, ge=1, le=WAIT_MINUTES_MAX)]
    kind: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True)
class SendStep:
    """Ask for a message; its link, if it has one, is a short one that tells who followed it."""

    __pydantic_config__ = _STRICT

    channel: Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z_]{0,39}$")]
    title: Annotated[str, Field(strict=True, min_length=1, max_length=TITLE_LENGTH_MAX)]
    body: Annotated[str, Field(strict=True, min_length=1, max_length=BODY_LENGTH_MAX)]
    link_url: Annotated[str, Field(strict=True, max_length=2000)] | None = None
    kind: Literal["send"] = "send"


Step = Annotated[WaitStep | SendStep, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class JourneyDefinition:
    """What an operator designs."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    trigger: SegmentEnteredTrigger
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=STEPS_MAX)]
    re_entry: Literal["never", "after_exit"]
    exit_on_leave: StrictBool


@dataclass(frozen=True, slots=True)
class Journey:
    """A journey as it stands: the published `definition` (None before the first), the `draft` if one is waiting."""

    journey_id: int
    name: str
    status: DefinitionStatus
    version: int | None
    revision: int
    definition: JourneyDefinition | None
    draft: JourneyDefinition | None
    updated_at: datetime

    @property
    def latest(self) -> JourneyDefinition:
        """What somebody who edits it should see."""
        latest = self.draft if self.draft is not None else self.definition
        if latest is None:
            raise ValueError(f"journey {self.journey_id} has no definition at all")
        return latest


@dataclass(frozen=True, slots=True)
class SendPlan:
    """A `send` step as published: its link has an id by now."""

    channel: str
    title: str
    body: str
    link_id: int | None


@dataclass(frozen=True, slots=True)
class WaitPlan:
    """A `wait` step as published."""

    minutes: int


StepPlan = WaitPlan | SendPlan
JourneyVersion = tuple[int, int]
"""(journey_id, version)."""


class EntryState(StrEnum):
    """An entry is `active` until it has been through (`completed`) or was taken out (`exited`)."""

    ACTIVE = "active"
    COMPLETED = "completed"
    EXITED = "exited"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who is to enter the journeys of a segment: `profile_id` as the event has it, `customer_id` as of now."""

    segment_id: int
    profile_id: int
    customer_id: int
    occurred_at: datetime
    cause_event_id: UUID


@dataclass(frozen=True, slots=True)
class TakingIn:
    """A journey whose segment's members are still being taken in, in the order of their ids; `taken_in_to` is the last."""

    journey_id: int
    version: int
    segment_id: int
    taken_in_to: int


@dataclass(frozen=True, slots=True)
class DueEntry:
    """An entry that is to move on; `step` is where it is."""

    entry_id: int
    journey_id: int
    version: int
    customer_id: int
    step: int


@dataclass(frozen=True, slots=True)
class Move:
    """Where due entries of one version go: to wait at `step` until `due_at`, or to their end where `due_at` is None."""

    entries: Sequence[DueEntry]
    step: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepNumbers:
    """How many are at a step, and how many have it behind them."""

    waiting: int
    done: int


@dataclass(frozen=True, slots=True)
class JourneyNumbers:
    """How many came in, over all versions, and where they are."""

    entered: int = 0
    active: int = 0
    completed: int = 0
    exited: int = 0


@dataclass(frozen=True, slots=True)
class CustomerJourney:
    """A customer's latest way through a journey."""

    journey_id: int
    name: str
    version: int
    state: EntryState
    entered_at: datetime
    ended_at: datetime | None


Document = Mapping[str, Any]
