"""Random definitions. A seed makes each, not hypothesis' own choices: those are mostly tiny, and tiny trees match all or nobody."""

from __future__ import annotations

from random import Random
from typing import Literal

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
NUMBERS: tuple[int | float, ...] = (0, 1, -1, 5, 2.5, 5.0, 1e12)
DAY_TEXTS = ("2026-05-30", "2026-05-31", "2026-06-01")
DAYS = (1, 2, 7, 30)
SUMS: tuple[int | float, ...] = (-3, 0, 1, 2.5, 5, 7.5, 10)


def random_condition(random: Random, depth: int = 4) -> Condition:
    """A tree of every kind of condition, at most `depth` levels deep."""
    kind = random.random()
    if depth <= 1 or kind < 0.4:
        return _random_attribute(random) if random.random() < 0.4 else _random_event(random)
    if kind < 0.55:
        return NotCondition(random_condition(random, depth - 1))
    several = tuple(random_condition(random, depth - 1) for _ in range(random.randint(1, 4)))
    return AllCondition(several) if kind < 0.7 else AnyCondition(several)


def _random_attribute(random: Random) -> Condition:
    name = random.choice(NAMES)
    kind = random.randrange(6)
    if kind <= 1:
        scalars: list[str | int | float | bool] = [*TEXTS, *NUMBERS, True, False]
        is_or_not: Literal["is", "is_not"] = random.choice(["is", "is_not"])
        return AttributeCondition(name, is_or_not, random.choice(scalars))
    if kind == 2:
        return AttributeCondition(name, "contains", random.choice(TEXTS))
    if kind == 3:
        bound: Literal["at_least", "at_most"] = random.choice(["at_least", "at_most"])
        bounds: list[str | int | float] = [*NUMBERS, *DAY_TEXTS, *DAY_TEXTS]
        return AttributeCondition(name, bound, random.choice(bounds))
    if kind == 4:
        values: list[str | int | float] = [*TEXTS, *NUMBERS]
        return AttributeCondition(name, "one_of", tuple(random.choices(values, k=random.randint(1, 6))))
    is_set: Literal["is_set", "is_not_set"] = random.choice(["is_set", "is_not_set"])
    return AttributeCondition(name, is_set)


def _random_event(random: Random) -> Condition:
    event = random.choice(EVENTS)
    within = random.choice([None, *DAYS])
    kind = random.randrange(3)
    if kind == 0:
        how: Literal["at_least", "at_most", "exactly"] = random.choice(["at_least", "at_most", "exactly"])
        return EventCountCondition(event, how, random.randint(0, 4), within)
    if kind == 1:
        bound: Literal["at_least", "at_most"] = random.choice(["at_least", "at_most"])
        return EventSumCondition(event, random.choice(PROPERTIES), bound, random.choice(SUMS), within)
    when: Literal["within", "more_than"] = random.choice(["within", "more_than"])
    return RecencyCondition(event, when, random.choice(DAYS))


def conditions() -> st.SearchStrategy[Condition]:
    return st.integers(0, 2**63).map(lambda seed: random_condition(Random(seed)))
