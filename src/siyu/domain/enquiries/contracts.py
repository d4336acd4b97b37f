"""What others may know of enquiries: what is asked, answered, wished; the errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

TEXT_LENGTH_MAX = 2_000
SUBJECT_LENGTH_MAX = 200
ANSWER_LENGTH_MAX = 4_000
WISH_LENGTH_MAX = 1_000
FOUND_MAX = 20


class EnquiryState(StrEnum):
    """`open` until somebody answers (`answered`), or it is closed without an answer (`closed`)."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class EnquiryView(StrEnum):
    """`mine`: what whoever looks has asked. `team`: what those have asked for whom they answer."""

    MINE = "mine"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class EnquiryDraft:
    """What somebody does not know: in words, and what it is about as far as there is such a thing."""

    text: str
    customer_id: int | None = None
    task_id: int | None = None
    script_id: int | None = None
    journey_id: int | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be said or done. `subject`: the question in general words, as all may read it where the answer is shared."""

    subject: str
    text: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """That a step of a journey be changed, and how. `step` is None where the whole of it is meant."""

    journey_id: int
    step: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Enquiry:
    """An enquiry as it stands. `made_script_id`: the script that its answer became, a draft until somebody publishes it. The wish
    stands until it is settled: somebody has looked at the journey because of it."""

    enquiry_id: int
    asked_by: int
    asked_at: datetime
    text: str
    profile_id: int | None
    customer_id: int | None
    task_id: int | None
    script_id: int | None
    journey_id: int | None
    step: int | None
    state: EnquiryState
    subject: str
    answer: str
    is_shared: bool
    ended_by: int | None
    ended_at: datetime | None
    read_at: datetime | None
    made_script_id: int | None
    wish_journey_id: int | None
    wish_step: int | None
    wish: str
    wished_by: int | None
    wished_at: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """An answer that all may find. `likeness`: from 0 to 1, how like it is to what was looked for."""

    enquiry_id: int
    subject: str
    answer: str
    answered_by: int
    answered_at: datetime
    made_script_id: int | None
    likeness: float


@dataclass(frozen=True, slots=True)
class EnquiryCounts:
    """Open enquiries of those for whom the asker answers, and answers to their own that they have not read yet."""

    to_answer: int
    unread: int


class UnknownEnquiryError(NotFoundError):
    """There is no such enquiry, or it is another's."""

    code = "unknown_enquiry"


class EnquiryClosedError(ConflictError):
    """This enquiry is closed; ask again."""

    code = "enquiry_closed"


class EnquiryUnansweredError(ConflictError):
    """Answer the enquiry first."""

    code = "enquiry_unanswered"


class BadEnquiryError(InvalidError):
    """This cannot be asked or answered so."""

    code = "bad_enquiry"
