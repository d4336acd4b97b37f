"""Lines of the audit, and which of them are wanted. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from siyu.kernel.actors import ActorKind


class Outcome(StrEnum):
    """How something audited ended."""

    ALLOWED = "allowed"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the audit: who did what to what, or was refused."""

    at: datetime
    actor_kind: str
    actor_id: str
    actor_name: str
    verb: str
    subject: str
    outcome: Outcome
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines: all that is told holds together; None is any. `verb` is one (`definitions.publish`) or the room of many
    (`definitions`); `subject` is one thing (`customer:7`) or a kind (`customer`); `until` is the first moment after the
    span."""

    actor_kind: ActorKind | None = None
    staff_id: int | None = None
    verb: str | None = None
    subject: str | None = None
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None


ALL_LINES: Final = AuditFilter()
