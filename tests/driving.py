"""Driving an installation without its processes."""

from __future__ import annotations

from siyu.assembly.installation import Installation
from siyu.assembly.wiring import loops
from siyu.platform.eventlog.sequencer import sequence_once

LOOPING_GROUPS = ("intake", "columns", "flow")


def run_until_idle(installation: Installation) -> None:
    """Every loop of every worker, turn by turn, until none has anything left to do."""
    steps = [loop.step for group in LOOPING_GROUPS for loop in loops(installation, group)]
    while True:
        with installation.database.autocommit() as driver:
            sequenced = sequence_once(driver)
        if not sum([step() for step in steps]) and not sequenced:
            return
