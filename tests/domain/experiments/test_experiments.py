"""Experiments: who is given what, once and for good; and what of them may change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from scipy import stats

from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.experiments import reading, service
from siyu.domain.experiments.contracts import (
    EXPERIMENT_EXPOSED,
    ExperimentBegunError,
    ExperimentRunsError,
    UnknownArmError,
)
from siyu.domain.experiments.rules import arm_of, as_document, parse_experiment
from siyu.domain.segments import reading as segments
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import ForbiddenError, InvalidError
from siyu.platform.postgres.database import Database, Reading
from tests.engines.scenery import a_segment, recorded_statements, some_customers, the_log

SIYU = system_actor("test")
BUYS = {"name": "购买", "of": {"event": "order_paid"}}


def a_document(**changed: object) -> dict[str, Any]:
    arms = [{"key": "control", "name": "原样"}, {"key": "new", "name": "新文案"}]
    return {"hypothesis": "新文案更好", "arms": arms, "primary": BUYS, **changed}


def begun(database: Database, **changed: object) -> int:
    with database.begin() as work:
        made = service.create_experiment(work, SIYU, "欢迎语", a_document(**changed))
        service.begin_experiment(work, SIYU, made.experiment_id)
    return made.experiment_id


def given(database: Database, experiment_id: int, customer_ids: list[int]) -> Mapping[int, str]:
    with database.begin() as work:
        return service.assign(work, SIYU, experiment_id, customer_ids, segments.is_member)


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"arms": [{"key": "control", "name": "原样"}]}, "arms"),
        ({"arms": [{"key": "a", "name": "一"}, {"key": "a", "name": "二"}]}, "arms.1.key"),
        ({"arms": [{"key": "A!", "name": "一"}, {"key": "b", "name": "二"}]}, "arms.0.key"),
        ({"primary": {**BUYS, "measure": "sum"}}, "primary.property"),
        ({"primary": {**BUYS, "property": "total_fen"}}, "primary.property"),
        ({"guardrails": [BUYS]}, "guardrails.0.name"),
        ({"guardrails": [{"name": "退订", "of": {"event": "x"}, "property": "y"}]}, "guardrails.0.property"),
        ({"primary": {**BUYS, "measure": "ratio"}}, "primary.per"),
        ({"primary": {**BUYS, "per": {"of": {"event": "viewed"}}}}, "primary.per"),
        ({"looks": "planned"}, "planned"),
        ({"planned": {"looks": 3, "units": 1000}}, "planned"),
        ({"looks": "planned", "planned": {"looks": 1, "units": 1000}}, "planned.looks"),
        ({"share": 0}, "share"),
        ({"alpha": 1}, "alpha"),
        ({"alpha": 1e-300}, "alpha"),
        ({"power": 0.4}, "power"),
        ({"effect": 1e-300}, "effect"),
        ({"primary": {**BUYS, "measure": "sum", "property": "buyer.phone"}}, "primary.property"),
        ({"days": 91}, "days"),
        ({"color": "red"}, "color"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(changed: Mapping[str, object], path: str) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_experiment(a_document(**changed))
    assert caught.value.fields["path"] == path


def test_a_document_comes_back_as_it_was() -> None:
    experiment = parse_experiment(a_document(share=50, before_days=14, looks="fixed"))
    assert parse_experiment(as_document(experiment)) == experiment


def test_the_lot_falls_by_weight_and_every_experiment_draws_its_own() -> None:
    arms = [{"key": "a", "name": "一", "weight": 3}, {"key": "b", "name": "二"}]
    experiment = parse_experiment(a_document(arms=arms, share=40))
    drawn = [arm_of(7, experiment, customer_id) for customer_id in range(20_000)]
    found = Counter(drawn)
    assert stats.chisquare([found["a"], found["b"], found[None]], [6000, 2000, 12_000]).pvalue > 0.001
    assert drawn == [arm_of(7, experiment, customer_id) for customer_id in range(20_000)]
    whole = replace(experiment, share=100)
    pairs = Counter((arm_of(7, whole, n), arm_of(8, whole, n)) for n in range(20_000))
    expected = [20_000 * one * other / 16 for one in (3, 1) for other in (3, 1)]
    assert stats.chisquare([pairs[a, b] for a in "ab" for b in "ab"], expected).pvalue > 0.001


def test_who_took_part_goes_on_taking_part_when_more_do() -> None:
    few, more = (parse_experiment(a_document(share=share)) for share in (20, 60))
    for customer_id in range(2000):
        arm = arm_of(1, few, customer_id)
        assert arm is None or arm == arm_of(1, more, customer_id)


def test_an_arm_is_given_once_and_told_once(database: Database, clock: ManualClock) -> None:
    who = some_customers(database, 40)
    experiment_id = begun(database)
    first = given(database, experiment_id, who)
    assert set(first) == set(who)
    assert set(first.values()) == {"control", "new"}
    clock.advance(timedelta(days=1))
    assert given(database, experiment_id, who) == first
    told = the_log(database, EXPERIMENT_EXPOSED)
    assert {event.profile_id: event.properties["arm"] for event in told} == first
    assert len(told) == len(who)


def test_who_has_an_arm_keeps_it_when_the_experiment_has_ended_and_nobody_else_gets_one(database: Database) -> None:
    who = some_customers(database, 10)
    experiment_id = begun(database)
    first = given(database, experiment_id, who[:5])
    with database.begin() as work:
        service.end_experiment(work, SIYU, experiment_id)
    assert given(database, experiment_id, who) == first


def test_customers_who_are_merged_keep_the_arm_that_was_given_first(database: Database, clock: ManualClock) -> None:
    who = some_customers(database, 30)
    experiment_id = begun(database)
    drawn = {each: arm_of(experiment_id, parse_experiment(a_document()), each) for each in who}
    older, later = next((a, b) for a in who for b in who if a < b and drawn[a] != drawn[b])
    given(database, experiment_id, [later])
    clock.advance(timedelta(hours=1))
    given(database, experiment_id, [older])
    with database.begin() as work:
        winner = customers.merge(work, SIYU, [older, later], "同一个人")
    assert winner == older
    assert given(database, experiment_id, [older, later]) == dict.fromkeys([older, later], drawn[later])


def test_an_experiment_for_a_segment_takes_nobody_else_in(database: Database) -> None:
    who = some_customers(database, 5)
    experiment_id = begun(database, segment_id=a_segment(database))
    assert given(database, experiment_id, who) == {}


def test_what_is_compared_stays_once_it_has_begun_and_words_may_change(database: Database) -> None:
    experiment_id = begun(database)
    with database.begin() as work:
        service.save_experiment(work, SIYU, experiment_id, "欢迎语二", a_document(hypothesis="换一种说法"))
    for changed in ({"share": 50}, {"days": 3}, {"looks": "fixed"}, {"alpha": 0.1}):
        with pytest.raises(ExperimentBegunError), database.begin() as work:
            service.save_experiment(work, SIYU, experiment_id, "欢迎语", a_document(**changed))


def test_an_experiment_is_for_a_segment_or_for_everybody(database: Database) -> None:
    other = begun(database)
    for segment_id in (other, 9999):
        with pytest.raises(InvalidDefinitionError), database.begin() as work:
            service.create_experiment(work, SIYU, "欢迎语", a_document(segment_id=segment_id))


def test_nobody_is_told_of_customers_whom_they_may_not_see(database: Database) -> None:
    who = some_customers(database, 3)
    experiment_id = begun(database)
    alone = Actor(ActorKind.STAFF, "7", frozenset({"experiments.assign"}), Scope(own_only=True))
    with database.begin() as work:
        assert service.assign(work, alone, experiment_id, who, segments.is_member) == {}
    assert set(given(database, experiment_id, who)) == set(who)


def test_one_that_somebody_took_part_in_is_not_deleted(database: Database) -> None:
    experiment_id = begun(database)
    given(database, experiment_id, some_customers(database, 2))
    with pytest.raises(ExperimentBegunError), database.begin() as work:
        service.delete_experiment(work, SIYU, experiment_id)
    unused = begun(database)
    with database.begin() as work:
        service.delete_experiment(work, SIYU, unused)


def test_many_are_asked_at_once_or_one_by_one_with_the_same_answer_and_few_statements(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = some_customers(database, 30)
    experiment_id = begun(database, share=70)
    one_by_one = {each: given(database, experiment_id, [each]).get(each) for each in who[:15]}
    statements = recorded_statements(monkeypatch)
    together = given(database, experiment_id, who)
    assert sum("experiments.assignments" in each for each in statements) == 2  # who has one, and the new ones
    drawn = {each: arm_of(experiment_id, parse_experiment(a_document(share=70)), each) for each in who}
    assert together == {each: arm for each, arm in drawn.items() if arm is not None}
    assert {each: together.get(each) for each in one_by_one} == one_by_one
    assert len(the_log(database, EXPERIMENT_EXPOSED)) == len(together)


def test_an_arm_is_put_in_force_for_all_once_the_experiment_has_ended(database: Database) -> None:
    who = some_customers(database, 20)
    experiment_id = begun(database, share=50)
    first = given(database, experiment_id, who[:10])
    with pytest.raises(ExperimentRunsError), database.begin() as work:
        service.decide(work, SIYU, experiment_id, "new", "更好", puts_in_force=True)
    with database.begin() as work:
        service.end_experiment(work, SIYU, experiment_id)
        service.decide(work, SIYU, experiment_id, "new", "更好", puts_in_force=True)
    assert given(database, experiment_id, who) == dict.fromkeys(who, "new")
    with database.read() as found:
        told = "SELECT fields ->> 'customers' FROM company.audit WHERE verb = 'experiments.assign'"
        assert found.driver.execute(told).fetchall() == [(str(len(first)),)], "an arm in force is given to nobody anew"
    assert {each.profile_id for each in the_log(database, EXPERIMENT_EXPOSED)} == set(first)
    with pytest.raises(UnknownArmError), database.begin() as work:
        service.decide(work, SIYU, experiment_id, None, "没有", puts_in_force=True)
    with database.begin() as work:
        service.decide(work, SIYU, experiment_id, None, "还是再看看")
    assert given(database, experiment_id, who) == first
    with database.begin() as work:
        service.decide(work, SIYU, experiment_id, "new", "还是它", puts_in_force=True)
        service.resume_experiment(work, SIYU, experiment_id)
        service.end_experiment(work, SIYU, experiment_id)  # who went on with it took that back
        latest = service.list_decisions(work, SIYU, experiment_id)[0]
    assert (latest.note, latest.is_in_force) == ("还是它", False)
    assert given(database, experiment_id, who) == first


def test_what_was_decided_is_written_down(database: Database) -> None:
    experiment_id = begun(database)
    with database.begin() as work:
        service.decide(work, SIYU, experiment_id, None, "没有差别")
        service.decide(work, SIYU, experiment_id, "new", " 复购更高 ")
        found = [(each.arm, each.note) for each in service.list_decisions(work, SIYU, experiment_id)]
    assert found == [("new", "复购更高"), (None, "没有差别")]
    with pytest.raises(UnknownArmError), database.begin() as work:
        service.decide(work, SIYU, experiment_id, "third", "?")
    with pytest.raises(InvalidError), database.begin() as work:
        service.decide(work, SIYU, experiment_id, "new", "  ")


def test_nothing_is_kept_of_who_is_forgotten(database: Database) -> None:
    (who, other) = some_customers(database, 2)
    experiment_id = begun(database)
    given(database, experiment_id, [who, other])
    with database.begin() as work:
        assert len(reading.told_of(work, [who])) == 1
        assert service.forget_arms(work, SIYU, [who]) == {who: 1}
        assert reading.told_of(work, [who]) == []
        assert len(reading.told_of(work, [other])) == 1


def test_an_arm_needs_the_right_to_give_it(database: Database) -> None:
    experiment_id = begun(database)
    reader = Actor(ActorKind.STAFF, "7", frozenset({"experiments.read"}))
    with pytest.raises(ForbiddenError), database.begin() as work:
        service.assign(work, reader, experiment_id, [1], segments.is_member)


def test_nobody_is_made_by_asking(database: Database) -> None:
    experiment_id = begun(database)
    assert given(database, experiment_id, [999]) == {}

    def known(of: Reading) -> bool:
        return Identity("user_id", "x") in customers_reading.customers_known_as(of, [Identity("user_id", "x")])

    with database.read() as of:
        assert not known(of)
