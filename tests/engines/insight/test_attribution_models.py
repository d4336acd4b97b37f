"""Credit for conversions: published cases, axioms, and brute force beside the closed forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.engines.insight.attribution.models import START, Chain, positions, shapley_shares, whole_parts

Journeys = Sequence[tuple[tuple[int, ...], bool]]

CHANNELS = st.integers(0, 3)
JOURNEYS = st.lists(
    st.tuples(st.lists(CHANNELS, min_size=1, max_size=5).map(tuple), st.booleans()), min_size=1, max_size=12
)


def chain_of(journeys: Journeys) -> Chain:
    moves: Counter[tuple[int, int]] = Counter()
    converted: Counter[int] = Counter()
    lost: Counter[int] = Counter()
    for channels, has_converted in journeys:
        moves.update(pairwise((START, *channels)))
        (converted if has_converted else lost)[channels[-1]] += 1
    return Chain(moves, converted, lost)


def sets_of(journeys: Journeys) -> dict[frozenset[int], float]:
    sets: Counter[frozenset[int]] = Counter()
    for channels, has_converted in journeys:
        if has_converted:
            sets[frozenset(channels)] += 1
    return dict(sets)


def shapley_by_every_order(sets: Mapping[frozenset[int], float]) -> dict[int, Fraction]:
    """The definition itself: what a channel adds on arriving, over all orders of arrival."""
    players = sorted(frozenset().union(*sets)) if sets else []

    def worth(coalition: frozenset[int]) -> Fraction:
        return sum((Fraction(count) for channels, count in sets.items() if channels <= coalition), Fraction(0))

    orders = list(permutations(players))
    shares = dict.fromkeys(players, Fraction(0))
    for order in orders:
        for n, player in enumerate(order):
            before = frozenset(order[:n])
            shares[player] += (worth(before | {player}) - worth(before)) / len(orders)
    return shares


def test_the_published_chain_has_its_removal_effects_and_shares() -> None:
    chain = chain_of([((1, 2, 3), True), ((1,), False), ((2, 3), False)])
    assert chain.conversion() == pytest.approx(1 / 3, abs=1e-12)
    assert chain.removal_effects() == pytest.approx({1: 0.5, 2: 1.0, 3: 1.0}, abs=1e-12)
    assert chain.shares() == pytest.approx({1: 0.2, 2: 0.4, 3: 0.4}, abs=1e-12)


@given(JOURNEYS)
def test_the_chain_converts_as_often_as_its_journeys_did(journeys: Journeys) -> None:
    expected = sum(converted for _, converted in journeys) / len(journeys)
    assert chain_of(journeys).conversion() == pytest.approx(expected, abs=1e-9)


@given(JOURNEYS)
def test_shares_of_the_chain_add_up_and_a_channel_that_leads_nowhere_has_none(journeys: Journeys) -> None:
    shares = chain_of([*journeys, ((9,), False)]).shares()
    anybody = any(converted for _, converted in journeys)
    assert sum(shares.values()) == pytest.approx(1.0 if anybody else 0.0, abs=1e-9)
    assert shares[9] == pytest.approx(0.0, abs=1e-9)


@given(JOURNEYS, st.integers(2, 4))
def test_a_channel_that_comes_again_at_once_changes_no_removal_effect(journeys: Journeys, times: int) -> None:
    again = [(tuple(each for each in channels for _ in range(times)), converted) for channels, converted in journeys]
    assert chain_of(again).removal_effects() == pytest.approx(chain_of(journeys).removal_effects(), abs=1e-9)


@given(JOURNEYS)
def test_shapley_is_what_every_order_of_arrival_says(journeys: Journeys) -> None:
    sets = sets_of(journeys)
    expected = {channel: float(share) for channel, share in shapley_by_every_order(sets).items()}
    assert shapley_shares(sets) == pytest.approx(expected, abs=1e-9)


@given(JOURNEYS, JOURNEYS)
def test_shapley_keeps_its_axioms(one: Journeys, other: Journeys) -> None:
    shares = shapley_shares(sets_of(one))
    assert sum(shares.values()) == pytest.approx(sum(converted for _, converted in one), abs=1e-9)  # efficiency
    assert 9 not in shapley_shares(sets_of([*one, ((9,), False)]))  # null player
    swapped = [(tuple({0: 1, 1: 0}.get(each, each) for each in channels), c) for channels, c in one]
    assert shapley_shares(sets_of(swapped)).get(1, 0) == pytest.approx(shares.get(0, 0), abs=1e-9)  # symmetry
    both, more = shapley_shares(sets_of([*one, *other])), shapley_shares(sets_of(other))
    for channel in range(4):  # additivity
        assert both.get(channel, 0) == pytest.approx(shares.get(channel, 0) + more.get(channel, 0), abs=1e-9)


@pytest.mark.parametrize(
    ("touches", "expected"),
    [
        (1, [1]),
        (2, [Fraction(1, 2)] * 2),
        (3, [Fraction(2, 5), Fraction(1, 5), Fraction(2, 5)]),
        (4, [Fraction(2, 5), Fraction(1, 10), Fraction(1, 10), Fraction(2, 5)]),
    ],
)
def test_positions_give_the_ends_two_fifths_each(touches: int, expected: list[Fraction]) -> None:
    assert positions(touches) == expected


def test_what_was_paid_back_is_dealt_out_as_well() -> None:
    assert whole_parts(10, {1: -0.5, 2: -0.5, 3: 11.0}) == {1: 0, 2: -1, 3: 11}
    assert whole_parts(-7, {1: -3.5, 2: -3.5}) == {1: -3, 2: -4}


@given(st.integers(0, 10**12), st.dictionaries(st.integers(0, 20), st.floats(0, 1e9), max_size=8))
def test_whole_parts_add_up_and_lie_next_to_what_is_exact(total: int, weights: dict[int, float]) -> None:
    parts = whole_parts(total, weights)
    sum_of = sum(map(Fraction, weights.values()))
    assert set(parts) == set(weights)
    if sum_of == 0:
        assert set(parts.values()) <= {0}
        return
    assert sum(parts.values()) == total
    for key, weight in weights.items():
        assert abs(parts[key] - Fraction(weight) * total / sum_of) < 1
