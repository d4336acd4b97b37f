"""What acquisition is called, and what it hands out."""

from __future__ import annotations

from dataclasses import dataclass

from siyu.domain.entries.contracts import PublishedCode, Turn
from siyu.kernel.actors import system_actor

ACTOR = system_actor("acquisition")
ACQUISITION_CONSUMER = "acquisition"


@dataclass(frozen=True, slots=True)
class Served:
    """A code that somebody opened, and who serves them; `name` is the member's or the group's."""

    published: PublishedCode
    turn: Turn
    name: str
    is_new: bool
