"""Documents of forms: what is refused, and made-up forms with made-up answers against a plain account of the rules."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.entries.answers_contracts import PERSONAL_KINDS
from siyu.domain.entries.answers_rules import check_answers, outcome_of
from siyu.domain.entries.forms_rules import as_document, parse_form, stored_form
from tests.domain.entries.forms import AGREE, GOALS, LEVEL, PHONE, SHOP, SURVEY, choice, form_of, question

FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"title": "x"}, "pages", "请填写"),
    ({**SURVEY, "colour": "red"}, "colour", "去掉"),
    (form_of(), "pages.0.questions", "每页请放"),
    (form_of(question("matrix", "m")), "pages.0.questions.0.kind", "可选"),
    (form_of(question("text", "M")), "pages.0.questions.0.key", "小写"),
    (form_of(LEVEL, LEVEL), "pages.0.questions.1.key", "两次"),
    (form_of(question("text", "a", "\t")), "pages.0.questions.0.title", "控制字符"),
    (form_of(question("text", "a", " ")), "pages.0.questions.0.title", "空格"),
    (form_of({**LEVEL, "choices": [choice("a"), choice("a")]}), "pages.0.questions.0.choices.1.key", "两次"),
    (form_of({**GOALS, "least": 3}), "pages.0.questions.0.most", "最少"),
    (form_of({**GOALS, "least": 9, "most": 9}), "pages.0.questions.0.least", "3 个选项"),
    (form_of(question("number", "n", least=3, most=2)), "pages.0.questions.0.most", "最少"),
    (form_of(SHOP, GOALS), "pages.0.questions.0.show_if.question", "前面"),
    (form_of(GOALS, {**SHOP, "show_if": {"question": "goals", "any_of": ["no"]}}),
     "pages.0.questions.1.show_if.any_of.0", "没有这个选项"),
    (form_of({**LEVEL, "attribute": "openid"}), "pages.0.questions.0.attribute", "身份"),
    (form_of({**PHONE, "attribute": "contact"}), "pages.0.questions.0.attribute", "加密"),
    (form_of({**LEVEL, "attribute": "a.b"}), "pages.0.questions.0.attribute", "属性名"),
    (form_of({**AGREE, "purpose": "love"}), "pages.0.questions.0.purpose", "用途"),
    (form_of({**AGREE, "channel": "*"}), "pages.0.questions.0.channel", "渠道"),
    (form_of({**AGREE, "is_required": True}), "pages.0.questions.0.is_required", "第十六条"),
    ({**SURVEY, "next_url": "javascript:alert(1)"}, "next_url", "http"),
    ({**SURVEY, "next_label": "进群"}, "next_url", "网址"),
    ({**SURVEY, "opens_at": "2026-06-02T00:00:00Z", "closes_at": "2026-06-01T00:00:00Z"}, "closes_at", "晚于"),
    ({**SURVEY, "opens_at": "9999-12-31T23:59:59Z"}, "opens_at", "2200"),
    ({**SURVEY, "closes_at": "0001-01-01T00:00:00+14:00"}, "closes_at", "1990"),
    ({**SURVEY, "bands": [SURVEY["bands"][1], SURVEY["bands"][0]]}, "bands.1.least", "从低到高"),
    (form_of(LEVEL, band_attribute="intent"), "band_attribute", "分档"),
    ({**SURVEY, "answers_max": 0}, "answers_max", "不小于 1"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "path", "words"), FAULTS, ids=[f"{n}:{each[1]}" for n, each in enumerate(FAULTS)])
def test_a_bad_document_is_refused_where_the_fault_is(document: dict[str, Any], path: str, words: str) -> None:
    with pytest.raises(InvalidDefinitionError) as refused:
        parse_form(document)
    assert refused.value.fields["path"] == path
    assert words in str(refused.value.fields["reason_zh"])


def test_a_form_has_one_spelling() -> None:
    document = as_document(parse_form(SURVEY))
    assert as_document(parse_form(document)) == document
    assert stored_form(document) == parse_form(SURVEY)


TYPED = [
    "",
    " ",
    "a",
    "zz",
    "yes",
    "0",
    "3",
    "7.5",
    "-2",
    "13800138000",
    "+1 415 555 0100",
    "1@b.cn",
    "x@y",
    "2024-02-29",
]
KINDS = [
    "single",
    "multiple",
    "text",
    "long_text",
    "number",
    "date",
    "phone",
    "email",
    "city",
    "rating",
    "nps",
    "consent",
]


@st.composite
def forms(draw: st.DrawFn) -> dict[str, Any]:
    """Up to eight questions of any kind, some of them shown only after a choice in an earlier one."""
    made: list[dict[str, Any]] = []
    for n in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(KINDS))
        asked = question(kind, f"q{n}", is_required=kind != "consent" and draw(st.booleans()))
        if kind in ("single", "multiple"):
            score = st.integers(-5, 5)
            keys = ["a", "b", "c"][: draw(st.integers(1, 3))]
            asked["choices"] = [choice(key, key * 2, score=draw(score), tags=[draw(st.integers(1, 4))]) for key in keys]
        if kind == "multiple":
            asked["most"] = draw(st.sampled_from([None, 1, 2]))
        if kind == "number":
            asked |= {"least": draw(st.sampled_from([None, 1])), "is_whole": draw(st.booleans())}
        if kind == "consent":
            asked |= {"purpose": "marketing", "channel": "sms"}
        earlier = [each for each in made if "choices" in each]
        is_asked_always: bool = not draw(st.booleans())
        if earlier and not is_asked_always:
            asked["show_if"] = {"question": draw(st.sampled_from(earlier))["key"], "any_of": ["a"]}
        made.append(asked)
    return form_of(
        *made, bands=[{"key": "low", "label": "低", "least": -3}, {"key": "high", "label": "高", "least": 4}]
    )


def plainly(document: dict[str, Any], raw: dict[str, list[str]]) -> tuple[dict[str, list[str]], set[str]]:
    """What counts, as it was sent, and which questions are at fault: by hand, question for question."""
    counted: dict[str, list[str]] = {}
    bad: set[str] = set()
    for asked in document["pages"][0]["questions"]:
        key, kind, when = asked["key"], asked["kind"], asked.get("show_if")
        if when is not None and not set(counted.get(when["question"], [])) & set(when["any_of"]):
            continue
        sent = [each.strip() for each in raw.get(key, []) if each.strip()]
        if not sent:
            if asked["is_required"]:
                bad.add(key)
        elif kind == "multiple":
            known = [each["key"] for each in asked["choices"]]
            if set(sent) <= set(known) and (asked["most"] is None or len(set(sent)) <= asked["most"]):
                counted[key] = [each for each in known if each in sent]
            else:
                bad.add(key)
        elif fits(asked, sent[-1]):
            counted[key] = [sent[-1]]
        else:
            bad.add(key)
    return counted, bad


def fits(asked: dict[str, Any], text: str) -> bool:
    match asked["kind"]:
        case "single":
            return text in [each["key"] for each in asked["choices"]]
        case "rating":
            return text in list("12345")
        case "nps":
            return text in [str(n) for n in range(11)]
        case "consent":
            return text == "yes"
        case "phone":
            return text in ("13800138000", "+1 415 555 0100")
        case "email":
            return text == "1@b.cn"
        case "date":
            try:
                return bool(date.fromisoformat(text))
            except ValueError:
                return False
        case "number":
            try:
                number = float(text)
            except ValueError:
                return False
            fit_whole = not asked["is_whole"] or number.is_integer()
            return abs(number) <= 1e12 and fit_whole and (asked["least"] is None or number >= asked["least"])
        case _:
            return True


@settings(max_examples=25, deadline=None)
@given(forms(), st.integers(0, 2**32))
def test_made_up_answers_count_as_the_rules_say(document: dict[str, Any], seed: int) -> None:
    form = parse_form(document)
    dice = random.Random(seed)
    for _ in range(40):
        raw = {
            each["key"]: [dice.choice([*TYPED, "a", "b", "c", "3"]) for _ in range(dice.randint(0, 2))]
            for each in document["pages"][0]["questions"]
        }
        counted, bad = plainly(document, raw)
        checked = check_answers(form, raw)
        assert (set(checked.values), set(checked.faults)) == (set(counted), bad)
        outcome = outcome_of(form, checked.values)
        chosen = [
            each
            for asked in document["pages"][0]["questions"]
            for each in asked.get("choices", [])
            if each["key"] in counted.get(asked["key"], [])
        ]
        score = sum(each["score"] for each in chosen)
        assert outcome.score == score
        assert (outcome.band.key if outcome.band else None) == (
            "high" if score >= 4 else "low" if score >= -3 else None
        )
        assert set(outcome.tags) == {tag_id for each in chosen for tag_id in each["tags"]}
        personal = {each["key"] for each in document["pages"][0]["questions"] if each["kind"] in PERSONAL_KINDS}
        assert set(outcome.personal) == set(counted) & personal
        assert set(outcome.plain) == set(counted) - personal
        again = {key: value if isinstance(value, list) else [str(value)] for key, value in checked.values.items()}
        again |= {key: ["yes"] for key, value in checked.values.items() if value is True}
        assert check_answers(form, again).values == checked.values
