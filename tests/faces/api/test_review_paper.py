"""What stands on the paper of a review, without a database."""

from __future__ import annotations

from typing import Any, cast
from zoneinfo import ZoneInfo

from siyu.domain.plans.contracts import Review
from siyu.faces.api.review_paper import Paper, contributions


def _part(key: str, contribution: float, *parts: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "before": 1, "after": 2, "contribution": contribution, "parts": list(parts)}


def test_metric_that_stands_in_a_formula_twice_is_told_once() -> None:
    per_buyer = _part("orders_per_buyer", -90.0, _part("orders", 50.0), _part("buyers", -140.0))
    cause = _part("paid", 35.0, _part("buyers", 140.0), per_buyer, _part("ticket", -15.0))
    told = contributions(cause)
    assert [(each["key"], each["contribution"]) for each in told] == [("orders", 50.0), ("ticket", -15.0)]
    assert sum(each["contribution"] for each in told) == cause["contribution"]


def test_what_is_left_over_is_not_thrown_together() -> None:
    cause = _part("whole", 3.0, _part("a", 0.0, _part("rest", 1.0)), _part("rest", 2.0), _part("b", 0.0))
    assert [each["contribution"] for each in contributions(cause)] == [2.0, 1.0]


def test_ratio_is_written_as_those_it_stands_beside() -> None:
    paper = Paper("", "", cast("Review", None), {}, [], {}, None, ZoneInfo("Asia/Shanghai"), "CNY", "zh")
    assert [paper.value(each, "ratio", (1.8, 1.0)) for each in (1.8, 1.0)] == ["1.80", "1"]
    assert [paper.value(each, "ratio", (0.5, 1.0, None)) for each in (0.5, 1.0)] == ["50.0%", "100.0%"]
