"""Welcomes of groups brought up to how they should be in WeCom, one after the other.

Changing and deleting may be done twice; making may not, and WeCom has no list to look in. So a making whose answer is not known is
told as unclear, and nothing makes it again but somebody's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.groups import service as groups
from siyu.domain.groups.contracts import UNKNOWN_TEMPLATE, GroupWelcomes, WelcomeStep, WelcomeTask
from siyu.engines.mirror.contracts import ACTOR
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database, UnitOfWork

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
CONFIGURATION_WAIT: Final = timedelta(minutes=5)
FULL: Final = 41055
"""WeCom's code for a corp that has as many as it may have; somebody else may take one away."""

log = get_logger(__name__)


def work_welcomes_once(database: Database, sources: Mapping[str, GroupWelcomes]) -> bool:
    """Does one thing about one welcome; whether there was any. `sources` by corp."""
    with database.begin() as work:
        task = groups.claim_welcome(work, ACTOR, list(sources))
    if task is None:
        return False
    try:
        template_id = _do(sources[task.corp_id], task)
    except SourceRefusedError as error:
        log.info("group_welcome_refused", welcome_id=task.welcome_id, step=task.step.value, errcode=error.errcode)
        with database.begin() as work:
            _refused(work, task, error)
        return True
    with database.begin() as work:
        if task.step is WelcomeStep.DELETE:
            groups.forget_welcome(work, ACTOR, task)
        else:
            groups.settle_welcome(work, ACTOR, task, template_id)
    return True


def look_at_welcomes(database: Database, corp_id: str, source: GroupWelcomes) -> None:
    """Notes which welcomes somebody deleted in WeCom, of which it tells nobody. Raises SourceRefusedError."""
    with database.read() as reading:
        made = groups.made_welcomes(reading, ACTOR, corp_id)
    for welcome_id, template_id in made:
        if not source.is_there(template_id):
            with database.begin() as work:
                groups.lose_welcome(work, ACTOR, welcome_id, template_id)


def _do(source: GroupWelcomes, task: WelcomeTask) -> str:
    match task.step:
        case WelcomeStep.MAKE:
            return source.make(task.welcome)
        case WelcomeStep.CHANGE:
            source.change(task.template_id, task.welcome)
        case WelcomeStep.DELETE:
            source.delete(task.template_id)
    return task.template_id


def _refused(work: UnitOfWork, task: WelcomeTask, error: SourceRefusedError) -> None:
    if task.step is WelcomeStep.DELETE and error.errcode == UNKNOWN_TEMPLATE:  # somebody did so in WeCom's console
        groups.forget_welcome(work, ACTOR, task)
    elif task.step is WelcomeStep.CHANGE and error.errcode == UNKNOWN_TEMPLATE:
        groups.lose_welcome(work, ACTOR, task.welcome_id, task.template_id)
    elif task.step is WelcomeStep.MAKE and error.refusal is Refusal.RETRY:
        groups.blur_welcome(work, ACTOR, task, error.errcode)
    elif error.refusal in (Refusal.FINAL, Refusal.GONE) and error.errcode != FULL:
        groups.refuse_welcome(work, ACTOR, task, error.errcode, None)
    else:
        least = CONFIGURATION_WAIT if error.refusal is Refusal.CONFIGURATION else timedelta(seconds=error.wait_seconds)
        wait = max(least, min(FIRST_WAIT * 2 ** min(task.attempts, 10), LONGEST_WAIT))
        groups.refuse_welcome(work, ACTOR, task, error.errcode, wait)
