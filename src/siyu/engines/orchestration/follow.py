"""Follows the log: who entered or left a segment, did something that a journey looks at, ended a task, or was merged or split."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import CUSTOMERS_MERGED, CUSTOMERS_SPLIT
from siyu.domain.customers.reading import current_customer_ids
from siyu.domain.definitions.contracts import EventMatch, passes
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import (
    JOURNEY_EXITED,
    Arrival,
    AskedBy,
    Departure,
    EndReason,
    GoalReached,
    JourneyPlan,
    JourneyVersion,
    WaitEventPlan,
)
from siyu.domain.journeys.reading import Watch
from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED
from siyu.domain.tasks import service as tasks
from siyu.domain.tasks.contracts import TASK_ENDED
from siyu.engines.orchestration.doing import ACTOR
from siyu.kernel.events import Event
from siyu.platform.eventlog.consuming import Consumer, Handler
from siyu.platform.postgres.database import Reading, UnitOfWork

CONSUMER_NAME = "orchestration"
_OF_CUSTOMERS = (CUSTOMERS_MERGED, CUSTOMERS_SPLIT)
_OF_SEGMENTS = (SEGMENT_ENTERED, SEGMENT_EXITED)
ALWAYS = (*_OF_SEGMENTS, *_OF_CUSTOMERS, TASK_ENDED, JOURNEY_EXITED)
"""What is always looked at; the names of other events are those that published journeys name."""
_EXIT_REASONS = {
    "segment_left": EndReason.LEFT_SEGMENT,
    "segment_entered": EndReason.ENTERED_SEGMENT,
    "event": EndReason.EVENT,
}


def consumer() -> Consumer:
    """This engine as a reader of the log."""
    return Consumer(CONSUMER_NAME, {name: [follow_log] for name in ALWAYS}, more=watched)


def watched(work: UnitOfWork) -> Mapping[str, Sequence[Handler]]:
    """Handlers of the events that published journeys name. Asked for behind the cursor's lock: a journey that was published before
    an event came is not missed."""
    return {name: [follow_log] for name in journeys_reading.watched_names(work)}


def follow_log(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Handles a batch of the log. Merges first: whom a profile belongs to is looked up as of now, so an entering that stands
    in the log before the merge finds the customer who came out of it."""
    customers.hold_known(work, ACTOR)  # first of all, as whoever moves entries does
    changed = [event for event in events if event.name in _OF_CUSTOMERS]
    if changed:
        journeys.follow_customers(work, ACTOR, set(customers_in(changed)))
    rest = [event for event in events if event.name not in _OF_CUSTOMERS]
    named = _named(work, rest)
    if named:
        journeys.lock_rests(work, ACTOR)
    looks = _Looks.of(work, rest, named)
    customer_of = current_customer_ids(work, {event.profile_id for event in rest}) if rest else {}
    _take_back_tasks(work, rest)
    for some in _rounds(rest, customer_of):
        _follow(work, looks, some)


def _named(reading: Reading, events: Sequence[Event]) -> frozenset[str]:
    """What the events are called, as far as a journey may look at them by name: whole segments move at once, so their events are
    looked at like that only where a journey does name them."""
    names = {event.name for event in events}
    of_segments = names.intersection(_OF_SEGMENTS)
    looked_at = of_segments.intersection(journeys_reading.watched_names(reading)) if of_segments else frozenset()
    return frozenset(names - of_segments | looked_at)


def customers_in(events: Sequence[Event]) -> Iterator[int]:
    """The customers that merges and splits speak of."""
    for event in events:
        yield event.profile_id
        for name in ("winner_id", "loser_id"):
            customer_id = event.properties.get(name)
            if isinstance(customer_id, int):
                yield customer_id


_Theirs = tuple[int, Event]
"""A customer as of now, and what is told of them."""


def _rounds(events: Iterable[Event], customer_of: dict[int, int]) -> list[list[_Theirs]]:
    """The events in rounds, so that a round is a few statements: the n-th event of a customer stands in the n-th round."""
    rounds: list[list[_Theirs]] = []
    seen: dict[int, int] = {}
    for event in events:
        customer_id = customer_of.get(event.profile_id, event.profile_id)
        number = seen.get(customer_id, 0)
        seen[customer_id] = number + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append((customer_id, event))
    return rounds


def _follow(work: UnitOfWork, looks: _Looks, some: Sequence[_Theirs]) -> None:
    """What events of different customers mean: goals and exits of who is in, then who waited for them, then who comes in."""
    goals: list[GoalReached] = []
    departures: list[Departure] = []
    arrivals: list[Arrival] = []
    for customer_id, event in some:
        for watch in looks.at(event):
            plan = looks.plans[watch.journey_id, watch.version]
            if not _means(plan, watch, event):
                continue
            version = watch.journey_id, watch.version
            match watch.role:
                case "goal":
                    goal = plan.goals[watch.n]
                    goals.append(
                        GoalReached(*version, customer_id, event.occurred_at, goal.key, goal.within_days, goal.leave)
                    )
                case "exit":
                    reason = _EXIT_REASONS[watch.kind]
                    departures.append(Departure(*version, customer_id, event.occurred_at, reason))
                case _:
                    arrivals.append(
                        Arrival(
                            watch.journey_id,
                            customer_id,
                            event.profile_id,
                            event.occurred_at,
                            event.event_id,
                            event.position,
                        )
                    )
    journeys.reach_goals(work, ACTOR, goals)
    journeys.end_entries_of(work, ACTOR, departures)
    _wake(work, [(customer_id, event) for customer_id, event in some if event.name in looks.named])
    journeys.start_entries(work, ACTOR, arrivals)


def _means(plan: JourneyPlan, watch: Watch, event: Event) -> bool:
    """Whether the event is the one that is looked for."""
    match: EventMatch | None
    if watch.role == "goal":
        match = plan.goals[watch.n].event
    elif watch.role == "exit":
        match = plan.exits[watch.n].event
    else:
        match = plan.triggers[watch.n].event
    if watch.kind == "event":
        return match is not None and match.event == event.name and passes(event.properties, match.where)
    return event.name == (SEGMENT_EXITED if watch.kind in ("segment_exited", "segment_left") else SEGMENT_ENTERED)


def _wake(work: UnitOfWork, others: Sequence[_Theirs]) -> None:
    waiting = journeys.waiting_for(
        work,
        ACTOR,
        [event.name for _, event in others],
        [customer_id for customer_id, _ in others],
        [event.position for _, event in others],
    )
    if waiting:
        plans = journeys_reading.plans(work, {(each.journey_id, each.version) for each in waiting})
        woken: dict[int, int] = {}
        for each in waiting:
            node = plans[each.journey_id, each.version].places[each.place]
            event = others[each.number][1]
            if isinstance(node, WaitEventPlan) and passes(event.properties, node.event.where):
                woken.setdefault(each.entry_id, event.position)
        journeys.wake(work, ACTOR, woken)
    for is_done in (True, False):
        ended = [
            (key, event.position)
            for _, event in others
            if event.name == TASK_ENDED
            and (event.properties.get("outcome") == "done") is is_done
            and (key := _asked_by(event)) is not None
        ]
        if ended:
            keys = [key for key, _ in ended]
            journeys.wake_by_key(work, ACTOR, keys, is_done=is_done, position=max(position for _, position in ended))


def _asked_by(event: Event) -> AskedBy | None:
    """Whose task has ended, by the key that this engine made; None where another made it."""
    parts = str(event.properties.get("task_key")).split(":")
    version = event.properties.get("version")
    are_numbers = all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts[2:])
    if len(parts) != 4 or parts[0] != "journey" or not are_numbers or not isinstance(version, int):
        return None
    if not (parts[1].isascii() and parts[1].isdecimal() and len(parts[1]) < 19):
        return None
    return AskedBy(int(parts[1]), version, int(parts[2]), int(parts[3]))


def _take_back_tasks(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Of who was taken out of a journey nobody has to do any more what it asked for."""
    tasks.end_of_entries(
        work,
        ACTOR,
        [
            (event.profile_id, event.properties["journey_id"], event.properties["entry_id"])
            for event in events
            if event.name == JOURNEY_EXITED
        ],
    )


@dataclass(frozen=True, slots=True)
class _Looks:
    """Which versions look at which events and segments, of those that a batch speaks of."""

    named: frozenset[str]
    by_name: dict[str, list[Watch]] = field(default_factory=dict)
    by_segment: dict[int, list[Watch]] = field(default_factory=dict)
    plans: dict[JourneyVersion, JourneyPlan] = field(default_factory=dict)

    @classmethod
    def of(cls, reading: Reading, events: Sequence[Event], named: frozenset[str]) -> _Looks:
        segment_ids = {int(event.properties["segment_id"]) for event in events if event.name in _OF_SEGMENTS}
        found = cls(named)
        watches = journeys_reading.watches(reading, named, segment_ids)
        for watch in watches:
            if watch.segment_id is not None:
                found.by_segment.setdefault(watch.segment_id, []).append(watch)
            elif watch.event_name is not None:
                found.by_name.setdefault(watch.event_name, []).append(watch)
        versions = {(watch.journey_id, watch.version) for watch in watches}
        found.plans.update(journeys_reading.plans(reading, versions) if versions else {})
        return found

    def at(self, event: Event) -> list[Watch]:
        found = self.by_name.get(event.name, [])
        if event.name in _OF_SEGMENTS:
            return [*self.by_segment.get(int(event.properties["segment_id"]), []), *found]
        return found
