"""The verbs of room `tasks`. None of them commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from siyu.domain.company.service import record_audit
from siyu.domain.content.contracts import PieceSort
from siyu.domain.customers.contracts import UnknownCustomerError
from siyu.domain.customers.reading import customer_in_scope, keepers_of
from siyu.domain.customers.service import move_custody
from siyu.domain.definitions import reading as definitions
from siyu.domain.tasks import holders_store, rules, store
from siyu.domain.tasks.contracts import (
    TASK_ENDED,
    TASK_REQUESTED,
    TIME_AFTER_DUE,
    BadTaskError,
    DueTask,
    EndedTaskError,
    TakenTaskError,
    Task,
    TaskDraft,
    TaskRequest,
    TaskResult,
    TaskState,
    UnknownColleagueError,
    UnknownTaskError,
)
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, WRITE, ASSIGN, RUN = "tasks.read", "tasks.write", rules.ASSIGN, "tasks.run"
SOURCE = "tasks"
SCRIPT = PieceSort.SCRIPT.value
AT_ONCE = 1_000
_SIYU = system_actor("tasks")


def request_tasks(work: UnitOfWork, actor: Actor, requests: Sequence[TaskRequest]) -> int:
    """Has tasks done: those whose key is new become open, each with somebody or on a unit's list. Gives how many were new."""
    actor.require(RUN)
    return len(_made(work, requests)) if requests else 0


def create_task(work: UnitOfWork, actor: Actor, draft: TaskDraft, task_key: UUID) -> Task:
    """A task that a person sets about a customer whom they may see. For somebody else only where they answer for that one. Set by
    the same with the same key again it is the one that was set before."""
    actor.require(WRITE)
    key = f"hand:{actor.kind}:{actor.actor_id}:{task_key}"
    known = store.find_by_key(work.driver, key)
    if known is not None:
        return known
    rules.checked_draft(draft, work.clock.now())
    if not customer_in_scope(work, actor, draft.customer_id):
        raise UnknownCustomerError
    if draft.script_id is not None:
        script = definitions.names_of(work, [draft.script_id]).get(draft.script_id)
        if script is None or script.kind != SCRIPT:
            raise BadTaskError("There is no such script.", field="script_id")
    me = rules.staff_id_of(actor)
    if draft.staff_id is not None and draft.staff_id != me:
        actor.require(ASSIGN)
        _require_colleague(work, actor, draft.staff_id)
    request = TaskRequest(
        task_key=key,
        customer_id=draft.customer_id,
        staff_id=draft.staff_id,
        persona_id=None,
        title=draft.title.strip(),
        body=draft.body.strip(),
        script_id=draft.script_id,
        due_at=draft.due_at,
        source=draft.source,
    )
    made = _made(work, [request])
    if not made:  # set at the same moment by a second try, or a customer who is not there any more
        known = store.find_by_key(work.driver, key)
        if known is None:
            raise UnknownCustomerError
        return known
    record_audit(work, actor, "tasks.create", f"task:{made[0].task_id}", customer_id=draft.customer_id)
    return made[0]


def get_task(reading: Reading, actor: Actor, task_id: int) -> Task:
    """One task that is theirs, that they may take, or that somebody has for whom they answer."""
    actor.require(READ)
    found = store.find_task(reading.driver, task_id)
    if found is None or not _may_see(reading, actor, task_id):
        raise UnknownTaskError
    return found


def claim_task(work: UnitOfWork, actor: Actor, task_id: int) -> Task:
    """Takes a task off a unit's list. A customer whom nobody keeps is kept by who takes it."""
    actor.require(WRITE)
    me = rules.staff_id_of(actor)
    found = store.lock_task(work.driver, task_id)
    if found is None or not me or not _sees(work, actor, task_id, store.UNASSIGNED):
        if found is not None and found.staff_id is not None and found.staff_id != me:
            raise TakenTaskError
        raise UnknownTaskError
    store.give_task(work.driver, task_id, me, by=None, note="")
    unit_id = holders_store.unit_of_staff(work.driver, me)
    if unit_id is not None:
        move_custody(work, _SIYU, {found.customer_id: (None, unit_id, me)})
    record_audit(work, actor, "tasks.claim", f"task:{task_id}")
    return replace(found, staff_id=me, unit_id=None)


def hand_task(work: UnitOfWork, actor: Actor, task_id: int, staff_id: int, note: str) -> Task:
    """Gives a task to a colleague, with a note."""
    actor.require(WRITE)
    noted = rules.checked_note(note)
    found = _lock_open(work, actor, task_id)
    _require_colleague(work, actor, staff_id)
    store.give_task(work.driver, task_id, staff_id, by=rules.staff_id_of(actor) or None, note=noted)
    record_audit(work, actor, "tasks.hand", f"task:{task_id}", staff_id=staff_id)
    return replace(
        found, staff_id=staff_id, unit_id=None, handed_by=rules.staff_id_of(actor) or None, handed_note=noted
    )


def end_task(
    work: UnitOfWork,
    actor: Actor,
    task_id: int,
    *,
    is_done: bool,
    result: TaskResult = TaskResult.NONE,
    note: str = "",
) -> Task:
    """It was done, or will not be."""
    actor.require(WRITE)
    noted = rules.checked_note(note)
    _lock_open(work, actor, task_id)
    state = TaskState.DONE if is_done else TaskState.SKIPPED
    me = rules.staff_id_of(actor) or None
    (ended,) = store.end_tasks(work.driver, [task_id], state, result, noted, me, work.clock.now())
    work.record([_ended(ended)])
    record_audit(work, actor, "tasks.end", f"task:{task_id}", state=state.value)
    return ended


def expire_tasks(work: UnitOfWork, actor: Actor, *, limit: int = AT_ONCE) -> int:
    """Gives up tasks whose time is over, and takes those away from staff who are not at work any more. Gives how many."""
    actor.require(RUN)
    now = work.clock.now()
    over = store.lock_expired(work.driver, now, limit)
    ended = store.end_tasks(work.driver, over, TaskState.EXPIRED, TaskResult.NONE, "", None, now)
    work.record(_ended(each) for each in ended)
    return len(ended) + store.release_left(work.driver)


def end_requested(work: UnitOfWork, actor: Actor, task_keys: Collection[str]) -> int:
    """Takes back tasks that nobody has to do any more, as skipped; gives how many were open."""
    actor.require(RUN)
    ids = store.ids_of_keys(work.driver, task_keys)
    ended = store.end_tasks(work.driver, ids, TaskState.SKIPPED, TaskResult.NONE, "", None, work.clock.now())
    work.record(_ended(each) for each in ended)
    return len(ended)


def end_of_entries(work: UnitOfWork, actor: Actor, entries: Collection[tuple[int, int, int]]) -> int:
    """Takes back what journeys asked for for entries that were taken out: (customer, journey, entry); as skipped. Gives how
    many were open."""
    actor.require(RUN)
    keys = store.open_keys_of_entries(work.driver, entries) if entries else []
    return end_requested(work, actor, keys) if keys else 0


def follow_keepers(work: UnitOfWork, actor: Actor, keeper_of: Mapping[int, int | None]) -> int:
    """Customers are kept by others now ({customer: staff}, None: by nobody): what was for the keeper goes with them, or on the
    list of the unit. Gives how many changed hands."""
    actor.require(RUN)
    kept = {customer_id: keeper for customer_id, keeper in keeper_of.items() if keeper is not None}
    loose = sorted(keeper_of.keys() - kept.keys())
    moved = store.follow_keepers(work.driver, kept) if kept else 0
    return moved + (store.release_unkept(work.driver, loose, holders_store.top_unit(work.driver)) if loose else 0)


def take_reminders(work: UnitOfWork, actor: Actor, ahead: timedelta, *, limit: int = AT_ONCE) -> list[DueTask]:
    """Tasks of which their staff are to be told that they are due within that time; each once."""
    actor.require(RUN)
    now = work.clock.now()
    return store.take_reminders(work.driver, now + ahead, now, limit)


def forget_tasks(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[int, int]:
    """Takes away tasks about the profiles of somebody who is erased; {profile_id: how many}."""
    actor.require("customers.erase")
    return store.delete_of_profiles(work.driver, profile_ids)


def _made(work: UnitOfWork, requests: Sequence[TaskRequest]) -> list[Task]:
    holders = _holders(work, requests)
    ends = [each.expires_at or each.due_at + TIME_AFTER_DUE for each in requests]
    made = store.insert_tasks(work.driver, requests, ends, holders, work.clock.now())
    work.record(_requested(each) for each in made)
    return made


def _holders(work: UnitOfWork, requests: Sequence[TaskRequest]) -> dict[str, tuple[int | None, int | None]]:
    """{task key: (member, unit on whose list it is)}, one of which is None."""
    people = {each.customer_id for each in requests}
    keepers = keepers_of(work, people)
    named = {each.staff_id for each in requests if each.staff_id is not None}
    active = holders_store.active_staff(work.driver, {*keepers.values(), *named})
    by_persona = _by_persona(work, requests, keepers)
    found: dict[str, tuple[int | None, int | None]] = {}
    homeless: list[TaskRequest] = []
    for each in requests:
        wanted = each.staff_id if each.staff_id is not None else by_persona.get(each.task_key)
        wanted = wanted if wanted is not None else keepers.get(each.customer_id)
        if wanted is not None and (wanted in active or each.task_key in by_persona):
            found[each.task_key] = (wanted, None)
        else:
            homeless.append(each)
    if homeless:
        units, top = (
            holders_store.units_of(work.driver, {each.customer_id for each in homeless}),
            holders_store.top_unit(work.driver),
        )
        found |= {each.task_key: (None, units.get(each.customer_id, top)) for each in homeless}
    return found


def _by_persona(work: UnitOfWork, requests: Sequence[TaskRequest], keepers: Mapping[int, int]) -> dict[str, int]:
    """{task key: member} of tasks for a persona that somebody wears: the keeper where they do, or else who has least to do."""
    asked = [each for each in requests if each.persona_id is not None and each.staff_id is None]
    if not asked:
        return {}
    worn = holders_store.persona_staff(work.driver, {each.persona_id for each in asked if each.persona_id is not None})
    found: dict[str, int] = {}
    for persona_id, members in worn.items():
        theirs = [each for each in asked if each.persona_id == persona_id]
        kept = {each.task_key: keepers[each.customer_id] for each in theirs if keepers.get(each.customer_id) in members}
        rest = [each.task_key for each in theirs if each.task_key not in kept]
        found |= kept | (rules.shared_out(rest, holders_store.open_loads(work.driver, members)) if rest else {})
    return found


def _lock_open(work: UnitOfWork, actor: Actor, task_id: int) -> Task:
    found = store.lock_task(work.driver, task_id)
    if found is None or not _may_change(work, actor, found):
        raise UnknownTaskError
    if found.state is not TaskState.OPEN:
        raise EndedTaskError
    return found


def _may_change(reading: Reading, actor: Actor, task: Task) -> bool:
    if task.staff_id is not None and task.staff_id == rules.staff_id_of(actor):
        return True
    return actor.may(ASSIGN) and _sees(reading, actor, task.task_id, store.TEAM)


def _may_see(reading: Reading, actor: Actor, task_id: int) -> bool:
    views = [store.MINE, store.UNASSIGNED, *([store.TEAM] if actor.may(ASSIGN) else [])]
    return any(_sees(reading, actor, task_id, view) for view in views)


def _sees(reading: Reading, actor: Actor, task_id: int, view: str) -> bool:
    return store.is_seen(reading.driver, task_id, view, rules.seer_of(actor))


def _require_colleague(reading: Reading, actor: Actor, staff_id: int) -> None:
    path = rules.colleagues_below(actor, holders_store.unit_path_of(reading.driver, rules.staff_id_of(actor)))
    if not holders_store.active_staff(reading.driver, [staff_id], path):
        raise UnknownColleagueError


def _requested(task: Task) -> NewEvent:
    properties = {"staff_id": task.staff_id, "due_at": task.due_at.isoformat()}
    return _event(TASK_REQUESTED, task, task.requested_at, properties)


def _ended(task: Task) -> NewEvent:
    at = task.ended_at or task.due_at
    properties = {
        "outcome": task.state.value,
        "result": task.result.value,
        "staff_id": task.staff_id,
        "is_late": at > task.due_at,
    }
    return _event(TASK_ENDED, task, at, properties)


def _event(name: str, task: Task, at: datetime, properties: Mapping[str, object]) -> NewEvent:
    told = {
        "task_id": task.task_id,
        "task_key": task.task_key,
        "source": task.source.value,
        "definition_id": task.definition_id,
        "version": task.version,
        "step": task.step,
    }
    return NewEvent(name, derived_id(name, task.task_key), task.profile_id, at, SOURCE, {**told, **properties})
