"""What is sealed opens with its own key, for its own purpose, unchanged; and nothing else does."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.platform.sealing.files import KeysAreSetError, ensure_key_ring, store_keys
from siyu.platform.sealing.ring import (
    BadKeyRingError,
    BrokenSealError,
    DataKey,
    KeyRing,
    UnknownKeyError,
    new_key,
    parse_keys,
    written_keys,
)
from siyu.platform.settings import Settings

ONE, TWO = DataKey(1, bytes(32)), DataKey(2, bytes(range(32)))
RING = KeyRing([ONE, TWO])
VALUES = st.text() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)


@given(st.binary(), st.sampled_from([1, 2]))
def test_bytes_come_back_and_differ_each_time(plain: bytes, number: int) -> None:
    sealed = RING.seal_bytes(number, "inbox", plain)
    assert RING.open_bytes("inbox", sealed) == plain
    assert RING.seal_bytes(number, "inbox", plain) != sealed


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_texts_come_back_and_are_the_same_each_time(plain: str) -> None:
    sealed = RING.seal_text(2, "phone", plain)
    assert RING.open_text("phone", sealed) == plain
    assert RING.seal_text(2, "phone", plain) == sealed
    assert sealed not in (RING.seal_text(1, "phone", plain), RING.seal_text(2, "email", plain))


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), VALUES, max_size=5))
def test_values_in_a_document_come_back_as_they_were(document: dict[str, Any]) -> None:
    values = {name: json.loads(json.dumps(value)) for name, value in document.items() if "\\u" not in json.dumps(value)}
    sealed = json.dumps({name: RING.seal_value(1, "phone", value) for name, value in values.items()})
    opened = RING.replaced(sealed, lambda _purpose, value: value)
    assert json.loads(opened) == values
    moved = RING.replaced(sealed, lambda purpose, value: RING.seal_value(2, purpose, value))
    assert "sealed:1:" not in "".join(json.loads(moved).values())
    assert json.loads(RING.replaced(moved, lambda _purpose, value: value)) == values


def test_a_seal_is_bound_to_its_purpose_its_key_and_its_bytes() -> None:
    sealed = RING.seal_text(1, "phone", "13800138000")
    with pytest.raises(BrokenSealError):
        RING.open_text("email", sealed)
    with pytest.raises(BrokenSealError):
        RING.open_text("phone", b"\x00\x02" + sealed[2:])
    for place in range(2, len(sealed)):
        with pytest.raises(BrokenSealError):
            RING.open_text("phone", sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])
    text = RING.seal_value(1, "phone", "13800138000")
    with pytest.raises(BrokenSealError):
        RING.open_value(text.replace(":phone:", ":email:"))
    with pytest.raises(UnknownKeyError, match="key 7"):
        RING.open_value(text.replace("sealed:1:", "sealed:7:"))
    assert b"13800138000" not in sealed


def test_what_only_looks_sealed_stays_in_a_document() -> None:
    forged = json.dumps({"sealed:1:phone:" + "A" * 60: "sealed:9:phone:" + "A" * 61, "x": "sealed:1:phone:" + "B" * 41})
    assert RING.replaced(forged, lambda _purpose, _value: "opened") == forged


def test_tokens_tell_purposes_keys_and_values_apart() -> None:
    tokens = [key.token(purpose, value) for key in (ONE, TWO) for purpose in ("phone", "email") for value in ("1", "2")]
    assert len(set(tokens)) == 8
    assert ONE.token("phone", "1") == DataKey(1, bytes(32)).token("phone", "1")


def test_a_ring_is_read_as_it_was_written_and_never_shown() -> None:
    keys = [new_key(1), new_key(12)]
    text = written_keys(keys)
    assert [(key.number, key.secret) for key in parse_keys(text)] == [
        (key.number, key.secret) for key in reversed(keys)
    ]
    assert parse_keys(text.replace("\n", ","))[0].number == 12
    assert text.split(":")[1][:10] not in repr(KeyRing(keys))


@pytest.mark.parametrize("text", ["1", "1:", "x:AAAA", "1:AAAA", "1:é", f"1:{'A' * 43}\n1:{'A' * 43}", "0:" + "A" * 43])
def test_a_ring_that_makes_no_sense_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(BadKeyRingError) as raised:
        parse_keys(text)
    assert text not in raised.value.message


def test_the_ring_is_made_once_and_read_again_where_another_process_adds_a_key(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    ring, other = ensure_key_ring(settings), ensure_key_ring(settings)
    assert ring.numbers == [1]
    assert ring.key(1).secret == other.key(1).secret
    path = settings.home / "data_keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    store_keys(settings, [ring.key(1), TWO])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert other.key(2).secret == TWO.secret
    assert [each.name for each in settings.home.iterdir()] == ["data_keys"]
    with pytest.raises(UnknownKeyError):
        other.key(3)


def test_a_setting_tells_the_ring_and_no_command_changes_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, data_keys=written_keys([ONE, TWO]))
    assert ensure_key_ring(settings).numbers == [2, 1]
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(KeysAreSetError):
        store_keys(settings, [ONE])
    with pytest.raises(BadKeyRingError):
        ensure_key_ring(replace(settings, data_keys=" "))
    assert settings.data_keys not in repr(settings)
