"""Journeys that part ways: by lot and by experiments, on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, cast

import psycopg
import pytest

from siyu.domain.customers import service as customers
from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.experiments import reading as experiments_reading
from siyu.domain.experiments import service as experiments
from siyu.domain.experiments.contracts import EXPERIMENT_EXPOSED
from siyu.domain.experiments.rules import as_document
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import MessagePlan
from siyu.domain.segments import reading as segments
from siyu.engines.orchestration import advance_once
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.engines.orchestration.orchestrating import follow, numbers, requested
from tests.engines.scenery import (
    SIYU,
    a_journey,
    a_segment,
    enter,
    recorded_statements,
    send,
    some_customers,
    the_log,
    wait,
)


def an_experiment(database: Database, *, is_begun: bool = True, **changed: object) -> int:
    document = {
        "hypothesis": "新文案更好",
        "arms": [{"key": "control", "name": "原样"}, {"key": "new", "name": "新文案"}],
        "primary": {"name": "购买", "of": {"event": "order_paid"}},
        **changed,
    }
    with database.begin() as work:
        made = experiments.create_experiment(work, SIYU, "欢迎语", document)
        if is_begun:
            experiments.begin_experiment(work, SIYU, made.experiment_id)
    return made.experiment_id


def a_document_of(database: Database, experiment_id: int) -> Mapping[str, Any]:
    with database.read() as reading:
        return as_document(experiments_reading.whatever_state(reading, experiment_id).shown)


def database_waits(database: Database) -> bool:
    """Whether anybody waits for the lock that erasing holds."""
    with database.read() as reading:
        row = reading.driver.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchone()
    return bool(row and row[0])


def split(experiment_id: int | None, **arms: str | None) -> dict[str, Any]:
    """Each arm leads to the node named."""
    made = [{"key": key, "name": key, "weight": 1, "next": edge} for key, edge in arms.items()]
    return {"kind": "split", "experiment_id": experiment_id, "arms": made}


def variants(experiment_id: int, **texts: str) -> dict[str, Any]:
    made = [{"arm": arm, "title": text, "body": "x", "link_url": None} for arm, text in texts.items()]
    return {**send("原文"), "experiment_id": experiment_id, "variants": made}


def told_at(database: Database, journey: int, key: str) -> tuple[int, tuple[int, ...]]:
    """How many rest at a node, and how many went each way: known of each way where all customers are seen."""
    with database.read() as reading:
        found = journeys_reading.node_numbers(reading, journey, 1)
    (row,) = [each for each in found if each.key == key]
    return row.resting, cast("tuple[int, ...]", row.edges)


def arms_of(database: Database, experiment_id: int, who: list[int]) -> dict[int, str]:
    with database.begin() as work:
        return experiments.assign(work, SIYU, experiment_id, who, segments.is_member)


def test_an_experiment_decides_once_for_a_split_and_a_text(database: Database, clock: ManualClock) -> None:
    segment, experiment = a_segment(database), an_experiment(database)
    journey = a_journey(
        database,
        segment,
        {**split(experiment, control="text", new="more"), "key": "part"},
        {**send("加一条"), "key": "more"},
        {**wait(10), "key": "rest"},
        {**variants(experiment, new="新文"), "key": "text"},
        {**wait(5), "key": "again"},
        {**send("结尾"), "key": "last"},
        exit_on_leave=False,
    )
    who = some_customers(database, 40)
    enter(database, segment, who)
    follow(database)
    assert advance_once(database) == 40
    exposed = {event.profile_id: event.properties["arm"] for event in the_log(database, EXPERIMENT_EXPOSED)}
    assert exposed.keys() == set(who)
    assert arms_of(database, experiment, who) == exposed
    new = {each for each in who if exposed[each] == "new"}
    assert told_at(database, journey, "part") == (0, (40 - len(new), len(new)))
    assert told_at(database, journey, "more") == (0, (len(new),))
    assert told_at(database, journey, "text") == (0, (40 - len(new),))
    assert told_at(database, journey, "again") == (40 - len(new), (0,))
    for minutes in (10, 5):
        clock.advance(timedelta(minutes=minutes))
        while advance_once(database):
            pass
    with database.read() as reading:
        plan = journeys_reading.plans(reading, [(journey, 1)])[journey, 1]
    text_of: dict[int, str] = {}
    for place, node in enumerate(plan.places):
        if isinstance(node, MessagePlan):
            text_of |= {place: node.title, **{each.step: f"{node.title}/{each.arm}" for each in node.variants}}
    titles = Counter((customer in new, text_of[step]) for customer, step in requested(database))
    assert titles == {
        (True, "加一条"): len(new),
        (True, "原文/new"): len(new),
        (True, "结尾"): len(new),
        (False, "原文"): 40 - len(new),
        (False, "结尾"): 40 - len(new),
    }
    assert numbers(database, journey).completed == 40
    assert len(the_log(database, EXPERIMENT_EXPOSED)) == 40


def test_a_step_that_fails_half_way_exposes_nobody_and_the_next_everybody_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment, experiment = a_segment(database), an_experiment(database)
    a_journey(database, segment, split(experiment, control="n1", new="n2"), {**send(), "next": None}, wait(5))
    who = some_customers(database, 12)
    enter(database, segment, who)
    follow(database)

    def fail(_: UnitOfWork) -> None:
        raise psycopg.OperationalError("the machine went away")

    with monkeypatch.context() as broken:
        broken.setattr(UnitOfWork, "append_recorded", fail)
        with pytest.raises(psycopg.OperationalError):
            advance_once(database)
    assert the_log(database, EXPERIMENT_EXPOSED) == []
    assert advance_once(database) == 12
    assert sorted(event.profile_id for event in the_log(database, EXPERIMENT_EXPOSED)) == who


def test_who_takes_no_part_goes_the_way_of_the_control(database: Database) -> None:
    segment = a_segment(database)
    nobody = an_experiment(database, segment_id=a_segment(database))
    planned = an_experiment(database, is_begun=False)
    a_journey(
        database,
        segment,
        split(nobody, control="n1", new="n2"),
        {**send("甲"), "next": "n3"},
        wait(5),
        split(planned, control="n4", new="n5"),
        {**send("乙"), "next": None},
        wait(5),
    )
    who = some_customers(database, 6)
    enter(database, segment, who)
    follow(database)
    advance_once(database)
    assert len(requested(database)) == 12
    assert the_log(database, EXPERIMENT_EXPOSED) == []


def test_the_winner_is_put_in_force_for_all(database: Database) -> None:
    segment, experiment = a_segment(database), an_experiment(database)
    journey = a_journey(database, segment, variants(experiment, new="新文"))
    with database.begin() as work:
        experiments.end_experiment(work, SIYU, experiment)
        experiments.decide(work, SIYU, experiment, "new", "更好", puts_in_force=True)
    enter(database, segment, some_customers(database, 8))
    follow(database)
    advance_once(database)
    with database.read() as reading:
        (node,) = journeys_reading.plans(reading, [(journey, 1)])[journey, 1].places
    assert isinstance(node, MessagePlan)
    assert {step for _, step in requested(database)} == {node.variants[0].step}


def test_a_lot_parts_thousands_in_a_handful_of_statements(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    segment, experiment = a_segment(database), an_experiment(database)
    parting = {**split(None, a="wait", b=None), "key": "part"}
    journey = a_journey(database, segment, variants(experiment, new="新文"), parting, {**wait(1), "key": "wait"})
    who = some_customers(database, 2000, consenting=False)
    enter(database, segment, who)
    follow(database)
    statements = recorded_statements(monkeypatch)
    assert advance_once(database) == 2000
    assert len(statements) <= 24, statements
    _, (went, others) = told_at(database, journey, "part")
    assert (told_at(database, journey, "wait")[0], went + others) == (went, 2000)
    assert 850 < went < 1150


def test_arms_that_a_journey_goes_by_stay_though_the_experiment_has_not_begun(database: Database) -> None:
    segment, experiment = a_segment(database), an_experiment(database, is_begun=False)
    document = a_document_of(database, experiment)
    renamed = {**document, "arms": [{"key": "control", "name": "原样"}, {"key": "other", "name": "另一种"}]}
    with database.begin() as work:
        experiments.save_experiment(work, SIYU, experiment, "欢迎语", renamed)
        experiments.save_experiment(work, SIYU, experiment, "欢迎语", document)
    a_journey(database, segment, variants(experiment, new="新文"))
    with pytest.raises(InvalidDefinitionError) as caught, database.begin() as work:
        experiments.save_experiment(work, SIYU, experiment, "欢迎语", renamed)
    assert (caught.value.fields["path"], "唤回" in str(caught.value.fields["reason_zh"])) == ("arms", True)
    with database.begin() as work:
        experiments.save_experiment(work, SIYU, experiment, "欢迎语", {**document, "share": 50})


def test_nobody_waits_for_each_other_where_customers_are_erased_meanwhile(database: Database) -> None:
    segment, experiment = a_segment(database), an_experiment(database)
    a_journey(database, segment, variants(experiment, new="新文"))
    who = some_customers(database, 6)
    enter(database, segment, who)
    follow(database)
    with ThreadPoolExecutor(1) as pool:
        with database.begin() as erasing:
            customers.lock_erasing(erasing, SIYU)
            advancing = pool.submit(advance_once, database)
            while not database_waits(database) and not advancing.done():
                pass
            assert sum(journeys.end_entries(erasing, SIYU, who).values()) == 6
        assert advancing.result() == 0
    assert requested(database) == []
