"""What a document can be expected to do in the days to come: people flow through it by shares. Pure.

People who enter together are one cohort. It moves from wait to wait as a whole; where ways part, each takes its share of it. So
nobody is drawn by lot and the answer is exact for the shares that are given: it is the mean over all ways that there are.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from siyu.domain.journeys.reading import MINUTES_A_DAY, SopNode, ways_out_of
from siyu.engines.orchestration.course_times import until

MOVES_MAX: Final = 200_000
"""A document that moves more often is told as far as it came."""
SAYING: Final = frozenset({"message", "group_invite", "group_message", "moment"})


@dataclass(frozen=True, slots=True)
class Cohort:
    """So many people who enter at one minute; a mean need not be whole."""

    minute: int
    people: float


@dataclass
class Expected:
    """`passed`: how many times each node is done. `days`: the same by (node, day). `most`: how many messages one person gets at
    most. `is_whole`: False where it was given up half-way."""

    passed: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    days: defaultdict[tuple[str, int], float] = field(default_factory=lambda: defaultdict(float))
    most: int = 0
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Prospect:
    """A document, the share of each way out of a node where ways part (in the order of `ways_out_of`; they come to 1), how many
    days are looked at, and which weekday the first is (1: Monday)."""

    document: Mapping[str, Any]
    shares: Mapping[str, Sequence[float]]
    days: int
    first_weekday: int = 1


def expected(prospect: Prospect, cohorts: Sequence[Cohort]) -> Expected:
    """What happens in these days to those who enter."""
    found = Expected()
    ranks = _ranks(prospect.document)
    moves = 0
    for cohort in cohorts:
        flow = _Flow(prospect, ranks, cohort)
        while flow.coming:
            moves += 1
            if moves > MOVES_MAX:
                found.is_whole = False
                return found
            flow.move(found)
    return found


@dataclass
class _Flow:
    """A cohort on its way: all who stand at one node at one minute are one, with the most messages that any of them had."""

    prospect: Prospect
    ranks: Mapping[str, tuple[int, SopNode]]
    cohort: Cohort
    standing: dict[tuple[int, int], tuple[float, int]] = field(default_factory=dict)
    coming: list[tuple[int, int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._put(self.cohort.minute, self.prospect.document["start"], self.cohort.people, 0)

    def move(self, found: Expected) -> None:
        """Those who stand earliest go on, the farthest behind of them first: so they meet again before they go on together."""
        minute, rank, key = heapq.heappop(self.coming)
        people, said = self.standing.pop((minute, rank))
        node = self.ranks[key][1]
        found.passed[key] += people
        found.days[key, minute // MINUTES_A_DAY] += people
        if node["kind"] in SAYING:
            said += 1
            found.most = max(found.most, said)
        edges = ways_out_of(node)
        shares = self.prospect.shares.get(key) or [1.0] + [0.0] * (len(edges) - 1)
        for edge, share, later in zip(edges, shares, _later(self.prospect, node, minute, self.cohort), strict=True):
            self._put(later, edge, people * share, said)

    def _put(self, minute: int, key: str | None, people: float, said: int) -> None:
        if key is None or key not in self.ranks or minute >= self.prospect.days * MINUTES_A_DAY or people <= 0:
            return
        rank = self.ranks[key][0]
        known = self.standing.get((minute, rank))
        if known is None:
            heapq.heappush(self.coming, (minute, rank, key))
        before, most = known or (0.0, 0)
        self.standing[minute, rank] = (before + people, max(most, said))


def _ranks(document: Mapping[str, Any]) -> dict[str, tuple[int, SopNode]]:
    """{key: (place in an order in which edges lead onward, but for those that close a cycle; the node)}."""
    nodes: dict[str, SopNode] = {node["key"]: node for node in document["nodes"]}
    done: list[str] = []
    seen: set[str] = set()
    stack: list[tuple[str, bool]] = [(document["start"], False)]
    while stack:
        key, is_left = stack.pop()
        if is_left:
            done.append(key)
        elif key in nodes and key not in seen:
            seen.add(key)
            stack.append((key, True))
            stack += [(edge, False) for edge in ways_out_of(nodes[key]) if edge is not None and edge not in seen]
    return {key: (rank, nodes[key]) for rank, key in enumerate(reversed(done))}


def _later(prospect: Prospect, node: SopNode, minute: int, cohort: Cohort) -> list[int]:
    """When one goes on from a node by each of its edges. What is waited for comes in the middle of the time there is for it."""
    match node["kind"]:
        case "wait":
            return [minute + int(node["minutes"])]
        case "wait_until":
            return [until(node, minute, cohort.minute, prospect.first_weekday)]
        case "wait_event":
            return [minute + int(node["timeout_minutes"]) // 2, minute + int(node["timeout_minutes"])]
        case "task" if node.get("wait"):
            return [minute + int(node["deadline_minutes"]) // 2, minute + int(node["deadline_minutes"])]
        case _:
            return [minute] * len(ways_out_of(node))
