"""What staff see of conversations and do in them. Part of `service`.

Somebody with a limited scope sees the conversations of customers in it, and those that they looked after themselves.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from siyu.domain.company.service import record_audit
from siyu.domain.customers.reading import page_key
from siyu.domain.service import accounts_store, desk_store, rules, store
from siyu.domain.service.contracts import (
    TEXT_BYTES_MAX,
    WINDOW,
    CannotSayError,
    Conversation,
    ConversationRow,
    Message,
    MessageState,
    Origin,
    Said,
    ServiceDay,
    ServiceNumber,
    SessionEndedError,
    SessionState,
    UnknownConversationError,
    UnknownServicerError,
)
from siyu.domain.service.conversing import leave_end, leave_hand_over, leave_task, leave_words, opened_words
from siyu.domain.service.replies import find_rules_in_force
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, TEXTS, REPLY = "service.read", "service.texts", "service.reply"
MESSAGES_MAX = 200
DAYS_MAX = 90


def list_conversations(
    reading: Reading,
    actor: Actor,
    page: PageRequest,
    *,
    account_id: int | None = None,
    state: SessionState | None = None,
    customer_id: int | None = None,
) -> Page[ConversationRow]:
    """Conversations, those in which something happened last first; of one customer, if one is named. Without what was said."""
    actor.require(READ)
    wanted = desk_store.Wanted(account_id, state, customer_id)
    found = desk_store.select_conversations(reading.driver, actor, wanted, page.size + 1, desk_store.place_of(page))
    shown = [_row(reading, *each) for each in found[: page.size]]
    is_more = len(found) > page.size
    return Page(shown, desk_store.place_after(shown[-1].conversation) if is_more else None)


def get_conversation(reading: Reading, actor: Actor, conversation_id: int) -> ConversationRow:
    """One conversation; UnknownConversationError outside of the actor's scope."""
    actor.require(READ)
    return _row(reading, *_seen(reading, actor, conversation_id))


def read_messages(work: UnitOfWork, actor: Actor, conversation_id: int, *, before: int | None = None) -> list[Message]:
    """What was said in a conversation, the newest of it, the oldest first; who reads it stands in the audit."""
    actor.require(TEXTS)
    found = _seen(work, actor, conversation_id)[0]
    rows = store.select_messages(work.driver, conversation_id, MESSAGES_MAX, before)
    record_audit(work, actor, "service.read_messages", f"conversation:{found.conversation_id}", count=len(rows))
    told = []
    for row in rows:
        said = opened_words(work, row.sealed) if row.sealed is not None else None
        told.append(
            Message(
                message_id=row.message_id,
                origin=Origin(row.origin),
                kind=row.kind,
                by=row.by,
                state=MessageState(row.state),
                reason=row.reason,
                said_at=row.said_at,
                text=said.text if said is not None else None,
                questions=said.questions if said is not None else (),
            )
        )
    return told


def reply(work: UnitOfWork, actor: Actor, conversation_id: int, text: str) -> ConversationRow:
    """Says something to the customer from here; CannotSayError says why it may not be now: two days are over, five things were
    said, a member in WeCom has the conversation, it has ended."""
    actor.require(REPLY)
    said = text.strip()
    if not said or len(said.encode()) > TEXT_BYTES_MAX:
        raise InvalidError(f"1 to {TEXT_BYTES_MAX} bytes.", field="text")
    found = _locked(work, actor, conversation_id)
    now = work.clock.now()
    refused = rules.not_said(found, now)
    if refused is not None:
        raise CannotSayError(_WHY[refused.value], reason=refused.value)
    by = f"{actor.kind.value}:{actor.actor_id}"
    leave_words(work, found, Said(said), cause=work.ids.new_id().hex, origin=Origin.STAFF, by=by)
    record_audit(work, actor, "service.reply", f"conversation:{conversation_id}")
    return get_conversation(work, actor, conversation_id)


def hand_to(work: UnitOfWork, actor: Actor, conversation_id: int, userid: str | None) -> ConversationRow:
    """Hands a conversation to a member who looks after the account; without one, to those who wait for whoever comes first. Who saw
    it for looking after it alone, sees it for the last time."""
    actor.require(REPLY)
    _, customer_id, account_name = _seen(work, actor, conversation_id)
    found = _locked(work, actor, conversation_id)
    servicers = accounts_store.select_servicers(work.driver, [found.account_id]).get(found.account_id, [])
    to = next((each for each in servicers if each.userid == userid), None)
    if userid is not None and to is None:
        raise UnknownServicerError(field="userid")
    account = accounts_store.select_accounts(work.driver, found.account_id)[0]
    changed = leave_hand_over(work, account.open_kfid, found, to, "staff")
    record_audit(work, actor, "service.hand_to", f"conversation:{conversation_id}", userid=userid)
    return _row(work, changed, customer_id, account_name)


def end_conversation(work: UnitOfWork, actor: Actor, conversation_id: int) -> ConversationRow:
    """Ends a conversation, with the account's good-bye where it has one."""
    actor.require(REPLY)
    found = _locked(work, actor, conversation_id)
    account = accounts_store.select_accounts(work.driver, found.account_id)[0]
    leave_task(work, found, SessionState.ENDED)
    answers = find_rules_in_force(work, account.rules_id)
    if answers is not None and answers.closing:
        # Sent by the code that WeCom gives with the end; the words count as nobody's answer.
        said = Said(answers.closing)
        leave_words(work, found, said, cause="closing", origin=Origin.RULE, by="closing")
        found = replace(found, touched_at=work.clock.now())
    leave_end(work, account.open_kfid, found, "staff", work.clock.now())
    record_audit(work, actor, "service.end_conversation", f"conversation:{conversation_id}")
    return get_conversation(work, actor, conversation_id)


def account_days(
    reading: Reading, actor: Actor, zone: ZoneInfo, *, account_id: int | None = None, days: int = 7
) -> list[ServiceDay]:
    """What was done on the last days, of one account or of all; the days on which nothing began are left out. The last,
    without a day, is all of them together."""
    actor.require(READ)
    return desk_store.select_days(reading.driver, actor, account_id, _since(reading, zone, days), str(zone))


def list_counted(
    reading: Reading, actor: Actor, zone: ZoneInfo, number: ServiceNumber, page: PageRequest, *, days: int = 7
) -> Page[int]:
    """The customers whom a number of `account_days`, of all accounts on all these days, counts something of; the newest first."""
    actor.require(READ)
    found = desk_store.select_counted(
        reading.driver, actor, _since(reading, zone, days), number, page_key(page), page.size + 1
    )
    shown = found[: page.size]
    return Page(shown, str(shown[-1]) if len(found) > page.size else None)


def _since(reading: Reading, zone: ZoneInfo, days: int) -> datetime:
    """When the first of so many business days began, today being the last."""
    first = reading.clock.now().astimezone(zone).date() - timedelta(days=min(max(days, 1), DAYS_MAX) - 1)
    return datetime(first.year, first.month, first.day, tzinfo=zone)


def _seen(reading: Reading, actor: Actor, conversation_id: int) -> tuple[Conversation, int, str]:
    found = desk_store.find_seen(reading.driver, actor, conversation_id)
    if found is None:
        raise UnknownConversationError(f"Conversation {conversation_id}.")
    return found


def _locked(work: UnitOfWork, actor: Actor, conversation_id: int) -> Conversation:
    _seen(work, actor, conversation_id)
    found = store.find_conversation(work.driver, conversation_id, lock=True)
    if found is None:
        raise UnknownConversationError(f"Conversation {conversation_id}.")
    if found.ended_at is not None:
        raise SessionEndedError
    return found


def _row(reading: Reading, found: Conversation, customer_id: int, account_name: str) -> ConversationRow:
    refused = rules.not_said(found, reading.clock.now())
    closes_at = found.wrote_at + WINDOW if found.wrote_at is not None else None
    return ConversationRow(found, customer_id, account_name, refused, closes_at)


_WHY = {
    "outside_window": "More than 48 hours have passed since the customer wrote.",
    "too_many": "Five things were said since the customer wrote; more only when they write again.",
    "with_person": "A member has this conversation in WeCom and answers there.",
    "ended": "It has ended.",
}
