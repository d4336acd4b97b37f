"""Sets of whole numbers by sorting, beside Python's own sets."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from siyu.platform.numbers import distinct, union

WHOLE = st.lists(st.integers(0, 40) | st.integers(0, 2**64 - 1))


@given(WHOLE)
def test_each_number_once_from_the_smallest_on(values: list[int]) -> None:
    given_values = np.array(values, dtype=np.uint64)
    found = distinct(given_values)
    assert found.tolist() == sorted(set(values))
    assert found.dtype == np.uint64
    assert given_values.tolist() == values  # as they were


@given(WHOLE, WHOLE)
def test_what_is_in_one_or_the_other(one: list[int], other: list[int]) -> None:
    found = union(np.array(one, dtype=np.uint64), np.array(other, dtype=np.uint64))
    assert found.tolist() == sorted({*one, *other})
