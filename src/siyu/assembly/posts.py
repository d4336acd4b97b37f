"""What goes out to staff, by mail and by WeCom; and the channel `mail` to customers, by the one server that the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import cast

from siyu.assembly.installation import Installation
from siyu.assembly.setting_up import brand_of
from siyu.assembly.wecom import WecomClients
from siyu.channels.mail import MailChannel, MailPost, SmtpServer
from siyu.channels.mail.smtp import Security
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.posting import WecomPost
from siyu.domain.company.contracts import StaffPost
from siyu.domain.contacts.reading import member_of_staff
from siyu.platform.postgres.database import Database

UNSUBSCRIBE = "退订 / Unsubscribe"


@contextmanager
def opened_posts(installation: Installation) -> Iterator[dict[str, StaffPost]]:
    """The ways to staff, by the names that reports call them; WeCom first, where staff are all day."""
    database = installation.database
    server = smtp_of(installation)
    clients = WecomClients.of_installation(installation)
    try:
        found: dict[str, StaffPost] = {}
        if clients.has_any():
            found["wecom"] = WecomPost(partial(_member, database, clients))
        if server is not None:
            found["mail"] = MailPost(server, database.clock)
        yield found
    finally:
        clients.close()


def _member(database: Database, clients: WecomClients, staff_id: int) -> tuple[Wecom, str] | None:
    with database.read() as reading:
        found = member_of_staff(reading, staff_id)
    wecom = clients.find(found[0]) if found is not None else None
    return (wecom, found[1]) if found is not None and wecom is not None else None


def mail_channel(installation: Installation) -> MailChannel | None:
    """The channel `mail`; None where there is no server."""
    server = smtp_of(installation)
    return MailChannel(server, installation.database.clock, unsubscribe=UNSUBSCRIBE) if server is not None else None


def smtp_of(installation: Installation) -> SmtpServer | None:
    """The server that the settings name, or what stands for it; None where they name none."""
    settings = installation.settings
    if installation.mail is not None:
        return installation.mail
    if not settings.mail_host:
        return None
    return SmtpServer(
        settings.mail_host,
        settings.mail_port,
        settings.mail_from,
        security=cast(Security, settings.mail_security),
        user=settings.mail_user,
        password=settings.mail_password,
        brand=brand_of(settings, installation.database),
    )
