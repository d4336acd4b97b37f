"""Passwords, tokens and signed codes."""

from __future__ import annotations

from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from siyu.platform import crypto
from siyu.platform.crypto import (
    CODE_PAYLOAD_BYTES_MAX,
    derive_key,
    hash_password,
    hash_token,
    is_same,
    needs_new_hash,
    open_code,
    sign_code,
    verify_password,
)
from tests.conftest import REAL_HASHER

KEY = derive_key("the installation's secret", "links")


@pytest.fixture(autouse=True)
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the product hashes them, for once."""
    monkeypatch.setattr(crypto, "_hasher", REAL_HASHER)


def test_a_password_fits_its_own_hash_only() -> None:
    hashed = hash_password("正确的密码")
    assert hashed.startswith("$argon2id$")
    assert hashed != hash_password("正确的密码")
    assert verify_password(hashed, "正确的密码")
    assert not verify_password(hashed, "错误的密码")
    assert not verify_password("not a hash", "正确的密码")
    assert not needs_new_hash(hashed)
    assert needs_new_hash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))


def test_nobodys_password_takes_as_much_work_and_never_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work of argon2 is in the parameters of the hash that is verified, so these are compared and no clock is asked."""
    verified: list[str] = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            verified.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(crypto, "_hasher", Watched())
    assert not verify_password(hash_password("somebody's"), "x")
    assert not verify_password(None, "x")
    somebody, nobody = map(extract_parameters, verified)
    assert somebody == nobody
    assert not verify_password(None, "nobody has this password")


def test_tokens_and_keys() -> None:
    assert hash_token("a") == hash_token("a") != hash_token("b")
    assert is_same("a", b"a")
    assert not is_same("a", "b")
    assert derive_key("s", "links") != derive_key("s", "preferences") != derive_key("t", "preferences")


@given(st.binary(max_size=CODE_PAYLOAD_BYTES_MAX))
def test_a_code_carries_its_payload(payload: bytes) -> None:
    code = sign_code(KEY, payload)
    assert code.isascii()
    assert code.isalnum()
    assert open_code(KEY, code) == payload
    assert open_code(derive_key("another secret", "links"), code) is None


@given(st.binary(max_size=20), st.integers(min_value=0, max_value=60), st.sampled_from(crypto._ALPHABET))
def test_a_changed_code_opens_nothing(payload: bytes, place: int, letter: str) -> None:
    code = sign_code(KEY, payload)
    place %= len(code)
    changed = code[:place] + letter + code[place + 1 :]
    assert (open_code(KEY, changed) is None) == (changed != code)


@given(st.text(max_size=120))
def test_any_text_is_a_code_or_not_but_never_an_error(text: str) -> None:
    assert open_code(KEY, text) is None


def test_a_payload_has_one_code() -> None:
    code = sign_code(KEY, b"\x00\x00\x07")
    assert open_code(KEY, "0" + code) is None
    assert open_code(KEY, code + "0") is None
    assert len(sign_code(KEY, bytes(8))) <= 23
    with pytest.raises(ValueError, match="at most"):
        sign_code(KEY, bytes(CODE_PAYLOAD_BYTES_MAX + 1))
