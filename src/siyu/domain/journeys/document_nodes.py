"""The nodes of a journey's document, one class a kind. Part of `contracts`.

Every node has a `key` of its own, may have a `name`, and says by its edges where one goes on: an edge is the key of a
node, or None, the end. What else pydantic cannot say of them stands in `checking`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from siyu.domain.content.contracts import (
    ATTACHMENTS_MAX,
    BODY_LENGTH_MAX,
    FALL_BACK_HOURS_MAX,
    FIELDS_MAX,
    OVERRIDES_MAX,
    Attachment,
    Body,
    ChannelName,
    ChannelText,
    FieldName,
    LinkUrl,
    MessageContent,
    Title,
)
from siyu.domain.definitions.contracts import WITH_KIND, WITHOUT_KIND, Id
from siyu.domain.journeys.document_parts import (
    ARMS_MAX,
    AT_BEST_HOUR,
    DAYS_MAX,
    EXPIRES_HOURS_MAX,
    FALLBACKS_MAX,
    NAME_LENGTH_MAX,
    TAGS_MAX,
    WAIT_MINUTES_MAX,
    WAYS_MAX,
    AttributeName,
    Edge,
    Key,
    Label,
    Minutes,
    TagIds,
    TimeOfDay,
    Weekdays,
)
from siyu.domain.journeys.document_ways import (
    BranchNode,
    BranchWay,
    SplitArm,
    SplitNode,
    WaitEventNode,
    WaitNode,
    WaitUntilNode,
)

__all__ = [
    "ARMS_MAX",
    "AT_BEST_HOUR",
    "DAYS_MAX",
    "EXPIRES_HOURS_MAX",
    "FALLBACKS_MAX",
    "NAME_LENGTH_MAX",
    "TAGS_MAX",
    "WAIT_MINUTES_MAX",
    "WAYS_MAX",
    "AttributeName",
    "AttributeNode",
    "BranchNode",
    "BranchWay",
    "CouponNode",
    "Edge",
    "EnterNode",
    "GroupInviteNode",
    "GroupMessageNode",
    "HandOverNode",
    "JourneyNode",
    "Key",
    "Label",
    "MessageNode",
    "MessageVariant",
    "Minutes",
    "MomentNode",
    "NodeKind",
    "SplitArm",
    "SplitNode",
    "TagNode",
    "TaskNode",
    "TimeOfDay",
    "ToPersona",
    "ToStaff",
    "WaitEventNode",
    "WaitNode",
    "WaitUntilNode",
    "WebhookNode",
    "Weekdays",
    "node_edges",
]
"""What of this is written in the files beside."""

_Script = Annotated[str, Field(strict=True, max_length=BODY_LENGTH_MAX)]
_Attachments = Annotated[tuple[Attachment, ...], Field(max_length=ATTACHMENTS_MAX)]


@dataclass(frozen=True, slots=True)
class MessageVariant:
    """What customers in an arm of the experiment get instead."""

    __pydantic_config__ = WITHOUT_KIND

    arm: Key
    title: Title
    body: Body
    link_url: LinkUrl | None = None


@dataclass(frozen=True, slots=True)
class MessageNode:
    """Ask for a message, and go on at once: whether it may go out is the gate's to say. `channel` is asked first, those
    of `fallbacks` one after the other where it cannot reach the customer, or did not within `fall_back_after_hours`.
    With an experiment and `variants`, customers in the arms named there get those texts, everybody else the node's own."""

    __pydantic_config__ = WITH_KIND

    key: Key
    channel: ChannelName
    title: Title
    body: Body
    link_url: LinkUrl | None = None
    fallbacks: Annotated[tuple[ChannelName, ...], Field(max_length=FALLBACKS_MAX)] = ()
    fall_back_after_hours: Annotated[int, Field(strict=True, ge=1, le=FALL_BACK_HOURS_MAX)] | None = None
    attachments: _Attachments = ()
    overrides: Annotated[Mapping[ChannelName, ChannelText], Field(max_length=OVERRIDES_MAX)] = field(
        default_factory=dict
    )
    purpose: Literal["marketing", "service"] = "marketing"
    persona_id: Id | None = None
    expires_after_hours: Annotated[int, Field(strict=True, ge=1, le=EXPIRES_HOURS_MAX)] | None = None
    experiment_id: Id | None = None
    variants: Annotated[tuple[MessageVariant, ...], Field(max_length=ARMS_MAX)] = ()
    name: Label | None = None
    next: Edge = None
    kind: Literal["message"] = "message"

    @property
    def channels(self) -> tuple[str, ...]:
        """In the author's order."""
        return (self.channel, *self.fallbacks)

    def content(self, variant: MessageVariant | None = None) -> MessageContent:
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
class ToStaff:
    """A member of staff, by name."""

    __pydantic_config__ = WITHOUT_KIND

    staff_id: Id


@dataclass(frozen=True, slots=True)
class ToPersona:
    """Whoever plays this persona for the customer."""

    __pydantic_config__ = WITHOUT_KIND

    persona_id: Id


@dataclass(frozen=True, slots=True)
class TaskNode:
    """Ask a member of staff for something; the script may have places. With `wait` one stays until it is done, and goes on by
    `on_expired` where it was not in time."""

    __pydantic_config__ = WITH_KIND

    key: Key
    title: Title
    deadline_minutes: Minutes
    script: _Script = ""
    script_id: Id | None = None
    to: Literal["keeper"] | ToStaff | ToPersona = "keeper"
    wait: StrictBool = False
    name: Label | None = None
    next: Edge = None
    on_expired: Edge = None
    kind: Literal["task"] = "task"


@dataclass(frozen=True, slots=True)
class TagNode:
    """Give tags, and take others."""

    __pydantic_config__ = WITH_KIND

    key: Key
    add: TagIds = ()
    remove: TagIds = ()
    name: Label | None = None
    next: Edge = None
    kind: Literal["tag"] = "tag"


@dataclass(frozen=True, slots=True)
class AttributeNode:
    """Set an attribute; with None, take it away."""

    __pydantic_config__ = WITH_KIND

    key: Key
    attribute: AttributeName
    value: Annotated[StrictStr, Field(max_length=1000)] | StrictBool | StrictInt | StrictFloat | None
    name: Label | None = None
    next: Edge = None
    kind: Literal["attribute"] = "attribute"


@dataclass(frozen=True, slots=True)
class WebhookNode:
    """Call an endpoint; the fields are texts with places."""

    __pydantic_config__ = WITH_KIND

    key: Key
    endpoint_id: Id
    fields: Annotated[Mapping[FieldName, Body], Field(max_length=FIELDS_MAX)] = field(default_factory=dict)
    name: Label | None = None
    next: Edge = None
    kind: Literal["webhook"] = "webhook"


@dataclass(frozen=True, slots=True)
class CouponNode:
    """Issue one code of a pool, and keep it in an attribute, so that texts can say it; by `on_empty` where the pool has
    none left."""

    __pydantic_config__ = WITH_KIND

    key: Key
    pool_id: Id
    attribute: AttributeName = "coupon_code"
    name: Label | None = None
    next: Edge = None
    on_empty: Edge = None
    kind: Literal["coupon"] = "coupon"


@dataclass(frozen=True, slots=True)
class GroupInviteNode:
    """Invite into a group: the address of a group code goes out by message, or a member of staff is asked to send it."""

    __pydantic_config__ = WITH_KIND

    key: Key
    code_id: Id
    title: Title
    body: Body
    by: Literal["message", "task"] = "message"
    channel: ChannelName = "wecom"
    name: Label | None = None
    next: Edge = None
    kind: Literal["group_invite"] = "group_invite"


@dataclass(frozen=True, slots=True)
class HandOverNode:
    """Give the customer to a member of staff, or to the pool that everybody may take from."""

    __pydantic_config__ = WITH_KIND

    key: Key
    to: Literal["pool"] | ToStaff = "pool"
    note: Annotated[str, Field(strict=True, max_length=500)] = ""
    name: Label | None = None
    next: Edge = None
    kind: Literal["hand_over"] = "hand_over"


@dataclass(frozen=True, slots=True)
class EnterNode:
    """Let who walks this one, be it a customer, a group or an account, into another journey as well, and go on."""

    __pydantic_config__ = WITH_KIND

    key: Key
    journey_id: Id
    name: Label | None = None
    next: Edge = None
    kind: Literal["journey"] = "journey"


@dataclass(frozen=True, slots=True)
class GroupMessageNode:
    """Post into the group."""

    __pydantic_config__ = WITH_KIND

    key: Key
    title: Title
    body: Body
    link_url: LinkUrl | None = None
    attachments: _Attachments = ()
    name: Label | None = None
    next: Edge = None
    kind: Literal["group_message"] = "group_message"

    def content(self) -> MessageContent:
        """What it says."""
        return MessageContent(self.title, self.body, self.link_url, self.attachments)


@dataclass(frozen=True, slots=True)
class MomentNode:
    """Post a moment of the account."""

    __pydantic_config__ = WITH_KIND

    key: Key
    body: Body
    link_url: LinkUrl | None = None
    attachments: _Attachments = ()
    name: Label | None = None
    next: Edge = None
    kind: Literal["moment"] = "moment"

    def content(self) -> MessageContent:
        """What it says; a moment has no title, so its beginning stands for one."""
        return MessageContent(self.body[:NAME_LENGTH_MAX], self.body, self.link_url, self.attachments)


JourneyNode = Annotated[
    WaitNode
    | WaitUntilNode
    | WaitEventNode
    | BranchNode
    | SplitNode
    | MessageNode
    | TaskNode
    | TagNode
    | AttributeNode
    | WebhookNode
    | CouponNode
    | GroupInviteNode
    | HandOverNode
    | EnterNode
    | GroupMessageNode
    | MomentNode,
    Field(discriminator="kind"),
]
NodeKind = Literal[
    "wait",
    "wait_until",
    "wait_event",
    "branch",
    "split",
    "message",
    "task",
    "tag",
    "attribute",
    "webhook",
    "coupon",
    "group_invite",
    "hand_over",
    "journey",
    "group_message",
    "moment",
]


def node_edges(node: JourneyNode) -> list[tuple[str, Edge]]:
    """(where it stands in the node, the edge) of all ways on, in the order in which numbers tell of them."""
    match node:
        case BranchNode():
            return [*((f"ways.{n}.next", way.next) for n, way in enumerate(node.ways)), ("otherwise", node.otherwise)]
        case SplitNode():
            return [(f"arms.{n}.next", arm.next) for n, arm in enumerate(node.arms)]
        case WaitEventNode():
            return [("next", node.next), ("on_timeout", node.on_timeout)]
        case CouponNode():
            return [("next", node.next), ("on_empty", node.on_empty)]
        case TaskNode(wait=True):
            return [("next", node.next), ("on_expired", node.on_expired)]
        case _:
            return [("next", node.next)]
