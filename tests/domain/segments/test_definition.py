"""A good document becomes a tree and comes back the same."""

from __future__ import annotations

import json
from dataclasses import fields
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import given

from siyu.domain.segments.contracts import (
    AllCondition,
    AttributeCondition,
    Condition,
    Duration,
    EventCondition,
    Leaf,
    MomentCondition,
    NotCondition,
    RollingWindow,
)
from siyu.domain.segments.definition import CONDITION, as_document, leaves, parse_definition
from tests.domain.segments.definitions import KINDS, conditions, random_leaf
from tests.domain.segments.documents import (
    ACTED,
    BIRTHDAY,
    DAYS_30,
    ESTIMATE,
    EVENT,
    LAST_30,
    MOMENT,
    REGULAR,
    RESUMED,
    SAMPLE,
    SEQUENCE,
    SMS,
    STOPPED,
    SUM,
    VALUE,
    attribute,
    calendar,
    fixed,
    nested,
    steps,
    where,
)


def test_a_document_becomes_a_tree() -> None:
    tree = parse_definition(
        {"kind": "all", "of": [EVENT, {"kind": "not", "of": attribute("one_of", ["上海", 3, 2.5])}, MOMENT]}
    )
    assert tree == AllCondition(
        of=(
            EventCondition("order_paid", "at_least", 2),
            NotCondition(AttributeCondition("city", "one_of", ("上海", 3, 2.5))),
            MomentCondition("order_paid", "last", RollingWindow(Duration(30))),
        )
    )


GOOD = [
    EVENT,
    {**EVENT, "value": 1_000_000_000, "measure": "days", "operator": "less_than"},
    {**SUM, "value": -2.5, "window": LAST_30},
    {**SUM, "measure": "distinct", "value": 3},
    {**EVENT, "window": {"kind": "rolling", "least": {"amount": 3650, "unit": "day"}}},
    {
        **EVENT,
        "window": {"kind": "rolling", "most": {"amount": 8, "unit": "day"}, "least": {"amount": 1, "unit": "week"}},
    },
    {**EVENT, "window": {"kind": "rolling", "most": {"amount": 87600, "unit": "hour"}}},
    calendar("year", 10, 11),
    calendar("month", 0, 1),
    fixed(since_on="2026-02-28", until_on="2026-02-28"),
    fixed(until_on="2026-02-28"),
    MOMENT,
    VALUE,
    SEQUENCE,
    {**SEQUENCE, "same": "order_id", "window": LAST_30},
    steps({}, {"without": [{"event": "b"}]}, {"within": DAYS_30, "is_absent": True}),
    {**REGULAR, "at_least": 4},
    RESUMED,
    STOPPED,
    BIRTHDAY,
    {"kind": "anniversary", "event": "order_paid", "which": "last", "from_days": -180, "to_days": -180},
    {"kind": "tag", "tag_ids": [3, 3], "operator": "all_of"},
    {"kind": "keeper", "staff_ids": [1]},
    {"kind": "unit", "unit_ids": [2**53 - 1]},
    SMS,
    {**SMS, "state": "granted", "channel": "*"},
    {"kind": "consent", "purpose": "profiling", "state": "unasked"},
    {"kind": "identity", "identities": ["phone", "openid"]},
    {"kind": "entry", "channels": ["miniprogram"]},
    {"kind": "segment", "segment_id": 1},
    {"kind": "list", "list_id": 1},
    ESTIMATE,
    {**ESTIMATE, "operator": "one_of", "value": [0, 0.5]},
    {**ESTIMATE, "model": "scene", "name": "city", "operator": "contains", "value": "上"},
    ACTED,
    SAMPLE,
    {**SAMPLE, "from_percent": 9.9},
    {"kind": "rfm", "scheme_id": 1, "cells": ["555"]},
    {"kind": "stage", "ladder_id": 1, "stages": ["老客"]},
    {"kind": "any", "of": [EVENT] * 99},
    nested(EVENT, 7),
    attribute("is", True),
    attribute("is", 0),
    attribute("is_not", "x" * 200),
    attribute("at_least", "2026-02-28"),
    attribute("more_than", 1e15),
    attribute("is_set"),
    attribute("is_set", name="phone"),
    attribute("is_not_set", None),
    attribute("has_all", ["x", 1]),
    attribute("in_next_days", 3650),
    attribute("contains", 5),
    attribute("contains", "'`\\;--", name="a.b`c'\\d"),
    where("not_one_of", ["x", 2.5]),
    where("is_not_set", name="手机号"),
]


@pytest.mark.parametrize("document", GOOD, ids=lambda document: document["kind"])
def test_a_good_document_keeps_its_meaning(document: dict[str, Any]) -> None:
    tree = parse_definition(document)
    again = json.loads(json.dumps(as_document(tree)))
    assert parse_definition(again) == tree
    assert as_document(parse_definition(again)) == as_document(tree)


def test_every_kind_has_a_good_document() -> None:
    kinds = {leaf.kind for document in GOOD for leaf in leaves(parse_definition(document))}
    defaults = {field.default for each in get_args(Leaf) for field in fields(each) if field.name == "kind"}
    assert kinds == set(KINDS) == defaults


@given(conditions())
def test_a_tree_keeps_its_meaning_as_a_document(condition: Condition) -> None:
    assert parse_definition(json.loads(json.dumps(as_document(condition)))) == condition


def test_true_is_not_one() -> None:
    value = parse_definition(attribute("is", True))
    assert isinstance(value, AttributeCondition)
    assert value.value is True


def test_the_schema_says_what_each_condition_is() -> None:
    schema = CONDITION.json_schema()
    assert {
        each["properties"]["kind"]["const"] for each in schema["$defs"].values() if "kind" in each["properties"]
    } == {
        *KINDS,
        *("all", "any", "not", "rolling", "calendar", "fixed"),
    }
    for name, each in schema["$defs"].items():
        assert each["description"], name
        assert "kind" in each["required"] or "kind" not in each["properties"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_condition_built_in_code_is_a_document_too(kind: str) -> None:
    for seed in range(100):
        leaf = random_leaf(Random(seed), kind)
        assert as_document(leaf)["kind"] == leaf.kind == kind
        assert parse_definition(as_document(leaf)) == leaf
