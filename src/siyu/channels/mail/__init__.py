"""Mail: letters to staff over SMTP. Of each letter it is known whether it was surely not sent, or may have been."""

from __future__ import annotations

from siyu.channels.mail.post import MailPost

__all__ = ["MailPost"]
