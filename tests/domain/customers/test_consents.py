"""The ledger of consents, and what follows from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import rules, service
from siyu.domain.customers.contracts import (
    ALL_CHANNELS,
    MARKETING,
    PARTNER_SHARING,
    PROFILING,
    PURPOSES,
    SERVICE,
    BadConsentError,
    ConsentState,
    ConsentWord,
    Evidence,
    Identity,
    UnknownCustomerError,
)
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.conftest import START

SYSTEM = system_actor("test")
CHANNELS = ("sms", "mail")
YES, NO = ConsentState.GRANTED, ConsentState.WITHDRAWN


def customers(database: Database, count: int) -> None:
    with database.begin() as work:
        for number in range(count):
            service.resolve(work, SYSTEM, {(Identity("user_id", f"u{number}"),): START})


def say(database: Database, *words: ConsentWord, actor: Actor = SYSTEM) -> int:
    with database.begin() as work:
        return service.record_consents(work, actor, words)


def word(
    state: ConsentState, channel: str = "sms", purpose: str = MARKETING, minute: int = 0, who: int = 1
) -> ConsentWord:
    return ConsentWord(who, purpose, channel, state, START - timedelta(hours=1) + timedelta(minutes=minute))


def allowed(database: Database, purpose: str, channel: str, ids: range = range(1, 4)) -> set[int]:
    with database.read() as reading:
        return customers_reading.may_receive(reading, ids, channel, purpose)


def table(database: Database, statement: str) -> list[Any]:
    with database.read() as reading:
        return reading.driver.execute(statement.encode()).fetchall()


CURRENT = "SELECT profile_id, channel, purpose, state, changed_at FROM customers.consents ORDER BY 1, 2, 3"
WORDS = st.lists(
    st.builds(
        word,
        st.sampled_from(ConsentState),
        st.sampled_from((*CHANNELS, ALL_CHANNELS)),
        st.sampled_from((MARKETING, SERVICE)),
        st.integers(0, 3),
        st.integers(1, 3),
    )
    | st.builds(
        word,
        st.sampled_from(ConsentState),
        st.just(ALL_CHANNELS),
        st.sampled_from((PROFILING, PARTNER_SHARING)),
        st.integers(0, 3),
        st.integers(1, 3),
    ),
    max_size=12,
)


def plainly_allowed(words: list[ConsentWord], purpose: str, channel: str) -> bool:
    """The reference: the last word on the channel and the last word on all channels, a withdrawal first."""

    def last(of_channel: str) -> ConsentState | None:
        said = [each for each in words if (each.purpose, each.channel) == (purpose, of_channel)]
        return max(said, key=lambda each: (each.told_at, each.state is NO)).state if said else None

    if NO in (last(channel), last(ALL_CHANNELS)):
        return False
    return last(channel) is YES or not PURPOSES[purpose].needs_consent


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS, data=st.data())
def test_what_is_allowed_follows_from_the_ledger_whatever_the_order(
    words: list[ConsentWord], data: st.DataObject, database: Database
) -> None:
    """Profiles 1 and 2 are one customer, 3 is another."""
    with database.begin() as work:
        work.driver.execute("TRUNCATE customers.profiles, customers.merges CASCADE")
        work.driver.execute("ALTER SEQUENCE customers.profile_ids RESTART")
    customers(database, 3)
    with database.begin() as work:
        service.merge(work, SYSTEM, [1, 2], "一个人")
    told = data.draw(st.permutations(words))
    cut = data.draw(st.integers(0, len(told)))
    say(database, *told[:cut])
    say(database, *told[cut:])
    say(database, *told)
    assert len(table(database, "SELECT 1 FROM customers.consent_records")) == len(set(words))
    of_customer = {
        1: [each for each in words if each.profile_id < 3],
        3: [each for each in words if each.profile_id == 3],
    }
    for purpose in PURPOSES.values():
        for channel in (*CHANNELS,) if purpose.by_channel else (ALL_CHANNELS,):
            expected = {who for who, said in of_customer.items() if plainly_allowed(said, purpose.name, channel)}
            assert allowed(database, purpose.name, channel) == expected
            with database.read() as reading:
                shown = {
                    who
                    for who in of_customer
                    for each in customers_reading.allowances_of(reading, who, CHANNELS)
                    if (each.purpose, each.channel) == (purpose.name, channel) and each.is_allowed
                }
            assert shown == expected
    before = table(database, CURRENT)
    with database.begin() as work:
        work.driver.execute("UPDATE customers.consents SET state = 'granted', changed_at = now()")
        assert service.rebuild_consents(work, SYSTEM) == len(before)
    assert table(database, CURRENT) == before


def test_no_to_all_channels_wins_until_it_is_taken_back(database: Database) -> None:
    customers(database, 1)
    say(database, word(YES, minute=1), word(YES, "mail", minute=1), word(NO, ALL_CHANNELS, minute=2))
    assert allowed(database, MARKETING, "sms") == set()
    say(database, word(YES, minute=3))
    assert allowed(database, MARKETING, "sms") == set()
    say(database, word(YES, ALL_CHANNELS, minute=4))
    assert allowed(database, MARKETING, "sms") == allowed(database, MARKETING, "mail") == {1}
    assert allowed(database, MARKETING, "wecom") == set()


def test_who_never_spoke_gets_what_needs_no_consent_and_no_more(database: Database) -> None:
    customers(database, 2)
    assert allowed(database, SERVICE, "sms") == allowed(database, PROFILING, ALL_CHANNELS) == {1, 2}
    assert allowed(database, MARKETING, "sms") == allowed(database, PARTNER_SHARING, ALL_CHANNELS) == set()
    assert allowed(database, SERVICE, "sms", range(7, 9)) == set()
    say(database, word(NO, "sms", SERVICE), word(NO, ALL_CHANNELS, PROFILING))
    assert allowed(database, SERVICE, "sms") == allowed(database, PROFILING, ALL_CHANNELS) == {2}


@pytest.mark.parametrize(
    "bad",
    [
        word(YES, purpose="anything"),
        word(YES, "a channel"),
        word(YES, ""),
        word(YES, "sms", PROFILING),
        ConsentWord(1, MARKETING, "sms", YES, START, Evidence(notice="x" * 2_001)),
        ConsentWord(1, MARKETING, "sms", YES, START, Evidence(reference="\x00")),
    ],
)
def test_a_word_that_makes_no_sense_is_refused(database: Database, bad: ConsentWord) -> None:
    customers(database, 1)
    with pytest.raises(BadConsentError):
        say(database, bad)


def test_a_word_from_the_future_counts_as_of_now(database: Database, clock: ManualClock) -> None:
    customers(database, 1)
    say(database, word(YES, minute=10_000))
    clock.advance(timedelta(seconds=1))
    with database.begin() as work:
        assert service.set_consent(work, SYSTEM, 1, channel="sms", purpose=MARKETING, state=NO)
    assert allowed(database, MARKETING, "sms") == set()


def test_the_proof_can_be_read(database: Database) -> None:
    customers(database, 2)
    proof = Evidence("import", "我同意接收优惠短信", "members-2026.xlsx", "2026-03")
    say(database, ConsentWord(2, MARKETING, "sms", YES, START, proof))
    with database.begin() as work:
        service.merge(work, SYSTEM, [1, 2], "一个人")
    herself = Actor(ActorKind.CUSTOMER, "1", frozenset({"consent.write"}))
    say(database, word(NO, minute=99), actor=herself)
    with database.read() as reading:
        first = customers_reading.list_consent_records(reading, SYSTEM, 2, PageRequest(size=1))
        rest = customers_reading.list_consent_records(reading, SYSTEM, 2, PageRequest(size=1, after=first.next_after))
        none = customers_reading.list_consent_records(reading, SYSTEM, 1, PageRequest(), channel="mail")
    ((last,), (earlier,)) = first.rows, rest.rows
    assert (last.state, last.actor_kind, last.actor_id, last.evidence.source) == (NO, "customer", "1", "customer")
    assert (earlier.state, earlier.evidence, earlier.actor_kind) == (YES, proof, "system")
    assert (rest.next_after, none.rows) == (None, [])
    stranger = Actor(ActorKind.STAFF, "7", frozenset({"customers.read"}), Scope(unit_path="9."))
    with database.read() as reading, pytest.raises(UnknownCustomerError):
        customers_reading.list_consent_records(reading, stranger, 1, PageRequest())


def test_only_who_sees_everybody_makes_all_anew(database: Database) -> None:
    clerk = Actor(ActorKind.STAFF, "7", frozenset({"consent.write"}), Scope(unit_path="1.9."))
    with database.begin() as work, pytest.raises(ForbiddenError):
        service.rebuild_consents(work, clerk)


@given(channels=st.lists(st.sampled_from(CHANNELS)))
def test_nothing_said_allows_what_needs_no_consent(channels: list[str]) -> None:
    for each in rules.allowances([], channels):
        purpose = PURPOSES[each.purpose]
        is_whole = each.channel == ALL_CHANNELS and purpose.by_channel
        assert each.is_allowed is (is_whole or not purpose.needs_consent)


def test_what_was_refused_is_refused_by_both_when_they_are_parted(database: Database, clock: ManualClock) -> None:
    """Whoever said no: neither of the two is written to for having been taken apart."""
    customers(database, 3)
    say(database, word(YES, "mail", minute=1, who=2), word(YES, minute=1, who=2), word(YES, minute=1, who=1))
    with database.begin() as work:
        service.merge(work, SYSTEM, [1, 2, 3], "一个人")
        service.set_consent(work, SYSTEM, 1, channel="sms", purpose=MARKETING, state=NO)
        service.set_consent(work, SYSTEM, 1, channel=ALL_CHANNELS, purpose=PROFILING, state=NO)
    clock.advance(timedelta(minutes=1))
    with database.begin() as work:
        service.split(work, SYSTEM, 1, profile_ids=[2, 3], reason="两个人")
    assert allowed(database, MARKETING, "sms") == allowed(database, PROFILING, ALL_CHANNELS) == set()
    assert allowed(database, MARKETING, "mail") == {2}
    copied = table(
        database, "SELECT profile_id, purpose FROM customers.consent_records WHERE source = 'split' ORDER BY 2"
    )
    assert copied == [(2, MARKETING), (2, PROFILING)]
    clock.advance(timedelta(minutes=1))
    with database.begin() as work:
        service.set_consent(work, SYSTEM, 2, channel="sms", purpose=MARKETING, state=YES)
    assert allowed(database, MARKETING, "sms") == {2}


def test_a_later_yes_is_no_refusal(database: Database) -> None:
    customers(database, 2)
    say(database, word(NO, minute=1, who=1), word(YES, minute=2, who=2))
    with database.begin() as work:
        service.merge(work, SYSTEM, [1, 2], "一个人")
        service.split(work, SYSTEM, 1, profile_ids=[2], reason="两个人")
    assert allowed(database, MARKETING, "sms") == {2}
