"""What is to be done in WeCom, and what came of it. Part of `service`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from siyu.domain.service import rules, store
from siyu.domain.service.contracts import (
    CODE_SECONDS,
    MessageState,
    NotSaid,
    ServiceTask,
    SessionState,
)
from siyu.domain.service.conversing import RUN, opened_words
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork


def claim_task(work: UnitOfWork, actor: Actor, corp_ids: Collection[str]) -> ServiceTask | None:
    """The next thing to do; nobody else has it for a while."""
    actor.require(RUN)
    found = store.claim_task(work.driver, corp_ids, work.clock.now())
    if found is None:
        return None
    return ServiceTask(
        task_id=found.task_id,
        conversation_id=found.conversation_id,
        corp_id=found.corp_id,
        open_kfid=found.open_kfid,
        external_userid=found.external_userid,
        msgid=found.msgid or "",
        said=opened_words(work, found.sealed) if found.sealed is not None else None,
        state=SessionState(found.state) if found.state is not None else None,
        userid=found.userid,
        code=found.code,
        attempts=found.attempts,
        dies_at=found.dies_at,
    )


def settle_task(work: UnitOfWork, actor: Actor, task: ServiceTask, *, code: str = "") -> None:
    """It is done. A `code` gives the right to one more message, which the next words that wait are."""
    actor.require(RUN)
    store.delete_task(work.driver, task.task_id)
    if task.msgid:
        _mark(work, task, MessageState.SENT)
    if code:
        until = work.clock.now() + timedelta(seconds=CODE_SECONDS)
        store.give_code(work.driver, task.conversation_id, code, until)


def fail_task(work: UnitOfWork, actor: Actor, task: ServiceTask, reason: NotSaid) -> None:
    """It cannot be done."""
    actor.require(RUN)
    store.delete_task(work.driver, task.task_id)
    if task.msgid:
        _mark(work, task, MessageState.FAILED, reason.value)


def put_off_task(work: UnitOfWork, actor: Actor, task: ServiceTask, wait: timedelta) -> None:
    """It is tried again later."""
    actor.require(RUN)
    store.put_off_task(work.driver, task.task_id, work.clock.now() + wait)


def correct_session(work: UnitOfWork, actor: Actor, task: ServiceTask, state: SessionState, userid: str) -> None:
    """A conversation is not with whom it was thought to be."""
    actor.require(RUN)
    found = store.find_conversation(work.driver, task.conversation_id, lock=True)
    if found is not None and found.ended_at is None and state is not SessionState.ENDED:
        staff_id = found.staff_id if userid == found.userid else None
        store.save_conversation(work.driver, replace(found, state=state, userid=userid, staff_id=staff_id))


def reason_of(errcode: int) -> NotSaid:
    """WeCom's refusal in our words."""
    return rules.REFUSED_BECAUSE.get(errcode, NotSaid.REFUSED)


def _mark(work: UnitOfWork, task: ServiceTask, state: MessageState, reason: str = "") -> None:
    found = store.find_conversation(work.driver, task.conversation_id)
    if found is not None:
        store.mark_message(work.driver, found.account_id, task.msgid, state, reason)
