"""Rules that are refused, and tags that are still in use."""

from __future__ import annotations

from typing import Any

import pytest

from siyu.domain.definitions.contracts import DefinitionInUseError
from siyu.domain.segments import service as segments
from siyu.domain.tags import service
from siyu.domain.tags.contracts import (
    ArchivedTagError,
    Group,
    UnknownTagError,
)
from siyu.engines.tagging import rules
from siyu.engines.tagging.contracts import BadTagRuleError, TagInUseError, TagRuleRingError
from siyu.engines.tagging.using import archive_group, archive_tag, tags_of_group, used_by
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.engines.scenery import SIYU
from tests.engines.tagging.tagging_scenes import a_rule, a_segment, some_tags

# --- rules that are refused


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "event", "tag_id": 1, "event": "customer_tagged"},
        {"kind": "event", "tag_id": 1},
        {"kind": "segment", "tag_id": 1, "segment_id": 1, "on_exit": "perhaps"},
        {"kind": "other", "tag_id": 1},
        "nothing",
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(database: Database, document: Any) -> None:
    some_tags(database, "甲")
    with database.begin() as work, pytest.raises(BadTagRuleError):
        rules.create(work, SIYU, "规则", document)


def test_a_rule_needs_a_tag_in_use_and_a_scope_without_limits(database: Database) -> None:
    (tag,), segment = some_tags(database, "甲"), a_segment(database)
    document = {"kind": "segment", "tag_id": tag, "segment_id": segment}
    with database.begin() as work:
        rule = rules.create(work, SIYU, "规则", document)
        narrow = Actor(ActorKind.STAFF, "7", frozenset({"tag_rules.publish", "tag_rules.read"}), Scope("1.2."))
        with pytest.raises(ForbiddenError):
            rules.publish(work, narrow, rule.rule_id)
        with pytest.raises(UnknownTagError):
            rules.create(work, SIYU, "规则", {**document, "tag_id": 99})
        service.archive_tag(work, SIYU, tag)
        with pytest.raises(ArchivedTagError):
            rules.create(work, SIYU, "规则", document)


def test_a_segment_that_looks_at_the_tag_does_not_take_it(database: Database) -> None:
    (tag,) = some_tags(database, "甲")
    inner = a_segment(database, {"kind": "not", "of": {"kind": "tag", "tag_ids": [tag], "operator": "any_of"}})
    outer = a_segment(database, {"kind": "all", "of": [{"kind": "segment", "segment_id": inner}]})
    with pytest.raises(TagRuleRingError) as refused:
        a_rule(database, kind="segment", tag_id=tag, segment_id=outer, on_exit="remove")
    assert refused.value.fields["ring"] == ["规则"]
    a_rule(database, kind="segment", tag_id=tag, segment_id=outer, on_exit="keep")


def test_what_is_in_force_closes_a_ring_whatever_its_draft_says(database: Database) -> None:
    (tag,) = some_tags(database, "甲")
    segment = a_segment(database, over(tag))
    with database.begin() as work:
        segments.save(work, SIYU, segment, "人群", {"kind": "attribute", "name": "city", "operator": "is_set"})
    with pytest.raises(TagRuleRingError):
        a_rule(database, kind="segment", tag_id=tag, segment_id=segment, on_exit="remove")


def over(tag_id: int) -> dict[str, Any]:
    return {"kind": "tag", "tag_ids": [tag_id], "operator": "any_of"}


@pytest.mark.parametrize("on_exit", ["keep", "remove"])
def test_rules_that_follow_each_other_in_a_ring_are_refused_by_name(database: Database, on_exit: str) -> None:
    first, second, third, free = some_tags(database, "甲", "乙", "丙", "丁")
    with database.begin() as work:
        ladder = segments.create_ladder(
            work,
            SIYU,
            "阶梯",
            {
                "stages": [
                    {"key": "low", "zh": "低", "en": "Low"},
                    {"key": "high", "zh": "高", "en": "High", "condition": over(third)},
                ]
            },
        )
        segments.publish_ladder(work, SIYU, ladder.ladder_id)
    looking_at_third = a_segment(database, {"kind": "stage", "ladder_id": ladder.ladder_id, "stages": ["high"]})
    over_first, over_second = a_segment(database, over(first)), a_segment(database, over(second))
    for n, (tag_id, segment_id) in enumerate(((second, over_first), (third, over_second), (free, over_first))):
        rule = {"kind": "segment", "tag_id": tag_id, "segment_id": segment_id, "on_exit": on_exit}
        with database.begin() as work:
            made = rules.create(work, SIYU, f"第 {n} 条", rule)
            rules.publish(work, SIYU, made.rule_id)
    closing = {"kind": "segment", "tag_id": first, "segment_id": looking_at_third, "on_exit": on_exit}
    with database.begin() as work:
        closer = rules.create(work, SIYU, "收尾", closing)
    with database.begin() as work, pytest.raises(TagRuleRingError) as refused:
        rules.publish(work, SIYU, closer.rule_id)
    assert refused.value.fields["ring"] == ["收尾", "第 0 条", "第 1 条"]
    assert "「收尾」 → 「第 0 条」 → 「第 1 条」 → 「收尾」" in str(refused.value.fields["reason_zh"])
    with database.begin() as work:
        (middle,) = [each for each in rules.list_rules(work, SIYU, PageRequest()).rows if each.name == "第 1 条"]
        rules.stop(work, SIYU, middle.rule_id)
        rules.publish(work, SIYU, closer.rule_id)
    with database.begin() as work, pytest.raises(TagRuleRingError):
        rules.resume(work, SIYU, middle.rule_id)


def test_a_tag_that_a_rule_gives_is_not_archived(database: Database) -> None:
    given, looked, free = some_tags(database, "给的", "看的", "闲的")
    segment = a_segment(database, over(looked))
    rule = a_rule(database, kind="segment", tag_id=given, segment_id=segment)
    with database.begin() as work:
        assert [each.definition_id for each in used_by(work, SIYU, [given, looked, free], PageRequest()).rows] == [
            segment,
            rule,
        ]
        (group,) = service.list_groups(work, SIYU)
        assert tags_of_group(work, SIYU, group.group_id) == sorted(
            [given, looked, free], key=lambda each: names(group)[each]
        )
        with pytest.raises(UnknownTagError):
            tags_of_group(work, SIYU, group.group_id + 1)
    with database.begin() as work, pytest.raises(TagInUseError) as refused:
        archive_tag(work, SIYU, given)
    assert refused.value.fields["used_by"] == [{"definition_id": rule, "kind": "tag_rule", "name": "规则"}]
    with database.begin() as work, pytest.raises(TagInUseError):
        archive_group(work, SIYU, group.group_id)
    with database.begin() as work:
        archive_tag(work, SIYU, looked)
        rules.stop(work, SIYU, rule)
        rules.delete(work, SIYU, rule)
        archive_group(work, SIYU, group.group_id)
        assert used_by(work, SIYU, [given], PageRequest()).rows == []


def names(group: Group) -> dict[int, str]:
    return {each.tag_id: each.name for each in group.tags}


def test_a_segment_in_use_by_a_rule_is_not_deleted(database: Database) -> None:
    (tag,), segment = some_tags(database, "甲"), a_segment(database)
    a_rule(database, kind="segment", tag_id=tag, segment_id=segment)
    with database.begin() as work, pytest.raises(DefinitionInUseError):
        segments.delete(work, SIYU, segment)
