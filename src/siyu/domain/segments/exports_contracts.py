"""Files of a segment's members. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.platform.table_files import TableFormat

EXPORT_MEMBERS_JOB: Final = "export_members"
FORGET_EXPORTS_JOB: Final = "forget_exports"
EXPORT_KEPT = timedelta(days=1)
EXPORT_COLUMNS: Final = (
    "customer_id",
    "name",
    "contact",
    "city",
    "first_seen_at",
    "last_seen_at",
    "orders",
    "revenue",
    "last_order_at",
    "tags",
    "keeper",
    "stages",
    "average_order",
)
"""What can be exported besides attributes: `contact` is masked."""
ATTRIBUTE_COLUMN: Final = "attribute:"
"""Begins the name of a column with an attribute: `attribute:level`."""
EXPORT_COLUMNS_MAX: Final = 50
EXPORT_CHOSEN_MAX: Final = 2_000_000
EXPORT_RIGHT: Final = "segments.export"
_RIGHTS_OF_COLUMNS: Final = {
    "orders": "orders.read",
    "revenue": "orders.read",
    "last_order_at": "orders.read",
    "average_order": "orders.read",
    "tags": "tags.read",
    "stages": "ladders.read",
}


def export_rights(columns: Sequence[str]) -> list[str]:
    """The rights that somebody has to hold who asks for a file with these columns, or who takes it."""
    told = {_RIGHTS_OF_COLUMNS[name] for name in columns if name in _RIGHTS_OF_COLUMNS}
    return [EXPORT_RIGHT, "customers.read", *sorted(told)]


ExportFormat = TableFormat
"""How a file is written."""


class ExportState(StrEnum):
    """Waiting for a worker; being written; and its two ends."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SegmentExport:
    """An export as it stands: `rows_done` of `rows_total` are written. `asker` is who asked, with what they could see then; the
    file is there until `expires_at`. It is of a segment, or (`segment_id` None) of customers who were chosen."""

    export_id: int
    segment_id: int | None
    segment_name: str
    format: ExportFormat
    columns: Sequence[str]
    state: ExportState
    rows_total: int | None
    rows_done: int
    bytes: int | None
    fault_code: str | None
    asker: Actor
    asked_at: datetime
    ended_at: datetime | None
    expires_at: datetime | None

    @property
    def file_name(self) -> str:
        """What the file is called where it is kept."""
        return f"{self.export_id}.{self.format.value}"

    def is_asked_by(self, actor: Actor) -> bool:
        """Whether it is theirs. A member of staff and a key may have the same number."""
        return (self.asker.kind, self.asker.actor_id) == (actor.kind, actor.actor_id)

    def is_for(self, actor: Actor) -> bool:
        """Whether they may have the file: who sees all customers, or who asked for it and still sees the same; with the rights to
        all that is in it."""
        sees_it = actor.scope.is_everything or (self.is_asked_by(actor) and actor.scope == self.asker.scope)
        return sees_it and all(actor.may(right) for right in export_rights(self.columns))


class UnknownExportError(NotFoundError):
    """There is no such export, or its file is no longer there; ask for it again."""

    code = "unknown_export"


class BadExportError(InvalidError):
    """These columns cannot be exported."""

    code = "bad_export"


class FailedExportError(InvalidError):
    """These members cannot be written into such a file."""

    code = "failed_export"
