"""What people and programs do with entries by hand: within what they may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from siyu.domain.company import reading as company
from siyu.domain.company.service import record_audit
from siyu.domain.customers import reading as customers
from siyu.domain.groups import reading as groups
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import JOURNEY_KIND, Entered, UnknownEntryError
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.platform.postgres.database import Reading, UnitOfWork


def enter(work: UnitOfWork, actor: Actor, journey_id: int, subjects: Mapping[str, Sequence[int]], key: str) -> Entered:
    """Lets those in whom the actor may see; the others are told as unknown, one by one. `subjects` by what they are:
    only those that the journey is about can come in. The same key does it once."""
    actor.require("journeys.enter")
    journey = journeys.get(work, actor, journey_id)
    subject = (journey.definition or journey.latest).subject
    others = sorted(kind for kind, ids in subjects.items() if kind != subject and ids)
    asked = list(dict.fromkeys(subjects.get(subject, ())))
    if others or not asked:
        raise InvalidError(f"This journey is about {subject}s: name some, and nothing else.", field=subject)
    seen = _seen(work, actor, subject, asked)
    found = journeys.enter(work, actor, journey_id, [each for each in asked if each in seen], key)
    if not found.is_repeated:
        record_audit(work, actor, "journeys.enter", f"{JOURNEY_KIND}:{journey_id}", entered=found.entered)
    unknown = {*found.unknown, *(each for each in asked if each not in seen)}
    return replace(found, unknown=tuple(each for each in asked if each in unknown))


def retry(
    work: UnitOfWork, actor: Actor, journey_id: int, *, entry_ids: Sequence[int] | None = None, node: str | None = None
) -> int:
    """Lets entries that a fault holds try again: those named, those at a node of whatever version, or all; gives how many."""
    actor.require("journeys.enter")
    journey = journeys.get(work, actor, journey_id)
    _require_seen(work, actor, journey_id, entry_ids)
    if node is None:
        found = journeys.retry(work, actor, journey_id, entry_ids=entry_ids)
    else:
        places = [(version, node) for version in range(1, (journey.version or 0) + 1)]
        found = sum(journeys.retry(work, actor, journey_id, entry_ids=entry_ids, node=place) for place in places)
    record_audit(work, actor, "journeys.retry", f"{JOURNEY_KIND}:{journey_id}", entries=found)
    return found


def end(work: UnitOfWork, actor: Actor, journey_id: int, entry_ids: Sequence[int]) -> int:
    """Takes some out of a journey; gives how many were still in it."""
    actor.require("journeys.enter")
    journeys.get(work, actor, journey_id)
    _require_seen(work, actor, journey_id, entry_ids)
    ended = journeys.end_by_hand(work, actor, journey_id, entry_ids)
    record_audit(work, actor, "journeys.end", f"{JOURNEY_KIND}:{journey_id}", entries=ended)
    return ended


def _seen(reading: Reading, actor: Actor, subject: str, ids: Collection[int]) -> Collection[int]:
    if subject == "customer":
        return customers.customers_in_scope(reading, actor, ids)
    there = groups.addresses_of(reading, ids) if subject == "group" else company.active_staff(reading, ids)
    return others_in_scope(reading, actor, subject, there)


def others_in_scope(reading: Reading, actor: Actor, subject: str, ids: Collection[int]) -> Collection[int]:
    """Which groups or accounts the actor may see."""
    in_scope = groups.groups_in_scope if subject == "group" else company.staff_in_scope
    return in_scope(reading, actor, ids)


def _require_seen(reading: Reading, actor: Actor, journey_id: int, entry_ids: Sequence[int] | None) -> None:
    """Who does not see everybody names whom they mean, and sees them."""
    if actor.scope.is_everything:
        return
    if entry_ids is None:
        raise UnknownEntryError("Name those whom you mean.")
    others = partial(others_in_scope, reading, actor)
    if journeys_reading.unseen_among(reading, actor, journey_id, entry_ids, others):
        raise UnknownEntryError
