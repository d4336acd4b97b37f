"""A demo as a newcomer starts it, and browsers to look at it with.

Two people look at the console (`LOOKS`): one at a desk, in Chinese, and one on a phone, in English and in the dark. A story is told
once for both: it takes `walk`, their window, where they are logged in, and `say`, the console's own words in their language: none
is written twice. In the suite the stories of a file are acted by the two in turn, and those marked `both`, where it takes no
time, by each; with `SIYU_TEST_SWEEP=all` each story is acted by each.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, TimeoutError, sync_playwright

from siyu.assembly.demo.ports import PORTS
from siyu.platform.settings import load_settings
from tests.e2e.sweeping import IS_WHOLE, LOOKS, Look, Walk, logged_in
from tests.e2e.words import Words

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
READY = "the demo is ready"
BROKEN = re.compile(r"not finished, see (\S+\.log)\n")
READY_SECONDS = 180
SOUGHT_SECONDS = 60
SEEN_WITHIN_SECONDS = 3
"""So long a page is given to show what it has, also on a machine that does much else."""


@dataclass(frozen=True)
class Demo:
    """A running demo: where it answers and where its data are."""

    url: str
    home: Path


@contextmanager
def running_demo(customers: int) -> Iterator[Demo]:
    """`siyu demo` on free ports, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="siyu-e2e-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        port = _free_ports()
        output = home / "demo.out"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "siyu",
                    "demo",
                    "--brand",
                    "tea",
                    "--port",
                    str(port),
                    "--customers",
                    str(customers),
                ],
                env={**os.environ, "SIYU_HOME": str(home)},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
            try:
                _wait_until_ready(process, output)
                yield Demo(f"http://127.0.0.1:{port}", load_settings({}, home=home / "demo").home)
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=90)


def _wait_until_ready(process: subprocess.Popen[bytes], output: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while READY not in (told := output.read_text(errors="replace")):
        assert process.poll() is None, told
        assert BROKEN.search(told) is None, told + Path(BROKEN.findall(told)[0]).read_text(errors="replace")
        assert time.monotonic() < until, told
        time.sleep(0.2)


def _free_ports() -> int:
    """A port that is free, and so are the next, on which the demo's outside listens."""
    while True:
        with ExitStack() as held:
            one, *others = [held.enter_context(socket.socket()) for _ in range(1 + PORTS)]
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                for place, other in enumerate(others, start=1):
                    other.bind(("127.0.0.1", port + place))
            except OSError:
                continue
            return port


def sought(found: Locator, again: Callable[[], object]) -> Locator:
    """`found`, once it is there; as long as it is not, `again` is done now and then, for some things no page learns by itself."""
    until = time.monotonic() + SOUGHT_SECONDS
    while time.monotonic() < until:
        with suppress(TimeoutError):
            found.wait_for(timeout=SEEN_WITHIN_SECONDS * 1000)
            break
        again()
    return found


_told: Counter[str] = Counter()
"""How many stories of a file were given out."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Who acts a story, unless it says so itself."""
    marks = list(metafunc.definition.iter_markers())
    if "look" not in metafunc.fixturenames or any("look" in mark.args for mark in marks if mark.name == "parametrize"):
        return
    file = metafunc.module.__name__
    turn = LOOKS[_told[file] % len(LOOKS)]
    _told[file] += 1
    is_for_each = IS_WHOLE or any(mark.name == "both" for mark in marks)
    metafunc.parametrize("look", LOOKS if is_for_each else (turn,), ids=str)


@pytest.fixture(scope="package")  # it goes on living, and computing, until it is stopped
def demo() -> Iterator[Demo]:
    with running_demo(customers=300) as demo:
        yield demo


@pytest.fixture(scope="module")  # for as long as it runs, nothing else in this process may have a loop of its own
def browser() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """This machine's Chromium; one at a time in a process."""
    found = os.environ.get("SIYU_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    assert found, "no Chromium on this machine; on Debian: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def walk(browser: Browser, demo: Demo, look: Look) -> Iterator[Walk]:
    """The window of one of the two. The test fails if a page logged an error of its own."""
    context = logged_in(browser, demo.url, look)
    walk = Walk(context)
    yield walk
    context.close()
    assert walk.errors == []


@pytest.fixture
def say(look: Look) -> Words:
    """What the console says to that one."""
    return Words(look.language)
