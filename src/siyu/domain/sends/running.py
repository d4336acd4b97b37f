"""The verbs by which runs move on. All of this is Siyu's own work (`sends.run`, a right that no role has). Part of `service`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from siyu.domain.company.service import record_audit
from siyu.domain.sends import store, tasks_store
from siyu.domain.sends.contracts import (
    SEND_ENDED,
    SEND_STARTED,
    Ids,
    LeftOutReason,
    Part,
    Run,
    RunState,
    Worths,
)
from siyu.kernel.actors import Actor
from siyu.kernel.events import NOBODY, NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import Reading, UnitOfWork

RUN = "sends.run"


def due_runs(reading: Reading, actor: Actor) -> list[Run]:
    """Runs whose time has come and whose people were not taken down yet."""
    actor.require(RUN)
    return store.select_runs(reading.driver, [RunState.PLANNED], reading.clock.now())


def planned_runs(reading: Reading, actor: Actor) -> list[Run]:
    """All runs that are yet to begin."""
    actor.require(RUN)
    return store.select_runs(reading.driver, [RunState.PLANNED])


def open_runs(reading: Reading, actor: Actor) -> list[Run]:
    """Runs that ask for messages, or wait for what becomes of them."""
    actor.require(RUN)
    return store.select_runs(reading.driver, [RunState.RUNNING])


def hold_run(work: UnitOfWork, actor: Actor, run_id: int, recipients: int) -> bool:
    """Its people became more than go out without a second person's word, and nobody gave it: it waits. False where it did not
    stand before its beginning any more."""
    actor.require(RUN)
    locked = store.lock_run(work.driver, run_id)
    if locked is None or locked[0].state is not RunState.PLANNED or locked[0].decided_by is not None:
        return False
    store.hold_run(work.driver, run_id, recipients)
    record_audit(
        work, actor, "sends.hold", f"send:{locked[0].send_id}", version=locked[0].version, recipients=recipients
    )
    return True


def start_run(
    work: UnitOfWork, actor: Actor, run_id: int, ids: Ids, worths: Worths, left_out: Mapping[LeftOutReason, Ids]
) -> bool:
    """Takes down who the people of a run are; False where somebody was faster, or it was called back."""
    actor.require(RUN)
    locked = store.lock_run(work.driver, run_id)
    if locked is None or locked[0].state is not RunState.PLANNED:
        return False
    store.save_people(work.driver, run_id, ids, worths, left_out, work.clock.now())
    _tell(work, SEND_STARTED, locked[0], people=len(ids))
    return True


def take_part(work: UnitOfWork, actor: Actor, run_id: int) -> tuple[Run, Part] | None:
    """The next people of a run to ask messages for; None where there are none left, or it was paused or called back."""
    actor.require(RUN)
    locked = store.lock_run(work.driver, run_id)
    if locked is None or locked[0].state is not RunState.RUNNING:
        return None
    part = store.lock_next_part(work.driver, run_id)
    return (locked[0], part) if part is not None else None


def note_part_asked(work: UnitOfWork, actor: Actor, run_id: int, part: Part) -> None:
    """Their messages were asked for, in this unit of work."""
    actor.require(RUN)
    store.note_part_asked(work.driver, run_id, part.number)


def leave_rest(work: UnitOfWork, actor: Actor, run_id: int) -> int:
    """The time of a run is over: nobody else of it is asked for; gives how many these are."""
    actor.require(RUN)
    return store.leave_rest(work.driver, run_id, LeftOutReason.TOO_LATE)


def called_back_since(reading: Reading, actor: Actor, since: datetime) -> list[Run]:
    """Runs that were called back while they were on their way."""
    actor.require(RUN)
    return store.ended_since(reading.driver, since)


def end_run(work: UnitOfWork, actor: Actor, run_id: int) -> bool:
    """Everything of it has its outcome; False where something is still to be asked for, or to come back from staff."""
    actor.require(RUN)
    locked = store.lock_run(work.driver, run_id)
    if locked is None or locked[0].state is not RunState.RUNNING or store.has_parts_left(work.driver, run_id):
        return False
    run = locked[0]
    if tasks_store.has_open_tasks(work.driver, run.send_id, run.version):
        return False
    store.set_state(work.driver, run_id, RunState.DONE, work.clock.now())
    _tell(work, SEND_ENDED, run)
    return True


def _tell(work: UnitOfWork, name: str, run: Run, **fields: object) -> None:
    told = {"send_id": run.send_id, "version": run.version, "run_id": run.run_id, **fields}
    work.record([NewEvent(name, derived_id(name, run.run_id), NOBODY, work.clock.now(), "sends", told)])
