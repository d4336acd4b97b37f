"""Columns engines with chosen limits, and eyes on them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import psutil

from siyu.platform.columns.client import Columns
from siyu.platform.columns.server import DATABASE, PASSWORD_VARIABLE, USER

PASSWORD = "open-sesame"


@dataclass
class Child:
    """An engine started by hand, without the spec that a supervisor uses."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def url(self) -> str:
        return f"http://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def resident_bytes(self) -> int:
        return int(psutil.Process(self.process.pid).memory_info().rss)


def start_child(folder: Path, *options: str, port: int = 0) -> Child:
    """A child over `folder` that has said it is ready."""
    command = [sys.executable, "-m", "siyu.platform.columns.server", "--folder", str(folder)]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--memory-mb", "1500", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, PASSWORD_VARIABLE: PASSWORD},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"the child did not start: exit code {process.wait(10)}"
    return Child(process, int(json.loads(line)["port"]))


def end_child(child: Child) -> None:
    """Stop a child, and by force where it does not."""
    for pipe in (child.process.stdin, child.process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        child.process.wait(15)
    except subprocess.TimeoutExpired:
        child.process.kill()
        child.process.wait()


@contextmanager
def a_child(folder: Path, *options: str, port: int = 0) -> Iterator[Child]:
    """A child for the length of the block."""
    child = start_child(folder, *options, port=port)
    try:
        yield child
    finally:
        end_child(child)


@contextmanager
def ask(child_url: str, sql: str, /, method: str = "POST", **arguments: str) -> Iterator[HTTPResponse]:
    """A request made with nothing but HTTP; the answer's head is there, its body perhaps not yet."""
    authority = child_url.split("//")[1].split("/", maxsplit=1)[0]
    credentials, address = authority.split("@")
    headers = {"Authorization": "Basic " + b64encode(credentials.encode()).decode()}
    connection = HTTPConnection(address, timeout=30)
    try:
        if method == "GET":
            connection.request("GET", f"/?{urlencode({'query': sql, **arguments})}", headers=headers)
        else:
            connection.request("POST", f"/?{urlencode(arguments)}", body=sql.encode(), headers=headers)
        yield connection.getresponse()
    finally:
        connection.close()


def until(condition: Callable[[], bool], what: str, within_seconds: float = 20) -> None:
    """Return as soon as `condition` holds; AssertionError naming `what` where it does not in time."""
    end = time.monotonic() + within_seconds
    while not condition():
        assert time.monotonic() < end, f"not within {within_seconds} s: {what}"
        time.sleep(0.02)


def running(columns: Columns) -> Sequence[str]:
    """The text of every query that runs, other than this one."""
    return [
        row[0] for row in columns.query("SELECT query FROM system.processes WHERE query NOT LIKE '%system.processes%'")
    ]
