"""The made-up people: the same for the same seed, and believable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

import pytest

from siyu.domain.customers.contracts import Identity, normal_identity
from siyu.domain.customers.rules import joins, pairs_of
from siyu.engines.intake.rules import event_name
from siyu.world.population.calendar import TradingCalendar
from siyu.world.population.chance import Chance, Weighted
from siyu.world.population.deeds import Deed
from siyu.world.population.playbook import load_playbook
from siyu.world.population.tea.brand import LEVELS, STORES
from siyu.world.population.tea.catalogue import EVENT_NAMES
from siyu.world.population.tea.population import Population

SHANGHAI = ZoneInfo("Asia/Shanghai")
ANCHOR = datetime(2026, 6, 1, tzinfo=SHANGHAI)
PEOPLE = 600
RHYTHM = load_playbook("tea").rhythm


def a_population(seed: int = 7, customers: int = PEOPLE) -> Population:
    return Population(seed, customers, ANCHOR, SHANGHAI)


def digest(population: Population) -> str:
    return blake2b(repr(list(population.deeds())).encode(), digest_size=16).hexdigest()


@pytest.fixture(scope="module")
def deeds() -> Sequence[tuple[int, Deed]]:
    """Everything that a population did: (whose, what)."""
    return [(number, deed) for _, number, _, deed in a_population().deeds()]


def test_the_same_seed_is_the_same_world() -> None:
    assert digest(a_population(customers=40)) == digest(a_population(customers=40))


def test_another_seed_is_another_world() -> None:
    assert digest(a_population(seed=8, customers=40)) != digest(a_population(seed=7, customers=40))


def test_a_part_is_a_part_of_the_whole() -> None:
    population = a_population(customers=40)
    parts = [each for first in (0, 15, 30) for each in population.deeds(first, 15)]
    assert sorted(parts, key=lambda each: each[:3]) == list(population.deeds())


def test_another_day_is_the_same_world_later() -> None:
    """Only the calendar moves: who there is, and what they prefer, stays."""
    later = replace(a_population(customers=40), anchor=ANCHOR + timedelta(days=1))
    before = a_population(customers=40)
    assert [later.person(n).name for n in range(40)] == [before.person(n).name for n in range(40)]
    assert [later.person(n).store for n in range(40)] == [before.person(n).store for n in range(40)]


def test_everything_happened_in_the_history_and_in_order(deeds: Sequence[tuple[int, Deed]]) -> None:
    instants = [deed.at for _, deed in deeds]
    assert instants == sorted(instants)
    assert instants[0] >= ANCHOR - timedelta(days=RHYTHM.days)
    assert instants[-1] < ANCHOR
    assert {at.tzinfo for at in instants} == {UTC}


def test_every_event_is_in_the_catalogue_and_spelt_as_the_log_spells_it(deeds: Sequence[tuple[int, Deed]]) -> None:
    assert {deed.name for _, deed in deeds if not deed.is_telling} == EVENT_NAMES
    assert all(event_name(name) == name for name in EVENT_NAMES)


def test_identities_are_in_their_one_spelling(deeds: Sequence[tuple[int, Deed]]) -> None:
    for _, deed in deeds:
        assert deed.identities
        for identity in deed.identities:
            assert normal_identity(*identity) == identity


def test_in_the_end_everybody_is_one_customer(deeds: Sequence[tuple[int, Deed]]) -> None:
    """All identities of a person are linked, and never with those of another; many are strangers before."""
    number_of: dict[Identity, int] = {}
    owner: dict[int, int] = {}
    for whose, deed in deeds:
        for identity in deed.identities:
            owner.setdefault(number_of.setdefault(identity, len(number_of)), whose)
    links = {tuple(number_of[identity] for identity in deed.identities) for _, deed in deeds}
    joined = joins([pair for link in links for pair in pairs_of(link)], {profile: profile for profile in owner}, {})
    components = {profile: joined[profile].winner_id if profile in joined else profile for profile in owner}
    assert len(set(components.values())) == PEOPLE
    assert all(owner[profile] == owner[component] for profile, component in components.items())
    strangers = {whose for whose, deed in deeds if deed.identities[0].kind == "anonymous_id"}
    named = {whose for whose, deed in deeds if deed.is_telling}
    assert len(strangers & named) > PEOPLE * 0.3
    assert len(strangers - named) > PEOPLE * 0.05


def orders_of(deeds: Sequence[tuple[int, Deed]]) -> dict[int, list[Deed]]:
    found: dict[int, list[Deed]] = {}
    for whose, deed in deeds:
        if deed.name == "order_completed":
            found.setdefault(whose, []).append(deed)
    return found


def test_people_buy_as_people_do(deeds: Sequence[tuple[int, Deed]]) -> None:
    orders = orders_of(deeds)
    counts = sorted(len(each) for each in orders.values())
    assert 0.55 < len(orders) / PEOPLE < 0.75
    assert 0.55 < sum(count > 1 for count in counts) / len(orders) < 0.8
    assert counts[-1] > 8 * counts[len(counts) // 2]
    asleep = [each for each in orders.values() if len(each) >= 2 and ANCHOR - each[-1].at > timedelta(days=90)]
    assert 0.15 < len(asleep) / len(orders) < 0.5


def test_orders_cost_what_tea_costs(deeds: Sequence[tuple[int, Deed]]) -> None:
    orders = [order.properties for each in orders_of(deeds).values() for order in each]
    totals = sorted(order["total"] for order in orders)
    assert totals[0] > 0
    assert totals[len(totals) // 20] >= 10
    assert 18 <= totals[len(totals) // 4] <= totals[len(totals) * 3 // 4] <= 60
    assert totals[-1] > 200
    for order in orders:
        listed = sum(line["price"] * line["quantity"] for line in order["products"])
        assert round(listed - order.get("discount", 0), 2) == order["total"]
    assert len({order["order_id"] for order in orders}) == len(orders)


def test_levels_follow_what_was_spent(deeds: Sequence[tuple[int, Deed]]) -> None:
    spent: Counter[int] = Counter()
    level: dict[int, str] = {}
    for whose, deed in deeds:
        if deed.name == "order_completed":
            spent[whose] += round(deed.properties["total"] * 100)
        elif deed.is_telling and "level" in deed.properties:
            level[whose] = deed.properties["level"]
    for whose, name in level.items():
        # The level is told half a minute after the order, which the anchor may cut off; it never is here.
        assert name == [each.name for each in LEVELS if each.from_fen <= spent[whose]][-1]
    assert {each.name for each in LEVELS} == set(level.values())


def test_nine_in_ten_who_tell_who_they_are_agree_to_messages(deeds: Sequence[tuple[int, Deed]]) -> None:
    registered = {whose for whose, deed in deeds if deed.is_telling and "name" in deed.properties}
    agreed = {whose for whose, deed in deeds if deed.name == "consent_granted"}
    withdrawn = {whose: deed.at for whose, deed in deeds if deed.name == "consent_withdrawn"}
    assert agreed <= registered
    assert 0.85 < len(agreed) / len(registered) < 0.96
    assert 0 < len(withdrawn) < len(agreed) * 0.12
    granted_at = {whose: deed.at for whose, deed in deeds if deed.name == "consent_granted"}
    assert all(granted_at[whose] < at for whose, at in withdrawn.items())


def test_weekends_and_member_days_are_busy(deeds: Sequence[tuple[int, Deed]]) -> None:
    days = Counter(deed.at.astimezone(SHANGHAI).date() for _, deed in deeds if deed.name == "order_completed")
    history = [(ANCHOR - timedelta(days=back)).date() for back in range(1, 365)]

    def average(chosen: Sequence[object]) -> float:
        return sum(days[day] for day in history if day in chosen) / len(chosen)

    weekend = [day for day in history if day.weekday() in (4, 5, 6) and day.day != 8]
    others = [day for day in history if day.weekday() in (0, 1, 2) and day.day != 8]
    member_days = [day for day in history if day.day == 8]
    assert average(weekend) > 1.12 * average(others)
    assert average(member_days) > 1.3 * average(weekend + others)
    hours = Counter(deed.at.astimezone(SHANGHAI).hour for _, deed in deeds)
    assert hours[15] > 2 * hours[8] > 0
    assert hours[3] == 0


def test_the_phones_are_nobodys(deeds: Sequence[tuple[int, Deed]]) -> None:
    phones = {identity.value for _, deed in deeds for identity in deed.identities if identity.kind == "phone"}
    registered = {whose for whose, deed in deeds if deed.is_telling and "name" in deed.properties}
    assert len(phones) == len(registered)
    assert all(len(phone) == 11 and phone[:2] == "10" for phone in phones)


def test_every_city_has_its_customers(deeds: Sequence[tuple[int, Deed]]) -> None:
    cities = Counter(deed.properties["city"] for _, deed in deeds if deed.properties.get("city"))
    assert set(cities) == {store.city for store in STORES}
    assert cities.most_common(1)[0][0] == "上海"


def test_who_has_told_who_they_are_is_known_from_then_on(deeds: Sequence[tuple[int, Deed]]) -> None:
    population = a_population()
    named = {whose for whose, deed in deeds if deed.is_telling and "name" in deed.properties}
    stand = {number: population.standing_of(number) for number in range(0, PEOPLE, 7)}
    assert {number for number, standing in stand.items() if standing.is_known} == named & set(stand)
    assert all(0 < standing.mood.drive < 1 for standing in stand.values())


def test_turns_lie_on_busy_days_more_often() -> None:
    calendar = TradingCalendar(ANCHOR, SHANGHAI, RHYTHM)
    turns = [calendar.turns * n / 50_000 for n in range(50_000)]
    days = Counter(calendar.day_of(turn) for turn in turns)
    assert set(days) == set(range(RHYTHM.days))
    member_days = [day for day in days if calendar.is_special_day(day)]
    assert len(member_days) == 18
    assert sum(days[day] for day in member_days) / len(member_days) > 1.6 * len(turns) / RHYTHM.days
    assert all(calendar.day_of(calendar.turn_of(day) + 1e-9) == day for day in range(RHYTHM.days))


def test_weights_count() -> None:
    chance = Chance(1)
    drawn = Counter(chance.pick(Weighted({"often": 3, "seldom": 1})) for _ in range(8_000))
    assert 0.72 < drawn["often"] / 8_000 < 0.78
