"""Calls that are due are made, and what came of them is kept.

That a call is being made is committed before it is: who is killed over it leaves it to be made again under the same key. Each
endpoint has a thread of its own for as long as a turn may take, so one that is slow holds the others up no longer than that.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, Final

from siyu.domain.customers import reading as customers
from siyu.domain.hooks import service as hooks
from siyu.domain.hooks.contracts import Answered, Caller, DueCall
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import real_span
from siyu.platform.postgres.database import Database, UnitOfWork

ACTOR = system_actor("hooks")
CALLS_AT_ONCE: Final = 50
ENDPOINTS_AT_ONCE: Final = 8
TURN_SECONDS: Final = 10.0
LEASE: Final = timedelta(minutes=5)


def make_calls_once(database: Database, caller: Caller) -> int:
    """Makes calls that are due; gives how many were made."""
    with database.begin() as work:
        due = hooks.claim_calls(work, ACTOR, CALLS_AT_ONCE, work.clock.now() + real_span(work.clock, LEASE))
        documents = _documents(work, due)
    by_endpoint: dict[int, list[DueCall]] = {}
    for each in due:
        by_endpoint.setdefault(each.endpoint_id, []).append(each)
    if not by_endpoint:
        return 0
    with ThreadPoolExecutor(min(ENDPOINTS_AT_ONCE, len(by_endpoint)), thread_name_prefix="hooks") as threads:
        made = [threads.submit(_make, database, caller, calls, documents) for calls in by_endpoint.values()]
        return sum(each.result() for each in made)


def _make(database: Database, caller: Caller, calls: Sequence[DueCall], documents: Mapping[int, dict[str, Any]]) -> int:
    """The calls of an endpoint, one after the other, until the turn is over or it fails: what is left comes again."""
    until = time.monotonic() + TURN_SECONDS
    made = 0
    for place, call in enumerate(calls):
        answered = caller.call(call, documents[call.call_id])
        with database.begin() as work:
            hooks.keep_answer(work, ACTOR, call, answered)
        made += 1
        if _is_ailing(answered) or time.monotonic() > until:
            left = calls[place + 1 :]
            with database.begin() as work:
                hooks.give_back(work, ACTOR, left)
            break
    return made


def _is_ailing(answered: Answered) -> bool:
    return answered.is_gone or not (answered.is_taken or answered.is_final)


def _documents(work: UnitOfWork, due: Sequence[DueCall]) -> dict[int, dict[str, Any]]:
    """{call: what is told}. Who the customer is now, and by what others know them, is looked up when it is told."""
    profile_ids = {each.profile_id for each in due if each.profile_id is not None}
    customer_of = customers.current_customer_ids(work, profile_ids) if profile_ids else {}
    named = {customer_of[each.profile_id] for each in due if each.tells_who and each.profile_id in customer_of}
    identities = customers.identities_of(work, named) if named else {}
    found = {}
    for each in due:
        customer: dict[str, Any] | None = None
        if each.profile_id is not None:
            customer_id = customer_of.get(each.profile_id, each.profile_id)
            customer = {"id": customer_id}
            if each.tells_who:
                customer["identities"] = [
                    {"kind": one.kind, "value": one.value} for one in identities.get(customer_id, ())
                ]
        found[each.call_id] = {
            "key": each.call_key,
            "kind": each.kind.value,
            "asked_at": each.asked_at.isoformat(),
            "customer": customer,
            **each.content,
        }
    return found
