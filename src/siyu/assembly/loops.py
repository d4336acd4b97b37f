"""What keeps moving: the loops of worker processes. Each group loads what is its own alone, so that who died is soon back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from siyu.assembly.installation import Installation

if TYPE_CHECKING:
    from siyu.engines.audience.keeping import Audience

TICK_SECONDS = 0.5
"""How often it is looked whether the columns have followed the log, and whether anybody's time has come."""


@dataclass(frozen=True)
class Loop:
    """Work that is done again and again: `step` does one piece and says whether there was any. Without any it is tried again
    when the log has grown (at most twenty times in `idle_seconds`), or after `idle_seconds`."""

    name: str
    step: Callable[[], bool]
    idle_seconds: float = 1.0


def loops(installation: Installation, group: str) -> list[Loop]:
    """The loops of one group of workers; more processes of the same group share the work."""
    if group == "columns":
        return _columns_loops(installation)
    if group == "audience":
        return _audience_loops(installation)
    from siyu.assembly import wiring  # nearly all there is

    return {"intake": wiring.intake_loops, "flow": wiring.flow_loops}[group](installation)


def audience(installation: Installation) -> Audience:
    """The engine that says who is in which segment."""
    from siyu.engines.audience.keeping import Audience
    from siyu.engines.projection.projecting import COLUMNS_CONSUMER, ROW_EVENTS

    zone = installation.settings.zone
    return Audience(installation.database, installation.columns, (COLUMNS_CONSUMER,), zone, ROW_EVENTS)


def told(step: Callable[[], object]) -> Callable[[], bool]:
    """A step that says whether there was anything, of one that says what or how much."""
    return lambda: bool(step())


def _columns_loops(installation: Installation) -> list[Loop]:
    from siyu.engines.projection.projecting import columns_projector
    from siyu.platform.columns.schema import ensure_schema
    from siyu.platform.eventlog.projecting import project_once

    ensure_schema(installation.columns)
    projector = columns_projector(installation.columns)
    return [Loop(f"project:{projector.name}", told(partial(project_once, installation.database, projector)))]


def _audience_loops(installation: Installation) -> list[Loop]:
    from siyu.engines.audience.refresh import Worker

    worker = Worker(audience(installation))
    return [
        Loop("segments:tick", worker.tick, idle_seconds=TICK_SECONDS),
        Loop("segments:build", worker.build),
    ]
