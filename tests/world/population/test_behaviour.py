"""Motivation × ability × prompt: chances that are chances, and that grow with each."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.world.population import behaviour
from siyu.world.population.behaviour import Mood, chance_of_acting, chance_of_blocking, chance_of_doing
from siyu.world.population.playbook import load_playbook

RULES = load_playbook("camp").behaviour
SHARES = st.floats(0, 1)
MOODS = st.builds(Mood, SHARES, SHARES, st.integers(0, 40))
few = settings(max_examples=25, deadline=None)


def likely(motivation: float, ability: float, prompt: float) -> float:
    return chance_of_acting(motivation, ability, prompt, RULES.action_line, RULES.steepness)


@few
@given(SHARES, SHARES, SHARES, SHARES, SHARES, st.floats(1, 100))
def test_a_chance_of_acting_is_a_chance_and_grows_with_each(
    motivation: float, ability: float, prompt: float, more: float, line: float, steepness: float
) -> None:
    chance = chance_of_acting(motivation, ability, prompt, line, steepness)
    assert 0 <= chance <= 1
    assert chance_of_acting(max(motivation, more), ability, prompt, line, steepness) >= chance
    assert chance_of_acting(motivation, max(ability, more), prompt, line, steepness) >= chance
    assert chance_of_acting(motivation, ability, max(prompt, more), line, steepness) >= chance


def test_nothing_happens_without_each_and_all_makes_it_certain() -> None:
    assert likely(1, 1, 1) == 1
    assert likely(0, 1, 1) == likely(1, 0, 1) == likely(1, 1, 0) == 0
    assert likely(0.9, 0.2, 1) == likely(0.2, 0.9, 1)
    assert likely(0.3, 0.3, 1) < 0.2 < 0.8 < likely(0.8, 0.8, 1)


@few
@given(MOODS, SHARES, st.floats(0, 400), SHARES)
def test_moods_stay_moods_and_move_as_told(mood: Mood, patience: float, days: float, rest: float) -> None:
    useful, friend = behaviour.after_useful(mood, RULES), behaviour.after_friend(mood, RULES)
    part, missed = behaviour.after_taking_part(mood, RULES), behaviour.after_missing(mood)
    push, later = behaviour.after_push(mood, patience, RULES), behaviour.after_days(mood, days, rest, RULES)
    for each in (useful, friend, part, missed, push, later):
        assert 0 <= each.motivation <= 1
        assert 0 <= each.annoyance <= 1
        assert 0 <= each.drive <= 1
    assert min(useful.motivation, friend.motivation, part.motivation) >= mood.motivation
    assert (part.streak, missed.streak) == (mood.streak + 1, 0)
    assert push.annoyance >= mood.annoyance >= later.annoyance
    assert chance_of_blocking(push, patience, RULES) >= chance_of_blocking(mood, patience, RULES)
    assert chance_of_blocking(mood, patience, RULES) <= chance_of_blocking(mood, 0, RULES)
    assert chance_of_doing(push, 1, 1, RULES) <= chance_of_doing(mood, 1, 1, RULES)


def test_much_too_much_makes_the_impatient_block_and_time_heals() -> None:
    mood = Mood(0.8)
    for _ in range(30):
        mood = behaviour.after_push(mood, 0.1, RULES)
    assert chance_of_blocking(mood, 0.1, RULES) > 0.7
    assert chance_of_doing(mood, 1, 1, RULES) < 0.05
    assert chance_of_blocking(behaviour.after_days(mood, 30, 0.8, RULES), 0.1, RULES) < 0.05
