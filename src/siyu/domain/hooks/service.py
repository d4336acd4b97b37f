"""The verbs of room `hooks`. None of them commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from siyu.domain.company.service import record_audit
from siyu.domain.customers.reading import customers_in_scope
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import EventMatch
from siyu.domain.hooks import rules, store
from siyu.domain.hooks.contracts import (
    ENDPOINTS_MAX,
    FAILURES_TO_OPEN,
    KEPT_DAYS,
    WAITING_MAX,
    AddressCheck,
    Answered,
    Attempt,
    BadEndpointError,
    Call,
    CallKind,
    CallRequest,
    CallState,
    DueCall,
    Endpoint,
    EndpointInUseError,
    EndpointNumbers,
    EventCall,
    NewEndpoint,
    UnknownCallError,
    UnknownEndpointError,
)
from siyu.kernel.actors import Actor
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, WRITE, RUN = "hooks.read", "hooks.write", "hooks.run"
SECRET_AS, CONTENT_AS = "hook_secrets", "hook_calls"
NUMBERS_DAYS = 7
REPLAY_MAX = 1_000
FIRST_PAGE = 2**62
_encode = msgspec.json.Encoder(enc_hook=str).encode
_decode = msgspec.json.Decoder(dict[str, object]).decode


# --- endpoints


def list_endpoints(reading: Reading, actor: Actor) -> list[tuple[Endpoint, EndpointNumbers]]:
    """All of them, and how each fared in the last days."""
    actor.require(READ)
    since = reading.clock.now() - timedelta(days=NUMBERS_DAYS)
    numbers = store.numbers_of(reading.driver, since)
    found = store.select_endpoints(reading.driver)
    return [(each, numbers.get(each.endpoint_id, EndpointNumbers())) for each in found]


def get_endpoint(reading: Reading, actor: Actor, endpoint_id: int) -> Endpoint:
    """One endpoint."""
    actor.require(READ)
    found = store.find_endpoint(reading.driver, endpoint_id)
    if found is None:
        raise UnknownEndpointError
    return found


def create_endpoint(
    work: UnitOfWork,
    actor: Actor,
    name: str,
    url: str,
    check_address: AddressCheck,
    *,
    events: Sequence[EventMatch] = (),
    tells_who: bool = False,
) -> NewEndpoint:
    """A new endpoint with a new secret, which is told this once."""
    _require_write(actor)
    told = (rules.checked_name(name), url.strip(), rules.checked_events(events), tells_who)
    check_address(told[1])
    if store.lock_endpoints(work.driver) >= ENDPOINTS_MAX:
        raise BadEndpointError(f"There are {ENDPOINTS_MAX} endpoints.")
    secret = work.ids.new_secret()
    sealed = work.seals.seal_text(SECRET_AS, secret)
    endpoint_id = store.insert_endpoint(work.driver, told, sealed, work.seals.newest, work.clock.now())
    record_audit(work, actor, "hooks.create", f"hook:{endpoint_id}", tells_who=tells_who)
    return NewEndpoint(get_endpoint(work, actor, endpoint_id), secret)


def save_endpoint(
    work: UnitOfWork,
    actor: Actor,
    endpoint_id: int,
    name: str,
    url: str,
    check_address: AddressCheck,
    *,
    events: Sequence[EventMatch] = (),
    tells_who: bool = False,
    is_enabled: bool = True,
) -> Endpoint:
    """Changes an endpoint; its calls that wait go where it leads then. One that is switched off keeps them."""
    _require_write(actor)
    told = (rules.checked_name(name), url.strip(), rules.checked_events(events), tells_who)
    check_address(told[1])
    if not store.update_endpoint(work.driver, endpoint_id, told, work.clock.now(), is_enabled=is_enabled):
        raise UnknownEndpointError
    record_audit(work, actor, "hooks.save", f"hook:{endpoint_id}", is_enabled=is_enabled, tells_who=tells_who)
    return get_endpoint(work, actor, endpoint_id)


def new_secret(work: UnitOfWork, actor: Actor, endpoint_id: int) -> str:
    """Another secret, told this once; whatever is called from now on is signed with it."""
    _require_write(actor)
    secret = work.ids.new_secret()
    if not store.save_secret(work.driver, endpoint_id, work.seals.seal_text(SECRET_AS, secret), work.seals.newest):
        raise UnknownEndpointError
    record_audit(work, actor, "hooks.new_secret", f"hook:{endpoint_id}")
    return secret


def delete_endpoint(work: UnitOfWork, actor: Actor, endpoint_id: int) -> None:
    """Takes an endpoint away with all its calls; EndpointInUseError where it is on and calls wait, or a journey calls it."""
    _require_write(actor)
    endpoint = get_endpoint(work, actor, endpoint_id)
    if users := definitions.naming(work, ["endpoint_id"], [endpoint_id]):
        raise EndpointInUseError(
            f"Called by: {', '.join(user.name for user in users)}.",
            used_by=[{"definition_id": user.definition_id, "kind": user.kind, "name": user.name} for user in users],
        )
    if endpoint.is_enabled and store.count_waiting(work.driver, 1).get(endpoint_id):
        raise EndpointInUseError
    store.delete_endpoint(work.driver, endpoint_id)
    record_audit(work, actor, "hooks.delete", f"hook:{endpoint_id}")


# --- calls


def request_calls(work: UnitOfWork, actor: Actor, requests: Sequence[CallRequest]) -> int:
    """Asks for calls, once for each key of an endpoint; gives how many are new. What asks for an endpoint that is no more is
    passed over."""
    actor.require(RUN)
    for each in requests:
        rules.check_call(each)
    return _insert(
        work,
        [
            store.NewCall(
                each.endpoint_id,
                each.call_key,
                CallKind.JOURNEY.value,
                "",
                each.customer_id,
                _sealed(work, {"fields": dict(each.fields)}),
            )
            for each in requests
        ],
    )


def request_event_calls(work: UnitOfWork, actor: Actor, calls: Sequence[EventCall]) -> int:
    """Asks for calls because of events; gives how many are new. An endpoint that lets too many wait gets no more."""
    actor.require(RUN)
    waiting = store.count_waiting(work.driver, WAITING_MAX) if calls else {}
    return _insert(
        work,
        [
            store.NewCall(
                each.endpoint_id,
                f"event:{each.event_id}",
                CallKind.EVENT.value,
                each.event,
                each.profile_id or None,
                _sealed(
                    work,
                    {
                        "event": {
                            "id": str(each.event_id),
                            "name": each.event,
                            "occurred_at": each.occurred_at.isoformat(),
                            "properties": dict(each.properties),
                        }
                    },
                ),
            )
            for each in calls
            if waiting.get(each.endpoint_id, 0) < WAITING_MAX
        ],
    )


def try_endpoint(work: UnitOfWork, actor: Actor, endpoint_id: int) -> Call:
    """Asks for a call that says nothing, to see whether it arrives."""
    _require_write(actor)
    get_endpoint(work, actor, endpoint_id)
    key = f"test:{work.ids.new_id()}"
    content = {"fields": {"text": "Siyu 测试 / test"}}
    _insert(work, [store.NewCall(endpoint_id, key, CallKind.TEST.value, "", None, _sealed(work, content))])
    record_audit(work, actor, "hooks.try", f"hook:{endpoint_id}")
    return store.get_call(work.driver, endpoint_id, key)


def list_calls(
    reading: Reading,
    actor: Actor,
    page: PageRequest,
    *,
    endpoint_id: int | None = None,
    state: CallState | None = None,
) -> Page[Call]:
    """Calls, the newest first; of a customer outside the actor's scope not whose it is."""
    actor.require(READ)
    before = int(page.after) if page.after and page.after.isdecimal() and len(page.after) < 19 else FIRST_PAGE
    rows = store.select_calls(reading.driver, endpoint_id, state.value if state else None, before, page.size + 1)
    more, rows = len(rows) > page.size, rows[: page.size]
    seen = customers_in_scope(reading, actor, {each.customer_id for each in rows if each.customer_id is not None})
    shown = [each if each.customer_id in seen else replace(each, customer_id=None) for each in rows]
    return Page(shown, str(rows[-1].call_id) if more else None)


def list_attempts(reading: Reading, actor: Actor, call_id: int) -> list[Attempt]:
    """What came of each try of a call."""
    actor.require(READ)
    found = store.select_attempts(reading.driver, call_id)
    if not found and not store.is_known(reading.driver, call_id):
        raise UnknownCallError
    return found


def replay_calls(work: UnitOfWork, actor: Actor, endpoint_id: int, call_ids: Collection[int] | None = None) -> int:
    """Makes calls that ended once more, under their keys: those named, or all that failed; gives how many."""
    _require_write(actor)
    get_endpoint(work, actor, endpoint_id)
    if call_ids is not None and len(call_ids) > REPLAY_MAX:
        raise BadEndpointError(f"At most {REPLAY_MAX} calls at once.", field="call_ids")
    count = store.replay(work.driver, endpoint_id, call_ids, work.clock.now())
    record_audit(work, actor, "hooks.replay", f"hook:{endpoint_id}", count=count)
    return count


# --- making them: Siyu's own work


def claim_calls(work: UnitOfWork, actor: Actor, most: int, again_at: datetime) -> list[DueCall]:
    """At most `most` calls of each endpoint that may be called now; they come again at `again_at` if nobody says what came of
    them. An endpoint that failed often is tried with one alone."""
    actor.require(RUN)
    claimed = store.claim_calls(work.driver, work.clock.now(), again_at, most, FAILURES_TO_OPEN)
    return [
        DueCall(
            each.call_id,
            each.endpoint_id,
            each.call_key,
            CallKind(each.kind),
            each.profile_id,
            each.attempts,
            each.asked_at,
            each.url,
            work.seals.open_text(SECRET_AS, each.secret),
            _decode(work.seals.open_bytes(CONTENT_AS, each.sealed)),
            each.tells_who,
        )
        for each in claimed
    ]


def keep_answer(work: UnitOfWork, actor: Actor, call: DueCall, answered: Answered) -> None:
    """What came of a try: the call is taken, tried again later, or given up; the endpoint goes on, or is let be for a while."""
    actor.require(RUN)
    now = work.clock.now()
    store.save_attempt(work.driver, call.call_id, Attempt(now, answered.told, answered.milliseconds))
    if answered.is_taken:
        store.end_call(work.driver, call.call_id, CallState.TAKEN, answered.told, now)
        store.note_success(work.driver, call.endpoint_id)
        return
    again_at = rules.next_try(call.attempts, answered, now)
    if again_at is None:
        store.end_call(work.driver, call.call_id, CallState.FAILED, answered.told, now)
    else:
        store.put_off(work.driver, call.call_id, again_at, answered.told)
    if answered.is_gone:
        store.switch_off(work.driver, call.endpoint_id, now)
        record_audit(work, actor, "hooks.switch_off", f"hook:{call.endpoint_id}", told=answered.told)
    elif not answered.is_final:  # what is wrong with the call says nothing of the endpoint
        until = rules.pause_after(store.note_failure(work.driver, call.endpoint_id), now)
        if until is not None:
            store.pause(work.driver, call.endpoint_id, until)


def give_back(work: UnitOfWork, actor: Actor, calls: Sequence[DueCall]) -> None:
    """Calls that were claimed and not made come again at once; that was no try."""
    actor.require(RUN)
    store.give_back(work.driver, [each.call_id for each in calls], work.clock.now())


def forget_calls(work: UnitOfWork, actor: Actor, size: int) -> int:
    """Forgets calls that ended long ago, at most `size`; gives how many."""
    actor.require(RUN)
    return store.delete_ended(work.driver, work.clock.now() - timedelta(days=KEPT_DAYS), size)


def forget_profiles(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[int, int]:
    """Forgets all calls that are about these profiles; {profile_id: how many}."""
    actor.require("customers.erase")
    return store.delete_of_profiles(work.driver, profile_ids)


def reseal(work: UnitOfWork, actor: Actor, size: int) -> int:
    """Puts what is sealed under an older key under the newest; gives of how many endpoints and calls, at most `size` of each."""
    actor.require("keys.write")
    count = 0
    for place, purpose in (("endpoints", SECRET_AS), ("calls", CONTENT_AS)):
        found = store.lock_sealed_before(work.driver, place, work.seals.newest, size)
        for of, sealed in found.items():
            plain = work.seals.open_bytes(purpose, sealed)
            store.save_sealed(work.driver, place, of, work.seals.seal_bytes(purpose, plain), work.seals.newest)
        count += len(found)
    return count


def _require_write(actor: Actor) -> None:
    """An endpoint is told of all customers: it is set up by who sees them all."""
    actor.require(WRITE)
    if not actor.scope.is_everything:
        raise ForbiddenError("An endpoint is told of customers outside your scope.")


def _insert(work: UnitOfWork, calls: Sequence[store.NewCall]) -> int:
    return store.insert_calls(work.driver, calls, work.seals.newest, work.clock.now()) if calls else 0


def _sealed(work: UnitOfWork, content: Mapping[str, object]) -> bytes:
    return work.seals.seal_bytes(CONTENT_AS, _encode(content))
