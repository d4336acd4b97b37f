"""Verbs of the gate: the company's rules, and who is let through by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from siyu.domain.company.service import record_audit
from siyu.domain.messages import gate_store, rules, telling
from siyu.domain.messages.contracts import (
    MESSAGE_HELD,
    JudgedRequest,
    KeptRules,
    ReachRules,
)
from siyu.kernel.actors import Actor
from siyu.kernel.errors import ConflictError
from siyu.platform.postgres.database import UnitOfWork

RUN_RIGHT = "messages.run"


def set_rules(work: UnitOfWork, actor: Actor, wanted: ReachRules, *, version: int) -> KeptRules:
    """Puts rules in force, as the version after `version`; ConflictError where that is not the one in force."""
    actor.require("messages.write")
    found = gate_store.select_rules(work.driver)
    kept = KeptRules(wanted, version + 1, work.clock.now())
    set_by = f"{actor.kind}:{actor.actor_id}"
    if found.version != version or not gate_store.insert_rules(work.driver, kept, set_by):
        raise ConflictError("Somebody has changed the rules meanwhile; look at them again.")
    record_audit(work, actor, "messages.set_rules", "reach_rules", version=kept.version)
    return kept


def lock_gate(work: UnitOfWork, actor: Actor) -> None:
    """One at the gate at a time, until the commit."""
    actor.require(RUN_RIGHT)
    gate_store.lock_gate(work.driver)


def admit(
    work: UnitOfWork, actor: Actor, judged: Sequence[JudgedRequest], limits: ReachRules, zone: ZoneInfo
) -> tuple[int, int]:
    """Makes messages of the requests whose keys are new: those let through within the caps and quotas go to their channel, the
    others are held. Gives how many of each. Needs the gate's lock; days are counted in `zone`."""
    actor.require(RUN_RIGHT)
    now = work.clock.now()
    today = now.astimezone(zone).date()
    known = gate_store.select_known(work.driver, [each.request.message_key for each in judged])
    new = {each.request.message_key: each for each in reversed(judged) if each.request.message_key not in known}
    fresh = list(reversed(new.values()))
    if not fresh:
        return 0, 0
    counted = rules.counted_from(
        gate_store.count_usages(work.driver, {each.customer_id for each in fresh}, today),
        gate_store.select_let_through(work.driver, today),
    )
    decisions = rules.decided(fresh, counted, limits, today, zone)
    requested, held = gate_store.insert_messages(work.driver, decisions, now)
    passed = Counter((each.channel, each.day_on) for each in decisions if each.reason is None)
    gate_store.add_let_through(work.driver, passed)
    work.record(telling.outcome(work, MESSAGE_HELD, row, reason=row.reason) for row in held)
    return requested, len(held)
