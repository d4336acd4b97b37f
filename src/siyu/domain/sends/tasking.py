"""The verbs by which mass tasks are made, followed and settled. Siyu's own work. Part of `service`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from siyu.domain.sends import tasks_store as store
from siyu.domain.sends.contracts import MassResult, MemberShare, NewTask, Outcome, Task, TaskState
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork

RUN = "sends.run"


def plan_tasks(work: UnitOfWork, actor: Actor, tasks: Sequence[NewTask]) -> int:
    """Says which tasks there should be; gives how many are new."""
    actor.require(RUN)
    return store.insert_tasks(work.driver, tasks, work.clock.now())


def claim_task(work: UnitOfWork, actor: Actor, corp_ids: Collection[str], again_at: datetime) -> Task | None:
    """The next task to do something about: to be asked for (`asking`; tried before where `attempts` is more than 1), to be looked
    at, or to be closed. Whoever dies over it leaves it to be claimed again at `again_at`."""
    actor.require(RUN)
    return store.claim_task(work.driver, corp_ids, work.clock.now(), again_at)


def lock_abandoned_tasks(
    work: UnitOfWork, actor: Actor, corp_ids: Collection[str], ended_before: datetime, size: int
) -> list[Task]:
    """Tasks of corps that are switched off (all but these), whose windows ended before."""
    actor.require(RUN)
    return store.lock_abandoned(work.driver, corp_ids, ended_before, size)


def known_msgids(work: UnitOfWork, actor: Actor, task: Task) -> frozenset[str]:
    """What WeCom calls the tasks of this corp that are known here."""
    actor.require(RUN)
    return store.known_msgids(work.driver, task.corp_id, task.asked_at)


def keep_made(work: UnitOfWork, actor: Actor, task: Task, msgid: str, due_at: datetime) -> None:
    """It is there, under this name."""
    actor.require(RUN)
    store.save_made(work.driver, task.task_id, msgid, due_at)


def move_task(
    work: UnitOfWork, actor: Actor, task: Task, state: TaskState, due_at: datetime, *, refusal: int = 0
) -> None:
    """Where it goes on, and when it is looked at next. `refusal` is WeCom's code."""
    actor.require(RUN)
    store.save_state(work.driver, task.task_id, state, due_at, refusal)


def note_reminder(work: UnitOfWork, actor: Actor, task: Task) -> None:
    """Members were reminded."""
    actor.require(RUN)
    store.save_reminder(work.driver, task.task_id, work.clock.now())


def keep_shares(work: UnitOfWork, actor: Actor, task: Task, shares: Sequence[MemberShare]) -> list[tuple[str, bool]]:
    """Notes who has confirmed; gives the members whose customers are to be read, and whether for the last time."""
    actor.require(RUN)
    return store.save_shares(work.driver, task.task_id, shares, work.clock.now())


def keep_results(
    work: UnitOfWork,
    actor: Actor,
    task: Task,
    userid: str,
    results: Sequence[MassResult],
    profile_of: Mapping[str, int],
    *,
    is_last: bool,
) -> dict[int, Outcome]:
    """Notes what WeCom says of a member's customers, who are hers with it; gives {message: outcome} of those settled by it."""
    actor.require(RUN)
    settled = store.save_results(work.driver, task.task_id, userid, results, profile_of)
    if is_last:
        store.note_read(work.driver, task.task_id, userid)
    return settled


def settle_rest(
    work: UnitOfWork, actor: Actor, task: Task, outcome: Outcome, profile_ids: Collection[int] | None = None
) -> dict[int, Outcome]:
    """Gives what still waits this outcome, all of it or some profiles'; gives {message: outcome}."""
    actor.require(RUN)
    return store.settle_rest(work.driver, task.task_id, outcome, profile_ids)


def forget_members(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[int, int]:
    """Forgets whose customers persons were who are erased; {profile: how many messages}."""
    actor.require("customers.erase")
    return dict(Counter(store.forget_members(work.driver, profile_ids)))
