"""What becomes of a conversation by what happens in it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from siyu.domain.service.contracts import (
    ANSWERS_MAX,
    WINDOW,
    Conversation,
    NotSaid,
    Origin,
    Servicer,
    SessionState,
)

FAILED_BECAUSE: Final = {
    4: NotSaid.OUTSIDE_WINDOW,
    5: NotSaid.ENDED,
    6: NotSaid.TOO_MANY,
    10: NotSaid.BLOCKED,
}
"""WeCom's numbers of why a message was not delivered; all others are its own affairs."""
REFUSED_BECAUSE: Final = {
    95001: NotSaid.TOO_MANY,
    95002: NotSaid.OUTSIDE_WINDOW,
    95013: NotSaid.ENDED,
    95018: NotSaid.WITH_PERSON,
    41050: NotSaid.EXPIRED,
    41051: NotSaid.EXPIRED,
}
"""WeCom's refusals in our words."""
CHANGED_TO: Final = {
    1: SessionState.SERVICER,
    2: SessionState.SERVICER,
    3: SessionState.ENDED,
    4: SessionState.SERVICER,
}
"""What a change of a session leads to: taken from the pool, handed on, ended, taken up again."""
SILENT_AFTER: Final = WINDOW
HAND_OVER_TO: Final = (SessionState.WAITING, SessionState.SERVICER)


def not_said(conversation: Conversation, now: datetime) -> NotSaid | None:
    """Why nothing may be said in a conversation now; None where it may."""
    if conversation.state is SessionState.ENDED or conversation.ended_at is not None:
        return NotSaid.ENDED
    if conversation.state in HAND_OVER_TO:
        return NotSaid.WITH_PERSON
    if conversation.wrote_at is None or now - conversation.wrote_at > WINDOW:
        return NotSaid.OUTSIDE_WINDOW
    return NotSaid.TOO_MANY if conversation.answers >= ANSWERS_MAX else None


def customer_wrote(conversation: Conversation, at: datetime) -> Conversation:
    """They wrote: the window opens anew, and somebody waits."""
    return replace(
        conversation,
        wrote_at=at,
        touched_at=at,
        answers=0,
        received=conversation.received + 1,
        asked_at=conversation.asked_at or at,
        first_asked_at=conversation.first_asked_at or at,
    )


def answered(conversation: Conversation, by: Origin, at: datetime) -> Conversation:
    """Somebody, or a rule, answered."""
    is_rule = by is Origin.RULE
    is_first = conversation.first_answered_at is None and conversation.first_asked_at is not None
    return replace(
        conversation,
        touched_at=at,
        asked_at=None,
        answers=conversation.answers + (by is not Origin.SERVICER),
        first_answered_at=at if is_first else conversation.first_answered_at,
        answered_by=by if is_first else conversation.answered_by,
        by_rules=conversation.by_rules + is_rule,
        by_persons=conversation.by_persons + (not is_rule),
        taken_at=conversation.taken_at or (at if conversation.handed_over_at and not is_rule else None),
    )


def handed(
    conversation: Conversation, state: SessionState, userid: str, staff_id: int | None, at: datetime
) -> Conversation:
    """It goes to a person, to those who wait for one, or back to the rules."""
    is_to_person = state in HAND_OVER_TO
    return replace(
        conversation,
        state=state,
        userid=userid,
        staff_id=staff_id if staff_id is not None else conversation.staff_id,
        touched_at=at,
        unmatched=0,
        handed_over_at=conversation.handed_over_at or (at if is_to_person else None),
    )


def ended(conversation: Conversation, reason: str, at: datetime) -> Conversation:
    """Nobody says anything in it any more."""
    return replace(conversation, state=SessionState.ENDED, ended_at=at, end_reason=reason, touched_at=at, asked_at=None)


def least_busy(servicers: Sequence[Servicer]) -> Servicer | None:
    """Who of those on duty has the fewest conversations; of several the first by name. None where nobody is on duty."""
    free = [each for each in servicers if each.is_on_duty]
    return min(free, key=lambda each: (each.busy, each.userid)) if free else None
