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
    now = set(members)
    moved = [rules.follow(now, merge) for merge in merges]
    assert now == expected
    assert any(moved) == any(merge.loser_id in members and not merge.is_split for merge in merges)


@given(IDS, IDS, IDS, IDS, st.booleans())
def test_what_was_answered_is_compared_and_nothing_else(
    before: set[int], universe: set[int], asked_of_them: set[int], unsettled: set[int], is_everybody: bool
) -> None:
    """Who was asked about and matches is in, who was asked about and does not is out, and all others stay where they are."""
    asked = universe if is_everybody else asked_of_them
    answered = rules.ids_from(asked & universe - unsettled)
    matching = {each for each in answered.tolist() if each % 3}
    chunks = rules.bits_of(rules.ids_from(before)).chunks if is_everybody else np.empty(0, np.int64)
    frame = rules.frame_of(None if is_everybody else rules.ids_from(asked), answered, rules.ids_from(unsettled), chunks)
    match = np.packbits(np.isin(answered, rules.ids_from(matching)).astype(np.uint8))
    stored = np.zeros((len(frame.chunks), rules.CHUNK_BYTES), np.uint8)
    bits = rules.bits_of(rules.ids_from(before))
    for chunk, row in zip(bits.chunks, bits.rows, strict=True):
        stored[frame.chunks == chunk] = row
    compared = frame.compared(stored, frame.packed(match, len(answered)))
    concerned = (before | asked if is_everybody else asked) - unsettled
    expected = (before - concerned) | matching
    assert set(compared.entered.tolist()) == expected - before
    assert set(compared.exited.tolist()) == before - expected
    assert set(rules.ids_of(compared.flips).tolist()) == before ^ expected
    left = {each // rules.CHUNK_BITS for each in expected}
    changed = set(compared.flips.chunks.tolist())
    assert set(compared.emptied.tolist()) == changed - left
