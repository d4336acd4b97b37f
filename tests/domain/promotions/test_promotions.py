"""Codes are given once, for one key, to one customer, and used once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.promotions import reading, service
from siyu.domain.promotions.contracts import (
    COUPON_ISSUED,
    COUPON_REDEEMED,
    COUPON_STOCK_LOW,
    Added,
    CodeState,
    CouponOverError,
    CouponUsedError,
    NoCouponError,
    PoolTerms,
    UnknownCouponError,
)
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database, UnitOfWork

SIYU = system_actor("test")
STRANGER = Actor(ActorKind.STAFF, "9", frozenset({"promotions.read", "promotions.redeem"}), Scope(own_only=True))


def people(work: UnitOfWork, count: int) -> list[int]:
    """New customers."""
    groups: dict[Sequence[Identity], datetime] = {
        (Identity("user_id", f"u{n}"),): work.clock.now() for n in range(count)
    }
    return sorted(customers.resolve(work, SIYU, groups).values())


def events(database: Database, name: str) -> int:
    with database.read() as looking:
        row = looking.driver.execute("SELECT count(*) FROM log.events WHERE name = %s", (name,)).fetchone()
    return int(row[0]) if row else 0


def test_codes_are_given_once_and_used_once(database: Database, clock: ManualClock) -> None:
    with database.begin() as work:
        some = people(work, 4)
        pool = service.create_pool(work, SIYU, PoolTerms("夏", valid_days=7, customer_max=2, low_stock=3))
        other = service.create_pool(work, SIYU, PoolTerms("秋"))
        assert service.add_codes(work, SIYU, pool.pool_id, "AAAA1\nAAAA2, AAAA2\n不是") == Added(2, 1, 1)
        assert service.add_codes(work, SIYU, other.pool_id, "AAAA1") == Added(0, 1, 0)
        assert service.make_codes(work, SIYU, pool.pool_id, 3, prefix="X-") == Added(3, 0, 0)
    wanted = {"k1": some[0], "k2": some[0], "k3": some[0], "k4": some[1]}
    with database.begin() as work:
        free = service.list_codes(work, STRANGER, pool.pool_id, PageRequest(10, None)).rows
        assert {each.code for each in free} == {""}, "what may still be given is told to who fills pools"
        assert all(each.code for each in service.list_codes(work, SIYU, pool.pool_id, PageRequest(10, None)).rows)
        given = service.issue_codes(work, SIYU, pool.pool_id, wanted)
    assert given == {"k1": "AAAA1", "k2": "AAAA2", "k4": given["k4"]}  # k3 would be a third of the same customer
    assert given["k4"].startswith("X-")
    with database.begin() as work:  # the same keys, and those who are left
        again = service.issue_codes(work, SIYU, pool.pool_id, {**wanted, "k5": some[2], "k6": some[3], "k7": some[1]})
    assert again.items() >= given.items()
    assert sorted(again.keys() - given.keys()) == ["k5", "k6"]  # five codes in all: k7 finds none
    assert len(set(again.values())) == 5
    assert (events(database, COUPON_ISSUED), events(database, COUPON_STOCK_LOW)) == (5, 1)
    with database.begin() as work:
        assert service.redeem_code(work, SIYU, " aaaa1 ", order_id="o1").state is CodeState.REDEEMED
    with database.begin() as work:
        assert service.redeem_code(work, SIYU, "AAAA1", order_id="o1").order_id == "o1"
        with pytest.raises(CouponUsedError):
            service.redeem_code(work, SIYU, "AAAA1", order_id="o2")
        with pytest.raises(UnknownCouponError):
            service.redeem_code(work, SIYU, "NOPE1")
        with pytest.raises(UnknownCouponError):
            service.redeem_code(work, STRANGER, "AAAA2")
        with pytest.raises(NoCouponError):
            service.give_code(work, SIYU, pool.pool_id, some[3], work.ids.new_id())
        hidden = service.list_codes(work, STRANGER, pool.pool_id, PageRequest(10, None)).rows
        assert {(each.code, each.customer_id) for each in hidden} == {("", None)}
        assert [each.code for each in reading.open_codes(work, some)[some[0]]] == ["AAAA2"]
    assert events(database, COUPON_REDEEMED) == 1
    clock.advance(timedelta(days=7))
    with database.begin() as work:
        assert reading.open_codes(work, some) == {}
        with pytest.raises(CouponOverError):
            service.redeem_code(work, SIYU, "AAAA2")
        assert service.forget_profiles(work, SIYU, [some[0]]) == {some[0]: 2}
        assert {each["code"][:7] for each in reading.told_of(work, [some[0]])} == {"erased:"}
        found = service.get_pool(work, SIYU, pool.pool_id)
        assert (found.free, found.issued, found.redeemed, found.withdrawn) == (0, 3, 1, 1)


def test_a_code_given_by_hand_is_given_once_for_a_key(database: Database) -> None:
    with database.begin() as work:
        one, other = people(work, 2)
        pool_id = service.create_pool(work, SIYU, PoolTerms("秋")).pool_id
        service.make_codes(work, SIYU, pool_id, 3)
        key = work.ids.new_id()
        codes = [service.give_code(work, SIYU, pool_id, who, key) for who in (one, one, other)]
        assert codes[0] == codes[1] != codes[2]
        assert service.get_pool(work, SIYU, pool_id).issued == 2


def test_two_who_ask_at_once_never_get_the_same(database: Database) -> None:
    with database.begin() as work:
        some = people(work, 40)
        pool_id = service.create_pool(work, SIYU, PoolTerms("夏")).pool_id
        service.make_codes(work, SIYU, pool_id, 30)
    got: list[dict[str, str]] = []

    def ask(part: list[int]) -> None:
        with database.begin() as work:
            got.append(service.issue_codes(work, SIYU, pool_id, {f"k{each}": each for each in part}))

    threads = [threading.Thread(target=ask, args=(some[start : start + 20],)) for start in (0, 10, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together: dict[str, str] = {}
    for each in got:
        assert all(together.get(key, code) == code for key, code in each.items())
        together |= each
    assert len(together) == len(set(together.values())) == 30
