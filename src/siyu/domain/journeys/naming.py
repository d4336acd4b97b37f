"""What a journey speaks of that stands elsewhere: segments, tags, experiments, people, pools … Part of `contracts`; pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from siyu.domain.journeys.document import (
    DateTrigger,
    EventExit,
    JourneyDefinition,
    ScheduleTrigger,
    SegmentEnteredTrigger,
    SegmentExitedTrigger,
)
from siyu.domain.journeys.document_nodes import (
    CouponNode,
    EnterNode,
    GroupInviteNode,
    HandOverNode,
    JourneyNode,
    MessageNode,
    SplitNode,
    TagNode,
    TaskNode,
    ToPersona,
    ToStaff,
    WebhookNode,
)

NamedKind = Literal[
    "segment",
    "experiment",
    "tag",
    "persona",
    "staff",
    "group",
    "code",
    "script",
    "pool",
    "endpoint",
    "journey",
]


class Named(NamedTuple):
    """One thing that is named by its number, where, and at which node; of an experiment also its arms, and whether these
    have to be all of them."""

    kind: NamedKind
    number: int
    path: str
    node: str | None = None
    arms: tuple[str, ...] = ()
    are_all: bool = False


def named_in(definition: JourneyDefinition) -> list[Named]:
    """Everything that is named, in the order of the document; what conditions name is theirs to say."""
    found = [*_segments(definition)]
    targets = definition.targets
    if targets is not None:
        found += [Named("group", each, f"targets.group_ids.{n}") for n, each in enumerate(targets.group_ids)]
        found += [
            Named("staff", each, f"targets.owner_staff_ids.{n}") for n, each in enumerate(targets.owner_staff_ids)
        ]
        found += [Named("staff", each, f"targets.staff_ids.{n}") for n, each in enumerate(targets.staff_ids)]
    for n, node in enumerate(definition.nodes):
        found += [each._replace(path=f"nodes.{n}.{each.path}", node=node.key) for each in _of_node(node)]
    return found


def _segments(definition: JourneyDefinition) -> Iterator[Named]:
    of_segment = SegmentEnteredTrigger | SegmentExitedTrigger | DateTrigger | ScheduleTrigger
    for n, trigger in enumerate(definition.triggers):
        if isinstance(trigger, of_segment) and trigger.segment_id is not None:
            yield Named("segment", trigger.segment_id, f"triggers.{n}.segment_id")
    for n, goal in enumerate(definition.goals):
        if goal.segment_id is not None:
            yield Named("segment", goal.segment_id, f"goals.{n}.segment_id")
    for n, leaving in enumerate(definition.exits):
        if not isinstance(leaving, EventExit):
            yield Named("segment", leaving.segment_id, f"exits.{n}.segment_id")


def _of_node(node: JourneyNode) -> Iterator[Named]:
    match node:
        case SplitNode(experiment_id=int(experiment_id)):
            arms = tuple(arm.key for arm in node.arms)
            yield Named("experiment", experiment_id, "experiment_id", arms=arms, are_all=True)
        case MessageNode():
            if node.experiment_id is not None:
                arms = tuple(each.arm for each in node.variants)
                yield Named("experiment", node.experiment_id, "experiment_id", arms=arms)
            if node.persona_id is not None:
                yield Named("persona", node.persona_id, "persona_id")
        case TaskNode():
            if node.script_id is not None:
                yield Named("script", node.script_id, "script_id")
            if isinstance(node.to, ToStaff):
                yield Named("staff", node.to.staff_id, "to.staff_id")
            if isinstance(node.to, ToPersona):
                yield Named("persona", node.to.persona_id, "to.persona_id")
        case TagNode():
            yield from (Named("tag", tag_id, f"add.{n}") for n, tag_id in enumerate(node.add))
            yield from (Named("tag", tag_id, f"remove.{n}") for n, tag_id in enumerate(node.remove))
        case HandOverNode(to=ToStaff(staff_id=staff_id)):
            yield Named("staff", staff_id, "to.staff_id")
        case _:
            yield from _of_service(node)


def _of_service(node: JourneyNode) -> Iterator[Named]:
    match node:
        case WebhookNode():
            yield Named("endpoint", node.endpoint_id, "endpoint_id")
        case CouponNode():
            yield Named("pool", node.pool_id, "pool_id")
        case GroupInviteNode():
            yield Named("code", node.code_id, "code_id")
        case EnterNode():
            yield Named("journey", node.journey_id, "journey_id")
        case _:
            pass
