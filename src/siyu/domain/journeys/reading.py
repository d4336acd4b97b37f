"""Reading journeys: plans for the engines, numbers for the faces."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from siyu.domain.customers.reading import customers_in_scope, scope_parameters
from siyu.domain.definitions.reading import get_version
from siyu.domain.journeys import counts_store, entries_store, plans_store
from siyu.domain.journeys.entries_contracts import (
    EVERYWHERE,
    CustomerJourney,
    Entry,
    EntryState,
    JourneyNumbers,
    JourneyVersion,
    NodeNumbers,
    Passage,
    UnknownEntryError,
    Way,
)
from siyu.domain.journeys.parsing import document_of, parse_definition
from siyu.domain.journeys.plan import JourneyPlan, edges_of
from siyu.domain.journeys.plans_store import Watch
from siyu.domain.journeys.sop import MINUTES_A_DAY, Moment, SopNode, moments_of, ways_out_of
from siyu.domain.journeys.templates import TemplateAnswers, template_document, templates
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading

__all__ = [
    "MINUTES_A_DAY",
    "Moment",
    "SopNode",
    "TemplateAnswers",
    "Watch",
    "document_of",
    "moments_of",
    "parse_definition",
    "template_document",
    "templates",
    "ways_out_of",
]
"""What of this door is written in the files beside it."""

_LOOKED_THROUGH_MAX = 2_000
"""So many entries are looked through for those of customers whom somebody may see, a page at a time."""


Others = Callable[[str, Collection[int]], Collection[int]]
"""Which of some groups ("group") or accounts ("account") somebody may see: other rooms know."""


def _nobody(_subject: str, _ids: Collection[int]) -> Collection[int]:
    return ()


def plans(reading: Reading, versions: Collection[JourneyVersion]) -> dict[JourneyVersion, JourneyPlan]:
    """The plans of published versions."""
    return plans_store.select_plans(reading.driver, versions)


def in_force(reading: Reading, journey_ids: Collection[int]) -> dict[int, int]:
    """{journey: the version that newcomers get}."""
    return plans_store.select_in_force(reading.driver, journey_ids)


def walked_versions(reading: Reading, journey_id: int) -> set[int]:
    """The version in force, and the older ones that somebody still walks."""
    latest = plans_store.select_in_force(reading.driver, [journey_id]).get(journey_id)
    return {latest, *entries_store.select_walked(reading.driver, journey_id, latest)} if latest is not None else set()


def watched_names(reading: Reading) -> list[str]:
    """The events that any journey looks at."""
    return plans_store.select_watched_names(reading.driver)


def watches(reading: Reading, names: Collection[str], segment_ids: Collection[int]) -> list[Watch]:
    """Which triggers, goals and exits look at any of these."""
    return plans_store.select_watches(reading.driver, names, segment_ids) if names or segment_ids else []


def hold_outs(reading: Reading, versions: Collection[JourneyVersion]) -> dict[JourneyVersion, int]:
    """How many percent of the customers walk a version without its messages; versions where nobody does are left out."""
    return plans_store.select_hold_outs(reading.driver, versions)


def numbers(
    reading: Reading, journey_ids: Collection[int], actor: Actor | None = None, others: Others = _nobody
) -> dict[int, JourneyNumbers]:
    """How many are where, for each of the journeys: of all, or of those whom an actor may see, as in list_entries."""
    if actor is not None and not actor.scope.is_everything:
        return _numbers_seen(reading, journey_ids, _whom(reading, actor, journey_ids, others))
    counts: dict[int, dict[int, int]] = {journey_id: {} for journey_id in journey_ids}
    for journey_id, way, count in counts_store.select_of_journeys(reading.driver, journey_ids, EVERYWHERE):
        counts[journey_id][way] = counts[journey_id].get(way, 0) + count
    return {journey_id: _numbers(ways) for journey_id, ways in counts.items()}


def _numbers(ways: dict[int, int]) -> JourneyNumbers:
    entered, completed = ways.get(Way.ENTERED, 0), ways.get(Way.COMPLETED, 0)
    exited, goal = ways.get(Way.EXITED, 0), ways.get(Way.GOAL, 0)
    return JourneyNumbers(
        entered=entered,
        active=entered - completed - exited - goal,
        completed=completed,
        exited=exited,
        goal=goal,
        paused=ways.get(Way.PAUSED, 0),
        passed_over=ways.get(Way.PASSED_OVER, 0),
    )


def _whom(reading: Reading, actor: Actor, journey_ids: Collection[int], others: Others) -> Mapping[str, Any]:
    """What the store asks for those by whom the actor may see."""
    groups, accounts = entries_store.select_others(reading.driver, journey_ids)
    seen = {"groups": list(others("group", groups)), "accounts": list(others("account", accounts))}
    return {**scope_parameters(actor), **seen}


def _numbers_seen(reading: Reading, journey_ids: Collection[int], whom: Mapping[str, Any]) -> dict[int, JourneyNumbers]:
    """Counted one by one. Who was passed over never came in, so that nothing says whose they were."""
    states: dict[int, dict[str, int]] = {journey_id: {} for journey_id in journey_ids}
    for journey_id, state, count in entries_store.count_states(reading.driver, journey_ids, whom):
        states[journey_id][state] = count
    return {
        journey_id: JourneyNumbers(
            entered=sum(found.values()),
            active=found.get(EntryState.ACTIVE, 0) + found.get(EntryState.PAUSED, 0),
            completed=found.get(EntryState.COMPLETED, 0),
            exited=found.get(EntryState.EXITED, 0),
            goal=found.get(EntryState.GOAL, 0),
            paused=found.get(EntryState.PAUSED, 0),
            passed_over=None,
        )
        for journey_id, found in states.items()
    }


def node_numbers(
    reading: Reading, journey_id: int, version: int, actor: Actor | None = None, others: Others = _nobody
) -> list[NodeNumbers]:
    """How many are at each node of a version, and how many went which way, in the order of the document: of all, or of those whom
    an actor may see, as in list_entries."""
    plan = plans_store.select_plans(reading.driver, [(journey_id, version)]).get((journey_id, version))
    if plan is None:
        return []
    if actor is not None and not actor.scope.is_everything:
        return _nodes_seen(reading, journey_id, version, plan, _whom(reading, actor, [journey_id], others))
    counts = counts_store.select_of_version(reading.driver, journey_id, version)
    found: list[NodeNumbers] = []
    for place, node in enumerate(plan.places):
        edges = tuple(counts.get((place, number), 0) for number in range(len(edges_of(node))))
        resting, paused = counts.get((place, Way.RESTING), 0), counts.get((place, Way.PAUSED), 0)
        found.append(NodeNumbers(place, node.key, resting, paused, sum(edges), edges))
    return found


def _nodes_seen(
    reading: Reading, journey_id: int, version: int, plan: JourneyPlan, whom: Mapping[str, Any]
) -> list[NodeNumbers]:
    """Counted by their paths. Of ways that lead to the same node nothing says which was gone."""
    at = entries_store.count_places(reading.driver, journey_id, version, whom)
    steps = entries_store.count_steps(reading.driver, journey_id, version, whom)
    found: list[NodeNumbers] = []
    for place, node in enumerate(plan.places):
        ends: dict[int | None, int] = {after: count for (before, after), count in steps.items() if before == place}
        ends[None] = at.get((place, EntryState.COMPLETED), 0)
        targets = edges_of(node)
        edges = tuple(ends.get(each, 0) if targets.count(each) == 1 else None for each in targets)
        resting, paused = at.get((place, EntryState.ACTIVE), 0), at.get((place, EntryState.PAUSED), 0)
        found.append(NodeNumbers(place, node.key, resting, paused, sum(ends.values()), edges))
    return found


def list_entries(
    reading: Reading,
    actor: Actor,
    journey_id: int,
    page: PageRequest,
    *,
    node: str | None = None,
    states: Collection[EntryState] | None = None,
    customer_ids: Collection[int] | None = None,
    others: Others = _nobody,
) -> Page[Entry]:
    """Entries, the newest first: those of customers whom the actor may see, and of groups and accounts of which `others` says so. A
    page may hold fewer than asked for and others follow, where many are out of sight."""
    actor.require("journeys.read")
    plans_of = _plans_of(reading, journey_id)
    at = None
    if node is not None:
        places = [(version, place) for version, plan in plans_of.items() if (place := plan.place_of(node)) is not None]
        at = [version for version, _ in places], [place for _, place in places]
    size = page.size + 1 if actor.scope.is_everything else _LOOKED_THROUGH_MAX
    rows = entries_store.select_entries(
        reading.driver,
        journey_id,
        node=at,
        states=[each.value for each in states] if states is not None else None,
        customers=customer_ids,
        after=int(page.after) if page.after and page.after.isdecimal() and len(page.after) < 19 else 0,
        size=size,
    )
    seen = _seen(reading, actor, rows, others)
    chosen = seen[: page.size]
    is_more = len(seen) > page.size or len(rows) == size > page.size + 1
    last = chosen[-1] if len(seen) > page.size else rows[-1] if rows else None
    after = str(last[0]) if is_more and last is not None else None
    return Page([_entry(row, plans_of) for row in chosen], after)


def _seen(reading: Reading, actor: Actor, rows: list[tuple[Any, ...]], others: Others) -> list[tuple[Any, ...]]:
    if actor.scope.is_everything:
        return rows
    whose = [{row[column] for row in rows if row[column] is not None} for column in (3, 4, 5)]
    customers = customers_in_scope(reading, actor, whose[0])
    groups, accounts = (
        others(subject, ids) if ids else () for subject, ids in zip(("group", "account"), whose[1:], strict=True)
    )
    return [row for row in rows if row[3] in customers or row[4] in groups or row[5] in accounts]


def unseen_among(
    reading: Reading, actor: Actor, journey_id: int, entry_ids: Collection[int], others: Others = _nobody
) -> set[int]:
    """Those of the entries that are not of this journey, or not for the actor to see."""
    rows = entries_store.select_named(reading.driver, journey_id, entry_ids)
    return set(entry_ids) - {row[0] for row in _seen(reading, actor, rows, others)}


def path_of(
    reading: Reading, actor: Actor, journey_id: int, entry_id: int, *, others: Others = _nobody
) -> tuple[Entry, list[Passage]]:
    """One entry and the nodes that it came to, in order."""
    actor.require("journeys.read")
    row = entries_store.find_entry(reading.driver, journey_id, entry_id)
    if row is None or not _seen(reading, actor, [row], others):
        raise UnknownEntryError
    plans_of = _plans_of(reading, journey_id)
    entry = _entry(row, plans_of)
    places = plans_of[entry.version].places
    return entry, [
        Passage(places[place].key, at)
        for at, came_to in entries_store.select_passages(reading.driver, entry_id)
        for place in came_to
        if place < len(places)
    ]


def _plans_of(reading: Reading, journey_id: int) -> dict[int, JourneyPlan]:
    latest = plans_store.select_in_force(reading.driver, [journey_id]).get(journey_id, 0)
    known = plans_store.select_plans(reading.driver, [(journey_id, each + 1) for each in range(latest)])
    return {version: plan for (_, version), plan in known.items()}


def _entry(row: tuple[Any, ...], plans_of: dict[int, JourneyPlan]) -> Entry:
    state = EntryState(row[6])
    return Entry(
        entry_id=row[0],
        journey_id=row[1],
        version=row[2],
        customer_id=row[3],
        group_id=row[4],
        staff_id=row[5],
        state=state,
        node=plans_of[row[2]].places[row[7]].key,
        entered_at=row[8],
        due_at=row[9] if state is EntryState.ACTIVE else None,
        ended_at=row[10],
        end_reason=row[11],
        fault=row[12],
        fault_detail=row[13],
    )


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """Every way through a journey that began with one of the profiles, for the person herself."""
    return [
        {
            "journey": get_version(reading, journey_id, version).name,
            "state": state,
            "entered_at": entered_at,
            "ended_at": ended_at,
            "end_reason": reason,
        }
        for journey_id, version, state, entered_at, ended_at, reason in entries_store.select_told(
            reading.driver, profile_ids
        )
    ]


def inside_among(reading: Reading, journey_id: int, customer_ids: Collection[int]) -> set[int]:
    """Which of the customers are in the journey now."""
    return entries_store.select_inside(reading.driver, journey_id, customer_ids)


def journeys_of(reading: Reading, customer_id: int) -> list[CustomerJourney]:
    """The customer's latest way through each journey they were ever in."""
    found = entries_store.select_latest_entries(reading.driver, customer_id)
    known = plans(reading, {(row[0], row[1]) for row in found})
    return [
        CustomerJourney(
            journey_id=journey_id,
            name=get_version(reading, journey_id, version).name,
            version=version,
            entry_id=entry_id,
            node=known[journey_id, version].places[place].key,
            state=EntryState(state),
            entered_at=entered_at,
            ended_at=ended_at,
        )
        for journey_id, version, entry_id, place, state, entered_at, ended_at in found
    ]
