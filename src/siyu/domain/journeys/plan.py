"""A published version as the engine reads it: nodes by their number, the edges numbers as well. Part of `contracts`.

The place of a node is its number in the document's order; an edge is the place that it leads to, None at the end. What a message
says is kept by room `content` under the message's place as its step; the texts of variants stand behind all nodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from siyu.domain.definitions.contracts import EventMatch

Subject = Literal["customer", "group", "account"]
Edge = int | None


@dataclass(frozen=True, slots=True)
class TriggerPlan:
    """What lets somebody in; which of the fields count goes by `kind`, as the document says them. `at` is HH:MM."""

    kind: Literal["segment_entered", "segment_exited", "event", "date", "schedule", "by_hand", "api"]
    segment_id: int | None = None
    include_members: bool = False
    event: EventMatch | None = None
    attribute: str = ""
    days: int = 0
    at: str = "00:00"
    yearly: bool = False
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    starts_on: str | None = None
    ends_on: str | None = None


@dataclass(frozen=True, slots=True)
class TargetsPlan:
    """Whom a schedule means that is no customer: those named, or all of them; groups also by who owns them."""

    all: bool = False
    group_ids: tuple[int, ...] = ()
    staff_ids: tuple[int, ...] = ()
    owner_staff_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GoalPlan:
    """What the journey is for: it is reached by an event or by entering a segment, within so many days of the entry."""

    key: str
    within_days: int
    leave: bool
    event: EventMatch | None = None
    segment_id: int | None = None


@dataclass(frozen=True, slots=True)
class ExitPlan:
    """What ends an entry wherever it is."""

    kind: Literal["segment_left", "segment_entered", "event"]
    segment_id: int | None = None
    event: EventMatch | None = None


@dataclass(frozen=True, slots=True)
class WaitPlan:
    """Rests for so many minutes."""

    key: str
    minutes: int
    next: Edge
    kind: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True)
class WaitUntilPlan:
    """Rests until a time of day, `HH:MM` or `best_hour`, on the day so many after the entry's own, or on the next that fits."""

    key: str
    day: int | None
    at: str
    weekdays: tuple[int, ...]
    next: Edge
    kind: Literal["wait_until"] = "wait_until"


@dataclass(frozen=True, slots=True)
class WaitEventPlan:
    """Rests until the event, or for so many minutes."""

    key: str
    event: EventMatch
    timeout_minutes: int
    next: Edge
    on_timeout: Edge
    kind: Literal["wait_event"] = "wait_event"


@dataclass(frozen=True, slots=True)
class WayPlan:
    """A way of a branch: that of the members of a hidden segment."""

    key: str
    segment_id: int
    next: Edge


@dataclass(frozen=True, slots=True)
class BranchPlan:
    """The first way whose segment one is in, or else `otherwise`."""

    key: str
    ways: tuple[WayPlan, ...]
    otherwise: Edge
    kind: Literal["branch"] = "branch"


@dataclass(frozen=True, slots=True)
class ArmPlan:
    """An arm of a split."""

    key: str
    weight: int
    next: Edge


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """By lot, or as an experiment says; who is in none of its arms goes the first way."""

    key: str
    arms: tuple[ArmPlan, ...]
    experiment_id: int | None = None
    kind: Literal["split"] = "split"


@dataclass(frozen=True, slots=True)
class VariantPlan:
    """The text for one arm of an experiment, kept under `step`."""

    arm: str
    step: int


@dataclass(frozen=True, slots=True)
class MessagePlan:
    """Asks for a message. Who is in the arm of a variant gets its text, everybody else the node's own. An invitation to a group by
    message is one of these."""

    key: str
    channels: tuple[str, ...]
    title: str
    next: Edge
    purpose: str = "marketing"
    persona_id: int | None = None
    expires_after_hours: int | None = None
    experiment_id: int | None = None
    variants: tuple[VariantPlan, ...] = ()
    kind: Literal["message"] = "message"


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """Asks a member of staff for something: the one named, the one who plays the persona, or who keeps the customer. With `wait`
    one rests until it has ended; who waits in vain goes on by `on_expired`."""

    key: str
    title: str
    script: str
    deadline_minutes: int
    next: Edge
    script_id: int | None = None
    staff_id: int | None = None
    persona_id: int | None = None
    wait: bool = False
    on_expired: Edge = None
    kind: Literal["task"] = "task"


@dataclass(frozen=True, slots=True)
class TagPlan:
    """Gives tags and takes others."""

    key: str
    add: tuple[int, ...]
    remove: tuple[int, ...]
    next: Edge
    kind: Literal["tag"] = "tag"


@dataclass(frozen=True, slots=True)
class AttributePlan:
    """Sets an attribute; None takes it away."""

    key: str
    name: str
    value: str | bool | int | float | None
    next: Edge
    kind: Literal["attribute"] = "attribute"


@dataclass(frozen=True, slots=True)
class WebhookPlan:
    """Calls an endpoint; the fields are texts with places."""

    key: str
    endpoint_id: int
    fields: Mapping[str, str]
    next: Edge
    kind: Literal["webhook"] = "webhook"


@dataclass(frozen=True, slots=True)
class CouponPlan:
    """Issues a code of a pool and keeps it in an attribute; where the pool is empty one goes on by `on_empty`."""

    key: str
    pool_id: int
    attribute: str
    next: Edge
    on_empty: Edge
    kind: Literal["coupon"] = "coupon"


@dataclass(frozen=True, slots=True)
class HandOverPlan:
    """Gives the customer to a member of staff, or to the pool."""

    key: str
    staff_id: int | None
    note: str
    next: Edge
    kind: Literal["hand_over"] = "hand_over"


@dataclass(frozen=True, slots=True)
class EnterPlan:
    """Lets who walks into another journey as well."""

    key: str
    journey_id: int
    next: Edge
    kind: Literal["journey"] = "journey"


@dataclass(frozen=True, slots=True)
class GroupMessagePlan:
    """Posts into the group."""

    key: str
    title: str
    next: Edge
    kind: Literal["group_message"] = "group_message"


@dataclass(frozen=True, slots=True)
class MomentPlan:
    """Posts a moment of the account."""

    key: str
    next: Edge
    kind: Literal["moment"] = "moment"


NodePlan = Annotated[
    WaitPlan
    | WaitUntilPlan
    | WaitEventPlan
    | BranchPlan
    | SplitPlan
    | MessagePlan
    | TaskPlan
    | TagPlan
    | AttributePlan
    | WebhookPlan
    | CouponPlan
    | HandOverPlan
    | EnterPlan
    | GroupMessagePlan
    | MomentPlan,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class JourneyPlan:
    """A version: its nodes by place, where it starts, and the rules that hold for all of it."""

    places: tuple[NodePlan, ...]
    start: int
    triggers: tuple[TriggerPlan, ...] = ()
    subject: Subject = "customer"
    targets: TargetsPlan = TargetsPlan()
    goals: tuple[GoalPlan, ...] = ()
    exits: tuple[ExitPlan, ...] = ()
    re_entry: Literal["never", "after_end"] = "never"
    after_days: int = 0
    times_max: int | None = None
    lane: str | None = None
    priority: int = 5
    hold_out: int = 0
    on_new_version: Literal["keep", "move"] = "keep"

    def place_of(self, key: str) -> int | None:
        """Where the node of this key stands; None where there is none."""
        return next((place for place, node in enumerate(self.places) if node.key == key), None)


def edges_of(node: NodePlan) -> tuple[Edge, ...]:
    """All ways on from a node, in the order in which the numbers tell of them."""
    match node:
        case WaitEventPlan():
            return node.next, node.on_timeout
        case BranchPlan():
            return (*(way.next for way in node.ways), node.otherwise)
        case SplitPlan():
            return tuple(arm.next for arm in node.arms)
        case TaskPlan(wait=True):
            return node.next, node.on_expired
        case CouponPlan():
            return node.next, node.on_empty
        case _:
            return (node.next,)


_plan = TypeAdapter(JourneyPlan)


def dump_plan(plan: JourneyPlan) -> str:
    """As JSON text."""
    return _plan.dump_json(plan).decode()


@lru_cache(maxsize=1024)
def load_plan(text: str) -> JourneyPlan:
    """What `dump_plan` wrote."""
    return _plan.validate_json(text)
