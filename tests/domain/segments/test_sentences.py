"""A definition reads as a sentence, in Chinese and in English, that says all of what it means."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.domain.customers.contracts import IDENTITY_KINDS, PURPOSES
from siyu.domain.segments.contracts import (
    AllCondition,
    AnyCondition,
    AttributeCondition,
    Condition,
    EntryCondition,
    EstimateCondition,
    EventCondition,
    EventValueCondition,
    Filter,
    NotCondition,
    TagCondition,
)
from siyu.domain.segments.definition import leaves, parse_definition
from siyu.domain.segments.naming_contracts import Named, Names
from siyu.domain.segments.sentences import sentence
from siyu.domain.segments.sentences_words import IDENTITY_WORDS, PURPOSE_WORDS, named_things
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
    steps,
)

THINGS: dict[Named, str] = {
    ("tag", 1): "VIP",
    ("tag", 2): "茶友",
    ("staff", 1): "张三",
    ("unit", 1): "华东",
    ("segment", 1): "老客",
    ("list", 1): "内购会",
    ("rfm", 1): "默认",
    ("ladder", 1): "会员",
}
NAMES = Names(THINGS, {(1, "important_value"): ("重要价值", "Champions")})
BEFORE_90 = {"kind": "rolling", "least": {"amount": 90, "unit": "day"}}
PAID_100 = {"property": "total_fen", "operator": "at_least", "value": 10_000}
NO_COUPON = {"property": "coupon", "operator": "is_not_set"}
WEEK = {"amount": 1, "unit": "week"}


def bought(operator: str, value: float, **more: object) -> dict[str, Any]:
    return {**EVENT, "operator": operator, "value": value, **more}


SENTENCES: list[tuple[dict[str, Any], str, str]] = [
    (bought("at_least", 1), "购买过", "who have bought"),
    (bought("at_least", 1, window=LAST_30), "最近 30 天购买过", "who bought in the last 30 days"),
    (
        bought("at_least", 2, window=LAST_30),
        "最近 30 天购买至少 2 次",
        "who bought at least 2 times in the last 30 days",
    ),
    (bought("at_most", 0), "从未购买", "who have never bought"),
    (bought("less_than", 1, window=LAST_30), "最近 30 天没有购买", "who did not buy in the last 30 days"),
    (bought("exactly", 1), "购买恰好 1 次", "who bought exactly 1 time"),
    (
        bought("at_least", 1, where=[PAID_100, NO_COUPON], window=BEFORE_90),
        "90 天以前有过购买（其中金额不低于 ¥100，且「coupon」没有值）",
        "who bought (where amount is at least ¥100 and “coupon” is not known) 90 days ago or earlier",
    ),
    (
        {**bought("at_most", 3, window={**LAST_30, "most": {"amount": 1, "unit": "hour"}}), "event": "page_scrolled"},
        "最近 1 小时发生「page_scrolled」至多 3 次",
        "who did “page_scrolled” at most 3 times in the last 1 hour",
    ),
    (
        bought("more_than", 2, measure="days", window={**LAST_30, "least": WEEK}),
        "30 天前至 1 周前有购买的天数多于 2 天",
        "who bought on more than 2 different days from 30 days to 1 week ago",
    ),
    (
        {**SUM, "value": 50_000, "window": LAST_30},
        "最近 30 天购买的金额合计不低于 ¥500",
        "whose amount, summed over the times they bought in the last 30 days, is at least ¥500",
    ),
    (
        {**SUM, "property": "discount_fen", "operator": "at_most", "measure": "max", "value": 1234},
        "购买的「discount_fen」最大值不高于 ¥12.34",
        "whose largest “discount_fen” of the times they bought is at most ¥12.34",
    ),
    (
        {**SUM, "property": "shop", "measure": "distinct", "value": 3},
        "购买的「shop」至少 3 种",
        "with at least 3 different values of “shop” in the times they bought",
    ),
    ({**calendar("month", 0, 1), "value": 1}, "本月购买过", "who bought this month"),
    ({**calendar("week", 1, 1), "value": 1}, "上周购买过", "who bought last week"),
    ({**calendar("day", 2, 1), "value": 1}, "2 天前的那一天购买过", "who bought in the day 2 days ago"),
    (
        {**calendar("month", 3, 3), "value": 1},
        "本月之前的 3 个月购买过",
        "who bought in the 3 months before this month",
    ),
    (
        {**calendar("quarter", 1, 2), "value": 1},
        "含本季度的最近 2 个季度购买过",
        "who bought in the last 2 quarters of the calendar, this quarter included",
    ),
    (
        {**calendar("year", 5, 2), "value": 1},
        "5 年前的那一年起共 2 年购买过",
        "who bought in the 2 years that began with the year 5 years ago",
    ),
    (
        {**fixed(since_on="2026-03-01", until_on="2026-05-31"), "value": 1},
        "2026-03-01 至 2026-05-31 购买过",
        "who bought from 2026-03-01 to 2026-05-31",
    ),
    ({**fixed(since_on="2026-03-01"), "value": 1}, "自 2026-03-01 起购买过", "who bought since 2026-03-01"),
    ({**fixed(until_on="2026-05-31"), "value": 1}, "截至 2026-05-31 购买过", "who bought until 2026-05-31"),
    (MOMENT, "最近一次购买是在最近 30 天", "who last bought in the last 30 days"),
    (
        {**MOMENT, "which": "first", "window": BEFORE_90},
        "首次购买是在 90 天以前",
        "who first bought 90 days ago or earlier",
    ),
    (VALUE, "首次购买的「channel」有值", "whose “channel” of the first time they bought, is known"),
    (
        {**VALUE, "which": "last", "operator": "starts_with", "value": "小", "window": LAST_30},
        "最近 30 天最近一次购买的「channel」以 “小” 开头",
        "whose “channel” of the last time they bought in the last 30 days, starts with “小”",
    ),
    (SEQUENCE, "加购后 30 天内购买", "who added to the cart and then bought within 30 days"),
    (
        {
            "kind": "sequence",
            "steps": [{"event": "cart_added"}, {"event": "order_paid", "within": WEEK, "is_absent": True}],
        },
        "加购后 1 周内没有购买",
        "who added to the cart and then did not buy within 1 week",
    ),
    (
        {
            **steps(
                {"event": "product_viewed"},
                {
                    "event": "cart_added",
                    "without": [{"event": "share_sent"}, {"event": "order_paid", "where": [PAID_100]}],
                },
                {"event": "order_paid", "within": DAYS_30},
            ),
            "same": "product_id",
            "window": LAST_30,
        },
        "最近 30 天浏览商品后加购（期间没有分享、购买（其中金额不低于 ¥100）），再 30 天内购买（各步的「product_id」相同）",
        "who viewed a product and then added to the cart (not having shared something nor bought (where amount is at least ¥100)"
        " in between) and then bought within 30 days, all with the same “product_id”, all of it in the last 30 days",
    ),
    (REGULAR, "最近 4 周中至少 3 周有打卡", "who checked in in at least 3 of the last 4 weeks"),
    (
        RESUMED,
        "最近 30 天重新购买，此前至少 30 天没有过",
        "who bought again in the last 30 days, after at least 30 days without",
    ),
    (
        STOPPED,
        "最近 30 天没有购买，而在那之前的 30 天内至少有 1 次",
        "who have not bought in the last 30 days but did at least 1 time in the 30 days before that",
    ),
    (ACTED, "最近 30 天有过行为", "who did something themselves in the last 30 days"),
    ({"kind": "acted"}, "有过行为", "who have done something themselves"),
    (BIRTHDAY, "生日在未来 7 天内", "whose birthday is in the next 7 days"),
    ({**BIRTHDAY, "to_days": 0}, "生日是今天", "whose birthday is today"),
    ({**BIRTHDAY, "from_days": -3, "to_days": 0}, "生日在过去 3 天内", "whose birthday is in the past 3 days"),
    (
        {**BIRTHDAY, "attribute": "joined_on", "from_days": -1, "to_days": 1},
        "「joined_on」的周年日在 1 天前至 1 天后之间",
        "whose anniversary of “joined_on” is between 1 day ago and 1 day from now",
    ),
    (
        {"kind": "anniversary", "event": "order_paid", "from_days": 30, "to_days": 30},
        "首次购买的周年日是 30 天后",
        "whose anniversary of the first time they bought is 30 days from now",
    ),
    (attribute("is", "上海"), "城市是 “上海”", "whose city is “上海”"),
    (attribute("is_not", True, name="vip"), "「vip」不是 真", "whose “vip” is not true"),
    (attribute("at_least", 18, name="age"), "「age」不低于 18", "whose “age” is at least 18"),
    (
        attribute("less_than", 250_050, name="spent_fen"),
        "「spent_fen」低于 ¥2,500.50",
        "whose “spent_fen” is less than ¥2,500.50",
    ),
    (
        attribute("at_most", "2000-01-01", name="birthday"),
        "生日不晚于 “2000-01-01”",
        "whose birthday is not after “2000-01-01”",
    ),
    (attribute("is_not_set", name="email"), "邮箱没有值", "whose e-mail is not known"),
    (attribute("contains", "茶", name="likes"), "「likes」包含 “茶”", "whose “likes” contains “茶”"),
    (
        attribute("has_all", ["茶", "咖啡"], name="likes"),
        "「likes」同时包含 “茶”和“咖啡”",
        "whose “likes” contains all of “茶” and “咖啡”",
    ),
    (
        attribute("not_one_of", ["上海", "北京"]),
        "城市不是 “上海”、“北京”之一",
        "whose city is not one of “上海” or “北京”",
    ),
    (
        attribute("one_of", list("一二三四五六七八九")),
        "城市是 “一”、“二”、“三”、“四”、“五”、“六”、“七”、“八”等 9 个之一",
        "whose city is one of “一”, “二”, “三”, “四”, “五”, “六”, “七”, “八” or 1 more",
    ),
    (
        attribute("in_next_days", 7, name="expires_on"),
        "「expires_on」的日期在从今天起的 7 天内",
        "whose “expires_on” is a day in the 7 days that begin with today",
    ),
    ({"kind": "tag", "tag_ids": [1, 2]}, "有标签「VIP」或「茶友」", "who bear the tag “VIP” or “茶友”"),
    (
        {"kind": "tag", "tag_ids": [1, 2, 12], "operator": "all_of"},
        "同时有标签「VIP」、「茶友」和「标签 12」",
        "who bear all of the tags “VIP”, “茶友” and “tag 12”",
    ),
    ({"kind": "keeper", "staff_ids": [1]}, "由「张三」负责", "who are kept by “张三”"),
    ({"kind": "unit", "unit_ids": [1]}, "属于「华东」及其下级", "who belong to “华东” or a unit below"),
    (SMS, "现在可以发营销消息（短信）", "for whom marketing (SMS) is allowed now"),
    (
        {**SMS, "state": "withdrawn", "channel": "*"},
        "已拒绝营销消息（全部渠道）",
        "who refused marketing (all channels)",
    ),
    (
        {"kind": "consent", "purpose": "profiling", "state": "unasked"},
        "未曾对按特征挑选消息表态",
        "who never spoke of being profiled",
    ),
    (
        {"kind": "identity", "identities": ["phone", "openid"]},
        "有手机号或微信 openid",
        "who are known by phone or WeChat openid",
    ),
    ({"kind": "entry", "channels": ["小程序"]}, "首次来自“小程序”", "who first came by “小程序”"),
    ({"kind": "segment", "segment_id": 1}, "在人群「老客」中", "who are in segment “老客”"),
    ({"kind": "segment", "segment_id": 9}, "在人群「人群 9」中", "who are in segment “segment 9”"),
    ({"kind": "list", "list_id": 1}, "在名单「内购会」中", "who are on list “内购会”"),
    (ESTIMATE, "仍活跃的概率低于 0.2", "whose probability of still being a buyer is less than 0.2"),
    (
        {**ESTIMATE, "name": "expected_value_fen", "operator": "at_least", "value": 50_000},
        "未来 365 天预期价值不低于 ¥500",
        "whose expected value of the next 365 days is at least ¥500",
    ),
    (
        {**ESTIMATE, "model": "scene", "name": "city", "operator": "not_one_of", "value": ["上海", "北京"]},
        "常在城市不是 “上海”、“北京”之一",
        "whose usual city is not one of “上海” or “北京”",
    ),
    (SAMPLE, "在随机样本「春」的 0%–10% 中", "who are in random sample “春” from 0% to 10%"),
    (
        {"kind": "rfm", "scheme_id": 1, "cells": ["important_value", "555"]},
        "在 RFM 方案「默认」的“重要价值”或“555”中",
        "who are in “Champions” or “555” of RFM scheme “默认”",
    ),
    (
        {"kind": "stage", "ladder_id": 1, "stages": ["新客", "老客"]},
        "处于阶梯「会员」的“新客”或“老客”",
        "who stand on “新客” or “老客” of ladder “会员”",
    ),
    (
        {
            "kind": "all",
            "of": [
                bought("at_least", 1),
                {"kind": "any", "of": [attribute("is", "上海"), attribute("is_not_set")]},
                {"kind": "not", "of": {**MOMENT, "event": "message_clicked"}},
            ],
        },
        "购买过，且（城市是 “上海”，或城市没有值），且不满足（最近一次点击消息是在最近 30 天）",
        "who have bought and (whose city is “上海” or whose city is not known)"
        " and who are not among those who last clicked a message in the last 30 days",
    ),
    (
        {"kind": "not", "of": {"kind": "all", "of": [bought("at_least", 1)]}},
        "不满足（购买过）",
        "except those who have bought",
    ),
    (
        {"kind": "not", "of": {"kind": "any", "of": [bought("at_least", 1), attribute("is_set")]}},
        "不满足（购买过，或城市有值）",
        "except those (who have bought or whose city is known)",
    ),
]


@pytest.mark.parametrize(
    ("document", "chinese", "english"), SENTENCES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_it_reads_well(document: dict[str, Any], chinese: str, english: str) -> None:
    condition = parse_definition(document)
    assert sentence(condition, "zh", NAMES) == chinese
    assert sentence(condition, "en", NAMES) == f"Customers {english}"


def test_every_kind_is_among_these() -> None:
    assert {leaf.kind for document, _, _ in SENTENCES for leaf in leaves(parse_definition(document))} == set(KINDS)


def test_every_purpose_and_identity_has_a_word() -> None:
    assert set(PURPOSE_WORDS) == set(PURPOSES)
    assert set(IDENTITY_WORDS) == set(IDENTITY_KINDS)


def test_what_is_known_by_number_is_found_to_be_named() -> None:
    documents = [document for document, _, _ in SENTENCES]
    found = set().union(*(named_things(parse_definition(each)) for each in documents))
    assert found == {*THINGS, ("tag", 12), ("segment", 9)}


@given(conditions())
def test_every_definition_has_a_sentence(condition: Condition) -> None:
    chinese, english = sentence(condition, "zh"), sentence(condition, "en")
    assert chinese == chinese.strip() != ""
    assert english.startswith("Customers ")
    assert "None" not in chinese + english
    assert "()" not in chinese + english


def meaning(node: object) -> object:
    """What a sentence has to tell: the same for two ways to write one thing."""
    if isinstance(node, AllCondition | AnyCondition) and len(node.of) == 1:
        return meaning(node.of[0])
    if isinstance(node, EventCondition) and node.measure == "count" and node.operator != "exactly":
        if (node.operator, node.value) == ("more_than", 0):
            return meaning(replace(node, operator="at_least", value=1))
        if (node.operator, node.value) in {("at_most", 0), ("less_than", 1)}:
            return meaning(replace(node, operator="exactly", value=0))
    if isinstance(node, AttributeCondition | EstimateCondition | EventValueCondition | Filter):
        alone = node.value[0] if isinstance(node.value, tuple) and len(node.value) == 1 else None
        if alone is not None and node.operator in {"one_of", "not_one_of"}:
            return meaning(replace(node, operator="is" if node.operator == "one_of" else "is_not", value=alone))
    if isinstance(node, TagCondition) and len(node.tag_ids) == 1:
        node = replace(node, operator="any_of")
    if is_dataclass(node):
        return (type(node).__name__, *(meaning(getattr(node, each.name)) for each in fields(node)))
    if isinstance(node, tuple):
        return tuple(meaning(each) for each in node)
    return node if isinstance(node, str | bool | None) else float(node)  # type: ignore[arg-type]  # a number is left


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_two_conditions_say_the_same(language: Any, kind: str) -> None:
    told: dict[str, object] = {}
    for seed in range(1_000):
        leaf = random_leaf(Random(seed), kind)
        assert told.setdefault(sentence(leaf, language), meaning(leaf)) == meaning(leaf)
    assert len(told) >= min(3, len({repr(meaning(random_leaf(Random(seed), kind))) for seed in range(50)}))


@given(st.lists(conditions(), min_size=2, max_size=20))
def test_no_two_definitions_say_the_same(several: list[Condition]) -> None:
    for language in ("zh", "en"):
        told: dict[str, object] = {}
        for condition in several:
            for each in (condition, NotCondition(condition)):
                assert told.setdefault(sentence(each, language), meaning(each)) == meaning(each)


def test_many_are_told_by_their_number() -> None:
    many = EntryCondition(tuple(f"c{n}" for n in range(12)))
    assert sentence(many, "zh").endswith("“c7”等 12 个之一")
    assert sentence(many, "en").endswith("“c7” or 4 more")
