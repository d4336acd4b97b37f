"""The ways to staff that this installation has: mail, and what else is connected."""

from __future__ import annotations

from typing import cast

from siyu.assembly.installation import Installation
from siyu.channels.mail import MailPost
from siyu.channels.mail.post import Security
from siyu.domain.company.contracts import StaffPost


def posts(installation: Installation) -> dict[str, StaffPost]:
    """By the names that reports call them."""
    settings, found = installation.settings, dict[str, StaffPost]()
    if settings.mail_host:
        found["mail"] = MailPost(
            settings.mail_host,
            settings.mail_port,
            settings.mail_from,
            installation.database.clock,
            security=cast(Security, settings.mail_security),
            user=settings.mail_user,
            password=settings.mail_password,
            brand=settings.brand_name,
        )
    return found
