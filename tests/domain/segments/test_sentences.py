"""A definition reads as a sentence, in Chinese and in English."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from siyu.domain.segments.contracts import Condition
from siyu.domain.segments.definition import parse_definition
from siyu.domain.segments.sentences import sentence
from tests.domain.segments.definitions import conditions


def event_count(operator: str, count: int, days: int | None = None, event: str = "order_paid") -> dict[str, Any]:
    return {"kind": "event_count", "event": event, "operator": operator, "count": count, "within_days": days}


def event_sum(operator: str, value: float, days: int | None = None, name: str = "total_fen") -> dict[str, Any]:
    return {
        "kind": "event_sum",
        "event": "order_paid",
        "property": name,
        "operator": operator,
        "value": value,
        "within_days": days,
    }


def attribute(name: str, operator: str, value: object = None) -> dict[str, Any]:
    return {"kind": "attribute", "name": name, "operator": operator, "value": value}


def recency(operator: str, days: int, event: str = "order_paid") -> dict[str, Any]:
    return {"kind": "recency", "event": event, "operator": operator, "days": days}


@pytest.mark.parametrize(
    ("document", "chinese", "english"),
    [
        (
            {"kind": "all", "of": [event_count("at_least", 2), recency("more_than", 90)]},
            "购买过至少 2 次，且超过 90 天没有购买",
            "Customers who bought at least 2 times and who have not bought for more than 90 days",
        ),
        (event_count("at_least", 1), "购买过", "Customers who have bought"),
        (event_count("at_least", 1, 30), "最近 30 天内购买过", "Customers who bought in the last 30 days"),
        (event_count("at_most", 0), "从未购买", "Customers who have never bought"),
        (event_count("exactly", 0, 7), "最近 7 天内没有购买", "Customers who did not buy in the last 7 days"),
        (event_count("exactly", 1), "购买恰好 1 次", "Customers who bought exactly 1 time"),
        (
            event_count("at_most", 3, 1, event="page_scrolled"),
            "最近 1 天内发生「page_scrolled」不超过 3 次",
            "Customers who did “page_scrolled” at most 3 times in the last 1 day",
        ),
        (
            event_sum("at_least", 500_000, 365),
            "最近 365 天内累计消费至少 5,000 元",
            "Customers who spent at least 5,000 in total in the last 365 days",
        ),
        (
            event_sum("at_most", 1234, name="discount_fen"),
            "购买的「discount_fen」合计不超过 12.34 元",
            "Customers who bought with “discount_fen” adding up to at most 12.34",
        ),
        (recency("within", 1), "最近 1 天内购买过", "Customers who bought in the last 1 day"),
        (attribute("city", "is", "上海"), "城市是 “上海”", "Customers whose city is “上海”"),
        (attribute("vip", "is_not", True), "「vip」不是 “是”", "Customers whose “vip” is not true"),
        (attribute("age", "at_least", 18), "「age」不小于 18", "Customers whose “age” is at least 18"),
        (
            attribute("birthday", "at_most", "2000-01-01"),
            "生日不晚于 “2000-01-01”",
            "Customers whose birthday is not after “2000-01-01”",
        ),
        (attribute("email", "is_not_set"), "邮箱没有值", "Customers whose e-mail is not known"),
        (
            attribute("city", "one_of", ["上海", "北京", "广州", "深圳", "杭州", "成都"]),
            "城市是 “上海”、“北京”、“广州”、“深圳”、“杭州”等 6 个值之一",
            "Customers whose city is one of “上海”, “北京”, “广州”, “深圳”, “杭州” and 1 more",
        ),
        (
            {
                "kind": "all",
                "of": [
                    event_count("at_least", 1),
                    {"kind": "any", "of": [attribute("city", "is", "上海"), attribute("city", "is_not_set")]},
                    {"kind": "not", "of": recency("within", 30, event="message_clicked")},
                ],
            },
            "购买过，且（城市是 “上海”，或城市没有值），且不满足（最近 30 天内点击消息过）",
            "Customers who have bought and (whose city is “上海” or whose city is not known)"
            " and who are not among those who clicked a message in the last 30 days",
        ),
        (
            {"kind": "not", "of": {"kind": "all", "of": [event_count("at_least", 1)]}},
            "不满足（购买过）",
            "Customers except those who have bought",
        ),
    ],
)
def test_it_reads_well(document: dict[str, Any], chinese: str, english: str) -> None:
    condition = parse_definition(document)
    assert sentence(condition, "zh") == chinese
    assert sentence(condition, "en") == english


@given(conditions())
def test_every_definition_has_a_sentence(condition: Condition) -> None:
    for chinese, english in [(sentence(condition, "zh"), sentence(condition, "en"))]:
        assert chinese
        assert english.startswith("Customers ")
        assert "None" not in chinese + english
