"""What is answered by itself, and what becomes of a conversation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.service import rules
from siyu.domain.service.contracts import Conversation, NotSaid, Origin, Servicer, SessionState
from siyu.domain.service.replies_rules import (
    answer_to,
    greeting_of,
    parse_rules,
    plain_text,
    rules_document,
    serves_now,
    stored_rules,
)

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
MONDAY_NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
MONDAY_NIGHT = datetime(2026, 6, 1, 23, 0, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {
    "welcome": "您好，这里是晨曦茶饮",
    "first_reply": "收到，请说",
    "out_of_hours": "我们九点上班",
    "fallback": "没听懂，换个说法试试",
    "hours": [{"weekdays": [1, 2, 3, 4, 5], "begins": 540, "ends": 1320}],
    "replies": [
        {"words": ["发票"], "text": "发票在订单页里开"},
        {"words": ["1", "订单"], "match": "equals", "text": "请发订单号"},
    ],
    "faqs": [{"question": "多久能到货？", "answer": "三天", "words": ["物流", "快递"]}],
    "hand_over": {"words": ["人工", "真人"], "after_unmatched": 2, "text": "正在为您转接", "waiting": "请稍等"},
}
RULES = parse_rules(DOCUMENT)


@pytest.mark.parametrize(
    ("text", "local", "rule", "said", "goes"),
    [
        ("怎么开 发票 呀", MONDAY_NOON, "words", "发票在订单页里开", ""),
        ("1", MONDAY_NOON, "words", "请发订单号", ""),
        ("１。", MONDAY_NOON, "words", "请发订单号", ""),
        ("我的订单到哪了", MONDAY_NOON, "fallback", "没听懂，换个说法试试", ""),
        ("多久能到货", MONDAY_NOON, "faq", "三天", ""),
        ("快递呢", MONDAY_NIGHT, "faq", "三天", ""),
        ("转人工!", MONDAY_NOON, "hand_over", "正在为您转接", "asked"),
        ("转人工", MONDAY_NIGHT, "out_of_hours", "我们九点上班", ""),
        ("在吗", MONDAY_NIGHT, "out_of_hours", "我们九点上班", ""),
        ("", MONDAY_NOON, "fallback", "没听懂，换个说法试试", ""),
        ("？？？", MONDAY_NOON, "fallback", "没听懂，换个说法试试", ""),
    ],
)
def test_the_first_thing_that_fits_is_answered(text: str, local: datetime, rule: str, said: str, goes: str) -> None:
    answer = answer_to(RULES, text, local, unmatched=0, is_first=False)
    assert (answer.rule, answer.text, answer.hand_over) == (rule, said, goes)


def test_a_first_message_is_answered_once_and_the_second_that_fits_nothing_goes_to_a_person() -> None:
    assert answer_to(RULES, "你好", MONDAY_NOON, unmatched=0, is_first=True).rule == "first"
    assert answer_to(RULES, "你好", MONDAY_NOON, unmatched=1, is_first=False).hand_over == "unmatched"
    assert answer_to(RULES, "你好", MONDAY_NIGHT, unmatched=9, is_first=False).hand_over == ""
    assert answer_to(parse_rules({}), "你好", MONDAY_NOON, unmatched=9, is_first=True).text == ""


def test_a_greeting_offers_the_questions() -> None:
    assert greeting_of(RULES) == ("您好，这里是晨曦茶饮", ("多久能到货？",))
    assert greeting_of(parse_rules({**DOCUMENT, "offers_faqs": False})) == ("您好，这里是晨曦茶饮", ())
    assert greeting_of(parse_rules({})) is None


def test_a_document_comes_back_as_it_was() -> None:
    assert stored_rules(rules_document(RULES)) == RULES


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"welcome": "茶" * 700}, "welcome"),
        ({"fallback": "   "}, "fallback"),
        ({"replies": [{"words": [], "text": "x"}]}, "replies.0.words"),
        ({"replies": [{"words": ["。。"], "text": "x"}]}, "replies.0.words"),
        ({"replies": [{"words": ["人工"], "text": "x"}]}, "replies.0.words"),
        ({"faqs": [{"question": "订单", "answer": "x"}]}, "faqs.0.question"),
        ({"hours": [{"weekdays": [1, 1], "begins": 0, "ends": 60}]}, "hours.0.weekdays"),
        ({"hours": [{"weekdays": [1], "begins": 60, "ends": 60}]}, "hours.0.ends"),
        ({"hand_over": {"words": [], "after_unmatched": 0}}, "hand_over.words"),
        ({"regex": ".*"}, "regex"),
    ],
)
def test_a_fault_is_told_where_it_is(change: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidDefinitionError) as told:
        parse_rules({**DOCUMENT, **change})
    assert told.value.fields["path"] == path


def test_hours_may_end_on_the_next_day() -> None:
    night = parse_rules({"hours": [{"weekdays": [1], "begins": 1320, "ends": 120}]})
    assert serves_now(night, MONDAY_NIGHT)
    assert serves_now(night, datetime(2026, 6, 2, 1, 59, tzinfo=UTC))
    assert not serves_now(night, datetime(2026, 6, 2, 2, 0, tzinfo=UTC))
    assert not serves_now(night, datetime(2026, 6, 1, 1, 0, tzinfo=UTC))


def test_words_are_looked_for_whatever_their_width_and_signs() -> None:
    assert plain_text("ＡＢc，１ ２!") == "abc12"


# --- conversations


def begun(**changed: Any) -> Conversation:
    values: dict[str, Any] = {"state": SessionState.NEW, "scene": "", "userid": "", "staff_id": None}
    return Conversation(1, 1, 1, **{**values, "began_at": NOW, "touched_at": NOW, **changed})


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({}, NotSaid.OUTSIDE_WINDOW),
        ({"wrote_at": NOW - timedelta(hours=48)}, None),
        ({"wrote_at": NOW - timedelta(hours=48, seconds=1)}, NotSaid.OUTSIDE_WINDOW),
        ({"wrote_at": NOW, "answers": 4}, None),
        ({"wrote_at": NOW, "answers": 5}, NotSaid.TOO_MANY),
        ({"wrote_at": NOW, "state": SessionState.WAITING}, NotSaid.WITH_PERSON),
        ({"wrote_at": NOW, "state": SessionState.SERVICER}, NotSaid.WITH_PERSON),
        ({"wrote_at": NOW, "state": SessionState.ASSISTANT}, None),
        ({"wrote_at": NOW, "ended_at": NOW}, NotSaid.ENDED),
    ],
)
def test_who_may_be_written_to(changed: dict[str, Any], refused: NotSaid | None) -> None:
    assert rules.not_said(begun(**changed), NOW) is refused


def test_writing_opens_the_window_anew_and_answers_are_counted() -> None:
    asked = rules.customer_wrote(begun(), NOW)
    again = rules.customer_wrote(asked, NOW + timedelta(minutes=1))
    assert (again.asked_at, again.received, again.answers) == (NOW, 2, 0)
    by_rule = rules.answered(again, Origin.RULE, NOW + timedelta(minutes=2))
    assert (by_rule.asked_at, by_rule.answered_by, by_rule.answers, by_rule.by_rules) == (None, Origin.RULE, 1, 1)
    handed = rules.handed(by_rule, SessionState.SERVICER, "xia", 7, NOW + timedelta(minutes=3))
    by_person = rules.answered(handed, Origin.SERVICER, NOW + timedelta(minutes=9))
    assert (by_person.handed_over_at, by_person.taken_at) == (NOW + timedelta(minutes=3), NOW + timedelta(minutes=9))
    assert (by_person.answers, by_person.by_persons, by_person.answered_by) == (1, 1, Origin.RULE)


def test_the_least_busy_on_duty_takes_it() -> None:
    servicers = [Servicer("a", 1, True, 3), Servicer("b", 2, True, 1), Servicer("c", 3, False, 0)]
    taken = rules.least_busy(servicers)
    assert taken is not None
    assert taken.userid == "b"
    assert rules.least_busy(servicers[2:]) is None
