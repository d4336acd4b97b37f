"""What the evaluator answers is what the slow reference says, for random definitions over random histories."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siyu.domain.segments.contracts import Condition, Ids, ListCondition, NotCondition, SegmentCondition
from siyu.domain.segments.definition import as_document, parse_definition
from siyu.engines.audience.evaluate import Answers, evaluate, preview
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns
from tests.domain.segments.definitions import EXPANDED_KINDS, random_condition, random_leaf
from tests.engines.audience.histories import NOON, empty, put, random_history
from tests.engines.audience.pinned import pinned
from tests.engines.audience.reference import SHANGHAI, matching, universe

EARLY_AND_LATE = [
    NOON + timedelta(milliseconds=1),
    NOON + timedelta(microseconds=500),
    NOON - timedelta(microseconds=1),
    NOON - timedelta(days=1),
    NOON + timedelta(days=5),
    NOON + timedelta(hours=12),
    NOON - timedelta(hours=12),
    NOON - timedelta(hours=12, milliseconds=1),
]
SCOPES = [*[Scope()] * 8, Scope("1."), Scope("1.2."), Scope("9."), Scope("", own_only=True)]
LEAVES_OF_A_KIND = 8
TREES = 25
POSITIONS = 3
SETS: Mapping[tuple[str, int], Collection[int]] = {
    ("segment", 1): {1, 2, 3, 5, 8, 13, 21, 999},
    ("segment", 2): set(),
    ("list", 1): range(4, 12),
    ("list", 3): range(1, 40, 2),
}


class Kept:
    """The sets of the tests."""

    def members(self, leaf: SegmentCondition | ListCondition) -> Ids:
        number = leaf.segment_id if isinstance(leaf, SegmentCondition) else leaf.list_id
        return np.array(sorted(SETS.get((leaf.kind, number), ())), np.uint64)


def asked(
    columns: Columns,
    conditions: Sequence[Condition],
    as_of: datetime = NOON,
    scope: Scope | None = None,
    *,
    whom: Sequence[int] | None = None,
    upto: int | None = None,
    wants_due: bool = False,
) -> Answers:
    return evaluate(
        columns,
        conditions,
        as_of,
        zone=SHANGHAI,
        sets=Kept(),
        whom=None if whom is None else np.array(whom, np.uint64),
        scope=scope or Scope(),
        upto=upto,
        wants_due=wants_due,
    )


def random_questions(random: Random) -> list[Condition]:
    leaves: list[Condition] = [random_leaf(random, kind) for kind in EXPANDED_KINDS for _ in range(LEAVES_OF_A_KIND)]
    trees = [random_condition(random, kinds=EXPANDED_KINDS) for _ in range(TREES)]
    return [pinned(each) for each in (*leaves, *trees)]


random_seeds = given(st.integers(0, 2**63))
few = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a seed cannot be shrunk
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@few
@random_seeds
def test_the_evaluator_and_the_reference_say_the_same(columns: Columns, seed: int) -> None:
    random = Random(seed)
    history = random_history(random, positions=POSITIONS)
    empty(columns)
    put(columns, history)
    conditions = random_questions(random)
    for as_of, upto in ((NOON, None), (random.choice(EARLY_AND_LATE), None), (NOON, random.randint(0, POSITIONS))):
        scope = random.choice(SCOPES)
        answers = asked(columns, conditions, as_of, scope, upto=upto)
        assert answers.ids.tolist() == [each.customer_id for each in universe(history, scope, upto)]
        for number, condition in enumerate(conditions):
            expected = matching(history, condition, as_of, scope, sets=SETS, upto=upto)
            assert answers.members(number).tolist() == expected, (as_of, upto, condition)
        newer = [each.customer_id for each in history.people if upto is not None and each.position > upto]
        assert answers.unsettled.tolist() == newer


@few
@random_seeds
def test_some_customers_are_answered_like_all(columns: Columns, seed: int) -> None:
    random = Random(seed)
    history = random_history(random, positions=POSITIONS)
    empty(columns)
    put(columns, history)
    conditions = random_questions(random)
    upto = random.choice([None, 1, 2])
    everybody = asked(columns, conditions, upto=upto, wants_due=True)
    ids = [each.customer_id for each in history.people]
    whom = [*sorted(random.sample(ids, k=random.randint(0, len(ids)))), 500, 10**12]
    some = asked(columns, conditions, whom=whom, upto=upto, wants_due=True)
    here = np.isin(everybody.ids, whom)
    assert some.ids.tolist() == everybody.ids[here].tolist()
    assert some.due_ms.tolist() == everybody.due_ms[here].tolist()
    assert some.unsettled.tolist() == [each for each in everybody.unsettled.tolist() if each in whom]
    for number, condition in enumerate(conditions):
        expected = [each for each in everybody.members(number).tolist() if each in whom]
        assert some.members(number).tolist() == expected, condition


@few
@random_seeds
def test_a_preview_counts_and_shows_who_came_last(columns: Columns, seed: int) -> None:
    random = Random(seed)
    history = random_history(random)
    empty(columns)
    put(columns, history)
    for _ in range(5):
        condition, scope = random_condition(random, kinds=EXPANDED_KINDS), random.choice(SCOPES)
        assert parse_definition(as_document(condition)) == condition
        condition = pinned(condition)
        expected = matching(history, condition, NOON, scope, sets=SETS)
        opposite = sorted({each.customer_id for each in universe(history, scope)} - set(expected), reverse=True)
        seen = preview(columns, NotCondition(condition), NOON, scope, zone=SHANGHAI, sets=Kept())
        assert (seen.count, seen.total) == (len(opposite), len(opposite) + len(expected)), condition
        assert list(seen.sample_ids) == opposite[:10], condition


@pytest.mark.parametrize("kind", EXPANDED_KINDS)
def test_the_questions_are_worth_asking(kind: str) -> None:
    """A good part of the conditions of each kind match some but not all."""
    telling = asked_of = 0
    for seed in range(12):
        random = Random(f"{kind} {seed}")
        history = random_history(random)
        for _ in range(10):
            leaf = pinned(random_leaf(random, kind))
            asked_of += 1
            telling += 0 < len(matching(history, leaf, NOON, sets=SETS)) < len(universe(history, Scope()))
    assert telling > asked_of * 0.1
