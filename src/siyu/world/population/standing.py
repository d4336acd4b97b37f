"""Where somebody stands with a brand when its history ends: from there they live on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from siyu.world.population.behaviour import Mood


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person has become by then. `is_known` who has told the brand who they are; `has_left` who blocked it; of a camp's
    people: the `term` they began or are waiting for, the days whose lessons they `finished`, how often they checked in, and whether
    they keep the course."""

    mood: Mood
    source: str
    is_known: bool = False
    has_left: bool = False
    term: date | None = None
    finished: frozenset[int] = frozenset()
    check_ins: int = 0
    has_course: bool = False
