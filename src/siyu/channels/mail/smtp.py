"""One SMTP server: a connection for each letter, and of each letter whether it surely was not sent.

Until the server has been given the text it surely was not sent, and whoever asked may try again. From then on only the server's
own answer tells; where none comes nobody knows, and what nobody knows is an error of its own kind: it is not a PostDelayedError.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from typing import Literal

from siyu.domain.company.contracts import PostDelayedError, PostRefusedError
from siyu.platform.settings import SettingsError

Security = Literal["starttls", "tls", "none"]
SECONDS_MAX = 20
_TEMPORARY = range(400, 500)


class SmtpServer:
    """Hands letters over; for many threads."""

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        *,
        security: Security = "starttls",
        user: str = "",
        password: str = "",
        brand: str = "",
        context: ssl.SSLContext | None = None,
        seconds_max: float = SECONDS_MAX,
    ) -> None:
        """SettingsError where the sender is no address, or a password would travel in the open."""
        local, _, domain = sender.partition("@")
        if not local or not domain or not sender.isascii() or not sender.isprintable() or " " in sender:
            raise SettingsError("mail_from is an e-mail address.")
        if security == "none" and user:
            raise SettingsError("A password is not sent in the open: set mail_security to starttls or tls.")
        self._host, self._port, self._security = host, port, security
        self._user, self._password, self._seconds_max = user, password, seconds_max
        self.sender = Address(brand, local, domain)
        self._context = context or ssl.create_default_context()

    def __repr__(self) -> str:
        return f"SmtpServer({self._host}:{self._port})"

    def deliver(self, to: str, content: bytes) -> None:
        """Hands a whole letter over. PostDelayedError where it surely was not sent and may be tried again, PostRefusedError where
        it surely was not and never will be; of any other error nobody knows whether it was."""
        with self._connected() as client:
            try:
                sender = client.mail(self.sender.addr_spec)
                receiver = client.rcpt(to) if sender[0] < 300 else sender
            except (OSError, smtplib.SMTPException) as error:
                raise PostDelayedError(f"({type(error).__name__})") from error
            except UnicodeError as error:
                raise PostRefusedError("That is no address to write to.") from error
            _expect(sender, is_about_letter=False)
            _expect(receiver, is_about_letter=True)
            try:
                answer = client.data(content)
            except smtplib.SMTPDataError as error:  # refused before the text was asked for
                answer = (
                    error.smtp_code,
                    bytes(error.smtp_error or b"") if isinstance(error.smtp_error, bytes) else b"",
                )
            _expect(answer, is_about_letter=True)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A client that has said who it is. What fails until here has sent nothing."""
        try:
            client = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise PostDelayedError(f"({type(error).__name__})") from error
        try:
            yield client
        finally:
            with contextlib.suppress(OSError, smtplib.SMTPException):  # the answer is there; how one parts is no matter
                client.quit()
            client.close()

    def _open(self) -> smtplib.SMTP:
        client: smtplib.SMTP
        if self._security == "tls":
            client = smtplib.SMTP_SSL(self._host, self._port, timeout=self._seconds_max, context=self._context)
        else:
            client = smtplib.SMTP(self._host, self._port, timeout=self._seconds_max)
        try:
            if self._security == "starttls":
                client.starttls(context=self._context)
            if self._user:
                client.login(self._user, self._password)
            client.ehlo_or_helo_if_needed()
        except BaseException:
            client.close()
            raise
        return client


def _expect(answer: tuple[int, bytes], *, is_about_letter: bool) -> None:
    """Raises unless the server agreed. Only what is about this letter is refused for good: the rest somebody can put right."""
    code = answer[0]
    if 200 <= code < 300:
        return
    if is_about_letter and code not in _TEMPORARY:
        raise PostRefusedError(f"({code})", smtp_code=code)
    raise PostDelayedError(f"({code})", smtp_code=code)
