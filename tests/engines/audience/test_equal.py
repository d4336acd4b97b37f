"""What the columns answer to compiled SQL is what the slow reference says, for random definitions over random histories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from siyu.domain.segments.contracts import AttributeCondition, Condition, NotCondition, RecencyCondition
from siyu.domain.segments.definition import as_document, parse_definition
from siyu.engines.audience.evaluate import members, preview
from siyu.kernel.actors import Scope
from siyu.platform.columns.client import Columns
from tests.domain.segments.definitions import conditions
from tests.engines.audience.histories import NOON, Happening, History, Person, empty, histories, put
from tests.engines.audience.reference import matching, universe

AS_OF = st.sampled_from(
    [
        NOON,
        NOON,
        NOON,
        NOON,
        NOON + timedelta(milliseconds=1),
        NOON + timedelta(microseconds=500),
        NOON - timedelta(microseconds=1),
        NOON - timedelta(days=1),
        NOON + timedelta(days=5),
    ]
)
SCOPES = st.sampled_from([Scope(), Scope(), Scope("1."), Scope("1.2."), Scope("9."), Scope("", own_only=True)])
QUESTIONS = st.lists(st.tuples(conditions(), AS_OF, SCOPES), min_size=12, max_size=20)

PREVIEWED = 3
"""How many of the questions are asked as previews too, and the other way round."""

Questions = Sequence[tuple[Condition, datetime, Scope]]


@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking asks the engine for longer than a test may take
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(histories(), QUESTIONS)
@example(
    History([Person(1, {"city": "2026-05-31"})]), [(AttributeCondition("city", "is", "2026-05-31"), NOON, Scope())]
)
@example(
    History([Person(1), Person(2)], [Happening("order_paid", 2, NOON - timedelta(days=7))], {2: 1}),
    [(RecencyCondition("order_paid", "more_than", 7), NOON, Scope())],
)
def test_compiled_and_reference_say_the_same(columns: Columns, history: History, questions: Questions) -> None:
    empty(columns)
    put(columns, history)
    for number, (condition, as_of, scope) in enumerate(questions):
        assert parse_definition(as_document(condition)) == condition
        expected = matching(history, condition, as_of, scope)
        assert members(columns, condition, as_of, scope).tolist() == expected, condition
        if number < PREVIEWED:
            opposite = sorted({each.customer_id for each in universe(history, scope)} - set(expected), reverse=True)
            seen = preview(columns, NotCondition(condition), as_of, scope)
            assert (seen.count, seen.total) == (len(opposite), len(opposite) + len(expected)), condition
            assert list(seen.sample_ids) == opposite[:10], condition
