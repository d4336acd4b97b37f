"""Customer service: accounts, conversations, what was said in them, what staff do about it, and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from siyu.assembly.serving import account_link, refresh_accounts
from siyu.domain.company.reading import staff_names
from siyu.domain.customers.reading import customers_in_scope, summaries
from siyu.domain.definitions.reading import names_of
from siyu.domain.service import contracts, service
from siyu.faces.api.access import Context, CurrentActor, Id, Paging, ReadOnly, Work
from siyu.faces.api.customers import PeopleBehind, people_behind
from siyu.faces.naming import actor_names
from siyu.kernel.paging import Page
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/service", tags=["service"])

State = Literal["new", "assistant", "waiting", "servicer", "ended"]
Why = Literal["outside_window", "too_many", "with_person", "ended"]
Days = Annotated[int, Query(ge=1, le=90)]


class ServiceServicer(BaseModel):
    """A member who looks after an account; `busy`: conversations that they have now."""

    userid: str
    staff_id: int | None
    staff_name: str
    is_on_duty: bool
    busy: int


class ServiceAccount(BaseModel):
    """An account. `refusal` is WeCom's code where it could not be read last."""

    account_id: int
    corp_id: str
    open_kfid: str
    name: str
    rules_id: int | None
    rules_name: str | None
    is_there: bool
    read_at: datetime | None
    refusal: int
    servicers: list[ServiceServicer]


class ServiceAccounts(BaseModel):
    """All accounts."""

    rows: list[ServiceAccount]


class ServiceRulesChoice(BaseModel):
    """By which rules an account answers; null: by none."""

    rules_id: Id | None


class ServiceLinkAsked(BaseModel):
    """A word for where the address is put, which conversations tell again: at most 32 letters, digits, - and _."""

    scene: Annotated[str, Field(max_length=32)] = ""


class ServiceLink(BaseModel):
    """The address at which customers enter."""

    url: str


class ServiceConversation(BaseModel):
    """A conversation without what was said. `may_say` null: the customer may be written to until `closes_at`; else why not."""

    conversation_id: int
    account_id: int
    account_name: str
    customer_id: int
    customer_name: str
    state: State
    scene: str
    userid: str
    staff_id: int | None
    staff_name: str
    began_at: datetime
    touched_at: datetime
    asked_at: datetime | None
    answers: int
    received: int
    by_rules: int
    by_persons: int
    handed_over_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    may_say: Why | None
    closes_at: datetime | None


class ServiceConversations(BaseModel):
    """Conversations, those in which something happened last first."""

    rows: list[ServiceConversation]
    next_after: str | None


class ServiceMessage(BaseModel):
    """One thing said. `text` null: it has none, was taken back, or is too old. `reason`: why it was not delivered."""

    message_id: int
    origin: Literal["customer", "servicer", "rule", "staff", "event"]
    kind: str
    by: str
    by_name: str
    state: Literal["received", "waiting", "sent", "failed", "recalled"]
    reason: str
    said_at: datetime
    text: str | None
    questions: list[str]


class ServiceMessages(BaseModel):
    """What was said, the oldest first."""

    rows: list[ServiceMessage]


class ServiceReplyDraft(BaseModel):
    """What is to be said."""

    text: Annotated[str, Field(max_length=2_048)]


class ServiceHandOver(BaseModel):
    """To which member; null: to those who wait for whoever comes first."""

    userid: Annotated[str, Field(max_length=64)] | None = None


class ServiceDay(BaseModel):
    """A business day: conversations begun, messages received, answers of rules and of persons, conversations given to a person, and
    the medians of how long the first answer, and a person, were waited for."""

    day: str
    conversations: int
    received: int
    by_rules: int
    by_persons: int
    handed_over: int
    answer_seconds: float | None
    person_seconds: float | None


class ServiceNumbers(BaseModel):
    """Days on which something began, the newest first, and all of them together, whose `day` is empty."""

    days: list[ServiceDay]
    total: ServiceDay


@router.get("/accounts", summary="Accounts of customer service")
def list_service_accounts(actor: CurrentActor, reading: ReadOnly) -> ServiceAccounts:
    return ServiceAccounts(rows=_accounts(reading, service.list_accounts(reading, actor)))


@router.post("/accounts/refresh", summary="Look which accounts there are in WeCom", status_code=204)
def refresh_service_accounts(actor: CurrentActor, context: Context) -> None:
    """They are looked at every ten minutes; this does it now."""
    refresh_accounts(context.database, actor, context.settings.zone)


@router.put("/accounts/{account_id}/rules", summary="By which rules it answers")
def choose_service_rules(actor: CurrentActor, work: Work, account_id: Id, choice: ServiceRulesChoice) -> ServiceAccount:
    return _accounts(work, [service.choose_rules(work, actor, account_id, choice.rules_id)])[0]


@router.post("/accounts/{account_id}/link", summary="An address at which customers enter it")
def make_service_link(actor: CurrentActor, context: Context, account_id: Id, asked: ServiceLinkAsked) -> ServiceLink:
    return ServiceLink(url=account_link(context.database, actor, account_id, asked.scene))


@router.get("/numbers", summary="What was done, day by day")
def get_service_numbers(
    actor: CurrentActor,
    context: Context,
    reading: ReadOnly,
    account_id: Id | None = None,
    days: Days = 7,
) -> ServiceNumbers:
    found = service.account_days(reading, actor, context.settings.zone, account_id=account_id, days=days)
    *shown, total = [ServiceDay(**asdict(each)) for each in found]
    return ServiceNumbers(days=shown, total=total)


@router.get("/numbers/people", summary="Whom a number of customer service counts")
def list_served(
    actor: CurrentActor,
    context: Context,
    reading: ReadOnly,
    page: Paging,
    number: contracts.ServiceNumber,
    days: Days = 7,
) -> PeopleBehind:
    """Of all accounts and all of the days: with whom conversations began, and what the number tells of happened in one. As far as
    you may see the customers."""
    actor.require("customers.read")
    found = service.list_counted(reading, actor, context.settings.zone, number, page, days=days)
    seen = customers_in_scope(reading, actor, found.rows)
    return people_behind(reading, actor, Page([each for each in found.rows if each in seen], found.next_after))


@router.get("/conversations", summary="Conversations")
def list_service_conversations(
    actor: CurrentActor,
    reading: ReadOnly,
    page: Paging,
    account_id: Id | None = None,
    state: State | None = None,
    customer_id: Id | None = None,
) -> ServiceConversations:
    """Those of customers in your scope, and those that you look after yourself."""
    found = service.list_conversations(
        reading,
        actor,
        page,
        account_id=account_id,
        state=_STATES[state] if state is not None else None,
        customer_id=customer_id,
    )
    return ServiceConversations(rows=_conversations(reading, found.rows), next_after=found.next_after)


@router.get("/conversations/{conversation_id}", summary="One conversation")
def get_service_conversation(actor: CurrentActor, reading: ReadOnly, conversation_id: Id) -> ServiceConversation:
    return _conversations(reading, [service.get_conversation(reading, actor, conversation_id)])[0]


@router.post("/conversations/{conversation_id}/read", summary="What was said in it")
def read_service_messages(
    actor: CurrentActor,
    work: Work,
    conversation_id: Id,
    before: Id | None = None,
) -> ServiceMessages:
    """A POST, for who reads it stands in the audit. The newest of it, the oldest first; `before` leads to what is older."""
    found = service.read_messages(work, actor, conversation_id, before=before)
    names = actor_names(work, {each.by for each in found})
    rows = [
        ServiceMessage(**{**asdict(each), "questions": list(each.questions)}, by_name=names.get(each.by, ""))
        for each in found
    ]
    return ServiceMessages(rows=rows)


@router.post("/conversations/{conversation_id}/reply", summary="Say something to the customer")
def reply_in_service(
    actor: CurrentActor, work: Work, conversation_id: Id, draft: ServiceReplyDraft
) -> ServiceConversation:
    """Refused where WeCom would refuse: two days after what they said last, or after five messages."""
    return _conversations(work, [service.reply(work, actor, conversation_id, draft.text)])[0]


@router.post("/conversations/{conversation_id}/hand-over", summary="Hand it to a member")
def hand_over_service(actor: CurrentActor, work: Work, conversation_id: Id, to: ServiceHandOver) -> ServiceConversation:
    return _conversations(work, [service.hand_to(work, actor, conversation_id, to.userid)])[0]


@router.post("/conversations/{conversation_id}/end", summary="End it")
def end_service_conversation(actor: CurrentActor, work: Work, conversation_id: Id) -> ServiceConversation:
    """With the good-bye of the account's rules, where they have one."""
    return _conversations(work, [service.end_conversation(work, actor, conversation_id)])[0]


def _accounts(reading: Reading, found: Sequence[contracts.Account]) -> list[ServiceAccount]:
    staff = staff_names(reading, {each.staff_id for row in found for each in row.servicers if each.staff_id})
    rules = names_of(reading, {row.rules_id for row in found if row.rules_id is not None})
    return [
        ServiceAccount(
            account_id=row.account_id,
            corp_id=row.corp_id,
            open_kfid=row.open_kfid,
            name=row.name,
            rules_id=row.rules_id,
            rules_name=rules[row.rules_id].name if row.rules_id in rules else None,
            is_there=row.is_there,
            read_at=row.read_at,
            refusal=row.refusal,
            servicers=[
                ServiceServicer(**asdict(each), staff_name=staff.get(each.staff_id or 0, each.userid))
                for each in row.servicers
            ],
        )
        for row in found
    ]


def _conversations(reading: Reading, found: Sequence[contracts.ConversationRow]) -> list[ServiceConversation]:
    customers = {each.customer_id: each for each in summaries(reading, [row.customer_id for row in found])}
    staff = staff_names(reading, {row.conversation.staff_id for row in found if row.conversation.staff_id})
    shown = []
    for row in found:
        each = row.conversation
        customer = customers.get(row.customer_id)
        shown.append(
            ServiceConversation(
                conversation_id=each.conversation_id,
                account_id=each.account_id,
                account_name=row.account_name,
                customer_id=row.customer_id,
                customer_name=customer.display_name if customer is not None else "",
                state=_NAMES[each.state],
                scene=each.scene,
                userid=each.userid,
                staff_id=each.staff_id,
                staff_name=staff.get(each.staff_id or 0, each.userid),
                began_at=each.began_at,
                touched_at=each.touched_at,
                asked_at=each.asked_at,
                answers=each.answers,
                received=each.received,
                by_rules=each.by_rules,
                by_persons=each.by_persons,
                handed_over_at=each.handed_over_at,
                ended_at=each.ended_at,
                end_reason=each.end_reason,
                may_say=_WHYS.get(row.may_say) if row.may_say is not None else None,
                closes_at=row.closes_at,
            )
        )
    return shown


_STATES: Mapping[State, contracts.SessionState] = {
    "new": contracts.SessionState.NEW,
    "assistant": contracts.SessionState.ASSISTANT,
    "waiting": contracts.SessionState.WAITING,
    "servicer": contracts.SessionState.SERVICER,
    "ended": contracts.SessionState.ENDED,
}
_NAMES = {state: name for name, state in _STATES.items()}
_WHYS: Mapping[contracts.NotSaid, Why] = {
    contracts.NotSaid.OUTSIDE_WINDOW: "outside_window",
    contracts.NotSaid.TOO_MANY: "too_many",
    contracts.NotSaid.WITH_PERSON: "with_person",
    contracts.NotSaid.ENDED: "ended",
}
