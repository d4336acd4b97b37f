"""What room `definitions` hands out, its events and its errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from siyu.domain.definitions.faults import Faults, InvalidDefinitionError, Path, path_in
from siyu.domain.definitions.filter_checks import (
    check_comparison,
    check_in_plain,
    check_name,
    check_part,
    check_parts,
    is_day,
)
from siyu.domain.definitions.filtering import (
    FILTERS_MAX,
    NUMBER_MAX,
    TEXT_LENGTH_MAX,
    VALUES_MAX,
    WITH_KIND,
    WITHOUT_KIND,
    EventMatch,
    Filter,
    Filters,
    Id,
    Number,
    Operator,
    Text,
    Value,
)
from siyu.domain.definitions.matching import passes
from siyu.kernel.errors import ConflictError, ForbiddenError, InvalidError

__all__ = [
    "DEFINITION_DELETED",
    "DEFINITION_PUBLISHED",
    "DEFINITION_RESUMED",
    "DEFINITION_STOPPED",
    "FILTERS_MAX",
    "NUMBER_MAX",
    "TEXT_LENGTH_MAX",
    "VALUES_MAX",
    "WITHOUT_KIND",
    "WITH_KIND",
    "Definition",
    "DefinitionInUseError",
    "DefinitionName",
    "DefinitionPublication",
    "DefinitionStatus",
    "DefinitionVersion",
    "Document",
    "EventMatch",
    "Faults",
    "Filter",
    "Filters",
    "Id",
    "InvalidDefinitionError",
    "NothingToPublishError",
    "Number",
    "Operator",
    "Path",
    "StaleDefinitionError",
    "Text",
    "UnacceptableDocumentError",
    "UnknownReferenceError",
    "Value",
    "WrongStatusError",
    "check_comparison",
    "check_in_plain",
    "check_name",
    "check_part",
    "check_parts",
    "is_day",
    "passes",
    "path_in",
]
"""What of this door is written in the files beside it."""

DEFINITION_PUBLISHED = "definition_published"
DEFINITION_STOPPED = "definition_stopped"
DEFINITION_RESUMED = "definition_resumed"
DEFINITION_DELETED = "definition_deleted"

Document = Mapping[str, Any]


class DefinitionStatus(StrEnum):
    """`draft`: never published. `live`: its latest version is in force. `stopped`: published, and held for now."""

    DRAFT = "draft"
    LIVE = "live"
    STOPPED = "stopped"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition as it stands.

    `document` is the latest published version's, None before the first; `draft` is what was saved after it, None where there
    is nothing to publish. `revision` grows with each change; hand it back when saving to be told of others' edits.
    """

    definition_id: int
    kind: str
    name: str
    status: DefinitionStatus
    document: Document | None
    draft: Document | None
    version: int | None
    revision: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str

    @property
    def latest(self) -> Document:
        """What somebody who edits it should see: the draft, else the published document."""
        latest = self.draft if self.draft is not None else self.document
        return latest if latest is not None else {}


@dataclass(frozen=True, slots=True)
class DefinitionVersion:
    """A published version; never changes."""

    definition_id: int
    kind: str
    name: str
    version: int
    document: Document
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class DefinitionPublication:
    """That a version was published; `published_by` is "staff:7" or the like."""

    version: int
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class DefinitionName:
    """Enough of a definition to name it."""

    definition_id: int
    kind: str
    name: str


class DefinitionInUseError(ConflictError):
    """Something else uses this, so it cannot be deleted."""

    code = "definition_in_use"


class StaleDefinitionError(ConflictError):
    """Somebody else has changed this since you opened it; open it again."""

    code = "stale_definition"


class MadeElsewhereError(ForbiddenError):
    """This was made by somebody who sees other customers than you: they decide about it, or who sees all customers."""

    code = "made_elsewhere"


class NothingToPublishError(ConflictError):
    """There is no draft to publish."""

    code = "nothing_to_publish"


class WrongStatusError(ConflictError):
    """That cannot be done with it as it stands."""

    code = "wrong_status"


class UnacceptableDocumentError(InvalidError):
    """This document cannot be kept."""

    code = "unacceptable_document"


class UnknownReferenceError(InvalidError):
    """It refers to something that does not exist."""

    code = "unknown_reference"
