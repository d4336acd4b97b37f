"""The algebra of bits says what Python's sets say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.domain.segments import rules
from siyu.domain.segments.contracts import Merge

IDS = st.sets(st.one_of(st.integers(1, 30), st.integers(4090, 4100), st.integers(1, 60_000)), max_size=40)


@given(IDS)
def test_bits_hold_exactly_the_ids(ids: set[int]) -> None:
    bits = rules.bits_of(rules.ids_from(ids))
    assert rules.ids_of(bits).tolist() == sorted(ids)
    assert bits.chunks.tolist() == sorted({each // 4096 for each in ids})
    assert bits.rows.shape == (len(bits.chunks), 512)


@given(IDS, IDS)
def test_a_difference_turns_one_set_into_the_other(before: set[int], after: set[int]) -> None:
    found = rules.difference(rules.ids_from(before), rules.ids_from(after))
    assert set(found.entered.tolist()) == after - before
    assert set(found.exited.tolist()) == before - after
    assert set(rules.ids_of(found.flips).tolist()) == before ^ after


@given(IDS, IDS)
def test_without_takes_away(ids: set[int], some: set[int]) -> None:
    assert rules.without(rules.ids_from(ids), rules.ids_from(some)).tolist() == sorted(ids - some)


@given(IDS)
def test_bits_travel_to_postgres_and_back(ids: set[int]) -> None:
    bits = rules.bits_of(rules.ids_from(ids))
    as_text = rules.text_rows(bits)
    assert [text.count("1") for text in as_text] == [
        sum(each // 4096 == chunk for each in ids) for chunk in bits.chunks
    ]
    sent = [b"\x00\x00\x10\x00" + int(text, 2).to_bytes(512, "big") for text in as_text]
    assert rules.ids_of(rules.bits_from_binary(bits.chunks.tolist(), sent)).tolist() == sorted(ids)


def test_a_million_ids_keep_their_order() -> None:
    ids = np.arange(1, 3_000_001, 3, dtype=np.uint64)
    assert np.array_equal(rules.ids_of(rules.bits_of(ids)), ids)


@pytest.mark.parametrize(
    ("members", "merges", "expected"),
    [
        ({5}, [Merge(3, 5)], {3}),
        ({3, 5}, [Merge(3, 5)], {3}),
        ({3}, [Merge(3, 5)], {3}),
        ({9}, [Merge(5, 9), Merge(3, 5)], {3}),
        ({9, 7}, [Merge(3, 9), Merge(3, 7)], {3}),
        ({3}, [Merge(3, 5, is_split=True)], {3}),
        (set(), [Merge(3, 5)], set()),
    ],
)
def test_membership_moves_from_loser_to_winner(members: set[int], merges: list[Merge], expected: set[int]) -> None:
    assert rules.after_merges(members, merges) == expected
