"""The verbs of training: who is to know the version in force, and who does."""

from __future__ import annotations

from collections.abc import Collection

from siyu.domain.company.reading import staff_ids_below, staff_names
from siyu.domain.company.service import record_audit
from siyu.domain.definitions import service as definitions
from siyu.domain.journeys import training_store as store
from siyu.domain.journeys.improving_contracts import (
    STAFF_ASKED_MAX,
    TRAIN_RIGHT,
    BadTrainingError,
    NotInForceError,
    TrainedVersion,
    Training,
)
from siyu.kernel.actors import Actor, system_actor
from siyu.platform.postgres.database import Reading, UnitOfWork

_SIYU = system_actor("journeys")
_KIND = "journey"


def ask_training(work: UnitOfWork, actor: Actor, journey_id: int, staff_ids: Collection[int] | None = None) -> int:
    """Asks people to get to know the version in force; without `staff_ids` everybody who was to know one before. Gives how many
    were not asked yet."""
    actor.require(TRAIN_RIGHT)
    version = _version(work, journey_id)
    asked = set(store.select_ever_asked(work.driver, journey_id) if staff_ids is None else staff_ids)
    known = set(staff_names(work, asked))
    if staff_ids is not None and (known != asked or not asked or len(asked) > STAFF_ASKED_MAX):
        raise BadTrainingError(f"Name 1 to {STAFF_ASKED_MAX} of the staff.", field="staff_ids")
    ours = known & _seen(work, actor)
    count = store.insert_asked(work.driver, journey_id, version, ours, work.clock.now())
    record_audit(work, actor, "journeys.ask_training", f"{_KIND}:{journey_id}", version=version, people=count)
    return count


def mark_trained(
    work: UnitOfWork, actor: Actor, journey_id: int, staff_ids: Collection[int], *, is_trained: bool = True
) -> list[int]:
    """Notes that people whom one looks after know the version in force, or that they do not after all; gives whose mark changed."""
    actor.require(TRAIN_RIGHT)
    version = _version(work, journey_id)
    ours = set(staff_ids) & _seen(work, actor)
    marked = store.save_trained(
        work.driver,
        journey_id,
        version,
        ours,
        work.clock.now() if is_trained else None,
        f"{actor.kind.value}:{actor.actor_id}" if is_trained else None,
    )
    if marked:
        record_audit(
            work,
            actor,
            "journeys.mark_trained",
            f"{_KIND}:{journey_id}",
            version=version,
            people=len(marked),
            is_trained=is_trained,
        )
    return marked


def dismiss_training(work: UnitOfWork, actor: Actor, journey_id: int, staff_id: int) -> None:
    """Somebody need not know the version in force."""
    actor.require(TRAIN_RIGHT)
    version = _version(work, journey_id)
    if staff_id in _seen(work, actor):
        store.delete_asked(work.driver, journey_id, version, staff_id)
        record_audit(
            work, actor, "journeys.dismiss_training", f"{_KIND}:{journey_id}", version=version, staff_id=staff_id
        )


def list_trainings(reading: Reading, actor: Actor, journey_id: int, version: int) -> list[Training]:
    """Those of one's people who are to know a version."""
    actor.require("journeys.read")
    seen = _seen(reading, actor)
    return [each for each in store.select_trainings(reading.driver, journey_id, version) if each.staff_id in seen]


def list_trained_versions(reading: Reading, actor: Actor, journey_id: int) -> list[TrainedVersion]:
    """How many know each version, the newest first; of the whole company."""
    actor.require("journeys.read")
    return store.count_versions(reading.driver, journey_id)


def _version(reading: Reading, journey_id: int) -> int:
    version = definitions.get(reading, _SIYU, journey_id, _KIND).version
    if version is None:
        raise NotInForceError(journey_id=journey_id)
    return version


def _seen(reading: Reading, actor: Actor) -> set[int]:
    return set(staff_ids_below(reading, actor.scope.unit_path))
