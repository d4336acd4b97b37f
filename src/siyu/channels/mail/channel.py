"""The channel `mail`: one letter for one message, in plain text and HTML, with a way out of it."""

from __future__ import annotations

import base64
import binascii
import smtplib
from collections.abc import Collection, Mapping, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from html import escape

from siyu.channels.mail.smtp import SmtpServer
from siyu.domain.company.contracts import PostDelayedError, PostRefusedError
from siyu.domain.customers.contracts import Identity
from siyu.domain.messages.contracts import (
    FailedReason,
    OutgoingMessage,
    Repeating,
    SendOutcome,
    SendResult,
    having_identity,
    one_by_one,
)
from siyu.kernel.clock import Clock
from siyu.platform.postgres.database import Reading

NAME = "mail"
BATCH_MAX = 20
KINDS = frozenset({"email"})
ONE_CLICK = f"?channel={NAME}"
"""With it, a customer's preferences take what programs of mail post when somebody chooses "unsubscribe" there."""


class MailChannel:
    """Implements `messages.contracts.SendingChannel`; safe for many threads. A server of mail drops nothing that comes
    twice, so what may have gone out is not sent again."""

    name = NAME
    batch_max = BATCH_MAX
    cost_fen = 0
    repeating = Repeating.NEVER
    identity_kinds: frozenset[str] | None = KINDS

    def __init__(self, server: SmtpServer, clock: Clock, *, unsubscribe: str) -> None:
        """`unsubscribe` is what the link at the foot of a letter says."""
        self._server, self._clock, self._unsubscribe = server, clock, unsubscribe

    def reachable(
        self, _reading: Reading, customers: Mapping[int, Sequence[Identity]], _purpose: str
    ) -> Collection[int]:
        """Who has an address."""
        return having_identity(customers, KINDS)

    def send(self, batch: Sequence[OutgoingMessage]) -> Sequence[SendResult]:
        """See `SendingChannel`."""
        return one_by_one({each.message_key: partial(self._send_one, each) for each in batch})

    def _send_one(self, message: OutgoingMessage) -> SendResult:
        key = message.message_key
        to = next((each.value for each in message.identities if each.kind == "email"), None)
        if to is None:
            return SendResult(key, SendOutcome.REJECTED, FailedReason.NO_ADDRESS.value)
        try:
            self._server.deliver(to, self.letter(message, to).as_bytes(policy=SMTP))
        except PostDelayedError as error:
            if (code := error.fields.get("smtp_code")) is not None:
                return SendResult(key, SendOutcome.DEFERRED, f"smtp_{code}")
            return SendResult(key, SendOutcome.UNREACHABLE, "smtp_unreachable", is_unsent=True)
        except PostRefusedError:
            return SendResult(key, SendOutcome.REJECTED, FailedReason.NO_ADDRESS.value)
        except (OSError, smtplib.SMTPException) as error:
            return SendResult(key, SendOutcome.UNREACHABLE, f"unreachable:{type(error).__name__}")
        return SendResult(key, SendOutcome.ACCEPTED)

    def letter(self, message: OutgoingMessage, to: str) -> EmailMessage:
        """The letter as it goes out; PostRefusedError for an address that is none."""
        letter = EmailMessage(policy=SMTP)
        local, _, domain = to.rpartition("@")
        try:
            letter["From"] = self._server.sender
            letter["To"] = Address("", local, domain)
            letter["Subject"] = " ".join(message.title.split())
        except (ValueError, IndexError) as error:
            raise PostRefusedError("That is no address to write to.") from error
        letter["Date"] = format_datetime(self._clock.now())
        letter["Message-ID"] = message_id(message.message_key, self._server.sender.domain)
        letter["List-Unsubscribe"] = f"<{message.preferences_url}{ONE_CLICK}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        plain = [message.body, message.link_url or "", f"{self._unsubscribe}: {message.preferences_url}"]
        letter.set_content("\n\n".join(part for part in plain if part), cte="base64")
        letter.add_alternative(self._html(message), subtype="html", cte="base64")
        return letter

    def _html(self, message: OutgoingMessage) -> str:
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in message.body.splitlines() if line.strip())
        link = ""
        if message.link_url:
            link = f'<p><a href="{escape(message.link_url)}">{escape(message.title)}</a></p>'
        way_out = f'<a href="{escape(message.preferences_url)}" style="color:#888">{escape(self._unsubscribe)}</a>'
        return (
            '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{escape(message.title)}</title></head>"
            '<body style="margin:0 auto;max-width:36em;padding:1.5em;font:16px/1.7 sans-serif;color:#222">'
            f'<h1 style="font-size:1.25em">{escape(message.title)}</h1>{paragraphs}{link}'
            f'<p style="margin-top:2em;font-size:.8em">{way_out}</p></body></html>'
        )


def message_id(message_key: str, domain: str) -> str:
    """The same for the same message, and holds its key."""
    return f"<m.{base64.urlsafe_b64encode(message_key.encode()).decode().rstrip('=')}@{domain}>"


def key_of(message_id: str) -> str:
    """The key that a Message-ID of ours holds; "" for any other."""
    local = message_id.strip().lstrip("<").partition("@")[0]
    kind, _, packed = local.partition(".")
    if kind != "m":
        return ""
    try:
        key = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
    return key if key.isprintable() else ""
