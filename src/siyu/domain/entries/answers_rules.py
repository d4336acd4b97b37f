"""From what a page sent to what it means: which questions count, what their answers are, and what follows from them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from siyu.domain.customers.contracts import BadIdentityError, Identity, normal_identity
from siyu.domain.entries.answers_contracts import PERSONAL_KINDS, Fault, FormState, Value
from siyu.domain.entries.forms_contracts import (
    ANSWER_LENGTH_MAX,
    NUMBER_MAX,
    SCALES,
    ConsentQuestion,
    ContactQuestion,
    Form,
    FormBand,
    MultipleQuestion,
    NumberQuestion,
    Question,
    SingleQuestion,
    choices_of,
)

Raw = Mapping[str, Sequence[str]]
"""What a page sent: for each question's key the values of its fields."""

YES = "yes"
YEARS = (1900, 2100)
_NUMBER = re.compile(r"[+-]?[0-9]{1,16}(\.[0-9]{1,9})?")
_NUMBER_TEXT_LENGTH_MAX = 40
_PHONE = re.compile(r"1[3-9][0-9]{9}|\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


class BadAnswerError(ValueError):
    """An answer that does not fit its question."""

    def __init__(self, reason: str, limit: object = "") -> None:
        super().__init__(reason)
        self.fault = Fault(reason, str(limit))


@dataclass(frozen=True, slots=True)
class Checked:
    """What was answered to the questions that are shown, in their order; and to which no answer can be taken."""

    values: dict[str, Value] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer comes to. `plain` may stand in an event, `personal` may not."""

    plain: dict[str, Value]
    personal: dict[str, str]
    score: int | None
    band: FormBand | None
    tags: tuple[int, ...]
    attributes: dict[str, Value]
    consents: tuple[ConsentQuestion, ...]
    identities: tuple[Identity, ...]


def state_of(form: Form, *, is_live: bool, answers: int, now: datetime) -> FormState:
    """Whether the form takes answers."""
    if not is_live:
        return FormState.STOPPED
    if form.opens_at is not None and now < form.opens_at:
        return FormState.NOT_YET
    if form.closes_at is not None and now >= form.closes_at:
        return FormState.ENDED
    if form.answers_max is not None and answers >= form.answers_max:
        return FormState.FULL
    return FormState.OPEN


def check_answers(form: Form, raw: Raw) -> Checked:
    """The answers to those questions that are shown; what was sent for others is dropped."""
    checked = Checked()
    for question in form.questions:
        if not is_shown(question, checked.values):
            continue
        try:
            value = value_of(question, raw.get(question.key, ()))
        except BadAnswerError as error:
            checked.faults[question.key] = error.fault
            continue
        if value is not None:
            checked.values[question.key] = value
        elif question.is_required:
            checked.faults[question.key] = Fault("required")
    return checked


def is_shown(question: Question, values: Mapping[str, Value]) -> bool:
    """Whether a question is asked, after these answers to earlier ones."""
    if question.show_if is None:
        return True
    told = values.get(question.show_if.question)
    chosen = [told] if isinstance(told, str) else told if isinstance(told, list) else []
    return any(key in question.show_if.any_of for key in chosen)


def value_of(question: Question, sent: Sequence[str]) -> Value | None:
    """The answer to one question; None where there is none. BadAnswerError where it does not fit."""
    texts = [each.strip() for each in sent if each.strip()]
    if not texts:
        return None
    if isinstance(question, MultipleQuestion):
        return _several(question, texts)
    text = texts[-1]
    if isinstance(question, SingleQuestion):
        return _one_of(text, [choice.key for choice in question.choices])
    if isinstance(question, NumberQuestion):
        return _number(question, text)
    if isinstance(question, ContactQuestion):
        return _contact(question.kind, text)
    if isinstance(question, ConsentQuestion):
        return _one_of(text, [YES]) == YES
    if question.kind == "date":
        return _day(text)
    if question.kind in SCALES:
        least, most = SCALES[question.kind]
        return int(_one_of(text, [str(each) for each in range(least, most + 1)]))
    return _text(question.kind, text)


def outcome_of(form: Form, values: Mapping[str, Value]) -> Outcome:
    """What follows from checked answers."""
    questions = [question for question in form.questions if question.key in values]
    score = sum(
        choice.score for question in questions for choice in choices_of(question) if _is_chosen(choice.key, values, question)
    )  # fmt: skip
    band = next((band for band in reversed(form.bands) if score >= band.least), None)
    tags = {
        tag_id
        for question in questions
        for choice in choices_of(question)
        if _is_chosen(choice.key, values, question)
        for tag_id in choice.tags
    }.union(band.tags if band else ())
    attributes = {
        question.attribute: _attribute(question, values[question.key])
        for question in questions
        if question.attribute is not None
    }
    if form.score_attribute is not None:
        attributes[form.score_attribute] = score
    if form.band_attribute is not None and band is not None:
        attributes[form.band_attribute] = band.label
    return Outcome(
        plain={each.key: values[each.key] for each in questions if each.kind not in PERSONAL_KINDS},
        personal={each.key: str(values[each.key]) for each in questions if each.kind in PERSONAL_KINDS},
        score=score if form.is_scored else None,
        band=band,
        tags=tuple(sorted(tags)),
        attributes=attributes,
        consents=tuple(each for each in questions if isinstance(each, ConsentQuestion)),
        identities=tuple(
            Identity(each.kind, str(values[each.key]))
            for each in questions
            if isinstance(each, ContactQuestion) and each.identifies
        ),
    )


def _is_chosen(key: str, values: Mapping[str, Value], question: Question) -> bool:
    told = values[question.key]
    return key == told if isinstance(told, str) else isinstance(told, list) and key in told


def _attribute(question: Question, value: Value) -> Value:
    """What an attribute becomes: of choices what they say it does, of anything else the answer."""
    if isinstance(question, SingleQuestion | MultipleQuestion):
        told = [
            choice.value or choice.label
            for choice in question.choices
            if _is_chosen(choice.key, {question.key: value}, question)
        ]
        return told[0] if isinstance(question, SingleQuestion) else told
    return value


def _one_of(text: str, keys: Sequence[str]) -> str:
    if text not in keys:
        raise BadAnswerError("choice")
    return text


def _several(question: MultipleQuestion, texts: Sequence[str]) -> list[str]:
    keys = [choice.key for choice in question.choices]
    chosen = {_one_of(text, keys) for text in texts}
    if len(chosen) < question.least:
        raise BadAnswerError("few", question.least)
    if question.most is not None and len(chosen) > question.most:
        raise BadAnswerError("many", question.most)
    return [key for key in keys if key in chosen]


def _number(question: NumberQuestion, text: str) -> int | float:
    told = unicodedata.normalize("NFKC", text[:_NUMBER_TEXT_LENGTH_MAX]).replace(",", "").strip()
    try:
        number = Decimal(told) if _NUMBER.fullmatch(told) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > NUMBER_MAX:
        raise BadAnswerError("number")
    is_whole = number == number.to_integral_value()
    if question.is_whole and not is_whole:
        raise BadAnswerError("whole")
    if question.least is not None and number < Decimal(str(question.least)):
        raise BadAnswerError("at_least", _plain(question.least))
    if question.most is not None and number > Decimal(str(question.most)):
        raise BadAnswerError("at_most", _plain(question.most))
    return int(number) if is_whole else float(number)


def _plain(bound: float) -> str:
    return str(int(bound)) if float(bound).is_integer() else str(bound)


def _contact(kind: str, text: str) -> str:
    """In its one spelling. Stricter than what programs may send: people mistype."""
    try:
        found = normal_identity(kind, text).value
    except BadIdentityError:
        raise BadAnswerError(kind) from None
    if not (_PHONE if kind == "phone" else _EMAIL).fullmatch(found):
        raise BadAnswerError(kind)
    return found


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadAnswerError("date") from None
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise BadAnswerError("date")
    return day.isoformat()


def _text(kind: str, text: str) -> str | None:
    """Without control characters; new lines stay where there may be several."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        each if (each == "\n" and kind == "long_text") or unicodedata.category(each) not in ("Cc", "Cs") else " "
        for each in lines
    ).strip()
    if len(kept) > ANSWER_LENGTH_MAX[kind]:
        raise BadAnswerError("long", ANSWER_LENGTH_MAX[kind])
    return kept or None
