"""Reading enquiries: lists by the views that an actor has, what is like a question, wishes for a journey."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from siyu.domain.enquiries import rules, store
from siyu.domain.enquiries.contracts import (
    FOUND_MAX,
    TEXT_LENGTH_MAX,
    BadEnquiryError,
    Enquiry,
    EnquiryCounts,
    EnquiryState,
    EnquiryView,
    SharedAnswer,
)
from siyu.domain.enquiries.rules import staff_id_of
from siyu.domain.enquiries.service import ANSWER, READ
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading

__all__ = [
    "count_enquiries",
    "find_answers",
    "list_enquiries",
    "staff_id_of",
    "told_of",
    "unread_answers",
    "wishes_for",
]
"""What of this door is written in the file beside it, and below."""

VIEWS = {EnquiryView.MINE: store.MINE, EnquiryView.TEAM: store.TEAM}
LOOKED_THROUGH_MAX = 2_000
TOLD = ("text", "asked_at", "subject", "answer", "wish")


def list_enquiries(
    reading: Reading,
    actor: Actor,
    page: PageRequest,
    view: EnquiryView = EnquiryView.MINE,
    *,
    state: EnquiryState | None = None,
    customer_id: int | None = None,
) -> Page[Enquiry]:
    """The newest first; where only open ones are asked for, the oldest: who has waited longest."""
    actor.require(ANSWER if view is EnquiryView.TEAM else READ)
    if page.after is not None and not (page.after.isascii() and page.after.isdecimal() and len(page.after) < 19):
        raise InvalidError("That is not a place in this list.", field="after")
    found = store.select_enquiries(
        reading.driver,
        VIEWS[view],
        rules.seer_of(actor),
        state=state,
        customer_id=customer_id,
        before=int(page.after) if page.after is not None else None,
        size=page.size + 1,
    )
    rows = found[: page.size]
    return Page(rows, str(rows[-1].enquiry_id) if len(found) > page.size else None)


def find_answers(reading: Reading, actor: Actor, words: str, *, size: int = FOUND_MAX) -> list[SharedAnswer]:
    """Shared answers that are like what somebody is about to ask; without words the newest. Of the newest two thousand."""
    actor.require(READ)
    if len(words) > TEXT_LENGTH_MAX:
        raise BadEnquiryError(f"A question has at most {TEXT_LENGTH_MAX} characters.", field="q")
    found = store.select_shared(reading.driver, LOOKED_THROUGH_MAX if words.strip() else size)
    if not words.strip():
        return found
    return rules.most_like(words, ((each, f"{each.subject}\n{each.answer}") for each in found), size)


def count_enquiries(reading: Reading, actor: Actor) -> EnquiryCounts:
    """What waits for the actor: to be answered, where they answer, and to be read."""
    actor.require(READ)
    to_answer = (
        store.count_enquiries(reading.driver, store.TEAM, rules.seer_of(actor), EnquiryState.OPEN)
        if actor.may(ANSWER)
        else 0
    )
    return EnquiryCounts(to_answer, store.count_unread(reading.driver, staff_id_of(actor)))


def unread_answers(reading: Reading, actor: Actor, *, size: int = 50) -> list[Enquiry]:
    """Answers to what the actor has asked that they have not read yet."""
    actor.require(READ)
    return store.select_unread(reading.driver, staff_id_of(actor), size)


def wishes_for(reading: Reading, actor: Actor, journey_id: int) -> list[Enquiry]:
    """What is wished of a journey and not settled yet, for who edits it."""
    actor.require("journeys.write")
    return store.select_wishes(reading.driver, journey_id)


def told_of(reading: Reading, profile_ids: Collection[int]) -> list[dict[str, Any]]:
    """What was asked about the profiles, for the person herself."""
    return [dict(zip(TOLD, row, strict=True)) for row in store.select_told(reading.driver, profile_ids)]
