"""What the workers of a simulated company do again and again, in the one thread that there is."""

from __future__ import annotations

from collections.abc import Sequence

from siyu.assembly.installation import Installation
from siyu.assembly.loops import TICK_SECONDS, Loop, audience, loops
from siyu.engines.audience.building import build_waiting
from siyu.engines.audience.keeping import tick_once
from siyu.engines.projection.projecting import columns_projector
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database

SEQUENCER, COLUMNS = "sequencer", "columns"


def loops_of(installation: Installation, groups: Sequence[str]) -> list[Loop]:
    """The sequencer first, then segments, which in earnest have a process of their own, and the loops of the groups. Nobody makes
    the columns' tables anew where somebody has died: they are there."""
    kept, projector = audience(installation), columns_projector(installation.columns)
    project = Loop("project", lambda: bool(project_once(installation.database, projector)))
    own = [
        Loop(SEQUENCER, lambda: _sequenced(installation.database), idle_seconds=0.0),
        Loop("segments:tick", lambda: tick_once(kept) is not None, idle_seconds=TICK_SECONDS),
        Loop("segments:build", lambda: bool(build_waiting(kept))),
    ]
    of_groups = [[project] if group == COLUMNS else loops(installation, group) for group in groups]
    return own + [loop for those in of_groups for loop in those]


def _sequenced(database: Database) -> bool:
    with database.autocommit() as driver:
        return sequence_once(driver) > 0
