"""Giving, taking, merging and expiry of tags, against a plain account of what a customer bears."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.tags import reading, service
from siyu.domain.tags.contracts import CUSTOMER_TAGGED, CUSTOMER_UNTAGGED, TRAIT_EVENTS
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.ids import SeededIds
from siyu.platform.postgres.database import Database
from tests.conftest import KEYS, START, cloned
from tests.platform.eventlog.test_log import everything, sequence

SYSTEM = system_actor("test")
PEOPLE = 4
EXCLUSIVE = (1, 2, 3)
FREE = (4, 5)

Step = tuple[str, int, int, int]
"""What is done, to whom, with which tag or whom else, for how many hours (0: for good)."""

STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.sampled_from(["tag", "tag", "tag", "sync", "untag", "merge", "merge", "split", "expire", "expire", "erase"]),
        st.integers(1, PEOPLE),
        st.sampled_from([*EXCLUSIVE, *FREE]),
        st.sampled_from([0, 0, 2, 4]),
    ),
    max_size=16,
)


@dataclass
class Account:
    """Who bears what, kept by hand: for each profile {tag: (when given, its end)}."""

    customer_of: dict[int, int] = field(default_factory=lambda: {n: n for n in range(1, PEOPLE + 1)})
    given: dict[int, dict[int, tuple[datetime, datetime | None]]] = field(
        default_factory=lambda: {n: {} for n in range(1, PEOPLE + 1)}
    )
    erased: set[int] = field(default_factory=set)

    def profiles(self, customer: int) -> list[int]:
        return [profile for profile, whose in self.customer_of.items() if whose == customer]

    def bears(self, customer: int) -> set[int]:
        rows = [(at, tag) for profile in self.profiles(customer) for tag, (at, _) in self.given[profile].items()]
        free = {tag for _, tag in rows if tag in FREE}
        one = max(((at, tag) for at, tag in rows if tag in EXCLUSIVE), default=None)
        return free | ({one[1]} if one else set())

    def drop(self, customer: int, tags: tuple[int, ...]) -> None:
        for profile in self.profiles(customer):
            for tag in tags:
                self.given[profile].pop(tag, None)

    def tag(self, profile: int, tag: int, at: datetime, until: datetime | None) -> None:
        customer = self.customer_of[profile]
        if profile in self.erased:
            return
        if tag in self.bears(customer):
            rows = [self.given[each] for each in self.profiles(customer) if tag in self.given[each]]
            ends = [until, *(each[tag][1] for each in rows)]
            longest = None if None in ends else max(end for end in ends if end is not None)
            for each in rows:
                each[tag] = (each[tag][0], longest)
            return
        if tag in EXCLUSIVE:
            self.drop(customer, EXCLUSIVE)
        self.given[profile][tag] = (at, until)

    def untag(self, profile: int, tag: int) -> None:
        customer = self.customer_of[profile]
        if tag in self.bears(customer):
            self.drop(customer, EXCLUSIVE if tag in EXCLUSIVE else (tag,))

    def expire(self, now: datetime) -> None:
        for tag in (*EXCLUSIVE, *FREE):
            for customer in set(self.customer_of.values()):
                before = self.bears(customer)
                for profile in self.profiles(customer):
                    row = self.given[profile].get(tag)
                    if row is not None and row[1] is not None and row[1] <= now:
                        del self.given[profile][tag]
                if tag in before - self.bears(customer) and tag in EXCLUSIVE:
                    self.drop(customer, EXCLUSIVE)

    def merge(self, one: int, other: int) -> None:
        winner, loser = sorted((self.customer_of[one], self.customer_of[other]))
        self.customer_of.update(dict.fromkeys(self.profiles(loser), winner))

    def split(self, profile: int) -> None:
        rest = [each for each in self.profiles(self.customer_of[profile]) if each != profile]
        self.customer_of.update({profile: profile, **dict.fromkeys(rest, min(rest))})

    def erase(self, customer: int) -> None:
        for profile in self.profiles(customer):
            self.given[profile].clear()
            self.erased.add(profile)


def borne(database: Database, account: Account) -> dict[int, set[int]]:
    with database.read() as read:
        found = reading.traits(read, set(account.customer_of.values()))
    return {customer: set(found.get(customer, ())) for customer in set(account.customer_of.values())}


def prepared(database: Database) -> None:
    """Four customers, an exclusive group of three tags, another of two."""
    with database.begin() as work:
        customers.resolve(work, SYSTEM, {(Identity("user_id", f"u{n}"),): START for n in range(1, PEOPLE + 1)})
        for name, is_exclusive, tags in (("等级", True, "高中低"), ("喜好", False, "茶酒")):
            group = service.create_group(work, SYSTEM, name, "red", is_exclusive=is_exclusive)
            for tag in tags:
                service.create_tag(work, SYSTEM, group.group_id, tag)


def act(database: Database, account: Account, clock: ManualClock, step: Step) -> None:
    """Does it to both, where it can be done."""
    kind, who, what, hours = step
    customer = account.customer_of[who]
    until = clock.now() + timedelta(hours=hours) if hours else None
    with database.begin() as work:
        if kind == "tag":
            service.tag(work, SYSTEM, what, [who], expires_at=until)
            account.tag(who, what, clock.now(), until)
        elif kind == "sync":
            wanted = {tag: [who, 1 + who % PEOPLE] for tag in {*FREE, what}}
            service.keep_synced(work, SYSTEM, wanted)
            for tag in (*FREE, *({what} & set(EXCLUSIVE))):
                for each in sorted(wanted[tag]):
                    account.tag(each, tag, clock.now(), None)
        elif kind == "untag":
            service.untag(work, SYSTEM, what, [who])
            account.untag(who, what)
        elif kind == "expire":
            while service.take_expired(work, SYSTEM, 2):
                pass
            account.expire(clock.now())
        elif who in account.erased or (kind == "merge" and (what > PEOPLE or what in account.erased)):
            return
        elif kind == "merge" and account.customer_of[what] != customer:
            customers.merge(work, SYSTEM, [who, what], "一个人")
            account.merge(who, what)
        elif kind == "split" and len(account.profiles(customer)) > 1:
            customers.split(work, SYSTEM, customer, profile_ids=[who], reason="不是一个人")
            account.split(who)
        elif kind == "erase":
            profiles = account.profiles(customer)
            service.forget_taggings(work, SYSTEM, profiles)
            customers.forget_profiles(work, SYSTEM, profiles)
            account.erase(customer)


@given(steps=STEPS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_customers_bear_is_what_was_given_and_not_taken(
    postgres_url: str, template: str, steps: list[Step]
) -> None:
    """After every step, and the log tells of just what tagging, untagging and expiry changed."""
    with cloned(postgres_url, template) as url:
        clock = ManualClock(START)
        database = Database(url, clock=clock, ids=SeededIds(1), keys=KEYS)
        try:
            account = Account()
            prepared(database)
            told = 0
            for step in steps:
                clock.advance(timedelta(hours=1))
                before = borne(database, account)
                act(database, account, clock, step)
                after = borne(database, account)
                assert after == {customer: account.bears(customer) for customer in after}, step
                sequence(database)
                events = [each for each in everything(database) if each.name in TRAIT_EVENTS]
                changed = sorted(
                    (name, account.customer_of[each.profile_id], each.properties["tag_id"])
                    for each in events[told:]
                    for name in [each.name]
                )
                told = len(events)
                if step[0] in ("tag", "sync", "untag", "expire"):
                    gained = [(CUSTOMER_TAGGED, c, t) for c in after for t in after[c] - before[c]]
                    lost = [(CUSTOMER_UNTAGGED, c, t) for c in after for t in before[c] - after[c]]
                    assert changed == sorted([*gained, *lost]), step
                else:
                    assert changed == []
        finally:
            database.close()
