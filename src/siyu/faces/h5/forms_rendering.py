"""A form as its page shows it: the same for customers and for the preview in the console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from siyu.domain.entries.contracts import (
    ANSWER_LENGTH_MAX,
    SCALES,
    Fault,
    Form,
    FormChoice,
    MultipleQuestion,
    Question,
    choices_of,
)
from siyu.faces.h5.forms_words import FORM_WORDS
from siyu.faces.h5.words import Language

FIELD_PREFIX = "q-"
"""Before a question's key in the names of fields, so that no key is taken for one of the page's own."""

_AUTOCOMPLETE = {"phone": "tel", "email": "email", "city": "address-level2"}
_INPUT_TYPES = {"phone": "tel", "email": "email", "date": "date"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One question on the page."""

    question: Question
    name: str
    choices: Sequence[FormChoice]
    scale: Sequence[int]
    sent: Sequence[str]
    fault: str
    count_note: str
    when: str
    input_type: str
    autocomplete: str
    length_max: int

    @property
    def kind(self) -> str:
        return self.question.kind

    @property
    def is_group(self) -> bool:
        """Whether it is several fields, and not one."""
        return bool(self.choices or self.scale)


@dataclass(frozen=True, slots=True)
class Filling:
    """What stands in the page beside the form: its token, what was sent before, and what is wrong with it."""

    token: str = ""
    raw: Mapping[str, Sequence[str]] = field(default_factory=dict)
    faults: Mapping[str, Fault] = field(default_factory=dict)
    notice: str = ""


def values_of(form: Form, filling: Filling, language: Language) -> dict[str, Any]:
    """What the template is filled with."""
    words = FORM_WORDS[language]
    titles = {question.key: question for question in form.questions}
    return {
        "form": form,
        "form_words": words,
        "pages": [
            (page.title, [_shown(question, titles, filling, words) for question in page.questions])
            for page in form.pages
        ],
        "filling": filling,
        "prefix": FIELD_PREFIX,
    }


def _shown(question: Question, questions: Mapping[str, Question], filling: Filling, words: Mapping[str, str]) -> Shown:
    fault = filling.faults.get(question.key)
    scale = SCALES.get(question.kind)
    return Shown(
        question=question,
        name=FIELD_PREFIX + question.key,
        choices=choices_of(question),
        scale=range(scale[0], scale[1] + 1) if scale else (),
        sent=filling.raw.get(question.key, ()),
        fault=words[f"fault_{fault.reason}"].format(limit=fault.limit) if fault else "",
        count_note=_count_note(question, words),
        when=_when(question, questions, words),
        input_type=_INPUT_TYPES.get(question.kind, "text"),
        autocomplete=_AUTOCOMPLETE.get(question.kind, "off"),
        length_max=ANSWER_LENGTH_MAX.get(question.kind, 100),
    )


def _count_note(question: Question, words: Mapping[str, str]) -> str:
    if not isinstance(question, MultipleQuestion):
        return ""
    least, most = question.least, question.most
    if most is not None and most < len(question.choices):
        return words["between" if least > 1 else "at_most_choices"].format(least=least, most=most)
    return words["at_least_choices"].format(least=least) if least > 1 else ""


def _when(question: Question, questions: Mapping[str, Question], words: Mapping[str, str]) -> str:
    """For those whose browser runs no scripts: they see every question."""
    if question.show_if is None:
        return ""
    named = [
        choice.label for choice in choices_of(questions[question.show_if.question]) if choice.key in question.show_if.any_of
    ]  # fmt: skip
    return words["when"].format(choices=" / ".join(named))
