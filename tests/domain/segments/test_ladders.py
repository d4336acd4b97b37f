"""Ladders: who stands on which stage, movements exactly once, merges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from siyu.domain.definitions.contracts import DefinitionInUseError, InvalidDefinitionError
from siyu.domain.segments import hidden_store, reading, rules, service, store
from siyu.domain.segments.contracts import (
    AllCondition,
    AnyCondition,
    AttributeCondition,
    Condition,
    Ladder,
    Leaf,
    Merge,
    NotCondition,
    SegmentCondition,
    Stage,
    StageCondition,
    StageFlip,
)
from siyu.domain.segments.definition import as_document as condition_document
from siyu.domain.segments.ladders_rules import as_document, parse_ladder, stage_condition
from siyu.domain.segments.ladders_templates import layers, lifecycle
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database
from tests.conftest import START
from tests.engines.scenery import the_log

SIYU = system_actor("test")


def known(name: str) -> AttributeCondition:
    return AttributeCondition(name, "is_set")


LADDER = Ladder(
    (
        Stage("low", "低", "Low", known("a")),
        Stage("high", "高", "High", known("b")),
        Stage("quiet", "沉默", "Quiet", known("c"), is_branch=True),
        Stage("gone", "流失", "Gone", known("d"), is_branch=True),
    )
)


def holds(condition: Condition, names: set[str]) -> bool:
    if isinstance(condition, AllCondition):
        return all(holds(each, names) for each in condition.of)
    if isinstance(condition, AnyCondition):
        return any(holds(each, names) for each in condition.of)
    if isinstance(condition, NotCondition):
        return not holds(condition.of, names)
    leaf: Leaf = condition
    assert isinstance(leaf, AttributeCondition)
    return leaf.name in names


def stages_where(ladder: Ladder, names: set[str]) -> list[str]:
    return [stage.key for stage in ladder.stages if holds(stage_condition(ladder, stage.key), names)]


@pytest.mark.parametrize(
    ("names", "stage"),
    [
        ("", []),
        ("a", ["low"]),
        ("b", ["high"]),
        ("ab", ["high"]),
        ("abc", ["quiet"]),
        ("abcd", ["gone"]),
        ("ad", ["gone"]),
    ],
)
def test_branches_win_over_steps_and_the_higher_over_the_lower(names: str, stage: list[str]) -> None:
    assert stages_where(LADDER, set(names)) == stage


def test_a_lowest_stage_without_condition_takes_the_rest() -> None:
    ladder = replace(LADDER, stages=(replace(LADDER.stages[0], condition=None), *LADDER.stages[1:]))
    assert stages_where(ladder, set()) == ["low"]
    assert stages_where(ladder, {"b"}) == ["high"]


def test_stages_part_all_customers_of_whom_any_condition_holds() -> None:
    random = Random(5)
    for _ in range(200):
        stages = tuple(
            Stage(f"s{n}", "级", "stage", known(random.choice("abcdef")), is_branch=n > 0 and random.random() < 0.3)
            for n in range(random.randrange(2, 7))
        )
        ladder = Ladder(stages)
        names = {name for name in "abcdef" if random.random() < 0.5}
        anywhere = any(stage.condition is not None and holds(stage.condition, names) for stage in stages)
        assert len(stages_where(ladder, names)) == int(anywhere)


@pytest.mark.parametrize("ladder", [lifecycle(), layers(), LADDER])
def test_a_ladder_comes_back_from_its_document(ladder: Ladder) -> None:
    assert parse_ladder(as_document(ladder)) == ladder


def _with(place: int, **changed: Any) -> dict[str, Any]:
    document = as_document(LADDER)
    document["stages"][place].update(changed)
    return document


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (_with(1, condition=None), "stages.1.condition"),
        (_with(1, key="low"), "stages.1.key"),
        (_with(1, key="Low"), "stages.1.key"),
        (
            _with(1, condition={"kind": "attribute", "name": "a", "operator": "is", "value": ""}),
            "stages.1.condition.value",
        ),
        (_with(2, channel="x"), "stages.2.channel"),
        (_with(2, messages_per_day_max=-1), "stages.2.messages_per_day_max"),
        (_with(2, messages_per_week_max=-1), "stages.2.messages_per_week_max"),
        (_with(2, messages_per_month_max=1001), "stages.2.messages_per_month_max"),
        (_with(2, size_max=0), "stages.2.size_max"),
        ({"stages": []}, "stages"),
        ({"stages": [{**stage, "is_branch": True} for stage in as_document(LADDER)["stages"]]}, "stages"),
    ],
)
def test_a_bad_ladder_is_refused_with_the_way_to_the_fault(document: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidDefinitionError) as refused:
        parse_ladder(document)
    assert refused.value.fields["path"] == path


def a_live_ladder(database: Database, ladder: Ladder = LADDER) -> tuple[int, Mapping[str, int]]:
    with database.begin() as work:
        made = service.create_ladder(work, SIYU, "阶梯", as_document(ladder))
        live = service.publish_ladder(work, SIYU, made.ladder_id)
    return live.ladder_id, live.segments


def test_stages_are_kept_as_hidden_segments_and_follow_a_new_version(database: Database) -> None:
    ladder_id, segments = a_live_ladder(database)
    changed = replace(
        LADDER, stages=(*LADDER.stages[:1], replace(LADDER.stages[1], condition=known("e")), LADDER.stages[3])
    )
    with database.begin() as work:
        wanted = {each.segment_id: each.document for each in reading.wanted(work)}
        assert wanted == {segments[stage.key]: stage_condition(LADDER, stage.key) for stage in LADDER.stages}
        service.save_ladder(work, SIYU, ladder_id, "阶梯", as_document(changed))
        after = service.publish_ladder(work, SIYU, ladder_id)
        wanted = {each.segment_id: each.document for each in reading.wanted(work)}
    assert after.segments == {key: each for key, each in segments.items() if key != "quiet"}
    assert wanted == {after.segments[stage.key]: stage_condition(changed, stage.key) for stage in changed.stages}


def test_a_ladder_cannot_stand_on_itself(database: Database) -> None:
    ladder_id, _ = a_live_ladder(database)
    with database.begin() as work:
        made = service.create(work, SIYU, "高", condition_document(StageCondition(ladder_id, ("high",))))
        service.publish(work, SIYU, made.segment_id)
    circle = (replace(LADDER.stages[0], condition=SegmentCondition(made.segment_id)), *LADDER.stages[1:])
    with database.begin() as work:
        service.save_ladder(work, SIYU, ladder_id, "阶梯", as_document(Ladder(circle)))
    with pytest.raises(InvalidDefinitionError), database.begin() as work:
        service.publish_ladder(work, SIYU, ladder_id)
    with pytest.raises(DefinitionInUseError), database.begin() as work:
        service.delete_ladder(work, SIYU, ladder_id)
    unknown = (replace(LADDER.stages[0], condition=SegmentCondition(10**6)), *LADDER.stages[1:])
    with pytest.raises(InvalidDefinitionError) as refused, database.begin() as work:
        service.save_ladder(work, SIYU, ladder_id, "阶梯", as_document(Ladder(unknown)))
    assert refused.value.fields["path"] == "stages.0.condition.segment_id"


class Told:
    """Feeds what audience would tell, and reads what follows."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ladder_id, self.segments = a_live_ladder(database)
        self.minute = 0
        self.causes = 0

    def flips(self, *flips: tuple[str, int], reason: str = "event") -> list[StageFlip]:
        """One tick: "+high" or "-low" of a customer."""
        self.minute += 1
        made = []
        for what, customer_id in flips:
            self.causes += 1
            at = START + timedelta(minutes=self.minute)
            made.append(
                StageFlip(self.segments[what[1:]], customer_id, what[0] == "+", at, reason, f"cause{self.causes}")
            )
        return made

    def follow(self, *parts: Sequence[StageFlip | Merge]) -> None:
        with self.database.begin() as work:
            service.follow_stages(work, SIYU, [each for part in parts for each in part])

    def movements(self) -> list[tuple[int, str | None, str | None]]:
        events = the_log(self.database, "stage_changed")
        assert {each.properties["ladder_id"] for each in events} <= {self.ladder_id}
        return [(each.profile_id, each.properties["from"], each.properties["to"]) for each in events]

    def now(self) -> dict[int, str]:
        with self.database.read() as work:
            return {each.customer_id: each.stage for each in reading.stages_of(work, range(1, 100))}


def test_exit_and_entry_of_one_tick_are_one_movement(database: Database) -> None:
    told = Told(database)
    told.follow(told.flips(("+low", 1), ("+high", 2), reason="built"))
    assert told.movements() == []
    told.follow(told.flips(("+high", 1), ("-low", 1), ("+low", 2), ("-high", 2), ("+low", 3)))
    assert told.movements() == [(1, "low", "high"), (2, "high", "low"), (3, None, "low")]
    told.follow(told.flips(("-low", 2)), told.flips(("+quiet", 2)), told.flips(("-high", 1), ("+gone", 1)))
    assert told.movements()[3:] == [(2, "low", None), (2, None, "quiet"), (1, "high", "gone")]
    told.follow(told.flips(("-low", 3)))
    assert told.movements()[6:] == [(3, "low", None)]
    assert told.now() == {1: "gone", 2: "quiet"}


def test_rules_that_changed_move_people_too(database: Database) -> None:
    told = Told(database)
    told.follow(told.flips(("+low", 1), reason="built"))
    told.follow(told.flips(("+high", 1), ("-low", 1), reason="built"))
    assert told.movements() == [(1, "low", "high")]
    assert the_log(database, "stage_changed")[0].properties["reason"] == "built"


def test_a_merge_keeps_the_winners_stage_or_takes_the_losers(database: Database) -> None:
    told = Told(database)
    told.follow(told.flips(("+low", 1), ("+high", 2), ("+quiet", 4), reason="built"))
    told.follow([Merge(1, 2), Merge(3, 4), Merge(3, 4, is_split=True)])
    assert (told.now(), told.movements()) == ({1: "low", 3: "quiet"}, [])
    told.follow(told.flips(("-high", 1)))
    assert told.movements() == []
    told.follow(told.flips(("-low", 1)))
    assert told.movements() == [(1, "low", None)]


def test_who_was_brought_to_a_stage_without_a_word_is_found_there(database: Database) -> None:
    told = Told(database)
    told.follow(told.flips(("+low", 1), reason="built"))
    with database.begin() as work:
        store.lock_membership(work.driver)
        store.flip(work.driver, told.segments["high"], rules.bits_of(rules.ids_from([1])))
    told.follow(told.flips(("-low", 1)))
    assert (told.movements(), told.now()) == ([(1, "low", "high")], {1: "high"})


@pytest.mark.parametrize("seed", range(5))
def test_movements_form_a_chain_however_the_log_is_cut(database: Database, seed: int) -> None:
    random = Random(seed)
    told = Told(database)
    keys = [stage.key for stage in LADDER.stages]
    where: dict[int, str | None] = dict.fromkeys(range(1, 6))
    expected: list[tuple[int, str | None, str | None]] = []
    ticks = []
    for _ in range(40):
        flips = []
        for customer_id in random.sample(sorted(where), random.randrange(1, 4)):
            after = random.choice([*keys, None])
            before = where[customer_id]
            if before == after:
                continue
            flips += [(f"-{before}", customer_id)] * (before is not None) + [(f"+{after}", customer_id)] * (
                after is not None
            )
            where[customer_id] = after
            expected.append((customer_id, before, after))
        flips.sort(key=lambda each: (each[0][1:], each[0]))  # audience tells segment by segment
        ticks.append(told.flips(*flips))
    while ticks:
        size = random.randrange(1, 6)
        told.follow(*ticks[:size])
        del ticks[:size]
    for customer_id in where:
        moved = [each for each in told.movements() if each[0] == customer_id]
        assert moved == [each for each in expected if each[0] == customer_id]
    assert told.now() == {customer_id: stage for customer_id, stage in where.items() if stage is not None}


def test_an_erased_customer_stands_nowhere(database: Database) -> None:
    told = Told(database)
    told.follow(told.flips(("+low", 1), ("+low", 2), reason="built"))
    with database.begin() as work:
        service.leave_segments(work, SIYU, [1])
    assert told.now() == {2: "low"}
    with database.begin() as work:
        assert hidden_store.stages_of(work.driver, [1]) == []
        service.stop_ladder(work, SIYU, told.ladder_id)
        assert reading.told_of_stages(work, [2]) == []
        service.delete_ladder(work, SIYU, told.ladder_id)
        assert hidden_store.stages_of(work.driver, [2]) == []
