"""What follows from what a customer wrote: words on consent and on erasure first, then the account's own rules.

Somebody who wants no more messages is heard at once, whoever has the conversation; so is who wants to be forgotten, which a
member of staff then has to approve.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import MARKETING, ConsentState, ConsentWord, Evidence, is_opt_out
from siyu.domain.customers.reading import current_customer_ids
from siyu.domain.privacy import service as privacy
from siyu.domain.privacy.contracts import OpenRequestError, Reason
from siyu.domain.service import service
from siyu.domain.service.contracts import (
    AccountToRead,
    Answer,
    Conversation,
    OutsideMessage,
    Said,
    ServiceRules,
    SessionState,
)
from siyu.engines.service.contracts import ACTOR, Desk
from siyu.platform.postgres.database import UnitOfWork

CHANNEL = "wecom"
"""The channel in which nothing more is sent to who said so here: customer service belongs to WeCom."""
STALE_AFTER: Final = timedelta(hours=1)
"""What was written longer ago, while nobody could read it, is answered by no rule."""

OPT_OUT, ERASURE = "opt_out", "erasure"
OPTED_OUT = "已为您退订，企业微信里不会再给您发营销消息。"
ERASURE_ASKED = "已收到您删除个人信息的请求，我们会核实后尽快处理。"
ERASURE_WORDS: Final = (
    "删除我的信息",
    "删除我的个人信息",
    "删除个人信息",
    "删除我的数据",
    "删除我的资料",
    "清除我的信息",
    "注销我的信息",
    "deletemydata",
    "deletemyinformation",
)
PLEADING: Final = ("请帮我", "请", "麻烦", "帮我", "我要", "我想", "please")


def asks_erasure(text: str) -> bool:
    """Whether a message says, as a whole, that its writer wants to be forgotten."""
    plain = service.plain_text(text)
    for word in PLEADING:
        plain = plain.removeprefix(word)
    return plain.removesuffix("谢谢").removesuffix("please") in ERASURE_WORDS


def answer_customer(
    desk: Desk,
    work: UnitOfWork,
    account: AccountToRead,
    conversation: Conversation,
    came: OutsideMessage,
    rules: ServiceRules | None,
) -> Conversation:
    """Notes that the customer wrote, and has them answered."""
    message_id = service.keep_message(work, ACTOR, conversation, came)
    if message_id is None:
        return conversation
    if is_opt_out(came.text):
        changed = service.note_customer_wrote(work, ACTOR, account, conversation, came, OPT_OUT)
        _withdraw(work, changed, came, message_id)
        return service.say(work, ACTOR, changed, Said(OPTED_OUT), cause=came.msgid, rule=OPT_OUT)
    if asks_erasure(came.text):
        changed = service.note_customer_wrote(work, ACTOR, account, conversation, came, ERASURE)
        _ask_erasure(work, changed)
        return service.say(work, ACTOR, changed, Said(ERASURE_ASKED), cause=came.msgid, rule=ERASURE)
    answer = _answer(desk, work, conversation, came, rules)
    changed = service.note_customer_wrote(work, ACTOR, account, conversation, came, answer.rule)
    if rules is None or _is_with_person(conversation):
        return changed
    changed = service.note_unmatched(work, ACTOR, changed, is_matched=answer.is_matched)
    return _give(work, account, changed, came, rules, answer)


def _answer(
    desk: Desk, work: UnitOfWork, conversation: Conversation, came: OutsideMessage, rules: ServiceRules | None
) -> Answer:
    is_stale = work.clock.now() - came.said_at > STALE_AFTER
    if rules is None or is_stale or _is_with_person(conversation):
        return Answer()
    local = came.said_at.astimezone(desk.zone)
    is_first = conversation.received == 0
    return service.answer_to(rules, came.text, local, unmatched=conversation.unmatched, is_first=is_first)


def _is_with_person(conversation: Conversation) -> bool:
    return conversation.state in (SessionState.WAITING, SessionState.SERVICER)


def _give(
    work: UnitOfWork,
    account: AccountToRead,
    conversation: Conversation,
    came: OutsideMessage,
    rules: ServiceRules,
    answer: Answer,
) -> Conversation:
    to = None
    text = answer.text
    if answer.hand_over:
        to = service.least_busy(service.servicers_of(work, ACTOR, account.account_id))
        if to is None and rules.hand_over is not None:
            text = rules.hand_over.waiting or text
    if text:
        conversation = service.say(work, ACTOR, conversation, Said(text), cause=came.msgid, rule=answer.rule)
    if answer.hand_over:
        conversation = service.hand_over(work, ACTOR, account, conversation, to, answer.hand_over)
    return conversation


def _withdraw(work: UnitOfWork, conversation: Conversation, came: OutsideMessage, message_id: int) -> None:
    proof = Evidence(source="service", reference=f"service_message:{message_id}")
    word = ConsentWord(
        conversation.profile_id, MARKETING, CHANNEL, ConsentState.WITHDRAWN, min(came.said_at, work.clock.now()), proof
    )
    customers.record_consents(work, ACTOR, [word])


def _ask_erasure(work: UnitOfWork, conversation: Conversation) -> None:
    customer_ids = set(current_customer_ids(work, [conversation.profile_id]).values())
    try:
        privacy.ask_erasures(work, ACTOR, customer_ids, Reason.ASKED_BY_CUSTOMER)
    except OpenRequestError:
        return  # it was asked for already, and waits for whoever approves it
