"""Verbs of leads that Siyu itself does, on sets: opened and won by what happens, shared out, brought back to the pool, joined."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from siyu.domain.company.service import record_audit
from siyu.domain.entries import follow_ups_store
from siyu.domain.entries import leads_rules as rules
from siyu.domain.entries import leads_store as store
from siyu.domain.entries.leads import give, leave_to_units, leave_with_keepers, release, tell_ended, tell_opened
from siyu.domain.entries.leads_contracts import BadLeadError, Giving, Intent, LeadState
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork

RUN = "leads.run"
AT_ONCE = 1_000
JOURNEY_SOURCE = "journey"
ASSIGN = "leads.assign"
RETURNED_IDLE, RETURNED_LEFT = "idle", "owner_left"


def open_leads(work: UnitOfWork, actor: Actor, customer_ids: Collection[int], source: str) -> int:
    """Makes leads of those of the customers who are none, with who keeps them or in the pool; gives how many."""
    actor.require(RUN)
    if not customer_ids:
        return 0
    stage = rules.first_stage(store.select_rules(work.driver).rules)
    made = store.insert_leads(
        work.driver, sorted(customer_ids), stage, rules.checked_source(source), "", Intent.UNKNOWN, work.clock.now()
    )
    tell_opened(work, made)
    leave_with_keepers(work, made)
    return len(made)


def hand_over(
    work: UnitOfWork, actor: Actor, handed: Sequence[tuple[str, int]], to: int | None, note: str, *, source: str = ""
) -> int:
    """(key, customer) of each: they are leads from now on where they were none, with somebody of the staff, or (None) in the pool;
    with the same key nothing happens again. BadLeadError where that one is not at work. Gives how many were handed over."""
    actor.require(RUN)
    fresh = store.new_keys(work.driver, {key for key, _ in handed})
    pairs = [(key, customer_id) for key, customer_id in handed if key in fresh]
    if not pairs:
        return 0
    if to is not None and not store.loads_of(work.driver, [to], None):
        raise BadLeadError("Who was to get it is not at work.", field="to")
    people = sorted({customer_id for _, customer_id in pairs})
    stage = rules.first_stage(store.select_rules(work.driver).rules)
    now = work.clock.now()
    said = rules.checked_note(note)
    made = store.insert_leads(work.driver, people, stage, source or JOURNEY_SOURCE, said, Intent.UNKNOWN, now)
    tell_opened(work, made)
    leads = store.lock_open_of(work.driver, people)
    known = {each.lead_id for each in made}
    if to is None:
        release(work, [each.lead_id for each in leads if each.staff_id is not None], "handed_over")
        leave_to_units(work, made)
    else:
        give(work, {each.lead_id: to for each in leads}, Giving.JOURNEY)
    if said:
        store.add_notes(work.driver, [each.lead_id for each in leads if each.lead_id not in known], said)
    of_customer = {each.customer_id: each.lead_id for each in leads}
    store.save_keys(work.driver, {key: of_customer[who] for key, who in pairs if who in of_customer})
    return len(of_customer)


def bring_leads(work: UnitOfWork, actor: Actor, notes: Mapping[str, tuple[int, str]], source: str) -> int:
    """{key: (customer, note)} of a file: they are leads from now on where they were none, with who keeps them or in the pool. With
    the same key nothing happens again, even where that lead has ended since. Gives how many were opened."""
    actor.require(ASSIGN)
    said = rules.checked_source(source)
    fresh = store.new_keys(work.driver, notes.keys()) if notes else set()
    note_of = {customer_id: rules.checked_note(note) for key, (customer_id, note) in notes.items() if key in fresh}
    if not note_of:
        return 0
    stage = rules.first_stage(store.select_rules(work.driver).rules)
    made = store.insert_leads(work.driver, sorted(note_of), stage, said, "", Intent.UNKNOWN, work.clock.now())
    store.set_notes(
        work.driver, {each.lead_id: note_of[each.customer_id] for each in made if note_of[each.customer_id]}
    )
    tell_opened(work, made)
    leave_with_keepers(work, made)
    lead_of = {each.customer_id: each.lead_id for each in store.lock_open_of(work.driver, note_of)}
    keys = {key: lead_of[notes[key][0]] for key in fresh if notes[key][0] in lead_of}
    store.save_keys(work.driver, keys)
    if made:
        record_audit(work, actor, "leads.bring", "leads", leads=len(made), source=said)
    return len(made)


def win_leads(work: UnitOfWork, actor: Actor, bought_at: Mapping[int, datetime]) -> int:
    """{customer: when they bought}: their leads that were open by then are won, if the rules say so. Gives how many."""
    actor.require(RUN)
    if not bought_at or not store.select_rules(work.driver).rules.wins_on_order:
        return 0
    found = store.lock_open_of(work.driver, bought_at.keys())
    won = [each.lead_id for each in found if each.opened_at <= bought_at[each.customer_id]]
    ended = store.end_leads(work.driver, won, LeadState.WON, None, work.clock.now())
    tell_ended(work, ended)
    return len(ended)


def lead_segment(work: UnitOfWork, actor: Actor) -> int | None:
    """Who enters this segment becomes a lead; None: nobody by that."""
    actor.require(RUN)
    return store.select_rules(work.driver).rules.segment_id


def share_leads(work: UnitOfWork, actor: Actor, *, limit: int = AT_ONCE) -> int:
    """Gives leads that nobody ever had to the advisers of their unit, if the rules say so; gives how many."""
    actor.require(RUN)
    in_force = store.select_rules(work.driver).rules
    if in_force.assigning == "pool":
        return 0
    waiting = store.lock_unowned(work.driver, limit)
    given = 0
    for unit_id in sorted({unit_id for _, unit_id in waiting}, key=lambda each: each or 0):
        theirs = [lead_id for lead_id, of in waiting if of == unit_id]
        loads = store.advisers_of(work.driver, unit_id)
        found = rules.shared(theirs, loads, in_force, by_load=in_force.assigning == "least_busy")
        given += len(give(work, found, Giving.SHARED))
    return given


def recycle_leads(work: UnitOfWork, actor: Actor, *, limit: int = AT_ONCE) -> int:
    """Brings back to the pool what nobody cared for, and what is with who is not at work any more; ends leads of customers who were
    merged with one who has an older one, and opens those again whose customers were parted from that one since. Gives how many."""
    actor.require(RUN)
    now, done = work.clock.now(), 0
    doubles = store.lock_doubles(work.driver, limit)
    done += len(store.end_leads(work.driver, doubles, LeadState.JOINED, None, now))
    parted = store.reopen_parted(work.driver, now, limit)
    leave_with_keepers(work, parted)
    done += len(parted)
    done += len(release(work, store.lock_left_behind(work.driver, limit), RETURNED_LEFT))
    before = rules.idle_before(store.select_rules(work.driver).rules, now)
    if before is not None:
        done += len(release(work, store.lock_idle(work.driver, *before, now, limit), RETURNED_IDLE))
    return done


def follow_keepers(work: UnitOfWork, actor: Actor, keeper_of: Mapping[int, int | None]) -> int:
    """Customers are kept by others now ({customer: staff}, None: by nobody): so are their leads. Gives how many changed hands."""
    actor.require(RUN)
    found = store.lock_open_of(work.driver, keeper_of.keys())
    to_give = {
        each.lead_id: keeper
        for each in found
        if (keeper := keeper_of[each.customer_id]) is not None and keeper != each.staff_id
    }
    to_release = [each.lead_id for each in found if keeper_of[each.customer_id] is None and each.staff_id is not None]
    return len(give(work, to_give, Giving.KEPT)) + len(release(work, to_release, "kept_by_nobody", keeps_custody=True))


def forget_leads(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """Takes leads and follow-ups of the profiles away; {table: {profile_id: how many}}."""
    actor.require("customers.erase")
    return follow_ups_store.delete_of_profiles(work.driver, profile_ids)
