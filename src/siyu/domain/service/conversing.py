"""What happens in conversations: somebody enters, writes, is answered, is handed on, it ends. Part of `service`.

Nothing here reaches out: what is to be done in WeCom is left as a task.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from siyu.domain.service import accounts_store, rules, store
from siyu.domain.service.contracts import (
    CODE_SECONDS,
    SERVICE_CONVERSATION_ENDED,
    SERVICE_CONVERSATION_STARTED,
    SERVICE_HANDED_OVER,
    SERVICE_MESSAGE_RECEIVED,
    WINDOW,
    AccountToRead,
    Conversation,
    MessageState,
    Origin,
    OutsideMessage,
    Said,
    Servicer,
    SessionState,
)
from siyu.kernel.actors import Actor
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_hex, derived_id
from siyu.platform.postgres.database import Reading, UnitOfWork

RUN = "service.run"
SOURCE = "service"
SEALED_AS = "service_message"
HAND_OVER_TRIED_FOR = timedelta(hours=1)
SILENT_AT_ONCE = 200

_encode = msgspec.json.Encoder().encode


def hold_place(work: UnitOfWork, actor: Actor, account: AccountToRead, cursor: str) -> bool:
    """Whether an account was read just up to this cursor; until the commit nobody else keeps what came to it."""
    actor.require(RUN)
    return accounts_store.lock_cursor(work.driver, account.account_id) == cursor


def save_place(work: UnitOfWork, actor: Actor, account: AccountToRead, cursor: str) -> None:
    """What stands before this cursor is kept."""
    actor.require(RUN)
    accounts_store.save_cursor(work.driver, account.account_id, cursor)


def is_known(work: UnitOfWork, actor: Actor, account_id: int, msgid: str) -> bool:
    """Whether this came before."""
    actor.require(RUN)
    return store.has_message(work.driver, account_id, msgid)


def servicers_of(work: UnitOfWork, actor: Actor, account_id: int) -> Sequence[Servicer]:
    """Who looks after an account, each with what they have to do now."""
    actor.require(RUN)
    return accounts_store.select_servicers(work.driver, [account_id]).get(account_id, ())


def is_begun(work: UnitOfWork, actor: Actor, account: AccountToRead, profile_id: int) -> bool:
    """Whether somebody has an open conversation with an account."""
    actor.require(RUN)
    return store.find_open(work.driver, account.account_id, profile_id) is not None


def begin(
    work: UnitOfWork, actor: Actor, account: AccountToRead, profile_id: int, at: datetime, scene: str = ""
) -> Conversation:
    """The open conversation of somebody with an account; a new one where none is open."""
    actor.require(RUN)
    found = store.find_open(work.driver, account.account_id, profile_id)
    if found is not None:
        return found
    made = store.insert_conversation(work.driver, account.account_id, profile_id, at, scene)
    told = {"conversation_id": made.conversation_id, "open_kfid": account.open_kfid, "scene": scene}
    event_id = derived_id(SERVICE_CONVERSATION_STARTED, made.conversation_id)
    work.record([NewEvent(SERVICE_CONVERSATION_STARTED, event_id, profile_id, at, SOURCE, told)])
    return made


def keep_message(work: UnitOfWork, actor: Actor, conversation: Conversation, came: OutsideMessage) -> int | None:
    """Keeps what came; None for what came before."""
    actor.require(RUN)
    state = MessageState.SENT if came.origin is Origin.SERVICER else MessageState.RECEIVED
    by = came.userid if came.origin is Origin.SERVICER else ""
    said = Said(came.text) if came.text else None
    return _insert(work, conversation, came.msgid, came.origin, came.kind, said, by=by, state=state, at=came.said_at)


def note_customer_wrote(
    work: UnitOfWork, actor: Actor, account: AccountToRead, conversation: Conversation, came: OutsideMessage, rule: str
) -> Conversation:
    """The customer wrote; `rule` is what answers them, for the log, which never holds what was said."""
    actor.require(RUN)
    changed = rules.customer_wrote(conversation, came.said_at)
    store.save_conversation(work.driver, changed)
    told = {"conversation_id": changed.conversation_id, "open_kfid": account.open_kfid, "kind": came.kind, "rule": rule}
    event_id = derived_id(SERVICE_MESSAGE_RECEIVED, account.account_id, came.msgid)
    work.record([NewEvent(SERVICE_MESSAGE_RECEIVED, event_id, changed.profile_id, came.said_at, SOURCE, told)])
    return changed


def note_unmatched(work: UnitOfWork, actor: Actor, conversation: Conversation, *, is_matched: bool) -> Conversation:
    """Counts messages in a row that nothing fitted."""
    actor.require(RUN)
    changed = replace(conversation, unmatched=0 if is_matched else min(conversation.unmatched + 1, 1_000))
    store.save_conversation(work.driver, changed)
    return changed


def note_servicer_wrote(
    work: UnitOfWork, actor: Actor, conversation: Conversation, came: OutsideMessage, staff_id: int | None
) -> Conversation:
    """A member answered in WeCom: the conversation is theirs."""
    actor.require(RUN)
    changed = rules.handed(conversation, SessionState.SERVICER, came.userid, staff_id, came.said_at)
    changed = rules.answered(changed, Origin.SERVICER, came.said_at)
    store.save_conversation(work.driver, changed)
    return changed


def say(
    work: UnitOfWork,
    actor: Actor,
    conversation: Conversation,
    said: Said,
    *,
    cause: str,
    rule: str,
    code: str = "",
    code_at: datetime | None = None,
) -> Conversation:
    """A rule says something, once for a cause; by the code of an event where it gives the right to it. Where it may not be said now
    nothing is."""
    actor.require(RUN)
    now = work.clock.now()
    if not code and rules.not_said(conversation, now) is not None:
        return conversation
    return leave_words(
        work, conversation, said, cause=f"{rule}:{cause}", origin=Origin.RULE, by=rule, code=code, code_at=code_at
    )


def leave_words(
    work: UnitOfWork,
    conversation: Conversation,
    said: Said,
    *,
    cause: str,
    origin: Origin,
    by: str,
    code: str = "",
    code_at: datetime | None = None,
) -> Conversation:
    """Has something said as soon as can be. Words by a code answer nobody."""
    now = work.clock.now()
    msgid = derived_hex("service", str(conversation.conversation_id), cause)
    kind = "msgmenu" if said.questions else "text"
    message_id = _insert(work, conversation, msgid, origin, kind, said, by=by, state=MessageState.WAITING, at=now)
    if message_id is None:
        return conversation
    dies_at = (code_at or now) + timedelta(seconds=CODE_SECONDS) if code else (conversation.wrote_at or now) + WINDOW
    _task(work, conversation, dies_at, message_id=message_id, code=code)
    if code:
        return conversation
    changed = rules.answered(conversation, origin, now)
    store.save_conversation(work.driver, changed)
    return changed


def hand_over(
    work: UnitOfWork, actor: Actor, account: AccountToRead, conversation: Conversation, to: Servicer | None, reason: str
) -> Conversation:
    """Has a conversation handed to a member, or, without one, to those who wait for whoever comes first."""
    actor.require(RUN)
    return leave_hand_over(work, account.open_kfid, conversation, to, reason)


def leave_hand_over(
    work: UnitOfWork, open_kfid: str, conversation: Conversation, to: Servicer | None, reason: str
) -> Conversation:
    """Has it handed over as soon as can be, and tells it."""
    now = work.clock.now()
    state = SessionState.SERVICER if to is not None else SessionState.WAITING
    userid, staff_id = (to.userid, to.staff_id) if to is not None else ("", None)
    _task(work, conversation, now + HAND_OVER_TRIED_FOR, state=state, userid=userid)
    changed = rules.handed(conversation, state, userid, staff_id, now)
    store.save_conversation(work.driver, changed)
    told = {
        "conversation_id": changed.conversation_id,
        "open_kfid": open_kfid,
        "reason": reason,
        "to": "servicer" if to is not None else "pool",
        "staff_id": staff_id,
    }
    work.record([NewEvent(SERVICE_HANDED_OVER, work.ids.new_id(), changed.profile_id, now, SOURCE, told)])
    return changed


def note_session(
    work: UnitOfWork,
    actor: Actor,
    conversation: Conversation,
    state: SessionState,
    userid: str,
    staff_id: int | None,
    at: datetime,
) -> Conversation:
    """A conversation is with somebody else, as WeCom tells."""
    actor.require(RUN)
    changed = rules.handed(conversation, state, userid, staff_id, at)
    store.save_conversation(work.driver, changed)
    return changed


def end(
    work: UnitOfWork, actor: Actor, open_kfid: str, conversation: Conversation, reason: str, at: datetime
) -> Conversation:
    """A conversation has ended: `servicer` (somebody ended it), `staff` (from here), `silent`."""
    actor.require(RUN)
    return leave_end(work, open_kfid, conversation, reason, at)


def leave_end(work: UnitOfWork, open_kfid: str, conversation: Conversation, reason: str, at: datetime) -> Conversation:
    """Ends it here, and tells it."""
    if conversation.ended_at is not None:
        return conversation
    changed = rules.ended(conversation, reason, at)
    store.save_conversation(work.driver, changed)
    asked, answered = changed.first_asked_at, changed.first_answered_at
    told = {
        "conversation_id": changed.conversation_id,
        "open_kfid": open_kfid,
        "reason": reason,
        "received": changed.received,
        "by_rules": changed.by_rules,
        "by_persons": changed.by_persons,
        "first_answer_seconds": round((answered - asked).total_seconds(), 1) if asked and answered else None,
    }
    event_id = derived_id(SERVICE_CONVERSATION_ENDED, changed.conversation_id)
    work.record([NewEvent(SERVICE_CONVERSATION_ENDED, event_id, changed.profile_id, at, SOURCE, told)])
    return changed


def end_silent(work: UnitOfWork, actor: Actor) -> int:
    """Ends conversations in which nothing happened for two days; gives how many."""
    actor.require(RUN)
    now = work.clock.now()
    found = store.silent_conversations(work.driver, now - rules.SILENT_AFTER, SILENT_AT_ONCE)
    accounts = {each.account_id: each for each in accounts_store.select_accounts(work.driver, with_gone=True)}
    for each in found:
        leave_end(work, accounts[each.account_id].open_kfid, each, "silent", each.touched_at + rules.SILENT_AFTER)
    return len(found)


def mark_failed(work: UnitOfWork, actor: Actor, account_id: int, msgid: str, fail_type: int) -> None:
    """A message was not delivered, by WeCom's number of why."""
    actor.require(RUN)
    reason = rules.FAILED_BECAUSE.get(fail_type)
    told = reason.value if reason is not None else f"fail_{fail_type}"
    store.mark_message(work.driver, account_id, msgid, MessageState.FAILED, told)


def mark_recalled(work: UnitOfWork, actor: Actor, account_id: int, msgid: str) -> None:
    """Who said it took it back: its text is gone here as well."""
    actor.require(RUN)
    store.mark_message(work.driver, account_id, msgid, MessageState.RECALLED)


def change_duty(work: UnitOfWork, actor: Actor, account_id: int, userid: str, *, is_on_duty: bool) -> None:
    """A member takes conversations, or takes none for now."""
    actor.require(RUN)
    accounts_store.change_duty(work.driver, account_id, userid, is_on_duty=is_on_duty)


def leave_task(work: UnitOfWork, conversation: Conversation, state: SessionState) -> None:
    """Has a conversation brought into a state in WeCom."""
    _task(work, conversation, work.clock.now() + HAND_OVER_TRIED_FOR, state=state)


def _task(
    work: UnitOfWork,
    conversation: Conversation,
    dies_at: datetime,
    *,
    message_id: int | None = None,
    state: SessionState | None = None,
    userid: str = "",
    code: str = "",
) -> None:
    store.insert_task(
        work.driver,
        {
            "conversation_id": conversation.conversation_id,
            "profile_id": conversation.profile_id,
            "message_id": message_id,
            "state": int(state) if state is not None else None,
            "userid": userid,
            "code": code,
            "dies_at": dies_at,
            "due_at": work.clock.now(),
        },
    )


def _insert(
    work: UnitOfWork,
    conversation: Conversation,
    msgid: str,
    origin: Origin,
    kind: str,
    said: Said | None,
    *,
    by: str,
    state: MessageState,
    at: datetime,
) -> int | None:
    sealed = sealed_under = None
    if said is not None:
        document = {"text": said.text} | ({"questions": list(said.questions)} if said.questions else {})
        sealed, sealed_under = work.seals.seal_bytes(SEALED_AS, _encode(document)), work.seals.newest
    return store.insert_message(
        work.driver,
        {
            "account_id": conversation.account_id,
            "msgid": msgid,
            "conversation_id": conversation.conversation_id,
            "profile_id": conversation.profile_id,
            "origin": origin.value,
            "kind": kind,
            "by": by,
            "state": state.value,
            "said_at": at,
            "sealed": sealed,
            "sealed_under": sealed_under,
        },
    )


def opened_words(reading: Reading, sealed: bytes) -> Said:
    """What a message says."""
    told = msgspec.json.decode(reading.keys.open_bytes(SEALED_AS, sealed))
    return Said(told.get("text", ""), tuple(told.get("questions", ())))
