"""Which tests run on which process, and in what order, where several run them."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]  # it has no types

TOGETHER = ("tests/e2e/",)
"""Folders whose files share something that takes long to set up: the running demo."""

FIRST = (
    "tests/e2e/",
    "tests/crash/",
    "tests/faults/test_disk_full.py",
    "tests/platform/postgres_server/test_other_server.py",
    "tests/faces/api/test_schema.py",
    "tests/flow/",
    "tests/faults/",
    "tests/assembly/",
    "tests/launcher/",
    "tests/clients/",
    "tests/engines/audience/",
    "tests/engines/insight/",
    "tests/faces/",
    "tests/engines/",
)
"""What takes longest, in this order: what begins last should be short, or one process waits for the other. Those that mostly wait
for others come early as well, beside one that computes."""


def rank(nodeid: str) -> int:
    """Where a test stands among the others; those of the same rank stay in the order they were collected in."""
    return next((number for number, prefix in enumerate(FIRST) if nodeid.startswith(prefix)), len(FIRST))


class LongestFirst(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives out files, as xdist's own does, but in the order of `rank`, and those of some folders as one."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = (
            False  # its own order: files of many tests first, so that the slow ones come last
        )

    def _split_scope(self, nodeid: str) -> str:
        folder = next((each for each in TOGETHER if nodeid.startswith(each)), None)
        return folder or str(super()._split_scope(nodeid))
