"""Journeys walked one entry at a time, with dicts and loops alone: what the engine is held against."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from siyu.kernel.lots import drawn

ZONE = ZoneInfo("Asia/Shanghai")
TASK_GRACE = timedelta(minutes=5)
Node = dict[str, Any]


@dataclass
class Walker:
    """An entry. `rests`: None where what stands at `at` is still to be done; else how it goes on when it is due."""

    journey_id: int
    customer_id: int
    at: str
    due: datetime
    entered: datetime
    rests: str | None = None
    state: str = "active"
    reason: str | None = None
    ended: datetime | None = None
    path: list[tuple[str, datetime]] = field(default_factory=list)
    awaits: str | None = None
    goals: set[str] = field(default_factory=set)

    @property
    def is_open(self) -> bool:
        return self.ended is None


class Interpreter:
    """All journeys of a company, and everybody in them. `documents`: {journey: its document}; `levels`: who is what."""

    def __init__(self, documents: dict[int, dict[str, Any]], levels: dict[int, str | None]) -> None:
        self.documents, self.levels = documents, levels
        self.walkers: list[Walker] = []
        self.said: Counter[tuple[int, int, str, datetime]] = Counter()
        self.asked: Counter[tuple[int, int, str, datetime]] = Counter()
        self.passed: Counter[tuple[int, str, int]] = Counter()
        self.passed_over = 0

    # --- what happens

    def event(self, now: datetime, customer_id: int, name: str, segment_id: int | None = None) -> None:
        """Something that a customer did, or a segment that they entered or left."""
        mine = [each for each in self.walkers if each.customer_id == customer_id]
        for each in mine:
            for goal in self.documents[each.journey_id]["goals"]:
                self._goal(each, goal, now, name, segment_id, mine)
        for each in mine:
            if each.is_open and any(_ends(end, name, segment_id) for end in self._exits(each)):
                reasons = {"segment_left": "left_segment", "segment_entered": "entered_segment", "event": "event"}
                first = next(end for end in self._exits(each) if _ends(end, name, segment_id))
                self._end(each, "exited", reasons[first["kind"]], now)
        for each in mine:
            if each.is_open and each.awaits == name:
                each.rests, each.awaits, each.due = "woken", None, now
        for journey_id, document in sorted(self.documents.items()):
            if any(_begins(trigger, name, segment_id) for trigger in document["triggers"]):
                self.enter(now, customer_id, journey_id)

    def enter(self, now: datetime, customer_id: int, journey_id: int) -> None:
        """Somebody comes, if they may."""
        document = self.documents[journey_id]
        before = [each for each in self.walkers if (each.customer_id, each.journey_id) == (customer_id, journey_id)]
        again = document["re_entry"]
        if before:
            ends = [each.ended for each in before]
            if again["mode"] == "never" or None in ends:
                return
            latest = max(each for each in ends if each is not None)
            if latest + timedelta(days=again["after_days"]) > now:
                return
            if again["times_max"] is not None and len(before) >= again["times_max"]:
                return
        if document["lane"] is not None:
            for other in self.walkers:
                theirs = self.documents[other.journey_id]
                if other.customer_id == customer_id and other.is_open and theirs["lane"] == document["lane"]:
                    if theirs["priority"] >= document["priority"]:
                        self.passed_over += 1
                        return
                    self._end(other, "exited", "outranked", now)
        self.walkers.append(Walker(journey_id, customer_id, document["start"], now, now))

    def task(self, now: datetime, walker: Walker, outcome: str) -> None:
        """What somebody waits for was done, or will not be."""
        walker.rests, walker.due = ("woken" if outcome == "done" else "in_vain"), now

    def settle(self, now: datetime) -> None:
        """Everybody who is due moves on."""
        while due := [each for each in self.walkers if each.state == "active" and each.due <= now]:
            for each in due:
                self._move(each, now)

    # --- how somebody moves

    def _move(self, walker: Walker, now: datetime) -> None:
        nodes = {node["key"]: node for node in self.documents[walker.journey_id]["nodes"]}
        is_dirty = False
        if not walker.path:
            walker.path.append((walker.at, now))
        if walker.rests is not None:
            node, how = nodes[walker.at], walker.rests
            walker.rests = walker.awaits = None
            edges = _edges(node)
            self._go(walker, node, 0 if len(edges) == 1 or how == "woken" else 1, now)
        while walker.is_open and walker.rests is None:
            node = nodes[walker.at]
            match node["kind"]:
                case "wait":
                    walker.rests, walker.due = "time", now + timedelta(minutes=node["minutes"])
                case "wait_event":
                    walker.rests, walker.due = "time", now + timedelta(minutes=node["timeout_minutes"])
                    walker.awaits = node["event"]["event"]
                case "wait_until":
                    until = _until(node, walker.entered, now)
                    if until is None:
                        self._go(walker, node, 0, now)
                    else:
                        walker.rests, walker.due = "time", until
                case "task":
                    self.asked[walker.journey_id, walker.customer_id, walker.at, now] += 1
                    if node["wait"]:
                        walker.due = now + timedelta(minutes=node["deadline_minutes"]) + TASK_GRACE
                        walker.rests = "time"
                    else:
                        self._go(walker, node, 0, now)
                case "branch":
                    if is_dirty:
                        walker.due = now + timedelta(seconds=1)
                        return
                    ways = [way["key"] for way in node["ways"]]
                    level = self.levels[walker.customer_id]
                    self._go(walker, node, ways.index(level) if level in ways else len(ways), now)
                case "split":
                    lot = f"split:{walker.journey_id}:{walker.at}:{walker.customer_id}"
                    self._go(walker, node, drawn(lot, [arm["weight"] for arm in node["arms"]]), now)
                case kind:
                    is_dirty = is_dirty or kind in {"tag", "attribute"}
                    if kind == "message":
                        self.said[walker.journey_id, walker.customer_id, walker.at, now] += 1
                    self._go(walker, node, 0, now)

    def _go(self, walker: Walker, node: Node, number: int, now: datetime) -> None:
        self.passed[walker.journey_id, node["key"], number] += 1
        edge = _edges(node)[number]
        if edge is None:
            walker.state, walker.ended = "completed", now
        else:
            walker.at = edge
            walker.path.append((edge, now))

    def _goal(
        self, each: Walker, goal: Any, now: datetime, name: str, segment_id: int | None, mine: list[Walker]
    ) -> None:
        latest = [one for one in mine if one.journey_id == each.journey_id][-1]
        if each is not latest or goal["key"] in each.goals or now > each.entered + timedelta(days=goal["within_days"]):
            return
        if _matches(goal, name, segment_id):
            each.goals.add(goal["key"])
            if goal["leave"] and each.is_open:
                self._end(each, "goal", "goal", now)

    def _end(self, walker: Walker, state: str, reason: str, now: datetime) -> None:
        walker.state, walker.reason, walker.ended, walker.awaits = state, reason, now, None

    def _exits(self, walker: Walker) -> list[Any]:
        return list(self.documents[walker.journey_id]["exits"])


def _matches(looked_for: Any, name: str, segment_id: int | None) -> bool:
    if looked_for.get("event") is not None:
        return bool(looked_for["event"]["event"] == name)
    return name == "segment_entered" and looked_for["segment_id"] == segment_id


def _ends(end: Any, name: str, segment_id: int | None) -> bool:
    if end["kind"] == "event":
        return bool(end["event"]["event"] == name)
    told = "segment_exited" if end["kind"] == "segment_left" else "segment_entered"
    return name == told and end["segment_id"] == segment_id


def _begins(trigger: Any, name: str, segment_id: int | None) -> bool:
    match trigger["kind"]:
        case "event":
            return bool(trigger["event"]["event"] == name)
        case "segment_entered" | "segment_exited":
            return bool(trigger["kind"] == name and trigger["segment_id"] == segment_id)
        case _:
            return False


def _edges(node: Node) -> list[str | None]:
    match node["kind"]:
        case "branch":
            return [*(way["next"] for way in node["ways"]), node["otherwise"]]
        case "split":
            return [arm["next"] for arm in node["arms"]]
        case "wait_event":
            return [node["next"], node["on_timeout"]]
        case "task" if node["wait"]:
            return [node["next"], node["on_expired"]]
        case _:
            return [node["next"]]


def _until(node: Node, entered: datetime, now: datetime) -> datetime | None:
    """Minute by minute, in a zone whose clock never leaps."""
    hour, minute = map(int, node["at"].split(":"))
    given = node["day"] is not None
    start = (entered.astimezone(ZONE) + timedelta(days=node["day"])) if given else now.astimezone(ZONE)
    at = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        fits = not node["weekdays"] or at.isoweekday() in node["weekdays"]
        if fits and (at.hour, at.minute) == (hour, minute) and (given or at > now):
            return at if at > now else None
        at += timedelta(minutes=30)
