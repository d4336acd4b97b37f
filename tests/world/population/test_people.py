"""Everybody's character and ties: theirs alone, always the same, spread as the playbook says."""

from __future__ import annotations

from collections import Counter, deque

from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.world.population.calendar import grown_share
from siyu.world.population.chance import Chance
from siyu.world.population.people import Characters, friends_of, lot
from siyu.world.population.playbook import load_playbook

RULES = load_playbook("camp").people
CHARACTERS = Characters(RULES)
PEOPLE = 500


def test_a_character_is_somebodys_own() -> None:
    found = [CHARACTERS.of(3, number) for number in range(PEOPLE)]
    assert found == [Characters(RULES).of(3, number) for number in range(PEOPLE)]
    assert found != [CHARACTERS.of(4, number) for number in range(PEOPLE)]
    needs = Counter(each.need for each in found)
    for need, rule in RULES.needs.items():
        assert abs(needs[need] / PEOPLE - rule.weight / 100) < 0.06
    assert all(0 <= share <= 1 for each in found for share in (each.interest, each.ability, each.patience))
    assert len({each.interest for each in found}) == PEOPLE


def test_people_are_there_in_their_hours() -> None:
    chance = Chance(1)
    night = next(each for number in range(99) if (each := CHARACTERS.of(3, number)).hours == "晚")
    hours = Counter(CHARACTERS.hour(night, chance) for _ in range(600))
    assert hours[20] + hours[21] > 5 * (hours[11] + hours[12])
    assert hours[3] == 0 == CHARACTERS.presence(night, 3)
    assert CHARACTERS.presence(night, 20) == 1 > CHARACTERS.presence(night, 12) > 0


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**40), st.integers(1, 900), st.integers(0, 10**6))
def test_who_is_known_knows_too(seed: int, customers: int, number: int) -> None:
    number %= customers
    friends = friends_of(seed, number, customers, RULES.ties)
    assert number not in friends
    assert list(friends) == sorted(set(friends))
    for friend in friends:
        assert 0 <= friend < customers
        assert number in friends_of(seed, friend, customers, RULES.ties)


def test_the_world_is_small_and_friends_friends_are_friends() -> None:
    ties = {number: friends_of(5, number, PEOPLE, RULES.ties) for number in range(PEOPLE)}
    assert 3 < sum(map(len, ties.values())) / PEOPLE < 9
    pairs = [(one, other) for friends in ties.values() for one in friends for other in friends if one < other]
    assert sum(other in ties[one] for one, other in pairs) / len(pairs) > 10 * 6 / PEOPLE
    away = {0: 0}
    queue = deque([0])
    while queue:
        at = queue.popleft()
        for friend in ties[at]:
            if friend not in away:
                away[friend] = away[at] + 1
                queue.append(friend)
    assert len(away) > 0.97 * PEOPLE
    assert sum(away.values()) / len(away) < 7


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-(2**70), 2**70), min_size=1, max_size=4))
def test_a_lot_is_a_share_and_always_the_same(what: list[int]) -> None:
    assert 0 <= lot(*what) < 1
    assert lot(*what) == lot(*what) != lot(*what, 0)


def test_lots_are_even() -> None:
    drawn = [lot(7, number) for number in range(4_000)]
    assert abs(sum(drawn) / 4_000 - 0.5) < 0.02
    assert all(0.07 < sum(low / 10 <= each < (low + 1) / 10 for each in drawn) / 4_000 < 0.13 for low in range(10))


def test_growth_begins_at_nothing_and_ends_at_all() -> None:
    assert grown_share(0, 0.6) == 0
    assert abs(grown_share(1, 0.6) - 1) < 1e-12
    assert grown_share(0.5, 0.6) > 0.5
