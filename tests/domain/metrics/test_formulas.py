"""Formulas are read as they are meant, written back as the same formula, and come to what Python says."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.metrics.contracts import Constant, Formula, MetricRef, Operation, Value, value_of
from siyu.domain.metrics.formulas import FormulaError, keys_of, parse_formula, written

KEYS = ("a", "b2", "c_d")
FORMULAS: st.SearchStrategy[Formula] = st.recursive(
    st.one_of(
        st.sampled_from([MetricRef(key) for key in KEYS]),
        st.integers(0, 99).map(Constant),
        st.sampled_from([0.5, 2.25]).map(Constant),
    ),
    lambda inner: st.builds(Operation, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(FORMULAS, st.tuples(*[st.integers(-3, 9)] * 3))
def test_what_is_written_is_read_as_the_same_and_comes_to_what_python_says(
    formula: Formula, numbers: tuple[int, ...]
) -> None:
    text = written(formula)
    values = {key: Fraction(number) for key, number in zip(KEYS, numbers, strict=True)}
    try:
        # nothing but our own digits, keys and signs
        expected = eval(text.replace(".25", ".25"), {}, values)  # noqa: S307
    except ZeroDivisionError:
        expected = None
    if len(text) <= 200:
        assert parse_formula(text) == formula
    found = value_of(formula, lambda key: numbers[KEYS.index(key)])
    assert (found is None) is (expected is None)
    if expected is not None:
        assert found == pytest.approx(float(expected))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a / b2", 0.5),
        ("（a＋b2）× 3", 18),
        ("a-b2-c_d", -8),
        ("a − b2 * c_d", -22),
        ("a / b2 / 2", 0.25),
        ("b2 / (a - 2)", None),
        ("1.5*a", 3.0),
        ("(((a)))", 2),
        ("a + b2 / 0", None),
    ],
)
def test_a_formula_comes_to(text: str, value: Value) -> None:
    assert value_of(parse_formula(text), lambda key: {"a": 2, "b2": 4, "c_d": 6}[key]) == value


def test_what_has_no_value_makes_none() -> None:
    formula = parse_formula("a * 0 + b2")
    assert value_of(formula, lambda key: None if key == "a" else 1) is None
    assert keys_of(formula) == {"a", "b2"}
    assert value_of(parse_formula("a * a"), lambda _: 1e300) is None
    assert value_of(parse_formula("a * a / b2"), lambda _: 10**200) is None
    assert value_of(parse_formula("a / b2"), lambda key: 10**400 if key == "a" else 0.5) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a +", "formula_ends"),
        ("", "formula_ends"),
        ("(a", "formula_bracket"),
        ("a b2", "formula_rest"),
        ("a)", "formula_rest"),
        ("* a", "formula_rest"),
        ("a ** 2", "formula_rest"),
        ("__import__", "formula_sign"),
        ("a; b2", "formula_sign"),
        ("A", "formula_sign"),
        ("9" * 14, "at_most"),
        ("(" * 30 + "a" + ")" * 30, "formula_deep"),
        (" + ".join(f"m{n}" for n in range(30)), "formula_many"),
        ("a" * 201, "text"),
    ],
)
def test_what_is_no_formula_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(FormulaError) as refused:
        parse_formula(text)
    assert refused.value.reason == reason
