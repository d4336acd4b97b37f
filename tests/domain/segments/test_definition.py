"""A good document becomes a tree and comes back the same; a bad one is refused where it is bad, with what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.segments.contracts import (
    AllCondition,
    AttributeCondition,
    EventCountCondition,
    NotCondition,
    RecencyCondition,
)
from siyu.domain.segments.definition import CONDITION, REASONS, as_document, parse_definition, slides

RECENCY = {"kind": "recency", "event": "order_paid", "operator": "within", "days": 30}
COUNT = {"kind": "event_count", "event": "order_paid", "operator": "at_least", "count": 2}
SUM = {"kind": "event_sum", "event": "order_paid", "property": "total_fen", "operator": "at_least", "value": 100}


def attribute(operator: str, *value: object, name: str = "city") -> dict[str, Any]:
    return {"kind": "attribute", "name": name, "operator": operator, **({"value": value[0]} if value else {})}


def nested(document: dict[str, Any], times: int) -> dict[str, Any]:
    for _ in range(times):
        document = {"kind": "not", "of": document}
    return document


def test_a_document_becomes_a_tree() -> None:
    tree = parse_definition(
        {"kind": "all", "of": [COUNT, {"kind": "not", "of": attribute("one_of", ["上海", 3, 2.5])}]}
    )
    assert tree == AllCondition(
        of=(
            EventCountCondition("order_paid", "at_least", 2, None),
            NotCondition(AttributeCondition("city", "one_of", ("上海", 3, 2.5))),
        )
    )


@pytest.mark.parametrize(
    "document",
    [
        RECENCY,
        {**COUNT, "within_days": 3650, "count": 1_000_000_000},
        {**SUM, "value": -2.5, "within_days": 1},
        {"kind": "any", "of": [RECENCY] * 99},
        nested(RECENCY, 7),
        attribute("is", True),
        attribute("is", 0),
        attribute("is_not", "x" * 200),
        attribute("at_least", "2026-02-28"),
        attribute("at_most", 1e15),
        attribute("is_set"),
        attribute("is_not_set", None),
        attribute("contains", "'`\\;--", name="a.b`c'\\d"),
    ],
)
def test_a_good_document_keeps_its_meaning(document: dict[str, Any]) -> None:
    tree = parse_definition(document)
    again = json.loads(json.dumps(as_document(tree)))
    assert parse_definition(again) == tree
    assert as_document(parse_definition(again)) == as_document(tree)


def test_true_is_not_one() -> None:
    value = parse_definition(attribute("is", True))
    assert isinstance(value, AttributeCondition)
    assert value.value is True


@pytest.mark.parametrize(
    ("document", "path", "reason"),
    [
        (3, "", "object"),
        (None, "", "object"),
        ([RECENCY], "", "object"),
        ({}, "kind", "missing"),
        ({"kind": "foo"}, "kind", "kind"),
        ({"kind": None}, "kind", "kind"),
        ({"kind": "all", "of": []}, "of", "empty"),
        ({"kind": "all"}, "of", "missing"),
        ({"kind": "all", "of": RECENCY}, "of", "list"),
        ({"kind": "all", "of": [RECENCY, 7]}, "of.1", "object"),
        ({"kind": "all", "of": [RECENCY, {}]}, "of.1.kind", "missing"),
        ({"kind": "all", "of": [RECENCY, {"kind": "x"}]}, "of.1.kind", "kind"),
        ({"kind": "not"}, "of", "missing"),
        ({"kind": "not", "of": [RECENCY]}, "of", "object"),
        ({"kind": "all", "of": [RECENCY, {"kind": "not", "of": {**COUNT, "count": -1}}]}, "of.1.of.count", "at_least"),
        ({**COUNT, "count": 1_000_000_001}, "count", "at_most"),
        ({**COUNT, "count": 2.5}, "count", "whole"),
        ({**COUNT, "count": "2"}, "count", "whole"),
        ({**COUNT, "count": True}, "count", "whole"),
        ({**COUNT, "event": ""}, "event", "text"),
        ({**COUNT, "event": "  "}, "event", "text"),
        ({**COUNT, "event": "e" * 201}, "event", "text"),
        ({**COUNT, "event": 5}, "event", "text"),
        ({**COUNT, "event": "a\x00b"}, "event", "control"),
        ({**COUNT, "event": "\ud800"}, "event", "control"),
        ({**COUNT, "operator": "about"}, "operator", "choice"),
        ({**COUNT, "within_days": 0}, "within_days", "at_least"),
        ({**COUNT, "surprise": 1}, "surprise", "extra"),
        ({**RECENCY, "days": 3651}, "days", "at_most"),
        ({**SUM, "value": "5"}, "value", "number"),
        ({**SUM, "value": float("nan")}, "value", "number"),
        ({**SUM, "value": float("inf")}, "value", "number"),
        ({**SUM, "value": 10**400}, "value", "at_most"),
        ({**SUM, "value": -1e16}, "value", "at_least"),
        ({**SUM, "property": "a.:`Int64`"}, "property", "name"),
        (attribute("is"), "value", "missing"),
        (attribute("is", {"a": 1}), "value", "plain_value"),
        (attribute("is", [1]), "value", "plain_value"),
        (attribute("is", ""), "value", "text"),
        (attribute("contains", 5), "value", "text_value"),
        (attribute("at_least", True), "value", "ordered_value"),
        (attribute("at_least", "2026-02-30"), "value", "ordered_value"),
        (attribute("at_most", "20260228"), "value", "ordered_value"),
        (attribute("one_of", "上海"), "value", "values"),
        (attribute("one_of", []), "value", "values"),
        (attribute("one_of", ["x"] * 1001), "value", "values"),
        (attribute("one_of", ["x", ""]), "value.1", "text"),
        (attribute("one_of", [True]), "value", "plain_value"),
        (attribute("is_set", 1), "value", "no_value"),
        (attribute("is", 1, name="a.:`x`"), "name", "name"),
        (attribute("is", "13800138000", name="phone"), "operator", "sealed"),
        (attribute("one_of", ["x@y.cn"], name="traits.E-Mail"), "operator", "sealed"),
        ({**SUM, "property": "手机号"}, "property", "sealed"),
        ({"kind": "any", "of": [RECENCY] * 100}, "", "many"),
        (nested(RECENCY, 8), "of.of.of.of.of.of.of.of", "deep"),
        (nested(RECENCY, 3000), "of.of.of.of.of.of.of.of", "deep"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_document_is_refused_where_it_is_bad(document: object, path: str, reason: str) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_definition(document)
    assert caught.value.code == "invalid_definition"
    assert caught.value.fields["path"] == path
    chinese, english = REASONS[reason]
    assert str(caught.value.fields["reason"]).startswith(english.split("{")[0])
    assert str(caught.value.fields["reason_zh"]).startswith(chinese.split("{")[0])
    assert "{" not in f"{caught.value.fields['reason']}{caught.value.fields['reason_zh']}"
    assert "None" not in f"{caught.value.fields['reason']}{caught.value.fields['reason_zh']}"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (RECENCY, True),
        (COUNT, False),
        ({**COUNT, "within_days": 7}, True),
        (SUM, False),
        ({"kind": "not", "of": {"kind": "any", "of": [COUNT, {**SUM, "within_days": 1}]}}, True),
        (attribute("is", "上海"), False),
    ],
)
def test_it_is_known_whether_time_alone_changes_the_answer(document: dict[str, Any], expected: bool) -> None:
    assert slides(parse_definition(document)) is expected


def test_the_schema_names_the_conditions_as_the_console_does() -> None:
    schema = CONDITION.json_schema()
    assert set(schema["$defs"]) == {
        "AllCondition",
        "AnyCondition",
        "NotCondition",
        "AttributeCondition",
        "EventCountCondition",
        "EventSumCondition",
        "RecencyCondition",
    }
    assert all("kind" in each["required"] for each in schema["$defs"].values())


def test_a_condition_built_in_code_is_a_document_too() -> None:
    assert as_document(RecencyCondition("order_paid", "within", 30)) == RECENCY
