"""Letters to staff over SMTP."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from siyu.channels.mail.smtp import SmtpServer
from siyu.domain.company.contracts import Letter, PostRefusedError, Staff
from siyu.kernel.clock import Clock


class MailPost:
    """Implements `company.contracts.StaffPost`; for many threads."""

    def __init__(self, server: SmtpServer, clock: Clock) -> None:
        self._server, self._clock = server, clock

    def __repr__(self) -> str:
        return f"MailPost({self._server})"

    def post(self, to: Staff, letter: Letter) -> None:
        """See `StaffPost`."""
        self._server.deliver(to.email, self._message(to, letter).as_bytes(policy=SMTP))

    def _message(self, to: Staff, letter: Letter) -> EmailMessage:
        sender = self._server.sender
        message = EmailMessage(policy=SMTP)
        local, _, domain = to.email.rpartition("@")
        try:
            message["From"] = sender
            message["To"] = Address(to.name, local, domain)
            message["Subject"] = " ".join(letter.title.split())
        except (ValueError, IndexError) as error:
            raise PostRefusedError("That is no address to write to.") from error
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{sha256(letter.key.encode()).hexdigest()[:40]}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body_text, cte="base64")
        message.add_alternative(letter.body_html, subtype="html", cte="base64")
        return message
