"""What parts contribute comes to the change of the whole, and to what mathematics says where that is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.metrics.contracts import NotAdditiveError
from siyu.domain.metrics.formulas import Formula, MetricRef, Operation, Value, parse_formula
from siyu.domain.metrics.reading import Part, contributions, part_of
from siyu.domain.metrics.trees import logarithmic_mean, product_weights

KEYS = ("a", "b", "c", "d")


def leaves(values: dict[str, tuple[Value, Value]]) -> dict[str, Part]:
    return {key: Part(key, *ends) for key, ends in values.items()}


def shared(text: str, **values: tuple[Value, Value]) -> Part:
    parts = leaves(values)
    return contributions(part_of(parse_formula(text), lambda key: parts[key]))


def told(part: Part) -> dict[str, Value]:
    return {each.key: each.contribution for each in part.parts}


def assert_adds_up(part: Part, tolerance: float) -> None:
    """At every node that has parts."""
    if not part.parts or part.contribution is None:
        return
    total = sum(each.contribution or 0 for each in part.parts)
    assert math.isclose(total, part.contribution, rel_tol=1e-9, abs_tol=tolerance), part
    for each in part.parts:
        assert_adds_up(each, tolerance)


INTEGERS = st.integers(-(10**12), 10**12)
SUMS: st.SearchStrategy[Formula] = st.recursive(
    st.sampled_from([MetricRef(key) for key in KEYS]),
    lambda inner: st.builds(Operation, st.sampled_from(["+", "-"]), inner, inner),
    max_leaves=8,
)
ANY: st.SearchStrategy[Formula] = st.recursive(
    st.sampled_from([MetricRef(key) for key in KEYS]),
    lambda inner: st.builds(Operation, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
    max_leaves=7,
)


@settings(max_examples=60, deadline=None)
@given(SUMS, st.tuples(*[st.tuples(INTEGERS, INTEGERS)] * 4))
def test_a_sum_of_whole_numbers_is_shared_out_in_whole_numbers(
    formula: Formula, ends: Sequence[tuple[int, int]]
) -> None:
    parts = leaves(dict(zip(KEYS, ends, strict=True)))
    root = contributions(part_of(formula, lambda key: parts[key]))

    def leaf_total(part: Part) -> int:
        if part.parts:
            return sum(leaf_total(each) for each in part.parts)
        assert isinstance(part.contribution, int)
        return part.contribution

    assert root.before is not None
    assert root.after is not None
    assert leaf_total(root) == root.after - root.before


@settings(max_examples=120, deadline=None)
@given(ANY, st.tuples(*[st.tuples(st.integers(-2, 30), st.integers(-2, 30))] * 4))
def test_the_parts_of_any_formula_come_to_the_whole(formula: Formula, ends: Sequence[tuple[int, int]]) -> None:
    parts = leaves(dict(zip(KEYS, ends, strict=True)))
    root = contributions(part_of(formula, lambda key: parts[key]))
    scale = max((abs(value) for value in (root.before, root.after) if value is not None), default=1)
    if root.change is None:
        assert root.contribution is None
    else:
        assert_adds_up(root, 1e-9 * max(scale, 1) * 1000)


def test_a_product_of_two_by_the_logarithmic_mean() -> None:
    """Ang 2005: ΔVx = L(V1, V0) · ln(x1 / x0)."""
    root = shared("a * b", a=(10, 20), b=(3, 2))
    mean = (40 - 30) / math.log(40 / 30)
    assert told(root) == {"a": pytest.approx(mean * math.log(2)), "b": pytest.approx(mean * math.log(2 / 3))}
    assert root.contribution == 10


def test_a_divisor_contributes_against_its_change() -> None:
    root = shared("a / b", a=(10, 10), b=(2, 5))
    assert told(root) == {"a": pytest.approx(0), "b": pytest.approx(-3)}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 1e6), st.floats(0.01, 1e6)), min_size=2, max_size=5))
def test_looked_at_backwards_everything_contributes_the_opposite(ends: list[tuple[float, float]]) -> None:
    powers = [1] * len(ends)
    before, after = [each[0] for each in ends], [each[1] for each in ends]
    forth = product_weights(before, after, powers)
    back = product_weights(after, before, powers)
    assert forth == pytest.approx(back)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 1e6), st.floats(0.01, 1e6), st.floats(0.01, 1e6))
def test_growth_in_proportion_is_shared_by_the_logarithms(one: float, other: float, ratio: float) -> None:
    """What doubles each factor is shared equally between them."""
    root = shared("a * b", a=(one, one * ratio), b=(other, other * ratio))
    first, second = (each.contribution for each in root.parts)
    assert first == pytest.approx(second, rel=1e-6, abs=1e-9 * one * other * max(ratio, 1) ** 2)


@pytest.mark.parametrize("ratio", [1 + 1e-12, 1 + 1e-7, 1 + 1e-6, 1.0001, 2, 1e6, 1e-6])
def test_the_logarithmic_mean_is_exact_where_both_are_nearly_alike(ratio: float) -> None:
    from decimal import Decimal, getcontext

    getcontext().prec = 60
    one, other = Decimal(3) * Decimal(ratio), Decimal(3)
    assert logarithmic_mean(float(one), 3.0) == pytest.approx(float((one - other) / (one / other).ln()), rel=1e-12)
    assert logarithmic_mean(3.0, 3.0) == 3.0


def test_from_nothing_those_share_that_were_nothing() -> None:
    """The limit for vanishing values."""
    root = shared("a * b * c", a=(0, 5), b=(0, 2), c=(3, 4))
    assert told(root) == {"a": 20, "b": 20, "c": 0}
    down = shared("a * b", a=(6, 0), b=(2, 8))
    assert told(down) == {"a": -12, "b": 0}
    nothing = shared("a * b", a=(0, 5), b=(5, 0))
    assert told(nothing) == {"a": 0, "b": 0}
    tiny = product_weights([1e-300, 3], [5, 4], [1, 1])
    assert tiny[0] * 5 == pytest.approx(20, rel=0.01)


def test_where_the_sign_changes_it_is_the_mean_over_all_orders() -> None:
    before, after = (3.0, -2.0, 4.0), (5.0, 6.0, 2.0)
    expected = [0.0, 0.0, 0.0]
    for order in permutations(range(3)):
        now = list(before)
        for n in order:
            old = math.prod(now)
            now[n] = after[n]
            expected[n] += (math.prod(now) - old) / 6
    root = shared("a * b * c", a=(3, 5), b=(-2, 6), c=(4, 2))
    assert list(told(root).values()) == pytest.approx(expected)


def test_below_a_factor_its_share_is_handed_on() -> None:
    root = shared("(a + b) * c", a=(10, 30), b=(10, 0), c=(2, 2))
    first, second = root.parts
    assert told(first) == {"a": pytest.approx(40), "b": pytest.approx(-20)}
    assert [first.contribution, second.contribution] == pytest.approx([20, 0])


def test_of_what_has_no_value_nothing_is_said() -> None:
    root = shared("a / b", a=(10, 10), b=(0, 5))
    assert root.contribution is None
    assert told(root) == {"a": None, "b": None}


def test_too_many_factors_are_refused() -> None:
    with pytest.raises(NotAdditiveError):
        shared(" * ".join("a" for _ in range(13)), a=(1, 2))
