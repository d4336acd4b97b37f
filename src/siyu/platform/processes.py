"""The supervisor: starts processes in the order of their needs, restarts what dies, stops all of them, leaves nothing.

Each child has the read end of a pipe as its standard input, whose write end only the supervisor holds. A child ends
when the pipe closes (`siyu.platform.watch`), so killing the supervisor with SIGKILL leaves no process behind either.
The loop has one thread and sleeps until a signal, a death or the next moment at which something is due.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from siyu.kernel.errors import SiyuError
from siyu.platform.processlogs import ProcessLog
from siyu.platform.processnotices import Notice, NoticeKind, print_notice

START_ATTEMPTS = 3
FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 10.0
LEFTOVERS_SECONDS = 60.0
SETTLED_AFTER_SECONDS = 60.0
STARTING_POLL_SECONDS = 0.05
STEADY_POLL_SECONDS = 5.0
STUCK_SECONDS = 10.0
"""Who says for so long that it will never answer again is ended and started anew."""
TAIL_LINES = 15


class AlreadyRunningError(SiyuError):
    """Another Siyu is running in this folder."""

    code = "already_running"


def _nothing() -> None:
    """The preparation of a process that needs none."""


def _at_once() -> bool:
    """The readiness of a process that cannot say."""
    return True


def _never() -> bool:
    """The stuckness of a process that cannot say."""
    return False


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """A process to keep running.

    `prepare` runs in the supervisor before each start. `is_ready` is asked until it says yes; it never raises and
    answers within a moment. From then on `is_stuck` is asked now and then: whether it lives, but can never answer again.
    What `depends_on` others starts once these are ready, and stops before them. A task (`is_task`) ends by itself: those
    who depend on it start when it has ended with 0, and it is not started again.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    is_ready: Callable[[], bool] = _at_once
    is_stuck: Callable[[], bool] = _never
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20.0
    depends_on: Sequence[str] = ()
    ready_seconds: float = 60.0
    prepare: Callable[[], None] = _nothing
    is_task: bool = False


class _Child:
    """A spec and the process that runs it just now."""

    def __init__(self, spec: ProcessSpec, log: ProcessLog) -> None:
        self.spec = spec
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at_seconds = 0.0
        self.start_due_seconds = 0.0
        self.is_ready = False
        self.was_ready = False
        self.is_done = False
        self.failures = 0
        self.killed_because = ""
        self.kill_due_seconds: float | None = None
        self.stuck_since_seconds: float | None = None

    def start(self, family_lock: int) -> None:
        self.spec.prepare()
        with self.log.open() as output:
            self.process = subprocess.Popen(
                list(self.spec.command),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env={**os.environ, **self.spec.environment},
                pass_fds=(family_lock,),
                start_new_session=True,  # Ctrl-C is for the supervisor alone
            )
        self.started_at_seconds = time.monotonic()
        self.stuck_since_seconds = None

    def find_exit(self) -> int | None:
        """The exit code if the process has ended; then nothing of its group lives any more."""
        if self.process is None or self.process.returncode is not None:
            return None
        if not has_ended(self.process):
            return None
        self.kill_group()
        if self.process.stdin is not None:
            self.process.stdin.close()
        code = self.process.wait()
        self.process = None
        self.is_ready = False
        self.kill_due_seconds = None
        return code

    def kill_group(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """Runs `specs` until it is told to stop. `report` hears every notice; the children's output goes to files."""

    def __init__(
        self,
        specs: Sequence[ProcessSpec],
        runtime_folder: Path,
        *,
        report: Callable[[Notice], None] | None = None,
        prepare: Callable[[], None] = _nothing,
        on_ready: Callable[[], None] = _nothing,
        on_stop: Callable[[], None] = _nothing,
        log_max_bytes: int = 20_000_000,
    ) -> None:
        """Each is called once: `prepare` when nothing of an earlier run is left, before anything starts (what it raises, `run`
        raises); `on_ready` when everything is up, and it must return at once (start a thread for longer work); `on_stop` before
        anything stops, however that comes."""
        self.runtime_folder = runtime_folder
        self.children = {
            spec.name: _Child(spec, ProcessLog(runtime_folder / "logs" / f"{spec.name}.log", log_max_bytes))
            for spec in in_order(specs)
        }
        self._pids_file = runtime_folder / "processes.json"
        self._report = report or print_notice
        self._prepare, self._on_ready, self._on_stop = prepare, on_ready, on_stop
        self._exit_code = 0
        self._family_lock = -1
        self._waking_read, self._waking_write = os.pipe()
        for end in (self._waking_read, self._waking_write):
            os.set_blocking(end, False)

    def run(self) -> int:
        """Start everything, keep it running, and return the exit code once everything has stopped: 1 for a process
        that could not be started. Call it from the main thread: it takes the signals of the process."""
        with supervising(self.runtime_folder), self._signals(), self._lock_of_family():
            self._prepare()
            try:
                self._keep_running()
            finally:
                self._on_stop()
                self._stop_all()
                self._write_pids()
        return self._exit_code

    def request_stop(self) -> None:
        """Make `run` stop everything and return; from any thread."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._waking_write, bytes([signal.SIGTERM]))

    @contextlib.contextmanager
    def _lock_of_family(self) -> Iterator[None]:
        """A lock that every child inherits, so it is free only when the last child of an earlier run has gone. Such
        children are stopping already; starting beside them would meet their ports and folders still in use."""
        with (self.runtime_folder / "children.lock").open("a") as file:
            self._family_lock = file.fileno()
            until = time.monotonic() + LEFTOVERS_SECONDS
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError as error:
                    if time.monotonic() > until or self._sleep(STARTING_POLL_SECONDS):
                        pids = self._pids_file.read_text("utf-8") if self._pids_file.exists() else "?"
                        raise AlreadyRunningError(f"Processes of an earlier run do not stop: {pids}.") from error
            yield

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        known = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
        before = {one: signal.signal(one, lambda *_: None) for one in known}  # the pipe tells; a handler must be there
        waking = signal.set_wakeup_fd(self._waking_write, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(waking)
            for one, handler in before.items():
                signal.signal(one, handler)

    def _sleep(self, seconds: float) -> bool:
        """Until a signal or the time is over; whether somebody asked to stop."""
        ready, _, _ = select.select([self._waking_read], [], [], max(0.0, seconds))
        signals = os.read(self._waking_read, 4096) if ready else b""
        return any(one in signals for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP))

    def _keep_running(self) -> None:
        told_ready = False
        while True:
            for child in self.children.values():
                self._look_after(child)
            if self._exit_code:
                return
            if not told_ready and all(child.is_ready for child in self.children.values()):
                told_ready = True
                self._on_ready()
            if self._sleep(self._pause_seconds()):
                return

    def _pause_seconds(self) -> float:
        """How long nothing can be due: a short while as long as somebody waits for readiness."""
        pause = STEADY_POLL_SECONDS
        for child in self.children.values():
            if child.process is not None and not child.is_ready:
                return STARTING_POLL_SECONDS
            if child.process is None and not child.is_done and self._may_start(child):
                pause = min(pause, child.start_due_seconds - time.monotonic())
        return pause

    def _may_start(self, child: _Child) -> bool:
        return all(self.children[name].is_ready for name in child.spec.depends_on)

    def _look_after(self, child: _Child) -> None:
        child.log.rotate_if_large()
        code = child.find_exit()
        now = time.monotonic()
        if code == 0 and child.spec.is_task:
            child.is_done = child.is_ready = True
            self._tell(NoticeKind.DONE, child)
        elif code is not None:
            self._failed(child, f"exit code {code}" if code >= 0 else f"signal {-code}")
        elif child.process is not None:
            self._look_at_running(child, now)
        elif not child.is_done and not self._exit_code and now >= child.start_due_seconds and self._may_start(child):
            self._start(child)

    def _look_at_running(self, child: _Child, now: float) -> None:
        age_seconds = now - child.started_at_seconds
        if child.is_ready:
            if age_seconds > SETTLED_AFTER_SECONDS:
                child.failures = 0
            self._look_whether_stuck(child, now)
        elif child.spec.is_task:
            pass
        elif child.spec.is_ready():
            child.is_ready = child.was_ready = True
            self._tell(NoticeKind.READY, child, f"{age_seconds:.1f} s")
        elif age_seconds > child.spec.ready_seconds:
            child.killed_because = f"not ready within {child.spec.ready_seconds:.0f} s; "
            child.kill_group()  # found dead, and counted as a failure, in the next round

    def _look_whether_stuck(self, child: _Child, now: float) -> None:
        if not child.spec.is_stuck():
            child.stuck_since_seconds = None
        elif child.stuck_since_seconds is None:
            child.stuck_since_seconds = now
        elif now - child.stuck_since_seconds >= STUCK_SECONDS:
            child.killed_because = "stuck; "
            child.kill_group()

    def _start(self, child: _Child) -> None:
        self._tell(NoticeKind.STARTING, child)
        try:
            child.start(self._family_lock)
        except (OSError, SiyuError) as error:
            self._failed(child, str(error))
        self._write_pids()

    def _failed(self, child: _Child, reason: str) -> None:
        child.failures += 1
        # The first restart is immediate: most deaths are accidents, and every second is one of somebody waiting.
        delay = 0.0 if child.was_ready and child.failures == 1 else FIRST_DELAY_SECONDS * 2 ** min(child.failures, 16)
        child.start_due_seconds = time.monotonic() + min(delay, LONGEST_DELAY_SECONDS)
        reason, child.killed_because = child.killed_because + reason, ""
        detail = "\n".join([reason, *child.log.tail(TAIL_LINES), f"… {child.log.path}"])
        if not child.was_ready and child.failures >= START_ATTEMPTS:
            self._tell(NoticeKind.FAILED, child, detail)
            self._exit_code = 1
        else:
            self._tell(NoticeKind.DIED, child, detail)

    def _stop_all(self) -> None:
        """Those nobody depends on first; what does not stop in its time is killed, at once when asked a second time."""
        told: set[str] = set()
        while any(child.process is not None for child in self.children.values()):
            now = time.monotonic()
            for name, child in reversed(self.children.items()):
                child.find_exit()
                if child.process is None:
                    continue
                if name not in told and not self._is_needed(name):
                    told.add(name)
                    self._tell(NoticeKind.STOPPING, child)
                    child.process.send_signal(child.spec.stop_signal)
                    child.kill_due_seconds = now + child.spec.stop_seconds
                elif child.kill_due_seconds is not None and now > child.kill_due_seconds:
                    self._tell(NoticeKind.KILLED, child)
                    child.kill_group()
                    child.kill_due_seconds = now + child.spec.stop_seconds
            if self._sleep(STARTING_POLL_SECONDS):
                for child in self.children.values():
                    child.kill_due_seconds = time.monotonic() if child.kill_due_seconds is not None else None

    def _is_needed(self, name: str) -> bool:
        return any(child.process is not None and name in child.spec.depends_on for child in self.children.values())

    def _tell(self, kind: NoticeKind, child: _Child, detail: str = "") -> None:
        with contextlib.suppress(OSError):  # a terminal that went away must not stop the supervisor half-way
            self._report(Notice(kind, child.spec.name, detail))

    def _write_pids(self) -> None:
        """`processes.json`: which process number each name has, for a person (or a test) who looks from outside."""
        pids = {name: child.process.pid for name, child in self.children.items() if child.process is not None}
        new = self._pids_file.with_suffix(".new")
        with contextlib.suppress(OSError):  # a full disk is no reason to stop what runs
            new.write_text(json.dumps(pids), "utf-8")
            new.replace(self._pids_file)


@contextlib.contextmanager
def supervising(runtime_folder: Path) -> Iterator[None]:
    """Nobody else supervises this folder for the length of the block; AlreadyRunningError where somebody does."""
    runtime_folder.mkdir(parents=True, exist_ok=True)
    with (runtime_folder / "supervisor.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            pid = file.read().strip()
            raise AlreadyRunningError(f"{runtime_folder}, process {pid or '?'}.") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process is dead; left unreaped where the system can tell so (macOS learned it with Python 3.13),
    because until it is reaped nobody else can have its number and its group can be killed safely."""
    if hasattr(os, "waitid"):
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return process.poll() is not None


def in_order(specs: Sequence[ProcessSpec]) -> list[ProcessSpec]:
    """`specs` with every one after those it depends on; ValueError for an unknown name, a double one or a circle."""
    by_name = {spec.name: spec for spec in specs}
    if len(by_name) != len(specs):
        raise ValueError("two processes have the same name")
    for spec in specs:
        unknown = set(spec.depends_on) - set(by_name)
        if unknown:
            raise ValueError(f"{spec.name} depends on unknown {sorted(unknown)}")
    try:
        return [
            by_name[name] for name in TopologicalSorter({spec.name: spec.depends_on for spec in specs}).static_order()
        ]
    except CycleError as error:
        raise ValueError(f"processes wait for each other: {error.args[1]}") from error
