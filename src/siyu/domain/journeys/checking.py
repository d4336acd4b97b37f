"""What pydantic cannot say of a journey: what goes with what in a node, and what the graph may not be. All faults at
once; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial, singledispatch
from typing import Final

from siyu.domain.content.contracts import BadLinkError, BadTemplateError, MessageContent, Template
from siyu.domain.customers.contracts import SEALED_KINDS, identifying_kind
from siyu.domain.definitions.contracts import EventMatch, InvalidDefinitionError, check_parts, is_day
from siyu.domain.journeys import graph
from siyu.domain.journeys.document import (
    DAY_MADE,
    DateTrigger,
    EventExit,
    EventTrigger,
    JourneyDefinition,
    JourneyTargets,
    ScheduleTrigger,
)
from siyu.domain.journeys.document_nodes import (
    AT_BEST_HOUR,
    AttributeNode,
    BranchNode,
    CouponNode,
    GroupInviteNode,
    GroupMessageNode,
    HandOverNode,
    JourneyNode,
    MessageNode,
    MomentNode,
    SplitNode,
    TagNode,
    TaskNode,
    WaitEventNode,
    WaitUntilNode,
    WebhookNode,
    node_edges,
)
from siyu.domain.journeys.faults import JourneyFault, fault_at, fault_of
from siyu.domain.journeys.parsing import node_names

Fault = tuple[str, str]
"""(where in the node, which reason)."""

_SUBJECTS: Final[Mapping[str, tuple[str, str]]] = {
    "customer": ("客户", "customers"),
    "group": ("客户群", "groups"),
    "account": ("员工账号", "accounts of staff"),
}
_EVERYBODYS: Final = frozenset({"wait", "wait_until", "split", "journey"})
_OF_OTHERS: Final[Mapping[str, frozenset[str]]] = {
    "group": _EVERYBODYS | {"group_message"},
    "account": _EVERYBODYS | {"moment"},
}
_TRIGGERS_OF_OTHERS: Final = frozenset({"schedule", "date", "by_hand", "api"})


def faults_in(definition: JourneyDefinition) -> list[JourneyFault]:
    """All that is wrong with a journey in itself; what it refers to is another matter. In the order of the document, the
    faults of the graph last."""
    found = [*_of_rules(definition), *_of_subject(definition)]
    for n, node in enumerate(definition.nodes):
        at = ("nodes", n)
        for place, reason in _of_node(node):
            found.append(fault_at((*at, *place.split(".")), reason, node=node.key))
        for event_at, event in _events_of(node):
            found += _of_event((*at, event_at), event, node.key)
    keys = _of_keys(definition)
    found += keys
    if not keys:  # a graph whose edges lead nowhere is none
        found += _of_graph(definition)
    return found


def warnings_in(definition: JourneyDefinition, day_cap: int | None) -> list[JourneyFault]:
    """What an author should know and may still publish: messages that the cap of a day will hold."""
    if day_cap is None or _of_keys(definition):
        return []
    places = {node.key: n for n, node in enumerate(definition.nodes)}
    return [
        fault_at(("nodes", places[key]), "many_a_day", node=key, is_warning=True, count=count, limit=day_cap)
        for key, count in graph.messages_within_a_day(definition, day_cap).items()
    ]


def _of_rules(definition: JourneyDefinition) -> Iterator[JourneyFault]:
    for n, trigger in enumerate(definition.triggers):
        if isinstance(trigger, EventTrigger):
            yield from _of_event(("triggers", n, "event"), trigger.event)
        if isinstance(trigger, ScheduleTrigger):
            yield from _of_schedule(("triggers", n), trigger, definition.subject)
        if isinstance(trigger, DateTrigger) and _is_sealed(trigger.attribute):
            yield fault_at(("triggers", n, "attribute"), "sealed")
    for n, goal in enumerate(definition.goals):
        if (goal.event is None) == (goal.segment_id is None):
            yield fault_at(("goals", n, "event"), "goal")
        if goal.event is not None:
            yield from _of_event(("goals", n, "event"), goal.event)
    yield from _twice([goal.key for goal in definition.goals], "goals", "key")
    for n, leaving in enumerate(definition.exits):
        if isinstance(leaving, EventExit):
            yield from _of_event(("exits", n, "event"), leaving.event)
    if definition.lane is not None and not definition.lane.strip():
        yield fault_at(("lane",), "text")


def _of_schedule(at: tuple[str | int, ...], trigger: ScheduleTrigger, subject: str) -> Iterator[JourneyFault]:
    days = [("starts_on", trigger.starts_on), ("ends_on", trigger.ends_on)]
    wrong = [field for field, day in days if day is not None and not is_day(day)]
    for field in wrong:
        yield fault_at((*at, field), "day")
    if not wrong and trigger.ends_on is not None and trigger.ends_on < trigger.starts_on:
        yield fault_at((*at, "ends_on"), "days_reversed")
    if subject == "customer" and trigger.segment_id is None:
        yield fault_at((*at, "segment_id"), "schedule_segment")


def _of_subject(definition: JourneyDefinition) -> Iterator[JourneyFault]:
    """What a journey about groups or accounts cannot have, and one about customers neither."""
    subject = definition.subject
    chinese, english = _SUBJECTS[subject]
    unfit = partial(fault_at, reason="not_for_subject", subject=english, subject_zh=chinese)
    for n, node in enumerate(definition.nodes):
        if node.kind not in _OF_OTHERS[subject] if subject != "customer" else node.kind in {"group_message", "moment"}:
            yield unfit(("nodes", n, "kind"), node=node.key)
        elif subject != "customer" and isinstance(node, WaitUntilNode) and node.at == AT_BEST_HOUR:
            yield unfit(("nodes", n, "at"), node=node.key)
        elif subject != "customer" and isinstance(node, SplitNode) and node.experiment_id is not None:
            yield unfit(("nodes", n, "experiment_id"), node=node.key)
    if subject == "customer":
        if definition.targets is not None:
            yield fault_at(("targets",), "no_targets")
        return
    for n, trigger in enumerate(definition.triggers):
        if trigger.kind not in _TRIGGERS_OF_OTHERS:
            yield unfit(("triggers", n, "kind"))
        elif isinstance(trigger, DateTrigger) and trigger.attribute != DAY_MADE:
            yield unfit(("triggers", n, "attribute"))
        elif isinstance(trigger, ScheduleTrigger | DateTrigger) and trigger.segment_id is not None:
            yield unfit(("triggers", n, "segment_id"))
    rules = {"goals": definition.goals, "exits": definition.exits, "lane": definition.lane}
    yield from (unfit((field,)) for field, rule in {**rules, "hold_out": definition.hold_out}.items() if rule)
    targets = definition.targets or JourneyTargets()
    of_others = {"staff_ids"} if subject == "group" else {"group_ids", "owner_staff_ids"}
    yield from (unfit(("targets", field)) for field in sorted(of_others) if getattr(targets, field))
    named = targets.staff_ids if subject == "account" else (*targets.group_ids, *targets.owner_staff_ids)
    by_clock = any(isinstance(each, ScheduleTrigger | DateTrigger) for each in definition.triggers)
    if not targets.all and not named and by_clock:
        yield fault_at(("targets",), "whom")


def _events_of(node: JourneyNode) -> Iterator[tuple[str, EventMatch]]:
    if isinstance(node, WaitEventNode):
        yield "event", node.event


def _of_event(at: tuple[str | int, ...], event: EventMatch, node: str | None = None) -> list[JourneyFault]:
    try:
        check_parts(at, event)
    except InvalidDefinitionError as error:
        return [fault_of(error, node=node)]
    return []


@singledispatch
def _of_node(_node: JourneyNode) -> Iterator[Fault]:
    """What is wrong within one node. Of the others nothing more is asked."""
    yield from ()


@_of_node.register
def _(node: BranchNode) -> Iterator[Fault]:
    yield from _repeated([way.key for way in node.ways], "ways", "key")


@_of_node.register
def _(node: SplitNode) -> Iterator[Fault]:
    yield from _repeated([arm.key for arm in node.arms], "arms", "key")


@_of_node.register
def _(node: MessageNode) -> Iterator[Fault]:
    if (node.experiment_id is None) != (not node.variants):
        yield "experiment_id", "variants"
    yield from _repeated([each.arm for each in node.variants], "variants", "arm")
    for n, channel in enumerate(node.fallbacks):
        if channel in node.channels[: n + 1]:
            yield f"fallbacks.{n}", "twice"
    yield from _of_content(node.content())
    for n, each in enumerate(node.variants):
        yield from _of_content(node.content(each), f"variants.{n}.")


@_of_node.register
def _(node: TaskNode) -> Iterator[Fault]:
    yield from _of_text(node.title, "title")
    yield from _of_text(node.script, "script")


@_of_node.register
def _(node: TagNode) -> Iterator[Fault]:
    if not node.add and not node.remove:
        yield "add", "no_tags"
    yield from ((f"remove.{n}", "both") for n, tag in enumerate(node.remove) if tag in node.add)


@_of_node.register(AttributeNode)
@_of_node.register(CouponNode)
def _(node: AttributeNode | CouponNode) -> Iterator[Fault]:
    if _is_sealed(node.attribute):
        yield "attribute", "sealed_attribute"
    if not node.attribute.strip() or not node.attribute.isprintable():
        yield "attribute", "text"
    elif set(node.attribute) & set(".:`"):
        yield "attribute", "name"


@_of_node.register
def _(node: WebhookNode) -> Iterator[Fault]:
    for name, text in node.fields.items():
        yield from _of_text(text, f"fields.{name}")


@_of_node.register
def _(node: GroupInviteNode) -> Iterator[Fault]:
    yield from _of_text(node.title, "title")
    yield from _of_text(node.body, "body")


@_of_node.register
def _(node: HandOverNode) -> Iterator[Fault]:
    yield from _of_text(node.note, "note")


@_of_node.register(GroupMessageNode)
@_of_node.register(MomentNode)
def _(node: GroupMessageNode | MomentNode) -> Iterator[Fault]:
    for place, reason in _of_content(node.content()):
        if not (isinstance(node, MomentNode) and place == "title"):  # its beginning stands for one, and may cut a place
            yield place, reason


def _of_text(text: str, place: str) -> Iterator[Fault]:
    try:
        Template.parse(text)
    except BadTemplateError:
        yield place, "template"


def _of_content(content: MessageContent, within: str = "") -> Iterator[Fault]:
    try:
        content.check()
    except BadTemplateError as error:
        yield f"{within}{error.fields['field']}", "template"
    except BadLinkError as error:
        yield f"{within}{error.fields['field']}", "link"


def _is_sealed(attribute: str) -> bool:
    return identifying_kind(attribute) in SEALED_KINDS


def _repeated(keys: Sequence[str], place: str, field: str) -> Iterator[Fault]:
    yield from ((f"{place}.{n}.{field}", "key_twice") for n, key in enumerate(keys) if key in keys[:n])


def _twice(keys: Sequence[str], place: str, field: str, reason: str = "key_twice") -> Iterator[JourneyFault]:
    for n, key in enumerate(keys):
        if key in keys[:n]:
            yield fault_at((place, n, field), reason, node=key if place == "nodes" else None)


def _of_keys(definition: JourneyDefinition) -> list[JourneyFault]:
    """Keys that two nodes have, and edges to a node that is not there."""
    keys = [node.key for node in definition.nodes]
    found = list(_twice(keys, "nodes", "key", "node_twice"))
    if definition.start not in keys:
        found.append(fault_at(("start",), "no_node", key=definition.start))
    for n, node in enumerate(definition.nodes):
        for place, edge in node_edges(node):
            if edge is not None and edge not in keys:
                found.append(fault_at(("nodes", n, *place.split(".")), "no_node", node=node.key, key=edge))
    return found


def _of_graph(definition: JourneyDefinition) -> Iterator[JourneyFault]:
    places = {node.key: n for n, node in enumerate(definition.nodes)}
    names = node_names(definition)
    reached = graph.reachable(definition)
    for key, n in places.items():
        if key not in reached:
            yield fault_at(("nodes", n), "unreachable", node=key)
    circles = graph.restless_circles(definition)
    for circle in circles:
        told = " → ".join(names[key] for key in (*circle, circle[0]))
        yield fault_at(("nodes", places[circle[0]]), "cycle", node=circle[0], names=told, limit=graph.CYCLE_MINUTES)
    crowded = graph.too_many_messages(definition) if definition.subject == "customer" and not circles else None
    if crowded is not None:
        yield fault_at(("nodes", places[crowded]), "messages", node=crowded, limit=graph.MESSAGES_MAX)
