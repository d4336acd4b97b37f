"""Editions: whole or not at all, asked until nothing stands on them, made anew where the columns lost them, without the erased."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pytest

from siyu.domain.segments import reading, service
from siyu.domain.segments.contracts import EstimateTrouble, UnknownEstimateError
from siyu.engines.audience.building import build_waiting
from siyu.engines.audience.keeping import Audience
from siyu.engines.insight.estimating import Estimator, Parameters, compute_estimate, missing_models
from siyu.engines.projection import rewriting
from siyu.engines.projection.rewriting import rewrite_profiles
from siyu.platform.columns.client import Columns
from siyu.platform.columns.editions import EditionWriter, editions_there
from siyu.platform.columns.schema import ESTIMATES, empty_tables
from siyu.platform.postgres.database import Database
from tests.engines.audience.keeping_scenes import SIYU, a_segment, is_one_person, known, told_why
from tests.engines.audience.keeping_steps import an_audience, in_segment, project, settle

ALIVE = {"kind": "estimate", "model": "value", "name": "p_alive", "operator": "at_least", "value": 0.5}


@pytest.fixture
def audience(database: Database, columns: Columns) -> Audience:
    return an_audience(database, columns)


def saying(alive: Mapping[int, float]) -> Estimator:
    """An estimator that says this of customers."""

    def estimate(writer: EditionWriter, as_of: datetime) -> Parameters:
        ids = np.array(sorted(alive), np.uint64)
        writer.rows(ids, {"p_alive": np.array([alive[each] for each in sorted(alive)])})
        return {"told": len(alive), "as_of": as_of.isoformat()}

    return estimate


def compute(audience: Audience, alive: Mapping[int, float]) -> int:
    return compute_estimate(audience.database, audience.columns, SIYU, "value", saying(alive)).edition


def rows(columns: Columns) -> set[tuple[int, int]]:
    return set(columns.query(f"SELECT edition, customer_id FROM {ESTIMATES}"))  # noqa: S608


def test_a_segment_follows_each_edition_and_the_one_before_serves_until_then(audience: Audience) -> None:
    database = audience.database
    ada, bo, cy = known(database, "ada", "bo", "cy")
    segment_id = a_segment(database, ALIVE)
    other_id = a_segment(database, {**ALIVE, "operator": "is_not_set", "value": None})
    settle(audience)
    assert in_segment(database, segment_id) == []
    assert in_segment(database, other_id) == [ada, bo, cy]

    assert compute(audience, {ada: 0.9, bo: 0.1}) == 1
    assert in_segment(database, segment_id) == []
    settle(audience)
    assert (in_segment(database, segment_id), in_segment(database, other_id)) == ([ada], [cy])
    with database.read() as work:
        state = service.get_estimate(work, SIYU, "value")
        assert reading.editions(work) == {"value": 1}
    assert (state.customers, state.parameters["told"], state.trouble) == (2, 2, None)

    assert compute(audience, {ada: 0.2, bo: 0.8, cy: 0.5}) == 2
    (dee,) = known(database, "dee")
    project(audience)
    with database.read() as work:
        assert reading.editions_asked(work, "value") == {1, 2}
    assert in_segment(database, segment_id) == [ada]
    settle(audience)
    assert (in_segment(database, segment_id), in_segment(database, other_id)) == ([bo, cy], [dee])
    why = [each for each in told_why(database) if each[1] in {ada, bo} and each[2] == "built"]
    assert ("segment_exited", ada, "built") in why
    assert ("segment_entered", bo, "built") in why
    assert editions_there(audience.columns, "value") == {1: 2, 2: 3}
    assert compute(audience, {ada: 0.2}) == 3
    assert editions_there(audience.columns, "value") == {1: 2, 2: 3, 3: 1}
    settle(audience)
    assert compute(audience, {ada: 0.2}) == 4
    assert set(editions_there(audience.columns, "value")) == {2, 3, 4}


def test_an_edition_that_something_is_kept_by_stays_whatever_comes(audience: Audience) -> None:
    database = audience.database
    (ada,) = known(database, "ada")
    segment_id = a_segment(database, ALIVE)
    compute(audience, {ada: 0.9})
    settle(audience)
    for _ in range(4):
        compute(audience, {ada: 0.1})
    assert set(editions_there(audience.columns, "value")) == {1, 3, 4, 5}
    assert in_segment(database, segment_id) == [ada]
    build_waiting(audience)
    assert in_segment(database, segment_id) == []


def test_a_try_that_breaks_off_or_comes_to_nothing_leaves_what_was(audience: Audience) -> None:
    database = audience.database
    ada, bo = known(database, "ada", "bo")
    project(audience)
    compute(audience, {ada: 0.9})

    def breaks(writer: EditionWriter, as_of: datetime) -> Parameters:
        saying({bo: 1.0})(writer, as_of)
        raise ConnectionError

    def nothing(writer: EditionWriter, as_of: datetime) -> EstimateTrouble:
        saying({bo: 1.0})(writer, as_of)
        return "few_buyers"

    with pytest.raises(ConnectionError):
        compute_estimate(database, audience.columns, SIYU, "value", breaks)
    assert rows(audience.columns) == {(1, ada), (2, bo)}
    found = compute_estimate(database, audience.columns, SIYU, "value", nothing)
    assert (found.edition, found.trouble) == (1, "few_buyers")
    assert rows(audience.columns) == {(1, ada)}
    with database.read() as work:
        state = service.get_estimate(work, SIYU, "value")
    assert (state.edition, state.customers, state.trouble) == (1, 1, "few_buyers")
    assert compute(audience, {bo: 0.5}) == 2
    with database.read() as work:
        assert service.get_estimate(work, SIYU, "value").trouble is None


def test_what_the_columns_lost_is_known_to_be_missing(audience: Audience) -> None:
    database, columns = audience.database, audience.columns
    (ada,) = known(database, "ada")
    project(audience)
    assert missing_models(database, columns) == []
    compute(audience, {ada: 0.9})
    assert missing_models(database, columns) == []
    empty_tables(columns)
    assert missing_models(database, columns) == ["value"]
    compute(audience, {ada: 0.9})
    assert missing_models(database, columns) == []


@pytest.mark.parametrize("at_once", [1, 20_000])
def test_who_is_gone_is_in_no_edition(audience: Audience, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    """Also where so many are erased that the columns are made anew."""
    monkeypatch.setattr(rewriting, "PROFILES_MAX", at_once)
    database, columns = audience.database, audience.columns
    ada, bo, cy = known(database, "ada", "bo", "cy")
    project(audience)
    for _ in range(2):
        compute(audience, {ada: 0.9, bo: 0.5, cy: 0.1})
    is_one_person(database, "ada", "bo")
    project(audience)
    with database.begin() as work:
        work.driver.execute("UPDATE customers.profiles SET erased_at = now() WHERE profile_id = %s", (cy,))
    rewrite_profiles(database, columns, [bo, cy])
    assert {customer_id for _, customer_id in rows(columns)} == {ada}
    assert editions_there(columns, "value") == {1: 1, 2: 1}
    ((parts,),) = columns.query("SELECT count() FROM system.parts WHERE NOT active AND table = 'estimates'")
    assert parts == 0


def test_there_are_no_others(database: Database) -> None:
    with database.begin() as work, pytest.raises(UnknownEstimateError):
        service.get_estimate(work, SIYU, "fortune")  # type: ignore[arg-type]  # what a client might send


def test_numbers_and_words_that_are_missing_are_not_there(columns: Columns) -> None:
    writer = EditionWriter(columns, "scene", 4, "test")
    ids = np.array([1, 2], np.uint64)
    writer.rows(ids, {"best_hour": np.array([20.0, np.nan])}, {"city": ["", "上海"]})
    writer.select(
        "SELECT toUInt64(number + 3) AS customer_id, map('best_hour', toFloat64(number)) AS numbers,"
        " map('city', {city:String}) AS words FROM numbers(2)",
        {"city": "北京"},
    )
    found = columns.query(f"SELECT customer_id, numbers, words FROM {ESTIMATES} ORDER BY customer_id")  # noqa: S608
    assert [tuple(each) for each in found] == [
        (1, {"best_hour": 20.0}, {}),
        (2, {}, {"city": "上海"}),
        (3, {"best_hour": 0.0}, {"city": "北京"}),
        (4, {"best_hour": 1.0}, {"city": "北京"}),
    ]


def test_asking_for_one_is_a_job_and_is_noted(database: Database) -> None:
    with database.begin() as work:
        service.ask_estimate(work, SIYU, "value")
        service.ask_estimate(work, SIYU, "value")
        jobs = work.driver.execute("SELECT task_name, args FROM procrastinate_jobs").fetchall()
        noted = work.driver.execute("SELECT verb, subject FROM company.audit").fetchall()
    assert jobs == [("compute_estimate", {"model": "value"})]
    assert noted == [("estimates.compute", "estimate:value")] * 2
