"""What the engine is called, and what it is given."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import Database

ACTOR = system_actor("service")
KF_EVENT = "kf_msg_or_event"
"""The callback that something came to an account: {Token, OpenKfId}."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where conversations are kept, and by which clock hours are told."""

    database: Database
    zone: ZoneInfo
