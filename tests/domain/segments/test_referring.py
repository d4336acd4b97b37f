"""Segments in PostgreSQL that refer to others: only to what there is, in names, never in a circle, never too far."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionInUseError, InvalidDefinitionError
from siyu.domain.segments import reading, service
from siyu.domain.segments.contracts import Named, Segment, SegmentCondition
from siyu.domain.segments.definition import leaves, parse_definition
from siyu.domain.segments.expanding import EXPANDED_DEPTH_MAX
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.kernel.errors import ForbiddenError
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.domain.segments.documents import EVENT, LAST_30, attribute

SIYU = system_actor("test")
READER = Actor(ActorKind.STAFF, "7", frozenset({"segments.read"}))
STRANGER = Actor(ActorKind.STAFF, "8", frozenset({"customers.read"}))
BOUGHT = {**EVENT, "value": 1}
RECENT = {**BOUGHT, "window": LAST_30}
LADDER = {
    "stages": [
        {"key": "aware", "zh": "知晓", "en": "Aware"},
        {"key": "buyer", "zh": "买家", "en": "Buyer", "condition": BOUGHT},
    ]
}


def inside(segment_id: int) -> dict[str, Any]:
    return {"kind": "segment", "segment_id": segment_id}


def every(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "all", "of": list(conditions)}


def live(work: UnitOfWork, name: str, document: dict[str, Any]) -> int:
    made = service.create(work, SIYU, name, document)
    return service.publish(work, SIYU, made.segment_id).segment_id


def edited(work: UnitOfWork, segment_id: int, document: dict[str, Any]) -> Segment:
    return service.save(work, SIYU, segment_id, service.get(work, SIYU, segment_id).name, document)


def refused(path: str, english: str = "") -> Any:
    """InvalidDefinitionError with that path, and that beginning of the reason."""
    told = f"{path}: {english}" if path else english
    return pytest.raises(InvalidDefinitionError, match=f"^This definition cannot be used. {told}")


def test_what_is_not_there_is_refused_where_it_is_named(database: Database) -> None:
    with database.begin() as work:
        draft = service.create(work, SIYU, "草稿", BOUGHT).segment_id
        bought = live(work, "买过", BOUGHT)
        listed = service.create_list(work, SIYU, "名单").list_id
        ladder = service.create_ladder(work, SIYU, "阶梯", LADDER).ladder_id
        for document, path, reason in [
            (inside(10_000), "segment_id", "There is no such segment"),
            (inside(listed), "segment_id", "There is no such segment"),
            (
                every(BOUGHT, {"kind": "not", "of": inside(draft)}),
                "of.1.of.segment_id",
                "That segment was never published",
            ),
            ({"kind": "list", "list_id": bought}, "list_id", "There is no such list"),
            ({"kind": "rfm", "scheme_id": bought, "cells": ["champions"]}, "cells.0", "There is no such RFM scheme"),
            ({"kind": "stage", "ladder_id": ladder, "stages": ["buyer"]}, "stages.0", "There is no such ladder"),
        ]:
            with refused(path, reason):
                service.create(work, SIYU, "不行", document)
            with refused(path, reason):
                edited(work, bought, document)
            with refused(path, reason):
                service.understand(work, READER, document)
        service.publish_ladder(work, SIYU, ladder)
        with refused("stages.1", "There is no such ladder"):
            service.understand(work, READER, {"kind": "stage", "ladder_id": ladder, "stages": ["buyer", "fan"]})
        good = every(
            inside(bought),
            {"kind": "list", "list_id": listed},
            {"kind": "stage", "ladder_id": ladder, "stages": ["buyer"]},
        )
        made = service.create(work, SIYU, "行", good)
        assert made.sentence_zh == "在人群「买过」中，且在名单「名单」中，且处于阶梯「阶梯」的“买家”"
        assert made.sentence_en.endswith("and who stand on “Buyer” of ladder “阶梯”")
        assert {each.name for each in definitions.used_by(work, listed)} == {"行"}


def test_what_it_means_is_told_with_all_written_out_and_named(database: Database) -> None:
    asked: list[Named] = []

    def namer(things: Any) -> dict[Named, str]:
        asked.extend(things)
        return {("tag", 5): "VIP"}

    with database.begin() as work:
        bought = live(work, "买过", BOUGHT)
        told = service.understand(work, READER, every(inside(bought), {"kind": "tag", "tag_ids": [5, 6]}), namer=namer)
        assert told.sentence_zh == "在人群「买过」中，且有标签「VIP」或「标签 6」"
        assert sorted(asked) == [("tag", 5), ("tag", 6)]
        assert leaves(told.expanded)[0] == parse_definition(BOUGHT)
        assert leaves(told.condition)[0] == SegmentCondition(bought)
        with pytest.raises(ForbiddenError):
            service.understand(work, STRANGER, BOUGHT)


def test_what_is_used_stays_and_what_follows_follows(database: Database) -> None:
    with database.begin() as work:
        inner = live(work, "里", BOUGHT)
        outer = live(work, "外", {"kind": "not", "of": inside(inner)})
    with database.begin() as work, pytest.raises(DefinitionInUseError, match="外"):
        service.delete(work, SIYU, inner)
    with database.begin() as work:
        before = {each.segment_id: each for each in reading.wanted(work)}
        edited(work, inner, RECENT)
        assert {each.segment_id: each for each in reading.wanted(work)} == before
        service.publish(work, SIYU, inner)
        after = {each.segment_id: each for each in reading.wanted(work)}
        assert after[outer].version == before[outer].version
        assert after[outer].spelling != before[outer].spelling
        service.stop(work, SIYU, inner)
        (left,) = reading.wanted(work)
        assert (left.segment_id, leaves(left.document)) == (outer, [SegmentCondition(inner)])
        assert service.understand(work, READER, inside(inner)).expanded == SegmentCondition(inner)
        service.delete(work, SIYU, outer)
        service.delete(work, SIYU, inner)


def test_a_circle_is_refused_when_it_is_saved(database: Database) -> None:
    with database.begin() as work:
        first = live(work, "甲", BOUGHT)
        second = live(work, "乙", every(BOUGHT, inside(first)))
        ladder = service.create_ladder(
            work,
            SIYU,
            "阶梯",
            {"stages": [*LADDER["stages"], {"key": "fan", "zh": "粉丝", "en": "Fan", "condition": inside(second)}]},
        ).ladder_id
        service.publish_ladder(work, SIYU, ladder)
        on_ladder = {"kind": "stage", "ladder_id": ladder, "stages": ["buyer"]}
        with refused("segment_id", "Segments refer to each other in a circle: 甲 → 甲"):
            edited(work, first, inside(first))
        with refused("of.1.of.segment_id", "Segments refer to each other in a circle: 甲 → 乙 → 甲"):
            edited(work, first, every(BOUGHT, {"kind": "not", "of": inside(second)}))
        with refused("of.0.ladder_id", "Segments refer to each other in a circle: 甲 → 阶梯 → 乙 → 甲"):
            edited(work, first, every(on_ladder))
        service.stop(work, SIYU, second)
        with refused("segment_id", "Segments refer to each other in a circle"):
            edited(work, first, inside(second))
        assert service.get(work, SIYU, first).draft is None


def test_two_who_close_a_circle_at_once_do_not_both_succeed(database: Database) -> None:
    with database.begin() as work:
        first, second = live(work, "甲", BOUGHT), live(work, "乙", BOUGHT)
        edited(work, first, inside(second))
        edited(work, second, inside(first))
    published = threading.Event()

    def publish_second() -> str:
        assert published.wait(30)
        try:
            with database.begin() as work:
                service.publish(work, SIYU, second)
        except InvalidDefinitionError as error:
            return str(error.fields["reason"])
        return "published"

    with ThreadPoolExecutor(1) as pool:
        with database.begin() as work, database.autocommit() as watching:
            service.publish(work, SIYU, first)
            answer = pool.submit(publish_second)
            published.set()
            waits = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            while watching.execute(waits).fetchone() is None:
                assert not answer.done()
        assert answer.result(30).startswith("Segments refer to each other in a circle: 乙 → 甲 → 乙")
    with database.read() as seen:
        assert [service.get(seen, SIYU, each).version for each in (first, second)] == [2, 1]


def test_one_that_is_resumed_is_looked_at_again(database: Database) -> None:
    big = {"kind": "any", "of": [{**BOUGHT, "value": n} for n in range(1, 90)]}
    with database.begin() as work:
        inner = live(work, "里", big)
        service.stop(work, SIYU, inner)
        live(work, "外", {"kind": "any", "of": [inside(inner)] * 12})
        with refused("", "Segment “外”, which refers to it, could no longer be used"):
            service.resume(work, SIYU, inner)


def test_nothing_comes_into_force_that_makes_its_users_too_large(database: Database) -> None:
    big = {"kind": "any", "of": [{**BOUGHT, "value": n} for n in range(1, 90)]}
    with database.begin() as work:
        inner = live(work, "里", BOUGHT)
        live(work, "外", {"kind": "any", "of": [inside(inner)] * 12})
        edited(work, inner, big)
        with pytest.raises(InvalidDefinitionError) as caught:
            service.publish(work, SIYU, inner)
        assert str(caught.value.fields["reason_zh"]).startswith(
            "引用它的人群「外」会因此不能用：展开引用的人群后共有 1081 个条件"
        )
        assert str(caught.value.fields["reason"]).startswith(
            "Segment “外”, which refers to it, could no longer be used: With"
        )
        with refused("", "With the segments it refers to it comes to"):
            service.create(work, SIYU, "太大", {"kind": "any", "of": [inside(live(work, "大", big))] * 12})


def test_segments_may_refer_to_each_other_so_far_and_no_farther(database: Database) -> None:
    with database.begin() as work:
        last = live(work, "0", attribute("is", "上海"))
        for n in range(1, EXPANDED_DEPTH_MAX):
            last = live(work, str(n), inside(last))
        last = live(work, "last", inside(last))
        with refused("", "Segments refer to segments too deep"):
            service.create(work, SIYU, "too far", inside(last))
