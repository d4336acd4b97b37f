"""What the mirror is given: where a corp's things come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from siyu.domain.contacts.contracts import ContactSource, StaffSource, TagSource
from siyu.domain.groups.contracts import GroupSource
from siyu.kernel.actors import system_actor

ACTOR = system_actor("mirror")
MIRROR_CONSUMER = "mirror"


class Source(StaffSource, ContactSource, TagSource, GroupSource, Protocol):
    """All of a corp."""


@dataclass(frozen=True, slots=True)
class Corp:
    """A corp and the way to it."""

    corp_id: str
    source: Source
