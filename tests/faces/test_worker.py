"""A worker's threads go on whatever fails."""

from __future__ import annotations

import threading

import pytest

from siyu.faces import worker
from siyu.platform.metrics import LOOP_FAILURES


def test_a_loop_goes_on_where_nothing_new_can_be_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, runs = threading.Event(), list[int]()

    def run() -> None:
        runs.append(len(runs))
        if len(runs) < 3:
            raise OSError("no space left on device")
        stop.set()

    def refuse(*_: str) -> None:
        raise OSError("no space left on device")

    thread = worker._thread("steady", stop, run)
    monkeypatch.setattr(LOOP_FAILURES, "labels", refuse)
    thread.start()
    thread.join(30)
    assert runs == [0, 1, 2]
