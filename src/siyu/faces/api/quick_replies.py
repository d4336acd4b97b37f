"""Quick replies: what one of the staff often says, for themselves."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.domain.content import contracts, service
from siyu.faces.api.access import CurrentActor, Id, ReadOnly, Work

router = APIRouter(prefix="/api/quick-replies", tags=["content"])


class QuickReplyRow(BaseModel):
    """One of your own."""

    reply_id: int
    title: str
    body: str
    changed_at: datetime


class QuickReplies(BaseModel):
    """All of your own, the oldest first."""

    rows: list[QuickReplyRow]


class QuickReplyDraft(BaseModel):
    """What is to be saved; the text may have places."""

    title: str
    body: str


@router.get("", summary="Your quick replies")
def list_quick_replies(actor: CurrentActor, reading: ReadOnly) -> QuickReplies:
    return QuickReplies(rows=[_row(each) for each in service.list_replies(reading, actor)])


@router.post("", summary="A new quick reply")
def create_quick_reply(actor: CurrentActor, work: Work, draft: QuickReplyDraft) -> QuickReplyRow:
    return _row(service.save_reply(work, actor, None, draft.title, draft.body))


@router.put("/{reply_id}", summary="Change a quick reply")
def save_quick_reply(actor: CurrentActor, work: Work, reply_id: Id, draft: QuickReplyDraft) -> QuickReplyRow:
    return _row(service.save_reply(work, actor, reply_id, draft.title, draft.body))


@router.delete("/{reply_id}", summary="Take a quick reply away", status_code=204)
def delete_quick_reply(actor: CurrentActor, work: Work, reply_id: Id) -> None:
    service.delete_reply(work, actor, reply_id)


def _row(reply: contracts.QuickReply) -> QuickReplyRow:
    return QuickReplyRow(reply_id=reply.reply_id, title=reply.title, body=reply.body, changed_at=reply.changed_at)
