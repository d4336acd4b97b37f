"""A journey as days and times: what is done on which day, and when. Pure.

A SOP is a journey like any other; it is only looked at another way. `laid_out` makes the nodes of a plan of days, and `moments_of`
says of each node of any journey on which day and at what time it is done, as far as its waits tell: what comes after an event
or in one of several ways is told by the latest moment that is certain.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

SopNode = Mapping[str, Any]
"""A node of a document, as it is kept."""
MINUTES_A_DAY: Final = 1440
RESTING: Final = frozenset({"wait", "wait_until", "wait_event"})
"""Nodes at which time goes by; all others are done at once (a task that is waited for aside)."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What is done at one time: on the day so many after the beginning, at HH:MM; at once where there is no `at`."""

    day: int
    at: str | None
    nodes: Sequence[SopNode]


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """When a node is done: the day after the beginning, the time of that day (None: whenever it is come to), and so many minutes
    later."""

    day: int = 0
    at: str | None = None
    minutes: int = 0


def laid_out(beats: Sequence[Beat]) -> list[dict[str, Any]]:
    """The nodes of a plan of days, in its order, each leading to the next; what is done at one time follows one wait."""
    nodes: list[dict[str, Any]] = []
    for beat in beats:
        if beat.at is not None:
            key = f"day_{beat.day}_{beat.at.replace(':', '')}"
            nodes.append(
                {"key": key, "name": None, "kind": "wait_until", "day": beat.day, "at": beat.at, "weekdays": []}
            )
        nodes += [dict(node) for node in beat.nodes]
    for node, after in zip(nodes, [*nodes[1:], None], strict=True):
        node["next"] = after["key"] if after is not None else None
    return nodes


def ways_out_of(node: SopNode) -> list[str | None]:
    """Where one may go from a node, in the order in which they stand in the document; None is the end."""
    match node["kind"]:
        case "branch":
            return [*(way["next"] for way in node["ways"]), node["otherwise"]]
        case "split":
            return [arm["next"] for arm in node["arms"]]
        case "wait_event":
            return [node["next"], node["on_timeout"]]
        case "coupon":
            return [node["next"], node["on_empty"]]
        case "task" if node.get("wait"):
            return [node["next"], node["on_expired"]]
        case _:
            return [node["next"]]


def moments_of(document: Mapping[str, Any]) -> dict[str, Moment]:
    """{key of a node: when it is done, at the earliest}, of the nodes that are ever come to, in the order in which they are."""
    by_key: dict[str, SopNode] = {node["key"]: node for node in document["nodes"]}
    found: dict[str, Moment] = {}
    coming: deque[tuple[str | None, Moment]] = deque([(document["start"], Moment())])
    while coming:
        key, moment = coming.popleft()
        if key is None or key not in by_key or key in found:
            continue
        node = by_key[key]
        found[key] = after = _after(node, moment)
        coming.extend((edge, after) for edge in ways_out_of(node))
    return found


def _after(node: SopNode, moment: Moment) -> Moment:
    match node["kind"]:
        case "wait":
            whole = moment.minutes + int(node["minutes"])
            if moment.at is None:
                return Moment(moment.day + whole // MINUTES_A_DAY, None, whole % MINUTES_A_DAY)
            return Moment(moment.day, moment.at, whole)
        case "wait_until":
            return Moment(moment.day if node["day"] is None else max(int(node["day"]), moment.day), str(node["at"]))
        case _:
            return moment
