"""What others may know of journeys: the language of definitions, entries, numbers, events and errors.

A journey begins when a customer enters the segment of its trigger; with `include_members`, those who are in the segment when
it is first published come in as well. Then the steps are done one after the other:

- `wait`: the customer stays for so many minutes, counted from when they reached the step.
- `send`: a message is asked for, and the customer goes on at once; whether it may go out is the gate's to say. With an experiment
  and `variants`, customers in the arms named there get those texts, everybody else the step's own.
- `split`: customers part ways and meet again behind it. Who goes where is said by an experiment, whose arms these are, the
  control first (who takes no part in it goes the control's way), or by lot, by the arms' weights.

`re_entry` says whether somebody who has been through may come in again. With `exit_on_leave`, who leaves the segment leaves
the journey, wherever they are. `hold_out` percent of the customers walk it without
getting its messages. `title` and `body` may have places like `{{ name|朋友 }}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool

from siyu.domain.content.contracts import (
    ATTACHMENTS_MAX,
    FALL_BACK_HOURS_MAX,
    OVERRIDES_MAX,
    Attachment,
    Body,
    ChannelName,
    ChannelText,
    LinkUrl,
    MessageContent,
    Title,
)
from siyu.domain.definitions.contracts import WITH_KIND, DefinitionStatus

JOURNEY_KIND = "journey"
JOURNEY_ENTERED = "journey_entered"
JOURNEY_COMPLETED = "journey_completed"
JOURNEY_EXITED = "journey_exited"

STEPS_MAX = 50
"""Of the whole journey, in all arms together."""
SPLITS_DEEP_MAX = 3
SPLIT_ARMS_MAX = 6
HOLD_OUT_MAX = 50
FALLBACKS_MAX = 5
WAIT_MINUTES_MAX = 366 * 24 * 60
NOT_BEGUN = -1
"""Where an entry is before its first step."""
_WITHOUT_KIND = ConfigDict(extra="forbid")

Id = Annotated[int, Field(strict=True, ge=1, lt=2**63)]
ArmKey = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]{0,39}$")]


@dataclass(frozen=True, slots=True)
class SegmentEnteredTrigger:
    """Entering a segment."""

    __pydantic_config__ = WITH_KIND

    segment_id: Id
    include_members: StrictBool = True
    kind: Literal["segment_entered"] = "segment_entered"


@dataclass(frozen=True, slots=True)
class WaitStep:
    """Stay for a while."""

    __pydantic_config__ = WITH_KIND

    minutes: Annotated[int, Field(strict=True, ge=1, le=WAIT_MINUTES_MAX)]
    kind: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True)
class SendVariant:
    """What customers in an arm of the experiment get instead."""

    __pydantic_config__ = _WITHOUT_KIND

    arm: ArmKey
    title: Title
    body: Body
    link_url: LinkUrl | None = None


@dataclass(frozen=True, slots=True)
class SendStep:
    """Ask for a message; its link, if it has one, is a short one that tells who followed it. `channel` is asked first, those of
    `fallbacks` one after the other where it cannot reach the customer, or did not within `fall_back_after_hours`."""

    __pydantic_config__ = WITH_KIND

    channel: ChannelName
    title: Title
    body: Body
    link_url: LinkUrl | None = None
    fallbacks: Annotated[tuple[ChannelName, ...], Field(max_length=FALLBACKS_MAX)] = ()
    fall_back_after_hours: Annotated[int, Field(strict=True, ge=1, le=FALL_BACK_HOURS_MAX)] | None = None
    purpose: Literal["marketing", "service"] = "marketing"
    attachments: Annotated[tuple[Attachment, ...], Field(max_length=ATTACHMENTS_MAX)] = ()
    overrides: Annotated[Mapping[ChannelName, ChannelText], Field(max_length=OVERRIDES_MAX)] = field(
        default_factory=dict
    )
    experiment_id: Id | None = None
    variants: Annotated[tuple[SendVariant, ...], Field(max_length=SPLIT_ARMS_MAX)] = ()
    kind: Literal["send"] = "send"

    @property
    def channels(self) -> tuple[str, ...]:
        """In the author's order."""
        return (self.channel, *self.fallbacks)

    def content(self, variant: SendVariant | None = None) -> MessageContent:
        """What it says, to everybody or to those in the variant's arm; a variant says the same in all channels."""
        text = variant or self
        return MessageContent(
            title=text.title,
            body=text.body,
            link_url=text.link_url,
            attachments=self.attachments,
            overrides=self.overrides if variant is None else {},
            fall_back_after_hours=self.fall_back_after_hours,
        )


@dataclass(frozen=True, slots=True)
class SplitArm:
    """One of the ways that customers go; without steps they just meet the others again. Of an experiment's arms the weights are
    the experiment's own."""

    __pydantic_config__ = _WITHOUT_KIND

    key: ArmKey
    name: Annotated[str, Field(strict=True, min_length=1, max_length=120)]
    weight: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1
    steps: Annotated[tuple[Step, ...], Field(max_length=STEPS_MAX)] = ()


@dataclass(frozen=True, slots=True)
class SplitStep:
    """Part ways."""

    __pydantic_config__ = WITH_KIND

    arms: Annotated[tuple[SplitArm, ...], Field(min_length=2, max_length=SPLIT_ARMS_MAX)]
    experiment_id: Id | None = None
    kind: Literal["split"] = "split"


Step = Annotated[WaitStep | SendStep | SplitStep, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class JourneyDefinition:
    """What an operator designs."""

    __pydantic_config__ = _WITHOUT_KIND

    trigger: SegmentEnteredTrigger
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=STEPS_MAX)]
    re_entry: Literal["never", "after_exit"]
    exit_on_leave: StrictBool
    hold_out: Annotated[int, Field(strict=True, ge=0, le=HOLD_OUT_MAX)] = 0


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
    """A `send` step as published; what it says is kept by room `content`. `path` leads to the step in the document, here as in
    all plans."""

    channels: tuple[str, ...]
    title: str
    purpose: str = "marketing"
    path: str = ""


@dataclass(frozen=True, slots=True)
class WaitPlan:
    """A `wait` step as published."""

    minutes: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class ArmPlan:
    """An arm of a split: its steps begin at `start`, where no other arm's do."""

    key: str
    weight: int
    start: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """A `split` as published, or the parting of customers who get different texts. Who is in no arm of the experiment goes the
    first way."""

    experiment_id: int | None
    arms: tuple[ArmPlan, ...]
    path: str = ""


@dataclass(frozen=True, slots=True)
class JumpPlan:
    """The end of an arm: on to where the ways meet."""

    to: int


StepPlan = WaitPlan | SendPlan | SplitPlan | JumpPlan
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
    """An entry that is to move on; `step` is where it is, `arms` where the arms begin that it took."""

    entry_id: int
    journey_id: int
    version: int
    customer_id: int
    step: int
    arms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """Where due entries of one version go: to wait at `step` until `due_at`, or to their end where `due_at` is None."""

    entries: Sequence[DueEntry]
    step: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepNumbers:
    """How many are at a step, and how many have it behind them; of an `arm`, how many are in it, and how many went that way."""

    path: str
    kind: Literal["wait", "send", "split", "arm"]
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
