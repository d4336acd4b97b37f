"""Verbs of leads for people: opened, taken from the pool, given, returned, won, lost. Those for Siyu itself are in `leads_keeping`.

Who has a lead keeps its customer: both change together, here and, where custody is changed elsewhere, soon after.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from siyu.domain.company.service import record_audit
from siyu.domain.customers.contracts import UnknownCustomerError
from siyu.domain.customers.reading import customer_in_scope, keepers_of
from siyu.domain.customers.service import give_custody
from siyu.domain.entries import leads_rules as rules
from siyu.domain.entries import leads_store as store
from siyu.domain.entries.leads_contracts import (
    LEAD_GIVEN,
    LEAD_LOST,
    LEAD_OPENED,
    LEAD_RETURNED,
    LEAD_WON,
    LEADS_AT_ONCE_MAX,
    BadLeadError,
    Giving,
    KeptLeadRules,
    Lead,
    LeadChange,
    LeadDraft,
    LeadEndedError,
    LeadOpenError,
    LeadRules,
    LeadState,
    Recycled,
    UnknownLeadError,
    UnknownOwnerError,
)
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.errors import ConflictError
from siyu.kernel.events import NewEvent
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, WRITE, ASSIGN, PUBLISH = "leads.read", "leads.write", "leads.assign", "leads.publish"
POOLS = "pools.read"
SOURCE = "leads"
_SIYU = system_actor("leads")


def set_lead_rules(work: UnitOfWork, actor: Actor, document: object, *, version: int) -> KeptLeadRules:
    """Puts rules in force, as the version after `version`; ConflictError where that is not the one in force."""
    actor.require(PUBLISH)
    kept = KeptLeadRules(rules.parse_rules(document), version + 1, work.clock.now())
    found = store.select_rules(work.driver)
    if found.version != version or not store.insert_rules(work.driver, kept, f"{actor.kind}:{actor.actor_id}"):
        raise ConflictError("Somebody has changed the rules meanwhile; look at them again.")
    record_audit(work, actor, "leads.set_rules", "lead_rules", version=kept.version)
    return kept


def get_lead(reading: Reading, actor: Actor, lead_id: int) -> Lead:
    """One lead that is theirs, that they may take, or that somebody has for whom they answer."""
    actor.require(READ)
    rows = store.select_by_id(reading.driver, [lead_id])
    if not rows or not seen(reading, actor, [lead_id], *views_of(actor)):
        raise UnknownLeadError
    return rows[0]


def open_lead(work: UnitOfWork, actor: Actor, draft: LeadDraft) -> Lead:
    """Makes a customer whom they may see a lead: their own, somebody's, or the keeper's, of whom nobody keeps the pool's."""
    actor.require(WRITE)
    source, note = rules.checked_source(draft.source), rules.checked_note(draft.note)
    if not customer_in_scope(work, actor, draft.customer_id):
        raise UnknownCustomerError
    in_force = store.select_rules(work.driver).rules
    now = work.clock.now()
    stage = rules.first_stage(in_force)
    made = store.insert_leads(work.driver, [draft.customer_id], stage, source, note, draft.intent, now)
    if not made:
        raise LeadOpenError
    tell_opened(work, made)
    (lead,) = made
    record_audit(work, actor, "leads.open", f"lead:{lead.lead_id}", customer_id=draft.customer_id)
    if draft.staff_id is None:
        return next(iter(leave_with_keepers(work, made)), lead)
    me = rules.staff_id_of(actor)
    if draft.staff_id != me:
        actor.require(ASSIGN)
    _require_owners(work, actor, [draft.staff_id])
    how = Giving.OWN if draft.staff_id == me else Giving.ASSIGNED
    return give(work, {lead.lead_id: draft.staff_id}, how)[0]


def claim_leads(work: UnitOfWork, actor: Actor, lead_ids: Sequence[int], zone: ZoneInfo) -> list[Lead]:
    """Takes leads from the pool, all or none, within the company's rules."""
    actor.require(WRITE)
    me = rules.staff_id_of(actor)
    if not me:
        raise UnknownOwnerError("A key takes no leads.")
    found = _lock_seen(work, actor, lead_ids, store.POOL, store.MINE, *([store.TEAM] if actor.may(ASSIGN) else []))
    in_force, now = store.select_rules(work.driver).rules, work.clock.now()
    today = now.astimezone(zone).date()
    claims = store.lock_claims(work.driver, me, today)
    open_now = store.loads_of(work.driver, [me], None).get(me, 0)
    for place, each in enumerate(found):
        rules.check_claim(
            each, me, in_force, claims_today=claims + place, open_now=open_now + place, now=now
        )  # fmt: skip
    store.add_claims(work.driver, me, today, len(found))
    given = give(work, {each.lead_id: me for each in found}, Giving.CLAIMED)
    for each in given:
        record_audit(work, actor, "leads.claim", f"lead:{each.lead_id}")
    return given


def assign_leads(work: UnitOfWork, actor: Actor, lead_ids: Sequence[int], staff_ids: Sequence[int]) -> list[Lead]:
    """Gives leads to somebody, or shares them among several: whoever has least gets the next. Gives those that changed hands."""
    actor.require(ASSIGN)
    found = _lock_seen(work, actor, lead_ids, store.TEAM)
    if any(each.state is not LeadState.OPEN for each in found):
        raise LeadEndedError
    loads = _require_owners(work, actor, staff_ids)
    unlimited = LeadRules(open_max=None)
    given = give(work, rules.shared([each.lead_id for each in found], loads, unlimited), Giving.ASSIGNED)
    for each in given:
        record_audit(work, actor, "leads.assign", f"lead:{each.lead_id}", staff_id=each.staff_id)
    return given


def return_leads(work: UnitOfWork, actor: Actor, lead_ids: Sequence[int]) -> int:
    """Puts leads back into the pool; gives how many were with somebody."""
    actor.require(WRITE)
    found = _lock_changeable(work, actor, lead_ids)
    released = release(work, [each.lead_id for each in found], "returned")
    for each in released:
        record_audit(work, actor, "leads.return", f"lead:{each.lead_id}", staff_id=each.staff_id)
    return len(released)


def change_lead(work: UnitOfWork, actor: Actor, lead_id: int, change: LeadChange) -> Lead:
    """Its stage, intent, next date and note are as said from now on."""
    actor.require(WRITE)
    (found,) = _lock_changeable(work, actor, [lead_id])
    if change.stage != found.stage:
        rules.check_change(change, store.select_rules(work.driver).rules)
    rules.checked_note(change.note)
    if change.next_at is not None and change.next_at != found.next_at:
        rules.check_next(change.next_at, work.clock.now())
    store.change_lead(work.driver, lead_id, change, work.clock.now())
    record_audit(work, actor, "leads.change", f"lead:{lead_id}", stage=change.stage)
    return store.select_by_id(work.driver, [lead_id])[0]


def win_lead(work: UnitOfWork, actor: Actor, lead_id: int) -> Lead:
    """They bought; whoever has the lead has won it."""
    actor.require(WRITE)
    _lock_changeable(work, actor, [lead_id])
    return _end(work, actor, lead_id, LeadState.WON, "")


def lose_lead(work: UnitOfWork, actor: Actor, lead_id: int, reason: str) -> Lead:
    """They will not buy, for one of the reasons of the rules."""
    actor.require(WRITE)
    rules.check_reason(reason, store.select_rules(work.driver).rules)
    _lock_changeable(work, actor, [lead_id])
    return _end(work, actor, lead_id, LeadState.LOST, reason)


def _end(work: UnitOfWork, actor: Actor, lead_id: int, state: LeadState, reason: str) -> Lead:
    by = rules.staff_id_of(actor) or None
    (ended,) = store.end_leads(work.driver, [lead_id], state, by, work.clock.now(), reason=reason)
    tell_ended(work, [ended])
    record_audit(work, actor, f"leads.{'win' if state is LeadState.WON else 'lose'}", f"lead:{lead_id}")
    return ended


# --- what the verbs of Siyu itself use too


def give(work: UnitOfWork, staff_of: Mapping[int, int], how: Giving) -> list[Lead]:
    """{lead: member}: gives leads, and their customers into the keeping of the same."""
    given = store.give_leads(work.driver, staff_of, how, work.clock.now()) if staff_of else []
    if how is not Giving.KEPT:
        keeping = {each.customer_id: (each.unit_id, each.staff_id) for each in given if each.unit_id is not None}
        give_custody(work, _SIYU, keeping)
    work.record(_event(work, LEAD_GIVEN, each, staff_id=each.staff_id, how=each.given_how) for each in given)
    return given


def leave_with_keepers(work: UnitOfWork, made: Sequence[Lead]) -> list[Lead]:
    """Leads of customers whom somebody keeps are theirs from the first, lest another take a colleague's customer from the pool;
    gives those."""
    keepers = keepers_of(work, {each.customer_id for each in made})
    return give(
        work, {each.lead_id: keepers[each.customer_id] for each in made if each.customer_id in keepers}, Giving.KEPT
    )


def release(work: UnitOfWork, lead_ids: Collection[int], reason: str, *, keeps_custody: bool = False) -> list[Recycled]:
    """Puts leads into the pool of the unit that had them; their customers are the unit's then."""
    released = store.release_leads(work.driver, lead_ids, work.clock.now()) if lead_ids else []
    rows = store.select_by_id(work.driver, [each.lead_id for each in released])
    if not keeps_custody:
        leave_to_units(work, rows)
    had = {each.lead_id: each.staff_id for each in released}
    work.record(_event(work, LEAD_RETURNED, each, staff_id=had[each.lead_id], reason=reason) for each in rows)
    return released


def leave_to_units(work: UnitOfWork, leads: Sequence[Lead]) -> None:
    """Nobody keeps the customers of these any more; they are their units'."""
    give_custody(work, _SIYU, {each.customer_id: (each.unit_id, None) for each in leads if each.unit_id is not None})


def tell_opened(work: UnitOfWork, made: Sequence[Lead]) -> None:
    """That leads were opened."""
    work.record(_event(work, LEAD_OPENED, each, source=each.source) for each in made)


def tell_ended(work: UnitOfWork, ended: Sequence[Lead]) -> None:
    """That leads were won, or lost."""
    for each in ended:
        if each.state is LeadState.WON:
            work.record([_event(work, LEAD_WON, each, staff_id=each.staff_id, source=each.source)])
        elif each.state is LeadState.LOST:
            reason = each.loss_reason
            work.record([_event(work, LEAD_LOST, each, staff_id=each.staff_id, source=each.source, reason=reason)])


def seer_of(actor: Actor) -> dict[str, Any]:
    """Who looks, for the views of the store."""
    return {
        "me": rules.staff_id_of(actor),
        "path": actor.scope.unit_path,
        "own_only": actor.scope.own_only,
        "pools": actor.may(POOLS),
    }


def seen(reading: Reading, actor: Actor, lead_ids: Collection[int], *views: str) -> set[int]:
    """Those of the leads that stand in one of the views."""
    found: set[int] = set()
    for view in views:
        found |= store.seen_among(reading.driver, lead_ids, view, seer_of(actor))
    return found


def views_of(actor: Actor) -> tuple[str, ...]:
    """The views of the store in which they see leads."""
    return (store.MINE, store.POOL, *([store.TEAM] if actor.may(ASSIGN) else []))


def _lock_seen(work: UnitOfWork, actor: Actor, lead_ids: Sequence[int], *views: str) -> list[Lead]:
    if not 1 <= len(lead_ids) <= LEADS_AT_ONCE_MAX:
        raise BadLeadError(f"Choose 1 to {LEADS_AT_ONCE_MAX} leads.", field="lead_ids")
    found = store.lock_leads(work.driver, lead_ids)
    if {each.lead_id for each in found} != set(lead_ids) or seen(work, actor, lead_ids, *views) != set(lead_ids):
        raise UnknownLeadError
    return found


def _lock_changeable(work: UnitOfWork, actor: Actor, lead_ids: Sequence[int]) -> list[Lead]:
    found = _lock_seen(work, actor, lead_ids, store.MINE, *([store.TEAM] if actor.may(ASSIGN) else []))
    if any(each.state is not LeadState.OPEN for each in found):
        raise LeadEndedError
    return found


def _require_owners(work: UnitOfWork, actor: Actor, staff_ids: Sequence[int]) -> dict[int, int]:
    """{member: open leads}; UnknownOwnerError where one of them is not at work in the actor's part of the company."""
    within = actor.scope.unit_path
    if actor.scope.own_only and list(staff_ids) != [rules.staff_id_of(actor)]:
        raise UnknownOwnerError
    loads = store.loads_of(work.driver, staff_ids, None if actor.scope.own_only else within)
    if not staff_ids or set(loads) != set(staff_ids):
        raise UnknownOwnerError
    return loads


def _event(work: UnitOfWork, name: str, lead: Lead, **fields: object) -> NewEvent:
    at: datetime = work.clock.now()
    return NewEvent(name, work.ids.new_id(), lead.profile_id, at, SOURCE, {"lead_id": lead.lead_id, **fields})
