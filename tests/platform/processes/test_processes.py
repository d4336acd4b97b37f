"""What dies is restarted, what is told to stop stops, and nothing outlives the supervisor, however that ends."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from siyu.platform.processes import AlreadyRunningError, ProcessSpec, Supervisor, in_order
from siyu.platform.processnotices import Notice, NoticeKind
from tests.platform.processes.scenery import supervised, until

CHILD = """
import sys
from siyu.platform.processes import ProcessSpec, Supervisor
CHILD = '''
import os, signal, sys, threading
from siyu.platform.watch import stop_when_parent_is_gone
name, folder, stubborn = sys.argv[1], sys.argv[2], len(sys.argv) > 3
if os.path.exists(folder + "/broken"):
    sys.exit(3)
told = threading.Event()
def stop(*_):
    print("told to stop", flush=True)
    if not stubborn:
        told.set()
signal.signal(signal.SIGTERM, stop)
stop_when_parent_is_gone(stop_seconds=1)
print("up", flush=True)
told.wait()
with open(folder + "/order", "a") as file:
    file.write(name + " ")
'''
def child(name, *needs, stubborn=False, **more):
    log = FOLDER / "run" / "logs" / f"{name}.log"
    words = [sys.executable, "-c", CHILD, name, str(FOLDER)] + ["stubborn"] * stubborn
    more = {"is_ready": lambda: log.exists() and "up" in log.read_text(), **more}
    return ProcessSpec(name, words, depends_on=needs, **more)
def run(*specs):
    def say(what):
        return lambda: print(what, flush=True)
    told = {"prepare": say("nobody left"), "on_ready": say("all up"), "on_stop": say("all down soon")}
    sys.exit(Supervisor(specs, FOLDER / "run", **told).run())
"""


def test_starts_in_order_of_need_and_stops_in_reverse(tmp_path: Path) -> None:
    with supervised(CHILD + "run(child('c', 'b'), child('a'), child('b', 'a'))", tmp_path) as run:
        until(lambda: run.has_said("all up"), "everything up")
        notices = [line.split()[0] + line.split()[-1] for line in run.output.splitlines() if "starting" in line]
        assert notices == ["astarting", "bstarting", "cstarting"]
        run.process.send_signal(signal.SIGTERM)
        assert run.process.wait(20) == 0
        assert (tmp_path / "order").read_text("utf-8").split() == ["c", "b", "a"]
        told = [run.output.index(words) for words in ("nobody left", "starting", "all up", "all down soon", "stopping")]
        assert told == sorted(told)
        assert run.family() == {}


def test_a_dead_child_is_restarted_at_once(tmp_path: Path) -> None:
    with supervised(CHILD + "run(child('a'), child('b', 'a'))", tmp_path) as run:
        until(lambda: run.has_said("all up"), "everything up")
        before = run.pids()
        run.kill(before["a"])
        until(lambda: run.pids().get("a") not in (None, before["a"]), "a restarted", within_seconds=3)
        assert run.pids()["b"] == before["b"]
        assert run.has_said("signal 9")


def test_a_child_that_was_up_once_is_never_given_up(tmp_path: Path) -> None:
    with supervised(CHILD + "run(child('a'))", tmp_path) as run:
        until(lambda: run.has_said("all up"), "everything up")
        (tmp_path / "broken").touch()
        run.kill(run.pids()["a"])
        until(lambda: run.has_said("exit code 3", times=4), "more failed starts than a first start may have")
        (tmp_path / "broken").unlink()
        until(lambda: run.has_said("ready", times=2), "up again")
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(20) == 0
        assert run.family() == {}


def test_a_child_that_can_never_answer_again_is_started_anew(tmp_path: Path) -> None:
    hurry = "import siyu.platform.processes as p\np.STUCK_SECONDS, p.STEADY_POLL_SECONDS = 0.3, 0.1\n"
    script = hurry + CHILD + "run(child('a', is_stuck=lambda: (FOLDER / 'stuck').exists()), child('b', 'a'))"
    with supervised(script, tmp_path) as run:
        until(lambda: run.has_said("all up"), "everything up")
        before = run.pids()
        (tmp_path / "stuck").touch()
        until(lambda: run.has_said("stuck; signal 9"), "a ended")
        (tmp_path / "stuck").unlink()
        until(lambda: run.pids().get("a") not in (None, before["a"]), "a restarted")
        assert run.pids()["b"] == before["b"]


def test_no_child_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    script = CHILD + "run(child('kind'), child('stubborn', stubborn=True))"
    with supervised(script, tmp_path) as run:
        until(lambda: run.has_said("all up"), "everything up")
        assert len(run.family()) == 3
        run.process.kill()
        run.process.wait()
        until(lambda: run.family() == {}, "nobody left", within_seconds=8)
        assert "told to stop" in run.log("kind"), "it was asked before it was forced"


def test_a_new_run_waits_for_the_children_of_a_killed_one(tmp_path: Path) -> None:
    script = CHILD + "run(child('stubborn', stubborn=True))"
    with supervised(script, tmp_path) as first:
        until(lambda: first.has_said("all up"), "everything up")
        old = first.pids()["stubborn"]
        first.process.kill()
        first.process.wait()
        with supervised(script, tmp_path) as second:
            until(lambda: second.has_said("all up"), "the second run up")
            assert old not in second.family()


def test_what_ignores_the_stop_signal_is_killed(tmp_path: Path) -> None:
    with supervised(CHILD + "run(child('a', stubborn=True, stop_seconds=0.3))", tmp_path) as run:
        until(lambda: run.has_said("all up"), "everything up")
        run.process.send_signal(signal.SIGTERM)
        assert run.process.wait(20) == 0
        assert run.has_said("killed")
        assert run.family() == {}


def test_a_second_signal_hurries(tmp_path: Path) -> None:
    with supervised(CHILD + "run(child('a', stubborn=True, stop_seconds=600))", tmp_path) as run:
        until(lambda: run.has_said("all up"), "everything up")
        run.process.send_signal(signal.SIGINT)
        until(lambda: run.has_said("stopping"), "stopping")
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(20) == 0
        assert run.family() == {}


def test_grandchildren_go_with_their_parent(tmp_path: Path) -> None:
    forks = "import os, time; os.fork(); time.sleep(600)"
    script = CHILD + f"run(ProcessSpec('a', [sys.executable, '-c', {forks!r}]))"
    with supervised(script, tmp_path) as run:
        until(lambda: len(run.family()) == 3, "child and grandchild")
        run.process.send_signal(signal.SIGTERM)
        assert run.process.wait(20) == 0
        assert run.family() == {}


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("ProcessSpec('bad', ['/nowhere/at/all'])", "No such file"),
        (
            "ProcessSpec('bad', [sys.executable, '-c', 'raise SystemExit(\"my own words\")'], is_ready=bool)",
            "my own words",
        ),
        ("child('bad', is_ready=bool, ready_seconds=0.3)", "not ready within"),
        ("ProcessSpec('bad', [sys.executable, '-c', 'raise SystemExit(7)'], is_task=True)", "exit code 7"),
    ],
)
def test_what_cannot_start_is_said_plainly_and_ends_the_run(tmp_path: Path, spec: str, reason: str) -> None:
    with supervised(CHILD + f"run(child('good'), {spec}, child('never', 'bad'))", tmp_path) as run:
        assert run.process.wait(30) == 1
        assert "bad  无法启动 · failed" in run.output
        assert reason in run.output
        assert "Traceback" not in run.output
        assert "never  启动" not in run.output
        assert run.family() == {}


def test_a_task_runs_once_before_those_who_need_it(tmp_path: Path) -> None:
    task = f"open({str(tmp_path / 'order')!r}, 'a').write('task ')"
    script = CHILD + f"run(child('a', 'task'), ProcessSpec('task', [sys.executable, '-c', {task!r}], is_task=True))"
    with supervised(script, tmp_path) as run:
        until(lambda: run.has_said("all up"), "everything up")
        run.process.send_signal(signal.SIGTERM)
        assert run.process.wait(20) == 0
        assert (tmp_path / "order").read_text("utf-8").split() == ["task", "a"]


def test_the_same_folder_is_supervised_by_one_alone(tmp_path: Path) -> None:
    with supervised(CHILD + "run(child('a'))", tmp_path) as run:
        until(lambda: run.has_said("all up"), "everything up")
        with pytest.raises(AlreadyRunningError, match=str(run.process.pid)):
            Supervisor([], tmp_path / "run").run()


def test_output_is_kept_and_rotated(tmp_path: Path) -> None:
    talk = "import sys; print('x' * 200_000, flush=True); sys.stdin.read()"
    rotated = tmp_path / "logs" / "talker.log.1"
    notices: list[Notice] = []

    def stop() -> None:
        supervisor.request_stop()

    supervisor = Supervisor(
        [ProcessSpec("talker", [sys.executable, "-c", talk], is_ready=rotated.exists, stop_seconds=1)],
        tmp_path,
        report=notices.append,
        on_ready=stop,
        log_max_bytes=100_000,
    )
    assert supervisor.run() == 0
    assert rotated.stat().st_size > 100_000
    assert [notice.kind for notice in notices] == [NoticeKind.STARTING, NoticeKind.READY, NoticeKind.STOPPING]


@pytest.mark.parametrize(
    ("specs", "message"),
    [
        ([ProcessSpec("a", ["x"], depends_on=["b"])], "unknown"),
        ([ProcessSpec("a", ["x"]), ProcessSpec("a", ["y"])], "same name"),
        ([ProcessSpec("a", ["x"], depends_on=["b"]), ProcessSpec("b", ["x"], depends_on=["a"])], "wait for each other"),
    ],
)
def test_needs_that_cannot_be_met_are_refused(specs: list[ProcessSpec], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        in_order(specs)
