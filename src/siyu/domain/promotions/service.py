"""The verbs of room `promotions`. None of them commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from hashlib import shake_256
from itertools import islice
from uuid import UUID

from siyu.domain.company.service import record_audit
from siyu.domain.customers.contracts import UnknownCustomerError
from siyu.domain.customers.reading import customers_in_scope
from siyu.domain.promotions import rules, store
from siyu.domain.promotions.contracts import (
    CODES_AT_ONCE_MAX,
    COUPON_ISSUED,
    COUPON_REDEEMED,
    COUPON_STOCK_LOW,
    ISSUED_AT_ONCE_MAX,
    ORDER_ID_LENGTH_MAX,
    POOL_CODES_MAX,
    POOLS_MAX,
    Added,
    BadCouponError,
    BadPoolError,
    Code,
    CodeState,
    CouponOverError,
    CouponUsedError,
    NoCouponError,
    Pool,
    PoolArchivedError,
    PoolTerms,
    UnknownCouponError,
    UnknownPoolError,
)
from siyu.kernel.actors import Actor
from siyu.kernel.events import NOBODY, NewEvent
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

READ, WRITE, ISSUE, REDEEM = "promotions.read", "promotions.write", "promotions.issue", "promotions.redeem"
SOURCE = "promotions"
FIRST_PAGE = 2**62
CUSTOMER_CODES_SHOWN = 100


# --- pools


def list_pools(reading: Reading, actor: Actor, page: PageRequest) -> Page[Pool]:
    """Pools, the newest first."""
    actor.require(READ)
    rows = store.select_pools(reading.driver, page, _place(page))
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows, str(rows[-1].pool_id) if more else None)


def get_pool(reading: Reading, actor: Actor, pool_id: int) -> Pool:
    """One pool."""
    actor.require(READ)
    found = store.find_pool(reading.driver, pool_id)
    if found is None:
        raise UnknownPoolError
    return found


def create_pool(work: UnitOfWork, actor: Actor, terms: PoolTerms) -> Pool:
    """A new pool, without codes."""
    actor.require(WRITE)
    checked = rules.checked_terms(terms)
    if store.count_pools(work.driver) >= POOLS_MAX:
        raise BadPoolError(f"There are {POOLS_MAX} pools.")
    pool_id = store.insert_pool(work.driver, checked, work.clock.now())
    record_audit(work, actor, "promotions.create", f"pool:{pool_id}")
    return get_pool(work, actor, pool_id)


def save_pool(work: UnitOfWork, actor: Actor, pool_id: int, terms: PoolTerms, *, is_archived: bool = False) -> Pool:
    """Changes what is said of a pool; codes that were given keep the end they have. Of one that is archived nothing is given."""
    actor.require(WRITE)
    if not store.update_pool(
        work.driver, pool_id, rules.checked_terms(terms), work.clock.now(), is_archived=is_archived
    ):
        raise UnknownPoolError
    record_audit(work, actor, "promotions.save", f"pool:{pool_id}", is_archived=is_archived)
    return get_pool(work, actor, pool_id)


def add_codes(work: UnitOfWork, actor: Actor, pool_id: int, text: str) -> Added:
    """Adds the codes of a pasted text or a file of a shop; one that any pool has already is not added again."""
    actor.require(WRITE)
    found = list(islice(rules.codes_in(text), CODES_AT_ONCE_MAX + 1))
    if len(found) > CODES_AT_ONCE_MAX:
        raise BadCouponError(f"At most {CODES_AT_ONCE_MAX} codes at once.", field="text")
    good = dict.fromkeys(each for each in found if rules.is_code(each))
    bad = sum(not rules.is_code(each) for each in found)
    added = _add(work, actor, pool_id, list(good))
    return Added(added, len(found) - bad - added, bad)


def make_codes(
    work: UnitOfWork, actor: Actor, pool_id: int, count: int, *, prefix: str = "", letters: int = 10
) -> Added:
    """Makes codes that nobody can guess: a beginning and so many letters of ALPHABET."""
    actor.require(WRITE)
    told = rules.checked_prefix(prefix, letters)
    if not 1 <= count <= CODES_AT_ONCE_MAX:
        raise BadCouponError(f"It is from 1 to {CODES_AT_ONCE_MAX}.", field="count")
    secret = shake_256(work.ids.new_secret().encode()).digest(count * letters)  # as many random bytes as wanted of 32
    codes = {rules.code_of(told, secret[start : start + letters]) for start in range(0, len(secret), letters)}
    added = _add(work, actor, pool_id, sorted(codes))
    return Added(added, count - added, 0)


def withdraw_codes(work: UnitOfWork, actor: Actor, pool_id: int, code_ids: Collection[int] | None = None) -> int:
    """Codes that were not used may not be any more: those named, or all that nobody was given; gives how many."""
    actor.require(WRITE)
    get_pool(work, actor, pool_id)
    count = store.withdraw(work.driver, pool_id, code_ids, work.clock.now())
    record_audit(work, actor, "promotions.withdraw", f"pool:{pool_id}", count=count)
    return count


def list_codes(
    reading: Reading,
    actor: Actor,
    pool_id: int,
    page: PageRequest,
    *,
    state: CodeState | None = None,
    search: str = "",
) -> Page[Code]:
    """Codes of a pool, the newest first. The code itself is told of customers in the actor's scope, and of codes that nobody was
    given to who fills pools: a code that may still be given is as good as money in a shop."""
    actor.require(READ)
    get_pool(reading, actor, pool_id)
    rows = store.select_codes(
        reading.driver, pool_id, state.value if state else None, search.strip() or None, _place(page), page.size + 1
    )
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(_shown(reading, actor, rows), str(rows[-1].code_id) if more else None)


def list_customer_codes(reading: Reading, actor: Actor, customer_id: int) -> list[Code]:
    """What a customer was given, the newest first."""
    actor.require(READ)
    if customer_id not in customers_in_scope(reading, actor, {customer_id}):
        raise UnknownCustomerError
    return store.codes_of(reading.driver, [customer_id], CUSTOMER_CODES_SHOWN)


# --- given and used


def issue_codes(work: UnitOfWork, actor: Actor, pool_id: int, customers: Mapping[str, int]) -> dict[str, str]:
    """Gives codes, {key: customer} → {key: code}, in the order of the keys; the same key has the same code. Who is missing gets
    none: the pool is empty, archived or over, the customer has had theirs, or is no more. Until the commit nobody else gives of
    this pool."""
    actor.require(ISSUE)
    if len(customers) > ISSUED_AT_ONCE_MAX:
        raise BadCouponError(f"At most {ISSUED_AT_ONCE_MAX} at once.")
    pool = store.lock_pool(work.driver, pool_id)
    if pool is None:
        raise UnknownPoolError
    known = store.given_for(work.driver, pool_id, customers.keys())
    now = work.clock.now()
    wanted = {key: customer_id for key, customer_id in customers.items() if key not in known}
    is_over = pool.is_archived or (pool.terms.ends_at is not None and pool.terms.ends_at <= now)
    if is_over or not wanted:
        return known
    expires_at = rules.expires_at(pool.terms, now)
    given = store.issue(work.driver, pool, wanted, now, expires_at)
    told = {"pool_id": pool_id, "pool": pool.terms.name}
    ends = {} if expires_at is None else {"expires_at": expires_at.isoformat()}
    work.record(
        NewEvent(
            COUPON_ISSUED,
            derived_id(COUPON_ISSUED, each.code_id),
            each.profile_id,
            now,
            SOURCE,
            {**told, "code_id": each.code_id, **ends},
        )
        for each in given
    )
    _tell_low(work, pool)
    return known | {each.issue_key: each.code for each in given}


def give_code(work: UnitOfWork, actor: Actor, pool_id: int, customer_id: int, give_key: UUID) -> str:
    """Gives a customer a code by hand; with the same key it is the same code."""
    actor.require(ISSUE)
    if customer_id not in customers_in_scope(work, actor, {customer_id}):
        raise UnknownCustomerError
    if get_pool(work, actor, pool_id).is_archived:
        raise PoolArchivedError
    key = f"hand:{customer_id}:{give_key}"
    known = store.given_for(work.driver, pool_id, [key])
    if known:
        return known[key]
    code = issue_codes(work, actor, pool_id, {key: customer_id}).get(key)
    if code is None:
        raise NoCouponError
    record_audit(work, actor, "promotions.give", f"customer:{customer_id}", pool_id=pool_id)
    return code


def redeem_code(work: UnitOfWork, actor: Actor, code: str, *, order_id: str = "") -> Code:
    """A code was used, in the order named. The same order may say so again; CouponUsedError for another, CouponOverError for a code
    whose time is over or that was withdrawn."""
    actor.require(REDEEM)
    if len(order_id) > ORDER_ID_LENGTH_MAX or not order_id.isprintable():
        raise BadCouponError(f"An order's id has at most {ORDER_ID_LENGTH_MAX} characters.", field="order_id")
    told = code.strip()
    found = store.lock_code(work.driver, told) or store.lock_code(work.driver, told.upper())
    if found is None or found[0].state is CodeState.FREE:
        raise UnknownCouponError
    coupon, profile_id = found
    if coupon.customer_id not in customers_in_scope(work, actor, {coupon.customer_id or NOBODY}):
        raise UnknownCouponError
    if coupon.state is CodeState.REDEEMED:
        if order_id and order_id == coupon.order_id:
            return coupon
        raise CouponUsedError
    now = work.clock.now()
    if coupon.state is CodeState.WITHDRAWN or (coupon.expires_at is not None and coupon.expires_at <= now):
        raise CouponOverError
    store.redeem(work.driver, coupon.code_id, order_id, now)
    properties = {"pool_id": coupon.pool_id, "pool": coupon.pool, "code_id": coupon.code_id, "order_id": order_id}
    work.record(
        [
            NewEvent(
                COUPON_REDEEMED,
                derived_id(COUPON_REDEEMED, coupon.code_id),
                profile_id or NOBODY,
                now,
                SOURCE,
                properties,
            )
        ]
    )
    record_audit(work, actor, "promotions.redeem", f"coupon:{coupon.code_id}")
    return replace(coupon, state=CodeState.REDEEMED, ended_at=now, order_id=order_id)


def forget_profiles(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[int, int]:
    """Forgets codes of persons who are erased: what was not used may not be any more; {profile_id: how many}."""
    actor.require("customers.erase")
    return store.forget_profiles(work.driver, profile_ids, work.clock.now())


def _add(work: UnitOfWork, actor: Actor, pool_id: int, codes: Sequence[str]) -> int:
    pool = store.lock_pool(work.driver, pool_id)
    if pool is None:
        raise UnknownPoolError
    if pool.is_archived:
        raise PoolArchivedError
    if len(codes) > store.has_room(work.driver, pool_id, POOL_CODES_MAX):
        raise BadPoolError(f"A pool has at most {POOL_CODES_MAX} codes.")
    added = store.insert_codes(work.driver, pool_id, codes)
    record_audit(work, actor, "promotions.add_codes", f"pool:{pool_id}", count=added)
    return added


def _tell_low(work: UnitOfWork, pool: store.LockedPool) -> None:
    """Says once that few are left."""
    if pool.is_told_low or not pool.terms.low_stock:
        return
    free = store.count_free(work.driver, pool.pool_id, pool.terms.low_stock)
    if free >= pool.terms.low_stock:
        return
    store.note_told_low(work.driver, pool.pool_id)
    now = work.clock.now()
    event_id = derived_id(COUPON_STOCK_LOW, pool.pool_id, now.isoformat())
    told = {"pool_id": pool.pool_id, "pool": pool.terms.name, "free": free}
    work.record([NewEvent(COUPON_STOCK_LOW, event_id, NOBODY, now, SOURCE, told)])


def _shown(reading: Reading, actor: Actor, rows: Sequence[Code]) -> list[Code]:
    seen = customers_in_scope(reading, actor, {each.customer_id for each in rows if each.customer_id is not None})
    fills = actor.may(WRITE)
    return [
        each
        if each.customer_id in seen or (each.customer_id is None and fills)
        else replace(each, customer_id=None, code="")
        for each in rows
    ]


def _place(page: PageRequest) -> int:
    return int(page.after) if page.after and page.after.isdecimal() and len(page.after) < 19 else FIRST_PAGE
