"""The verbs of room `journeys`: what operators do with journeys, and how entries come, move and go. None of them commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from siyu.domain.content.service import keep_messages
from siyu.domain.customers.reading import current_customer_ids, erased_among
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, DefinitionStatus, InvalidDefinitionError
from siyu.domain.definitions.reading import list_by_id
from siyu.domain.journeys import rules, store
from siyu.domain.journeys.contracts import (
    JOURNEY_COMPLETED,
    JOURNEY_ENTERED,
    JOURNEY_EXITED,
    JOURNEY_KIND,
    Arrival,
    Document,
    DueEntry,
    Journey,
    JourneyDefinition,
    Move,
    TakingIn,
)
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.errors import NotFoundError
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

RUN_RIGHT = "journeys.run"
"""Moving entries is Siyu's own work: no role has this right."""

SOURCE = "journeys"
SEGMENT_KIND = "segment"
EXPERIMENT_KIND = "experiment"
ERASED = "erased"
"""Why an entry ends whose customer was erased."""
_SIYU = system_actor("journeys")


def create(work: UnitOfWork, actor: Actor, name: str, document: Document) -> Journey:
    """A new journey, as a draft; InvalidDefinitionError where the document does not make one."""
    actor.require("journeys.write")
    definition = rules.parse_definition(document)
    references = _references(work, definition)
    return _journey(
        definitions.create(work, actor, JOURNEY_KIND, name, rules.document_of(definition), references=references)
    )


def save(
    work: UnitOfWork, actor: Actor, journey_id: int, name: str, document: Document, *, revision: int | None = None
) -> Journey:
    """Saves a draft beside the version in force."""
    actor.require("journeys.write")
    definition = rules.parse_definition(document)
    return _journey(
        definitions.save_draft(
            work,
            actor,
            journey_id,
            name,
            rules.document_of(definition),
            references=_references(work, definition),
            kind=JOURNEY_KIND,
            revision=revision,
        )
    )


def publish(work: UnitOfWork, actor: Actor, journey_id: int) -> Journey:
    """Makes the draft the version that newcomers get, and lets it run. Its segment has to be live: else nobody would come. An
    experiment that decides in it has not ended: else all would go one way."""
    actor.require("journeys.publish")
    journey = _journey(definitions.publish(work, actor, journey_id, kind=JOURNEY_KIND))
    definition = journey.latest
    if _check_segment(work, definition).status is not DefinitionStatus.LIVE:
        raise InvalidDefinitionError(
            "trigger.segment_id", "The segment is not live; publish it first.", "人群还没有发布，请先发布人群。"
        )
    for path, experiment in _check_experiments(work, definition):
        if experiment.status is DefinitionStatus.STOPPED:
            raise InvalidDefinitionError(
                f"{path}.experiment_id",
                "This experiment has ended; take another, or write what it showed into the journey.",
                "这个实验已经结束：请换一个，或把它得出的做法直接写进旅程。",
            )
    plan, contents = rules.planned(definition)
    keep_messages(work, _SIYU, journey_id, journey.version or 1, contents)
    store.save_plan(work.driver, journey_id, journey.version or 1, definition, plan)
    return journey


def pause(work: UnitOfWork, actor: Actor, journey_id: int) -> Journey:
    """Nobody moves on until it is resumed; people still come in, and go out."""
    actor.require("journeys.publish")
    paused = definitions.stop(work, actor, journey_id, kind=JOURNEY_KIND)
    store.set_running(work.driver, journey_id, is_running=False)
    return _journey(paused)


def resume(work: UnitOfWork, actor: Actor, journey_id: int) -> Journey:
    """Entries move on; who was due meanwhile is due now."""
    actor.require("journeys.publish")
    resumed = definitions.resume(work, actor, journey_id, kind=JOURNEY_KIND)
    store.set_running(work.driver, journey_id, is_running=True)
    return _journey(resumed)


def get(reading: Reading, actor: Actor, journey_id: int) -> Journey:
    """The journey, or NotFoundError."""
    return _journey(definitions.get(reading, actor, journey_id, JOURNEY_KIND))


def list_journeys(reading: Reading, actor: Actor, page: PageRequest) -> Page[Journey]:
    """The newest first."""
    found = definitions.list_definitions(reading, actor, JOURNEY_KIND, page)
    return Page(rows=[_journey(row) for row in found.rows], next_after=found.next_after)


def start_entries(work: UnitOfWork, actor: Actor, arrivals: Sequence[Arrival], *, journey_id: int | None = None) -> int:
    """Lets customers into the journeys of the segments they entered (or into that one); gives how many entries it made."""
    actor.require(RUN_RIGHT)
    if not arrivals:
        return 0
    erased = erased_among(work, {arrival.customer_id for arrival in arrivals})
    living = [arrival for arrival in arrivals if arrival.customer_id not in erased] if erased else arrivals
    started = store.start(work.driver, living, work.clock.now(), journey_id)
    work.record(_events(work, JOURNEY_ENTERED, started))
    return len(started)


def end_entries_on_leave(work: UnitOfWork, actor: Actor, departures: Sequence[Arrival]) -> int:
    """Takes customers out of the journeys that end when the segment is left; gives how many entries it ended."""
    actor.require(RUN_RIGHT)
    if not departures:
        return 0
    ended = store.leave(work.driver, departures, "left_segment", work.clock.now())
    work.record(_events(work, JOURNEY_EXITED, ended, reason="left_segment"))
    return len(ended)


def end_entries(work: UnitOfWork, actor: Actor, customer_ids: Collection[int]) -> dict[int, int]:
    """Takes customers who were erased out of all journeys; {customer_id: how many}."""
    actor.require("customers.erase")
    ended = store.end_entries(work.driver, customer_ids, ERASED, work.clock.now())
    work.record(_events(work, JOURNEY_EXITED, ended, reason=ERASED))
    return dict(Counter(row.customer_id for row in ended))


def lock_taking_in(work: UnitOfWork, actor: Actor) -> TakingIn | None:
    """A running or paused journey that still takes in the members its segment had, or None."""
    actor.require(RUN_RIGHT)
    return store.lock_taking_in(work.driver)


def save_taking_in(work: UnitOfWork, actor: Actor, journey_id: int, taken_in_to: int | None) -> None:
    """How far taking in has come; None when everybody is in."""
    actor.require(RUN_RIGHT)
    store.save_taking_in(work.driver, journey_id, taken_in_to)


def lock_due_entries(work: UnitOfWork, actor: Actor, entries_max: int) -> list[DueEntry]:
    """Entries that are to move on, locked, of all running journeys in equal shares; at most about `entries_max`."""
    actor.require(RUN_RIGHT)
    now = work.clock.now()
    journey_ids = store.select_due_journeys(work.driver, now)
    if not journey_ids:
        return []
    return store.lock_due(work.driver, journey_ids, max(1, entries_max // len(journey_ids)), now)


def move_entries(work: UnitOfWork, actor: Actor, moves: Sequence[Move]) -> None:
    """Puts entries that were locked where they go."""
    actor.require(RUN_RIGHT)
    store.save_moves(work.driver, moves, work.clock.now())
    ended = [entry for move in moves if move.due_at is None for entry in move.entries]
    work.record(
        _events(
            work,
            JOURNEY_COMPLETED,
            [store.EntryRow(entry.entry_id, entry.journey_id, entry.version, entry.customer_id) for entry in ended],
        )
    )


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
    work.record(_events(work, JOURNEY_EXITED, ended, reason="merged"))


def _events(work: UnitOfWork, name: str, rows: Iterable[store.EntryRow], **fields: str) -> list[NewEvent]:
    now = work.clock.now()
    return [
        NewEvent(
            name=name,
            event_id=derived_id(name, row.entry_id),
            profile_id=row.customer_id,
            occurred_at=now,
            source=SOURCE,
            properties={"journey_id": row.journey_id, "version": row.version, "entry_id": row.entry_id, **fields},
        )
        for row in rows
    ]


def _references(reading: Reading, definition: JourneyDefinition) -> list[int]:
    """What it is made of: its segment, and the experiments that decide in it."""
    experiments = {experiment.definition_id for _, experiment in _check_experiments(reading, definition)}
    return [_check_segment(reading, definition).definition_id, *sorted(experiments)]


def _check_segment(reading: Reading, definition: JourneyDefinition) -> Definition:
    try:
        return definitions.get(reading, _SIYU, definition.trigger.segment_id, SEGMENT_KIND)
    except NotFoundError as error:
        raise InvalidDefinitionError("trigger.segment_id", "There is no such segment.", "没有这个人群。") from error


def _check_experiments(reading: Reading, definition: JourneyDefinition) -> list[tuple[str, Definition]]:
    """(path, experiment) of every place where one decides; it has to be there, with the arms that are named there."""
    named = rules.experiments_in(definition)
    known = {each.definition_id: each for each in list_by_id(reading, {each[1] for each in named})} if named else {}
    found: list[tuple[str, Definition]] = []
    for path, experiment_id, arms, are_all in named:
        experiment = known.get(experiment_id)
        if experiment is None or experiment.kind != EXPERIMENT_KIND:
            raise InvalidDefinitionError(f"{path}.experiment_id", "There is no such experiment.", "没有这个实验。")
        in_force = experiment.document or experiment.latest
        rules.check_arms(path, arms, [arm["key"] for arm in in_force["arms"]], are_all=are_all)
        found.append((path, experiment))
    return found


def _journey(definition: Definition) -> Journey:
    parse = rules.parse_definition
    return Journey(
        journey_id=definition.definition_id,
        name=definition.name,
        status=definition.status,
        version=definition.version,
        revision=definition.revision,
        definition=parse(definition.document) if definition.document is not None else None,
        draft=parse(definition.draft) if definition.draft is not None else None,
        updated_at=definition.updated_at,
    )
