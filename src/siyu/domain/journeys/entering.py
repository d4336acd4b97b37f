"""How customers, groups and accounts come into journeys, and are taken out. Part of `service`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from siyu.domain.customers.reading import current_customer_ids, erased_among
from siyu.domain.customers.service import hold_known
from siyu.domain.journeys import counts_store, plans_store, telling
from siyu.domain.journeys import entering_store as store
from siyu.domain.journeys.entering_store import EntryRow
from siyu.domain.journeys.entries_contracts import (
    EVERYWHERE,
    JOURNEY_GOAL_REACHED,
    JOURNEY_PASSED_OVER,
    SUBJECTS_AT_ONCE_MAX,
    Arrival,
    Departure,
    EndReason,
    Entered,
    EntryState,
    GoalReached,
    NotByHandError,
    TakingIn,
    TooManySubjectsError,
    Way,
)
from siyu.domain.journeys.plan import JourneyPlan, Subject
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.errors import NotFoundError
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import UnitOfWork

RUN_RIGHT = "journeys.run"
"""Moving entries is Siyu's own work: no role has this right."""

_SIYU = system_actor("journeys")


def start_entries(work: UnitOfWork, actor: Actor, arrivals: Sequence[Arrival], *, subject: Subject = "customer") -> int:
    """Lets customers (or groups, or accounts) into journeys, as far as the rules of the versions in force let them; gives how many
    entries it made. Where a lane is taken, an arrival of higher priority ends the entry that is there; any other is passed over."""
    actor.require(RUN_RIGHT)
    return len(_started(work, arrivals, subject))


def _started(work: UnitOfWork, arrivals: Sequence[Arrival], subject: Subject) -> list[EntryRow]:
    if not arrivals:
        return []
    if subject != "customer":
        started = store.start(work.driver, subject, arrivals, work.clock.now())
        telling.started(work, started)
        return started
    hold_known(work, _SIYU)  # nobody is erased between being looked at and coming in
    erased = erased_among(work, {arrival.subject_id for arrival in arrivals})
    living = [arrival for arrival in arrivals if arrival.subject_id not in erased] if erased else arrivals
    lanes = store.lanes_of(work.driver, {arrival.journey_id for arrival in living})
    found: list[EntryRow] = []
    for some in _rounds(living) if lanes else [living]:
        chosen = _passing(work, some) if lanes else some
        started = store.start(work.driver, subject, chosen, work.clock.now())
        telling.started(work, started)
        found += started
    return found


def _rounds(arrivals: Sequence[Arrival]) -> Iterator[Sequence[Arrival]]:
    """The arrivals in their order, each customer once in each round: who comes into two journeys of a lane comes into one of them
    first."""
    seen: Counter[int] = Counter()
    rounds: list[list[Arrival]] = []
    for arrival in arrivals:
        number = seen[arrival.subject_id]
        seen[arrival.subject_id] += 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(arrival)
    yield from rounds


def _passing(work: UnitOfWork, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Those of the arrivals that nothing in their lane stands in the way of; what does and ranks lower ends."""
    now = work.clock.now()
    rivals = store.lock_rivals(work.driver, arrivals, now)
    lower = {
        each.entry_id
        for each in rivals
        if each.entry_id is not None and each.entry_priority is not None and each.entry_priority < each.priority
    }
    if lower:
        outranked = store.end(work.driver, lower, EntryState.EXITED, EndReason.OUTRANKED, now)
        telling.ended(work, outranked, EntryState.EXITED, EndReason.OUTRANKED)
    passed_over = [each for each in rivals if each.entry_id is not None and each.entry_id not in lower]
    counts: counts_store.Counts = Counter()
    for each in passed_over:
        arrival = arrivals[each.number]
        counts[each.journey_id, each.version, EVERYWHERE, Way.PASSED_OVER] += 1
        event_id = derived_id(JOURNEY_PASSED_OVER, each.journey_id, arrival.subject_id, arrival.cause_event_id)
        told = {"journey_id": each.journey_id, "version": each.version, "entry_id": each.entry_id}
        work.record([NewEvent(JOURNEY_PASSED_OVER, event_id, arrival.subject_id, now, telling.SOURCE, told)])
    counts_store.add(work.driver, counts)
    let_in = {each.number for each in rivals} - {each.number for each in passed_over}
    without_lane = set(range(len(arrivals))) - {each.number for each in rivals}
    return [arrivals[number] for number in sorted(let_in | without_lane)]


def end_entries_of(work: UnitOfWork, actor: Actor, departures: Sequence[Departure]) -> int:
    """Takes customers out of versions that they are to leave; gives how many entries it ended."""
    actor.require(RUN_RIGHT)
    if not departures:
        return 0
    ended = store.leave(work.driver, departures, work.clock.now())
    for reason in sorted({reason for _, reason in ended}):
        telling.ended(work, [row for row, why in ended if why == reason], EntryState.EXITED, reason)
    return len(ended)


def reach_goals(work: UnitOfWork, actor: Actor, reached: Sequence[GoalReached]) -> int:
    """Notes what customers reached; entries that are to end with it end. Gives how many entries reached something new."""
    actor.require(RUN_RIGHT)
    if not reached:
        return 0
    now = work.clock.now()
    leaving = {(each.journey_id, each.version, each.goal) for each in reached if each.leave}
    noted = store.reach_goals(work.driver, reached, now)
    for goal in sorted({goal for _, goal, _ in noted}):
        rows = [row for row, which, _ in noted if which == goal]
        work.record(telling.events(work, JOURNEY_GOAL_REACHED, rows, goal, goal=goal))
    over = {row.entry_id for row, goal, is_open in noted if is_open and (row.journey_id, row.version, goal) in leaving}
    if over:
        ended = store.end(work.driver, over, EntryState.GOAL, EntryState.GOAL, now)
        telling.ended(work, ended, EntryState.GOAL, EntryState.GOAL)
    return len(noted)


def end_entries(work: UnitOfWork, actor: Actor, customer_ids: Collection[int]) -> dict[int, int]:
    """Takes customers who were erased out of all journeys; {customer_id: how many}."""
    actor.require("customers.erase")
    ended = store.end_of_customers(work.driver, customer_ids, EndReason.ERASED, work.clock.now())
    telling.ended(work, ended, EntryState.EXITED, EndReason.ERASED)
    return dict(Counter(row.subject_id for row in ended))


def end_by_hand(work: UnitOfWork, actor: Actor, journey_id: int, entry_ids: Collection[int]) -> int:
    """Takes some out of a journey because a person said so; gives how many were still in it."""
    actor.require("journeys.enter")
    mine = store.of_journey(work.driver, journey_id, entry_ids)
    ended = store.end(work.driver, mine, EntryState.EXITED, EndReason.BY_HAND, work.clock.now())
    telling.ended(work, ended, EntryState.EXITED, EndReason.BY_HAND)
    return len(ended)


def enter(work: UnitOfWork, actor: Actor, journey_id: int, subject_ids: Sequence[int], key: str) -> Entered:
    """Lets customers, groups or accounts in because somebody asks for it: a person, or a program. The same key does it once, and is
    answered the same. Whoever calls has looked at whether the actor may see them, and the journey's trigger says whether it lets
    anybody in like that."""
    actor.require("journeys.enter")
    if len(subject_ids) > SUBJECTS_AT_ONCE_MAX:
        raise TooManySubjectsError(f"At most {SUBJECTS_AT_ONCE_MAX}.", field="subject_ids")
    plan = _plan_in_force(work, journey_id)
    if not {each.kind for each in plan.triggers} & {"by_hand", "api"}:
        raise NotByHandError
    now = work.clock.now()
    known = store.save_call(work.driver, journey_id, key, now)
    if known is not None:
        return Entered(known.get("entered", 0), tuple(known.get("unknown", ())), is_repeated=True)
    asked = list(dict.fromkeys(subject_ids))
    whose: dict[int, int] = {each: each for each in asked}
    if plan.subject == "customer":
        whose = current_customer_ids(work, asked)
    unknown = tuple(each for each in asked if each not in whose)
    arrivals = [
        Arrival(
            journey_id=journey_id,
            subject_id=whose[each],
            profile_id=each if plan.subject == "customer" else None,
            occurred_at=now,
            cause_event_id=derived_id("journey_enter", journey_id, key, each),
        )
        for each in asked
        if each in whose
    ]
    started = _started(work, arrivals, plan.subject)
    store.save_answer(work.driver, journey_id, key, {"entered": len(started), "unknown": list(unknown)})
    return Entered(len(started), unknown, who=frozenset(each.subject_id for each in started))


def _plan_in_force(work: UnitOfWork, journey_id: int) -> JourneyPlan:
    version = plans_store.select_in_force(work.driver, [journey_id]).get(journey_id)
    if version is None:
        raise NotFoundError
    return plans_store.select_plans(work.driver, [(journey_id, version)])[journey_id, version]


def lock_taking_in(work: UnitOfWork, actor: Actor) -> TakingIn | None:
    """A running or paused journey that still takes in the members its segment had, or None."""
    actor.require(RUN_RIGHT)
    found = store.lock_taking_in(work.driver)
    return TakingIn(*found) if found else None


def save_taking_in(work: UnitOfWork, actor: Actor, journey_id: int, taken_in_to: int | None) -> None:
    """How far taking in has come; None when everybody is in."""
    actor.require(RUN_RIGHT)
    store.save_taking_in(work.driver, journey_id, taken_in_to)


def follow_customers(work: UnitOfWork, actor: Actor, customer_ids: Collection[int]) -> None:
    """After a merge or a split of these customers: gives each entry to the customer its profile belongs to now."""
    actor.require(RUN_RIGHT)
    among: set[int] = set()
    reached = set(customer_ids)
    customer_of: dict[int, int] = {}
    while reached - among:  # whoever gets entries may have some that these meet
        among |= reached
        customer_of = current_customer_ids(work, store.select_profiles(work.driver, among))
        reached = set(customer_of.values())
    if not customer_of:
        return
    ended = store.move_customers(work.driver, among, customer_of, work.clock.now())
    telling.ended(work, ended, EntryState.EXITED, EndReason.MERGED)
