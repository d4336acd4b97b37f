"""Random definitions. A seed makes each, not hypothesis' own choices: those are mostly tiny, and tiny trees match all or nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Literal, TypeVar

from hypothesis import strategies as st

from siyu.domain.segments.contracts import (
    ActedCondition,
    AllCondition,
    AnniversaryCondition,
    AnyCondition,
    AttributeCondition,
    CalendarWindow,
    Comparison,
    Condition,
    ConsentCondition,
    Duration,
    EntryCondition,
    EstimateCondition,
    EventCondition,
    EventMatch,
    EventValueCondition,
    Filter,
    FixedWindow,
    IdentityCondition,
    KeeperCondition,
    Leaf,
    ListCondition,
    MomentCondition,
    NotCondition,
    Operator,
    RegularCondition,
    ResumedCondition,
    RfmCondition,
    RollingWindow,
    SampleCondition,
    SegmentCondition,
    SequenceCondition,
    StageCondition,
    Step,
    StoppedCondition,
    TagCondition,
    UnitCondition,
    Value,
    Which,
    Window,
)

EVENTS = ("order_paid", "page_viewed", "带'引号\\的`事件")
PROPERTIES = ("total_fen", "amount", "deep.er", "od'd`\\name")
NAMES = ("city", "age", "vip", "since", "tags", "a.b", "w`ei'r\\d", "价格 {x:String}")
TEXTS = ("上海", "北京", "海", "2026-05-31", "20260531", "O'Neil\\n", "%s {p0:String}", "5")
NUMBERS: tuple[int | float, ...] = (0, 1, -1, 5, 2.5, 5.0, 1e12)
DAY_TEXTS = ("2026-05-30", "2026-05-31", "2026-06-01")
DAYS = (1, 2, 7, 30)
SUMS: tuple[int | float, ...] = (-3, 0, 1, 2.5, 5, 7.5, 10)
IDS = (1, 2, 3)
"""Of tags, staff, units, segments, lists, schemes and ladders."""
CHANNELS = ("sms", "webhook")
IDENTITIES = ("phone", "openid", "member_id")
ENTRY_CHANNELS = ("web", "miniprogram", "import:旧系统")
SAMPLE_NAMES = ("a", "春 季")
CELLS = ("555", "重要价值")
STAGES = ("新客", "老客")
AROUND = ("2026-03-01", "2026-05-01", "2026-05-31", "2026-06-01", "2026-06-02")
"""Days around which the histories of the tests lie."""

_LESS_THAN_A_DAY = (1, 6, 12)
_T = TypeVar("_T")


def random_condition(random: Random, depth: int = 4, *, kinds: Sequence[str] = ()) -> Condition:
    """A tree of every kind of condition (or just of `kinds` of leaves), at most `depth` levels deep."""
    kind = random.random()
    if depth <= 1 or kind < 0.4:
        return random_leaf(random, random.choice(kinds or KINDS))
    if kind < 0.55:
        return NotCondition(random_condition(random, depth - 1, kinds=kinds))
    several = tuple(random_condition(random, depth - 1, kinds=kinds) for _ in range(random.randint(1, 4)))
    return AllCondition(several) if kind < 0.7 else AnyCondition(several)


def random_leaf(random: Random, kind: str) -> Leaf:
    """A condition of that kind; parse_definition finds no fault with its document."""
    return _LEAVES[kind](random)


def conditions(*, kinds: Sequence[str] = ()) -> st.SearchStrategy[Condition]:
    return st.integers(0, 2**63).map(lambda seed: random_condition(Random(seed), kinds=kinds))


def random_duration(random: Random) -> Duration:
    if random.random() < 0.2:
        return Duration(random.choice(_LESS_THAN_A_DAY), "hour")
    if random.random() < 0.2:
        return Duration(random.randint(1, 4), "week")
    return Duration(random.choice(DAYS))


def random_window(random: Random) -> Window:
    kind = random.random()
    if kind < 0.35:
        return RollingWindow(most=random_duration(random))
    if kind < 0.5:
        return RollingWindow(least=random_duration(random))
    if kind < 0.65:
        least = random.choice((Duration(1, "hour"), Duration(1), Duration(7), Duration(1, "week")))
        return RollingWindow(most=random.choice((Duration(8), Duration(30), Duration(2, "week"))), least=least)
    if kind < 0.85:
        back = random.randint(0, 3)
        units: list[Literal["day", "week", "month", "quarter", "year"]] = ["day", "week", "month", "quarter", "year"]
        return CalendarWindow(random.choice(units), back, random.randint(1, back + 1))
    since_on, until_on = sorted(random.choices(AROUND, k=2))
    return random.choice((FixedWindow(since_on), FixedWindow(None, until_on), FixedWindow(since_on, until_on)))


def random_filters(random: Random) -> tuple[Filter, ...]:
    return tuple(_filter(random) for _ in range(random.choice((0, 0, 0, 1, 1, 2))))


def _filter(random: Random) -> Filter:
    operator, value = _comparison(random)
    return Filter(random.choice(PROPERTIES), operator, value)


def _comparison(random: Random) -> tuple[Operator, Value]:
    elements: list[str | int | float] = [*TEXTS, *NUMBERS]
    kind = random.randrange(8)
    if kind <= 1:
        return random.choice(_IS), random.choice([*elements, True, False])
    if kind == 2:
        return "contains", random.choice(elements)
    if kind == 3:
        return "starts_with", random.choice(TEXTS)
    if kind <= 5:
        return random.choice(_BOUNDS), random.choice([*NUMBERS, *DAY_TEXTS, *DAY_TEXTS])
    if kind == 6:
        several = tuple(random.choices(elements, k=random.randint(1, 6)))
        return random.choice(_OF_LISTS), several[:2] if random.random() < 0.5 else several
    return random.choice(_SET), None


_IS: tuple[Operator, ...] = ("is", "is_not")
_BOUNDS: tuple[Operator, ...] = ("at_least", "at_most", "more_than", "less_than")
_OF_LISTS: tuple[Operator, ...] = ("one_of", "not_one_of", "has_all")
_SET: tuple[Operator, ...] = ("is_set", "is_not_set")
_COMPARISONS: tuple[Comparison, ...] = ("at_least", "at_most", "exactly", "more_than", "less_than")
_WHICH: tuple[Which, ...] = ("first", "last")


def _attribute(random: Random) -> Leaf:
    name = random.choice(NAMES)
    if random.random() < 0.15:
        by_days: tuple[Literal["in_last_days", "in_next_days"], ...] = ("in_last_days", "in_next_days")
        return AttributeCondition(random.choice(("since", name)), random.choice(by_days), random.choice((1, 2, 7, 366)))
    return AttributeCondition(name, *_comparison(random))


def _maybe_window(random: Random) -> Window | None:
    return random_window(random) if random.random() < 0.6 else None


def _event(random: Random) -> Leaf:
    event, operator = random.choice(EVENTS), random.choice(_COMPARISONS)
    where, window = random_filters(random), _maybe_window(random)
    if random.random() < 0.5:
        of_events: Literal["count", "days"] = random.choice(["count", "days"])
        return EventCondition(event, operator, random.randint(0, 4), of_events, None, where, window)
    if random.random() < 0.2:
        distinct: Literal["distinct"] = "distinct"
        named = random.choice(PROPERTIES)
        return EventCondition(event, operator, random.randint(0, 3), distinct, named, where, window)
    measure: Literal["sum", "min", "max", "average"] = random.choice(["sum", "sum", "min", "max", "average"])
    return EventCondition(event, operator, random.choice(SUMS), measure, random.choice(PROPERTIES), where, window)


def _moment(random: Random) -> Leaf:
    return MomentCondition(random.choice(EVENTS), random.choice(_WHICH), random_window(random), random_filters(random))


def _event_value(random: Random) -> Leaf:
    operator, value = _comparison(random)
    return EventValueCondition(
        random.choice(EVENTS),
        random.choice(_WHICH),
        random.choice(PROPERTIES),
        operator,
        value,
        random_filters(random),
        _maybe_window(random),
    )


def _sequence(random: Random) -> Leaf:
    count = random.choice((2, 2, 2, 3, 3, 4))
    steps = [Step(random.choice(EVENTS), random_filters(random))]
    for n in range(1, count):
        within = random_duration(random) if random.random() < 0.6 else None
        if n == count - 1 and random.random() < 0.3:
            absent_within = within or Duration(random.choice(DAYS))
            steps.append(Step(random.choice(EVENTS), random_filters(random), absent_within, is_absent=True))
        else:
            between = tuple(
                EventMatch(random.choice(EVENTS), random_filters(random)) for _ in range(random.randint(1, 2))
            )
            without = between if random.random() < 0.3 else ()
            steps.append(Step(random.choice(EVENTS), random_filters(random), within, without))
    same = random.choice(PROPERTIES) if random.random() < 0.25 else None
    return SequenceCondition(tuple(steps), same, random_window(random) if random.random() < 0.3 else None)


def _regular(random: Random) -> Leaf:
    periods = random.randint(2, 5)
    unit: Literal["day", "week"] = random.choice(["day", "week"])
    at_least = random.randint(1, min(periods, 3))
    return RegularCondition(random.choice(EVENTS), periods, at_least, unit, random_filters(random))


def _resumed(random: Random) -> Leaf:
    return ResumedCondition(
        random.choice(EVENTS), random_duration(random), random_duration(random), random_filters(random)
    )


def _stopped(random: Random) -> Leaf:
    return StoppedCondition(
        random.choice(EVENTS),
        random_duration(random),
        random_duration(random),
        random.choice((1, 1, 2)),
        random_filters(random),
    )


def _anniversary(random: Random) -> Leaf:
    from_days, to_days = sorted(random.choices((-180, -7, -1, 0, 0, 1, 7, 30, 180), k=2))
    if random.random() < 0.6:
        return AnniversaryCondition(from_days, to_days, random.choice(("since", "since", *NAMES)))
    return AnniversaryCondition(
        from_days, to_days, None, random.choice(EVENTS), random.choice(_WHICH), random_filters(random)
    )


def _some(random: Random, of: Sequence[_T]) -> tuple[_T, ...]:
    return tuple(random.choices(of, k=random.randint(1, 2)))


def _tag(random: Random) -> Leaf:
    operator: Literal["any_of", "all_of"] = random.choice(["any_of", "all_of"])
    return TagCondition(_some(random, IDS), operator)


def _consent(random: Random) -> Leaf:
    state: Literal["granted", "withdrawn", "unasked", "allowed"] = random.choice(
        ["granted", "withdrawn", "unasked", "allowed"]
    )
    if random.random() < 0.4:
        return ConsentCondition(random.choice(("profiling", "partner_sharing")), state)
    channels = CHANNELS if state == "allowed" else (*CHANNELS, "*")
    return ConsentCondition(random.choice(("marketing", "service")), state, random.choice(channels))


def _estimate(random: Random) -> Leaf:
    if random.random() < 0.6:
        numbers: tuple[float, ...] = (0, 0.25, 0.5, 1, 2.5, 20, 5000)
        kind = random.randrange(4)
        model: Literal["value", "scene"] = "value" if random.random() < 0.6 else "scene"
        name = random.choice(("p_alive", "expected_value_fen") if model == "value" else ("best_hour", "weekend_share"))
        if kind <= 1:
            return EstimateCondition(model, name, random.choice((*_BOUNDS, *_IS)), random.choice(numbers))
        if kind == 2:
            return EstimateCondition(model, name, random.choice(_OF_LISTS[:2]), _some(random, numbers))
        return EstimateCondition(model, name, random.choice(_SET))
    name, kind = random.choice(("city", "device")), random.randrange(4)
    if kind == 0:
        return EstimateCondition("scene", name, random.choice(_IS), random.choice(TEXTS))
    if kind == 1:
        return EstimateCondition("scene", name, random.choice(("contains", "starts_with")), random.choice(TEXTS))
    if kind == 2:
        return EstimateCondition("scene", name, random.choice(_OF_LISTS[:2]), _some(random, TEXTS))
    return EstimateCondition("scene", name, random.choice(_SET))


def _sample(random: Random) -> Leaf:
    start, end = sorted(random.sample((0, 10, 33.3, 50, 99.5, 100), k=2))
    return SampleCondition(random.choice(SAMPLE_NAMES), end, start)


_LEAVES: dict[str, Callable[[Random], Leaf]] = {
    "attribute": _attribute,
    "event": _event,
    "moment": _moment,
    "event_value": _event_value,
    "sequence": _sequence,
    "regular": _regular,
    "resumed": _resumed,
    "stopped": _stopped,
    "anniversary": _anniversary,
    "acted": lambda random: ActedCondition(_maybe_window(random)),
    "tag": _tag,
    "keeper": lambda random: KeeperCondition(_some(random, IDS)),
    "unit": lambda random: UnitCondition(_some(random, IDS)),
    "consent": _consent,
    "identity": lambda random: IdentityCondition(_some(random, IDENTITIES)),
    "entry": lambda random: EntryCondition(_some(random, ENTRY_CHANNELS)),
    "segment": lambda random: SegmentCondition(random.choice(IDS)),
    "list": lambda random: ListCondition(random.choice(IDS)),
    "sample": _sample,
    "estimate": _estimate,
    "rfm": lambda random: RfmCondition(random.choice(IDS), _some(random, CELLS)),
    "stage": lambda random: StageCondition(random.choice(IDS), _some(random, STAGES)),
}
STANDING_KINDS = ("segment", "rfm", "stage")
"""Kinds that stand for something else, and are gone after expansion."""
PLAIN_KINDS = tuple(kind for kind in _LEAVES if kind not in STANDING_KINDS and kind != "list")
"""Kinds that the columns alone answer."""
EXPANDED_KINDS = tuple(kind for kind in _LEAVES if kind not in {"rfm", "stage"})
"""Kinds that may stand in an expanded definition: a stopped segment stays."""
KINDS = tuple(_LEAVES)
