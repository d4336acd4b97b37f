"""Pure decisions about leads: the rules as a document, who may take what, when one comes back to the pool, who gets which."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from siyu.domain.entries.leads_contracts import (
    FOLLOW_UP_LENGTH_MAX,
    LEAD_NOTE_LENGTH_MAX,
    LEAD_SOURCE_LENGTH_MAX,
    NEXT_WITHIN,
    BadLeadError,
    ClaimLimitError,
    FollowUpDraft,
    Lead,
    LeadChange,
    LeadCoolingError,
    LeadEndedError,
    LeadRules,
    LeadState,
    LeadTakenError,
)
from siyu.kernel.actors import Actor, ActorKind

LEAD_RULES = TypeAdapter(LeadRules)


def parse_rules(document: object) -> LeadRules:
    """The rules that a document says; BadLeadError with the field that is wrong."""
    try:
        rules = LEAD_RULES.validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadLeadError(first["msg"], field=".".join(map(str, first["loc"]))) from error
    if len({each.key for each in rules.stages}) < len(rules.stages):
        raise BadLeadError("Two stages have the same key.", field="stages")
    if len(set(rules.loss_reasons)) < len(rules.loss_reasons):
        raise BadLeadError("A reason is there twice.", field="loss_reasons")
    return rules


def rules_document(rules: LeadRules) -> dict[str, Any]:
    """The rules as JSON."""
    found: dict[str, Any] = LEAD_RULES.dump_python(rules, mode="json")
    return found


def staff_id_of(actor: Actor) -> int:
    """The staff member's own id; one that nobody has for a program."""
    return int(actor.actor_id) if actor.kind is ActorKind.STAFF else 0


def check_claim(
    lead: Lead, staff_id: int, rules: LeadRules, *, claims_today: int, open_now: int, now: datetime
) -> None:
    """Raises where this one may not take this lead from the pool now."""
    if lead.state is not LeadState.OPEN:
        raise LeadEndedError
    if lead.staff_id is not None:
        raise LeadTakenError
    if rules.claims_per_day is not None and claims_today >= rules.claims_per_day:
        raise ClaimLimitError(f"{rules.claims_per_day} a day.", limit=rules.claims_per_day, per="day")
    if rules.open_max is not None and open_now >= rules.open_max:
        raise ClaimLimitError(f"{rules.open_max} at a time.", limit=rules.open_max, per="all")
    if lead.former_staff_id == staff_id and lead.released_at is not None:
        free_at = lead.released_at + timedelta(days=rules.cool_days)
        if now < free_at:
            raise LeadCoolingError(f"Free again at {free_at.isoformat()}.", free_at=free_at.isoformat())


def idle_before(rules: LeadRules, now: datetime) -> tuple[datetime, datetime] | None:
    """(touched before, given before): leads for which both hold return to the pool; None: none ever does."""
    if rules.idle_days is None:
        return None
    return now - timedelta(days=rules.idle_days), now - timedelta(days=rules.protection_days)


def returns_at(lead: Lead, rules: LeadRules) -> datetime | None:
    """When a lead goes back to the pool if nobody follows up; None: never, or it is there."""
    if rules.idle_days is None or lead.staff_id is None or lead.state is not LeadState.OPEN:
        return None
    found = lead.touched_at + timedelta(days=rules.idle_days)
    if lead.given_at is not None:
        found = max(found, lead.given_at + timedelta(days=rules.protection_days))
    return found if lead.next_at is None else max(found, lead.next_at)


def shared(
    lead_ids: Iterable[int], loads: Mapping[int, int], rules: LeadRules, *, by_load: bool = True
) -> dict[int, int]:
    """{lead: member}: whoever has least (`by_load`), or in turn from whoever had least; nobody gets more than they may have at a
    time, and what is over stays in the pool."""
    most = rules.open_max if rules.open_max is not None else 10**9
    room = {member: most - load for member, load in loads.items() if load < most}
    heap = [(loads[member], 0, member) if by_load else (0, loads[member], member) for member in room]
    heapq.heapify(heap)
    found: dict[int, int] = {}
    for lead_id in lead_ids:
        if not heap:
            break
        turn, load, member = heapq.heappop(heap)
        found[lead_id] = member
        room[member] -= 1
        if room[member] > 0:
            heapq.heappush(heap, (turn + 1, load, member))
    return found


def checked_source(source: str) -> str:
    """The source without blanks around it."""
    stripped = source.strip()
    if not 1 <= len(stripped) <= LEAD_SOURCE_LENGTH_MAX or not stripped.isprintable():
        raise BadLeadError(f"A source has 1 to {LEAD_SOURCE_LENGTH_MAX} printable characters.", field="source")
    return stripped


def checked_note(note: str) -> str:
    """The note without blanks around it."""
    stripped = note.strip()
    if len(stripped) > LEAD_NOTE_LENGTH_MAX:
        raise BadLeadError(f"A note has at most {LEAD_NOTE_LENGTH_MAX} characters.", field="note")
    return stripped


def check_change(change: LeadChange, rules: LeadRules) -> None:
    """BadLeadError for a stage that there is not, or a note that is too long."""
    checked_note(change.note)
    if change.stage not in {each.key for each in rules.stages}:
        raise BadLeadError("There is no such stage.", field="stage")


def check_reason(reason: str, rules: LeadRules) -> None:
    """BadLeadError for a reason that the rules do not name."""
    if reason not in rules.loss_reasons:
        raise BadLeadError("Choose one of the reasons of the rules.", field="reason")


def checked_follow_up(draft: FollowUpDraft, now: datetime) -> FollowUpDraft:
    """The draft itself; BadLeadError where it says nothing, or its date is over."""
    if not 1 <= len(draft.text.strip()) <= FOLLOW_UP_LENGTH_MAX:
        raise BadLeadError(f"Write what was said, in at most {FOLLOW_UP_LENGTH_MAX} characters.", field="text")
    if draft.next_at is not None:
        check_next(draft.next_at, now)
    return draft


def check_next(next_at: datetime, now: datetime) -> None:
    """BadLeadError for a next date that is over, or so far off that nobody means it."""
    if not now < next_at <= now + NEXT_WITHIN:
        raise BadLeadError(f"The next date is to come, within {NEXT_WITHIN.days} days.", field="next_at")


def first_stage(rules: LeadRules) -> str:
    """Where a lead begins."""
    return rules.stages[0].key


def stages_in_order(found: Mapping[str, int], rules: LeadRules) -> Sequence[tuple[str, int]]:
    """Counts by stage in the order of the rules; stages that there are no more, but leads stand on, come last."""
    known = [each.key for each in rules.stages]
    return [(key, found.get(key, 0)) for key in known] + sorted((k, n) for k, n in found.items() if k not in known)
