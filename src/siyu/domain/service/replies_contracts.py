"""What an account of customer service answers by itself, as its document says it. Part of `contracts`.

The first thing that fits is answered, in this order: words by which somebody asks for a person; a reply or a question whose words
the message equals; one whose words it contains; the answer to a first message; what is said outside of the hours; what is said
where nothing fits. A customer whom nothing fitted for so many times in a row is handed to a person, if it is their hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from siyu.domain.definitions.contracts import WITHOUT_KIND, DefinitionStatus

SERVICE_RULE_KIND = "service_rule"

TEXT_BYTES_MAX = 2_048
"""WeCom cuts what is longer."""
QUESTION_BYTES_MAX = 128
WORD_LENGTH_MAX = 40
WORDS_MAX, REPLIES_MAX, FAQS_MAX, HOURS_MAX, UNMATCHED_MAX = 20, 200, 50, 20, 10
MENU_MAX = 9
"""How many questions a greeting offers; WeCom shows ten lines."""
DAY_MINUTES = 24 * 60

Said = Annotated[str, Field(strict=True, min_length=1, max_length=TEXT_BYTES_MAX)]
OptionalSaid = Annotated[str, Field(strict=True, max_length=TEXT_BYTES_MAX)]
Word = Annotated[str, Field(strict=True, min_length=1, max_length=WORD_LENGTH_MAX)]
Words = Annotated[tuple[Word, ...], Field(max_length=WORDS_MAX)]
Minute = Annotated[int, Field(strict=True, ge=0, le=DAY_MINUTES)]
Truth = Annotated[bool, Field(strict=True)]


@dataclass(frozen=True, slots=True)
class ServiceReply:
    """What is answered to a message with one of these words; `equals`: that says nothing else."""

    __pydantic_config__ = WITHOUT_KIND

    words: Annotated[tuple[Word, ...], Field(min_length=1, max_length=WORDS_MAX)]
    text: Said
    match: Literal["contains", "equals"] = "contains"


@dataclass(frozen=True, slots=True)
class ServiceFaq:
    """A question that is asked often. Greetings offer the first ones to be tapped; its own text and its words lead to it."""

    __pydantic_config__ = WITHOUT_KIND

    question: Annotated[str, Field(strict=True, min_length=1, max_length=QUESTION_BYTES_MAX)]
    answer: Said
    words: Words = ()


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """When persons serve on some weekdays (Monday is 1); hours that end before they begin end on the next day."""

    __pydantic_config__ = WITHOUT_KIND

    weekdays: Annotated[tuple[Annotated[int, Field(strict=True, ge=1, le=7)], ...], Field(min_length=1, max_length=7)]
    begins: Minute
    ends: Minute


@dataclass(frozen=True, slots=True)
class ServiceHandOver:
    """When a conversation goes to a person: on one of these words, or after so many messages in a row that nothing fitted (0:
    never). `text` is said then, `waiting` instead where everybody is off duty and the customer waits for who comes first."""

    __pydantic_config__ = WITHOUT_KIND

    words: Words = ()
    after_unmatched: Annotated[int, Field(strict=True, ge=0, le=UNMATCHED_MAX)] = 0
    text: OptionalSaid = ""
    waiting: OptionalSaid = ""


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """All that is answered by itself. Without `hours` persons serve at all times; without `hand_over` none are asked to."""

    __pydantic_config__ = WITHOUT_KIND

    welcome: OptionalSaid = ""
    offers_faqs: Truth = True
    first_reply: OptionalSaid = ""
    out_of_hours: OptionalSaid = ""
    fallback: OptionalSaid = ""
    closing: OptionalSaid = ""
    hours: Annotated[tuple[ServiceHours, ...], Field(max_length=HOURS_MAX)] = ()
    replies: Annotated[tuple[ServiceReply, ...], Field(max_length=REPLIES_MAX)] = ()
    faqs: Annotated[tuple[ServiceFaq, ...], Field(max_length=FAQS_MAX)] = ()
    hand_over: ServiceHandOver | None = None


@dataclass(frozen=True, slots=True)
class ServiceDesign:
    """Rules as their makers see them: those in force (None before the first time), the draft if one waits, and which accounts go by
    them."""

    rules_id: int
    name: str
    status: DefinitionStatus
    version: int | None
    revision: int
    rules: ServiceRules | None
    draft: ServiceRules | None
    accounts: tuple[int, ...]
    updated_at: datetime

    @property
    def latest(self) -> ServiceRules:
        """What somebody who edits them should see."""
        found = self.draft or self.rules
        if found is None:
            raise ValueError(f"rules {self.rules_id} have no document")
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    """What is made of a message: what is said, by which rule (`words`, `faq`, `first`, `out_of_hours`, `fallback`, `hand_over`),
    and why it goes to a person, if it does (`asked`, `unmatched`)."""

    text: str = ""
    rule: str = ""
    hand_over: str = ""
    is_matched: bool = False
