"""Experiments counted in the columns, against a plain reading; and what is said of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.definitions.contracts import EventMatch, Filter
from siyu.domain.experiments.contracts import EXPERIMENT_EXPOSED, Aggregate, Arm, Experiment, Outcome, PlannedLooks
from siyu.engines.insight.experiments.comparing import difference, fixed_horizon
from siyu.engines.insight.experiments.counting import Trial, counted, doers
from siyu.engines.insight.experiments.results import Looks, Results, outcome_result, results
from siyu.engines.insight.experiments.samples import Sums, ratio_arm
from siyu.engines.insight.terms.whom import Whom
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns
from tests.engines.audience.histories import NOON, Happening, History, Person, empty, put

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
CNY = (Filter("currency", "is", "CNY"),)
OUTCOMES = (
    Outcome("买", EventMatch("order_paid")),
    Outcome("次", EventMatch("order_paid"), "count"),
    Outcome("率", EventMatch("order_paid"), "ratio", "total_fen", Aggregate(EventMatch("order_paid"))),
    Outcome("比", EventMatch("order_paid", CNY), "ratio", None, Aggregate(EventMatch("order_paid"), "total_fen")),
    Outcome("额", EventMatch("order_paid", CNY), "sum", "total_fen"),
)
DAYS, BEFORE = 2, 1


def came(who: int, hour: int, arm: str, experiment_id: int = 5) -> Happening:
    return Happening(
        EXPERIMENT_EXPOSED, who, NOON + hour * HOUR, {"experiment_id": experiment_id, "arm": arm}, "experiments"
    )


def bought(who: int, hour: int, fen: int, currency: str = "CNY") -> Happening:
    return Happening("order_paid", who, NOON + hour * HOUR, {"total_fen": fen, "currency": currency}, "orders")


ACTS = st.one_of(
    st.builds(came, st.integers(1, 8), st.integers(0, 30), st.sampled_from(["a", "b"]), st.sampled_from([5, 5, 6])),
    st.builds(bought, st.integers(1, 8), st.integers(-30, 90), st.integers(0, 500), st.sampled_from(["CNY", "USD"])),
)


def plainly(
    acts: Sequence[tuple[int, Happening]],
) -> tuple[dict[str, int], int, list[dict[str, Sums]], list[dict[str, set[int]]]]:
    first: dict[int, tuple[Happening, set[str]]] = {}
    for customer, act in sorted(acts, key=lambda each: each[1].occurred_at):
        if act.name == EXPERIMENT_EXPOSED and act.properties["experiment_id"] == 5:
            first.setdefault(customer, (act, set()))[1].add(act.properties["arm"])
    units: dict[str, int] = defaultdict(int)
    values: list[dict[str, list[tuple[float, float]]]] = [defaultdict(list) for _ in OUTCOMES]
    did: list[dict[str, set[int]]] = [defaultdict(set) for _ in OUTCOMES]
    several = 0
    for customer, (exposure, arms) in first.items():
        if len(arms) > 1:
            several += 1
            continue
        (arm,) = arms
        units[arm] += 1
        since = exposure.occurred_at
        theirs = [act for who, act in acts if who == customer and act.name == "order_paid"]
        after = [act for act in theirs if since <= act.occurred_at < since + timedelta(days=DAYS)]
        before = [act for act in theirs if since - timedelta(days=BEFORE) <= act.occurred_at < since]
        for n, outcome in enumerate(OUTCOMES):
            pair = []
            for found in (after, before):
                passing = [act for act in found if not outcome.of.where or act.properties["currency"] == "CNY"]
                spent = sum(act.properties["total_fen"] for act in passing)
                amount = spent if outcome.property else len(passing)
                value = {"rate": min(len(passing), 1), "count": len(passing), "sum": spent, "ratio": amount}
                pair.append(float(value[outcome.measure]))
            if outcome.per is not None:
                by = sum(act.properties["total_fen"] for act in after) if outcome.per.property else len(after)
                pair[1] = float(by)
            values[n][arm].append((pair[0], pair[1]))
            if any(not outcome.of.where or act.properties["currency"] == "CNY" for act in after):
                did[n][arm].add(customer)
    sums = [
        {
            arm: Sums(
                len(pairs),
                sum(y for y, _ in pairs),
                sum(y * y for y, _ in pairs),
                sum(x for _, x in pairs),
                sum(x * x for _, x in pairs),
                sum(x * y for y, x in pairs),
            )
            for arm, pairs in each.items()
        }
        for each in values
    ]
    return dict(units), several, sums, did


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, max_size=80), st.booleans())
def test_arms_are_counted_as_a_plain_reading_does(columns: Columns, acts: list[Happening], is_merged: bool) -> None:
    merged = {8: 1, 7: 2} if is_merged else {}
    empty(columns)
    put(columns, History([Person(n, is_deleted=n in merged) for n in range(1, 9)], acts, merged))
    trial = Trial(5, OUTCOMES, DAYS, BEFORE, milliseconds_of(NOON + 100 * HOUR))
    found = counted(columns, trial, SHANGHAI.key, Whom())
    units, several, sums, did = plainly([(merged.get(act.profile_id, act.profile_id), act) for act in acts])
    assert (found.units, found.several) == (units, several)
    assert [dict(each) for each in found.sums] == sums
    for outcome, theirs, counts in zip(OUTCOMES, did, found.did, strict=True):
        assert counts == {arm: len(theirs[arm]) for arm in units}
        for arm in units:
            assert doers(columns, trial, outcome, arm, Whom()).tolist() == sorted(theirs[arm])
    assert sum(count for _, _, count in found.by_day) == sum(units.values())


TRIAL = Experiment(
    "更好",
    (Arm("a", "一"), Arm("b", "二")),
    Outcome("买", EventMatch("order_paid")),
    (Outcome("退订", EventMatch("unsubscribed"), is_lower_better=True),),
)


def world(columns: Columns, buyers: tuple[int, int], leavers: tuple[int, int] = (0, 0), each: int = 400) -> None:
    acts = []
    for n in range(2 * each):
        arm, place = ("a", "b")[n % 2], n // 2
        acts.append(came(n + 1, 0, arm))
        acts += [bought(n + 1, 1, 100)] if place < buyers[n % 2] else []
        acts += [Happening("unsubscribed", n + 1, NOON + HOUR)] if place < leavers[n % 2] else []
    empty(columns)
    put(columns, History([Person(n + 1) for n in range(2 * each)], acts))


@pytest.mark.parametrize(
    ("buyers", "leavers", "advice"),
    [
        ((40, 120), (10, 10), "better"),
        ((120, 40), (10, 10), "worse"),
        ((40, 120), (10, 100), "harm"),
        ((40, 44), (10, 10), "wait"),
    ],
)
def test_what_there_is_to_do_is_said(
    columns: Columns, buyers: tuple[int, int], leavers: tuple[int, int], advice: str
) -> None:
    world(columns, buyers, leavers)
    found = results(columns, 5, TRIAL, NOON + 50 * HOUR, SHANGHAI, Whom())
    assert found.advice == advice
    (variant,) = found.outcomes[0].variants
    assert variant.mean == pytest.approx(buyers[1] / 400)
    assert found.outcomes[0].control_mean == pytest.approx(buyers[0] / 400)
    assert (variant.belief.better > 0.5) == (buyers[1] > buyers[0])


def test_a_lot_that_fell_wrong_is_said_before_all_else(columns: Columns) -> None:
    acts = [came(n, 0, "a" if n <= 300 else "b") for n in range(1, 401)]
    empty(columns)
    put(columns, History([Person(n) for n in range(1, 401)], acts))
    assert results(columns, 5, TRIAL, NOON + HOUR, SHANGHAI, Whom()).advice == "mismatch"


def test_a_lower_number_may_be_the_better_one() -> None:
    outcome = TRIAL.guardrails[0]
    sums = {"a": Sums(5000, 500, 500), "b": Sums(5000, 250, 250)}
    found = outcome_result(TRIAL, outcome, sums, lambda lift, _: fixed_horizon(lift, 0.05))
    (variant,) = found.variants
    assert variant.says == "better"
    assert variant.belief.better > 0.99
    assert variant.belief.loss_of_control > variant.belief.loss_of_variant


def test_a_result_that_is_read_once_waits_until_enough_have_come(columns: Columns) -> None:
    world(columns, (40, 120))
    fixed = Experiment(TRIAL.hypothesis, TRIAL.arms, TRIAL.primary, effect=0.1, looks="fixed")
    found = results(columns, 5, fixed, NOON + 50 * HOUR, SHANGHAI, Whom())
    assert found.needed is not None
    assert found.needed > 800
    assert found.advice == "wait"


def test_harm_is_said_whatever_way_was_chosen_to_look(columns: Columns) -> None:
    world(columns, (200, 40))
    once = replace(TRIAL, effect=0.01, looks="fixed")
    for experiment in (once, replace(TRIAL, looks="planned", planned=PlannedLooks(2, 100_000))):
        found = results(columns, 5, experiment, NOON + 50 * HOUR, SHANGHAI, Whom())
        assert (found.advice, found.should_stop) == ("worse", True)


def test_a_planned_look_sees_what_there_was_to_see_then_and_no_later(columns: Columns) -> None:
    """Sixty come a day; the first hundred, whose two days are over on the fourth, show nothing, all others everything."""
    acts = []
    for n in range(240):
        acts.append(came(n + 1, n // 60 * 24, ("a", "b")[n % 2]))
        is_buyer = n % 4 < 2 if n < 120 else n % 2 == 1
        acts += [bought(n + 1, n // 60 * 24 + 5, 100)] if is_buyer else []
    empty(columns)
    put(columns, History([Person(n + 1) for n in range(240)], acts))
    experiment = replace(TRIAL, days=2, looks="planned", planned=PlannedLooks(2, 240))

    def at(day: int) -> Results:
        return results(columns, 5, experiment, NOON + timedelta(days=day, hours=1), SHANGHAI, Whom())

    early = at(2)
    assert early.looks == Looks(0, 2, None)
    assert (early.outcomes[0].variants, early.advice, early.should_stop) == ([], "wait", False)
    for day in (3, 4):
        found = at(day)
        assert found.looks == Looks(1, 2, milliseconds_of(NOON + timedelta(days=3)))
        (variant,) = found.outcomes[0].variants
        assert (found.outcomes[0].control_mean, variant.mean, found.advice) == (0.5, 0.5, "wait")
    for day in (5, 50):
        last = at(day)
        (variant,) = last.outcomes[0].variants
        assert (last.outcomes[0].control_mean, variant.mean, last.advice) == (0.25, 0.75, "better")
        assert last.looks == Looks(2, 2, milliseconds_of(NOON + timedelta(days=5)))


def test_a_ratio_is_of_all_customers_of_an_arm_together() -> None:
    outcome = OUTCOMES[2]
    sums = {
        "a": Sums(400, 2000, 12_000, 1000, 3000, 5500),
        "b": Sums(400, 2600, 20_000, 1000, 3000, 7000),
        "c": Sums(9, 0, 0),
    }
    experiment = replace(TRIAL, arms=(*TRIAL.arms, Arm("c", "三")), before_days=7)
    found = outcome_result(experiment, outcome, sums, lambda lift, _: fixed_horizon(lift, 0.05))
    (variant,) = found.variants
    assert (found.control_mean, variant.mean, found.variance_taken) == (2.0, 2.6, None)
    assert variant.lift.error == pytest.approx(difference(ratio_arm(sums["a"]), ratio_arm(sums["b"])).error)


def test_nobody_yet_is_no_error(columns: Columns) -> None:
    empty(columns)
    found = results(columns, 5, TRIAL, NOON, SHANGHAI, Whom())
    assert (found.advice, found.counted.units, found.outcomes[0].variants) == ("wait", {}, [])
