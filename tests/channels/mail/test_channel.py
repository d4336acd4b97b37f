"""Messages by mail: what arrives, the way out of it, and what comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from siyu.channels.mail import MailChannel
from siyu.channels.mail.bounces import Bounce, reported_bounces, told_bounces
from siyu.channels.mail.channel import key_of, message_id
from siyu.domain.customers.contracts import Identity
from siyu.domain.messages.contracts import OutgoingMessage, SendOutcome
from siyu.kernel.clock import ManualClock
from siyu.platform.callbacks.xml import CallbackMalformedError
from tests.channels.mail.test_post import NOW, Box, certificate, server, smtp_at

__all__ = ["certificate"]

KEY = "journey:7:0:壹"


def message(key: str = KEY, to: str | None = "lin@home.test") -> OutgoingMessage:
    return OutgoingMessage(
        key,
        1,
        [Identity("email", to)] if to else [],
        "新品\r\nBcc: x@y.z",
        "今天有 <b>新品</b>",
        "https://siyu.test/l/x?a=1&b=2",
        "https://siyu.test/h5/preferences/abc",
    )


def test_a_message_arrives_and_can_be_unsubscribed_from_with_one_click(certificate: Path) -> None:
    box = Box()
    with server(box, "tls", certificate) as port:
        channel = MailChannel(smtp_at(port, "tls", certificate), ManualClock(NOW), unsubscribe="退订")
        sent, nobody = channel.send([message(), message("b", to=None)])
        assert (sent.outcome, nobody.outcome) == (SendOutcome.ACCEPTED, SendOutcome.REJECTED)
        box.answers["rcpt"] = "550 no such user"
        assert channel.send([message("c")])[0].reason == "no_address"
        box.answers["rcpt"] = "450 later"
        assert channel.send([message("d")])[0].outcome is SendOutcome.DEFERRED
        box.answers |= {"rcpt": "250 OK", "data": "drop"}
        lost, behind = channel.send([message("e"), message("f")])
        assert (lost.outcome, behind.outcome) == (SendOutcome.UNREACHABLE, SendOutcome.DEFERRED)
        nowhere = MailChannel(smtp_at(9, "tls", certificate), ManualClock(NOW), unsubscribe="退订")
        found = [(each.outcome, each.is_unsent) for each in nowhere.send([message("g"), message("h")])]
        assert found == [(SendOutcome.UNREACHABLE, True), (SendOutcome.DEFERRED, False)]  # asked once, not for each
    letter = box.letters[0]
    assert letter["Subject"] == "新品 Bcc: x@y.z"
    assert letter["Bcc"] is None
    assert letter["List-Unsubscribe"] == "<https://siyu.test/h5/preferences/abc?channel=mail>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert key_of(letter["Message-ID"]) == KEY
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "https://siyu.test/l/x?a=1&b=2" in plain.get_content()
    assert "&lt;b&gt;新品&lt;/b&gt;" in html.get_content()
    assert 'href="https://siyu.test/l/x?a=1&amp;b=2"' in html.get_content()


def report(status: str, original: str) -> bytes:
    """A report as a mail server makes it."""
    boundary = "=_report"
    return (
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"\r\nMIME-Version: 1.0\r\n\r\n'
        f"--{boundary}\r\nContent-Type: text/plain\r\n\r\nSorry\r\n"
        f"--{boundary}\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n"
        f"Final-Recipient: rfc822; lin@home.test\r\nAction: {'failed' if status[0] == '5' else 'delayed'}\r\n"
        f"Status: {status}\r\n\r\n"
        f"--{boundary}\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {original}\r\nSubject: x\r\n\r\n--{boundary}--\r\n"
    ).encode()


def test_what_comes_back() -> None:
    ours = message_id(KEY, "brand.test")
    assert reported_bounces(report("5.1.1", ours)) == [Bounce(KEY, "no_address")]
    assert reported_bounces(report("4.2.2", ours)) == []
    assert reported_bounces(report("5.1.1", "<somebody@else.test>")) == []
    assert reported_bounces(b"\xff\x00 no mail") == []
    told = [{"message_id": ours, "kind": kind} for kind in ("hard", "soft", "complaint")]
    told.append({"message_id": "<x@y>", "kind": "hard"})
    assert told_bounces(json.dumps({"bounces": told}).encode()) == [
        Bounce(KEY, "no_address"),
        Bounce(KEY, "blocked", is_complaint=True),
    ]
    for body in (
        b"",
        b"{}",
        b'{"bounces": [{"message_id": 7}]}',
        b'{"bounces": [{"message_id": "a", "kind": "other"}]}',
    ):
        with pytest.raises(CallbackMalformedError):
            told_bounces(body)
    assert [key_of(each) for each in ("", "<m.!!@x>", "<m.//8=@x>", "<other@x>")] == ["", "", "", ""]
