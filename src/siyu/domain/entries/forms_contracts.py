"""Forms: pages of questions, and what becomes of the answers. Part of `contracts`.

A question is shown when it has no `show_if`, or when one of the choices that it names was chosen in an earlier question that is
shown itself. What is answered to a question that is not shown does not count. The score of an answer is the sum of the scores of
its choices; its band is the highest whose `least` the score reaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from siyu.domain.definitions.contracts import WITH_KIND, WITHOUT_KIND, DefinitionStatus, Id

FORM_KIND = "form"
FORM_OPENED = "form_opened"
FORM_ANSWERED = "form_answered"

PAGES_MAX = 20
QUESTIONS_MAX = 100
CHOICES_MAX = 50
BANDS_MAX = 10
TAGS_MAX = 10
SUGGESTIONS_MAX = 500
KEY_LENGTH_MAX = 40
LINE_LENGTH_MAX = 200
PROSE_LENGTH_MAX = 2_000
ANSWER_LENGTH_MAX = {"text": 200, "long_text": 2_000, "city": 40}
"""How long what people type may be, by the kind of question."""
SCORE_MAX = 1_000
NUMBER_MAX = 10**12
ANSWERS_MAX = 10_000_000
YEARS = (1990, 2200)
"""When a form may open and close: moments that can be told in any time zone."""
SCALES = {"rating": (1, 5), "nps": (0, 10)}

Key = Annotated[str, Field(strict=True, pattern=rf"^[a-z][a-z0-9_]{{0,{KEY_LENGTH_MAX - 1}}}$")]
"""A name for programs: it stands in events and files, and stays when the words change."""
Line = Annotated[str, Field(strict=True, min_length=1, max_length=LINE_LENGTH_MAX)]
OptionalLine = Annotated[str, Field(strict=True, max_length=LINE_LENGTH_MAX)]
Prose = Annotated[str, Field(strict=True, max_length=PROSE_LENGTH_MAX)]
AttributeName = Annotated[str, Field(strict=True, min_length=1, max_length=100)]
TagIds = Annotated[tuple[Id, ...], Field(max_length=TAGS_MAX)]
Truth = Annotated[bool, Field(strict=True)]
Bound = Annotated[float, Field(ge=-NUMBER_MAX, le=NUMBER_MAX)]


@dataclass(frozen=True, slots=True)
class FormChoice:
    """One thing to choose. `value` is what the question's attribute becomes; without it the label."""

    __pydantic_config__ = WITHOUT_KIND

    key: Key
    label: Line
    score: Annotated[int, Field(strict=True, ge=-SCORE_MAX, le=SCORE_MAX)] = 0
    tags: TagIds = ()
    value: Line | None = None


@dataclass(frozen=True, slots=True)
class ShowIf:
    """Any one of these choices was made in that earlier question."""

    __pydantic_config__ = WITHOUT_KIND

    question: Key
    any_of: Annotated[tuple[Key, ...], Field(min_length=1, max_length=CHOICES_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyQuestion:
    """What every question has. `attribute` of the customer is set to the answer."""

    key: Key
    title: Annotated[str, Field(strict=True, min_length=1, max_length=PROSE_LENGTH_MAX)]
    note: Prose = ""
    is_required: Truth = False
    attribute: AttributeName | None = None
    show_if: ShowIf | None = None


Choices = Annotated[tuple[FormChoice, ...], Field(min_length=1, max_length=CHOICES_MAX)]
_Count = Annotated[int, Field(strict=True, ge=0, le=CHOICES_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleQuestion(AnyQuestion):
    """One of the choices."""

    __pydantic_config__ = WITH_KIND

    choices: Choices
    kind: Literal["single"] = "single"


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleQuestion(AnyQuestion):
    """Some of the choices: who chooses any chooses at least `least` and at most `most`. The attribute becomes a list."""

    __pydantic_config__ = WITH_KIND

    choices: Choices
    least: _Count = 0
    most: _Count | None = None
    kind: Literal["multiple"] = "multiple"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextQuestion(AnyQuestion):
    """A line, or some lines, of one's own."""

    __pydantic_config__ = WITH_KIND

    kind: Literal["text", "long_text"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberQuestion(AnyQuestion):
    """A number, within bounds where they are given."""

    __pydantic_config__ = WITH_KIND

    least: Bound | None = None
    most: Bound | None = None
    is_whole: Truth = False
    kind: Literal["number"] = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateQuestion(AnyQuestion):
    """A day."""

    __pydantic_config__ = WITH_KIND

    kind: Literal["date"] = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactQuestion(AnyQuestion):
    """A phone or an e-mail address. `identifies`: who came by a personal link is known by it from now on."""

    __pydantic_config__ = WITH_KIND

    identifies: Truth = False
    kind: Literal["phone", "email"] = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class CityQuestion(AnyQuestion):
    """A city or region, typed, with suggestions."""

    __pydantic_config__ = WITH_KIND

    suggestions: Annotated[tuple[Line, ...], Field(max_length=SUGGESTIONS_MAX)] = ()
    kind: Literal["city"] = "city"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleQuestion(AnyQuestion):
    """From 1 to 5 (`rating`), or how likely one is to recommend, from 0 to 10 (`nps`)."""

    __pydantic_config__ = WITH_KIND

    kind: Literal["rating", "nps"] = "rating"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentQuestion(AnyQuestion):
    """A box to tick. Ticked, it is a word on consent to that purpose in that channel, and the title is its proof."""

    __pydantic_config__ = WITH_KIND

    purpose: Annotated[str, Field(strict=True, max_length=40)]
    channel: Annotated[str, Field(strict=True, max_length=40)] = "*"
    kind: Literal["consent"] = "consent"


Question = Annotated[
    SingleQuestion
    | MultipleQuestion
    | TextQuestion
    | NumberQuestion
    | DateQuestion
    | ContactQuestion
    | CityQuestion
    | ScaleQuestion
    | ConsentQuestion,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class FormSection:
    """Questions that are shown together."""

    __pydantic_config__ = WITHOUT_KIND

    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=QUESTIONS_MAX)]
    title: OptionalLine = ""


@dataclass(frozen=True, slots=True)
class FormBand:
    """Those whose score is at least so much."""

    __pydantic_config__ = WITHOUT_KIND

    key: Key
    label: Line
    least: Annotated[int, Field(strict=True, ge=-SCORE_MAX * QUESTIONS_MAX, le=SCORE_MAX * QUESTIONS_MAX)]
    tags: TagIds = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form as its document says it. `may_change`: who answered once may answer anew, and the later answer counts."""

    __pydantic_config__ = WITHOUT_KIND

    title: Line
    pages: Annotated[tuple[FormSection, ...], Field(min_length=1, max_length=PAGES_MAX)]
    intro: Prose = ""
    thanks: Prose = ""
    next_label: OptionalLine = ""
    next_url: Annotated[str, Field(strict=True, max_length=2_000)] | None = None
    answering: Literal["once", "many"] = "once"
    may_change: Truth = False
    who: Literal["anyone", "personal"] = "anyone"
    opens_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None
    answers_max: Annotated[int, Field(strict=True, ge=1, le=ANSWERS_MAX)] | None = None
    score_attribute: AttributeName | None = None
    band_attribute: AttributeName | None = None
    bands: Annotated[tuple[FormBand, ...], Field(max_length=BANDS_MAX)] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """All of them, in the order in which they are asked."""
        return tuple(question for page in self.pages for question in page.questions)

    @property
    def is_scored(self) -> bool:
        """Whether an answer has a score."""
        return bool(self.bands or self.score_attribute) or any(
            choice.score for question in self.questions for choice in choices_of(question)
        )


def choices_of(question: Question) -> tuple[FormChoice, ...]:
    """What there is to choose; nothing where one types."""
    return question.choices if isinstance(question, SingleQuestion | MultipleQuestion) else ()


def tags_in(form: Form) -> list[tuple[str, int]]:
    """Every tag that the form gives, with the way to it."""
    found = []
    for n, page in enumerate(form.pages):
        for m, question in enumerate(page.questions):
            for k, choice in enumerate(choices_of(question)):
                found += [(f"pages.{n}.questions.{m}.choices.{k}.tags", tag_id) for tag_id in choice.tags]
    return found + [(f"bands.{n}.tags", tag_id) for n, band in enumerate(form.bands) for tag_id in band.tags]


@dataclass(frozen=True, slots=True)
class FormDesign:
    """A form as its makers see it: the published one (None before the first), and the draft if one is waiting."""

    form_id: int
    name: str
    status: DefinitionStatus
    version: int | None
    revision: int
    form: Form | None
    draft: Form | None
    answers: int
    updated_at: datetime

    @property
    def latest(self) -> Form:
        """What somebody who edits it should see."""
        found = self.draft or self.form
        if found is None:
            raise ValueError(f"form {self.form_id} has no document")
        return found
