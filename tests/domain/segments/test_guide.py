"""Every example of the guide is a definition, and says what the guide says it says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.segments.contracts import CONDITIONS_MAX, DEPTH_MAX, FILTERS_MAX, VALUES_MAX, EventCondition
from siyu.domain.segments.definition import leaves, parse_definition
from siyu.domain.segments.expanding import EXPANDED_DEPTH_MAX, EXPANDED_MAX
from siyu.domain.segments.sentences import sentence
from tests.domain.segments.definitions import KINDS

GUIDE = (Path(__file__).parents[3] / "docs/guides/segments.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json\n([^`]*)```\n> (.*)\n> (.*)\n", GUIDE)
WINDOWS = re.findall(r"^\| `(\{.*?\})` \| (.*?) · ", GUIDE, re.MULTILINE)
WRONG = re.findall(r"```json-wrong\n([^`]*)```\n> (.*)\n> (.*)\n> (.*)\n", GUIDE)


def test_all_of_them_are_found() -> None:
    assert len(EXAMPLES) == GUIDE.count("```json\n") > 10
    assert len(WRONG) == GUIDE.count("```json-wrong") == 1
    assert len(WINDOWS) == 7
    assert {leaf.kind for text, _, _ in EXAMPLES for leaf in leaves(parse_definition(json.loads(text)))} == set(KINDS)


@pytest.mark.parametrize(("text", "chinese", "english"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_says_so(text: str, chinese: str, english: str) -> None:
    condition = parse_definition(json.loads(text))
    assert sentence(condition, "zh") == chinese
    assert sentence(condition, "en") == english


@pytest.mark.parametrize(("text", "chinese"), WINDOWS, ids=range(len(WINDOWS)))
def test_a_window_says_so(text: str, chinese: str) -> None:
    condition = parse_definition(
        {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 1, "window": json.loads(text)}
    )
    assert isinstance(condition, EventCondition)
    assert condition.window is not None
    said = sentence(condition, "zh").removesuffix("购买过").strip()
    assert said == (chinese if condition.window.kind != "fixed" else "2026-11-01 至 2026-11-11")


@pytest.mark.parametrize(("text", "path", "chinese", "english"), WRONG)
def test_a_wrong_one_is_refused_so(text: str, path: str, chinese: str, english: str) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_definition(json.loads(text))
    assert caught.value.fields == {"path": path, "reason": english, "reason_zh": chinese}


def test_the_limits_are_these() -> None:
    assert f"一份定义 {CONDITIONS_MAX} 个条件、{DEPTH_MAX} 层" in GUIDE
    assert (
        f"{EXPANDED_MAX} 个条件、{EXPANDED_DEPTH_MAX} 层；每个条件 {FILTERS_MAX} 个筛选；一列至多 {VALUES_MAX} 个值"
        in GUIDE
    )
