"""Filters on one event in Python say what the plain reference of the segments' language says."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from siyu.domain.definitions.contracts import passes
from siyu.domain.segments.contracts import Filter, Operator
from tests.conftest import START
from tests.engines.audience.histories import Happening
from tests.engines.audience.reference_values import passes as passes_plainly

SCALARS = st.sampled_from(
    ["上海", "上海市", "2026-03-01", "2026-03-01T08:00:00Z", "5", "", 5, 5.0, 0.5, -3, True, False]
)
STORED = st.one_of(SCALARS, st.none(), st.lists(st.one_of(SCALARS, st.none()), max_size=3), st.just({"city": "上海"}))
LISTS = st.lists(st.sampled_from(["上海", "5", 5, 0.5]), min_size=1, max_size=3).map(tuple)
BOUNDS = st.sampled_from([5, 0.5, -3, "2026-03-01", "2026-02-28"])


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    operator = draw(st.sampled_from(get_args(Operator)))
    value: Any = None
    if operator in ("one_of", "not_one_of", "has_all"):
        value = draw(LISTS)
    elif operator in ("at_least", "at_most", "more_than", "less_than"):
        value = draw(BOUNDS)
    elif operator == "starts_with":
        value = draw(st.sampled_from(["上", "2026", "5"]))
    elif operator in ("is", "is_not", "contains"):
        value = draw(SCALARS.filter(lambda each: each != ""))
    return Filter(draw(st.sampled_from(["city", "price"])), operator, value)


@given(
    st.fixed_dictionaries({}, optional={"city": STORED, "price": STORED}),
    st.lists(filters(), max_size=3),
)
def test_an_event_passes_where_the_reference_says_so(properties: dict[str, Any], where: list[Filter]) -> None:
    assert passes(properties, where) == passes_plainly(Happening("seen", 1, START, properties), where)


def test_what_is_not_told_satisfies_the_opposites_alone() -> None:
    assert passes({}, [Filter("city", "is_not", "x")])
    assert passes({}, [Filter("city", "is_not_set")])
    assert not passes({}, [Filter("city", "is", "x")])
    assert not passes({}, [Filter("city", "is_set")])
    assert passes({}, [Filter("city", "not_one_of", ("x",))])
    assert not passes({}, [Filter("city", "at_least", 1)])


def test_what_an_object_says_is_found_by_its_way() -> None:
    answered = {"form_id": 7, "answers": {"level": "some", "goals": ["brew"]}}
    assert passes(answered, [Filter("answers.level", "is", "some"), Filter("answers.goals", "contains", "brew")])
    assert not passes(answered, [Filter("answers.level", "is", "none")])
    assert passes(answered, [Filter("answers.level.deeper", "is_not_set"), Filter("answers", "is_not_set")])
    assert passes({"a.b": 1}, [Filter("a.b", "is", 1)])
