"""Letters over real connections to a real SMTP server: what arrives, and what is known of what does not."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from smtplib import SMTPException
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from siyu.channels.mail import MailPost, SmtpServer
from siyu.channels.mail.smtp import Security
from siyu.domain.company.contracts import Letter, PostDelayedError, PostRefusedError, Role, Staff
from siyu.kernel.clock import ManualClock
from siyu.platform.settings import SettingsError

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
LETTER = Letter(
    "report:3:7",
    "周报 · week\r\nBcc: x@y.z",
    "<p>成交额 <b>¥12</b></p>",
    "成交额 ¥12\n.\n",
    [("打开", "https://x.test/")],
)
LI = Staff(7, "李 雷", "li@shop.test", Role.MANAGER, 1, "总部", False, True)


class Box:
    """What a server took in, and how it answers."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - named so by the library
        envelope.rcpt_tos.append(address)
        if self.answers.get("rcpt") == "drop":
            _server.transport.abort()
        return self.answers.get("rcpt", "250 OK")

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - named so by the library
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        if self.answers.get("data") == "drop":
            server.transport.abort()
        return self.answers.get("data", "250 OK")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of our own for localhost, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def server(box: Box, security: Security, certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def who(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"siyu", b"pass word"), handled=False)

    options: dict[str, Any] = {"tls": {"ssl_context": context}, "starttls": {"tls_context": context}}.get(security, {})
    if security == "starttls":
        options |= {"require_starttls": True, "authenticator": who, "auth_required": True}
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def smtp_at(port: int, security: Security, certificate: Path, **more: Any) -> SmtpServer:
    context = ssl.create_default_context(cafile=str(certificate))
    return SmtpServer(
        "localhost", port, "siyu@brand.test", security=security, brand="晨曦茶饮", context=context, **more
    )


def post_to(port: int, security: Security, certificate: Path, **more: Any) -> MailPost:
    return MailPost(smtp_at(port, security, certificate, **more), ManualClock(NOW))


def test_a_letter_arrives_over_starttls_whole(certificate: Path) -> None:
    box = Box()
    with server(box, "starttls", certificate) as port:
        post_to(port, "starttls", certificate, user="siyu", password="pass word").post(LI, LETTER)
        with pytest.raises(PostDelayedError):
            post_to(port, "starttls", certificate, user="siyu", password="other").post(LI, LETTER)
        with pytest.raises(PostDelayedError):  # nobody vouches for this server
            MailPost(SmtpServer("localhost", port, "siyu@brand.test"), ManualClock(NOW)).post(LI, LETTER)
    (letter,) = box.letters
    assert letter["Subject"] == "周报 · week Bcc: x@y.z"
    assert letter["Bcc"] is None
    assert (letter["To"].addresses[0].display_name, letter["To"].addresses[0].addr_spec) == ("李 雷", "li@shop.test")
    assert letter["From"].addresses[0].addr_spec == "siyu@brand.test"
    assert letter["Date"].datetime == NOW
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == LETTER.body_text
    assert "¥12" in html.get_content()


def test_the_same_letter_bears_the_same_number(certificate: Path) -> None:
    box = Box()
    with server(box, "tls", certificate) as port:
        post = post_to(port, "tls", certificate)
        for key in ("a", "a", "b"):
            post.post(LI, Letter(key, "t", "<p>h</p>", "h"))
    one, again, other = (letter["Message-ID"] for letter in box.letters)
    assert one == again != other


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"rcpt": "550 unknown"}, PostRefusedError),
        ({"rcpt": "450 later"}, PostDelayedError),
        ({"data": "552 too large"}, PostRefusedError),
        ({"data": "451 later"}, PostDelayedError),
    ],
)
def test_what_the_server_answers_is_understood(
    certificate: Path, answers: dict[str, str], error: type[Exception]
) -> None:
    box = Box()
    box.answers = answers
    with server(box, "none", certificate) as port, pytest.raises(error):
        post_to(port, "none", certificate).post(LI, LETTER)


def test_who_parts_before_the_text_has_not_got_it(certificate: Path) -> None:
    box = Box()
    box.answers = {"rcpt": "drop"}
    with server(box, "none", certificate) as port:
        post = post_to(port, "none", certificate)
        with pytest.raises(PostDelayedError):
            post.post(LI, LETTER)
        with pytest.raises(PostRefusedError):
            post.post(replace(LI, email="李@shop.test"), LETTER)
    assert box.letters == []


def test_of_a_letter_without_an_answer_nobody_knows(certificate: Path) -> None:
    box = Box()
    box.answers = {"data": "drop"}
    with server(box, "none", certificate) as port, pytest.raises((OSError, SMTPException)) as told:
        post_to(port, "none", certificate).post(LI, LETTER)
    assert "Disconnected" in type(told.value).__name__
    assert len(box.letters) == 1
    with pytest.raises(PostDelayedError):  # and of one that found no server, that it surely was not sent
        post_to(port, "none", certificate).post(LI, LETTER)


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(SettingsError):
        SmtpServer("x", 25, "nobody")
    with pytest.raises(SettingsError):
        SmtpServer("x", 25, "a@b.c", security="none", user="u", password="p")
