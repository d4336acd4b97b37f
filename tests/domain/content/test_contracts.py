"""Texts with places, and signed addresses."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.domain.content.contracts import BadTemplateError, SignedAddresses, Template

ADDRESSES = SignedAddresses("https://brand.example/", "a secret of this test")


@pytest.mark.parametrize(
    ("text", "attributes", "expected"),
    [
        ("没有地方要填", {}, "没有地方要填"),
        ("你好 {{ name }}！", {"name": "小林"}, "你好 小林！"),
        ("你好 {{name|朋友}}！", {}, "你好 朋友！"),
        ("你好 {{ name | 朋友 }}！", {"name": "  "}, "你好 朋友！"),
        ("{{ 等级 }}: {{ points }} {{ rate }}", {"等级": "金卡", "points": 1200.0, "rate": 0.5}, "金卡: 1200 0.5"),
        ("[{{ list }}][{{ flag }}][{{ none }}]", {"list": [1], "flag": True, "none": None}, "[][][]"),
        ("{{ a }}{{ b }}", {"a": "{{ b }}", "b": "x"}, "{{ b }}x"),
        ("{{ a }}", {"a": "line\nfeed\x00"}, "line feed"),
        ("a { b } c", {}, "a { b } c"),
        ("", {}, ""),
    ],
)
def test_places_are_filled(text: str, attributes: dict[str, object], expected: str) -> None:
    assert Template.parse(text).render(attributes) == expected


def test_values_are_escaped_and_the_text_is_not() -> None:
    rendered = Template.parse("<b>{{ name|<i> }}</b>").render({"name": "<script>"}, html.escape)
    assert rendered == "<b>&lt;script&gt;</b>"
    assert Template.parse("{{ name|<i> }}").render({}, html.escape) == "&lt;i&gt;"


def test_a_long_value_is_cut() -> None:
    assert len(Template.parse("{{ name }}").render({"name": "长" * 10_000})) == 200


@pytest.mark.parametrize("text", ["{{", "a {{ name", "{{ }}", "{{ |x }}", "a }} b", "{{ a {{ b }} }}", "{{ a }} }}"])
def test_a_broken_text_is_refused(text: str) -> None:
    with pytest.raises(BadTemplateError):
        Template.parse(text)


def test_a_text_says_what_it_asks_for() -> None:
    assert Template.parse("{{ name|x }} {{ city }}{{ name }}").attributes == {"name", "city"}


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_a_code_opens_to_what_it_was_made_of(link_id: int, message_id: int) -> None:
    code = ADDRESSES.link_url(link_id, message_id).removeprefix("https://brand.example/l/")
    assert ADDRESSES.open_link(code) == (link_id, message_id)


def test_codes_are_short() -> None:
    assert len(ADDRESSES.link_url(1_000, 100_000_000)) <= len("https://brand.example/l/") + 21


def test_a_code_serves_one_purpose_only() -> None:
    link = ADDRESSES.link_url(1, 2).rsplit("/", 1)[1]
    preferences = ADDRESSES.preferences_url(7, 500_000).rsplit("/", 1)[1]
    assert ADDRESSES.open_preferences(preferences) == (7, 500_000)
    assert ADDRESSES.open_link(preferences) is None
    assert ADDRESSES.open_preferences(link) is None
    assert ADDRESSES.open_form_token(link) is None
    assert ADDRESSES.open_form_token(ADDRESSES.form_token(7, 8)) == (7, 8)


@given(st.text(max_size=60))
def test_no_code_can_be_made_up(code: str) -> None:
    assert ADDRESSES.open_link(code) is None
    assert ADDRESSES.open_preferences(code) is None


def test_another_installation_opens_nothing_of_ours() -> None:
    code = ADDRESSES.preferences_url(7, 500_000).rsplit("/", 1)[1]
    assert SignedAddresses("", "another secret").open_preferences(code) is None


def test_a_secret_is_not_shown() -> None:
    assert "secret of this" not in repr(ADDRESSES)
