"""Opening callbacks: the published vector, an independent peer, and everything that is not to be opened."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.enterprise.crypto import PrpCrypto, WeChatCrypto  # type: ignore[import-untyped]  # ships no types

from siyu.channels.wecom.callbacks import Signed, open_callback, open_challenge
from siyu.platform.callbacks.envelope import (
    CallbackKeys,
    callback_signature,
    is_signed,
    opened,
    page_signature,
)
from siyu.platform.callbacks.envelope import closed as seal_for_peer
from siyu.platform.callbacks.xml import CallbackForbiddenError, CallbackMalformedError, dedupe_key_of, fields_of, xml_of

KEYS = CallbackKeys("wx5823bf96d3bd56c7", "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
AT, NONCE = "1409659813", "1372623149"
NOW = datetime.fromtimestamp(int(AT), UTC)
PUBLISHED = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvu"
    "JTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwG"
    "c2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9"
    "EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0"
    "lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)
SIGNATURE = "477715d11cdb4164915debcba66cb864d751f3e6"
SOME = settings(max_examples=25, deadline=None)


def sealed(text: str, corp_id: str = KEYS.receiver_id) -> str:
    cipher = PrpCrypto(base64.b64decode(KEYS.encoding_aes_key + "="))
    return str(cipher.encrypt(text, corp_id).decode())


def posted(inside: str, **changed: str) -> tuple[Signed, bytes]:
    """What is posted with this inside, or with something about it changed."""
    closed = changed.get("closed") or sealed(inside, changed.get("corp_id", KEYS.receiver_id))
    signature = callback_signature(changed.get("token", KEYS.token), AT, NONCE, closed)
    receiver = changed.get("receiver", KEYS.receiver_id)
    return Signed(
        signature, AT, NONCE
    ), f"<xml><ToUserName>{receiver}</ToUserName><Encrypt>{closed}</Encrypt></xml>".encode()


def test_the_published_vectors() -> None:
    """Of a callback and of a page, as WeCom's documents print them."""
    assert is_signed(KEYS, SIGNATURE, AT, NONCE, PUBLISHED)
    body = f"<xml><ToUserName>{KEYS.receiver_id}</ToUserName><Encrypt>{PUBLISHED}</Encrypt></xml>".encode()
    found = open_callback(KEYS, Signed(SIGNATURE, AT, NONCE), body, NOW)
    assert (found.text("Content"), found.text("AgentID"), found.event) == ("hello", "218", "text")
    assert found.happened_at == NOW
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    signed = page_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value#below")
    assert signed == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


@SOME
@given(text=st.text(max_size=60), member=st.text("abc-_.@", min_size=1, max_size=9))
def test_what_a_peer_closes_is_opened(text: str, member: str) -> None:
    """Whatever it says, in or out of CDATA; and a challenge is answered with what was inside alone."""
    assert opened(KEYS, sealed(text)) == text.encode()
    ours = seal_for_peer(KEYS, text.encode(), b"0123456789abcdef")
    assert PrpCrypto(base64.b64decode(KEYS.encoding_aes_key + "=")).decrypt(ours, KEYS.receiver_id) == text
    plain = "".join(letter for letter in text if letter.isprintable())
    inside = (
        f"<xml><ToUserName>{KEYS.receiver_id}</ToUserName><Event>e</Event><UserID><![CDATA[{member}]]></UserID>"
        f"<MemChangeList><Item>{member}</Item><Item>b</Item></MemChangeList><State>{escape(plain)}</State></xml>"
    )
    found = open_callback(KEYS, *posted(inside), NOW)
    assert found.fields["MemChangeList"] == (member, "b")
    assert (found.text("UserID"), found.text("State"), found.text("MemChangeList")) == (member, plain, "")
    closed = sealed(text)
    signature = callback_signature(KEYS.token, AT, NONCE, closed)
    assert open_challenge(KEYS, Signed(signature, AT, NONCE), closed) == text.encode()
    peer = WeChatCrypto(KEYS.token, KEYS.encoding_aes_key, KEYS.receiver_id)
    assert peer.check_signature(signature, AT, NONCE, closed) == text


@pytest.mark.parametrize(
    "changed",
    [{"token": "another"}, {"corp_id": "wwanother"}, {"receiver": "wwanother"}, {"closed": "AAAA"}, {"closed": "??"}],
    ids=str,
)
def test_what_somebody_else_made_is_refused(changed: dict[str, str]) -> None:
    inside = f"<xml><ToUserName>{KEYS.receiver_id}</ToUserName></xml>"
    open_callback(KEYS, *posted(inside), NOW)
    with pytest.raises(CallbackForbiddenError):
        open_callback(KEYS, *posted(inside, **changed), NOW)
    with pytest.raises(CallbackForbiddenError):
        open_callback(KEYS, *posted(inside), NOW + timedelta(days=8))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<xml><a></xml>",
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>',
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml><a>&a;</a></xml>',
        b"<xml>&unknown;</xml>",
        b"<xml><a><b><c><d><e/></d></c></b></a></xml>",
        b"<xml>" + b"<a/>" * 3000 + b"</xml>",
        b"<xml><a>" + b"x" * 300_000 + b"</a></xml>",
        b"<xml><a>\x00</a></xml>",
    ],
)
def test_bombs_are_refused_before_they_go_off(body: bytes) -> None:
    with pytest.raises(CallbackMalformedError):
        fields_of(body)


def test_the_same_callback_has_the_same_key() -> None:
    """Messages by their id; two customers who come in one second are two."""
    event = {"FromUserName": "sys", "CreateTime": AT, "Event": "change_external_contact", "ExternalUserID": "wm1"}
    assert dedupe_key_of(event) == dedupe_key_of(dict(reversed(event.items())))
    assert dedupe_key_of(event) != dedupe_key_of(event | {"ExternalUserID": "wm2"})
    assert fields_of(xml_of({"Content": "<a> & b", "CreateTime": 7}).encode()) == {
        "Content": "<a> & b",
        "CreateTime": "7",
    }
    assert dedupe_key_of({"MsgId": "1", "Content": "a"}) == dedupe_key_of({"MsgId": "1", "Content": "b"})
