"""The verbs of room `sends`: designing a send, asking for it, somebody else's word, pausing and calling back; verbs by which the
engine moves runs and tasks are in the files beside. None of them commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from siyu.domain.company.service import record_audit
from siyu.domain.content import service as content
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition, DefinitionStatus, MadeElsewhereError, NothingToPublishError
from siyu.domain.definitions.reading import list_by_id
from siyu.domain.sends import store, tasks_store
from siyu.domain.sends.contracts import (
    OPEN_STATES,
    SEND_APPROVED,
    SEND_ASKED,
    SEND_ENDED,
    SEND_KIND,
    SEND_REFUSED,
    STEP,
    Approval,
    EmptySendError,
    OwnSendError,
    PastSendError,
    Run,
    RunState,
    Send,
    SendDesign,
    SendRunsError,
    UnknownRunError,
    WrongRunStateError,
)
from siyu.domain.sends.faults import FAULTS
from siyu.domain.sends.posts import (
    approve_post,
    cancel_post,
    claim_post_task,
    get_post,
    keep_made_post,
    keep_remarks,
    known_posts,
    list_post_approvals,
    list_post_places,
    list_posts,
    lock_abandoned_post_tasks,
    lock_waiting_posts,
    move_post_task,
    note_post_reminder,
    parse_post,
    plan_post_tasks,
    post_now,
    refuse_post,
    request_group_posts,
    request_moments,
    settle_posts,
)
from siyu.domain.sends.rules import is_open, is_seen, needs_approval, parse_send, send_document, stored_send, times_of
from siyu.domain.sends.running import (
    called_back_since,
    due_runs,
    end_run,
    hold_run,
    leave_rest,
    note_part_asked,
    open_runs,
    planned_runs,
    start_run,
    take_part,
)
from siyu.domain.sends.tasking import (
    claim_task,
    forget_members,
    keep_made,
    keep_results,
    keep_shares,
    known_msgids,
    lock_abandoned_tasks,
    move_task,
    note_reminder,
    plan_tasks,
    settle_rest,
)
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.events import NOBODY, NewEvent
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

__all__ = [
    "approve_post",
    "approve_send",
    "ask_for_send",
    "called_back_since",
    "cancel_post",
    "cancel_send",
    "claim_post_task",
    "claim_task",
    "create_send",
    "delete_send",
    "due_runs",
    "end_run",
    "forget_members",
    "get_post",
    "get_send",
    "hold_run",
    "keep_made",
    "keep_made_post",
    "keep_remarks",
    "keep_results",
    "keep_shares",
    "known_msgids",
    "known_posts",
    "leave_rest",
    "list_approvals",
    "list_post_approvals",
    "list_post_places",
    "list_posts",
    "list_sends",
    "lock_abandoned_post_tasks",
    "lock_abandoned_tasks",
    "lock_waiting_posts",
    "move_post_task",
    "move_task",
    "note_part_asked",
    "note_post_reminder",
    "note_reminder",
    "open_runs",
    "parse_post",
    "parse_send",
    "pause_send",
    "plan_post_tasks",
    "plan_tasks",
    "planned_runs",
    "post_now",
    "refuse_post",
    "refuse_send",
    "request_group_posts",
    "request_moments",
    "resume_send",
    "save_send",
    "settle_posts",
    "settle_rest",
    "start_run",
    "take_part",
]
"""What of this door is written in the files beside it."""

READ, WRITE, PUBLISH, APPROVE = "sends.read", "sends.write", "sends.publish", "sends.approve"
SEGMENT_KIND = "segment"
SOURCE = "sends"
_SIYU = system_actor("sends")


def create_send(work: UnitOfWork, actor: Actor, name: str, document: object) -> SendDesign:
    """A new send, as a draft. InvalidDefinitionError says where the document is wrong and what to do."""
    actor.require(WRITE)
    send = parse_send(document)
    _check_segments(work, send)
    return _designs(work, [definitions.create(work, actor, SEND_KIND, name, send_document(send), _segments(send))])[0]


def save_send(
    work: UnitOfWork, actor: Actor, send_id: int, name: str, document: object, *, revision: int | None = None
) -> SendDesign:
    """Saves a draft. What is on its way goes on as it was asked for; what waits for approval has to be asked for anew."""
    actor.require(WRITE)
    send = parse_send(document)
    _check_segments(work, send)
    saved = definitions.save_draft(
        work, actor, send_id, name, send_document(send), _segments(send), kind=SEND_KIND, revision=revision
    )
    run = store.latest_runs(work.driver, [send_id]).get(send_id)
    if run is not None and run.state is RunState.WAITING:
        _require_seen(actor, run)
        store.decide_run(work.driver, run.run_id, RunState.CANCELLED, _by(actor), work.clock.now())
    return _designs(work, [saved])[0]


def delete_send(work: UnitOfWork, actor: Actor, send_id: int) -> None:
    """Takes it away; SendRunsError while it is on its way."""
    actor.require(WRITE)
    if is_open(get_send(work, actor, send_id).run):
        raise SendRunsError
    definitions.delete(work, actor, send_id, kind=SEND_KIND)


def get_send(reading: Reading, actor: Actor, send_id: int) -> SendDesign:
    """The send as it stands."""
    return _designs(reading, [definitions.get(reading, actor, send_id, SEND_KIND)])[0]


def list_sends(reading: Reading, actor: Actor, page: PageRequest) -> Page[SendDesign]:
    """Sends, the newest first."""
    found = definitions.list_definitions(reading, actor, SEND_KIND, page)
    return Page(_designs(reading, found.rows), found.next_after)


def ask_for_send(
    work: UnitOfWork, actor: Actor, send_id: int, zone: ZoneInfo, *, recipients: int, approve_above: int | None
) -> SendDesign:
    """Puts the draft in force and makes its run, for the `recipients` that it has now; above `approve_above` of them it waits for
    somebody else. SendRunsError while an earlier run is on its way; one that only waits is replaced. It goes to nobody whom the
    actor may not see."""
    actor.require(PUBLISH)
    design = get_send(work, actor, send_id)
    if design.draft is None:
        raise NothingToPublishError
    if recipients < 1:
        raise EmptySendError
    locked = store.lock_run(work.driver, design.run.run_id) if design.run is not None else None
    if locked is not None and is_open(locked[0]):
        if locked[0].state is not RunState.WAITING:
            raise SendRunsError
        _require_seen(actor, locked[0])
        store.decide_run(work.driver, locked[0].run_id, RunState.CANCELLED, _by(actor), work.clock.now())
    times = times_of(design.draft, work.clock.now(), zone)
    if times is None:
        raise PastSendError
    written_by = list_by_id(work, [send_id])[0].updated_by
    published = definitions.publish(work, actor, send_id, kind=SEND_KIND)
    version = published.version or 1
    content.keep_messages(work, _SIYU, send_id, version, {STEP: design.draft.content})
    state = RunState.WAITING if needs_approval(recipients, approve_above) else RunState.PLANNED
    run = store.insert_run(
        work.driver,
        send_id,
        version,
        state,
        recipients,
        written_by=written_by,
        asked_by=_by(actor),
        scope=actor.scope,
        now=work.clock.now(),
        times=times,
    )
    _tell(work, actor, SEND_ASKED, run, "sends.ask", recipients=recipients, waits=state is RunState.WAITING)
    return _designs(work, [published])[0]


def list_approvals(reading: Reading, actor: Actor) -> list[Approval]:
    """The runs that wait for the word of somebody who sees all whom they go to."""
    actor.require(APPROVE)
    runs = [run for run in store.select_runs(reading.driver, [RunState.WAITING]) if is_seen(actor, run)]
    named = {each.definition_id: each for each in list_by_id(reading, [run.send_id for run in runs])}
    return [
        Approval(run, named[run.send_id].name, stored_send(named[run.send_id].document))
        for run in runs
        if run.send_id in named
    ]


def approve_send(work: UnitOfWork, actor: Actor, send_id: int, version: int, zone: ZoneInfo) -> SendDesign:
    """Lets a run go out. OwnSendError for who asked for it or wrote it; WrongRunStateError where that version does not wait."""
    actor.require(APPROVE)
    run, send, written_by = _waiting(work, actor, send_id, version)
    if _by(actor) in (run.asked_by, written_by):
        raise OwnSendError
    times = times_of(send, work.clock.now(), zone)
    if times is None:
        raise PastSendError
    store.decide_run(work.driver, run.run_id, RunState.PLANNED, _by(actor), work.clock.now())
    store.shift_run(work.driver, run.run_id, times)
    _tell(work, actor, SEND_APPROVED, run, "sends.approve", recipients=run.recipients)
    return get_send(work, _SIYU, send_id)


def refuse_send(work: UnitOfWork, actor: Actor, send_id: int, version: int) -> SendDesign:
    """Does not let a run go out."""
    actor.require(APPROVE)
    run, _, _ = _waiting(work, actor, send_id, version)
    store.decide_run(work.driver, run.run_id, RunState.CANCELLED, _by(actor), work.clock.now())
    _tell(work, actor, SEND_REFUSED, run, "sends.refuse")
    return get_send(work, _SIYU, send_id)


def pause_send(work: UnitOfWork, actor: Actor, send_id: int) -> SendDesign:
    """Asks for no more messages; what members have already they may confirm."""
    return _switch(work, actor, send_id, (RunState.RUNNING, RunState.PLANNED), RunState.PAUSED, "sends.pause")


def resume_send(work: UnitOfWork, actor: Actor, send_id: int) -> SendDesign:
    """Goes on where it was paused."""
    return _switch(work, actor, send_id, (RunState.PAUSED,), None, "sends.resume")


def cancel_send(work: UnitOfWork, actor: Actor, send_id: int) -> SendDesign:
    """Calls back what is not out yet; tasks are cancelled in WeCom, and what went out stays out."""
    design = _switch(work, actor, send_id, OPEN_STATES, RunState.CANCELLED, "sends.cancel")
    if design.run is not None:
        tasks_store.close_early(work.driver, send_id, design.run.version, work.clock.now())
        _tell(work, actor, SEND_ENDED, design.run, None)
    return design


def _switch(
    work: UnitOfWork, actor: Actor, send_id: int, before: Collection[RunState], after: RunState | None, verb: str
) -> SendDesign:
    actor.require(PUBLISH)
    run = store.latest_runs(work.driver, [send_id]).get(send_id)
    locked = store.lock_run(work.driver, run.run_id) if run is not None else None
    if locked is None:
        raise UnknownRunError
    run = locked[0]
    _require_seen(actor, run)
    if run.state not in before:
        raise WrongRunStateError(f"It is {run.state.value}.", state=run.state.value)
    state = after or (RunState.RUNNING if run.started_at else RunState.PLANNED)
    ended_at = work.clock.now() if state is RunState.CANCELLED else None
    store.set_state(work.driver, run.run_id, state, ended_at)
    record_audit(work, actor, verb, f"send:{send_id}", version=run.version)
    return get_send(work, _SIYU, send_id)


def _require_seen(actor: Actor, run: Run) -> None:
    if not is_seen(actor, run):
        raise MadeElsewhereError(definition_id=run.send_id)


def _waiting(work: UnitOfWork, actor: Actor, send_id: int, version: int) -> tuple[Run, Send, str]:
    run = store.latest_runs(work.driver, [send_id]).get(send_id)
    locked = store.lock_run(work.driver, run.run_id) if run is not None else None
    if locked is None:
        raise UnknownRunError
    _require_seen(actor, locked[0])
    if locked[0].state is not RunState.WAITING or locked[0].version != version:
        raise WrongRunStateError(f"It is {locked[0].state.value}.", state=locked[0].state.value)
    send = get_send(work, _SIYU, send_id).send
    if send is None:
        raise UnknownRunError
    return locked[0], send, locked[1]


def _tell(work: UnitOfWork, actor: Actor, name: str, run: Run, verb: str | None, **fields: Any) -> None:
    told = {"send_id": run.send_id, "version": run.version, "run_id": run.run_id}
    event_id = derived_id(name, run.run_id)
    work.record([NewEvent(name, event_id, NOBODY, work.clock.now(), SOURCE, {**told, **fields})])
    if verb is not None:
        record_audit(work, actor, verb, f"send:{run.send_id}", version=run.version, **fields)


def _check_segments(reading: Reading, send: Send) -> None:
    asked = _segments(send)
    there = {
        each.definition_id
        for each in list_by_id(reading, asked)
        if each.kind == SEGMENT_KIND and each.status is not DefinitionStatus.DRAFT
    }
    if send.segment_id not in there:
        raise FAULTS.fault(["segment_id"], "segment")
    if set(asked) - there:
        raise FAULTS.fault(["excluded_segment_ids"], "segment")


def _segments(send: Send) -> list[int]:
    return sorted({send.segment_id, *send.excluded_segment_ids})


def _designs(reading: Reading, found: Sequence[Definition]) -> list[SendDesign]:
    runs = store.latest_runs(reading.driver, [each.definition_id for each in found])
    return [
        SendDesign(
            send_id=each.definition_id,
            name=each.name,
            status=each.status,
            version=each.version,
            revision=each.revision,
            send=stored_send(each.document) if each.document is not None else None,
            draft=stored_send(each.draft) if each.draft is not None else None,
            run=runs.get(each.definition_id),
            updated_at=each.updated_at,
        )
        for each in found
    ]


def _by(actor: Actor) -> str:
    return f"{actor.kind}:{actor.actor_id}"
