"""Nothing outlives its supervisor: a child stops when the pipe on its standard input closes.

A process of Siyu's own calls `stop_when_parent_is_gone`. A program that knows nothing of this (PostgreSQL) runs below
`python -m siyu.platform.watch [options] -- program …`, which forwards signals, stops it when the pipe closes, and on
Linux asks the kernel to stop it even where the watcher itself is killed. Standard library only: it starts in a moment.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import pwd
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

STDIN = 0
PR_SET_PDEATHSIG = 1
FAILED_TO_START = 127


def stop_when_parent_is_gone(stop_seconds: float = 10) -> None:
    """Send this process SIGTERM when its standard input closes, and end it by force when it is still there later.

    For a child of the supervisor, which holds the other end of the pipe and never writes to it.
    """
    threading.Thread(target=_wait_and_stop, args=(stop_seconds,), name="parent-watch", daemon=True).start()


def _wait_and_stop(stop_seconds: float) -> None:
    wait_for_end_of(STDIN)
    threading.Timer(stop_seconds, os._exit, args=(1,)).start()
    os.kill(os.getpid(), signal.SIGTERM)


def wait_for_end_of(pipe: int) -> None:
    """Return when every writer of `pipe` has gone; whatever they wrote is thrown away."""
    while os.read(pipe, 4096):
        pass


def watch_command(
    program: Sequence[str],
    *,
    user: str | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    stop_seconds: float = 20,
) -> list[str]:
    """The command that runs `program` (as the system user `user`) below a watcher."""
    options = ["--stop-signal", stop_signal.name, "--stop-seconds", str(stop_seconds)]
    if user is not None:
        options += ["--user", user]
    return [sys.executable, "-P", "-m", "siyu.platform.watch", *options, "--", *program]


def _die_with_parent(stop_signal: int) -> None:
    """Runs in the new process, after it became its user (which clears this setting) and before the program."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, stop_signal, 0, 0, 0)


def _start(program: Sequence[str], user: str | None, stop_signal: int) -> subprocess.Popen[bytes]:
    uid, gid = os.geteuid(), os.getegid()
    if user is not None:
        entry = pwd.getpwnam(user)
        uid, gid = entry.pw_uid, entry.pw_gid
    become = user is not None and os.geteuid() == 0

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if become:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        _die_with_parent(stop_signal)

    return subprocess.Popen(
        program,
        stdin=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
        preexec_fn=prepare,  # noqa: PLW1509  # unsafe among threads; the watcher has one
    )


def watch(program: Sequence[str], *, user: str | None, stop_signal: signal.Signals, stop_seconds: float) -> int:
    """Run `program` until it ends or the pipe on standard input closes; its exit code (128 + n for a signal)."""
    waking_read, waking_write = os.pipe()
    for end in (waking_read, waking_write):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(waking_write, warn_on_full_buffer=False)
    for known in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(known, lambda *_: None)  # only the wake-up pipe is read
    try:
        child = _start(program, user, stop_signal)
    except (OSError, KeyError, subprocess.SubprocessError) as error:
        print(f"cannot start {program[0]}: {error}", file=sys.stderr)  # noqa: T201
        return FAILED_TO_START
    return _follow(child, waking_read, stop_signal, stop_seconds)


def _follow(child: subprocess.Popen[bytes], waking: int, stop_signal: signal.Signals, stop_seconds: float) -> int:
    sources = [STDIN, waking]
    asked_to_stop = False
    while child.poll() is None:
        ready, _, _ = select.select(sources, [], [], stop_seconds if asked_to_stop else None)
        if child.poll() is not None:
            break
        if not ready:
            child.kill()
            child.wait()
            break
        signals = os.read(waking, 4096) if waking in ready else b""
        if signal.SIGHUP in signals:
            child.send_signal(signal.SIGHUP)
        stop = signal.SIGTERM in signals or signal.SIGINT in signals
        if STDIN in ready and not os.read(STDIN, 4096):
            sources.remove(STDIN)
            stop = True
        if stop:
            asked_to_stop = True
            child.send_signal(stop_signal)
    code = child.returncode
    return code if code >= 0 else 128 - code


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of the watcher."""
    parser = argparse.ArgumentParser(prog="siyu.platform.watch")
    parser.add_argument("--user")
    parser.add_argument("--stop-signal", default="SIGTERM")
    parser.add_argument("--stop-seconds", type=float, default=20)
    parser.add_argument("program", nargs="+")
    given = parser.parse_args(arguments)
    return watch(
        given.program,
        user=given.user,
        stop_signal=signal.Signals[given.stop_signal],
        stop_seconds=given.stop_seconds,
    )


if __name__ == "__main__":
    sys.exit(main())
