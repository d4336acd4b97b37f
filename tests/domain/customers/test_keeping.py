"""Who keeps a customer and who may change what they allow; and that two who change customers at once do not block each other."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg
import pytest

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role, Staff, Unit
from siyu.domain.customers import merge_store, service, store
from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers.contracts import (
    AttributeChange,
    ConsentState,
    Identity,
    UnknownCustomerError,
    UnknownKeeperError,
)
from siyu.domain.customers.rules import Join, Pair
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.conftest import START

SYSTEM = system_actor("test")


@pytest.fixture
def shops(database: Database) -> tuple[Unit, Unit]:
    with database.begin() as work:
        company.ensure_first_admin(work, "root@example.com", "correct horse battery", "茶")
        (root,) = company.list_units(work, SYSTEM)
        first = company.create_unit(work, SYSTEM, "一店", root.unit_id)
        return first, company.create_unit(work, SYSTEM, "二店", root.unit_id)


def clerk_of(unit: Unit, actor_id: str = "77") -> Actor:
    rights = frozenset({"customers.read", "customers.assign", "consent.write"})
    return Actor(ActorKind.STAFF, actor_id, rights, Scope(unit_path=unit.path))


def somebody(database: Database, *groups: Sequence[str]) -> list[int]:
    """The customer of each group of user ids, as of after all of them."""
    with database.begin() as work:
        told: dict[Sequence[Identity], datetime] = {
            tuple(Identity("user_id", name) for name in group): START for group in groups
        }
        profile_of = service.resolve(work, SYSTEM, told)
        customer_of = customers_reading.current_customer_ids(work, list(profile_of.values()))
        return [customer_of[profile_of[group[0]]] for group in told]


def seen_by(database: Database, actor: Actor) -> list[int]:
    with database.read() as reading:
        return [row.customer_id for row in customers_reading.list_customers(reading, actor, PageRequest()).rows]


def audited(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as reading:
        rows = company.list_audit(reading, SYSTEM, PageRequest(size=500)).rows
    return [(row.actor_id, row.verb, row.subject) for row in rows if row.verb.startswith("customers.")]


def staff_in(database: Database, unit: Unit) -> Staff:
    with database.begin() as work:
        return company.create_staff(
            work, SYSTEM, "小王", "w@example.com", "correct horse battery", Role.FRONTLINE, unit.unit_id
        )


def test_a_customer_who_is_given_away_is_kept_by_nobody_else(database: Database, shops: tuple[Unit, Unit]) -> None:
    """Also where two shops kept two halves of them before a merge."""
    first, second = shops
    a, b = somebody(database, ["a"], ["b"])
    with database.begin() as work:
        service.set_custody(work, SYSTEM, a, unit_id=first.unit_id, staff_id=None)
        service.set_custody(work, SYSTEM, b, unit_id=second.unit_id, staff_id=None)
    assert (seen_by(database, clerk_of(first)), seen_by(database, clerk_of(second))) == ([a], [b])
    somebody(database, ["a", "b"])
    assert seen_by(database, clerk_of(first)) == seen_by(database, clerk_of(second)) == [a]
    with database.begin() as work:
        service.set_custody(work, SYSTEM, a, unit_id=first.unit_id, staff_id=None)
    assert (seen_by(database, clerk_of(first)), seen_by(database, clerk_of(second))) == ([a], [])


def test_custody_goes_to_units_in_scope_and_to_people_who_work_there(
    database: Database, shops: tuple[Unit, Unit]
) -> None:
    first, second = shops
    (a,) = somebody(database, ["a"])
    wang = staff_in(database, first)

    def give(actor: Actor, unit_id: int, staff_id: int | None) -> None:
        with database.begin() as work:
            service.set_custody(work, actor, a, unit_id=unit_id, staff_id=staff_id)

    give(SYSTEM, first.unit_id, wang.staff_id)
    for unit_id, staff_id in ((999, None), (second.unit_id, None), (first.unit_id, 999)):
        with pytest.raises(UnknownKeeperError):
            give(clerk_of(first), unit_id, staff_id)
    with pytest.raises(UnknownKeeperError):
        give(SYSTEM, second.unit_id, wang.staff_id)
    with database.begin() as work:
        company.deactivate_staff(work, SYSTEM, wang.staff_id)
    with pytest.raises(UnknownKeeperError):
        give(SYSTEM, first.unit_id, wang.staff_id)
    with pytest.raises(UnknownCustomerError):
        give(clerk_of(second), second.unit_id, None)
    assert audited(database) == []
    give(clerk_of(first), first.unit_id, None)
    assert audited(database) == [("77", "customers.set_custody", f"customer:{a}")]


def test_consent_is_changed_by_those_alone_who_may_see_the_customer(
    database: Database, shops: tuple[Unit, Unit]
) -> None:
    first, second = shops
    a, b = somebody(database, ["a"], ["b"])
    with database.begin() as work:
        service.set_custody(work, SYSTEM, a, unit_id=first.unit_id, staff_id=None)

    def grant(actor: Actor, *customer_ids: int) -> int:
        with database.begin() as work:
            told = dict.fromkeys(customer_ids, START)
            return service.set_consents(
                work, actor, told, channel="sms", purpose="marketing", state=ConsentState.GRANTED
            )

    herself = Actor(ActorKind.CUSTOMER, str(b), frozenset({"consent.write"}))
    for actor, ids in ((clerk_of(second), [a]), (clerk_of(first), [a, b]), (clerk_of(first), [999]), (herself, [a])):
        with pytest.raises(UnknownCustomerError):
            grant(actor, *ids)
    assert grant(clerk_of(first), a) == grant(herself, b) == 1
    assert audited(database) == [("77", "customers.record_consents", f"profile:{a}")]


def test_a_key_with_the_number_of_a_clerk_is_not_the_clerk(database: Database, shops: tuple[Unit, Unit]) -> None:
    (a,) = somebody(database, ["a"])
    wang = staff_in(database, shops[0])
    with database.begin() as work:
        service.set_custody(work, SYSTEM, a, unit_id=shops[0].unit_id, staff_id=wang.staff_id)
    own = Scope(own_only=True)
    rights = frozenset({"customers.read"})
    assert seen_by(database, Actor(ActorKind.STAFF, str(wang.staff_id), rights, own)) == [a]
    assert seen_by(database, Actor(ActorKind.KEY, str(wang.staff_id), rights, own)) == []


@contextmanager
def impatient(database: Database) -> Iterator[UnitOfWork]:
    """A unit of work in which nothing waits for a lock."""
    with database.begin() as work:
        work.driver.execute("SET LOCAL lock_timeout = '300ms'")
        yield work


def test_being_seen_waits_for_nobody(database: Database) -> None:
    a, b = somebody(database, ["a"], ["b"])
    later = START + timedelta(days=1)
    with database.begin() as busy:
        service.set_attributes(busy, SYSTEM, [AttributeChange(a, {"city": "上海"}, START)])
        with impatient(database) as work:
            service.mark_seen(work, SYSTEM, {a: later, b: later})
            service.set_consents(
                work, SYSTEM, {a: later}, channel="sms", purpose="marketing", state=ConsentState.GRANTED
            )
    with database.read() as reading:
        seen = {each: customers_reading.get_customer(reading, SYSTEM, each).last_seen_at for each in (a, b)}
    assert seen == {a: START, b: later}


def test_profiles_are_moved_in_the_order_of_their_ids(database: Database) -> None:
    """Whoever locks several profiles locks the smaller id first, wherever the rows happen to lie."""
    somebody(database, *([name] for name in "abcdefghi"))
    somebody(database, ["b", "i"])
    with database.begin() as work:
        work.driver.execute("UPDATE customers.profiles SET last_seen_at = now() WHERE profile_id = 5")
    waiting = threading.Event()

    def move() -> None:
        with database.begin() as work:
            waiting.set()
            joins = {loser: Join(1, Pair(1, loser)) for loser in (2, 5)}
            merge_store.move_profiles(work.driver, joins, START, actor="system:test")

    with database.begin() as busy:
        store.lock_attributes(busy.driver, [5])
        thread = threading.Thread(target=move)
        thread.start()
        waiting.wait()
        _until_somebody_waits(database)
        with impatient(database) as work:
            store.lock_attributes(work.driver, [9])
            with pytest.raises(psycopg.errors.LockNotAvailable):
                store.lock_attributes(work.driver, [2])
            work.driver.rollback()
    thread.join()


def _until_somebody_waits(database: Database) -> None:
    with database.autocommit() as driver:
        found = None
        while not found:
            found = driver.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone()
