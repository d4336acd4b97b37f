"""What a document would have done to one customer, given what happened to them. Pure, and one customer at a time.

It knows nothing of quiet hours, caps and consents: it tells what would have been asked for, in the same way for every document,
so that two of them compare.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from siyu.domain.journeys.reading import MINUTES_A_DAY, SopNode, ways_out_of
from siyu.engines.orchestration.course_times import until
from siyu.engines.orchestration.expecting import SAYING
from siyu.kernel.lots import drawn

MOVES_MAX: Final = 2_000
FOREVER: Final = 10**9


@dataclass(frozen=True, slots=True)
class History:
    """What happened to a customer, in minutes since the first midnight, all ascending. `arrivals`: when a trigger called.
    `awaited`: {key of a node that waits for an event: when it happened}. `ends`: when an exit rule called. `goals`: {key of a
    goal: when it happened}."""

    customer_id: int
    arrivals: Sequence[int]
    awaited: Mapping[str, Sequence[int]] = field(default_factory=dict)
    ends: Sequence[int] = ()
    goals: Mapping[str, Sequence[int]] = field(default_factory=dict)


WayOf = Callable[[str, int, int], int]
"""(key of a branch, customer, minute): which of its edges they take."""


@dataclass(frozen=True, slots=True)
class Past:
    """A document as it is walked: until the minute `until`; minute 0 is on the weekday `first_weekday`."""

    document: Mapping[str, Any]
    journey_id: int
    until: int
    first_weekday: int
    way_of: WayOf


@dataclass
class Retraced:
    """What came of it: how often each node was done, when messages were asked for, and which goals were reached."""

    entries: int = 0
    passed: list[str] = field(default_factory=list)
    said: list[int] = field(default_factory=list)
    goals: list[str] = field(default_factory=list)


def retraced(past: Past, history: History) -> Retraced:
    """One customer's ways through the document."""
    found = Retraced()
    rule = past.document["re_entry"]
    nodes: dict[str, SopNode] = {node["key"]: node for node in past.document["nodes"]}
    free_at = -1
    for arrived in history.arrivals:
        times_max = 1 if rule["mode"] == "never" else rule["times_max"] or FOREVER
        if arrived < free_at or found.entries >= times_max or arrived >= past.until:
            continue
        found.entries += 1
        ended = _walk(past, nodes, history, arrived, found)
        free_at = ended + int(rule["after_days"]) * MINUTES_A_DAY
    return found


def _walk(past: Past, nodes: Mapping[str, SopNode], history: History, entered: int, found: Retraced) -> int:
    """One way through, from the entering to its end; gives when it ended."""
    ends_at = _first_after(history.ends, entered, FOREVER)
    for goal in past.document["goals"]:
        reached = _first_after(history.goals.get(goal["key"], ()), entered, int(goal["within_days"]) * MINUTES_A_DAY)
        if reached < min(ends_at + 1, past.until):
            found.goals.append(goal["key"])
            if goal["leave"]:
                ends_at = min(ends_at, reached)
    at, key = entered, past.document["start"]
    for _ in range(MOVES_MAX):
        if at >= min(ends_at, past.until):
            return min(ends_at, FOREVER) if ends_at <= at else FOREVER
        if key is None or key not in nodes:
            return at
        node = nodes[key]
        found.passed.append(key)
        if node["kind"] in SAYING:
            found.said.append(at)
        at, key = _next(past, node, history, at, entered)
    return FOREVER


def _next(past: Past, node: SopNode, history: History, at: int, entered: int) -> tuple[int, str | None]:
    """When one goes on from a node, and where to."""
    edges = ways_out_of(node)
    match node["kind"]:
        case "wait":
            return at + int(node["minutes"]), edges[0]
        case "wait_until":
            return until(node, at, entered, past.first_weekday), edges[0]
        case "wait_event":
            timeout = int(node["timeout_minutes"])
            came = _first_after(history.awaited.get(node["key"], ()), at, timeout)
            return (came, edges[0]) if came < FOREVER else (at + timeout, edges[1])
        case "branch":
            return at, edges[past.way_of(node["key"], history.customer_id, at)]
        case "split":
            weights = [int(arm["weight"]) for arm in node["arms"]]
            return at, edges[drawn(f"replay:{past.journey_id}:{node['key']}:{history.customer_id}", weights)]
        case "task" if node["wait"]:
            return at + int(node["deadline_minutes"]) // 2, edges[0]
        case _:
            return at, edges[0]


def _first_after(times: Sequence[int], after: int, within: int) -> int:
    """The first of some minutes later than one, within so many; FOREVER where there is none."""
    place = bisect_right(times, after)
    return times[place] if place < len(times) and times[place] <= after + within else FOREVER


def spread(counts: Iterable[int], most: int = 8) -> list[int]:
    """How many people got 0, 1, 2 … messages; the last place holds all who got at least as many."""
    found = [0] * (most + 1)
    for count in counts:
        found[min(count, most)] += 1
    return found
