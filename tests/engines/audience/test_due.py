"""Between the instant that is asked for and the instant at which an answer is due, nothing changes; and who is not concerned by the
passing of time is never due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from siyu.domain.segments.contracts import NEVER_MS, Condition, Duration
from siyu.domain.segments.definition import parse_definition
from siyu.kernel.clock import EPOCH, milliseconds_of
from siyu.platform.columns.client import Columns
from tests.domain.segments.definitions import EXPANDED_KINDS, random_leaf
from tests.engines.audience.histories import NOON, Happening, History, Person, empty, put, random_history
from tests.engines.audience.pinned import pinned
from tests.engines.audience.reference import SHANGHAI, matching
from tests.engines.audience.reference_windows import length
from tests.engines.audience.test_equal import SETS, asked, few, random_seeds

MILLISECOND = timedelta(milliseconds=1)
DAY = timedelta(days=1)
LEAVES_OF_A_KIND = 3
LOOKS = 24
"""At so many later instants a condition is asked again."""


@few
@random_seeds
def test_nothing_changes_before_it_is_due(columns: Columns, seed: int) -> None:
    random = Random(seed)
    history = random_history(random, people_max=12, happenings_max=120)
    empty(columns)
    put(columns, history)
    as_of = NOON + random.choice([0, 0, 1]) * timedelta(minutes=random.randint(-60 * 48, 60 * 48))
    for kind in EXPANDED_KINDS:
        for _ in range(LEAVES_OF_A_KIND):
            condition = pinned(random_leaf(random, kind))
            answers = asked(columns, [condition], as_of, wants_due=True)
            assert (answers.due_ms > milliseconds_of(as_of)).all()
            now = set(answers.members(0).tolist())
            for later in _instants(random, condition, history, as_of):
                then = set(matching(history, condition, later, sets=SETS))
                settled = set(answers.ids[answers.due_ms > milliseconds_of(later)].tolist())
                assert not (now ^ then) & settled, (as_of, later, condition)


def _instants(random: Random, condition: Condition, history: History, as_of: datetime) -> Sequence[datetime]:
    """Later instants at which an answer might change: as events come into windows and leave them, and as days begin."""
    lengths = [length(each) for each in _durations(condition)]
    lengths += [one + other for one in lengths for other in lengths]
    lengths += [timedelta(hours=24 * n) for n in (*range(6), 7, 14, 21, 28, 35)]
    found = {each.occurred_at + one for each in history.happenings for one in lengths}
    midnight = as_of.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    found |= {midnight + n * DAY for n in (*range(1, 40), 90, 100, 120, 214, 365, 366, 579)}
    edges = sorted({instant + edge for instant in found for edge in (-MILLISECOND, timedelta(0))} - {as_of})
    ahead = [instant for instant in edges if instant > as_of]
    return random.sample(ahead, k=min(LOOKS, len(ahead)))


def _durations(node: Any) -> Iterator[Duration]:
    if isinstance(node, Duration):
        yield node
    elif isinstance(node, tuple):
        for each in node:
            yield from _durations(each)
    elif is_dataclass(node):
        for one in fields(node):
            yield from _durations(getattr(node, one.name))


def rolling(most: int | None = None, least: int | None = None) -> dict[str, Any]:
    return {
        "kind": "rolling",
        "most": most and {"amount": most},
        "least": least and {"amount": least},
    }


def event(**more: Any) -> dict[str, Any]:
    return {"kind": "event", "event": "paid", "operator": "at_least", "value": 1, **more}


THREE = [Happening("paid", 1, NOON - days * DAY, {"total_fen": 5}) for days in (20, 10, 3)]
FIRST_OF_NEXT_MONTH = datetime(2026, 7, 1, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("document", "due"),
    [
        (event(), None),
        (event(window=rolling(30)), NOON + 27 * DAY),  # when the last one leaves
        (event(value=3, window=rolling(30)), NOON + 10 * DAY),
        (event(value=4, window=rolling(30)), None),  # there are not as many, and will not be by waiting
        (event(operator="at_most", value=2, window=rolling(30)), NOON + 10 * DAY),
        (event(operator="exactly", value=0, window=rolling(2)), None),
        (event(window=rolling(None, 5)), NOON + 2 * DAY),
        (event(measure="sum", property="total_fen", window=rolling(30)), NOON + 10 * DAY),
        (event(window={"kind": "calendar", "unit": "month"}), None),
        (event(window={"kind": "calendar", "unit": "month", "back": 1}), FIRST_OF_NEXT_MONTH),
        (event(window={"kind": "fixed", "since_on": "2026-05-01"}), None),
        ({"kind": "moment", "event": "paid", "which": "last", "window": rolling(None, 30)}, NOON + 27 * DAY),
        ({"kind": "moment", "event": "paid", "which": "first", "window": rolling(30)}, NOON + 10 * DAY),
        ({"kind": "stopped", "event": "paid", "since": {"amount": 5}, "before": {"amount": 30}}, NOON + 2 * DAY),
        ({"kind": "resumed", "event": "paid", "within": {"amount": 5}, "after": {"amount": 7}}, NOON + 2 * DAY),
        ({"kind": "regular", "event": "paid", "periods": 4, "at_least": 3}, NOON + DAY),
        ({"kind": "acted", "window": rolling(30)}, NOON + 27 * DAY),
        (
            {"kind": "anniversary", "event": "paid", "from_days": 0, "to_days": 0},
            datetime(2027, 5, 12, tzinfo=SHANGHAI),
        ),
        (
            {"kind": "sequence", "steps": [{"event": "paid"}, {"event": "paid"}], "window": rolling(15)},
            NOON + 5 * DAY,
        ),
        (
            {
                "kind": "sequence",
                "steps": [{"event": "paid"}, {"event": "seen", "within": {"amount": 7}, "is_absent": True}],
            },
            NOON + 4 * DAY,
        ),
    ],
)
def test_who_is_concerned_is_due_when_it_is_time_and_others_never(
    columns: Columns, document: dict[str, Any], due: datetime | None
) -> None:
    put(columns, History([Person(1), Person(2)], THREE))
    answers = asked(columns, [parse_definition(document)], wants_due=True)
    assert _instant(answers.due_ms[0]) == due
    assert answers.due_ms[1] == NEVER_MS


def test_what_is_told_ahead_counts_when_its_time_has_come(columns: Columns) -> None:
    ahead = [Happening("paid", 1, NOON + n * DAY) for n in (3, 2)]
    put(columns, History([Person(1), Person(2)], [*ahead, Happening("seen", 2, NOON + DAY)]))
    answers = asked(columns, [parse_definition(event())], wants_due=True)
    assert [_instant(each) for each in answers.due_ms] == [NOON + 2 * DAY, None]


def test_days_of_attributes_are_due_when_a_day_begins(columns: Columns) -> None:
    told = ["2026-06-05", "2026-05-30", "2026-06-31", "someday"]
    put(columns, History([Person(n, {"since": each}) for n, each in enumerate(told, 1)]))
    document = {"kind": "attribute", "name": "since", "operator": "in_last_days", "value": 7}
    answers = asked(columns, [parse_definition(document)], wants_due=True)
    assert [_instant(each) for each in answers.due_ms] == [
        datetime(2026, 6, 5, tzinfo=SHANGHAI),
        datetime(2026, 6, 6, tzinfo=SHANGHAI),
        None,
        None,
    ]


def test_a_window_of_the_calendar_that_comes_nearer_asks_a_few_times_only(columns: Columns) -> None:
    put(columns, History([Person(1)], [Happening("paid", 1, NOON)]))
    condition = parse_definition(event(window={"kind": "calendar", "unit": "day", "back": 100, "count": 1}))
    as_of, looks = NOON, 0
    while (due := _instant(asked(columns, [condition], as_of, wants_due=True).due_ms[0])) is not None:
        as_of, looks = due, looks + 1
        was_in = asked(columns, [condition], as_of).members(0).tolist() == [1]
        assert was_in == (as_of == datetime(2026, 9, 9, tzinfo=SHANGHAI))
    assert as_of == datetime(2026, 9, 10, tzinfo=SHANGHAI)
    assert looks < 12


def _instant(due_ms: int) -> datetime | None:
    return None if due_ms == NEVER_MS else EPOCH + timedelta(milliseconds=int(due_ms))
