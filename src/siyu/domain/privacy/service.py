"""The verbs of room `privacy`: what is asked for, who approves it, what became of it, how long things are kept. None commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from siyu.domain.company.service import record_audit
from siyu.domain.customers.contracts import Identity, UnknownCustomerError
from siyu.domain.customers.reading import current_customer_ids, customers_in_scope, erased_among
from siyu.domain.privacy import rules, store
from siyu.domain.privacy.contracts import (
    ERASURE_JOB,
    ERASURE_WORDS,
    EXPORT_JOB,
    REQUESTS_AT_ONCE_MAX,
    SEALED_AS,
    ErasedCustomerError,
    ErasureStep,
    ExportGoneError,
    OpenRequestError,
    Reason,
    Removal,
    Request,
    RequestDecidedError,
    RequestKind,
    RequestState,
    RetentionRules,
    UnknownRequestError,
    WrongWordError,
)
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.errors import ForbiddenError, InvalidError
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.jobs import defer
from siyu.platform.postgres.database import Reading, UnitOfWork

EXPORT_RIGHT = "customers.export"
ERASE_RIGHT = "customers.erase"
READ_RIGHT = "privacy.read"
RULES_RIGHT = "retention.write"
RUN_RIGHT = "privacy.run"
"""Doing what was approved is Siyu's own work: no role has this right."""


def ask_export(work: UnitOfWork, actor: Actor, customer_id: int) -> Request:
    """Has a file made of all that is known of a customer."""
    actor.require(EXPORT_RIGHT)
    customer_ids = _living(work, actor, [customer_id])
    by, now = _name(actor), work.clock.now()
    made = store.insert_requests(
        work.driver, RequestKind.EXPORT, customer_ids, RequestState.QUEUED, Reason.ASKED_BY_CUSTOMER, by, now
    )
    if not made:
        raise OpenRequestError(customer_id=customer_id)
    defer(work, EXPORT_JOB, {}, only_one="privacy:export")
    record_audit(work, actor, "customers.export", f"customer:{made[0].customer_id}", request_id=made[0].request_id)
    return made[0]


def ask_erasures(work: UnitOfWork, actor: Actor, customer_ids: Collection[int], reason: Reason) -> list[Request]:
    """Asks that customers be erased; a member of staff has to approve it. Those with an open request keep that one."""
    actor.require(ERASE_RIGHT)
    if not 1 <= len(customer_ids) <= REQUESTS_AT_ONCE_MAX:
        raise InvalidError(f"1 to {REQUESTS_AT_ONCE_MAX} customers at once.", field="customer_ids")
    now_ids = _living(work, actor, customer_ids)
    by, now = _name(actor), work.clock.now()
    made = store.insert_requests(work.driver, RequestKind.ERASURE, now_ids, RequestState.WAITING, reason, by, now)
    if not made:
        raise OpenRequestError
    for each in made:
        record_audit(
            work,
            actor,
            "customers.ask_erasure",
            f"customer:{each.customer_id}",
            request_id=each.request_id,
            reason=reason.value,
        )
    return made


def approve_erasures(work: UnitOfWork, actor: Actor, request_ids: Collection[int], word: str) -> list[int]:
    """Lets erasures begin: there is no way back. Gives the requests that were waiting."""
    actor.require(ERASE_RIGHT)
    if actor.kind in (ActorKind.CUSTOMER, ActorKind.KEY):
        raise ForbiddenError("A member of staff approves.", right=ERASE_RIGHT)
    if word.strip() not in ERASURE_WORDS:
        raise WrongWordError(field="word")
    return _decide(work, actor, request_ids, RequestState.QUEUED, "customers.approve_erasure")


def decline_erasures(work: UnitOfWork, actor: Actor, request_ids: Collection[int]) -> list[int]:
    """Erases nobody; gives the requests that were waiting."""
    actor.require(ERASE_RIGHT)
    if actor.kind is ActorKind.CUSTOMER:
        raise ForbiddenError("A member of staff declines.", right=ERASE_RIGHT)
    return _decide(work, actor, request_ids, RequestState.DECLINED, "customers.decline_erasure")


def _decide(work: UnitOfWork, actor: Actor, request_ids: Collection[int], state: RequestState, verb: str) -> list[int]:
    asked = [get_request(work, actor, request_id) for request_id in request_ids]
    _require_in_scope(work, actor, [each.customer_id for each in asked])
    decided = store.decide(work.driver, request_ids, state, _name(actor), work.clock.now())
    if not decided:
        raise RequestDecidedError
    if state is RequestState.QUEUED:
        defer(work, ERASURE_JOB, {}, only_one="privacy:erasure")
    for each in asked:
        if each.request_id in decided:
            record_audit(work, actor, verb, f"customer:{each.customer_id}", request_id=each.request_id)
    return decided


def get_request(reading: Reading, actor: Actor, request_id: int) -> Request:
    """One request; UnknownRequestError where there is none that the actor may see."""
    actor.require_one_of(READ_RIGHT, ERASE_RIGHT, EXPORT_RIGHT)
    found = store.find_request(reading.driver, request_id)
    if found is None or not (actor.scope.is_everything or _is_seen(reading, actor, found)):
        raise UnknownRequestError(f"Request {request_id}.")
    return found


def list_requests(
    reading: Reading,
    actor: Actor,
    page: PageRequest,
    *,
    kind: RequestKind | None = None,
    customer_id: int | None = None,
) -> Page[Request]:
    """Requests, the newest first; for a limited scope those that the actor made."""
    actor.require(READ_RIGHT)
    before = None
    if page.after is not None:
        if not (page.after.isascii() and page.after.isdecimal() and len(page.after) <= 18):
            raise InvalidError("That is not a place in this list.", field="after")
        before = int(page.after)
    by = None if actor.scope.is_everything else _name(actor)
    rows = store.select_requests(reading.driver, kind, page.size + 1, before, customer_id=customer_id, by=by)
    shown = rows[: page.size]
    return Page(shown, str(shown[-1].request_id) if len(rows) > page.size else None)


def get_export_file(work: UnitOfWork, actor: Actor, request_id: int) -> str:
    """The name of the file of an export, for who asked for it; audited, for it leaves the house now."""
    actor.require(EXPORT_RIGHT)
    found = store.find_request(work.driver, request_id)
    if found is None or found.file_name is None or found.requested_by != _name(actor):
        raise ExportGoneError
    if found.expires_at is not None and found.expires_at <= work.clock.now():
        raise ExportGoneError
    record_audit(work, actor, "customers.download_export", f"customer:{found.customer_id}", request_id=request_id)
    return found.file_name


def get_retention(reading: Reading, actor: Actor) -> RetentionRules:
    """The rules in force, for every class."""
    actor.require(READ_RIGHT)
    found = store.find_rules(reading.driver)
    if found is None:
        return RetentionRules(rules.days_of({}), None, None)
    return RetentionRules(rules.days_of(found.days), found.changed_at, found.changed_by)


def save_retention(work: UnitOfWork, actor: Actor, days: Mapping[str, int]) -> RetentionRules:
    """Puts rules in force; the next daily removal goes by them."""
    actor.require(RULES_RIGHT)
    before = get_retention(work, _SIYU).days
    saved = RetentionRules(rules.checked_days(days), work.clock.now(), _name(actor))
    store.save_rules(work.driver, saved)
    changed = {name: count for name, count in saved.days.items() if count != before[name]}
    record_audit(work, actor, "privacy.save_retention", "retention", days=_listed(changed))
    return saved


def list_removals(reading: Reading, actor: Actor) -> list[Removal]:
    """What was removed lately, the latest first."""
    actor.require(READ_RIGHT)
    return store.select_removals(reading.driver, 100)


# --- Siyu's own work


def lock_requests(
    work: UnitOfWork, actor: Actor, kind: RequestKind, size: int, *, among: Collection[int] | None = None
) -> list[Request]:
    """Requests (of those named) to be done, or being done, that nobody else is at."""
    actor.require(RUN_RIGHT)
    return store.lock_in_work(work.driver, kind, size, among)


def begin_erasure(
    work: UnitOfWork,
    actor: Actor,
    request_id: int,
    profile_ids: Sequence[int],
    counts: Mapping[str, int],
    sealed: bytes,
) -> None:
    """The rows are gone; what they held is kept, sealed, for the search at the end."""
    actor.require(RUN_RIGHT)
    store.save_running(work.driver, request_id, profile_ids, ErasureStep.LOG, counts)
    store.save_sealed(work.driver, request_id, sealed)


def save_step(
    work: UnitOfWork, actor: Actor, request: Request, step: ErasureStep, counts: Mapping[str, int], sealed: bytes | None
) -> None:
    """The erasure has come to `step`; `counts` replace those known, `sealed` (where given) the values to be searched for."""
    actor.require(RUN_RIGHT)
    store.save_running(work.driver, request.request_id, request.profile_ids, step, counts)
    if sealed is not None:
        store.save_sealed(work.driver, request.request_id, sealed)


def reseal(work: UnitOfWork, actor: Actor, size: int) -> int:
    """Puts what requests keep sealed under an older key under the newest; gives how many, at most `size`."""
    actor.require("keys.write")
    found = store.lock_sealed_before(work.driver, work.seals.newest, size)
    for request_id, sealed in found.items():
        plain = work.seals.open_bytes(SEALED_AS, sealed)
        store.save_sealed(work.driver, request_id, work.seals.seal_bytes(SEALED_AS, plain))
    return len(found)


def sealed_values(reading: Reading, actor: Actor, request_ids: Collection[int]) -> dict[int, bytes]:
    """What was erased, sealed, of requests that are not done yet."""
    actor.require(RUN_RIGHT)
    return store.find_sealed(reading.driver, request_ids)


def finish_erasure(
    work: UnitOfWork, actor: Actor, request: Request, certificate: str, signature: str, traces: int
) -> None:
    """Keeps the certificate and forgets what was searched for."""
    actor.require(RUN_RIGHT)
    store.finish_erasure(work.driver, request.request_id, certificate, signature, traces, work.clock.now())
    record_audit(
        work, actor, "customers.erased", f"customer:{request.customer_id}", request_id=request.request_id, traces=traces
    )


def finish_export(
    work: UnitOfWork, actor: Actor, request_id: int, file_name: str | None, counts: Mapping[str, int]
) -> None:
    """The file is there, for as many days as the rules say."""
    actor.require(RUN_RIGHT)
    now = work.clock.now()
    until = now + timedelta(days=get_retention(work, _SIYU).days["exports"])
    store.finish_export(work.driver, request_id, file_name, counts, now, until)


def take_export_files(
    work: UnitOfWork, actor: Actor, *, before: datetime | None = None, customer_ids: Collection[int] = ()
) -> list[str]:
    """Names of export files to be removed: those over by then, and those of these customers."""
    actor.require(RUN_RIGHT)
    return store.take_files(work.driver, before=before, customer_ids=customer_ids)


def suppress(work: UnitOfWork, actor: Actor, identities: Collection[Identity]) -> None:
    """Remembers, by keyed hashes, identities that an import must not bring back: under every key in force, of which none comes
    or goes meanwhile."""
    actor.require(RUN_RIGHT)
    keys = work.seals.ring
    tokens = [token for identity in identities for token in store.suppression_tokens(keys, identity)]
    store.insert_suppressed(work.driver, tokens)


def delete_ended_requests(work: UnitOfWork, actor: Actor, before: datetime, size: int) -> int:
    """Forgets requests that ended before, with their certificates; gives how many, at most `size`."""
    actor.require(RUN_RIGHT)
    return store.delete_ended(work.driver, before, size)


def record_removals(work: UnitOfWork, actor: Actor, removed: Mapping[str, int]) -> None:
    """Says what the daily removal took away."""
    actor.require(RUN_RIGHT)
    store.insert_removals(work.driver, removed, work.clock.now())
    record_audit(work, actor, "privacy.apply_retention", "retention", removed=_listed(removed))


def save_place(work: UnitOfWork, actor: Actor, name: str, place: int) -> None:
    """How far the work of this name has come."""
    actor.require(RUN_RIGHT)
    store.save_place(work.driver, name, place)


# --- inside

_SIYU = Actor(ActorKind.SYSTEM, "privacy", frozenset())


def _name(actor: Actor) -> str:
    return f"{actor.kind.value}:{actor.actor_id}"


def _listed(numbers: Mapping[str, int]) -> str:
    return " ".join(f"{name}={number}" for name, number in numbers.items())


def _living(reading: Reading, actor: Actor, customer_ids: Collection[int]) -> set[int]:
    """The customers as they are now, all in the actor's scope and none of them erased."""
    now_of = current_customer_ids(reading, customer_ids)
    now_ids = set(now_of.values())
    if len(now_of) < len(set(customer_ids)):
        raise UnknownCustomerError
    _require_in_scope(reading, actor, now_ids)
    if erased_among(reading, now_ids):
        raise ErasedCustomerError
    return now_ids


def _require_in_scope(reading: Reading, actor: Actor, customer_ids: Collection[int]) -> None:
    now_ids = set(current_customer_ids(reading, customer_ids).values())
    if customers_in_scope(reading, actor, now_ids) != now_ids:
        raise UnknownCustomerError


def _is_seen(reading: Reading, actor: Actor, request: Request) -> bool:
    return request.requested_by == _name(actor) or bool(customers_in_scope(reading, actor, [request.customer_id]))
