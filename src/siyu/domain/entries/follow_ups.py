"""Follow-ups, and reading leads: lists, counts, conversion; by the views that an actor has."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from siyu.domain.company.service import record_audit
from siyu.domain.customers.contracts import UnknownCustomerError
from siyu.domain.customers.reading import customer_in_scope, customers_in_scope, page_key
from siyu.domain.entries import follow_ups_store
from siyu.domain.entries import leads_rules as rules
from siyu.domain.entries import leads_store as store
from siyu.domain.entries.leads import ASSIGN, READ, WRITE, seer_of, views_of
from siyu.domain.entries.leads_contracts import (
    FOLLOW_UP_RECORDED,
    FollowUp,
    FollowUpDraft,
    KeptLeadRules,
    Lead,
    LeadCounts,
    LeadFilter,
    LeadNumber,
    LeadNumbers,
    LeadView,
)
from siyu.kernel.actors import Actor
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

SOURCE = "leads"
VIEWS = {LeadView.MINE: store.MINE, LeadView.POOL: store.POOL, LeadView.TEAM: store.TEAM}
TOLD_LEAD = ("state", "stage", "intent", "source", "note", "loss_reason", "opened_at", "ended_at")
TOLD_FOLLOW_UP = ("way", "text", "intent", "next_at", "recorded_at")


def record_follow_up(
    work: UnitOfWork, actor: Actor, customer_id: int, draft: FollowUpDraft, follow_up_key: UUID
) -> FollowUp:
    """Writes down what was said with a customer whom they may see; an open lead of theirs was cared for with that. Written down by
    the same with the same key again it is the one that was written before."""
    actor.require(WRITE)
    key = f"{actor.kind}:{actor.actor_id}:{follow_up_key}"
    known = follow_ups_store.find_by_key(work.driver, key)
    if known is not None:
        return known
    now = work.clock.now()
    checked = rules.checked_follow_up(draft, now)
    if not customer_in_scope(work, actor, customer_id):
        raise UnknownCustomerError
    staff_id = rules.staff_id_of(actor) or None
    made, is_new = follow_ups_store.insert_follow_up(work.driver, key, customer_id, staff_id, checked, now)
    if not is_new:
        return made
    lead_id = follow_ups_store.touch_lead(work.driver, customer_id, checked, now)
    properties = {
        "follow_up_id": made.follow_up_id,
        "lead_id": lead_id,
        "staff_id": made.staff_id,
        "way": made.way.value,
        "intent": made.intent.value,
        "next_at": made.next_at.isoformat() if made.next_at else None,
    }
    event_id = derived_id(FOLLOW_UP_RECORDED, made.follow_up_id)
    work.record([NewEvent(FOLLOW_UP_RECORDED, event_id, customer_id, now, SOURCE, properties)])
    record_audit(work, actor, "leads.follow_up", f"customer:{customer_id}", follow_up_id=made.follow_up_id)
    return made


def list_follow_ups(reading: Reading, actor: Actor, customer_id: int, page: PageRequest) -> Page[FollowUp]:
    """What was written down of a customer whom they may see, the newest first."""
    actor.require(READ)
    if not customer_in_scope(reading, actor, customer_id):
        raise UnknownCustomerError
    found = follow_ups_store.select_of_customer(reading.driver, customer_id, page_key(page), page.size + 1)
    rows = found[: page.size]
    return Page(rows=rows, next_after=str(rows[-1].follow_up_id) if len(found) > page.size else None)


def due_follow_ups(reading: Reading, actor: Actor, until: datetime, *, size: int = 200) -> list[FollowUp]:
    """Whom they said that they would talk to again by then, and have not, the earliest first; who is somebody else's customer by
    now is theirs to talk to no more."""
    actor.require(READ)
    found = follow_ups_store.select_due(reading.driver, rules.staff_id_of(actor), until, size)
    seen = customers_in_scope(reading, actor, {each.customer_id for each in found})
    return [each for each in found if each.customer_id in seen]


def list_leads(reading: Reading, actor: Actor, page: PageRequest, view: LeadView, wanted: LeadFilter) -> Page[Lead]:
    """Leads of a view, the newest first."""
    actor.require(ASSIGN if view is LeadView.TEAM else READ)
    found = store.select_leads(reading.driver, VIEWS[view], seer_of(actor), wanted, page_key(page), page.size + 1)
    rows = found[: page.size]
    return Page(rows=rows, next_after=str(rows[-1].lead_id) if len(found) > page.size else None)


def leads_of_customer(reading: Reading, actor: Actor, customer_id: int) -> list[Lead]:
    """Leads of a customer whom they may see: the open one first."""
    actor.require(READ)
    if not customer_in_scope(reading, actor, customer_id):
        raise UnknownCustomerError
    return store.select_of_customer(reading.driver, customer_id)


def count_leads(reading: Reading, actor: Actor, view: LeadView) -> LeadCounts:
    """How many open leads a view has."""
    actor.require(ASSIGN if view is LeadView.TEAM else READ)
    seer = seer_of(actor)
    counts = follow_ups_store.count_leads(reading.driver, VIEWS[view], seer, reading.clock.now())
    stages = follow_ups_store.count_stages(reading.driver, VIEWS[view], seer)
    return LeadCounts(*counts, rules.stages_in_order(stages, store.select_rules(reading.driver).rules))


def lead_numbers(reading: Reading, actor: Actor, since: datetime, *, by_staff: bool) -> list[LeadNumbers]:
    """What became of leads that were opened since, by member of the staff or by source."""
    actor.require(ASSIGN)
    return follow_ups_store.numbers(reading.driver, seer_of(actor), since, by_staff=by_staff)


def list_counted(
    reading: Reading, actor: Actor, since: datetime, number: LeadNumber, whose: int | str | None, page: PageRequest
) -> Page[int]:
    """The customers whom a number of `lead_numbers` counts, the newest first: of a source (its name), or of a member, None being
    nobody."""
    actor.require(ASSIGN)
    found = follow_ups_store.select_counted(
        reading.driver, seer_of(actor), since, number, whose, page_key(page), page.size + 1
    )
    shown = found[: page.size]
    return Page(shown, str(shown[-1]) if len(found) > page.size else None)


def lead_rules(reading: Reading) -> KeptLeadRules:
    """The rules in force; on their own account, without rights."""
    return store.select_rules(reading.driver)


def list_lead_sources(reading: Reading, actor: Actor) -> list[str]:
    """Where the leads that they see came from, the most frequent first."""
    actor.require(READ)
    views = () if actor.scope.is_everything else views_of(actor)
    return follow_ups_store.sources(reading.driver, views, seer_of(actor))


def latest_follow_ups(reading: Reading, customer_ids: Collection[int]) -> dict[int, FollowUp]:
    """{customer: what was written down last}; on its own account, without rights."""
    return follow_ups_store.latest_of(reading.driver, customer_ids)


def told_of_leads(reading: Reading, profile_ids: Collection[int]) -> dict[str, list[dict[str, Any]]]:
    """Leads and follow-ups of the profiles, for the person herself."""
    leads, follow_ups = follow_ups_store.select_told(reading.driver, profile_ids)
    return {
        "leads": [dict(zip(TOLD_LEAD, row, strict=True)) for row in leads],
        "follow_ups": [dict(zip(TOLD_FOLLOW_UP, row, strict=True)) for row in follow_ups],
    }
