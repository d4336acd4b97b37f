"""The verbs of replays: asked for with a draft, walked by a job, looked at. Nothing of it has any effect on anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siyu.domain.company.service import record_audit
from siyu.domain.definitions import service as definitions
from siyu.domain.journeys import replays_store as store
from siyu.domain.journeys.improving_contracts import REPLAY_JOB, Replay, UnknownReplayError
from siyu.domain.journeys.parsing import document_of, parse_definition
from siyu.kernel.actors import Actor
from siyu.platform.jobs import defer
from siyu.platform.postgres.database import Reading, UnitOfWork

_KIND = "journey"


def ask_replay(work: UnitOfWork, actor: Actor, journey_id: int, document: Mapping[str, Any] | None = None) -> Replay:
    """Has a document, or else the one that was saved last, walked over the last month in the background."""
    actor.require("journeys.write")
    journey = definitions.get(work, actor, journey_id, _KIND)
    document = document_of(parse_definition(document if document is not None else journey.latest))
    replay_id = store.insert_replay(
        work.driver, journey_id, document, journey.version, work.clock.now(), f"{actor.kind.value}:{actor.actor_id}"
    )
    defer(work, REPLAY_JOB, {"replay_id": replay_id}, only_one=f"{REPLAY_JOB}:{replay_id}")
    record_audit(work, actor, "journeys.ask_replay", f"journey:{journey_id}")
    return _get(work, replay_id)


def get_replay(reading: Reading, actor: Actor, journey_id: int) -> Replay | None:
    """The latest of a journey; None where nobody asked for any."""
    actor.require("journeys.read")
    return store.find_latest(reading.driver, journey_id)


def replay_to_walk(reading: Reading, actor: Actor, replay_id: int) -> Replay | None:
    """One that is still to be walked; None where it has ended or is forgotten."""
    actor.require("journeys.run")
    found = store.find_replay(reading.driver, replay_id)
    return found if found is not None and found.state in ("waiting", "running") else None


def save_replay_progress(work: UnitOfWork, actor: Actor, replay_id: int, done: int, steps: int) -> None:
    """How far it has come."""
    actor.require("journeys.run")
    store.save_progress(work.driver, replay_id, done, steps)


def end_replay(
    work: UnitOfWork,
    actor: Actor,
    replay_id: int,
    result: Mapping[str, Any] | None,
    fault_code: str | None = None,
) -> None:
    """What came of it, or why nothing did."""
    actor.require("journeys.run")
    store.end_replay(work.driver, replay_id, result, fault_code, work.clock.now())


def _get(reading: Reading, replay_id: int) -> Replay:
    found = store.find_replay(reading.driver, replay_id)
    if found is None:
        raise UnknownReplayError(replay_id=replay_id)
    return found
