"""Processes that a benchmark measures against: the HTTP face over its database, and the emulated WeCom."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from siyu.assembly.processes import answers
from siyu.platform.settings import Settings


@contextmanager
def running_face(home: Path, database_url: str, more: Mapping[str, str]) -> Iterator[int]:
    """The port of a face over a database alone, for the length of the block; `more` are settings as variables."""
    settings = Settings(home=home, port=_free_port())
    environment = {
        **os.environ,
        "SIYU_HOME": str(home),
        "SIYU_PORT": str(settings.port),
        "SIYU_DATABASE_URL": database_url,
        "SIYU_COLUMNS_URL": "http://nobody:x@127.0.0.1:1/none",
        "SIYU_LOG_LEVEL": "error",
        **more,
    }
    command = [sys.executable, "-P", "-m", "siyu", "api"]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            while not answers(settings):
                time.sleep(0.05)
            yield settings.port
        finally:
            server.terminate()


@contextmanager
def running_wecom(members: int, customers: int, rules: Mapping[str, object]) -> Iterator[str]:
    """The address of an emulated WeCom in a process of its own."""
    command = [sys.executable, "-P", "-m", "siyu.world", "wecom", "--with-parent"]
    command += ["--members", str(members), "--customers", str(customers)]
    for name, value in rules.items():
        command += ["--rule", f"{name}={value}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as world:
        try:
            yield world.stdout.readline().strip() if world.stdout is not None else ""
        finally:
            world.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
