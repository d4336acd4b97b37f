"""A worker's threads go on whatever fails."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import pytest

from siyu.assembly.loops import Loop
from siyu.faces import worker
from siyu.platform.eventlog.waking import LogBell
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


def looking(loop: Loop, bell: LogBell, stop: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=worker.run_loop, args=(loop, bell, stop))
    thread.start()
    return thread


def test_who_finds_nothing_looks_seldom_however_fast_the_log_grows() -> None:
    bell, stop, looks = LogBell(), threading.Event(), list[float]()

    def look() -> bool:
        looks.append(time.monotonic())
        return False

    thread = looking(Loop("seldom", look, idle_seconds=1.0), bell, stop)
    until = time.monotonic() + 0.4
    while time.monotonic() < until:
        bell.ring()
        stop.wait(0.001)
    stop.set()
    bell.ring()
    thread.join(10)
    assert len(looks) > 1
    assert all(later - earlier >= 0.9 / worker.LOOKS_MAX for earlier, later in pairwise(looks))


def test_a_ring_while_somebody_rests_is_heard_when_they_have_rested() -> None:
    bell, stop, looked, again = LogBell(), threading.Event(), threading.Event(), threading.Event()

    def look() -> bool:
        (again if looked.is_set() else looked).set()
        return False

    thread = looking(Loop("heard", look, idle_seconds=12.0), bell, stop)
    assert looked.wait(10)
    bell.ring()
    is_heard = again.wait(8)
    stop.set()
    bell.ring()
    thread.join(10)
    assert is_heard
