"""What is kept of a context, and how that of a batch and that of an event become one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.engines.intake.context import (
    KEPT,
    KEPT_VALUES,
    TEXT_LENGTH_MAX,
    batch_context,
    event_context,
    kept,
    merged,
    traits_of,
    with_context,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
NAMES = st.sampled_from([*KEPT, *KEPT_VALUES, "ip", "traits", "userAgent"]) | TEXTS
MEMBERS = st.sampled_from(sorted({name for names in KEPT.values() for name in names} | {"id", "advertisingId"})) | TEXTS
DOCUMENTS = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=4), max_leaves=8
)
CONTEXTS = st.dictionaries(NAMES, DOCUMENTS, max_size=5)

TOLD = {
    "active": True,
    "app": {"name": "点单", "version": "2.1", "build": 17, "token": "t"},
    "campaign": {"name": "618", "source": "wechat", "medium": "moments", "term": "tea", "content": "a", "gclid": "x"},
    "channel": "mobile",
    "device": {"id": "D", "advertisingId": "A", "adTrackingEnabled": True, "type": "ios", "model": "15", "token": "p"},
    "ip": "203.0.113.77",
    "library": {"name": "analytics.js", "version": "2.11"},
    "locale": "zh-CN",
    "location": {"city": "上海", "region": "上海市", "country": "CN", "latitude": 31.2, "longitude": 121.5, "speed": 0},
    "network": {"carrier": "CMCC", "wifi": True},
    "os": {"name": "iOS", "version": "18"},
    "page": {"path": "/", "referrer": "", "search": "?a=1", "title": "首页", "url": "https://x.example/?a=1"},
    "referrer": {"id": "click-id", "type": "social", "url": "https://y.example/"},
    "screen": {"width": 390, "height": 844, "density": 3.0},
    "timezone": "Asia/Shanghai",
    "traits": {"phone": "13800138000"},
    "userAgent": "Mozilla/5.0",
    "userAgentData": {"mobile": True},
}
KEPT_OF_TOLD = {
    "app": {"name": "点单", "version": "2.1", "build": 17},
    "campaign": {"name": "618", "source": "wechat", "medium": "moments", "term": "tea", "content": "a"},
    "device": {"type": "ios", "model": "15"},
    "library": {"name": "analytics.js", "version": "2.11"},
    "locale": "zh-CN",
    "location": {"city": "上海", "region": "上海市", "country": "CN"},
    "os": {"name": "iOS", "version": "18"},
    "page": {"path": "/", "search": "?a=1", "title": "首页", "url": "https://x.example/?a=1"},
    "referrer": {"type": "social", "url": "https://y.example/"},
    "screen": {"width": 390, "height": 844, "density": 3.0},
    "timezone": "Asia/Shanghai",
}


def text(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def test_what_is_asked_about_is_kept_and_what_spies_is_dropped() -> None:
    assert json.loads(event_context(b"", text(TOLD))) == KEPT_OF_TOLD


@pytest.mark.parametrize("raw", [b"", b"{}", b"null", b"1", b'"x"', b"[1]", b'{"page":1}', b'{"ip":"203.0.113.77"}'])
def test_nothing_worth_keeping_is_nothing(raw: bytes) -> None:
    assert event_context(b"", raw) == b""


@pytest.mark.parametrize("raw", [b'{"locale":"\xff"}', b'{"locale":1e999}', b"{", b"[" * 20_000])
def test_what_cannot_be_read_is_left_out(raw: bytes) -> None:
    assert event_context(b"", raw) == b""
    assert event_context(b'{"locale":"zh"}', raw) == b'{"locale":"zh"}'
    assert batch_context(raw) == b""


def test_an_event_wins_over_its_batch_member_by_member() -> None:
    batch = batch_context(text({"page": {"title": "批", "path": "/b"}, "locale": "zh-CN", "ip": "203.0.113.77"}))
    event = text({"page": {"title": "件", "url": "https://x.example/"}, "timezone": "Asia/Shanghai"})
    assert json.loads(event_context(batch, event)) == {
        "page": {"title": "件", "path": "/b", "url": "https://x.example/"},
        "locale": "zh-CN",
        "timezone": "Asia/Shanghai",
    }
    assert json.loads(event_context(batch, b"null")) == {"page": {"title": "批", "path": "/b"}, "locale": "zh-CN"}
    assert json.loads(event_context(batch, text({"page": None}))) == {"locale": "zh-CN"}


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 MicroMessenger/8.0", "iOS"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537", "Android"),
        ("Mozilla/5.0 (Linux; Android 12; HarmonyOS; NOH-AN00) AppleWebKit/537", "HarmonyOS"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537", "Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605", "macOS"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537", "Linux"),
    ],
)
def test_of_a_user_agent_only_the_system_is_kept(agent: str, name: str) -> None:
    told = text({"userAgent": agent})
    assert json.loads(event_context(b"", told)) == json.loads(batch_context(told)) == {"os": {"name": name}}
    assert json.loads(event_context(text({"os": {"name": "x"}}), told)) == {"os": {"name": name}}
    assert json.loads(event_context(b"", text({"userAgent": agent, "os": {"version": "1"}}))) == {
        "os": {"version": "1"}
    }


def test_an_unknown_user_agent_names_no_system() -> None:
    assert event_context(b"", text({"userAgent": "curl/8"})) == event_context(b"", text({"userAgent": 5})) == b""


def test_traits_of_the_batch_are_below_those_of_the_event() -> None:
    batch = batch_context(text({"traits": {"name": "李雷", "city": "上海"}, "locale": "zh"}))
    assert traits_of(batch, text({"traits": {"city": "北京"}})) == {"name": "李雷", "city": "北京"}
    assert traits_of(batch, b"{}") == {"name": "李雷", "city": "上海"}
    assert traits_of(b"", text({"traits": "x"})) == {}
    assert json.loads(event_context(batch, b"{}")) == {"locale": "zh"}


def test_texts_are_cut_and_numbers_are_numbers() -> None:
    told = {"locale": "长" * 5000, "timezone": "a\x00b", "screen": {"width": 10**30, "height": -5, "density": "x"}}
    assert kept(told) == {
        "locale": "长" * TEXT_LENGTH_MAX,
        "timezone": "ab",
        "screen": {"height": -5, "density": "x"},
    }


def test_properties_with_a_context_of_their_own_keep_it() -> None:
    context = b'{"locale":"zh"}'
    assert with_context(b'{"context":"mine"}', context) == b'{"context":"mine"}'
    assert json.loads(with_context(b'{"a":"context","b":{"context":1}}', context))["context"] == {"locale": "zh"}
    assert with_context(b"{ }", context) == b'{ "context":{"locale":"zh"}}'
    assert with_context(b'{"a":1}', b"") == b'{"a":1}'


@given(CONTEXTS, CONTEXTS)
def test_of_any_two_contexts_only_what_is_listed_is_kept_and_the_event_wins(
    batch: dict[str, Any], event: dict[str, Any]
) -> None:
    raw = event_context(batch_context(text(batch)), text(event))
    found = json.loads(raw) if raw else {}
    for name, value in found.items():
        assert name in KEPT or name in KEPT_VALUES
        if name in KEPT:
            assert value
            assert set(value) <= KEPT[name]
    assert found == kept({name: value for name, value in merged(batch, event).items() if name != "traits"})
    for name, value in kept(event).items():
        if isinstance(value, dict):
            assert found[name].items() >= value.items()
        else:
            assert found[name] == value


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_merging_is_associative_and_the_top_shows(one: Any, two: Any, three: Any) -> None:
    assert merged(merged(one, two), three) == merged(one, merged(two, three)) or not all(
        isinstance(each, dict) for each in (one, two, three)
    )
    assert merged(one, one) == one
    if isinstance(one, dict) and isinstance(two, dict):
        assert set(merged(one, two)) == set(one) | set(two)


@given(st.dictionaries(TEXTS, DOCUMENTS, max_size=4), CONTEXTS)
def test_a_document_with_context_is_a_document_with_a_context(
    properties: dict[str, Any], context: dict[str, Any]
) -> None:
    raw = event_context(b"", text(context))
    document = json.loads(with_context(text(properties), raw))
    expected = {"context": json.loads(raw), **properties} if raw else properties
    assert document == expected
