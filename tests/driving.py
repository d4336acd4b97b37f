"""Driving an installation without its processes."""

from __future__ import annotations

from siyu.assembly.installation import Installation
from siyu.assembly.loops import audience, loops
from siyu.engines.audience.building import build_waiting
from siyu.engines.audience.keeping import tick_once
from siyu.platform.eventlog.sequencer import sequence_once

LOOPING_GROUPS = ("intake", "columns", "flow")


def run_until_idle(installation: Installation) -> None:
    """Every loop of every worker, turn by turn, until none has anything left to do. Segments come after the others, and do not
    rest between two ticks as a worker's do."""
    steps = [loop.step for group in LOOPING_GROUPS for loop in loops(installation, group)]
    keeper = audience(installation)
    while True:
        with installation.database.autocommit() as driver:
            sequenced = sequence_once(driver)
        if sum([step() for step in steps]) or sequenced:
            continue
        if not build_waiting(keeper) and tick_once(keeper) is None:
            return
