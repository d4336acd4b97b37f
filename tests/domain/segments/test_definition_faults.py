"""A bad document is refused where it is bad, with what to do."""

from __future__ import annotations

import inspect
import re

import pytest

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.segments import definition, definition_checks
from siyu.domain.segments.definition import parse_definition
from siyu.domain.segments.definition_faults import REASONS
from tests.domain.segments.documents import (
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

BAD: list[tuple[object, str, str]] = [
    (3, "", "object"),
    (None, "", "object"),
    ([EVENT], "", "object"),
    ({}, "kind", "missing"),
    ({"kind": "foo"}, "kind", "kind"),
    ({"kind": None}, "kind", "kind"),
    ({"kind": "all", "of": []}, "of", "empty"),
    ({"kind": "all"}, "of", "missing"),
    ({"kind": "all", "of": EVENT}, "of", "list"),
    ({"kind": "all", "of": [EVENT, 7]}, "of.1", "object"),
    ({"kind": "all", "of": [EVENT, {}]}, "of.1.kind", "missing"),
    ({"kind": "all", "of": [EVENT, {"kind": "x"}]}, "of.1.kind", "kind"),
    ({"kind": "not"}, "of", "missing"),
    ({"kind": "not", "of": [EVENT]}, "of", "object"),
    ({"kind": "any", "of": [EVENT] * 100}, "", "many"),
    (nested(EVENT, 8), "of.of.of.of.of.of.of.of", "deep"),
    (nested(EVENT, 3000), "of.of.of.of.of.of.of.of", "deep"),
    # events
    ({"kind": "all", "of": [EVENT, {"kind": "not", "of": {**EVENT, "value": -1}}]}, "of.1.of.value", "at_least"),
    ({**EVENT, "value": 1_000_000_001}, "value", "at_most"),
    ({**EVENT, "value": 2.5}, "value", "whole"),
    ({**EVENT, "value": "2"}, "value", "number"),
    ({**EVENT, "value": True}, "value", "number"),
    ({"kind": "event", "event": "a", "operator": "at_least"}, "value", "missing"),
    ({**SUM, "measure": "distinct", "value": 2.5}, "value", "whole"),
    ({**EVENT, "event": ""}, "event", "text"),
    ({**EVENT, "event": "  "}, "event", "text"),
    ({**EVENT, "event": "e" * 201}, "event", "text"),
    ({**EVENT, "event": 5}, "event", "text"),
    ({**EVENT, "event": "a\x00b"}, "event", "control"),
    ({**EVENT, "event": "\ud800"}, "event", "control"),
    ({**EVENT, "operator": "about"}, "operator", "choice"),
    ({**EVENT, "measure": "median"}, "measure", "choice"),
    ({**EVENT, "surprise": 1}, "surprise", "extra"),
    ({**EVENT, "property": "total_fen"}, "property", "no_property"),
    ({**EVENT, "measure": "average"}, "property", "needs_property"),
    ({**SUM, "value": "5"}, "value", "number"),
    ({**SUM, "value": float("nan")}, "value", "number"),
    ({**SUM, "value": float("inf")}, "value", "number"),
    ({**SUM, "value": 10**400}, "value", "at_most"),
    ({**SUM, "value": -1e16}, "value", "at_least"),
    ({**SUM, "property": "a.:`Int64`"}, "property", "name"),
    ({**SUM, "property": "手机号"}, "property", "sealed"),
    # windows
    ({**EVENT, "window": 5}, "window", "part"),
    ({**EVENT, "window": {}}, "window.kind", "missing"),
    ({**EVENT, "window": {"kind": "lunar"}}, "window.kind", "kind"),
    ({**EVENT, "window": {"kind": "rolling"}}, "window.most", "no_window"),
    ({**EVENT, "window": {"kind": "rolling", "most": 30}}, "window.most", "part"),
    ({**EVENT, "window": {"kind": "rolling", "most": {**DAYS_30, "amount": 0}}}, "window.most.amount", "at_least"),
    ({**EVENT, "window": {"kind": "rolling", "most": {**DAYS_30, "unit": "year"}}}, "window.most.unit", "choice"),
    ({**EVENT, "window": {**LAST_30, "least": DAYS_30}}, "window.least", "window_empty"),
    ({**EVENT, "window": {**LAST_30, "least": {"amount": 720, "unit": "hour"}}}, "window.least", "window_empty"),
    ({**EVENT, "window": {"kind": "rolling", "most": {"amount": 3651}}}, "window.most.amount", "at_most"),
    (
        {**EVENT, "window": {"kind": "rolling", "least": {"amount": 522, "unit": "week"}}},
        "window.least.amount",
        "at_most",
    ),
    (calendar("decade", 0, 1), "window.unit", "choice"),
    (calendar("month", 1, 3), "window.count", "not_begun"),
    (calendar("year", 11, 1), "window.back", "at_most"),
    (calendar("day", -1, 1), "window.back", "at_least"),
    (calendar("day", 0, 0), "window.count", "at_least"),
    (fixed(), "window.since_on", "no_days"),
    (fixed(since_on="2026-02-30"), "window.since_on", "day"),
    (fixed(until_on="20260228"), "window.until_on", "day"),
    (fixed(since_on="2026-03-02", until_on="2026-03-01"), "window.until_on", "days_reversed"),
    ({"kind": "moment", "event": "a", "which": "last"}, "window", "missing"),
    ({**MOMENT, "which": "second"}, "which", "choice"),
    # sequences, rhythm
    ({"kind": "sequence", "steps": [{"event": "a"}]}, "steps", "steps"),
    ({"kind": "sequence", "steps": [{"event": "a"}] * 11}, "steps", "steps"),
    ({"kind": "sequence", "steps": {}}, "steps", "steps"),
    ({"kind": "sequence", "steps": [{"event": "a"}, 5]}, "steps.1", "part"),
    ({"kind": "sequence", "steps": [{"event": "a"}, {}]}, "steps.1.event", "missing"),
    (steps({"within": DAYS_30}, {}), "steps.0.within", "first_step"),
    (steps({"without": [{"event": "b"}]}, {}), "steps.0.without", "first_step"),
    (steps({"is_absent": True}, {}), "steps.0.is_absent", "first_step"),
    (steps({}, {"is_absent": True, "within": DAYS_30}, {}), "steps.1.is_absent", "absent_last"),
    (steps({}, {"is_absent": True}), "steps.1.within", "absent_within"),
    (
        steps({}, {"is_absent": True, "within": DAYS_30, "without": [{"event": "b"}]}),
        "steps.1.without",
        "absent_without",
    ),
    (steps({}, {"is_absent": 1}), "steps.1.is_absent", "truth"),
    (steps({}, {"without": [{"event": "b"}] * 11}), "steps.1.without", "without"),
    (
        steps({}, {"without": [{"event": "b", "where": [{"property": "x"}]}]}),
        "steps.1.without.0.where.0.operator",
        "missing",
    ),
    ({**SEQUENCE, "same": "email"}, "same", "sealed"),
    ({**SEQUENCE, "same": "a.:`b"}, "same", "name"),
    ({**REGULAR, "at_least": 5}, "at_least", "of_periods"),
    ({**REGULAR, "periods": 1}, "periods", "at_least"),
    ({**REGULAR, "periods": 61}, "periods", "at_most"),
    ({**REGULAR, "unit": "month"}, "unit", "choice"),
    ({**RESUMED, "within": None}, "within", "part"),
    ({**STOPPED, "at_least": 0}, "at_least", "at_least"),
    ({**BIRTHDAY, "event": "order_paid"}, "attribute", "whose_day"),
    ({"kind": "anniversary", "from_days": 0, "to_days": 1}, "attribute", "whose_day"),
    ({**BIRTHDAY, "from_days": 8}, "from_days", "from_to"),
    ({**BIRTHDAY, "to_days": 181}, "to_days", "at_most"),
    ({**BIRTHDAY, "which": "last"}, "which", "event_only"),
    ({**BIRTHDAY, "where": [{"property": "a", "operator": "is_set"}]}, "where", "event_only"),
    ({**BIRTHDAY, "attribute": "phone"}, "attribute", "sealed"),
    # who they are
    ({"kind": "tag", "tag_ids": []}, "tag_ids", "values"),
    ({"kind": "tag", "tag_ids": [1, 0]}, "tag_ids.1", "at_least"),
    ({"kind": "tag", "tag_ids": ["1"]}, "tag_ids.0", "whole"),
    ({"kind": "tag", "tag_ids": list(range(1, 1002))}, "tag_ids", "values"),
    ({"kind": "keeper", "staff_ids": 5}, "staff_ids", "values"),
    ({"kind": "unit", "unit_ids": [2**53]}, "unit_ids.0", "at_most"),
    ({**SMS, "purpose": "fun"}, "purpose", "choice"),
    ({**SMS, "state": "maybe"}, "state", "choice"),
    ({**SMS, "channel": None}, "channel", "needs_channel"),
    ({**SMS, "channel": "S M S"}, "channel", "channel"),
    ({**SMS, "channel": "*"}, "channel", "one_channel"),
    ({**SMS, "purpose": "profiling"}, "channel", "no_channel"),
    ({"kind": "identity", "identities": ["phone", "fax"]}, "identities.1", "choice"),
    ({"kind": "entry", "channels": ["web", "\n"]}, "channels.1", "text"),
    ({"kind": "entry", "channels": ["web", "a\nb"]}, "channels.1", "control"),
    ({"kind": "segment", "segment_id": 0}, "segment_id", "unchosen"),
    ({"kind": "segment"}, "segment_id", "missing"),
    ({"kind": "list", "list_id": 1.5}, "list_id", "whole"),
    ({**ESTIMATE, "model": "fortune"}, "model", "choice"),
    ({**ESTIMATE, "name": "best_hour"}, "name", "choice"),
    ({**ESTIMATE, "operator": "contains", "value": "1"}, "operator", "choice"),
    ({**ESTIMATE, "operator": "has_all", "value": [1]}, "operator", "choice"),
    ({**ESTIMATE, "value": "2026-03-01"}, "value", "number"),
    ({**ESTIMATE, "value": True, "operator": "is"}, "value", "number"),
    ({**ESTIMATE, "value": [1, "1"], "operator": "one_of"}, "value", "number"),
    ({**ESTIMATE, "value": None}, "value", "missing"),
    ({**ESTIMATE, "operator": "is_set"}, "value", "no_value"),
    ({**ESTIMATE, "edition": 3}, "edition", "extra"),
    ({**ESTIMATE, "model": "scene", "name": "city", "operator": "is", "value": 5}, "value", "text_value"),
    ({**ESTIMATE, "model": "scene", "name": "city", "operator": "at_least", "value": 5}, "operator", "choice"),
    ({**SAMPLE, "from_percent": 10}, "to_percent", "sample_empty"),
    ({**SAMPLE, "to_percent": 101}, "to_percent", "at_most"),
    ({**SAMPLE, "to_percent": "10"}, "to_percent", "number"),
    ({"kind": "rfm", "scheme_id": 1, "cells": [""]}, "cells.0", "text"),
    ({"kind": "stage", "ladder_id": 1, "stages": "老客"}, "stages", "values"),
    # comparisons
    (attribute("is"), "value", "missing"),
    (attribute("is", {"a": 1}), "value", "plain_value"),
    (attribute("is", {"value": 1}), "value", "plain_value"),
    (attribute("is", [1]), "value", "plain_value"),
    (attribute("is", ""), "value", "text"),
    (attribute("contains", True), "value", "contained_value"),
    (attribute("starts_with", 5), "value", "text_value"),
    (attribute("at_least", True), "value", "ordered_value"),
    (attribute("more_than", "2026-02-30"), "value", "ordered_value"),
    (attribute("less_than", [1]), "value", "ordered_value"),
    (attribute("at_most", "20260228"), "value", "ordered_value"),
    (attribute("in_last_days", 2.5), "value", "whole"),
    (attribute("in_last_days", True), "value", "whole"),
    (attribute("in_next_days", 0), "value", "at_least"),
    (attribute("in_next_days", 3651), "value", "at_most"),
    (attribute("one_of", "上海"), "value", "values"),
    (attribute("has_all", []), "value", "values"),
    (attribute("not_one_of", ["x"] * 1001), "value", "values"),
    (attribute("one_of", ["x", ""]), "value.1", "text"),
    (attribute("one_of", [True]), "value", "plain_value"),
    (attribute("is_set", 1), "value", "no_value"),
    (attribute("is", 1, name="a.:`x`"), "name", "name"),
    (attribute("is", "13800138000", name="phone"), "operator", "sealed"),
    (attribute("one_of", ["x@y.cn"], name="traits.E-Mail"), "operator", "sealed"),
    (attribute("in_last_days", 7, name="手机"), "operator", "sealed"),
    (where("in_last_days", 7), "where.1.operator", "choice"),
    (where("is", "13800138000", name="mobile"), "where.1.operator", "sealed"),
    (where("at_least", "x"), "where.1.value", "ordered_value"),
    (where("is_set", name=""), "where.1.property", "text"),
    (where("is_set", name="a.:`x`"), "where.1.property", "name"),
    ({**EVENT, "where": [{"property": "a", "operator": "is_set"}] * 11}, "where", "filters"),
    ({**EVENT, "where": {}}, "where", "filters"),
    ({**VALUE, "operator": "is"}, "value", "missing"),
    ({**VALUE, "property": "email", "operator": "is", "value": "x"}, "operator", "sealed"),
]


@pytest.mark.parametrize(("document", "path", "reason"), BAD, ids=lambda value: value if isinstance(value, str) else "")
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


def test_every_fault_that_is_looked_for_is_found_here() -> None:
    looked_for = re.findall(r'"(\w+)"', inspect.getsource(definition) + inspect.getsource(definition_checks))
    assert set(REASONS).intersection(looked_for) <= {reason for _, _, reason in BAD}


def test_choices_are_told_in_full() -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_definition(attribute("nearly", 1))
    assert "starts_with" in str(caught.value.fields["reason"])
    assert "in_last_days" in str(caught.value.fields["reason"])
