"""Saved questions: kept, opened again, changed, taken away."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.domain.metrics import service
from siyu.domain.metrics.reading import SavedQuestion
from siyu.faces.api.access import CurrentActor, Id, ReadOnly, Searching, Version, Work
from siyu.faces.api.documents import DescribedAs, Document
from siyu.faces.api.insight import QuestionDefinition

router = APIRouter(prefix="/api/questions", tags=["insight"])


class QuestionRow(BaseModel):
    """A saved question. Hand `revision` back when saving."""

    question_id: int
    name: str
    revision: int
    question: QuestionDefinition
    updated_at: datetime


class QuestionPage(BaseModel):
    """Saved questions, the newest first."""

    rows: list[QuestionRow]
    next_after: str | None


class QuestionDraft(BaseModel):
    """What is to be saved."""

    name: str
    question: Annotated[Document, DescribedAs(QuestionDefinition)]
    revision: Version | None = None


@router.get("", summary="Saved questions")
def list_questions(actor: CurrentActor, reading: ReadOnly, page: Searching) -> QuestionPage:
    found = service.list_questions(reading, actor, page)
    return QuestionPage(rows=[_row(each) for each in found.rows], next_after=found.next_after)


@router.post("", summary="Save a question", status_code=201)
def create_question(actor: CurrentActor, work: Work, draft: QuestionDraft) -> QuestionRow:
    return _row(service.create_question(work, actor, draft.name, draft.question))


@router.get("/{question_id}", summary="One saved question")
def get_question(actor: CurrentActor, reading: ReadOnly, question_id: Id) -> QuestionRow:
    return _row(service.get_question(reading, actor, question_id))


@router.put("/{question_id}", summary="Change it")
def save_question(actor: CurrentActor, work: Work, question_id: Id, draft: QuestionDraft) -> QuestionRow:
    return _row(service.save_question(work, actor, question_id, draft.name, draft.question, revision=draft.revision))


@router.delete("/{question_id}", summary="Take it away", status_code=204)
def delete_question(actor: CurrentActor, work: Work, question_id: Id) -> None:
    service.delete_question(work, actor, question_id)


def _row(saved: SavedQuestion) -> QuestionRow:
    return QuestionRow(
        question_id=saved.question_id,
        name=saved.name,
        revision=saved.revision,
        question=QuestionDefinition(saved.question),
        updated_at=saved.updated_at,
    )
