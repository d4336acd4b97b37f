"""Starting: what a start refuses, and what it leaves alone then."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from siyu.assembly.processes import PortTakenError
from siyu.faces.cli import running
from siyu.faces.server import shared_socket
from siyu.platform.processes import AlreadyRunningError, supervising
from siyu.platform.settings import Settings
from siyu.platform.simulated_time import FILE_NAME as CLOCK_FILE

Start = Callable[..., None]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose stores are elsewhere."""
    monkeypatch.setenv("SIYU_HOME", str(tmp_path))
    monkeypatch.setenv("SIYU_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    monkeypatch.setenv("SIYU_COLUMNS_URL", "http://127.0.0.1:9")
    return tmp_path


@pytest.fixture
def another() -> Iterator[int]:
    """The port at which another program answers, who would share it."""
    with shared_socket("127.0.0.1", 0) as listening:
        listening.listen()
        yield listening.getsockname()[1]


@pytest.mark.parametrize(("start", "beside"), [(running.serve, 0), (running.demo, 0), (running.demo, 3)])
def test_nothing_starts_where_another_program_answers(start: Start, beside: int, home: Path, another: int) -> None:
    with pytest.raises(PortTakenError, match=str(another)):
        start(port=another - beside)
    assert list(home.rglob("processes.json")) == list(home.rglob("*.log")) == []


def test_a_second_start_leaves_the_clock_of_a_running_demo_alone(home: Path) -> None:
    settings = Settings(home=home / "demo")
    with supervising(settings.runtime_folder), pytest.raises(AlreadyRunningError):
        running.demo(speed=60)
    assert not (settings.home / CLOCK_FILE).exists()


def test_the_last_command_ends_before_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "siyu_command", lambda *words: [sys.executable, "-c", *words])
    settings = Settings(home=tmp_path)
    (settings.runtime_folder / "logs").mkdir(parents=True)
    last = running.LastCommand(settings, ["import time; time.sleep(600)"])
    last.stop()  # of what never began
    others = set(psutil.Process().children())
    last.start()
    (child,) = set(psutil.Process().children()) - others
    last.stop()
    assert not child.is_running()
    assert capsys.readouterr().out == "", "it did not fail"
