"""What others may know of customer service: accounts, conversations, what is told from outside, the events and the errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, Final, Protocol

from siyu.domain.service.replies_contracts import (
    MENU_MAX,
    SERVICE_RULE_KIND,
    TEXT_BYTES_MAX,
    Answer,
    ServiceDesign,
    ServiceFaq,
    ServiceHandOver,
    ServiceHours,
    ServiceReply,
    ServiceRules,
)
from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

__all__ = [
    "MENU_MAX",
    "SERVICE_RULE_KIND",
    "TEXT_BYTES_MAX",
    "Answer",
    "ServiceDesign",
    "ServiceFaq",
    "ServiceHandOver",
    "ServiceHours",
    "ServiceReply",
    "ServiceRules",
]
"""What of this door is written in the file beside it."""

SERVICE_CONVERSATION_STARTED = "service_conversation_started"
SERVICE_MESSAGE_RECEIVED = "service_message_received"
SERVICE_HANDED_OVER = "service_handed_over"
SERVICE_CONVERSATION_ENDED = "service_conversation_ended"

WINDOW: Final = timedelta(hours=48)
"""How long after their last message a customer may be written to."""
ANSWERS_MAX: Final = 5
"""How much may be said to a customer after their last message."""
CODE_SECONDS: Final = 20
"""How long the code of entering, or of an end, gives the right to one message."""


class SessionState(IntEnum):
    """Who looks after a conversation, in WeCom's numbers."""

    NEW = 0
    ASSISTANT = 1
    WAITING = 2
    SERVICER = 3
    ENDED = 4


class Origin(StrEnum):
    """Who said something: the customer, a member in WeCom, a rule, one of the staff from here; `event`: nobody, it happened."""

    CUSTOMER = "customer"
    SERVICER = "servicer"
    RULE = "rule"
    STAFF = "staff"
    EVENT = "event"


class MessageState(StrEnum):
    """`waiting`: to be sent. `failed`: `reason` says why. `recalled`: who said it took it back, and its text is gone."""

    RECEIVED = "received"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    RECALLED = "recalled"


class NotSaid(StrEnum):
    """Why nothing can be said, or why something was not."""

    OUTSIDE_WINDOW = "outside_window"
    TOO_MANY = "too_many"
    WITH_PERSON = "with_person"
    ENDED = "ended"
    EXPIRED = "expired"
    REFUSED = "refused"
    BLOCKED = "blocked"


# --- what is told from outside


@dataclass(frozen=True, slots=True)
class OutsideAccount:
    """An account as it is there."""

    open_kfid: str
    name: str


@dataclass(frozen=True, slots=True)
class OutsideServicer:
    """A member who looks after an account."""

    userid: str
    is_on_duty: bool


@dataclass(frozen=True, slots=True)
class OutsideVisitor:
    """Who somebody is who wrote."""

    external_userid: str
    unionid: str = ""
    nickname: str = ""


@dataclass(frozen=True, slots=True)
class OutsideMessage:
    """Something that came to an account: `text` of a text, `told` of an event. `kind` is WeCom's word for it."""

    msgid: str
    external_userid: str
    said_at: datetime
    origin: Origin
    kind: str
    text: str = ""
    userid: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutsidePage:
    """What came, and the cursor behind it; an empty page may have more behind it."""

    rows: Sequence[OutsideMessage]
    next_cursor: str
    has_more: bool


class ServiceSource(Protocol):
    """A corp's customer service. Every method raises SourceRefusedError of room contacts where WeCom refuses."""

    def accounts(self) -> Sequence[OutsideAccount]: ...

    def servicers(self, open_kfid: str) -> Sequence[OutsideServicer]: ...

    def page(self, open_kfid: str, cursor: str, token: str) -> OutsidePage: ...

    def visitors(self, external_userids: Sequence[str]) -> Sequence[OutsideVisitor]: ...

    def session(self, open_kfid: str, external_userid: str) -> tuple[SessionState, str]: ...

    def change_session(self, open_kfid: str, external_userid: str, state: SessionState, userid: str) -> str:
        """Gives the code for a message that goes with it, or ""."""

    def say(self, open_kfid: str, external_userid: str, said: Said, msgid: str) -> None: ...

    def say_on_event(self, code: str, said: Said, msgid: str) -> None: ...

    def link(self, open_kfid: str, scene: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Said:
    """What is said: a text, and questions under it that can be tapped."""

    text: str
    questions: Sequence[str] = ()


# --- accounts and conversations


@dataclass(frozen=True, slots=True)
class Servicer:
    """A member who looks after an account; `busy`: how many conversations they have now."""

    userid: str
    staff_id: int | None
    is_on_duty: bool
    busy: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """An account of customer service. `refusal` is WeCom's code where it was not read."""

    account_id: int
    corp_id: str
    open_kfid: str
    name: str
    rules_id: int | None
    is_there: bool
    read_at: datetime | None
    refusal: int
    servicers: Sequence[Servicer] = ()


@dataclass(frozen=True, slots=True)
class AccountToRead:
    """An account whose messages are to be read: from where, and by which token ("" : none, and WeCom takes few such calls)."""

    account_id: int
    corp_id: str
    open_kfid: str
    cursor: str
    token: str
    rules_id: int | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation. `asked_at`: since when somebody waits for an answer; `answers`: ours since the customer wrote last."""

    conversation_id: int
    account_id: int
    profile_id: int
    state: SessionState
    scene: str
    userid: str
    staff_id: int | None
    began_at: datetime
    touched_at: datetime
    wrote_at: datetime | None = None
    answers: int = 0
    unmatched: int = 0
    asked_at: datetime | None = None
    first_asked_at: datetime | None = None
    first_answered_at: datetime | None = None
    answered_by: Origin | None = None
    handed_over_at: datetime | None = None
    taken_at: datetime | None = None
    received: int = 0
    by_rules: int = 0
    by_persons: int = 0
    ended_at: datetime | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation as a list shows it; `customer_id` and `may_say` as of now (None: it may be written to)."""

    conversation: Conversation
    customer_id: int
    account_name: str
    may_say: NotSaid | None
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said. `text` None: it has none, is too old, or was not asked for."""

    message_id: int
    origin: Origin
    kind: str
    by: str
    state: MessageState
    reason: str
    said_at: datetime
    text: str | None
    questions: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ServiceTask:
    """One thing to do in WeCom: something to say (`said`), or a conversation to hand on (`state`, `userid`). `attempts` counts this
    one; after a first whose answer was lost it may be done already."""

    task_id: int
    conversation_id: int
    corp_id: str
    open_kfid: str
    external_userid: str
    msgid: str
    said: Said | None
    state: SessionState | None
    userid: str
    code: str
    attempts: int
    dies_at: datetime


class ServiceNumber(StrEnum):
    """One of the numbers of a `ServiceDay` that count something of customers."""

    CONVERSATIONS = "conversations"
    RECEIVED = "received"
    BY_RULES = "by_rules"
    BY_PERSONS = "by_persons"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """A business day ("" for all together): conversations begun, messages received, answers of rules and of persons, conversations
    given to a person, and the medians of how long the first answer and a person were waited for (None: nobody waited)."""

    day: str
    conversations: int
    received: int
    by_rules: int
    by_persons: int
    handed_over: int
    answer_seconds: float | None
    person_seconds: float | None


# --- errors


class CannotSayError(ConflictError):
    """This customer cannot be written to now."""

    code = "cannot_say"


class SessionEndedError(ConflictError):
    """This conversation has ended."""

    code = "session_ended"


class UnknownConversationError(NotFoundError):
    """There is no such conversation, or it is outside your scope."""

    code = "unknown_conversation"


class UnknownServicerError(InvalidError):
    """This member does not look after the account of this conversation."""

    code = "unknown_servicer"


class RulesInUseError(ConflictError):
    """Accounts go by these rules; give them others first."""

    code = "rules_in_use"
