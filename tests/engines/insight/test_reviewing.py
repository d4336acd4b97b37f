"""Reviews and plans in numbers: they say what the metrics' own pages say, and what was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from siyu.domain.metrics import service as metrics
from siyu.domain.plans.contracts import BudgetLine, CampaignPlan, Phase, PlanTarget, Review
from siyu.engines.insight.metric_series import series
from siyu.engines.insight.metric_spans import Span
from siyu.engines.insight.metric_trees import tree
from siyu.engines.insight.metric_values import Numbers
from siyu.engines.insight.plan_numbers import plan_numbers
from siyu.engines.insight.reviewing import grain_of, review_numbers
from siyu.engines.insight.terms.periods import between, day_start_ms
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.errors import InvalidError
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.audience.histories import NOON, Happening, put
from tests.engines.insight.test_metric_numbers import a_history

SHANGHAI = ZoneInfo("Asia/Shanghai")
ACTOR = system_actor("test")
KEYS = ("paid_fen", "buyers", "revenue")


@pytest.fixture
def numbers(database: Database, columns: Columns) -> Numbers:
    history, day = a_history(), timedelta(days=1)
    met = [
        Happening("journey_entered", 1 + n % 3, NOON - (10 + n) * day, {"journey_id": 900}, "journeys")
        for n in range(6)
    ]
    early = Happening("experiment_exposed", 2, NOON - 60 * day, {"experiment_id": 901}, "experiments")
    told = {"definition_id": 902, "kind": "experiment"}
    ended = Happening("definition_stopped", 0, NOON - 12 * day, told, "definitions")
    history = replace(history, happenings=[*history.happenings, *met, early, ended])
    put(columns, history)
    with database.begin() as work:
        metrics.install_shipped(work, ACTOR, "CNY")
    return Numbers(database, columns, SHANGHAI, ACTOR)


def test_a_review_says_what_the_metric_pages_say(numbers: Numbers) -> None:
    with numbers.asking([Span(0, 1)]) as question:
        ids = {key: question.ids[key] for key in KEYS}
    with numbers.database.begin() as work:
        metrics.set_targets(work, ACTOR, ids["paid_fen"], "month", {date(2026, 5, 1): 900.0, date(2026, 4, 1): 1.0})
    review = Review("2026-05-01", "2026-05-31", tuple(ids.values()))
    found = review_numbers(numbers, review, None)
    assert (found.is_partial, found.before_begins_on, found.before_ends_on) == (False, "2026-03-31", "2026-04-30")
    assert [each.key for each in found.metrics] == list(KEYS)
    days = between(date(2026, 5, 1), date(2026, 5, 31), "day", NOON, SHANGHAI)
    month = between(date(2026, 5, 1), date(2026, 5, 31), "month", NOON, SHANGHAI)
    bounds = [day_start_ms(day, SHANGHAI) for day in (date(2026, 3, 31), date(2026, 5, 1), date(2026, 6, 1))]
    for each in found.metrics:
        page = series(numbers, each.key, days, compares=True)
        assert each.grain == "day"
        assert [point.value for point in each.trend] == list(page.values)
        assert [point.before for point in each.trend] == list(page.before or ())
        assert [point.day for point in each.trend] == [day.isoformat() for day in page.days]
        assert each.value == series(numbers, each.key, month).values[0]
        root = tree(numbers, each.key, Span(bounds[0], bounds[1]), Span(bounds[1], bounds[2])).root
        assert (each.before, each.value) == (root.before, root.after)
        if each.cause is not None:
            assert each.cause.contribution == root.contribution
            assert [part.contribution for part in each.cause.parts] == [part.contribution for part in root.parts]
    assert any(each.cause is not None for each in found.metrics)
    assert {each.key: each.target for each in found.metrics} == {"paid_fen": 900, "buyers": None, "revenue": None}
    journey = next(each for each in found.done if each.kind == "journey")
    assert (journey.definition_id, journey.times, journey.customers, journey.ended) == (900, 6, 3, False)
    ended = next(each for each in found.done if each.kind == "experiment")
    assert (ended.definition_id, ended.customers, ended.ended) == (902, 0, True)
    assert (found.planned_fen, found.spent_fen) == (None, None)
    assert found.position > 0


def test_a_plan_counts_its_targets_over_its_own_days(numbers: Numbers) -> None:
    with numbers.asking([Span(0, 1)]) as question:
        paid, buyers = question.ids["paid_fen"], question.ids["buyers"]
    plan = CampaignPlan(
        "会员日",
        "may_day",
        "2026-05-18",
        "2026-07-31",
        phases=(
            Phase("warm", "预热", "2026-05-18", "2026-05-24"),
            Phase("later", "返场", "2026-07-01", "2026-07-31"),
        ),
        budget=(BudgetLine("投放", 3000), BudgetLine("券", 2000)),
        targets=(
            PlanTarget(paid, 5000),
            PlanTarget(buyers, 4, "warm"),
            PlanTarget(paid, 9, "later"),
            PlanTarget(10**6, 1),
        ),
    )
    found = plan_numbers(numbers, plan)
    whole, warm, later, unknown = found.targets
    week = series(numbers, "buyers", between(date(2026, 5, 18), date(2026, 5, 24), "week", NOON, SHANGHAI))
    assert warm.actual == week.values[0]
    until_now = between(date(2026, 5, 18), date(2026, 7, 31), "day", NOON, SHANGHAI)
    assert whole.actual == sum(value or 0 for value in series(numbers, "paid_fen", until_now).values)
    assert (later.actual, later.metric and later.metric.key) == (None, "paid_fen")
    assert (unknown.actual, unknown.metric) == (None, None)
    assert (found.planned_fen, found.spent_fen) == (5000, 0)

    of_plan = review_numbers(numbers, Review("2026-05-18", "2026-05-24", (paid, buyers), plan_id=1), plan)
    assert {each.key: each.target for each in of_plan.metrics} == {"paid_fen": None, "buyers": 4}
    assert (of_plan.planned_fen, of_plan.spent_fen) == (5000, 0)
    nobody = Numbers(
        numbers.database,
        numbers.columns,
        SHANGHAI,
        Actor(ActorKind.STAFF, "7", frozenset({"metrics.read"}), Scope("1.9.")),
    )
    unseen = review_numbers(nobody, Review("2026-05-01", "2026-05-31", (paid,)), None)
    assert unseen.metrics[0].value == 0
    of_plan = review_numbers(nobody, Review("2026-05-18", "2026-05-24", (paid,), plan_id=1), plan)
    assert (of_plan.planned_fen, of_plan.spent_fen, plan_numbers(nobody, plan).spent_fen) == (5000, None, None)
    assert [each for each in unseen.done if each.customers] == []
    with pytest.raises(InvalidError):
        review_numbers(numbers, Review("2027-05-18", "2027-05-24"), None)


def test_by_which_periods_a_stretch_is_drawn() -> None:
    assert [grain_of(days) for days in (1, 62, 63, 366, 367)] == ["day", "day", "week", "week", "month"]
