"""What is to be done in WeCom for conversations, one after the other.

That it was begun is a row: whoever is killed between a call and the commit leaves a task that is tried again. What was said under
the same id WeCom takes once; where a conversation stands is asked for before it is handed on a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.contacts.reading import staff_of
from siyu.domain.service import service
from siyu.domain.service.contracts import NotSaid, ServiceSource, ServiceTask
from siyu.engines.service.contracts import ACTOR, Desk
from siyu.platform.logs import get_logger

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=2)
USED_CODES: Final = frozenset({41050, 41051})
ILLEGAL_CHANGE = 95016

log = get_logger(__name__)


def do_once(desk: Desk, sources: Mapping[str, ServiceSource]) -> bool:
    """Does one thing; whether there was any. `sources` by corp."""
    with desk.database.begin() as work:
        task = service.claim_task(work, ACTOR, list(sources))
        if task is None:
            return False
        if task.dies_at <= work.clock.now() or (task.msgid and task.said is None):
            service.fail_task(work, ACTOR, task, NotSaid.EXPIRED)
            return True
    source = sources[task.corp_id]
    try:
        code = _do(source, task)
    except SourceRefusedError as error:
        _refused(desk, source, task, error)
        return True
    with desk.database.begin() as work:
        service.settle_task(work, ACTOR, task, code=code)
    return True


def _do(source: ServiceSource, task: ServiceTask) -> str:
    """Does it; the code that came with it, or ""."""
    if task.said is not None:
        if task.code:
            source.say_on_event(task.code, task.said, task.msgid)
        else:
            source.say(task.open_kfid, task.external_userid, task.said, task.msgid)
        return ""
    if task.state is None:
        return ""
    if task.attempts > 1 and source.session(task.open_kfid, task.external_userid) == (task.state, task.userid):
        return ""
    return source.change_session(task.open_kfid, task.external_userid, task.state, task.userid)


def _refused(desk: Desk, source: ServiceSource, task: ServiceTask, error: SourceRefusedError) -> None:
    if error.refusal in (Refusal.RETRY, Refusal.WAIT, Refusal.CONFIGURATION):
        wait = max(min(FIRST_WAIT * 2 ** min(task.attempts, 10), LONGEST_WAIT), timedelta(seconds=error.wait_seconds))
        with desk.database.begin() as work:
            service.put_off_task(work, ACTOR, task, wait)
        return
    is_said = bool(task.code) and task.attempts > 1 and error.errcode in USED_CODES
    reason = service.reason_of(error.errcode)
    if error.errcode == ILLEGAL_CHANGE or reason is NotSaid.WITH_PERSON:
        _correct(desk, source, task)
    log.info("service_task_refused", task_id=task.task_id, errcode=error.errcode)
    with desk.database.begin() as work:
        if is_said:
            service.settle_task(work, ACTOR, task)
        else:
            service.fail_task(work, ACTOR, task, reason)


def _correct(desk: Desk, source: ServiceSource, task: ServiceTask) -> None:
    """Asks with whom the conversation really is."""
    try:
        state, userid = source.session(task.open_kfid, task.external_userid)
    except SourceRefusedError:
        return  # what WeCom calls back with says it too
    with desk.database.begin() as work:
        service.correct_session(work, ACTOR, task, state, userid)


def keep_accounts(desk: Desk, corp_id: str, source: ServiceSource) -> int:
    """Brings accounts and who looks after them up to how they are in WeCom; gives how many accounts there are."""
    told = source.accounts()
    servicers = {each.open_kfid: source.servicers(each.open_kfid) for each in told}
    with desk.database.begin() as work:
        for account in service.keep_accounts(work, ACTOR, corp_id, told):
            theirs = servicers.get(account.open_kfid, ())
            known = staff_of(work, corp_id, [each.userid for each in theirs])
            service.keep_servicers(work, ACTOR, account.account_id, theirs, known)
    return len(told)


def end_silent_once(desk: Desk) -> bool:
    """Ends conversations in which nothing happened for two days; whether there were any."""
    with desk.database.begin() as work:
        return service.end_silent(work, ACTOR) > 0
