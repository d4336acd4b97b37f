"""The graph that a journey's nodes make: where one can come, where one can go round without end, how many messages one
can get. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from typing import Final

from siyu.domain.journeys.document import JourneyDefinition
from siyu.domain.journeys.document_nodes import (
    AT_BEST_HOUR,
    BranchNode,
    GroupInviteNode,
    JourneyNode,
    MessageNode,
    SplitNode,
    TaskNode,
    WaitEventNode,
    WaitNode,
    WaitUntilNode,
    node_edges,
)

CYCLE_MINUTES: Final = 60
"""A circle has a wait of at least so long."""
DAY_MINUTES: Final = 24 * 60
YEAR_MINUTES: Final = 366 * DAY_MINUTES
MESSAGES_MAX: Final = 20

Arrive = Callable[[JourneyNode, str, int], int]
"""The earliest minute at which one leaves a node by an edge (the place of it in the node), having come to it at a minute."""


def port_of(node: JourneyNode, place: str) -> str:
    """What a way out of a node is called: where its edge stands, ways and arms by their keys ("next", "ways.gold")."""
    match node, place.split("."):
        case BranchNode(), ["ways", n, _]:
            return f"ways.{node.ways[int(n)].key}"
        case SplitNode(), ["arms", n, _]:
            return f"arms.{node.arms[int(n)].key}"
        case _:
            return place


def reachable(definition: JourneyDefinition) -> set[str]:
    """The keys of the nodes to which a way leads from the start."""
    nodes = {node.key: node for node in definition.nodes}
    waiting = [definition.start]
    found: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key in nodes and key not in found:
            found.add(key)
            waiting += [edge for _, edge in node_edges(nodes[key]) if edge is not None]
    return found


def rests(node: JourneyNode) -> bool:
    """Whether nobody gets past it within less than the time a circle needs. A given day may be past, so it holds nobody; nor
    does a task that nobody waits for."""
    match node:
        case WaitNode():
            return node.minutes >= CYCLE_MINUTES
        case WaitUntilNode():
            return node.day is None
        case WaitEventNode():
            return node.timeout_minutes >= CYCLE_MINUTES
        case TaskNode():
            return node.wait and node.deadline_minutes >= CYCLE_MINUTES
        case _:
            return False


def restless_circles(definition: JourneyDefinition) -> list[list[str]]:
    """The circles (one of each knot of them) in which nobody ever rests, each from its first node in the document's order."""
    nodes = {node.key: node for node in definition.nodes if not rests(node)}
    onward = {
        key: [edge for _, edge in node_edges(node) if edge is not None and edge in nodes] for key, node in nodes.items()
    }
    found: list[list[str]] = []
    told: set[str] = set()
    for key in nodes:
        if key not in told and (circle := _way_back(key, onward)):
            found.append(circle)
            told |= _knot(key, onward)
    return found


def _way_back(key: str, onward: Mapping[str, list[str]]) -> list[str] | None:
    """The shortest way from a node to itself, without its end."""
    before: dict[str, str] = {}
    waiting = [key]
    for at in waiting:
        for edge in onward[at]:
            if edge == key:
                way = [at]
                while way[-1] != key:
                    way.append(before[way[-1]])
                return way[::-1]
            if edge not in before:
                before[edge] = at
                waiting.append(edge)
    return None


def _knot(key: str, onward: Mapping[str, list[str]]) -> set[str]:
    """All nodes that lie on a circle with this one."""
    backward: dict[str, list[str]] = {each: [] for each in onward}
    for each, edges in onward.items():
        for edge in edges:
            backward[edge].append(each)
    return _from(key, onward) & _from(key, backward)


def _from(key: str, edges: Mapping[str, list[str]]) -> set[str]:
    found, waiting = {key}, [key]
    while waiting:
        for edge in edges[waiting.pop()]:
            if edge not in found:
                found.add(edge)
                waiting.append(edge)
    return found


def is_message(node: JourneyNode) -> bool:
    """Whether the customer gets a message here."""
    return isinstance(node, MessageNode) or (isinstance(node, GroupInviteNode) and node.by == "message")


def too_many_messages(definition: JourneyDefinition) -> str | None:
    """The key of a node at which somebody could get one message more than the limit of one entry, within a year; None
    where nobody can."""
    found = _messages_from(definition, definition.start, YEAR_MINUTES, MESSAGES_MAX + 1, _earliest)
    return next((key for key, count in found.items() if count > MESSAGES_MAX), None)


def messages_within_a_day(definition: JourneyDefinition, most: int) -> dict[str, int]:
    """Of the nodes from which messages follow each other faster than `most` a day: how many do. An estimate that leaves
    out what it cannot know: waiting until a time of day counts as a day."""
    found: dict[str, int] = {}
    for node in definition.nodes:
        if is_message(node):
            counts = _messages_from(definition, node.key, DAY_MINUTES - 1, MESSAGES_MAX, _at_leisure)
            if (count := max(counts.values(), default=0)) > most:
                found[node.key] = count
    return found


def _messages_from(
    definition: JourneyDefinition, start: str, minutes_max: int, count_max: int, arrive: Arrive
) -> dict[str, int]:
    """The most messages that one can have got on leaving each node, within a time: by the earliest minute at which a
    node is come to with so many. One who comes earlier leaves no later, so the earliest is all that has to be known."""
    nodes = {node.key: node for node in definition.nodes}
    best: dict[str, int] = {}
    seen: set[tuple[str, int]] = set()
    waiting = [(0, start, 0)]
    while waiting:
        minute, key, count = heapq.heappop(waiting)
        if (key, count) in seen or key not in nodes or minute > minutes_max:
            continue
        seen.add((key, count))
        node = nodes[key]
        after = count + is_message(node)
        best[key] = max(best.get(key, 0), after)
        if after >= count_max:
            continue
        for place, edge in node_edges(node):
            if edge is not None:
                heapq.heappush(waiting, (arrive(node, place, minute), edge, after))
    return best


def _earliest(node: JourneyNode, place: str, minute: int) -> int:
    """Counted from the beginning of the day of the entry; the day of the week and the usual hour of a customer are left
    open."""
    match node:
        case WaitNode():
            return minute + node.minutes
        case WaitEventNode() if place == "on_timeout":
            return minute + node.timeout_minutes
        case TaskNode(wait=True) if place == "on_expired":
            return minute + node.deadline_minutes
        case WaitUntilNode(day=None, at=at) if at != AT_BEST_HOUR:
            return minute + ((_minute_of(at) - minute - 1) % DAY_MINUTES) + 1
        case WaitUntilNode(day=int(day), at=at):
            return max(minute, day * DAY_MINUTES + (0 if at == AT_BEST_HOUR else _minute_of(at)))
        case _:
            return minute


def _at_leisure(node: JourneyNode, place: str, minute: int) -> int:
    return minute + DAY_MINUTES if isinstance(node, WaitUntilNode) else _earliest(node, place, minute)


def _minute_of(at: str) -> int:
    hours, minutes = at.split(":")
    return int(hours) * 60 + int(minutes)
