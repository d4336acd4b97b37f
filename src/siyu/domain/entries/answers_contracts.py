"""Answers to forms: who gave them, what they came to, and why none is taken. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from siyu.domain.entries.forms_contracts import Form
from siyu.kernel.errors import ConflictError, InvalidError, NotFoundError

Value = str | int | float | bool | list[str]
"""The answer to a question: the key of a choice, keys of choices, a number, a day ("2026-03-01"), a text, true for a consent."""

PERSONAL_KINDS: Final = frozenset({"text", "long_text", "phone", "email", "city"})
"""Questions whose answers people type: sealed with the answer, and in no event."""

ANSWERS_AT_ONCE: Final = 1_000


class FormState(StrEnum):
    """Whether a form takes answers now, and why not."""

    OPEN = "open"
    NOT_YET = "not_yet"
    ENDED = "ended"
    FULL = "full"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class PublishedForm:
    """A form as it is shown to customers, in its version."""

    form_id: int
    version: int
    name: str
    form: Form
    state: FormState


@dataclass(frozen=True, slots=True)
class Respondent:
    """Who has a form before them: for sure the one whom a personal link was made for (`profile_id`), or a visitor, known by what
    their browser keeps."""

    profile_id: int | None = None
    visitor: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an answer to one question is not taken. `limit` where the reason names one."""

    reason: str
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was taken. `is_repeated`: it had been before, by the same page."""

    answer_id: int
    is_repeated: bool
    is_changed: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer as staff see it: phones and e-mail masked."""

    answer_id: int
    customer_id: int
    customer_name: str
    version: int
    answered_at: datetime
    changed_at: datetime | None
    score: int | None
    band: str | None
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class QuestionNumbers:
    """What a question's answers come to: how many there are, how often each choice (or step of a scale) was taken, and of
    numbers the mean and the ends."""

    answers: int
    counts: Mapping[str, int]
    mean: float | None = None
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class FormNumbers:
    """What a form came to: persons who opened it, persons who answered, answers, and each question."""

    opened: int
    respondents: int
    answers: int
    mean_score: float | None
    bands: Mapping[str, int]
    questions: Mapping[str, QuestionNumbers]
    by_day: Sequence[tuple[str, int]]


class UnknownFormError(NotFoundError):
    """There is no such form, or it was never published."""

    code = "unknown_form"


class FormClosedError(ConflictError):
    """This form takes no answers now."""

    code = "form_closed"

    def __init__(self, state: FormState) -> None:
        self.state = state
        super().__init__(f"({state.value})", state=state.value)


class PersonalFormError(ConflictError):
    """This form is for those who have a link of their own."""

    code = "personal_form"


class AlreadyAnsweredError(ConflictError):
    """You have answered this form already."""

    code = "already_answered"


class BadAnswersError(InvalidError):
    """Some answers cannot be taken."""

    code = "bad_answers"

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        self.faults = faults
        super().__init__(", ".join(faults), questions=list(faults))


class FormHasAnswersError(ConflictError):
    """People have answered this form, so it cannot be deleted; stop it instead."""

    code = "form_has_answers"
