"""From a journey that was checked to the plan of a version, and what its messages say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from siyu.domain.content.contracts import MessageContent
from siyu.domain.journeys.document import (
    ByHandTrigger,
    DateTrigger,
    EventExit,
    EventTrigger,
    JourneyDefinition,
    JourneyExit,
    ScheduleTrigger,
    SegmentEnteredTrigger,
    SegmentExitedTrigger,
    Trigger,
)
from siyu.domain.journeys.document_nodes import (
    AttributeNode,
    BranchNode,
    CouponNode,
    Edge,
    EnterNode,
    GroupInviteNode,
    GroupMessageNode,
    HandOverNode,
    JourneyNode,
    MessageNode,
    MomentNode,
    SplitNode,
    TagNode,
    TaskNode,
    ToPersona,
    ToStaff,
    WaitEventNode,
    WaitNode,
    WaitUntilNode,
    WebhookNode,
)
from siyu.domain.journeys.plan import (
    ArmPlan,
    AttributePlan,
    BranchPlan,
    CouponPlan,
    EnterPlan,
    ExitPlan,
    GoalPlan,
    GroupMessagePlan,
    HandOverPlan,
    JourneyPlan,
    MessagePlan,
    MomentPlan,
    NodePlan,
    SplitPlan,
    TagPlan,
    TargetsPlan,
    TaskPlan,
    TriggerPlan,
    VariantPlan,
    WaitEventPlan,
    WaitPlan,
    WaitUntilPlan,
    WayPlan,
    WebhookPlan,
)

INVITE_DEADLINE_MINUTES: Final = 24 * 60
"""So long a member of staff has for inviting somebody into a group."""

Contents = dict[int, MessageContent]
"""What is said, by step: the place of the node that says it; variants stand behind all nodes."""


def compiled(
    definition: JourneyDefinition, segments: Mapping[tuple[str, str], int], code_urls: Mapping[int, str]
) -> tuple[JourneyPlan, Contents]:
    """The plan and its contents. `segments`: the hidden segment of each way of a branch, by the keys of both;
    `code_urls`: where the codes are opened that nodes invite with."""
    laid = _Laid(definition, segments, code_urls)
    places = tuple(laid.node(place, node) for place, node in enumerate(definition.nodes))
    targets = definition.targets
    plan = JourneyPlan(
        places=places,
        start=laid.places[definition.start],
        triggers=tuple(_trigger(each) for each in definition.triggers),
        subject=definition.subject,
        targets=TargetsPlan()
        if targets is None
        else TargetsPlan(targets.all, targets.group_ids, targets.staff_ids, targets.owner_staff_ids),
        goals=tuple(
            GoalPlan(goal.key, goal.within_days, goal.leave, goal.event, goal.segment_id) for goal in definition.goals
        ),
        exits=tuple(_exit(each) for each in definition.exits),
        re_entry=definition.re_entry.mode,
        after_days=definition.re_entry.after_days,
        times_max=definition.re_entry.times_max,
        lane=definition.lane,
        priority=definition.priority,
        hold_out=definition.hold_out,
        on_new_version=definition.on_new_version,
    )
    return plan, laid.contents


class _Laid:
    """As far as a plan is laid."""

    def __init__(
        self, definition: JourneyDefinition, segments: Mapping[tuple[str, str], int], code_urls: Mapping[int, str]
    ) -> None:
        self.places = {node.key: place for place, node in enumerate(definition.nodes)}
        self.contents: Contents = {}
        self._segments = segments
        self._code_urls = code_urls
        self._behind = len(definition.nodes)

    def node(self, place: int, node: JourneyNode) -> NodePlan:
        key, to = node.key, self._to
        match node:
            case WaitNode():
                return WaitPlan(key, node.minutes, to(node.next))
            case WaitUntilNode():
                return WaitUntilPlan(key, node.day, node.at, node.weekdays, to(node.next))
            case WaitEventNode():
                return WaitEventPlan(key, node.event, node.timeout_minutes, to(node.next), to(node.on_timeout))
            case BranchNode():
                ways = [WayPlan(way.key, self._segments[key, way.key], to(way.next)) for way in node.ways]
                return BranchPlan(key, tuple(ways), to(node.otherwise))
            case SplitNode():
                arms = [ArmPlan(arm.key, arm.weight, to(arm.next)) for arm in node.arms]
                return SplitPlan(key, tuple(arms), node.experiment_id)
            case GroupMessageNode():
                self.contents[place] = node.content()
                return GroupMessagePlan(key, node.title, to(node.next))
            case MomentNode():
                self.contents[place] = node.content()
                return MomentPlan(key, to(node.next))
            case _:
                return self._act(place, node)

    def _act(self, place: int, node: JourneyNode) -> NodePlan:
        key, to = node.key, self._to
        match node:
            case MessageNode():
                return self._message(place, node)
            case GroupInviteNode():
                return self._invite(place, node)
            case TaskNode():
                return TaskPlan(
                    key,
                    node.title,
                    node.script,
                    node.deadline_minutes,
                    to(node.next),
                    script_id=node.script_id,
                    staff_id=node.to.staff_id if isinstance(node.to, ToStaff) else None,
                    persona_id=node.to.persona_id if isinstance(node.to, ToPersona) else None,
                    wait=node.wait,
                    on_expired=to(node.on_expired) if node.wait else None,
                )
            case TagNode():
                return TagPlan(key, node.add, node.remove, to(node.next))
            case AttributeNode():
                return AttributePlan(key, node.attribute, node.value, to(node.next))
            case WebhookNode():
                return WebhookPlan(key, node.endpoint_id, node.fields, to(node.next))
            case CouponNode():
                return CouponPlan(key, node.pool_id, node.attribute, to(node.next), to(node.on_empty))
            case HandOverNode():
                staff_id = node.to.staff_id if isinstance(node.to, ToStaff) else None
                return HandOverPlan(key, staff_id, node.note, to(node.next))
            case EnterNode():
                return EnterPlan(key, node.journey_id, to(node.next))
        raise ValueError(f"no plan for a node of kind {node.kind}")

    def _message(self, place: int, node: MessageNode) -> MessagePlan:
        self.contents[place] = node.content()
        variants = []
        for each in node.variants:
            self.contents[self._behind] = node.content(each)
            variants.append(VariantPlan(each.arm, self._behind))
            self._behind += 1
        return MessagePlan(
            node.key,
            node.channels,
            node.title,
            self._to(node.next),
            purpose=node.purpose,
            persona_id=node.persona_id,
            expires_after_hours=node.expires_after_hours,
            experiment_id=node.experiment_id,
            variants=tuple(variants),
        )

    def _invite(self, place: int, node: GroupInviteNode) -> MessagePlan | TaskPlan:
        url = self._code_urls[node.code_id]
        if node.by == "task":
            script = f"{node.body}\n{url}"
            return TaskPlan(node.key, node.title, script, INVITE_DEADLINE_MINUTES, self._to(node.next))
        self.contents[place] = MessageContent(node.title, node.body, url)
        return MessagePlan(node.key, (node.channel,), node.title, self._to(node.next))

    def _to(self, edge: Edge) -> int | None:
        return None if edge is None else self.places[edge]


def _trigger(trigger: Trigger) -> TriggerPlan:
    match trigger:
        case SegmentEnteredTrigger():
            return TriggerPlan("segment_entered", trigger.segment_id, trigger.include_members)
        case SegmentExitedTrigger():
            return TriggerPlan("segment_exited", trigger.segment_id)
        case EventTrigger():
            return TriggerPlan("event", event=trigger.event)
        case DateTrigger():
            return TriggerPlan(
                "date",
                trigger.segment_id,
                attribute=trigger.attribute,
                days=trigger.days,
                at=trigger.at,
                yearly=trigger.yearly,
            )
        case ScheduleTrigger():
            return TriggerPlan(
                "schedule",
                trigger.segment_id,
                at=trigger.at,
                weekdays=trigger.weekdays,
                month_days=trigger.month_days,
                starts_on=trigger.starts_on,
                ends_on=trigger.ends_on,
            )
        case ByHandTrigger():
            return TriggerPlan("by_hand")
    return TriggerPlan("api")


def _exit(leaving: JourneyExit) -> ExitPlan:
    if isinstance(leaving, EventExit):
        return ExitPlan("event", event=leaving.event)
    return ExitPlan(leaving.kind, leaving.segment_id)
