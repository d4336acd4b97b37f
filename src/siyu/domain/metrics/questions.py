"""Saved questions: definitions of kind `question`. They are not published: asking changes nothing for anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import Definition
from siyu.domain.metrics.contracts import Question, SegmentBreakdown
from siyu.domain.metrics.questions_rules import parse_question, question_document
from siyu.kernel.actors import Actor
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

QUESTION_KIND = "question"


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A question as it was last saved. Hand `revision` back when saving to be told of others' edits."""

    question_id: int
    name: str
    revision: int
    question: Question
    updated_at: datetime
    updated_by: str


def create_question(work: UnitOfWork, actor: Actor, name: str, document: object) -> SavedQuestion:
    """A new one. InvalidDefinitionError says where the document is wrong and what to do."""
    actor.require("questions.write")
    question = parse_question(document)
    made = definitions.create(work, actor, QUESTION_KIND, name, question_document(question), _references(question))
    return _saved([made])[0]


def save_question(
    work: UnitOfWork, actor: Actor, question_id: int, name: str, document: object, *, revision: int | None = None
) -> SavedQuestion:
    """Another name, another question."""
    actor.require("questions.write")
    question = parse_question(document)
    saved = definitions.save_draft(
        work,
        actor,
        question_id,
        name,
        question_document(question),
        _references(question),
        kind=QUESTION_KIND,
        revision=revision,
    )
    return _saved([saved])[0]


def delete_question(work: UnitOfWork, actor: Actor, question_id: int) -> None:
    """Takes it away, unless something uses it."""
    actor.require("questions.write")
    definitions.delete(work, actor, question_id, kind=QUESTION_KIND)


def get_question(reading: Reading, actor: Actor, question_id: int) -> SavedQuestion:
    """One of them."""
    return _saved([definitions.get(reading, actor, question_id, QUESTION_KIND)])[0]


def list_questions(reading: Reading, actor: Actor, page: PageRequest) -> Page[SavedQuestion]:
    """The newest first."""
    found = definitions.list_definitions(reading, actor, QUESTION_KIND, page)
    return Page(_saved(found.rows), found.next_after)


def _references(question: Question) -> set[int]:
    found = {question.segment_id} if question.segment_id is not None else set()
    breakdown = getattr(question, "breakdown", None)
    return found | set(breakdown.segment_ids) if isinstance(breakdown, SegmentBreakdown) else found


def _saved(found: Sequence[Definition]) -> list[SavedQuestion]:
    return [
        SavedQuestion(
            question_id=each.definition_id,
            name=each.name,
            revision=each.revision,
            question=parse_question(each.latest),
            updated_at=each.updated_at,
            updated_by=each.updated_by,
        )
        for each in found
    ]
