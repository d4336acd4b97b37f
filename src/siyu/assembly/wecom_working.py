"""What has to be done again and again for WeCom: welcomes sent and told of, callbacks worked on, old ones forgotten."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from siyu.assembly.coding import greetings, told_of_link
from siyu.assembly.inheriting import hear
from siyu.assembly.mirroring import find_corp
from siyu.assembly.wecom import ACTOR, WecomClients
from siyu.channels.wecom import callbacks_store, welcomes_store
from siyu.channels.wecom.callbacks_store import CallbackState
from siyu.channels.wecom.welcomes_store import WelcomeOutcome
from siyu.channels.wecom.welcoming import AT_ONCE, HTTP_LIMITS, WelcomeLane
from siyu.domain.company.contracts import WELCOME_FAILED, WELCOME_SENT, WecomCallback
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import BadIdentityError, Identity, normal_identity
from siyu.engines.acquisition.links import LINK_EVENT
from siyu.engines.mirror.callbacks import apply_callback
from siyu.engines.mirror.erased import without_erased
from siyu.engines.service.contracts import KF_EVENT
from siyu.kernel.errors import BusyError, ConflictError, SiyuError
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.platform.postgres.troubles import DatabaseUnavailableError, trouble_of
from siyu.platform.threads import side_by_side

EVENT_SOURCE = "contacts"
CALLBACKS_AT_ONCE = 100
SUBJECTS_AT_ONCE = 6
"""So many customers or groups are worked on at once; what is about the same one goes in its order."""
WELCOMES_TOLD_AT_ONCE = 500
CONFIGURATION_SECONDS = 300
SOON_SECONDS = 5
SUBJECTS: Final = ("ExternalUserID", "ChatId")
"""Fields that say whom a callback is about."""

Apply = Callable[[WecomCallback], bool]
"""Does what a callback asks for; False where its kind is nobody's business. The same one may come again."""

log = get_logger(__name__)


def mirrored(database: Database, clients: WecomClients) -> Apply:
    """Brings what a callback names up to how it is."""

    def apply(callback: WecomCallback) -> bool:
        if callback.event == KF_EVENT:
            return True  # noted when it came; customer service reads what it tells of
        if callback.event == LINK_EVENT:
            return told_of_link(database, clients, callback)
        corp = find_corp(clients, callback.corp_id)
        if corp is None:
            raise SourceRefusedError(Refusal.CONFIGURATION, 0)
        is_known = apply_callback(database, corp, callback)
        hear(database, callback)
        return is_known

    return apply


def work_callbacks_once(database: Database, apply: Apply, at_once: int = SUBJECTS_AT_ONCE) -> int:
    """Does what callbacks ask for that wait; gives how many were looked at."""
    with database.read() as reading:
        corps = callbacks_store.corps_waiting(reading)
    done = 0
    for corp_id in corps:
        with database.begin() as work:
            claimed = callbacks_store.claim_callbacks(work, corp_id, CALLBACKS_AT_ONCE)
        by_subject: dict[object, list[WecomCallback]] = {}
        for each in claimed:
            by_subject.setdefault(_subject(each), []).append(each)
        with side_by_side(at_once, "callbacks") as threads:
            for outcome in [threads.submit(_work_on, database, apply, same) for same in by_subject.values()]:
                outcome.result()
        done += len(claimed)
    return done


def _subject(callback: WecomCallback) -> object:
    return next((told for name in SUBJECTS if (told := callback.fields.get(name))), callback.event)


def _work_on(database: Database, apply: Apply, callbacks: Sequence[WecomCallback]) -> None:
    """One by one, so that one that cannot be worked on stops no other."""
    for each in callbacks:
        try:
            state = CallbackState.DONE if apply(each) else CallbackState.UNKNOWN
        except Exception as error:
            reason = error.code if isinstance(error, SiyuError) else type(error).__name__
            after_seconds = _wait_after(error)
            if not after_seconds:
                log.error("callback_failed", kind=each.event, reason=reason, exc_info=error)
            with database.begin() as work:
                callbacks_store.put_off_callback(work, each.callback_id, reason, after_seconds=after_seconds)
        else:
            with database.begin() as work:
                callbacks_store.settle_callbacks(work, [each.callback_id], state)


def _wait_after(error: Exception) -> int:
    """In how many seconds to try again what is not the callback's own fault, but WeCom's or the database's; 0 where it may be."""
    if isinstance(trouble_of(error), BusyError | ConflictError | DatabaseUnavailableError):
        return SOON_SECONDS
    if isinstance(error, BusyError):
        return max(1, error.retry_after_seconds)
    if isinstance(error, SourceRefusedError):
        if error.refusal is Refusal.CONFIGURATION:
            return CONFIGURATION_SECONDS
        if error.refusal in (Refusal.RETRY, Refusal.WAIT):
            return max(SOON_SECONDS, error.wait_seconds)
    return 0


def welcome_clients(database: Database) -> WecomClients:
    """Clients for the lane: their calls wait for nothing long."""
    return WecomClients(database, HTTP_LIMITS)


def welcome_lane(
    database: Database,
    clients: WecomClients,
    zone: ZoneInfo,
    *,
    at_once: int = AT_ONCE,
    pause: Callable[[float], None] = time.sleep,
) -> WelcomeLane:
    """The lane that sends welcomes."""
    return WelcomeLane(database, greetings(database, clients, zone), at_once=at_once, pause=pause)


def tell_welcomes_once(database: Database) -> int:
    """Records what became of welcomes; gives how many."""
    with database.begin() as work:
        ended = welcomes_store.lock_ended_welcomes(work, WELCOMES_TOLD_AT_ONCE)
        if ended:
            _tell(work, without_erased(work, ended, lambda each: (each.greeted.external_userid, "")))
            welcomes_store.delete_welcomes(work, [each.welcome_id for each in ended])
        return len(ended)


def _tell(work: UnitOfWork, ended: Sequence[welcomes_store.EndedWelcome]) -> None:
    identities: dict[int, Identity] = {}
    for each in ended:
        with suppress(BadIdentityError):  # made up, or nobody's: there is nobody to tell it of
            identities[each.welcome_id] = normal_identity("external_userid", each.greeted.external_userid)
    groups: dict[Sequence[Identity], datetime] = {}
    for each in ended:
        if each.welcome_id in identities:
            groups.setdefault((identities[each.welcome_id],), each.added_at)
    profile_of = customers.resolve(work, ACTOR, groups, {}, dict.fromkeys(groups, "wecom"))
    work.record(
        _event(each, profile_of[identities[each.welcome_id]]) for each in ended if each.welcome_id in identities
    )


def _event(each: welcomes_store.EndedWelcome, profile_id: int) -> NewEvent:
    told: dict[str, object] = {"corp_id": each.corp_id, "userid": each.greeted.userid, "state": each.state}
    is_sent = each.outcome in (WelcomeOutcome.SENT, WelcomeOutcome.ASSUMED)
    if is_sent:
        seconds = round((each.done_at - each.added_at).total_seconds(), 3)
        told |= {"seconds": seconds, "is_assumed": each.outcome is WelcomeOutcome.ASSUMED}
    else:
        told |= {"reason": each.outcome.value, "errcode": each.errcode}
    return NewEvent(
        WELCOME_SENT if is_sent else WELCOME_FAILED,
        derived_id("welcome", each.corp_id, each.greeted.code),
        profile_id,
        each.done_at,
        EVENT_SOURCE,
        told,
    )


def forget_callbacks(database: Database, size: int = 5000) -> int:
    """Forgets callbacks of long ago, some at a time; gives how many."""
    forgotten = 0
    while True:
        with database.begin() as work:
            gone = callbacks_store.forget_callbacks(work, size)
        forgotten += gone
        if gone < size:
            return forgotten
