"""Questions are understood in one spelling, or refused where they are bad, with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.metrics.questions_rules import parse_question, question_document

WEEK = {"kind": "last", "amount": 7}
SEEN = {"event": "viewed"}
STEPS = [{"events": [SEEN]}, {"events": [{"event": "paid"}]}]
FUNNEL = {"kind": "funnel", "steps": STEPS, "window": {"amount": 1}, "period": WEEK}
RETENTION = {"kind": "retention", "start": [SEEN], "period": WEEK}
ATTRIBUTION = {
    "kind": "attribution",
    "conversion": {"event": "paid"},
    "touches": [{"of": SEEN, "name": "看"}],
    "period": WEEK,
}
GOOD: list[dict[str, Any]] = [
    FUNNEL,
    {**FUNNEL, "order": "any", "breakdown": {"kind": "segments", "segment_ids": [1, 2]}, "segment_id": 3},
    {**RETENTION, "how": "brackets", "brackets": [{"least": 1, "most": 1}, {"least": 2, "most": 7}]},
    {"kind": "paths", "anchor": SEEN, "period": {"kind": "days", "since_on": "2026-01-01", "until_on": "2026-01-31"}},
    {"kind": "lifecycle", "period": WEEK},
    {**ATTRIBUTION, "value": "total_fen"},
    {"kind": "stickiness", "period": WEEK, "of_days": 7},
    {"kind": "completion", "opened": SEEN, "finished": {"event": "read"}, "property": "lesson", "period": WEEK},
    {"kind": "sends", "period": WEEK, "by": "step", "converted": [{"event": "paid"}]},
]
BAD: list[tuple[dict[str, Any], str]] = [
    ({}, "kind"),
    ({**FUNNEL, "steps": [STEPS[0], {**STEPS[1], "without": [SEEN] * 11}]}, "steps.1.without"),
    ({**FUNNEL, "steps": [{**STEPS[0], "without": [SEEN]}, STEPS[1]]}, "steps.0.without"),
    ({**FUNNEL, "order": "any", "steps": [STEPS[0], {**STEPS[1], "without": [SEEN]}]}, "steps.1.without"),
    ({**FUNNEL, "window": {"amount": 0}}, "window.amount"),
    ({**FUNNEL, "window": {"amount": 9000, "unit": "hour"}}, "window.amount"),
    ({**FUNNEL, "period": {"kind": "last", "amount": 200, "unit": "week"}}, "period.amount"),
    ({**FUNNEL, "period": {"kind": "days", "since_on": "2026-02-30", "until_on": "2026-03-01"}}, "period.since_on"),
    ({**FUNNEL, "period": {"kind": "days", "since_on": "2020-01-01", "until_on": "2026-03-01"}}, "period.until_on"),
    ({**FUNNEL, "breakdown": {"kind": "property", "property": "user.email"}}, "breakdown.property"),
    ({**FUNNEL, "breakdown": {"kind": "tag", "group_id": 1, "top": 31}}, "breakdown.top"),
    ({**ATTRIBUTION, "value": "buyer.phone"}, "value"),
    ({**ATTRIBUTION, "value": "a.:`b"}, "value"),
    ({**RETENTION, "how": "brackets"}, "brackets"),
    ({**RETENTION, "brackets": [{"least": 1, "most": 2}]}, "brackets"),
    ({**RETENTION, "how": "brackets", "brackets": [{"least": 3, "most": 2}]}, "brackets.0.most"),
    (
        {**RETENTION, "start": [{"event": "a", "where": [{"property": "a.:`b", "operator": "is_set"}]}]},
        "start.0.where.0",
    ),
]


@pytest.mark.parametrize("document", GOOD, ids=str)
def test_a_question_has_one_spelling(document: dict[str, Any]) -> None:
    question = parse_question(document)
    spelled = question_document(question)
    assert parse_question(spelled) == question


@pytest.mark.parametrize(("document", "path"), BAD, ids=[path for _, path in BAD])
def test_a_bad_question_is_refused_where_it_is_bad(document: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidDefinitionError) as refused:
        parse_question(document)
    assert str(refused.value.fields["path"]).startswith(path)
    assert refused.value.fields["reason_zh"]
