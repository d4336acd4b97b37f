"""The envelope of callbacks, beside the one that wechatpy makes."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.enterprise.crypto import PrpCrypto, WeChatCrypto  # type: ignore[import-untyped]  # ships no types
from wechatpy.enterprise.exceptions import InvalidCorpIdException  # type: ignore[import-untyped]  # ships no types
from wechatpy.exceptions import InvalidSignatureException  # type: ignore[import-untyped]  # ships no types

from siyu.world.wecom.crypto import Envelope, EnvelopeError, signature_of

CORP_ID = "wx5823bf96d3bd56c7"
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
ENVELOPE = Envelope("QDG6eK", KEY, CORP_ID)
NOISE = bytes(range(16))
SOME = settings(max_examples=25, deadline=None)


def peer() -> PrpCrypto:
    return PrpCrypto(base64.b64decode(KEY + "="))


@SOME
@given(message=st.binary(max_size=200), noise=st.binary(min_size=16, max_size=16))
def test_whatever_is_closed_is_opened_again(message: bytes, noise: bytes) -> None:
    closed = ENVELOPE.close(message, noise)
    assert len(base64.b64decode(closed)) % 32 == 0
    assert ENVELOPE.open(closed) == message


@SOME
@given(text=st.text(max_size=100))
def test_wechatpy_opens_ours_and_we_open_theirs(text: str) -> None:
    assert peer().decrypt(ENVELOPE.close(text.encode(), NOISE), CORP_ID) == text
    assert ENVELOPE.open(peer().encrypt(text, CORP_ID).decode()) == text.encode()


@SOME
@given(other=st.text(max_size=20).filter(lambda text: text != CORP_ID))
def test_what_is_for_another_corp_is_not_opened(other: str) -> None:
    closed = Envelope("QDG6eK", KEY, other).close(b"hello", NOISE)
    with pytest.raises(EnvelopeError):
        ENVELOPE.open(closed)
    with pytest.raises(InvalidCorpIdException):
        peer().decrypt(closed, CORP_ID)


@SOME
@given(data=st.data(), message=st.binary(min_size=1, max_size=100))
def test_what_is_cut_off_or_changed_is_never_taken_for_the_whole(data: st.DataObject, message: bytes) -> None:
    closed = base64.b64decode(ENVELOPE.close(message, NOISE))
    cut = closed[: data.draw(st.integers(0, len(closed) - 1))]
    with pytest.raises(EnvelopeError):
        ENVELOPE.open(base64.b64encode(cut).decode())
    wrong = bytearray(closed)
    wrong[-1] ^= data.draw(st.integers(1, 255))  # breaks the last block whole: padding and receiver with it
    with pytest.raises(EnvelopeError):
        ENVELOPE.open(base64.b64encode(bytes(wrong)).decode())


@pytest.mark.parametrize("encrypted", ["", "no base64 !", "AAAA", "é"])
def test_what_was_never_encrypted_is_refused(encrypted: str) -> None:
    with pytest.raises(EnvelopeError):
        ENVELOPE.open(encrypted)


@pytest.mark.parametrize("key", ["short", KEY + "x", "!" * 43])
def test_a_key_has_43_characters_of_base64(key: str) -> None:
    with pytest.raises(EnvelopeError):
        Envelope("token", key, CORP_ID)


def test_the_noise_has_sixteen_bytes() -> None:
    with pytest.raises(EnvelopeError):
        ENVELOPE.close(b"", b"short")


@SOME
@given(parts=st.tuples(*[st.text(st.characters(codec="ascii"), max_size=20)] * 3))
def test_signatures_are_those_of_wechatpy(parts: tuple[str, str, str]) -> None:
    timestamp, nonce, text = parts
    closed = ENVELOPE.close(text.encode(), NOISE)
    signature = signature_of("QDG6eK", timestamp, nonce, closed)
    crypto = WeChatCrypto("QDG6eK", KEY, CORP_ID)
    assert crypto.check_signature(signature, timestamp, nonce, closed) == text
    assert ENVELOPE.is_signed(signature, timestamp, nonce, closed)
    assert not ENVELOPE.is_signed(signature, timestamp + "0", nonce + "1", closed + "=")
    with pytest.raises(InvalidSignatureException):
        crypto.check_signature("0" * 40, timestamp, nonce, closed)
