"""What the workers of a simulated company do again and again, in the one thread that there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from siyu.assembly.installation import Installation
from siyu.assembly.loops import TICK_SECONDS, Loop, audience, loops
from siyu.engines.audience.building import build_waiting
from siyu.engines.audience.keeping import tick_once
from siyu.engines.projection.projecting import columns_projector
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database

SEQUENCER: Final = "sequencer"


def loops_of(installation: Installation, groups: Sequence[str]) -> list[Loop]:
    """The sequencer first, then columns and segments, which in earnest have processes of their own, and the loops of the groups."""
    kept, projector = audience(installation), columns_projector(installation.columns)
    own = [
        Loop(SEQUENCER, lambda: _sequenced(installation.database), idle_seconds=0.0),
        Loop("project", lambda: bool(project_once(installation.database, projector))),
        Loop("segments:tick", lambda: tick_once(kept) is not None, idle_seconds=TICK_SECONDS),
        Loop("segments:build", lambda: bool(build_waiting(kept))),
    ]
    return [*own, *(loop for group in groups for loop in loops(installation, group))]


def _sequenced(database: Database) -> bool:
    with database.autocommit() as driver:
        return sequence_once(driver) > 0
