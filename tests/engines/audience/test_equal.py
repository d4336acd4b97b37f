"""What the columns answer to compiled SQL is what the slow reference says, for random definitions over random histories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siyu.domain.segments.contracts import Condition, NotCondition
from siyu.domain.segments.definition import as_document, parse_definition
from siyu.engines.audience.evaluate import members, preview
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns
from tests.domain.segments.definitions import random_condition
from tests.engines.audience.histories import NOON, empty, put, random_history
from tests.engines.audience.reference import matching, universe

EARLY_AND_LATE = [
    NOON + timedelta(milliseconds=1),
    NOON + timedelta(microseconds=500),
    NOON - timedelta(microseconds=1),
    NOON - timedelta(days=1),
    NOON + timedelta(days=5),
]
SCOPES = [*[Scope()] * 8, Scope("1."), Scope("1.2."), Scope("9."), Scope("", own_only=True)]
QUESTIONS = 30
PREVIEWED = 6
"""How many of the questions are asked as previews too, and the other way round."""

Question = tuple[Condition, datetime, Scope]


def random_questions(random: Random) -> Sequence[Question]:
    return [
        (
            random_condition(random),
            random.choice([NOON, random.choice(EARLY_AND_LATE)]),
            random.choice(SCOPES),
        )
        for _ in range(QUESTIONS)
    ]


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a seed cannot be shrunk
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, 2**63))
def test_compiled_and_reference_say_the_same(columns: Columns, seed: int) -> None:
    random = Random(seed)
    history = random_history(random)
    empty(columns)
    put(columns, history)
    for number, (condition, as_of, scope) in enumerate(random_questions(random)):
        assert parse_definition(as_document(condition)) == condition
        expected = matching(history, condition, as_of, scope)
        assert members(columns, condition, as_of, scope).tolist() == expected, condition
        if number < PREVIEWED:
            opposite = sorted({each.customer_id for each in universe(history, scope)} - set(expected), reverse=True)
            seen = preview(columns, NotCondition(condition), as_of, scope)
            assert (seen.count, seen.total) == (len(opposite), len(opposite) + len(expected)), condition
            assert list(seen.sample_ids) == opposite[:10], condition


def test_the_questions_are_worth_asking() -> None:
    """A good part of them match some but not all."""
    telling = 0
    for seed in range(20):
        random = Random(seed)
        history = random_history(random)
        for condition, as_of, scope in random_questions(random):
            telling += 0 < len(matching(history, condition, as_of, scope)) < len(universe(history, scope))
    assert telling > 20 * QUESTIONS * 0.3
