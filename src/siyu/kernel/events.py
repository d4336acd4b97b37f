"""The one shape of everything that happens.

An event is a fact about a customer, in the past tense (`order_paid`, `segment_entered`). It carries the `profile_id` of the
identity it was seen under, which never changes; which customer that profile belongs to is looked up when it is read,
so merging and splitting customers rewrites no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

STRIPPED = "erased"
"""Stands, true, in the properties of every event whose customer was erased."""

NOBODY = 0
"""The profile of an event that is about no customer (a staff log-in, a definition published)."""

Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event about to be appended.

    `event_id` is unique for ever; a consequence derives it from its cause (`derived_id`), so a repeated step records it once.
    `occurred_at` is when it happened, aware UTC; when it was appended is the log's own matter.
    `source` names who recorded it: `intake:web`, `segments`, `webhook`.
    `properties` is JSON; nothing in it is a secret.
    """

    name: str
    event_id: UUID
    profile_id: int
    occurred_at: datetime
    source: str
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event(NewEvent):
    """An event as it stands in the log, at `position` (of its batch, in commit order) and `n` (within the batch)."""

    position: int = 0
    n: int = 0

    @property
    def is_stripped(self) -> bool:
        """Whether its customer was erased since: of what it told little more than numbers is left. Whoever reads the log late meets
        such events, and must not rely on what they once held."""
        return bool(self.properties.get(STRIPPED))
