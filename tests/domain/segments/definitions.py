"""Random definitions, for hypothesis."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from siyu.domain.segments.contracts import (
    AllCondition,
    AnyCondition,
    AttributeCondition,
    Condition,
    EventCountCondition,
    EventSumCondition,
    NotCondition,
    RecencyCondition,
)

EVENTS = ("order_paid", "page_viewed", "带'引号\\的`事件")
PROPERTIES = ("total_fen", "amount", "deep.er", "od'd`\\name")
NAMES = ("city", "age", "vip", "since", "tags", "a.b", "w`ei'r\\d", "价格 {x:String}")
TEXTS = ("上海", "北京", "海", "2026-05-31", "20260531", "O'Neil\\n", "%s {p0:String}", "5")
NUMBERS = (0, 1, -1, 5, 2.5, 5.0, 1e12)
DAY_TEXTS = ("2026-05-30", "2026-05-31", "2026-06-01")
DAYS = (1, 2, 7, 30)
SUMS = (-3, 0, 1, 2.5, 5, 7.5, 10)

SCALARS = st.one_of(st.sampled_from(TEXTS), st.sampled_from(NUMBERS), st.booleans())


def attribute_conditions(names: Sequence[str] = NAMES) -> st.SearchStrategy[Condition]:
    name = st.sampled_from(names)
    return st.one_of(
        st.builds(AttributeCondition, name, st.sampled_from(["is", "is_not"]), SCALARS),
        st.builds(AttributeCondition, name, st.just("contains"), st.sampled_from(TEXTS)),
        st.builds(
            AttributeCondition,
            name,
            st.sampled_from(["at_least", "at_most"]),
            st.one_of(st.sampled_from(NUMBERS), st.sampled_from(DAY_TEXTS)),
        ),
        st.builds(
            AttributeCondition,
            name,
            st.just("one_of"),
            st.lists(st.one_of(st.sampled_from(TEXTS), st.sampled_from(NUMBERS)), min_size=1, max_size=8).map(tuple),
        ),
        st.builds(AttributeCondition, name, st.sampled_from(["is_set", "is_not_set"])),
    )


def event_conditions() -> st.SearchStrategy[Condition]:
    event = st.sampled_from(EVENTS)
    within = st.one_of(st.none(), st.sampled_from(DAYS))
    return st.one_of(
        st.builds(
            EventCountCondition, event, st.sampled_from(["at_least", "at_most", "exactly"]), st.integers(0, 4), within
        ),
        st.builds(
            EventSumCondition,
            event,
            st.sampled_from(PROPERTIES),
            st.sampled_from(["at_least", "at_most"]),
            st.sampled_from(SUMS),
            within,
        ),
        st.builds(RecencyCondition, event, st.sampled_from(["within", "more_than"]), st.sampled_from(DAYS)),
    )


def conditions() -> st.SearchStrategy[Condition]:
    """Trees of every kind of condition, at most five levels deep."""

    def grown(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(inner, min_size=1, max_size=4).map(tuple)
        return st.one_of(
            st.builds(AllCondition, several), st.builds(AnyCondition, several), st.builds(NotCondition, inner)
        )

    return st.recursive(st.one_of(attribute_conditions(), event_conditions()), grown, max_leaves=8)
