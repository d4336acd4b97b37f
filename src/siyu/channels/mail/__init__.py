"""Mail over SMTP: letters to staff (`post`), and messages to customers (`channel`), by one server.

Of each letter it is known whether it was surely not sent, or may have been. A message to a customer can be unsubscribed from with
one click (RFC 8058); what comes back (`bounces`) is known by its Message-ID, which holds the message's key.
"""

from __future__ import annotations

from siyu.channels.mail.channel import NAME, MailChannel
from siyu.channels.mail.post import MailPost
from siyu.channels.mail.smtp import SmtpServer

__all__ = ["NAME", "MailChannel", "MailPost", "SmtpServer"]
