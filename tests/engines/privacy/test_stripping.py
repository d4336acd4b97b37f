"""What of an event may stay."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.engines.privacy.stripping import LISTS, NUMBER_LISTS, NUMBERS, THINGS, contacts_in, stripped
from siyu.kernel.events import STRIPPED

NAMES = st.sampled_from(sorted(NUMBERS | THINGS | LISTS | NUMBER_LISTS | {"note", "phone", "birthday", "title", "x"}))
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.from_regex(r"1[3-9]\d{9}")
)
DOCUMENTS = st.dictionaries(
    NAMES,
    st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4)),
)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (
            {"order_id": "A-17", "total": "128.50", "currency": "CNY"},
            {"order_id": "A-17", "total": "128.50", "currency": "CNY"},
        ),
        ({"total_fen": 100, "note": "放门口", "title": "张三"}, {"total_fen": 100}),
        ({"order_id": "13800138000-1", "sku": "a@b.example"}, {}),
        ({"age": 31, "latitude": 31.2, "birthday": "1990-01-01", "zip": 200030}, {}),
        ({"total": "see note", "price": 13800138000, "quantity": 2}, {"quantity": 2}),
        (
            {"products": [{"sku": "tea", "price": 9, "engraving": "给李雷"}, "free"]},
            {"products": [{"sku": "tea", "price": 9}]},
        ),
        (
            {"profile_ids": [3, 4, "x"], "winner_id": 3, "loser_id": 4},
            {"profile_ids": [3, 4], "winner_id": 3, "loser_id": 4},
        ),
        ({"reason": "a long answer of the provider"}, {}),
        ({"context": {"page": {"url": "https://shop.example/?u=1"}}}, {}),
    ],
)
def test_numbers_and_ids_of_things_stay_and_words_go(told: dict[str, Any], kept: dict[str, Any]) -> None:
    assert stripped(told) == {**kept, STRIPPED: True}


@given(DOCUMENTS)
def test_stripping_again_changes_nothing_and_leaves_no_contact(document: dict[str, Any]) -> None:
    once = stripped(document)
    assert stripped(once) == once
    assert contacts_in(once) == set()


@given(DOCUMENTS)
def test_every_name_that_stays_is_on_the_list(document: dict[str, Any]) -> None:
    assert set(stripped(document)) <= NUMBERS | THINGS | LISTS | NUMBER_LISTS | {STRIPPED}
