"""The planner against a reference that tries every way there is."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain, combinations, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.engines.reach.planning import (
    NO_MEMBER,
    NOT_ASKED,
    Chosen,
    Demand,
    choose,
    chunk_key,
    chunks_of,
    first_come,
    value_of,
)
from siyu.kernel.clock import EPOCH


@st.composite
def demands(draw: st.DrawFn) -> Demand:
    customers, messages = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    worth = st.sampled_from([NOT_ASKED, 0, 1, 5, 9])
    worths = [[draw(worth) for _ in range(messages)] for _ in range(customers)]
    return Demand(
        np.array(worths, dtype=np.int64),
        np.array([draw(st.integers(0, 2)) for _ in range(customers)], dtype=np.int64),
        np.array([draw(st.sampled_from([NO_MEMBER, 1, 2])) for _ in range(customers)], dtype=np.int64),
        draw(st.integers(1, 3)),
    )


def is_allowed(demand: Demand, chosen: Chosen) -> bool:
    """The two quotas, written down as plainly as they are said."""
    for row, slots in enumerate(demand.slots):
        if chosen[row].sum() > slots or (chosen[row] & (demand.worths[row] == NOT_ASKED)).any():
            return False
    for member in set(demand.members.tolist()) - {NO_MEMBER}:
        confirmed = chosen[demand.members == member].any(axis=0)
        if confirmed.sum() > demand.confirmations:
            return False
    return True


def best_value(demand: Demand) -> int:
    """The most that any allowed choice is worth, member by member, by trying all of them."""
    total = 0
    groups = [demand.members == member for member in set(demand.members.tolist()) - {NO_MEMBER}]
    groups += [np.arange(len(demand.members)) == row for row in np.flatnonzero(demand.members == NO_MEMBER)]
    for rows in groups:
        part = Demand(demand.worths[rows], demand.slots[rows], demand.members[rows], demand.confirmations)
        messages = range(part.worths.shape[1])
        sets = list(chain.from_iterable(combinations(messages, size) for size in range(3)))
        best = 0
        for picked in product(sets, repeat=len(part.worths)):
            chosen = np.zeros(part.worths.shape, dtype=np.bool_)
            for row, columns in enumerate(picked):
                chosen[row, list(columns)] = True
            if is_allowed(part, chosen):
                best = max(best, value_of(part.worths, chosen))
        total += best
    return total


@settings(max_examples=25, deadline=None)
@given(demands())
def test_the_quotas_bring_as_much_as_they_can(demand: Demand) -> None:
    chosen = choose(demand)
    assert is_allowed(demand, chosen)
    assert value_of(demand.worths, chosen) == best_value(demand)
    plain = first_come(demand)
    assert is_allowed(demand, plain)
    assert value_of(demand.worths, plain) <= value_of(demand.worths, chosen)


def test_a_later_message_of_more_worth_takes_the_only_slot() -> None:
    worths = np.array([[100, 900], [100, NOT_ASKED], [0, NOT_ASKED], [300, 300]], dtype=np.int64)
    demand = Demand(worths, np.ones(4, dtype=np.int64), np.full(4, NO_MEMBER), 10)
    assert choose(demand).tolist() == [[False, True], [True, False], [True, False], [True, False]]
    assert first_come(demand).tolist() == [[True, False], [True, False], [True, False], [True, False]]


def test_somebody_with_no_time_confirms_what_is_worth_most() -> None:
    """Two customers of one member who confirms once: the message that both want little beats the one that one wants a bit more."""
    worths = np.array([[60, 50], [NOT_ASKED, 50], [60, 50]], dtype=np.int64)
    demand = Demand(worths, np.ones(3, dtype=np.int64), np.array([1, 1, NO_MEMBER]), 1)
    assert choose(demand).tolist() == [[False, True], [False, True], [True, False]]


def test_many_messages_are_chosen_by_gain_and_never_worse_than_two_thirds() -> None:
    """More ways than are tried: the greedy choice against the best of 8 out of 14, which are as good as independent here."""
    lot = np.random.default_rng(7)
    worths = lot.integers(0, 10_000, size=(400, 14)).astype(np.int64)
    demand = Demand(worths, np.ones(400, dtype=np.int64), np.ones(400, dtype=np.int64), 8)
    chosen = choose(demand)
    assert is_allowed(demand, chosen)
    assert value_of(worths, chosen) > 0.95 * worths.max(axis=1).sum()
    assert value_of(worths, chosen) > 1.3 * value_of(worths, first_come(demand))


def test_parts_are_the_same_for_the_same_people() -> None:
    ids = np.array([5, 3, 9, 3, 1], dtype=np.uint64)
    assert [part.tolist() for part in chunks_of(ids, 2)] == [[1, 3], [5, 9]]
    assert chunks_of(np.array([], dtype=np.uint64)) == []
    tomorrow = EPOCH + timedelta(days=1)
    assert chunk_key("ww1", "text", EPOCH, [2, 1]) == chunk_key("ww1", "text", EPOCH, [1, 2])
    keys = [("ww1", EPOCH, [1]), ("ww2", EPOCH, [1]), ("ww1", EPOCH, [1, 2]), ("ww1", tomorrow, [1])]
    assert len({chunk_key(corp_id, "text", ends_at, ids) for corp_id, ends_at, ids in keys}) == len(keys)
