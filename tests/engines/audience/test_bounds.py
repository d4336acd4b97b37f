"""However much comes at once, a tick looks at so many customers and a transaction puts so many segments in place; nothing of it
shows in what is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from siyu.domain.segments import reading, service
from siyu.domain.segments.contracts import SEGMENT_ENTERED, SEGMENT_EXITED, Change, Found
from siyu.domain.segments.ladders_rules import as_document
from siyu.domain.segments.ladders_templates import layers
from siyu.engines.audience import building, keeping
from siyu.engines.audience.building import build_waiting
from siyu.engines.audience.keeping import Audience, Ticked, has_work, tick_once
from siyu.engines.audience.refresh import refresh_all
from siyu.kernel.actors import Actor
from siyu.kernel.clock import ManualClock
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.engines.audience.keeping_scenes import SIYU, TWICE, a_segment, buys, known, told
from tests.engines.audience.keeping_steps import an_audience, in_segment, project, settle

TODAY = {**TWICE, "value": 1, "window": {"kind": "calendar", "unit": "day"}}
LATELY = {**TWICE, "value": 1, "window": {"kind": "rolling", "most": {"amount": 1}}}


@pytest.fixture
def audience(database: Database, columns: Columns) -> Audience:
    return an_audience(database, columns)


def refreshed_at(database: Database, segment_id: int) -> Any:
    with database.read() as work:
        return reading.states_of(work, [segment_id])[segment_id].refreshed_at


def whole_day(audience: Audience, clock: ManualClock) -> tuple[list[int], int]:
    """Five people of whom the day is over, and the segment they are in."""
    people = known(audience.database, *(f"u{n}" for n in range(5)))
    segment_id = a_segment(audience.database, TODAY)
    buys(audience.database, *people)
    settle(audience)
    assert in_segment(audience.database, segment_id) == sorted(people)
    clock.advance(timedelta(days=1))
    return people, segment_id


def test_where_a_day_begins_so_many_are_looked_at_in_one_tick(
    audience: Audience, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "DUES_AT_ONCE", 2)
    people, segment_id = whole_day(audience, clock)
    ticks: list[Ticked] = []
    while has_work(audience):
        as_of = clock.now()
        ticked = tick_once(audience)
        assert ticked is not None
        ticks.append(ticked)
        assert (refreshed_at(audience.database, segment_id) < as_of) == (
            len(ticks) < 3
        )  # as long as somebody is overdue
    assert [(each.customers, each.is_whole) for each in ticks] == [(2, False), (2, False), (1, True)]
    assert in_segment(audience.database, segment_id) == []
    exited = [each for name, each in told(audience.database) if name == SEGMENT_EXITED]
    assert exited == sorted(people)


def test_the_longest_due_come_first_and_what_happens_is_looked_at_at_once(
    audience: Audience, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "DUES_AT_ONCE", 1)
    cy, bo, ada = known(audience.database, "cy", "bo", "ada")
    segment_id = a_segment(audience.database, LATELY)
    for minutes, one in enumerate((ada, bo)):
        buys(audience.database, one, ago=timedelta(minutes=10 - minutes))
    settle(audience)
    clock.advance(timedelta(days=1))
    buys(audience.database, cy)
    project(audience)
    assert tick_once(audience) is not None
    assert in_segment(audience.database, segment_id) == sorted([bo, cy])
    assert tick_once(audience) is not None
    assert in_segment(audience.database, segment_id) == [cy]


def test_a_refresh_of_all_waits_for_nobody(
    audience: Audience, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "DUES_AT_ONCE", 1)
    _, segment_id = whole_day(audience, clock)
    refresh_all(audience)
    assert in_segment(audience.database, segment_id) == []


class Pieces:
    """What came into force in one transaction; `fails_at` is the number of one that is interrupted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.found: list[list[int]] = []
        self.fails_at: int | None = None
        apply_found = service.apply_found

        def applied(work: UnitOfWork, actor: Actor, found: Found) -> Mapping[int, Change] | None:
            if not found.is_build:
                return apply_found(work, actor, found)
            if len(self.found) == self.fails_at:
                raise ConnectionError("interrupted")
            self.found.append([each.segment_id for each in found.segments])
            return apply_found(work, actor, found)

        monkeypatch.setattr(service, "apply_found", applied)


def some_segments(audience: Audience) -> tuple[int, Sequence[int]]:
    (ada,) = known(audience.database, "ada")
    buys(audience.database, ada, ada)
    project(audience)
    return ada, [a_segment(audience.database, {**TWICE, "value": value}) for value in (1, 2, 1)]


def test_large_segments_are_put_in_place_one_by_one(audience: Audience, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "BITS_AT_ONCE", 1)
    pieces = Pieces(monkeypatch)
    ada, segment_ids = some_segments(audience)
    assert set(build_waiting(audience)) == set(segment_ids)
    assert pieces.found == [[each] for each in segment_ids]
    assert told(audience.database) == [(SEGMENT_ENTERED, ada)] * 3
    settle(audience)
    assert len(told(audience.database)) == 3


def test_stages_of_one_ladder_come_together(audience: Audience, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "BITS_AT_ONCE", 1)
    pieces = Pieces(monkeypatch)
    _, (first, *others) = some_segments(audience)
    with audience.database.begin() as work:
        made = service.create_ladder(work, SIYU, "分层", as_document(layers()))
        stages = service.publish_ladder(work, SIYU, made.ladder_id).segments
    build_waiting(audience)
    assert sorted(pieces.found) == [[first], *([each] for each in others), sorted(stages.values())]


def test_a_death_between_two_pieces_leaves_the_rest_to_be_built(
    audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "BITS_AT_ONCE", 1)
    pieces = Pieces(monkeypatch)
    pieces.fails_at = 1
    ada, segment_ids = some_segments(audience)
    with pytest.raises(ConnectionError):
        build_waiting(audience)
    assert [in_segment(audience.database, each) for each in segment_ids] == [[ada], [], []]
    pieces.fails_at = None
    settle(audience)
    assert [in_segment(audience.database, each) for each in segment_ids] == [[ada]] * 3
    assert pieces.found == [[each] for each in segment_ids]
    assert told(audience.database) == [(SEGMENT_ENTERED, ada)] * 3
