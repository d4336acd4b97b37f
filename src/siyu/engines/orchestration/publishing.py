"""Journeys from the author's desk into force: what a document speaks of is looked at, its conditions become hidden
segments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import (
    GroupInviteNode,
    Journey,
    JourneyDefinition,
    JourneyFault,
    fault_at,
    faults_in,
    finished,
    node_names,
    parse_draft,
    read_definition,
    refusal,
    warnings_in,
)
from siyu.domain.messages import reading as messages
from siyu.domain.segments import service as segments
from siyu.engines.orchestration.referring import ACTOR, References
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Reading, UnitOfWork

_LOCK: Final = "orchestration.publishing"


def create(work: UnitOfWork, actor: Actor, name: str, document: object) -> Journey:
    """A new journey, as a draft; InvalidDefinitionError where the document is none. It may be unfinished, and have faults that only
    publishing minds."""
    actor.require("journeys.write")
    draft = parse_draft(document)
    return journeys.create(work, actor, name, draft, References(work, draft).definition_ids())


def save(
    work: UnitOfWork, actor: Actor, journey_id: int, name: str, document: object, *, revision: int | None = None
) -> Journey:
    """Saves a draft, as it may be made, beside the version in force."""
    actor.require("journeys.write")
    draft = parse_draft(document)
    known = References(work, draft).definition_ids()
    return journeys.save(work, actor, journey_id, name, draft, known, revision=revision)


def check(reading: Reading, actor: Actor, document: object, journey_id: int | None = None) -> list[JourneyFault]:
    """All that keeps a document from being published, and what its author should know."""
    actor.require("journeys.read")
    definition = read_definition(document)
    return definition if isinstance(definition, list) else _faults(reading, definition, journey_id)[0]


def publish(work: UnitOfWork, actor: Actor, journey_id: int, addresses: SignedAddresses | None = None) -> Journey:
    """Makes the draft the version that newcomers get. InvalidDefinitionError names the node of the first fault and tells
    all of them. `addresses` make those of the codes that it invites with."""
    actor.require("journeys.publish")
    lock_publishing(work)
    journey = journeys.get(work, actor, journey_id)
    definition, found = _sound(work, journey)
    kept = segments.add_hidden(work, ACTOR, journey_id, journey.name, list(found.conditions.values()))
    ways = {way: kept[condition] for way, condition in found.conditions.items()}
    return journeys.publish(work, actor, journey_id, definition, ways, _code_urls(definition, addresses))


def sound_draft(reading: Reading, actor: Actor, journey_id: int) -> JourneyDefinition:
    """What would be published now; InvalidDefinitionError as `publish` raises it."""
    return _sound(reading, journeys.get(reading, actor, journey_id))[0]


def lock_publishing(work: UnitOfWork) -> None:
    """Until the commit nobody else publishes: two that are published at once could enter each other."""
    work.driver.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (_LOCK,))


def _sound(reading: Reading, journey: Journey) -> tuple[JourneyDefinition, References]:
    definition = finished(journey.latest)
    faults, found = _faults(reading, definition, journey.journey_id)
    if any(not fault.is_warning for fault in faults):
        raise refusal(faults, node_names(definition))
    return definition, found


def _faults(
    reading: Reading, definition: JourneyDefinition, journey_id: int | None
) -> tuple[list[JourneyFault], References]:
    found = References(reading, definition)
    own = [*_of_subject(reading, definition, journey_id), *faults_in(definition), *found.faults(journey_id)]
    return [*own, *warnings_in(definition, messages.reach_rules(reading).rules.limits.per_day)], found


def _of_subject(reading: Reading, definition: JourneyDefinition, journey_id: int | None) -> Iterator[JourneyFault]:
    """Who walks a journey are customers, groups or accounts for ever: an entry cannot become another's."""
    in_force = journeys_reading.in_force(reading, [journey_id]) if journey_id is not None else {}
    for plan in journeys_reading.plans(reading, in_force.items()).values():
        if plan.subject != definition.subject:
            yield fault_at(("subject",), "subject_changed")


def _code_urls(definition: JourneyDefinition, addresses: SignedAddresses | None) -> dict[int, str]:
    codes = {node.code_id for node in definition.nodes if isinstance(node, GroupInviteNode)}
    if codes and addresses is None:
        raise ValueError("a journey that invites by codes needs the addresses of these")
    return {code_id: addresses.code_url(code_id) for code_id in codes} if addresses is not None else {}
