"""What goes out by mail: letters to staff, and the channel to customers, by the one server that the settings name."""

from __future__ import annotations

from typing import cast

from siyu.assembly.installation import Installation
from siyu.channels.mail import MailChannel, MailPost, SmtpServer
from siyu.channels.mail.smtp import Security
from siyu.domain.company.contracts import StaffPost
from siyu.platform.settings import Settings

UNSUBSCRIBE = "退订 / Unsubscribe"


def posts(installation: Installation) -> dict[str, StaffPost]:
    """The ways to staff, by the names that reports call them."""
    server = smtp_of(installation.settings)
    return {"mail": MailPost(server, installation.database.clock)} if server is not None else {}


def mail_channel(installation: Installation) -> MailChannel | None:
    """The channel `mail`; None where there is no server."""
    server = smtp_of(installation.settings)
    return MailChannel(server, installation.database.clock, unsubscribe=UNSUBSCRIBE) if server is not None else None


def smtp_of(settings: Settings) -> SmtpServer | None:
    """The server that the settings name; None where they name none."""
    if not settings.mail_host:
        return None
    return SmtpServer(
        settings.mail_host,
        settings.mail_port,
        settings.mail_from,
        security=cast(Security, settings.mail_security),
        user=settings.mail_user,
        password=settings.mail_password,
        brand=settings.brand_name,
    )
