"""Pure decisions of room `enquiries`: what may be said, and how like two questions are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from siyu.domain.enquiries.contracts import (
    ANSWER_LENGTH_MAX,
    SUBJECT_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    WISH_LENGTH_MAX,
    Answer,
    BadEnquiryError,
    EnquiryDraft,
    SharedAnswer,
    Wish,
)
from siyu.kernel.actors import Actor, ActorKind

LIKE_ENOUGH = 0.2
"""From here on an answer is shown to somebody who is about to ask."""
LOOKED_AT_MAX = 400


def staff_id_of(actor: Actor) -> int:
    """The staff member's own id; one that nobody has for a program."""
    return int(actor.actor_id) if actor.kind is ActorKind.STAFF else 0


def seer_of(actor: Actor) -> dict[str, Any]:
    """Who looks, for the views of the store."""
    return {"me": staff_id_of(actor), "path": actor.scope.unit_path, "own_only": actor.scope.own_only}


def checked_draft(draft: EnquiryDraft) -> str:
    """The text without blanks around it; BadEnquiryError with the field that is wrong."""
    if draft.step is not None and draft.journey_id is None:
        raise BadEnquiryError("A step is one of a journey.", field="step")
    return _words(draft.text, TEXT_LENGTH_MAX, "text")


def checked_answer(answer: Answer) -> Answer:
    """The answer without blanks around its words."""
    return Answer(
        subject=_words(answer.subject, SUBJECT_LENGTH_MAX, "subject"),
        text=_words(answer.text, ANSWER_LENGTH_MAX, "answer"),
        is_shared=answer.is_shared,
    )


def checked_wish(wish: Wish) -> Wish:
    """The wish without blanks around its words."""
    return Wish(wish.journey_id, wish.step, _words(wish.text, WISH_LENGTH_MAX, "wish"))


def likeness(wanted: str, text: str) -> float:
    """The share of what is looked for that stands in a text, from 0 to 1, by pairs of letters: Chinese has no blanks between words,
    and people rarely ask twice in the same order."""
    letters, there = _letters(wanted), _letters(text)
    if len(letters) < 2:
        return float(bool(letters) and letters in there)
    pairs = _pairs(letters)
    return len(pairs & _pairs(there)) / len(pairs)


def most_like(wanted: str, found: Iterable[tuple[SharedAnswer, str]], size: int) -> list[SharedAnswer]:
    """The answers that help with a question, the most like first; `found` is each with all the words by which it is found."""
    rated = [(max(likeness(wanted, each.subject), likeness(wanted, words) * 0.9), each) for each, words in found]
    rated.sort(key=lambda pair: (-pair[0], -pair[1].enquiry_id))
    return [
        SharedAnswer(
            each.enquiry_id,
            each.subject,
            each.answer,
            each.answered_by,
            each.answered_at,
            each.made_script_id,
            round(rate, 3),
        )
        for rate, each in rated[:size]
        if rate >= LIKE_ENOUGH
    ]


def _letters(text: str) -> str:
    return "".join(letter for letter in text[:LOOKED_AT_MAX].casefold() if letter.isalnum())


def _pairs(letters: str) -> set[str]:
    return {letters[at : at + 2] for at in range(len(letters) - 1)}


def _words(text: str, longest: int, field: str) -> str:
    stripped = text.strip()
    if not 1 <= len(stripped) <= longest:
        raise BadEnquiryError(f"Write 1 to {longest} characters.", field=field)
    return stripped
