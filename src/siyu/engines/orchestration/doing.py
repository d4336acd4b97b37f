"""What each kind of node does with those who stand at it: who rests and until when, who goes which way, and what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from siyu.domain.customers import reading as customers_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import (
    AT_BEST_HOUR,
    AttributePlan,
    BranchPlan,
    CouponPlan,
    DueEntries,
    EnterPlan,
    Fault,
    GroupMessagePlan,
    HandOverPlan,
    JourneyPlan,
    MessagePlan,
    MomentPlan,
    NodePlan,
    Numbers,
    Onward,
    SplitPlan,
    TagPlan,
    TaskPlan,
    WaitEventPlan,
    WaitPlan,
    WaitUntilPlan,
    WebhookPlan,
)
from siyu.domain.messages import reading as messages_reading
from siyu.domain.segments import reading as segments
from siyu.domain.segments.contracts import SegmentState
from siyu.engines.orchestration.effects import Effects
from siyu.engines.orchestration.faults import attempt
from siyu.engines.orchestration.moments import USUAL_HOUR, Whose, goes_on_at
from siyu.engines.orchestration.walking import FAILS, RESTS, Done
from siyu.kernel.actors import system_actor
from siyu.kernel.lots import drawn
from siyu.platform.postgres.database import UnitOfWork

ACTOR = system_actor("orchestration")
READY_AGAIN: Final = timedelta(seconds=1)
"""How soon one looks again whether a branch can decide."""
READY_SECONDS_MAX: Final = 3600
"""For how long it may not: then whoever stands there is held, and told of."""
NOT_READY: Final = Fault("branch_not_ready", "For an hour it was not known who is in the segments of this branch.")
GRACE: Final = timedelta(minutes=5)
"""For how long after its deadline one waits for the word of how a task has ended."""
_US: Final = 1_000_000


@dataclass(slots=True)
class Round:
    """What the nodes of all versions share in one unit of work."""

    work: UnitOfWork
    zone: ZoneInfo
    now: datetime
    has_let_in: bool = False
    """Whether a node has let anybody into another journey: that may have ended entries of this round."""
    _head: int | None = None
    _segments: dict[int, SegmentState] = field(default_factory=dict)

    @property
    def now_us(self) -> int:
        return microseconds_of(self.now)

    def head(self) -> int:
        """How far the log is, now that nobody wakes anybody."""
        if self._head is None:
            self._head = journeys.head_position(self.work, ACTOR)
        return self._head

    def known_upto(self, plan: BranchPlan) -> int | None:
        """How far the segments of a branch have followed the log; None where one was never found out."""
        wanted = {way.segment_id for way in plan.ways}
        missing = wanted - self._segments.keys()
        if missing:
            self._segments |= segments.states_of(self.work, missing)
        states = [self._segments[each] for each in wanted]
        return None if any(each.built_at is None for each in states) else min(each.position for each in states)


def microseconds_of(at: datetime) -> int:
    """Since 1970, exact."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def instant_of(microseconds: int) -> datetime:
    """The other way round."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


class Nodes:
    """The nodes of one version, as far as its entries of this round come."""

    def __init__(self, shared: Round, plan: JourneyPlan, entries: DueEntries) -> None:
        self._round, self._plan, self._entries = shared, plan, entries
        self._effects = Effects(shared.work, ACTOR, entries, shared.now)

    def do(self, place: int, node: NodePlan, chosen: Numbers, ready: Numbers) -> Done:
        """As `walking.Do` says."""
        match node:
            case WaitPlan():
                return self._until(chosen, self._round.now_us + node.minutes * 60 * _US)
            case WaitUntilPlan():
                return self._wait_until(node, chosen)
            case WaitEventPlan():
                until = self._round.now_us + node.timeout_minutes * 60 * _US
                done = self._until(chosen, until)
                done.awaiting, done.ready_position = node.event.event, self._round.head()
                return done
            case BranchPlan():
                return self._branch(place, node, chosen, ready)
            case SplitPlan():
                return self._split(node, chosen)
            case TaskPlan(wait=True):
                until = self._round.now_us + node.deadline_minutes * 60 * _US + GRACE // timedelta(microseconds=1)
                return self._with(self._until(chosen, until), chosen, partial(self._effects.task, place, node))
            case CouponPlan():
                return self._coupon(place, node, chosen)
            case EnterPlan():
                return self._enter(place, node, chosen)
            case _:
                return self._effect(place, node, chosen)

    def _effect(self, place: int, node: NodePlan, chosen: Numbers) -> Done:
        done = Done(np.zeros(len(chosen), dtype=np.int64))
        part: Callable[[Numbers], None]
        match node:
            case MessagePlan():
                part = partial(self._effects.message, place, node)
            case TaskPlan():
                part = partial(self._effects.task, place, node)
            case TagPlan():
                done.changes_traits = True
                part = partial(self._effects.tag, place, node)
            case AttributePlan():
                done.changes_traits = True
                part = partial(self._effects.attribute, place, node)
            case WebhookPlan():
                part = partial(self._effects.webhook, place, node)
            case HandOverPlan():
                done.changes_traits = True
                part = partial(self._effects.hand_over, place, node)
            case GroupMessagePlan():
                part = partial(self._effects.group_message, place, node)
            case MomentPlan():
                part = partial(self._effects.moment, place, node)
            case _:
                raise TypeError(f"nobody does {type(node).__name__}")
        return self._with(done, chosen, part)

    def _with(self, done: Done, chosen: Numbers, part: Callable[[Numbers], None]) -> Done:
        """What is done, with those held for whom it cannot be."""
        faults = attempt(self._round.work, chosen, part)
        if faults:
            done.edges[list(faults)] = FAILS
            done.faults = faults
        return done

    def _until(self, chosen: Numbers, until_us: int) -> Done:
        size = len(chosen)
        return Done(np.full(size, RESTS, dtype=np.int64), np.full(size, until_us, dtype=np.int64))

    def _wait_until(self, node: WaitUntilPlan, chosen: Numbers) -> Done:
        entered = self._entries.entered_us[chosen].tolist()
        whose = self._clocks(node, chosen)
        now, known = self._round.now, dict[tuple[int, Whose], int]()
        due: list[int] = []
        for entered_us, each in zip(entered, whose, strict=True):
            key = (
                entered_us // (60 * _US) if node.day is not None else 0,
                each,
            )  # days begin on whole minutes everywhere
            if key not in known:
                moment = goes_on_at(node, instant_of(entered_us), now, each)
                known[key] = microseconds_of(moment) if moment is not None else 0
            due.append(known[key])
        due_us = np.array(due, dtype=np.int64)
        return Done(np.where(due_us == 0, 0, RESTS), due_us)

    def _clocks(self, node: WaitUntilPlan, chosen: Numbers) -> list[Whose]:
        at_home = Whose(self._round.zone)
        if self._plan.subject != "customer":
            return [at_home] * len(chosen)
        whose = self._entries.subject_ids[chosen].tolist()
        zones = customers_reading.time_zones_of(self._round.work, whose)
        hours: dict[int, int] = {}
        if node.at == AT_BEST_HOUR:
            hours = messages_reading.usual_hours(self._round.work, whose, self._round.zone)
        if not zones and not hours:
            return [at_home] * len(chosen)
        return [Whose(_zone(zones.get(each, "")) or self._round.zone, hours.get(each, USUAL_HOUR)) for each in whose]

    def _branch(self, place: int, node: BranchPlan, chosen: Numbers, ready: Numbers) -> Done:
        """Who cannot be decided on yet stays: what brought them here has to be in the segments."""
        upto = self._round.known_upto(node)
        decided = (ready >= 0) & (ready <= upto) if upto is not None else np.zeros(len(chosen), dtype=np.bool_)
        edges = np.full(len(chosen), RESTS, dtype=np.int64)
        edges[decided] = len(node.ways)
        whose = self._entries.subject_ids[chosen]
        if decided.any():
            for number in reversed(range(len(node.ways))):
                edges[decided & segments.are_members(self._round.work, node.ways[number].segment_id, whose)] = number
        now_us = self._round.now_us
        since = self._entries.arrived_us[chosen]
        too_long = (
            ~decided
            & (self._entries.places[chosen] == place)
            & (self._entries.onwards[chosen] == Onward.TO_DO)
            & (now_us - since > READY_SECONDS_MAX * _US)
        )
        edges[too_long] = FAILS
        again = np.full(len(chosen), now_us + READY_AGAIN // timedelta(microseconds=1), dtype=np.int64)
        faults = dict.fromkeys(np.flatnonzero(too_long).tolist(), NOT_READY)
        return Done(edges, again, onward=Onward.TO_DO, faults=faults)

    def _split(self, node: SplitPlan, chosen: Numbers) -> Done:
        if node.experiment_id is None:
            journey_id = int(self._entries.journey_ids[0])
            weights = [arm.weight for arm in node.arms]
            lots = [
                drawn(f"split:{journey_id}:{node.key}:{who}", weights)
                for who in self._entries.subject_ids[chosen].tolist()
            ]
            return Done(np.array(lots, dtype=np.int64))
        done = Done(np.zeros(len(chosen), dtype=np.int64))
        numbers = {arm.key: number for number, arm in enumerate(node.arms)}
        given: dict[int, int] = {}
        experiment_id = node.experiment_id

        def deal(some: Numbers) -> None:
            arms = self._effects.arms(experiment_id, some)
            given.update(zip(some.tolist(), (numbers.get(arm, 0) for arm in arms), strict=True))

        done = self._with(done, chosen, deal)
        dealt = np.array([given.get(each, 0) for each in chosen.tolist()], dtype=np.int64)
        done.edges = np.where(done.edges == FAILS, FAILS, dealt)
        return done

    def _enter(self, place: int, node: EnterPlan, chosen: Numbers) -> Done:
        """Whom the other journey outranks has ended here, and goes no further."""
        self._round.has_let_in = True
        done = Done(np.zeros(len(chosen), dtype=np.int64))
        done = self._with(done, chosen, partial(self._effects.enter, place, node, self._plan.subject))
        is_open = np.zeros(len(chosen), dtype=np.bool_)
        is_open[journeys.open_among(self._round.work, ACTOR, self._entries.taken(chosen))] = True
        done.edges[~is_open] = RESTS
        return done

    def _coupon(self, place: int, node: CouponPlan, chosen: Numbers) -> Done:
        given: dict[int, int] = {}

        def issue(some: Numbers) -> None:
            given.update(zip(some.tolist(), self._effects.coupon(place, node, some).tolist(), strict=True))

        done = self._with(Done(np.zeros(len(chosen), dtype=np.int64), changes_traits=True), chosen, issue)
        without = np.array([given.get(each, 1) == 0 for each in chosen.tolist()], dtype=np.bool_)
        done.edges[without & (done.edges == 0)] = 1
        return done


@lru_cache(maxsize=1_000)
def _zone(name: str) -> ZoneInfo | None:
    """The zone of a name, which anybody may have written; None where there is none."""
    try:
        return ZoneInfo(name) if 0 < len(name) <= 64 else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
