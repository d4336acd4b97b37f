"""Who of several gets whom."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.contacts.contracts import Candidate, Obstacle, Sharing
from siyu.engines.inheritance.sharing import share, share_groups

TAKERS = st.dictionaries(st.integers(1, 5), st.integers(0, 20), min_size=1)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        profile_id=st.integers(1, 60),
        customer_id=st.integers(1, 60),
        holders=st.frozensets(st.integers(1, 9), max_size=2),
        is_under_way=st.booleans(),
        recent=st.integers(0, 3),
    ),
    unique_by=lambda each: each.profile_id,
)


@settings(max_examples=25, deadline=None)
@given(CANDIDATES, TAKERS, st.sampled_from([Sharing.EVEN, Sharing.LEAST_BUSY]), st.booleans())
def test_everybody_goes_to_one_or_there_is_a_reason(
    candidates: list[Candidate], takers: dict[int, int], sharing: Sharing, is_resigned: bool
) -> None:
    shared = share(candidates, takers, sharing, {}, is_resigned=is_resigned)
    assert shared.taker_of.keys() | shared.obstacles.keys() == {each.profile_id for each in candidates}
    assert not shared.taker_of.keys() & shared.obstacles.keys()
    for each in candidates:
        taker = shared.taker_of.get(each.profile_id)
        if taker is None:
            assert shared.obstacles[each.profile_id] in (Obstacle.IN_PROGRESS, Obstacle.LIMITED)
            assert each.is_under_way or (each.recent >= 2 and not is_resigned)
        elif known := each.holders & takers.keys():
            assert taker in known  # for the customer nothing changes


def test_even_and_least_busy() -> None:
    ten = [Candidate(n, n, frozenset(), False, 0) for n in range(1, 11)]
    even = share(ten, {1: 100, 2: 0}, Sharing.EVEN, {}, is_resigned=True)
    assert Counter(even.taker_of.values()) == {1: 5, 2: 5}
    least = share(ten, {1: 7, 2: 0}, Sharing.LEAST_BUSY, {}, is_resigned=True)
    assert Counter(least.taker_of.values()) == {2: 9, 1: 1} or Counter(least.taker_of.values()) == {2: 8, 1: 2}
    by_hand = share(ten, {1: 0, 2: 0}, Sharing.BY_HAND, {1: 2, 2: 9}, is_resigned=True)
    assert (by_hand.taker_of, set(by_hand.obstacles.values())) == ({1: 2}, {Obstacle.NO_TAKER})
    assert share_groups(["b", "a", "c"], [7, 8]) == {"a": 7, "b": 8, "c": 7}
