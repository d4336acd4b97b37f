"""Pure decisions of room `tasks`: what a task may say, and when a day ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from siyu.domain.content.contracts import BadTemplateError, Template
from siyu.domain.tasks.contracts import (
    BODY_LENGTH_MAX,
    DUE_WITHIN,
    NOTE_LENGTH_MAX,
    TITLE_LENGTH_MAX,
    BadTaskError,
    TaskDraft,
)
from siyu.kernel.actors import Actor, ActorKind

ASSIGN, POOLS = "tasks.assign", "pools.read"
NOWHERE = "-"
"""A path below which nobody is."""


def staff_id_of(actor: Actor) -> int:
    """The staff member's own id; one that nobody has for a program."""
    return int(actor.actor_id) if actor.kind is ActorKind.STAFF else 0


def seer_of(actor: Actor) -> dict[str, Any]:
    """Who looks, for the views of `store`."""
    return {
        "me": staff_id_of(actor),
        "path": actor.scope.unit_path,
        "own_only": actor.scope.own_only,
        "pools": actor.may(POOLS),
    }


def colleagues_below(actor: Actor, own_path: str) -> str | None:
    """The path of the unit whose staff are colleagues of the actor, None: all. Of who answers for a part of the company everybody
    there; of others who is in their own unit, at `own_path`; of who is of another firm those of a unit that is theirs, if any."""
    if not actor.scope.own_only and (actor.may(ASSIGN) or not actor.may(POOLS)):
        return actor.scope.unit_path
    return own_path if actor.may(POOLS) else NOWHERE


def checked_draft(draft: TaskDraft, now: datetime) -> TaskDraft:
    """The draft itself; BadTaskError with the field that is wrong."""
    for field, text, longest in (("title", draft.title, TITLE_LENGTH_MAX), ("body", draft.body, BODY_LENGTH_MAX)):
        if len(text) > longest or (field == "title" and not text.strip()):
            raise BadTaskError(f"A {field} has at most {longest} characters; a title is needed.", field=field)
        try:
            Template.parse(text)
        except BadTemplateError as error:
            raise BadTaskError(error.detail, field=field) from error
    if not now < draft.due_at <= now + DUE_WITHIN:
        raise BadTaskError(f"Its time is to come, within {DUE_WITHIN.days} days.", field="due_at")
    return draft


def checked_note(note: str) -> str:
    """The note without blanks around it."""
    stripped = note.strip()
    if len(stripped) > NOTE_LENGTH_MAX:
        raise BadTaskError(f"A note has at most {NOTE_LENGTH_MAX} characters.", field="note")
    return stripped


def day_bounds(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the business day of an instant begins and ends."""
    today = now.astimezone(zone).date()
    begins = datetime.combine(today, time(), zone)
    ends = datetime.combine(today + timedelta(days=1), time(), zone)
    return begins.astimezone(now.tzinfo), ends.astimezone(now.tzinfo)


def shared_out(keys: Collection[str], loads: Mapping[int, int]) -> dict[str, int]:
    """Who of several gets which: whoever has least to do. `loads` is {member: tasks they have now}."""
    running = dict(loads)
    found: dict[str, int] = {}
    for key in keys:
        member = min(running, key=lambda each: (running[each], each))
        running[member] += 1
        found[key] = member
    return found
